"""Indexing: picking elements, and its transpose, putting a gradient back where it was picked."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from autograd.errors import ShapeError
from autograd.primitive import Primitive, answers, constant, primitive, record
from autograd.value import Value

__all__ = [
    "gather",
    "getitem",
    "put_along_axis",
    "put_back",
    "scatter_add",
    "set_at",
    "take",
    "take_along_axis",
]


def _is_basic(index: Any) -> bool:
    """Whether no element can be picked twice: integers, slices, None, Ellipsis, a boolean mask."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, (int, np.integer, slice, np.bool))
        or (isinstance(part, np.ndarray) and part.dtype == bool)
        for part in parts
    )


def _plain_index(index: Any) -> Any:
    """An index without Values in it."""
    if isinstance(index, tuple):
        return tuple(_plain_index(part) for part in index)
    data = getattr(index, "_data", index)
    if getattr(data, "dtype", None) is not None and data.dtype.kind == "f":
        raise IndexError(
            f"index: indices are integers, booleans or slices, not {data.dtype} numbers; "
            "convert them with .astype(int)"
        )
    return data.copy() if isinstance(data, np.ndarray) else data  # backward needs it as it is now


def _picked(g: Any, out: Any, x: Any, index: Any) -> Any:
    return put_back(g, index, np.shape(x))


@primitive(
    _picked,
    jvp="linear",
    samples="getitem",
    name="getitem",
    symbol="[ ]",
    views=True,
)
def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def getitem(x: Any, index: Any) -> Any:
    """x[index] with NumPy's rules: integers, slices, None, ..., masks, integer arrays.

    >>> getitem(Value([1.0, 2.0, 3.0]), slice(1, None))
    Value([2., 3.])
    """
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, Value) and part.traced for part in parts):
        return _by_operands(x, parts)
    return _getitem(x, index=_plain_index(index))


def _by_operands(x: Any, parts: tuple[Any, ...]) -> Any:
    """x[parts] with integers that are operands: a compiled function looks them up at each call."""
    if not all(_is_integers(part) for part in parts if isinstance(part, Value)):
        return _getitem(x, index=_plain_index(parts))  # this reads their numbers
    whole = 0
    while isinstance(parts[whole], slice) and parts[whole] == slice(None):
        whole += 1
    numbers = parts[whole:]
    if len(parts) > np.ndim(x) or not all(_is_integers(part) for part in numbers):
        index, gaps = _taken_apart(parts)
        return record(_PICK, (x, *gaps), {"index": index})
    shape = np.shape(x)
    sizes = shape[whole : whole + len(numbers)]
    if len(numbers) == 1:
        return _take(x, numbers[0], axis=whole)
    flat = record(_FLAT, numbers, {"sizes": sizes})
    rest = shape[whole + len(numbers) :]
    return _take(x.reshape((*shape[:whole], math.prod(sizes), *rest)), flat, axis=whole)


def _taken_apart(parts: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any]]:
    """An index with a gap for every Value in it, and the Values that fill the gaps."""
    numbers = [part for part in parts if isinstance(part, Value)]
    index = tuple([_GAP if isinstance(part, Value) else _plain_index(part) for part in parts])
    return index, numbers


def _filled(index: tuple[Any, ...], numbers: Any) -> tuple[Any, ...]:
    rest = iter(numbers)
    return tuple([next(rest) if part is _GAP else part for part in index])


def _pick(x: Any, *numbers: Any, index: tuple[Any, ...]) -> Any:
    return np.array(x[_filled(index, numbers)])  # single numbers alone would give a view


