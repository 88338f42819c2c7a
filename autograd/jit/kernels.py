"""Kernels: how an operation is written in the generated code, a line of Python each.

`KERNELS[name]` gives the statements that write one instruction's result into a buffer: `o` is the
buffer's name, `args` those of the operands. `SCALARS` gives an expression for a single number, and
`VIEWS` one for what only looks at its operand anew. What has none of these is called as ever, and
allocates its result: right for every primitive, only slower.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.jit import images
from autograd.jit.places import covered, is_basic, text
from autograd.jit.program import Instr, Var
from autograd.jit.tiles import FEW
from autograd.primitive import registry

#: Python's operators are ufuncs on arrays.
_UFUNCS = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
    operator.neg: np.negative,
    operator.pos: np.positive,
    operator.abs: np.absolute,
}
#: What `array ** number` computes, as NumPy does.
_POWERS = {2: np.square, 0.5: np.sqrt, -1: np.reciprocal, 1: np.positive}

Kernel = Callable[[Instr, str, list[str]], list[str]]


def _written(ufunc: np.ufunc, args: list[str], o: str) -> list[str]:
    """The call of a ufunc: a result by position is quicker to compile, and to call."""
    place = f"out={o}" if ufunc in (np.maximum, np.minimum) else o  # as NumPy wants it
    return [f"{ufunc.__name__}({', '.join([*args, place])})"]


def _reduced(function: str) -> Kernel:
    """The reduction of a ufunc over some axes."""

    def kernel(instr: Instr, o: str, args: list[str]) -> list[str]:
        params = instr.params or {}
        axis, keepdims = params.get("axis"), bool(params.get("keepdims", False))
        return [f"{function}({args[0]}, {axis!r}, None, {o}, {keepdims})"]

    return kernel


#: So many numbers in a row are added up quickest by a product with ones.
_IN_A_ROW = range(32, 4097)
#: So many numbers stay in a core's own cache.
_AT_HAND = 1 << 18


def _along_rows(instr: Instr, shortest: int) -> bool:
    """Whether a reduction takes rows, neither short nor very long, of an array in order."""
    x, axis = instr.args[0], (instr.params or {}).get("axis")
    last = len(x.shape) - 1
    return (
        isinstance(x, Var)
        and axis in (-1, last, (-1,), (last,))
        and shortest <= x.shape[-1] < _IN_A_ROW.stop
        and x.layout is None
        and x.dtype == instr.out.dtype in (np.float32, np.float64)
    )


def _sum(instr: Instr, o: str, args: list[str]) -> list[str]:
    if not _along_rows(instr, _IN_A_ROW.start):
        return _reduced("add_reduce")(instr, o, args)
    x, keepdims = instr.args[0], bool((instr.params or {}).get("keepdims", False))
    row = f"ones({x.shape[-1]}, {np.dtype(x.dtype).char!r})"
    return [f"vecdot({args[0]}, {row}, {o}, axis=-1, keepdims={keepdims})"]


def _max(instr: Instr, o: str, args: list[str]) -> list[str]:
    many = math.prod(instr.args[0].shape) > 1000  # fewer are done before the place is looked for
    if _along_rows(instr, 4 if many else _IN_A_ROW.start):
        return [f"largest({args[0]}, {o})"]
    return _reduced("maximum_reduce")(instr, o, args)


def _count(instr: Instr) -> int:
    """How many numbers each number of the result was made of."""
    return math.prod(instr.args[0].shape) // max(math.prod(instr.out.shape), 1)


def _mean(instr: Instr, o: str, args: list[str]) -> list[str]:
    return [*_sum(instr, o, args), f"divide({o}, {_count(instr)}, {o})"]


def _rows(x: Any, name: str) -> str:
    """The vectors along the last axis as the rows of one matrix."""
    if len(x.shape) <= 2:
        return name
    return f"{name}.reshape({(math.prod(x.shape[:-1]), x.shape[-1])!r})"


def _linear(instr: Instr, o: str, args: list[str]) -> list[str]:
    x, weight, bias = args
    if len(instr.args[0].shape) > 1:
        x = f"rows_for({x}, {instr.out.shape[-1]})"
    lines = [f"matmul({x}, {weight}.T, {_rows(instr.out, o)})"]
    if instr.args[2] is not None:
        lines.append(f"add({o}, {bias}, {o})")
    return lines


def _where(instr: Instr, o: str, args: list[str]) -> list[str]:
    condition, x, y = args
    return [f"copyto({o}, {y})", f"copyto({o}, {x}, where={condition})"]


def parts_of(instr: Instr) -> list[Any] | None:
    """Where in the result each operand is put, for an operation that puts parts side by side."""
    params = instr.params or {}
    if instr.op.name == "put_back" and is_basic(params["index"]):
        return [params["index"]]
    if instr.op.name == "assemble":
        return list(params["indices"])
    axis = params.get("axis", 0) % max(len(instr.out.shape), 1)
    before = (slice(None),) * axis
    if instr.op.name == "stack":
        return [(*before, i) for i in range(len(instr.args))]
    if instr.op.name != "concatenate":
        return None
    ends = np.cumsum([np.shape(a)[axis] for a in instr.args]).tolist()
    return [(*before, slice(a, b)) for a, b in zip([0, *ends], ends)]


def placed(instr: Instr, o: str, args: list[str]) -> list[str]:
    """Each part is copied to its place, among zeros where there are gaps."""
    if instr.op.name == "concatenate":
        axis = (instr.params or {}).get("axis", 0)
        return [f"concatenate(({', '.join(args)},), {axis}, {o})"]
    indices: Any = parts_of(instr)
    zeros = [] if covered(indices, instr.out.shape) else [f"{o}.fill(0)"]
    return zeros + [f"{o}[{text(index)}] = {x}" for x, index in zip(args, indices)]


def number(x: float, dtype: str) -> np.ndarray:
    """A number as an array without axes, which a ufunc takes in half the time."""
    return _number(repr(x), dtype)  # -0.0 and 0.0 are equal, and not the same


@functools.cache
def _number(text: str, dtype: str) -> np.ndarray:
    found = np.array(float(text), dtype)
    found.flags.writeable = False
    return found


#: The numbers that kernels write themselves, by the names they use.
NUMBERS = {
    f"{name}_{dtype}": number(x, dtype)
    for dtype in "fd"
    for name, x in (("zero", 0), ("one", 1), ("minus", -1))
}


def _fixed(instr: Instr, name: str, x: int) -> str:
    """What 0, 1 or -1 is called beside arrays of the result's dtype."""
    known = f"{name}_{np.dtype(instr.out.dtype).char}"
    return known if known in NUMBERS else str(x)


