"""Arrays joined and cut: beside each other, below each other, in blocks and grids.

Nothing here has a derivative of its own: each joins with `concatenate` or picks by an index.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.along import _upright, _whole
from autograd.ops.arrange import _plain, atleast_1d, atleast_2d, atleast_3d
from autograd.ops.asked import _array, _axis
from autograd.ops.shape import broadcast_to, concatenate, reshape
from autograd.primitive import answers

__all__ = [
    "append",
    "array_split",
    "block",
    "broadcast_arrays",
    "column_stack",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "meshgrid",
    "split",
    "unstack",
    "vsplit",
    "vstack",
]


def _grown(arrays: Any, grow: Any, asked: str) -> list[Any]:
    if not hasattr(arrays, "__len__") or np.ndim(arrays if hasattr(arrays, "ndim") else [0]) == 0:
        raise TypeError(f"{asked}: expected a list of arrays to join, got {arrays!r:.60}")
    return [grow(x) for x in arrays]


@answers(np.hstack)
def hstack(arrays: Sequence[Any]) -> Any:
    """Arrays beside each other: along the second axis, lines end to end.

    >>> hstack([Value([1.0]), Value([2.0, 3.0])])
    Value([1., 2., 3.])
    """
    grown = _grown(arrays, atleast_1d, "hstack")
    return concatenate(grown, axis=0 if grown and grown[0].ndim == 1 else 1)


@answers(np.vstack)
def vstack(arrays: Sequence[Any]) -> Any:
    """Arrays below each other: along the first axis, a line being one row.

    >>> vstack([Value([1.0, 2.0]), Value([3.0, 4.0])])
    Value([[1., 2.],
           [3., 4.]])
    """
    return concatenate(_grown(arrays, atleast_2d, "vstack"), axis=0)


@answers(np.dstack)
def dstack(arrays: Sequence[Any]) -> Any:
    """Arrays behind each other, along the third axis.

    >>> dstack([Value([1.0, 2.0]), Value([3.0, 4.0])]).shape
    (1, 2, 2)
    """
    return concatenate(_grown(arrays, atleast_3d, "dstack"), axis=2)


@answers(np.column_stack)
def column_stack(arrays: Sequence[Any]) -> Any:
    """Arrays beside each other, a line being one column.

    >>> column_stack([Value([1.0, 2.0]), Value([3.0, 4.0])])
    Value([[1., 3.],
           [2., 4.]])
    """
    as_columns = lambda x: atleast_2d(x).T if np.ndim(x) < 2 else x
    return concatenate(_grown(arrays, as_columns, "column_stack"), axis=1)


@answers(np.append)
def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """x with `values` after it along `axis`, or both flattened.

    >>> append(Value([1.0, 2.0]), 3.0)
    Value([1., 2., 3.])
    """
    return concatenate([_array(x, "append"), _array(values, "append")], axis=axis)


@answers(np.array_split)
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """x cut along `axis` at the given places, or into so many parts, the first ones longer.

    >>> array_split(Value([1.0, 2.0, 3.0]), 2)
    [Value([1., 2.]), Value([3.])]
    """
    x = _array(x, "array_split")
    axis = _axis(axis, x, "array_split")
    indices_or_sections = _plain(indices_or_sections)
    if np.ndim(indices_or_sections):
        cuts = [operator.index(i) for i in indices_or_sections]
    else:
        count, n = operator.index(indices_or_sections), x.shape[axis]
        if count < 1:
            raise ValueError(f"array_split: the number of parts must be at least 1, and is {count}")
        size, longer = divmod(n, count)
        cuts = [i * size + min(i, longer) for i in range(1, count)]
    parts = zip([0, *cuts], [*cuts, None], strict=True)
    return [x[_whole(axis, slice(start, end))] for start, end in parts]


@answers(np.split)
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """x cut along `axis` at the given places, or into so many equal parts.

    Raises:
        ValueError: the axis does not divide into so many parts.

    >>> split(Value([1.0, 2.0, 3.0, 4.0]), 2)
    [Value([1., 2.]), Value([3., 4.])]
    """
    x = _array(x, "split")
    axis = _axis(axis, x, "split")
    if not np.ndim(indices_or_sections):
        parts = operator.index(indices_or_sections)
        if parts < 1 or x.shape[axis] % parts:
            raise ValueError(
                f"split: {x.shape[axis]} elements along axis {axis} of shape {x.shape} do not "
                f"divide into {parts} equal parts; array_split makes unequal ones"
            )
    return array_split(x, indices_or_sections, axis)


@answers(np.hsplit)
def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x cut along its second axis (a line along its only one), as `split` cuts.

    >>> hsplit(Value([1.0, 2.0]), 2)
    [Value([1.]), Value([2.])]
    """
    x = _at_least_axes(x, 1, "hsplit")
    return split(x, indices_or_sections, 1 if x.ndim > 1 else 0)


