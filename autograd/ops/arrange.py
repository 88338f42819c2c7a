"""Arrangements: arrays turned, moved and repeated; diagonals and triangles of matrices.

Nothing here has a derivative of its own. Each is a few of `reshape`, `transpose`, `concatenate`,
indexing and `take`, and says in a line or two which.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from autograd.errors import NotDifferentiableError, ShapeError
from autograd.ops.along import _whole, take
from autograd.ops.asked import _array, _axis
from autograd.ops.elementwise import astype, positive
from autograd.ops.index import put_back
from autograd.ops.shape import broadcast_to, concatenate, expand_dims, reshape, transpose
from autograd.primitive import answers
from autograd.value import Value

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "copy",
    "diag",
    "diagflat",
    "diagonal",
    "flip",
    "fliplr",
    "flipud",
    "full_like",
    "moveaxis",
    "ravel",
    "repeat",
    "roll",
    "rollaxis",
    "rot90",
    "swapaxes",
    "tile",
    "trace",
    "tril",
    "triu",
]


def _plain(x: Any) -> Any:
    """The number of a count or a place that is given as a Value."""
    if not isinstance(x, Value):
        return x
    if x.requires_grad:
        raise NotDifferentiableError(
            f"counts and places have no derivative, and {x._label()} wants one; pass its .data"
        )
    return x._seen()


def _axes(axis: Any, x: Any, asked: str) -> list[int]:
    """One axis or several, counted from the front, each at most once."""
    found = [_axis(a, x, asked) for a in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    if len(set(found)) < len(found):
        raise ShapeError(f"{asked}: axis {axis} names one twice (the shape is {np.shape(x)})")
    return found


# -------------------------------------------------------------------------------------- the axes


def _by_columns(order: Any, asked: str) -> bool:
    """Whether `order` counts the first axis fastest; memory itself ("A", "K") decides nothing."""
    if order not in ("C", "F", None):
        raise ValueError(f"{asked}: order is 'C' (rows) or 'F' (columns), not {order!r:.60}")
    return order == "F"


@answers(np.ravel)
def ravel(x: Any, order: Literal["C", "F"] = "C") -> Any:
    """x as one line, row by row, or column by column for order "F".

    >>> ravel(Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([1., 2., 3., 4.])
    """
    x = _array(x, "ravel")
    if _by_columns(order, "ravel"):
        x = transpose(x)
    line = reshape(x, -1)
    return positive(line) if _is_a_view_with_gaps(line) else line


def _is_a_view_with_gaps(line: Any) -> bool:
    """Whether reshape made do without a copy where NumPy's ravel makes one."""
    if not isinstance(line, Value) or line.traced or getattr(line, "view_of", None) is None:
        return False
    return not line._data.flags.c_contiguous


@answers(np.reshape)
def reshape_in_order(
    x: Any, /, shape: Any, order: Literal["C", "F"] = "C", *, copy: bool | None = None
) -> Any:
    """NumPy's reshape, which can count by columns too; `copy` is there for its sake."""
    if not _by_columns(order, "reshape"):
        return reshape(x, shape)
    shape = shape if isinstance(shape, (tuple, list)) else (shape,)
    return transpose(reshape(transpose(x), tuple(shape[::-1])))


@answers(np.copy)
def copy(x: Any, order: Any = "K", subok: bool = False) -> Any:
    """The same numbers as a new node; the other arguments are there for NumPy's sake.

    >>> copy(Value([1.0, 2.0]))
    Value([1., 2.])
    """
    return positive(_array(x, "copy"))


@answers(np.full_like)
def full_like(x: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    """An array of the shape and dtype of x, filled with `fill_value`, which may be a Value.

    >>> full_like(np.zeros(2), Value(3.0))
    Value([3., 3.])
    """
    dtype = np.dtype(dtype) if dtype is not None else _array(x, "full_like").dtype
    shape = np.shape(x) if shape is None else shape
    if not isinstance(fill_value, Value):
        return np.full(shape, fill_value, dtype)
    return broadcast_to(
        fill_value if fill_value.dtype == dtype else astype(fill_value, dtype), shape
    )


@answers(np.rollaxis)
def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """An axis moved to before the place `start`.

    >>> rollaxis(Value(np.ones((2, 3, 4))), 2).shape
    (4, 2, 3)
    """
    x = _array(x, "rollaxis")
    axis = _axis(axis, x, "rollaxis")
    start = start + x.ndim if start < 0 else start
    if not 0 <= start <= x.ndim:
        raise ShapeError(f"rollaxis: start {start} is out of bounds for shape {x.shape}")
    return moveaxis(x, axis, start - (axis < start))


@answers(np.moveaxis)
def moveaxis(x: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Any:
    """Axes moved to other places; the rest keep their order.

    >>> moveaxis(Value(np.ones((2, 3, 4))), 0, -1).shape
    (3, 4, 2)
    """
    x = _array(x, "moveaxis")
    sources, places = _axes(source, x, "moveaxis"), _axes(destination, x, "moveaxis")
    if len(sources) != len(places):
        raise ShapeError(f"moveaxis: {source} are not as many axes as {destination}")
    order = [i for i in range(x.ndim) if i not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return transpose(x, tuple(order))


@answers(np.swapaxes)
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Two axes exchanged.

    >>> swapaxes(Value(np.ones((2, 3, 4))), 0, -1).shape
    (4, 3, 2)
    """
    x = _array(x, "swapaxes")
    a, b = _axis(axis1, x, "swapaxes"), _axis(axis2, x, "swapaxes")
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, tuple(order))


def _at_least(ndim: int, arrays: tuple[Any, ...], place: Any) -> Any:
    """Each array with new axes where `place` says, for its own number of axes, they go."""
    grown = tuple(
        expand_dims(x, place[np.ndim(x)]) if np.ndim(x) < ndim else _array(x, "atleast")
        for x in arrays
    )
    return grown[0] if len(grown) == 1 else grown


@answers(np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    """A number becomes an array of one; several arguments give a tuple.

    >>> atleast_1d(Value(3.0))
    Value([3.])
    """
    return _at_least(1, arrays, ((0,),))


@answers(np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    """A number or a line becomes a matrix of one row.

    >>> atleast_2d(Value([1.0, 2.0])).shape
    (1, 2)
    """
    return _at_least(2, arrays, ((0, 1), (0,)))


@answers(np.atleast_3d)
def atleast_3d(*arrays: Any) -> Any:
    """New axes until there are three: around a line, behind a matrix.

    >>> atleast_3d(Value([1.0, 2.0])).shape
    (1, 2, 1)
    """
    return _at_least(3, arrays, ((0, 1, 2), (0, 2), (2,)))


# ---------------------------------------------------------------------------------- turn and move


@answers(np.flip)
def flip(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """x back to front, along all axes or those in `axis`.

    >>> flip(Value([1.0, 2.0, 3.0]))
    Value([3., 2., 1.])
    """
    x = _array(x, "flip")
    turned = range(x.ndim) if axis is None else _axes(axis, x, "flip")
    return x[tuple(slice(None, None, -1 if i in turned else None) for i in range(x.ndim))]


@answers(np.flipud)
def flipud(x: Any) -> Any:
    """x with its first axis back to front.

    >>> flipud(Value([1.0, 2.0]))
    Value([2., 1.])
    """
    return flip(x, 0)


@answers(np.fliplr)
def fliplr(x: Any) -> Any:
    """x with its second axis back to front.

    >>> fliplr(Value([[1.0, 2.0]]))
    Value([[2., 1.]])
    """
    return flip(x, 1)


@answers(np.rot90)
def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """x turned by k quarters, from the first of `axes` towards the second.

    >>> rot90(Value([[1.0, 2.0]]))
    Value([[2.],
           [1.]])
    """
    x = _array(x, "rot90")
    a, b = _axes(tuple(axes), x, "rot90")
    k = operator.index(k)
    if k % 2:
        x = swapaxes(x, a, b)
    turned = {0: (), 1: (a,), 2: (a, b), 3: (b,)}[k % 4]
    return flip(x, turned)


@answers(np.roll)
def roll(x: Any, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Any:
    """x moved on by `shift` places along `axis` (or flattened); what leaves at the end comes first.

    >>> roll(Value([1.0, 2.0, 3.0]), 1)
    Value([3., 1., 2.])
    """
    x = _array(x, "roll")
    if axis is None:
        return reshape(roll(reshape(x, -1), shift, 0), x.shape)
    shifts, axes = np.broadcast_arrays(_plain(shift), _plain(axis))
    for s, a in zip(shifts.flat, axes.flat, strict=True):
        a = _axis(a, x, "roll")
        cut = -operator.index(s) % max(x.shape[a], 1)
        if cut:
            halves = [x[_whole(a, slice(cut, None))], x[_whole(a, slice(cut))]]
            x = concatenate(halves, axis=a)
    return x


# ------------------------------------------------------------------------------------------ repeat


@answers(np.tile)
def tile(x: Any, reps: int | tuple[int, ...]) -> Any:
    """x laid side by side `reps` times along each axis, the last ones last.

    >>> tile(Value([1.0, 2.0]), 2)
    Value([1., 2., 1., 2.])
    """
    x = _array(x, "tile")
    times = tuple(operator.index(r) for r in np.atleast_1d(_plain(reps)))
    ndim = max(len(times), x.ndim)
    times = (1,) * (ndim - len(times)) + times
    shape = (1,) * (ndim - x.ndim) + x.shape
    apart = reshape(x, tuple(n for size in shape for n in (1, size)))
    full = tuple(n for pair in zip(times, shape, strict=True) for n in pair)
    return reshape(broadcast_to(apart, full), tuple(map(operator.mul, times, shape)))


@answers(np.repeat)
def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Each element (or slice along `axis`) `repeats` times, or as often as its own count says.

    >>> repeat(Value([1.0, 2.0]), 2)
    Value([1., 1., 2., 2.])
    """
    x = _array(x, "repeat")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = _axis(axis, x, "repeat")
    return take(x, np.repeat(np.arange(x.shape[axis]), _plain(repeats)), axis)


# --------------------------------------------------------------------------------- matrices


@answers(np.diagonal)
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of the matrices on two axes, as a new last axis; `offset` > 0 lies above.

    >>> diagonal(Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([1., 4.])
    """
    x = _array(x, "diagonal")
    a, b = _axes((axis1, axis2), x, "diagonal")
    count = max(min(x.shape[a] + min(offset, 0), x.shape[b] - max(offset, 0)), 0)
    rows = np.arange(count)
    return moveaxis(x, (a, b), (-2, -1))[..., rows - min(offset, 0), rows + max(offset, 0)]


@answers(np.diag)
def diag(x: Any, k: int = 0) -> Any:
    """A line becomes the k-th diagonal of a matrix of zeros; of a matrix, its k-th diagonal.

    >>> diag(Value([1.0, 2.0]))
    Value([[1., 0.],
           [0., 2.]])
    """
    x = _array(x, "diag")
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise ShapeError(f"diag: needs one axis or two, not shape {x.shape}")
    size = len(x) + abs(k)
    rows = np.arange(len(x))
    return put_back(x, (rows - min(k, 0), rows + max(k, 0)), (size, size))


@answers(np.diagflat)
def diagflat(x: Any, k: int = 0) -> Any:
    """The flattened x as the k-th diagonal of a matrix of zeros.

    >>> diagflat(Value([[1.0, 2.0]]))
    Value([[1., 0.],
           [0., 2.]])
    """
    return diag(reshape(x, -1), k)


@answers(np.trace)
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal.

    >>> trace(Value([[1.0, 2.0], [3.0, 4.0]]))
    Value(5.0)
    """
    return np.sum(diagonal(x, offset, axis1, axis2), axis=-1)


def _triangle(x: Any, k: int, lower: bool, asked: str) -> Any:
    x = _array(x, asked)
    if not x.ndim:
        raise ShapeError(f"{asked}: needs at least one axis, not a single number")
    rows, columns = x.shape[-2:] if x.ndim > 1 else 2 * x.shape
    return np.where(np.tri(rows, columns, k, dtype=bool) == lower, x, 0)


@answers(np.tril)
def tril(x: Any, k: int = 0) -> Any:
    """The matrices on the last two axes with zeros above the k-th diagonal.

    >>> tril(Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([[1., 0.],
           [3., 4.]])
    """
    return _triangle(x, k, True, "tril")


@answers(np.triu)
def triu(x: Any, k: int = 0) -> Any:
    """The matrices on the last two axes with zeros below the k-th diagonal.

    >>> triu(Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([[1., 2.],
           [0., 4.]])
    """
    return _triangle(x, k - 1, False, "triu")
