"""Arrangements: arrays turned, moved, repeated, padded, cut and joined.

Nothing here has a derivative of its own. Each is a few of `reshape`, `transpose`, `concatenate`,
indexing and `take`, and says in a line or two which.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from autograd.errors import NotDifferentiableError, ShapeError
from autograd.ops.elementwise import astype, positive
from autograd.ops.index import _array, _axis, _upright, _whole, put_back, take
from autograd.ops.shape import broadcast_to, concatenate, expand_dims, reshape, transpose
from autograd.primitive import answers
from autograd.value import Value

__all__ = [
    "append",
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block",
    "broadcast_arrays",
    "column_stack",
    "copy",
    "diag",
    "diagflat",
    "diagonal",
    "dsplit",
    "dstack",
    "flip",
    "fliplr",
    "flipud",
    "full_like",
    "hsplit",
    "hstack",
    "meshgrid",
    "moveaxis",
    "pad",
    "ravel",
    "repeat",
    "roll",
    "rollaxis",
    "rot90",
    "split",
    "swapaxes",
    "tile",
    "trace",
    "tril",
    "triu",
    "unfold",
    "unstack",
    "vsplit",
    "vstack",
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


# ------------------------------------------------------------------------------- repeat and extend


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


#: Modes of padding that copy elements, and those that compute numbers from a line.
_COPIED = ("edge", "reflect", "symmetric", "wrap")
_COMPUTED: dict[str, Any] = {
    "maximum": lambda line, axis: np.max(line, axis=axis, keepdims=True),
    "minimum": lambda line, axis: np.min(line, axis=axis, keepdims=True),
    "mean": lambda line, axis: np.mean(line, axis=axis, keepdims=True),
    "median": lambda line, axis: np.median(line, axis=axis, keepdims=True),
}


@answers(np.pad)
def pad(
    x: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: Any = "even",
) -> Any:
    """x with a margin on every side.

    Args:
        x: any shape.
        pad_width: how wide, as NumPy takes it: a number, (before, after), a pair per axis, or a
            dict of them by axis.
        mode: what fills it: "constant"; "edge"; x mirrored ("reflect", "symmetric") or repeated
            ("wrap"); "linear_ramp", down to `end_values`; or the "maximum", "minimum", "mean" or
            "median" of each line.
        constant_values: the constants of mode "constant", given like `pad_width`.
        end_values: where ramps end, given like `pad_width`.
        stat_length: of how many elements at each end a maximum or mean is taken; None means all.
        reflect_type: "even" alone.

    Raises:
        ValueError: another mode.

    >>> pad(Value([1.0, 2.0, 3.0]), 1, mode="reflect")
    Value([2., 1., 2., 3., 2.])
    """
    x = _array(x, "pad")
    if mode not in ("constant", "linear_ramp", *_COPIED, *_COMPUTED):
        known = "', '".join(("constant", "linear_ramp", *_COPIED, *_COMPUTED))
        raise ValueError(f"pad: mode is '{known}', not {mode!r:.60}")
    if reflect_type != "even":
        raise ValueError(f"pad: reflect_type is 'even' here, not {reflect_type!r:.60}")
    pad_width = _plain(pad_width)
    if isinstance(pad_width, dict):
        by_axis = {_axis(a, x, "pad"): w for a, w in pad_width.items()}
        pad_width = [np.broadcast_to(by_axis.get(i, 0), 2) for i in range(x.ndim)]
    places = np.pad(np.zeros(x.shape, bool), pad_width, mode="constant")  # NumPy checks the widths
    widths = np.broadcast_to(pad_width, (x.ndim, 2)).tolist()
    if mode == "constant":
        inside = tuple(slice(a, a + n) for (a, _), n in zip(widths, x.shape, strict=True))
        margin = np.pad(np.zeros(x.shape, x.dtype), pad_width, constant_values=constant_values)
        out = put_back(x, inside, places.shape)
        return out + margin if margin.any() else out
    per_side = lambda given: np.broadcast_to(given, (len(widths), 2))
    for axis, width in enumerate(widths):
        if not any(width):
            continue
        if mode in _COPIED:
            x = take(x, np.pad(np.arange(x.shape[axis]), width, mode=mode), axis)
        elif mode == "linear_ramp":
            x = _ramps(x, axis, width, per_side(end_values)[axis])
        else:
            lengths = (None, None) if stat_length is None else per_side(stat_length)[axis]
            x = _with_statistics(x, axis, width, lengths, _COMPUTED[mode])
    return x


def _ramps(x: Any, axis: int, width: Sequence[int], ends: Any) -> Any:
    """Straight lines from the edges of x to the `ends`."""
    shape = _upright(axis, x.ndim)
    sides = []
    for count, edge, end in zip(width, (slice(None, 1), slice(-1, None)), ends, strict=True):
        share = (np.arange(count) / max(count, 1)).astype(x.dtype).reshape(shape)
        end = x.dtype.type(end)
        sides.append(end + (x[_whole(axis, edge)] - end) * share)
    return concatenate([sides[0], x, flip(sides[1], axis)], axis=axis)


def _with_statistics(x: Any, axis: int, width: Sequence[int], lengths: Any, of: Any) -> Any:
    """One number for each line and side, taken of so many elements there."""
    before, after = lengths
    n = x.shape[axis]
    lines = (slice(before), slice(None if after is None else max(n - int(after), 0), None))
    sides = []
    for count, line in zip(width, lines, strict=True):
        number = of(x[_whole(axis, line)], axis)
        sides.append(broadcast_to(number, (*x.shape[:axis], count, *x.shape[axis + 1 :])))
    return concatenate([sides[0], x, sides[1]], axis=axis)


def unfold(x: Any, axis: int, size: int, step: int = 1) -> Any:
    """Windows of `size` neighbours along `axis`, every `step` places, as a new last axis.

    Args:
        x: any shape with at least one axis.
        axis: what the windows slide along; its length becomes their number.

    Returns:
        (..., windows, ..., size), as PyTorch's Tensor.unfold.

    Raises:
        ValueError: a size longer than the axis, a step below 1.

    >>> unfold(Value([1.0, 2.0, 3.0]), 0, 2)
    Value([[1., 2.],
           [2., 3.]])
    """
    x = _array(x, "unfold")
    axis = _axis(axis, x, "unfold")
    if not 0 <= size <= x.shape[axis] or step < 1:
        raise ValueError(
            f"unfold: windows of {size}, every {step}, along axis {axis} of shape {x.shape}; "
            "a size fits into the axis and a step is at least 1"
        )
    starts = np.arange(0, x.shape[axis] - size + 1, step)
    return moveaxis(take(x, starts[:, None] + np.arange(size), axis), axis + 1, -1)


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


# --------------------------------------------------------------------------------- join and cut


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