@answers(np.vsplit)
def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x cut along its first axis, of at least two, as `split` cuts.

    >>> [part.shape for part in vsplit(Value(np.ones((4, 3))), 2)]
    [(2, 3), (2, 3)]
    """
    return split(_at_least_axes(x, 2, "vsplit"), indices_or_sections, 0)


@answers(np.dsplit)
def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x cut along its third axis, as `split` cuts.

    >>> [part.shape for part in dsplit(Value(np.ones((1, 2, 4))), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    return split(_at_least_axes(x, 3, "dsplit"), indices_or_sections, 2)


def _at_least_axes(x: Any, count: int, asked: str) -> Any:
    x = _array(x, asked)
    if x.ndim < count:
        raise ShapeError(f"{asked}: needs at least {count} axes, not shape {x.shape}")
    return x


@answers(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The slices of x along `axis`, without that axis.

    >>> unstack(Value([1.0, 2.0]))
    (Value(1.0), Value(2.0))
    """
    x = _array(x, "unstack")
    axis = _axis(axis, x, "unstack")
    return tuple(x[_whole(axis, i)] for i in range(x.shape[axis]))


@answers(np.block)
def block(arrays: Any) -> Any:
    """An array put together from nested lists of blocks: the innermost lie beside each other.

    >>> block([[Value([[1.0]]), np.zeros((1, 2))], [np.ones((1, 3))]])
    Value([[1., 0., 0.],
           [1., 1., 1.]])
    """
    depth, ndim = _depth(arrays), 0
    for part in _leaves(arrays):
        ndim = max(ndim, np.ndim(part))
    ndim = max(ndim, depth)

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list):
            return concatenate([joined(p, level + 1) for p in part], axis=ndim - depth + level)
        part = _array(part, "block")
        return reshape(part, (1,) * (ndim - part.ndim) + part.shape)

    return joined(arrays, 0)


def _depth(arrays: Any) -> int:
    """How deep lists are nested, everywhere the same."""
    if not isinstance(arrays, list):
        return 0
    depths = {_depth(part) for part in arrays}
    if len(depths) != 1:
        raise ValueError("block: lists must be nested equally deep everywhere, and none be empty")
    return 1 + depths.pop()


def _leaves(arrays: Any) -> list[Any]:
    return [x for part in arrays for x in _leaves(part)] if isinstance(arrays, list) else [arrays]


@answers(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any) -> tuple[Any, ...]:
    """All arrays in the shape that they broadcast to together.

    >>> [x.shape for x in broadcast_arrays(Value(1.0), np.ones((2, 1)), np.ones(3))]
    [(2, 3), (2, 3), (2, 3)]
    """
    shape = np.broadcast_shapes(*(np.shape(x) for x in arrays))
    return tuple(broadcast_to(x, shape) for x in arrays)


@answers(np.meshgrid)
def meshgrid(
    *lines: Any, copy: bool = True, sparse: bool = False, indexing: Literal["xy", "ij"] = "xy"
) -> tuple[Any, ...]:
    """A grid from the coordinates along its axes: of every point, each of its coordinates.

    Args:
        lines: numbers or lines of them.
        sparse: whether to leave the axes a coordinate does not depend on at size 1.
        indexing: "xy" has the second coordinate first among the axes, as in a picture; "ij" not.

    >>> x, y = meshgrid(Value([1.0, 2.0]), np.zeros(3))
    >>> x.shape
    (3, 2)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij', not {indexing!r}")
    count = len(lines)
    places = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else range(count)
    axes = [
        reshape(_array(line, "meshgrid"), _upright(place, count))
        for line, place in zip(lines, places)
    ]
    return tuple(axes) if sparse else broadcast_arrays(*axes)