def _unpick(x: Any, *numbers: Any, index: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    return put_back(x, _filled(index, numbers), shape)


def _to_picked(i: int, g: Any, out: Any, x: Any, *numbers: Any, index: Any) -> Any:
    return record(_UNPICK, (g, *numbers), {"index": index, "shape": np.shape(x)})


def _to_unpicked(i: int, g: Any, out: Any, x: Any, *numbers: Any, index: Any, shape: Any) -> Any:
    return record(_PICK, (g, *numbers), {"index": index})


_GAP = object()
_PICK = Primitive("pick", _pick, (_to_picked,), ("x",), ("index",), variadic=True)
_UNPICK = Primitive("unpick", _unpick, (_to_unpicked,), ("x",), ("index", "shape"), variadic=True)


def _is_integers(part: Any) -> bool:
    if isinstance(part, bool):
        return False
    return isinstance(part, int) or getattr(part, "dtype", np.dtype(float)).kind in "iu"


def _flat_index(*numbers: Any, sizes: tuple[int, ...]) -> Any:
    """Several indices as one, into the axes of `sizes` made one; negative ones from the end."""
    flat: Any = 0
    for axis, (n, size) in enumerate(zip(numbers, sizes, strict=True)):
        n = np.asarray(n)
        if n.size and not (-size <= n.min() and n.max() < size):
            bad = n[(n < -size) | (n >= size)].flat[0] if n.ndim else n
            raise IndexError(f"index {bad} is out of bounds for axis {axis} with size {size}")
        flat = flat * size + np.where(n < 0, n + size, n)
    return flat


_FLAT = Primitive("flat_index", _flat_index, (None,), ("numbers",), ("sizes",), variadic=True)


@primitive(lambda g, out, x, index, shape: g[index], jvp="linear", samples="put_back")
def put_back(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with x added at `index`; what was picked twice gets both.

    >>> put_back(np.array([1.0, 2.0]), np.array([0, 0]), (3,))
    array([3., 0., 0.])
    """
    out = np.zeros(shape, np.asarray(x).dtype)
    if _is_basic(index):
        out[index] = x
    else:
        np.add.at(out, index, x)
    return out


def _written(g: Any, out: Any, x: Any, new: Any, index: Any) -> Any:
    """The part of the gradient that what was written receives: of two at one place, the last."""
    picked = g[index]
    if _is_basic(index):
        return picked
    return picked * _last_written(index, np.shape(x), np.shape(picked))


def _last_written(index: Any, shape: tuple[int, ...], written: tuple[int, ...]) -> Any:
    """Of numbers of shape `written`, those that stay: no later one is written to their place."""
    number = np.arange(math.prod(written)).reshape(written)
    latest = np.empty(shape, int)
    latest[index] = number
    return latest[index] == number


def _writable(x: Any, new: Any) -> Any:
    """A copy of x, if `new` fits into its dtype."""
    out = np.array(x)
    if np.asarray(new).dtype.kind == "f" and out.dtype.kind != "f":
        raise TypeError(f"floats do not fit into {out.dtype} numbers; make x float")
    return out


@primitive(
    lambda g, out, x, new, index: set_at(g, 0.0, index),
    _written,
    jvp="linear",
    samples="set_at",
    name="set_at",
    symbol="[ ] =",
)
def _set_at(x: Any, new: Any, index: Any) -> Any:
    out = _writable(x, new)
    out[index] = new
    return out


def set_at(x: Any, new: Any, index: Any) -> Any:
    """A copy of x with `new` written at `index`, what `x[index] = new` records.

    Of two numbers written to one place the last counts, and the gradient goes to it alone.

    >>> set_at(Value([1.0, 2.0, 3.0]), 5.0, slice(1, None))
    Value([1., 5., 5.])
    """
    parts = index if isinstance(index, tuple) else (index,)
    gaps = [part for part in parts if isinstance(part, Value) and part.traced]
    if gaps and all(map(_is_integers, gaps)):
        index, numbers = _taken_apart(parts)
        return record(_PUT, (x, new, *numbers), {"index": index})
    if gaps and len(parts) == 1 and _is_mask(gaps[0], x) and not np.ndim(new):
        mask = gaps[0].reshape(gaps[0].shape + (1,) * (np.ndim(x) - gaps[0].ndim))
        return np.where(mask, new, x).astype(x.dtype)
    return _set_at(x, new, index=_plain_index(index))


def _is_mask(part: Value, x: Any) -> bool:
    return part.dtype == bool and x.dtype.kind == "f" and part.shape == x.shape[: part.ndim]


def _put(x: Any, new: Any, *numbers: Any, index: tuple[Any, ...]) -> Any:
    forward: Any = _set_at.__wrapped__  # type: ignore[attr-defined]
    return forward(x, new, _filled(index, numbers))


def _through_put(i: int, g: Any, out: Any, x: Any, new: Any, *numbers: Any, index: Any) -> Any:
    """As for `set_at`: of two numbers at one place, the last gets the gradient."""
    if i == 0:
        return record(_PUT, (g, 0.0, *numbers), {"index": index})
    picked = record(_PICK, (g, *numbers), {"index": index})
    sizes = {"index": index, "shape": np.shape(x), "written": np.shape(picked)}
    return picked * record(_LAST, tuple(numbers), sizes)


def _last_of(*numbers: Any, index: Any, shape: Any, written: Any) -> Any:
    return _last_written(_filled(index, numbers), shape, written)


_PUT = Primitive("put", _put, (_through_put,), ("x",), ("index",), variadic=True)
_LAST = Primitive(
    "last_written", _last_of, (None,), ("numbers",), ("index", "shape", "written"), variadic=True
)


# ------------------------------------------------------------------------------- along one axis


def _whole(axis: int, index: Any) -> tuple[Any, ...]:
    """`index` on one axis (counted from the front), everything on those before it."""
    return (*(slice(None),) * axis, index)


def _upright(axis: int, ndim: int) -> tuple[int, ...]:
    """The shape of a line that lies on one of `ndim` axes, to reshape to."""
    return tuple(-1 if i == axis else 1 for i in range(ndim))


def _along(indices: Any, shape: tuple[int, ...], axis: int) -> tuple[Any, ...]:
    """The index that picks, at every place of `indices`, that element of this line on `axis`."""
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in shape)])
    grid[axis] = indices
    return tuple(grid)


def _integers(indices: Any, asked: str) -> Any:
    """Indices as an operand: whole numbers, of any integer dtype; none at all may be floats."""
    indices = _array(indices, asked)
    if indices.dtype.kind in "iu":
        return indices if isinstance(indices, Value) else np.array(indices)  # as it is now
    if indices.size == 0 and isinstance(indices, np.ndarray):
        return indices.astype(int)
    raise IndexError(f"{asked}: indices are integers, not {indices.dtype} numbers")


def _array(x: Any, asked: str) -> Any:
    """x itself if it is an array or a Value, else an array of its numbers."""
    return x if isinstance(x, Value) else np.asarray(constant(x, asked))


def _axis(axis: Any, x: Any, asked: str) -> int:
    """`axis` counted from the front."""
    ndim = np.ndim(x)
    if not isinstance(axis, (int, np.integer)):
        raise TypeError(f"{asked}: axis is an integer, not {axis!r:.60}")
    if not -ndim <= axis < ndim:
        raise ShapeError(f"{asked}: axis {axis} is out of bounds for shape {np.shape(x)}")
    return int(axis) % ndim


def _untake(g: Any, out: Any, x: Any, indices: Any, axis: int) -> Any:
    return _put_taken(g, indices, shape=np.shape(x), axis=axis)


def _untake_along(g: Any, out: Any, x: Any, indices: Any, axis: int) -> Any:
    return _put_along(g, indices, shape=np.shape(x), axis=axis)


def _left_alone(g: Any, out: Any, x: Any, indices: Any, values: Any, axis: int) -> Any:
    return _put_over(g, indices, 0.0, axis=axis)


@primitive(
    _untake,
    None,
    jvp="linear",
    samples="take",
    name="take",
)
def _take(x: Any, indices: Any, axis: int) -> Any:
    return np.take(x, indices, axis)


@primitive(
    lambda g, out, x, indices, shape, axis: _take(g, indices, axis=axis),
    None,
    jvp="linear",
    samples="put_taken",
    name="put_taken",
)
def _put_taken(x: Any, indices: Any, shape: tuple[int, ...], axis: int) -> Any:
    out = np.zeros(shape, np.asarray(x).dtype)
    np.add.at(out, _whole(axis, indices), x)
    return out


@answers(np.take)
def take(
    x: Any,
    indices: Any,
    axis: int | None = None,
    mode: Literal["raise", "wrap", "clip"] = "raise",
) -> Any:
    """The elements (or slices along `axis`) at `indices`; what is picked twice gets both gradients.

    Args:
        x: any shape; flattened first where `axis` is None.
        indices: integers of any shape; it takes the place of the axis.
        mode: what an index out of bounds does: raise, wrap around, or clip to the last.

    Raises:
        IndexError: an index out of bounds, or no integer.

    >>> take(Value([1.0, 2.0, 3.0]), [2, 0])
    Value([3., 1.])
    """
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    axis, indices = _axis(axis, x, "take"), _integers(indices, "take")
    if mode == "wrap":
        indices = np.mod(indices, np.shape(x)[axis])
    elif mode == "clip":
        indices = np.clip(indices, 0, np.shape(x)[axis] - 1)
    elif mode != "raise":
        raise ValueError(f"take: mode is 'raise', 'wrap' or 'clip', not {mode!r}")
    return _take(x, indices, axis=axis)


@primitive(
    _untake_along,
    None,
    jvp="linear",
    samples="take_along_axis",
    name="take_along_axis",
)
def _take_along(x: Any, indices: Any, axis: int) -> Any:
    return np.take_along_axis(x, indices, axis)


@primitive(
    lambda g, out, x, indices, shape, axis: _take_along(g, indices, axis=axis),
    None,
    jvp="linear",
    samples="put_along",
    name="put_along",
)
def _put_along(x: Any, indices: Any, shape: tuple[int, ...], axis: int) -> Any:
    out = np.zeros(shape, np.asarray(x).dtype)
    np.add.at(out, _along(indices, shape, axis), x)
    return out


@answers(np.take_along_axis)
def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """On every line along `axis`, the elements at that line's own indices.

    Args:
        x: any shape; flattened first where `axis` is None.
        indices: integers, with as many axes as x; the other axes broadcast.

    >>> take_along_axis(Value([[1.0, 2.0], [3.0, 4.0]]), np.array([[1], [0]]), axis=1)
    Value([[2.],
           [3.]])
    """
    if axis is None:
        x, axis = np.reshape(x, -1), 0
    x, indices, axis = _lines(x, indices, axis, "take_along_axis")
    return _take_along(x, indices, axis=axis)


def _lines(x: Any, indices: Any, axis: int, asked: str) -> tuple[Any, Any, int]:
    """The operands of something done line by line, checked."""
    x = _array(x, asked)
    axis, indices = _axis(axis, x, asked), _integers(indices, asked)
    if indices.ndim != x.ndim:
        raise ShapeError(
            f"{asked}: indices of shape {indices.shape} need as many axes as x {x.shape}; "
            "add some with expand_dims"
        )
    return x, indices, axis


def _written_along(g: Any, out: Any, x: Any, indices: Any, values: Any, axis: int) -> Any:
    """As `_written`, line by line."""
    picked = _take_along(g, indices, axis=axis)
    places = _along(indices, np.shape(x), axis)
    return picked * _last_written(places, np.shape(x), np.shape(picked))


@primitive(
    _left_alone,
    None,
    _written_along,
    jvp="linear",
    samples="put_along_axis",
    name="put_along_axis",
)
def _put_over(x: Any, indices: Any, values: Any, axis: int) -> Any:
    out = _writable(x, values)
    out[_along(indices, out.shape, axis)] = values
    return out


def put_along_axis(x: Any, indices: Any, values: Any, axis: int | None) -> Any:
    """A copy of x in which, on every line along `axis`, `values` stand at that line's indices.

    Unlike NumPy's, it leaves x as it is and returns the result. Where two values are put in one
    place the last stays, and it alone gets the gradient.

    >>> put_along_axis(Value([[1.0, 2.0], [3.0, 4.0]]), np.array([[1], [0]]), 0.0, axis=1)
    Value([[1., 0.],
           [0., 4.]])
    """
    if axis is None:
        return np.reshape(put_along_axis(np.reshape(x, -1), indices, values, 0), np.shape(x))
    x, indices, axis = _lines(x, indices, axis, "put_along_axis")
    return _put_over(x, indices, values, axis=axis)


def _corner(x: Any, indices: Any, axis: int, asked: str) -> tuple[slice, ...]:
    """PyTorch's indices may be smaller than x on the other axes: they mean its first lines."""
    pairs = list(zip(np.shape(x), indices.shape, strict=True))
    if any(m > n for i, (n, m) in enumerate(pairs) if i != axis):
        raise ShapeError(
            f"{asked}: indices {indices.shape} exceed {np.shape(x)} on an axis other than {axis}"
        )
    return tuple(slice(None) if i == axis else slice(m) for i, (_, m) in enumerate(pairs))


def gather(x: Any, axis: int, indices: Any) -> Any:
    """PyTorch's gather: take_along_axis without broadcasting, from the first lines of x.

    Args:
        x: any shape.
        indices: integers, with as many axes as x, on the other axes no longer than x.

    Returns:
        The shape of `indices`.

    >>> gather(Value([[1.0, 2.0], [3.0, 4.0]]), 1, np.array([[0, 0]]))
    Value([[1., 1.]])
    """
    x, indices, axis = _lines(x, indices, axis, "gather")
    return _take_along(x[_corner(x, indices, axis, "gather")], indices, axis=axis)


def scatter_add(x: Any, axis: int, indices: Any, src: Any) -> Any:
    """PyTorch's scatter_add: x, with each number of `src` added at its index along `axis`.

    Args:
        x: any shape.
        indices: integers, with as many axes as x, nowhere longer than `src`.
        src: what is added; of it, the part as large as `indices`.

    >>> scatter_add(np.zeros(3), 0, np.array([2, 2]), Value([1.0, 5.0]))
    Value([0., 0., 6.])
    """
    x, indices, axis = _lines(x, indices, axis, "scatter_add")
    src = _array(src, "scatter_add")
    if src.ndim != x.ndim or any(m > n for n, m in zip(src.shape, indices.shape, strict=True)):
        raise ShapeError(f"scatter_add: indices {indices.shape} exceed src {src.shape}")
    corner = _corner(x, indices, axis, "scatter_add")
    part = src[tuple(slice(n) for n in indices.shape)]
    shape = tuple(x.shape[i] if i == axis else n for i, n in enumerate(indices.shape))
    return x + put_back(_put_along(part, indices, shape=shape, axis=axis), corner, x.shape)
