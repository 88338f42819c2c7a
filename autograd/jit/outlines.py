"""Outlines: an array like a result (shape, dtype, layout), where nobody looks at its numbers.

The reverse pass is traced for its operations alone. To run a large product, or a convolution, just
to see what its result looks like would cost as much as a step of training. Here the operation runs
on a corner of its operands: that tells dtype and layout, and the shape follows from theirs.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.jit.program import empty, layout_of
from autograd.primitive import Primitive

#: With fewer numbers than this, an operation may as well run.
SMALL = 1 << 13

Shape = tuple[int, ...]
_OPERATORS = frozenset(
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow]
)


def outline(op: Primitive, operands: list[Any], params: dict[str, Any] | None) -> Any:
    """An array with the shape, dtype and layout of `op(*operands)`; None where that is unknown."""
    if is_small(operands) or not op.builtin:
        return None
    rule = _RULES.get(op.name) or (_corner if _is_elementwise(op) else None)
    return None if rule is None else rule(op, operands, params or {})


def is_small(operands: Iterable[Any]) -> bool:
    """Whether an operation on these costs next to nothing."""
    return max([x.size for x in operands if x.__class__ is np.ndarray], default=0) < SMALL


def blank(shape: Shape, dtype: Any, layout: Shape | None) -> Any:
    """A new array; whole numbers are 0, for they may be used as an index."""
    found = empty(shape, dtype, layout)
    if np.dtype(dtype).kind != "f":
        found.fill(0)
    return found


def _is_elementwise(op: Primitive) -> bool:
    f = op.forward
    return f in _OPERATORS or (isinstance(f, np.ufunc) and f.signature is None)


def _corner(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """Every number of the result depends on one of each operand: two along each axis tell."""
    small = [x[(slice(0, 2),) * x.ndim] if isinstance(x, np.ndarray) else x for x in operands]
    found = op.forward(*small, **params)
    return blank(np.broadcast_shapes(*map(np.shape, operands)), found.dtype, layout_of(found))


def _product(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """Matrices along the last two axes."""
    if min(map(np.ndim, operands)) < 2:
        return None
    found = np.matmul(*[a[(slice(0, 2),) * a.ndim] for a in operands])
    x, y = (x.shape for x in operands)
    shape = (*np.broadcast_shapes(x[:-2], y[:-2]), x[-2], y[-1])
    return blank(shape, found.dtype, layout_of(found))


def _weighted(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """Vectors along the last axis, times a matrix."""
    x, weight = operands[:2]
    dtype = np.result_type(*[a for a in operands if a is not None])
    return blank((*x.shape[:-1], weight.shape[0]), dtype, None)


def _reduced(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """One number in place of many along some axes."""
    (x,) = operands
    axis = params.get("axis")
    if axis is None or not x.size:
        return None
    found = op.forward(x[(slice(0, 2),) * x.ndim], **params)
    if not found.ndim:
        return None
    along = {a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,))}
    sizes = [1 if i in along else n for i, n in enumerate(x.shape)]
    if found.ndim < x.ndim:
        sizes = [n for i, n in enumerate(x.shape) if i not in along]
    return blank(tuple(sizes), found.dtype, layout_of(found))


def _over_rows(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """Sums over all rows: what is left is the last axis of each operand."""
    return blank(tuple([x.shape[-1] for x in operands]), np.result_type(*operands), None)


def _kept(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    """Sums of products along some axes, which stay with size 1."""
    shape = list(np.broadcast_shapes(*map(np.shape, operands)))
    for axis in params["axes"]:
        shape[axis] = 1
    return blank(tuple(shape), np.result_type(*operands), None)


def _images(*batched: int, summed: bool = False) -> Callable[..., Any]:
    """Operands `batched` are images in a row, and so is the result unless they are `summed`."""

    def rule(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
        small = list(operands)
        for i in batched:
            small[i] = operands[i][:2]
        found = op.forward(*small, **params)
        first = found.shape[:1] if summed else operands[batched[0]].shape[:1]
        return blank((*first, *found.shape[1:]), found.dtype, layout_of(found))

    return rule


def _put_back(op: Primitive, operands: list[Any], params: dict[str, Any]) -> Any:
    shape = params["shape"]
    return blank(shape, operands[0].dtype, None) if math.prod(shape) >= SMALL else None


_RULES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("relu", "sigmoid", "where"), _corner),
    **dict.fromkeys(("sum", "mean", "max", "min"), _reduced),
    **dict.fromkeys(("row_sum", "row_products"), _over_rows),
    "products_along": _kept,
    "matmul": _product,
    "linear": _weighted,
    "put_back": _put_back,
    "conv": _images(0),
    "conv_transpose": _images(0),
    "conv_weight": _images(0, 1, summed=True),
    "max_pool": _images(0),
    "pool_to_winners": _images(0, 1, 2),
}