@functools.cache
def ones(count: int, dtype: str) -> np.ndarray:
    """Ones, to add up rows by a matrix product."""
    return np.ones(count, dtype)


@functools.lru_cache(64)
def zeros(shape: int | tuple[int, ...], dtype: str) -> np.ndarray:
    """Zeros, to compare the numbers of a row or of an array with."""
    return np.zeros(shape, dtype)


def _row_sum(instr: Instr, o: str, args: list[str]) -> list[str]:
    x = instr.args[0]
    count = math.prod(x.shape[:-1])
    if len(x.shape) > 2 and math.prod(x.shape) > FEW:  # OpenBLAS's threads would stay awake
        return [f"row_sum_tiles({args[0]}, {o})"]
    return [f"matmul(ones({count}, {np.dtype(x.dtype).char!r}), {_rows(x, args[0])}, {o})"]


def _row_products(instr: Instr, o: str, args: list[str]) -> list[str]:
    x, y = (
        _rows(a, name) if len(a.shape) > 1 else f"{name}[None]" for a, name in zip(instr.args, args)
    )
    return [f"matmul({x}.T, {y}, {o})"]


def _products_along(instr: Instr, o: str, args: list[str]) -> list[str]:
    (axis,) = (instr.params or {})["axes"]
    return [f"vecdot({args[0]}, {args[1]}, {o}, axis={axis}, keepdims=True)"]


def _copy(instr: Instr, o: str, args: list[str]) -> list[str]:
    return [f"copyto({o}, {args[0]}, 'unsafe')"]


def copied(instr: Instr, o: str, args: list[str]) -> list[str]:
    """What `passes.copies` made of a reshape; the first axis may be a block of it."""
    return [f"copyto({o}.reshape({(-1, *instr.args[0].shape[1:])!r}), {args[0]})"]


def _sigmoid(instr: Instr, o: str, args: list[str]) -> list[str]:
    one = _fixed(instr, "one", 1)
    return [
        *_negative(instr, o, args),
        f"with errstate(over='ignore'): exp({o}, {o})",
        f"add({o}, {one}, {o})",
        f"divide({one}, {o}, {o})",
    ]


def _negative(instr: Instr, o: str, args: list[str]) -> list[str]:
    """A product with -1: np.negative of NumPy 2.4 goes wrong between some views."""
    return [f"multiply({args[0]}, {_fixed(instr, 'minus', -1)}, {o})"]


