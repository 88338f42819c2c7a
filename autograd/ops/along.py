"""Along one axis: taking, putting and adding elements by their numbers, line by line."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array, _axis, _integers
from autograd.ops.index import _last_written, _writable, put_back
from autograd.primitive import answers, primitive

__all__ = ["gather", "put_along_axis", "scatter_add", "take", "take_along_axis"]


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
