"""Indexing: picking elements, and its transpose, putting a gradient back where it was picked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.primitive import primitive
from autograd.value import Value

__all__ = ["getitem", "put_back", "set_at"]


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
        from autograd.ops.gaps import picked

        return picked(x, parts)
    return _getitem(x, index=_plain_index(index))


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
        from autograd.ops.gaps import put

        return put(x, new, parts)
    if gaps and len(parts) == 1 and _is_mask(gaps[0], x) and not np.ndim(new):
        mask = gaps[0].reshape(gaps[0].shape + (1,) * (np.ndim(x) - gaps[0].ndim))
        return np.where(mask, new, x).astype(x.dtype)
    return _set_at(x, new, index=_plain_index(index))


def _is_integers(part: Any) -> bool:
    if isinstance(part, bool):
        return False
    return isinstance(part, int) or getattr(part, "dtype", np.dtype(float)).kind in "iu"


def _is_mask(part: Value, x: Any) -> bool:
    return part.dtype == bool and x.dtype.kind == "f" and part.shape == x.shape[: part.ndim]