def _relu(instr: Instr, o: str, args: list[str]) -> list[str]:
    """Zeros that lie as the numbers do are compared with twice as quickly as one 0."""
    zero, shape = _fixed(instr, "zero", 0), instr.out.shape
    if zero != "0" and instr.out.layout is None:
        dtype = np.dtype(instr.out.dtype).char
        if not instr.group and math.prod(shape) <= _AT_HAND:
            zero = f"zeros({shape!r}, {dtype!r})"
        elif len(shape) > 1 and shape[-1] in _IN_A_ROW:
            zero = f"zeros({shape[-1]}, {dtype!r})"
    return _written(np.maximum, [args[0], zero], o)


def _picked(instr: Instr, o: str, args: list[str]) -> list[str]:
    return [f"{args[0]}.reshape(-1).take({args[1]}, 0, {o}, 'clip')"]


def _less_one(instr: Instr, o: str, args: list[str]) -> list[str]:
    x, places = args
    one = _fixed(instr, "one", 1)
    return [
        *([] if x == o else [f"copyto({o}, {x})"]),
        f"r = {o}.reshape(-1)",
        f"r[{places}] = r[{places}] - {one}",
    ]


def _label_places(instr: Instr, o: str, args: list[str]) -> list[str]:
    """`labels.label_places`, with the last class and where rows begin known beforehand."""
    x = instr.args[0]
    kind, classes = np.dtype(x.dtype), (instr.params or {})["classes"]
    known = f"label_bounds({x.shape!r}, {kind.str!r}, {classes})"
    return [
        f"last, starts = {known}",
        f"r = {o}.view('u8')",
        f"minimum({args[0]}.view({kind.str.replace('i', 'u')!r}), last, out=r)",
        "add(r, starts, r)",
    ]


def _counted(instr: Instr, o: str, args: list[str]) -> list[str]:
    """What is seldom is computed as ever: some rows are ignored, or classes count differently."""
    losses, _, counts = args
    ignored = (instr.params or {})["ignore_index"]
    call = f"copyto({o}, counted({', '.join(args)}, {ignored}))"
    if o == losses:
        return [f"if not all_count({counts}): {call}"]
    return [call]


def _broadcast(instr: Instr, o: str, args: list[str]) -> list[str]:
    return [f"copyto({o}, {args[0]})"] if instr.args[0].shape else [f"{o}.fill({args[0]})"]


KERNELS: dict[str, Kernel] = {
    **images.KERNELS,
    "sum": _sum,
    "max": _max,
    "min": _reduced("minimum_reduce"),
    "mean": _mean,
    "linear": _linear,
    "where": _where,
    "matmul": lambda instr, o, args: [f"matmul({args[0]}, {args[1]}, {o})"],
    "sigmoid": _sigmoid,
    "relu": _relu,
    "broadcast_to": _broadcast,
    "row_sum": _row_sum,
    "row_products": _row_products,
    "products_along": _products_along,
    "counted": _counted,
    "label_places": _label_places,
    "picked": _picked,
    "less_one": _less_one,
    "astype": _copy,
    "cast": _copy,
    "copied": copied,
    **dict.fromkeys(("put_back", "assemble", "concatenate", "stack"), placed),
}
#: How an operation that only looks at its operand anew is written.
VIEWS: dict[str, Callable[[Instr, str], str]] = {
    "reshape": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "expand_dims": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "squeeze": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "transpose": lambda instr, x: _transposed(instr, x),
    "matrix_transpose": lambda instr, x: f"{x}.mT",
    "getitem": lambda instr, x: f"{x}[{text((instr.params or {})['index'])}]",
}
#: How a single number is computed.
SCALARS: dict[str, Callable[[Instr, list[str]], str]] = {
    "add": lambda instr, args: f"{args[0]} + {args[1]}",
    "subtract": lambda instr, args: f"{args[0]} - {args[1]}",
    "multiply": lambda instr, args: f"{args[0]} * {args[1]}",
    "divide": lambda instr, args: f"{args[0]} / {args[1]}",
    "negative": lambda instr, args: f"-{args[0]}",
    "sum": lambda instr, args: f"add_reduce({args[0]}, None)",
    "mean": lambda instr, args: f"add_reduce({args[0]}, None) / {_count(instr)}",
}
#: Operations without a kernel whose result never shares memory with an operand.
FRESH = frozenset(
    {
        *("binary_cross_entropy_with_logits", "softmax", "log_softmax"),
        *("logsumexp", "sigmoid", "softplus", "max", "min", "var", "astype", "cast"),
        *(
            "row_sum",
            "row_products",
            "products_along",
            "lstm_gates",
            "lstm_memory",
            "lstm_output",
        ),
        *("concatenate", "stack", "put_back", "dropout_mask", "clip", "matmul"),
        "standardize",
        *("embedding", "add_rows", "one_hot", "count", "take", "put_taken"),
        *("label_places", "picked", "less_one", "softmax_excess"),
    }
)


