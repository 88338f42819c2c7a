"""Shape: the same numbers arranged anew. A derivative only arranges the gradient back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.primitive import primitive

__all__ = [
    "broadcast_to",
    "concatenate",
    "expand_dims",
    "matrix_transpose",
    "reshape",
    "squeeze",
    "stack",
    "transpose",
]

_SMALL = 65536  # below this, filling an array is quicker than NumPy's strided view of one


def _undo_transpose(g: Any, out: Any, x: Any, axes: Any = None) -> Any:
    if axes is None:
        return g.transpose()
    axes = (axes,) if isinstance(axes, int) else axes
    return g.transpose(tuple(int(i) for i in np.argsort([a % len(axes) for a in axes])))


@primitive(
    lambda g, out, x, shape: g.reshape(np.shape(x)),
    jvp="linear",
    samples="reshape",
    views=True,
)
def reshape(x: Any, shape: int | tuple[int, ...]) -> Any:
    """The same numbers, in the same order, in another shape; one size may be -1.

    >>> reshape(Value([1.0, 2.0, 3.0, 4.0]), (2, 2))
    Value([[1., 2.],
           [3., 4.]])
    """
    return np.reshape(x, shape)


@primitive(
    _undo_transpose,
    jvp="linear",
    numpy=(np.transpose, np.permute_dims),
    samples="transpose",
    views=True,
)
def transpose(x: Any, axes: tuple[int, ...] | None = None) -> Any:
    """The axes in another order: reversed, or as `axes` says.

    >>> transpose(Value([[1.0, 2.0]])).shape
    (2, 1)
    """
    return np.transpose(x, axes)


@primitive(
    lambda g, out, x: g.mT,
    jvp="linear",
    numpy=np.matrix_transpose,
    samples="matrix",
    views=True,
)
def matrix_transpose(x: Any) -> Any:
    """The last two axes exchanged.

    >>> matrix_transpose(Value(np.ones((5, 2, 3)))).shape
    (5, 3, 2)
    """
    return np.matrix_transpose(x)


def _sum_to(g: Any, out: Any, x: Any, shape: Any) -> Any:
    return g  # the engine sums a gradient over every axis its operand was broadcast along


@primitive(_sum_to, jvp="linear", numpy=np.broadcast_to, samples="broadcast")
def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    """x repeated along new axes and axes of size 1 until it has `shape`.

    >>> broadcast_to(Value([1.0, 2.0]), (2, 2))
    Value([[1., 2.],
           [1., 2.]])
    """
    size = 1
    for n in (shape,) if isinstance(shape, int) else shape:
        size *= n
    if size > _SMALL or not isinstance(x, (np.ndarray, np.generic)):
        return np.broadcast_to(x, shape)
    out = np.empty(shape, x.dtype)
    if out.ndim < x.ndim:
        raise ValueError(
            f"an array of shape {x.shape} has more axes than {shape}: cannot broadcast"
        )
    out[...] = x
    return out


@primitive(
    lambda g, out, x, axis: g.reshape(np.shape(x)),
    jvp="linear",
    numpy=np.expand_dims,
    samples="expand_dims",
    views=True,
)
def expand_dims(x: Any, axis: int | tuple[int, ...]) -> Any:
    """x with new axes of size 1 at the places `axis` of the result.

    >>> expand_dims(Value([1.0, 2.0]), 0).shape
    (1, 2)
    """
    return np.expand_dims(x, axis)


@primitive(
    lambda g, out, x, axis=None: g.reshape(np.shape(x)),
    jvp="linear",
    numpy=np.squeeze,
    samples="squeeze",
    views=True,
)
def squeeze(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """x without its axes of size 1: all of them, or those in `axis`.

    >>> squeeze(Value([[1.0, 2.0]])).shape
    (2,)
    """
    return np.squeeze(x, axis)


# ------------------------------------------------------------------------------------------- join


def _piece(i: int, g: Any, out: Any, *xs: Any, axis: int = 0) -> Any:
    """The part of a joined gradient that belongs to operand i."""
    axis %= out.ndim
    start = builtin_sum(np.shape(x)[axis] for x in xs[:i])
    return g[(slice(None),) * axis + (slice(start, start + np.shape(xs[i])[axis]),)]


def _layer(i: int, g: Any, out: Any, *xs: Any, axis: int = 0) -> Any:
    return g[(slice(None),) * (axis % out.ndim) + (i,)]


builtin_sum = sum


@primitive(_piece, jvp="linear", variadic=True, samples="concatenate", name="concatenate")
def _concatenate(*xs: Any, axis: int = 0) -> Any:
    return np.concatenate(xs, axis=axis)


@primitive(_layer, jvp="linear", variadic=True, samples="stack", name="stack")
def _stack(*xs: Any, axis: int = 0) -> Any:
    return np.stack(xs, axis=axis)


def _each(arrays: Any, asked: str) -> Sequence[Any]:
    if not hasattr(arrays, "__len__") or not np.ndim(arrays if hasattr(arrays, "ndim") else [0]):
        raise TypeError(f"{asked}: expected a list of arrays to join, got {arrays!r:.60}")
    return arrays


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """Arrays one after the other along an axis they have; other sizes must agree.

    With `axis=None` they are flattened first.

    >>> concatenate([Value([1.0]), Value([2.0, 3.0])])
    Value([1., 2., 3.])
    """
    if axis is None:
        return _concatenate(*(reshape(x, -1) for x in _each(arrays, "concatenate")), axis=0)
    return _concatenate(*_each(arrays, "concatenate"), axis=axis)


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Arrays of one shape side by side along a new axis.

    >>> stack([Value(1.0), Value(2.0)])
    Value([1., 2.])
    """
    return _stack(*_each(arrays, "stack"), axis=axis)
