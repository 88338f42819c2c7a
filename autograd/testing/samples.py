"""Example operands for every primitive, as Hypothesis strategies.

A primitive says in `samples` what it may be given, in one of two ways:

- the name of a kind of operation, a function in this file: `samples="reduction"`;
- a domain, for elementwise operations; operands of any shapes that broadcast are drawn from it:
  `(lo, hi)`                    every operand lies in this interval
  `[(lo, hi), (lo, hi)]`        a list: in one of these intervals, the pieces of a domain
  `(domain, domain)`            a tuple of domains: one per operand

Operands stay away from kinks and poles, where a central difference would look across the edge.
Hypothesis chooses (and shrinks) shapes, axes, indices and memory layouts; the numbers themselves
come from a seed, which is quicker than choosing one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from autograd.primitive import Primitive

Shape = tuple[int, ...]
Draw = Callable[[st.SearchStrategy], Any]
ANY = (-2.0, 2.0)
SIDE = 3  # small arrays fail as readily as large ones, and each element costs two evaluations


class Sample(NamedTuple):
    """One call of a primitive: float64 operands (or constants), and its parameters."""

    args: tuple[Any, ...]
    params: dict[str, Any] = {}  # noqa: RUF012


#: Kind of operation -> how to draw a call of it.
kinds: dict[str, Callable[[], st.SearchStrategy[Sample]]] = {}


def kind(name: str) -> Callable[[Callable[[Draw], Sample]], Callable[[Draw], Sample]]:
    """Register a function that draws a `Sample` as the kind of operation `name`.

    >>> @kind("one of three")
    ... def _one_of_three(draw):
    ...     return Sample((draw(st.sampled_from([0.1, 0.2, 0.3])),))
    >>> del kinds["one of three"]
    """

    def register(function: Callable[[Draw], Sample]) -> Callable[[Draw], Sample]:
        kinds[name] = st.composite(function)
        return function

    return register


def samples_for(op: Primitive | Callable) -> st.SearchStrategy[Sample]:
    """Example calls of a primitive, as a Hypothesis strategy.

    Args:
        op: a `Primitive`, or the function that records it.

    Returns:
        A strategy whose draws are `Sample(args, params)`.

    Raises:
        LookupError: the primitive does not say what to draw.

    >>> import autograd, hypothesis
    >>> hypothesis.find(samples_for(autograd.add), lambda sample: sample.args[0].ndim == 2).params
    {}
    """
    primitive: Any = getattr(op, "primitive", op)
    declared = primitive.samples
    if declared is None:
        raise LookupError(
            f"the primitive {primitive.name!r} has no samples, so nothing checks its rules: "
            "declare it with samples=(lo, hi), where it is smooth, or with a kind of operation "
            f"such as samples='reduction'; {_known_kinds()}"
        )
    if isinstance(declared, str):
        if declared not in kinds:
            raise LookupError(
                f"the primitive {primitive.name!r} asks for samples of the kind {declared!r}, "
                f"which does not exist; {_known_kinds()}"
            )
        return kinds[declared]()
    return _elementwise(primitive, declared)


def _known_kinds() -> str:
    return f"the kinds are {', '.join(sorted(kinds))}, and autograd.testing.samples.kind adds one"


# ------------------------------------------------------------------------------ numbers, layouts

_seeds = st.integers(0, 2**32 - 1)
_shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=SIDE)
_layouts = st.sampled_from(["rows", "columns", "every second", "backwards"])


def _array(draw: Draw, shape: Shape, domain: Any = ANY) -> np.ndarray:
    """Numbers from a domain (an interval, or a list of them), in any memory layout."""
    rng = np.random.default_rng(draw(_seeds))
    pieces = np.array(domain if isinstance(domain, list) else [domain])
    low, high = pieces[rng.integers(len(pieces), size=shape)].T
    return _lay_out(draw, rng.uniform(low.T, high.T))


def _distinct(draw: Draw, shape: Shape, offset: float = 0.0) -> np.ndarray:
    """Numbers at least 0.1 apart from each other, multiples of 0.2 plus `offset`."""
    rng = np.random.default_rng(draw(_seeds))
    size = int(np.prod(shape))
    return _lay_out(draw, 0.2 * (rng.permutation(size).reshape(shape) - size // 2) + offset)


def _lay_out(draw: Draw, array: Any) -> np.ndarray:
    """The same array with other strides: what a transpose or a slice leaves behind."""
    array = np.asarray(array)
    if not array.ndim:
        return array
    layout = draw(_layouts)
    if layout == "columns":
        return np.asfortranarray(array)
    if layout == "every second":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if layout == "backwards":
        return array[..., ::-1].copy()[..., ::-1]
    return array


def _elementwise(op: Primitive, declared: Any) -> st.SearchStrategy[Sample]:
    per_operand = isinstance(declared, tuple) and isinstance(declared[0], (tuple, list))

    @st.composite
    def call(draw: Draw) -> Sample:
        count = draw(st.integers(1, 4)) if op.variadic else len(op.operands)
        domains = declared if per_operand else (declared,) * count
        shapes = draw(_broadcasting(count))
        return Sample(tuple(_array(draw, s, d) for s, d in zip(shapes, domains, strict=True)))

    return call()


def _broadcasting(count: int) -> st.SearchStrategy[tuple[Shape, ...]]:
    return mutually_broadcastable_shapes(
        num_shapes=count, max_dims=3, min_side=0, max_side=SIDE
    ).map(lambda drawn: drawn.input_shapes)


# -------------------------------------------------------------------------------------- choices


@kind("distinct pair")
def _distinct_pair(draw: Draw) -> Sample:
    a, b = draw(_broadcasting(2))
    return Sample((_distinct(draw, a), _distinct(draw, b, 0.1)))


@kind("where")
def _where(draw: Draw) -> Sample:
    condition, x, y = draw(_broadcasting(3))
    return Sample((_array(draw, condition) > 0, _array(draw, x), _array(draw, y)))


@kind("clip")
def _clip(draw: Draw) -> Sample:
    x, low, high = draw(_broadcasting(3))
    args = (
        _array(draw, x, [(-2.0, -0.7), (-0.3, 0.3), (0.7, 2.0)]),
        draw(st.none() | st.just(_array(draw, low, (-0.6, -0.4)))),
        draw(st.none() | st.just(_array(draw, high, (0.4, 0.6)))),
    )
    return Sample(args)


@kind("astype")
def _astype(draw: Draw) -> Sample:
    dtype = draw(st.sampled_from([np.float64, np.longdouble]))  # as precise as the check needs
    return Sample((_array(draw, draw(_shapes)),), {"dtype": dtype})


# ----------------------------------------------------------------------------------- reductions


def _signed(draw: Draw, axis: int, ndim: int) -> int:
    """The same axis, counted from either end."""
    return draw(st.sampled_from([axis, axis - ndim]))


def _axes(draw: Draw, ndim: int) -> Any:
    """None, one axis, or a tuple of several (or of none), counted from either end."""
    if not ndim or draw(st.booleans()):
        return draw(st.sampled_from([None, ()])) if not ndim else None
    if draw(st.booleans()):
        return _signed(draw, draw(st.integers(0, ndim - 1)), ndim)
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim))
    return tuple(_signed(draw, a, ndim) for a in axes)


def _reduction(draw: Draw, *, least: int) -> tuple[Shape, dict[str, Any]]:
    """A shape and what to reduce of it; every axis that goes has at least `least` elements."""
    ndim = draw(st.integers(0, 3))
    axis = _axes(draw, ndim)
    gone = range(ndim) if axis is None else np.atleast_1d(np.array(axis, int)) % max(ndim, 1)
    shape = tuple(draw(st.integers(least if i in gone else 0, SIDE)) for i in range(ndim))
    params: dict[str, Any] = {} if axis is None and draw(st.booleans()) else {"axis": axis}
    return shape, params | draw(st.sampled_from([{}, {"keepdims": True}, {"keepdims": False}]))


@kind("sum")
def _sum(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=0)
    return Sample((_array(draw, shape),), params)


@kind("reduction")
def _any_reduction(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=1)
    return Sample((_array(draw, shape),), params)


@kind("variance")
def _variance(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=2)
    count_is_one = not shape or params.get("axis") == ()
    ddof = 0 if count_is_one else draw(st.integers(0, 1))
    return Sample((_array(draw, shape),), params | ({"ddof": ddof} if ddof else {}))


@kind("distinct reduction")
def _distinct_reduction(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=1)
    return Sample((_distinct(draw, shape),), params)


@kind("axis")
def _along_one_axis(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    axis = draw(st.integers(-ndim, ndim - 1))
    shape = tuple(draw(st.integers(int(i == axis % ndim), SIDE)) for i in range(ndim))
    named = axis != -1 or draw(st.booleans())
    return Sample((_array(draw, shape),), {"axis": axis} if named else {})


# ---------------------------------------------------------------------------------------- shapes


@kind("reshape")
def _reshape(draw: Draw) -> Sample:
    old = draw(_shapes)
    size = int(np.prod(old))
    options: list[Any] = [size, (size,), -1, old[::-1], (1, *old), (*old, 1), (*old[1:], *old[:1])]
    if size:
        options += [(1, -1), (*old[:-1], -1) if old else (), (*old[1:], -1)]
    return Sample((_array(draw, old),), {"shape": draw(st.sampled_from(options))})


@kind("transpose")
def _transpose(draw: Draw) -> Sample:
    shape = draw(_shapes)
    order = draw(st.permutations(range(len(shape))))
    axes = tuple(_signed(draw, a, len(shape)) for a in order)
    return Sample((_array(draw, shape),), draw(st.sampled_from([{}, {"axes": axes}])))


@kind("matrix")
def _matrix(draw: Draw) -> Sample:
    shape = draw(array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=SIDE))
    return Sample((_array(draw, shape),))


@kind("broadcast")
def _broadcast(draw: Draw) -> Sample:
    target = draw(_shapes)
    kept = target[draw(st.integers(0, len(target))) :]
    shape = tuple(draw(st.sampled_from([1, n])) for n in kept)
    return Sample((_array(draw, shape),), {"shape": target})


@kind("expand_dims")
def _expand_dims(draw: Draw) -> Sample:
    shape = draw(_shapes)
    count = draw(st.integers(1, 2))
    ndim = len(shape) + count
    places = draw(st.lists(st.integers(0, ndim - 1), min_size=count, max_size=count, unique=True))
    axes = tuple(_signed(draw, a, ndim) for a in places)
    return Sample((_array(draw, shape),), {"axis": axes[0] if count == 1 else axes})


@kind("squeeze")
def _squeeze(draw: Draw) -> Sample:
    shape = tuple(draw(st.lists(st.sampled_from([1, 1, 0, 2, 3]), max_size=4)))
    ones = [i for i, n in enumerate(shape) if n == 1]
    some = draw(st.lists(st.sampled_from(ones), unique=True)) if ones else []
    axes = tuple(_signed(draw, a, len(shape)) for a in some)
    params = [{}, {"axis": None}, {"axis": axes}, *({"axis": a} for a in axes)]
    return Sample((_array(draw, shape),), draw(st.sampled_from(params)))


@kind("concatenate")
def _concatenate(draw: Draw) -> Sample:
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=SIDE))
    axis = draw(st.integers(0, len(shape) - 1))
    sizes = draw(st.lists(st.integers(0, SIDE), min_size=1, max_size=4))
    pieces = [(*shape[:axis], n, *shape[axis + 1 :]) for n in sizes]
    named = axis or draw(st.booleans())
    params = {"axis": _signed(draw, axis, len(shape))} if named else {}
    return Sample(tuple(_array(draw, s) for s in pieces), params)


@kind("stack")
def _stack(draw: Draw) -> Sample:
    shape = draw(_shapes)
    axis = draw(st.integers(0, len(shape)))
    named = axis or draw(st.booleans())
    count = draw(st.integers(1, 4))
    params = {"axis": _signed(draw, axis, len(shape) + 1)} if named else {}
    return Sample(tuple(_array(draw, shape) for _ in range(count)), params)


# --------------------------------------------------------------------------------------- indices


def _slice(draw: Draw) -> slice:
    ends = st.none() | st.integers(-SIDE - 1, SIDE + 1)
    return slice(draw(ends), draw(ends), draw(st.sampled_from([None, 1, 2, -1, -2])))


def _integers(draw: Draw, n: int, shape: Shape) -> np.ndarray:
    """Places on an axis of length n, from either end, some of them repeatedly."""
    rng = np.random.default_rng(draw(_seeds))
    return rng.integers(-n, n, size=shape)


def _mask(draw: Draw, shape: Shape) -> np.ndarray:
    return np.random.default_rng(draw(_seeds)).random(shape) < 0.5


def _index(draw: Draw, shape: Shape) -> Any:
    """Any index NumPy takes for an array of this shape."""
    whole = draw(st.sampled_from(["by axis", "by axis", "mask", "list", "0-d mask"]))
    if whole == "mask":
        return _mask(draw, shape[: draw(st.integers(1, max(len(shape), 1)))])
    if whole == "0-d mask":
        return draw(st.sampled_from([True, False, (None, True), np.True_]))
    if whole == "list" and shape and shape[0]:
        return _integers(draw, shape[0], (2,)).tolist()
    return _index_by_axis(draw, shape)


def _index_by_axis(draw: Draw, shape: Shape) -> Any:
    """One part per axis, with new axes and an ellipsis between them."""
    picked = draw(st.sampled_from([(), (1,), (2,), (2, 1), (0,)]))  # of all the integer arrays
    parts: list[Any] = []
    for n in shape:
        what = draw(st.sampled_from(["slice", "slice", "int", "ints", "mask"]))
        if what == "slice" or not n:
            parts.append(_slice(draw))
        elif what == "int":
            parts.append(draw(st.integers(-n, n - 1)))
        elif what == "ints":
            parts.append(_integers(draw, n, draw(st.sampled_from([picked, (1,), ()]))))
        elif not any(isinstance(p, np.ndarray) for p in parts):
            parts.append(_one_mask(draw, n, picked))
    parts = parts[: draw(st.integers(0, len(parts)))]
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), None)
    if len(parts) and draw(st.booleans()):
        parts.append(Ellipsis)
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else tuple(parts)


def _one_mask(draw: Draw, n: int, picked: Shape) -> np.ndarray:
    """A mask of one axis whose count of True broadcasts with the integer arrays around it."""
    count = min(picked[-1], n) if picked else 1
    mask = np.zeros(n, bool)
    mask[np.random.default_rng(draw(_seeds)).permutation(n)[:count]] = True
    return mask


def _can_index(array: np.ndarray, index: Any) -> bool:
    try:
        array[index]
    except IndexError:  # a mask and an integer array of different counts
        return False
    return True


def _indexed(draw: Draw) -> tuple[np.ndarray, Any]:
    base = _array(draw, draw(_shapes))
    index = _index(draw, base.shape)
    return base, index if _can_index(base, index) else ...


@kind("getitem")
def _getitem(draw: Draw) -> Sample:
    base, index = _indexed(draw)
    return Sample((base,), {"index": index})


@kind("put_back")
def _put_back(draw: Draw) -> Sample:
    base, index = _indexed(draw)
    return Sample((_array(draw, np.shape(base[index])),), {"index": index, "shape": base.shape})


# -------------------------------------------------------------------------------------- products


@kind("matmul")
def _matmul(draw: Draw) -> Sample:
    n, k, m = (draw(st.integers(0, SIDE)) for _ in range(3))
    batch_x, batch_y = draw(
        mutually_broadcastable_shapes(num_shapes=2, max_dims=2, min_side=0, max_side=2)
    ).input_shapes
    x = draw(st.sampled_from([(*batch_x, n, k), (n, k), (k,)]))
    y = draw(st.sampled_from([(*batch_y, k, m), (k, m), (k,)]))
    return Sample((_array(draw, x), _array(draw, y)))


@kind("linear")
def _linear(draw: Draw) -> Sample:
    inputs, outputs = draw(st.integers(0, SIDE)), draw(st.integers(0, SIDE))
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    bias = draw(st.none() | st.just(_array(draw, (outputs,))))
    return Sample((_array(draw, (*rows, inputs)), _array(draw, (outputs, inputs)), bias))


@kind("cross_entropy")
def _cross_entropy(draw: Draw) -> Sample:
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    shape = (*rows, draw(st.integers(1, SIDE)))
    return Sample((_array(draw, shape), _array(draw, shape, (0.05, 1.0))))
