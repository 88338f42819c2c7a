"""Kernels: how an operation writes its result into a buffer, a line of Python each.

`KERNELS[name]` gives the statements for one instruction: `o` is the buffer's name, `args` those of
the operands. What has no kernel is called as ever, and allocates its result: right for every
primitive, only slower.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.jit.program import Instr, Var

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


def _keepdims(instr: Instr) -> tuple[Any, bool]:
    params = instr.params or {}
    return params.get("axis"), bool(params.get("keepdims", False))


def _sum(instr: Instr, o: str, args: list[str]) -> list[str]:
    axis, keepdims = _keepdims(instr)
    return [f"add_reduce({args[0]}, {axis!r}, None, {o}, {keepdims})"]


def _mean(instr: Instr, o: str, args: list[str]) -> list[str]:
    size = int(np.prod(instr.args[0].shape)) // max(int(np.prod(instr.out.shape)), 1)
    return [*_sum(instr, o, args), f"divide({o}, {size}, {o})"]


def _linear(instr: Instr, o: str, args: list[str]) -> list[str]:
    x, weight, bias = args
    lines = [f"matmul({x}, {weight}.T, {o})"]
    if instr.args[2] is not None:
        lines.append(f"add({o}, {bias}, {o})")
    return lines


def _where(instr: Instr, o: str, args: list[str]) -> list[str]:
    condition, x, y = args
    return [f"copyto({o}, {y})", f"copyto({o}, {x}, where={condition})"]


KERNELS: dict[str, Kernel] = {
    "sum": _sum,
    "mean": _mean,
    "linear": _linear,
    "where": _where,
    "matmul": lambda instr, o, args: [f"matmul({args[0]}, {args[1]}, {o})"],
    "relu": lambda instr, o, args: [f"maximum({args[0]}, 0, out={o})"],
    "broadcast_to": lambda instr, o, args: [f"copyto({o}, {args[0]})"],
}
#: How an operation that only looks at its operand anew is written.
VIEWS: dict[str, Callable[[Instr, str], str]] = {
    "reshape": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "expand_dims": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "squeeze": lambda instr, x: f"{x}.reshape({instr.out.shape!r})",
    "transpose": lambda instr, x: f"{x}.transpose({(instr.params or {}).get('axes')!r})",
    "matrix_transpose": lambda instr, x: f"{x}.mT",
}
#: Operations without a kernel whose result never shares memory with an operand.
FRESH = frozenset(
    {
        *("cross_entropy", "binary_cross_entropy_with_logits", "softmax", "log_softmax"),
        *("logsumexp", "sigmoid", "softplus", "max", "min", "var", "astype", "cast"),
        *("concatenate", "stack", "put_back", "dropout_mask", "clip", "matmul"),
    }
)


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


def kernel_for(instr: Instr) -> Kernel | None:
    """How to compute an instruction into a buffer; None if there is only the plain call."""
    if not instr.out.shape or not all(
        isinstance(a, (Var, int, float, np.number, np.bool, np.ndarray, type(None)))
        for a in instr.args
    ):
        return None
    ufunc = ufunc_of(instr)
    if ufunc is None:
        return KERNELS.get(instr.op.name)
    count = ufunc.nin
    return lambda instr, o, args: [f"{ufunc.__name__}({', '.join([*args[:count], f'out={o}'])})"]


def in_place(instr: Instr) -> bool:
    """Whether the result may overwrite an operand of the same shape and dtype."""
    return ufunc_of(instr) is not None or instr.op.name == "relu"
