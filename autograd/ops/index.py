"""Indexing: picking elements, and its transpose, putting a gradient back where it was picked."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import primitive

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
)
def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def getitem(x: Any, index: Any) -> Any:
    """x[index] with NumPy's rules: integers, slices, None, ..., masks, integer arrays.

    >>> getitem(Value([1.0, 2.0, 3.0]), slice(1, None))
    Value([2., 3.])
    """
    return _getitem(x, index=_plain_index(index))


@primitive(lambda g, out, x, index, shape: g[index], jvp="linear", samples="put_back")
def put_back(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with x added at `index`; what was picked twice gets both.

    >>> put_back(np.array([1.0, 2.0]), np.array([0, 0]), (3,))
    array([3., 0., 0.])
    """
    out = np.zeros(shape, x.dtype)
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
    numbers = np.arange(np.size(picked)).reshape(np.shape(picked))
    place = np.empty(np.shape(x), int)
    place[index] = numbers
    return picked * (place[index] == numbers)


@primitive(
    lambda g, out, x, new, index: set_at(g, 0.0, index),
    _written,
    jvp="linear",
    samples="set_at",
    name="set_at",
    symbol="[ ] =",
)
def _set_at(x: Any, new: Any, index: Any) -> Any:
    if np.asarray(new).dtype.kind == "f" and x.dtype.kind != "f":
        raise TypeError(f"floats do not fit into {x.dtype} numbers; make x float")
    out = np.array(x)
    out[index] = new
    return out


def set_at(x: Any, new: Any, index: Any) -> Any:
    """A copy of x with `new` written at `index`, what `x[index] = new` records.

    Of two numbers written to one place the last counts, and the gradient goes to it alone.

    >>> set_at(Value([1.0, 2.0, 3.0]), 5.0, slice(1, None))
    Value([1., 5., 5.])
    """
    return _set_at(x, new, index=_plain_index(index))