def _transposed(instr: Instr, x: str) -> str:
    axes = (instr.params or {}).get("axes")
    return f"{x}.T" if axes is None else f"{x}.transpose({axes!r})"


def _is_ours(instr: Instr) -> bool:
    """Whether the name is that of the library's own operation."""
    return registry.get(instr.op.name, instr.op) is instr.op and instr.op.builtin


def ufunc_of(instr: Instr) -> Any:
    """The ufunc that computes an instruction elementwise, or None."""
    forward, args = instr.op.forward, instr.args
    if instr.params:
        return None
    if forward is operator.pow:
        if isinstance(args[1], (int, float)):
            power = _POWERS.get(args[1])
            return power if power is not None else np.power
        return np.power
    found = _UFUNCS.get(forward, forward)
    return found if isinstance(found, np.ufunc) and found.signature is None else None


#: What generated code may name as an operand of a kernel, besides variables.
_NUMERIC = (int, float, np.number, np.bool, np.ndarray, type(None))


def kernel_for(instr: Instr) -> Kernel | None:
    """How to compute an instruction into a buffer; None if there is only the plain call."""
    if not instr.out.shape:
        return None
    for a in instr.args:
        if a.__class__ is not Var and not isinstance(a, _NUMERIC):
            return None
    ufunc = ufunc_of(instr)
    if ufunc is np.negative and instr.out.dtype.kind == "f":
        return _negative
    if ufunc is not None:
        count = ufunc.nin
        return lambda instr, o, args: _written(ufunc, args[:count], o)
    if not _is_ours(instr):
        return None
    if instr.op.name == "products_along":
        x: Any = instr.args[0]
        along = len((instr.params or {})["axes"])
        if along != 1 or any(np.shape(a) != x.shape for a in instr.args):
            return None
    if instr.op.name in ("picked", "less_one") and getattr(instr.args[0], "layout", None):
        return None  # the places are those in rows that follow one another
    if instr.op.name == "put_back" and not is_basic((instr.params or {})["index"]):
        return None
    return KERNELS.get(instr.op.name)


def view_of(instr: Instr) -> Callable[[Instr, str], str] | None:
    """How to look at the only operand anew; None if the operation does more than that."""
    if len(instr.args) != 1 or not isinstance(instr.args[0], Var) or not _is_ours(instr):
        return None
    if instr.op.name == "getitem" and not is_basic((instr.params or {})["index"]):
        return None
    return VIEWS.get(instr.op.name)


def scalar_of(instr: Instr) -> Callable[[Instr, list[str]], str] | None:
    """How to compute a single number; None if there is only the plain call."""
    if instr.out.shape or not _is_ours(instr):
        return None
    if instr.op.name in ("sum", "mean"):
        axis = (instr.params or {}).get("axis")
        whole = axis is None or len(instr.args[0].shape) == 1
        return SCALARS[instr.op.name] if whole and instr.out.dtype.kind == "f" else None
    if any(not isinstance(a, (Var, int, float, np.number)) or np.shape(a) for a in instr.args):
        return None
    return SCALARS.get(instr.op.name)


def takes_arrays(instr: Instr) -> bool:
    """Whether numbers among the operands may be arrays of the others' dtype, to the last bit."""
    ufunc = ufunc_of(instr)
    dtypes = {np.dtype(v.dtype) for v in instr.inputs}
    return (
        bool(instr.out.shape)
        and ufunc in _WITH_NUMBERS
        and len(dtypes) == 1
        and dtypes <= {np.dtype(np.float32), np.dtype(np.float64)}
    )


_WITH_NUMBERS = frozenset(
    {
        *(np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum),
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
    }
)


def in_place(instr: Instr) -> bool:
    """Whether the result may overwrite an operand of the same shape and dtype."""
    return ufunc_of(instr) is not None or instr.op.name in _IN_PLACE


_IN_PLACE = frozenset({"relu", "sigmoid", "less_one", "counted"})
