"""Writes: NumPy's functions that change their operand; each is an assignment `x[index] = values`.

The operand must be a Value, which then stands for the result (see `Value.__setitem__`). All return
None, as NumPy's do. A plain array cannot hold Values and is refused.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.errors import NotDifferentiableError, ShapeError
from autograd.ops.along import _along, _lines, take
from autograd.ops.asked import _array, _axis, _integers
from autograd.ops.index import _plain_index, put_back
from autograd.ops.order import partition, sort
from autograd.ops.shape import broadcast_to, reshape
from autograd.primitive import answers
from autograd.value import Value, seen

__all__: list[str] = []  # they answer for NumPy's functions and ndarray's methods


def _target(x: Any, asked: str) -> Value:
    """What is written into, if it can hold what is written."""
    if isinstance(x, Value):
        return x
    raise NotDifferentiableError(
        f"{asked}: a plain array would drop the gradient of a Value written into it; write into "
        "Value(array, requires_grad=False), or pass .data for just the numbers"
    )


def _as_often_as(values: Any, size: int) -> Any:
    """`size` numbers: those of `values`, again and again."""
    values = reshape(_array(values, "write"), -1)
    return take(values, np.arange(size) % max(np.size(values), 1))


@answers(np.put)
def put(a: Any, ind: Any, v: Any, mode: Literal["raise", "wrap", "clip"] = "raise") -> None:
    """Write `v`, repeated as needed, at the places `ind` of the flattened `a`."""
    target = _target(a, "np.put")
    places = np.ravel(_integers(ind, "np.put"))
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"np.put: mode is 'raise', 'wrap' or 'clip', not {mode!r}")
    if mode == "wrap":
        places = places % target.size
    elif mode == "clip":
        places = np.clip(places, 0, target.size - 1)
    if places.size and np.size(v):
        if not (-target.size <= places.min() and places.max() < target.size):
            raise IndexError(f"np.put: an index is out of bounds for {target.size} elements")
        target[np.unravel_index(places % target.size, target.shape)] = _as_often_as(v, places.size)


@answers(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write `vals`, one after the other, where the mask holds."""
    target = _target(arr, "np.place")
    mask = _mask(mask, target, "np.place")
    count = int(mask.sum())
    if count and not np.size(vals):
        raise ValueError("np.place: there is nothing to write")
    target[mask] = _as_often_as(vals, count)


@answers(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write where the mask holds, to each place its own of `values`, repeated as needed."""
    target = _target(a, "np.putmask")
    mask = _mask(mask, target, "np.putmask")
    target[mask] = reshape(_as_often_as(values, target.size), target.shape)[mask]


def _mask(mask: Any, target: Value, asked: str) -> np.ndarray:
    mask = np.asarray(seen(mask)).astype(bool)
    if mask.shape != target.shape:
        raise ShapeError(f"{asked}: the mask {mask.shape} must have the shape {target.shape}")
    return mask


@answers(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Write `src` over all of `dst`, or where the mask `where` holds."""
    target = _target(dst, "np.copyto")
    if where is True:
        target[...] = src
        return
    mask = np.broadcast_to(np.asarray(seen(where)), target.shape)
    target[mask] = broadcast_to(_array(src, "np.copyto"), target.shape)[mask]


@answers(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write `val`, repeated as needed, on the main diagonal."""
    target = _target(a, "np.fill_diagonal")
    mask = np.zeros(target.shape, bool)
    np.fill_diagonal(mask, True, wrap)  # NumPy checks the shape
    target[mask] = _as_often_as(val, int(mask.sum()))


@answers(np.put_along_axis)
def put_along_axis_in_place(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    """Write `values` on every line along `axis`, at that line's own indices."""
    target = _target(arr, "np.put_along_axis")
    if axis is None:
        put(target, indices, values)
        return
    _, indices, axis = _lines(target, indices, axis, "np.put_along_axis")
    target[_along(np.asarray(indices), target.shape, axis)] = values


def add_at(a: Any, indices: Any, b: Any) -> None:
    """`np.add.at`: add to what is there; what is named twice gets both."""
    target = _target(a, "np.add.at")
    places = _plain_index(indices)
    shape = np.shape(np.empty(target.shape, bool)[places])
    target[...] = target + put_back(
        broadcast_to(_array(b, "np.add.at"), shape), places, target.shape
    )


# ------------------------------------------------------------------------------ ndarray's methods


def sort_in_place(x: Value, axis: int = -1, kind: Any = None, *, stable: Any = None) -> None:
    """Sort along `axis`."""
    x[...] = sort(x, _axis(axis, x, "sort"))


def partition_in_place(x: Value, kth: Any, axis: int = -1, kind: str = "introselect") -> None:
    """Bring the k-th smallest to its place along `axis`."""
    x[...] = partition(x, kth, _axis(axis, x, "partition"))
