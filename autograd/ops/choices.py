"""Choices: elements picked by conditions, put in, left out; functions applied part by part."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.along import take, take_along_axis
from autograd.ops.arrange import _plain, moveaxis
from autograd.ops.asked import _array, _axis
from autograd.ops.index import set_at
from autograd.ops.shape import broadcast_to, concatenate, expand_dims, reshape, stack
from autograd.primitive import answers
from autograd.value import seen

__all__ = [
    "apply_along_axis",
    "apply_over_axes",
    "choose",
    "compress",
    "delete",
    "extract",
    "insert",
    "piecewise",
    "resize",
    "select",
    "trim_zeros",
]


def _condition(x: Any) -> np.ndarray:
    return np.asarray(seen(x)).astype(bool)


# ---------------------------------------------------------------------------------- by conditions


@answers(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """At each place the first choice whose condition holds, or the default.

    >>> select([[True, False]], [Value([1.0, 2.0])], default=7.0)
    Value([1., 7.])
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            f"select: needs as many choices as conditions, got {len(choicelist)} for "
            f"{len(condlist)}"
        )
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = np.where(_condition(condition), choice, out)
    return out


@answers(np.choose)
def choose(a: Any, choices: Any, *, mode: str = "raise") -> Any:
    """At each place the element of the choice whose number stands in `a`.

    >>> choose([1, 0], [Value([1.0, 2.0]), [10.0, 20.0]])
    Value([10.,  2.])
    """
    places = np.asarray(seen(a))
    if places.dtype.kind not in "iub":
        raise TypeError(f"choose: a holds the numbers of choices, integers, not {places.dtype}")
    shape = np.broadcast_shapes(places.shape, *(np.shape(c) for c in choices))
    all_of_them = stack([broadcast_to(_array(c, "choose"), shape) for c in choices])
    count = len(all_of_them)
    if mode == "wrap":
        places = places % count
    elif mode == "clip":
        places = np.clip(places, 0, count - 1)
    elif mode != "raise":
        raise ValueError(f"choose: mode is 'raise', 'wrap' or 'clip', not {mode!r:.60}")
    elif places.size and not (places.min() >= 0 and places.max() < count):
        raise ValueError(f"choose: a holds {places.min()} to {places.max()}, of {count} choices")
    places = np.broadcast_to(places.astype(int), shape)[None]
    return take_along_axis(all_of_them, places, 0)[0]


@answers(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """Each function (or number) of `funclist` where its condition holds; 0 where none does.

    Args:
        x: any shape.
        condlist: boolean arrays of the shape of x.
        funclist: as many functions or numbers, and one more for where no condition holds.

    >>> piecewise(Value([-1.0, 2.0]), [[True, False]], [lambda x: -x, lambda x: 3 * x])
    Value([1., 6.])
    """
    x = _array(x, "piecewise")
    alone = np.ndim(condlist) == 0 or (np.ndim(condlist[0]) == 0 and x.ndim)
    conditions = [_condition(c) for c in ([condlist] if alone else condlist)]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.logical_or.reduce(conditions))
    if len(funclist) != len(conditions):
        raise ValueError(f"piecewise: {len(funclist)} functions for {len(conditions)} conditions")
    out = x * 0
    for condition, function in zip(conditions, funclist, strict=True):
        if condition.any():
            inside = function(x[condition], *args, **kw) if callable(function) else function
            out = set_at(out, inside, condition)
    return out


@answers(np.extract)
def extract(condition: Any, x: Any) -> Any:
    """The elements of the flattened x where the condition holds.

    >>> extract([True, False], Value([1.0, 2.0]))
    Value([1.])
    """
    return take(reshape(x, -1), np.flatnonzero(_condition(condition)))


@answers(np.compress)
def compress(condition: Any, x: Any, axis: int | None = None) -> Any:
    """The slices along `axis` (or elements of the flattened x) where the condition holds.

    >>> compress([True, False], Value([[1.0, 2.0]]), axis=1)
    Value([[1.]])
    """
    condition = _condition(condition)
    if condition.ndim != 1:
        raise ShapeError(f"compress: the condition is a line, not of shape {condition.shape}")
    return take(x, np.flatnonzero(condition), axis)


# ------------------------------------------------------------------------------- put in, left out


@answers(np.insert)
def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """x with `values` put in before the places `obj` along `axis` (or flattened).

    >>> insert(Value([1.0, 2.0]), 1, 7.0)
    Value([1., 7., 2.])
    """
    x, values = _array(x, "insert"), _array(values, "insert")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = _axis(axis, x, "insert")
    obj = _plain(obj)
    places = np.arange(x.shape[axis])[obj] if isinstance(obj, slice) else np.asarray(obj)
    if places.dtype == bool:
        places = np.flatnonzero(places)
    values = reshape(values, (1,) * (x.ndim - values.ndim) + values.shape)
    if places.ndim == 0:
        values = moveaxis(values, 0, axis)
    count = values.shape[axis] if places.size == 1 else places.size
    new = (*x.shape[:axis], count, *x.shape[axis + 1 :])
    order = np.insert(np.arange(x.shape[axis]), places, x.shape[axis] + np.arange(count))
    return take(concatenate([x, broadcast_to(values, new)], axis=axis), order, axis)


@answers(np.delete)
def delete(x: Any, obj: Any, axis: int | None = None) -> Any:
    """x without the places `obj` along `axis` (or flattened).

    >>> delete(Value([1.0, 2.0, 3.0]), 1)
    Value([1., 3.])
    """
    x = _array(x, "delete")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = _axis(axis, x, "delete")
    return take(x, np.delete(np.arange(x.shape[axis]), _plain(obj)), axis)


@answers(np.trim_zeros)
def trim_zeros(x: Any, trim: str = "fb", axis: Any = None) -> Any:
    """x without the zeros at its front ("f") and back ("b"), along all axes or those in `axis`.

    >>> trim_zeros(Value([0.0, 1.0, 0.0]))
    Value([1.])
    """
    x = _array(x, "trim_zeros")
    if not isinstance(trim, str) or not set(trim.lower()) <= {"f", "b"}:
        raise ValueError(f"trim_zeros: trim is 'f', 'b' or both, not {trim!r:.60}")
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    trimmed = [_axis(a, x, "trim_zeros") for a in axes]
    index: list[Any] = [slice(None)] * x.ndim
    for i, places in enumerate(np.nonzero(x)):
        if i in trimmed:
            n = x.shape[i]
            start = places.min(initial=n) if "f" in trim.lower() else 0
            end = places.max(initial=-1) + 1 if "b" in trim.lower() else n
            index[i] = slice(int(start), int(end))
    return x[tuple(index)]


@answers(np.resize)
def resize(x: Any, new_shape: int | tuple[int, ...]) -> Any:
    """The elements of x in another shape: repeated or cut off at the end as needed.

    >>> resize(Value([1.0, 2.0]), 3)
    Value([1., 2., 1.])
    """
    shape = new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,)
    shape = tuple(operator.index(n) for n in shape)
    if min(shape, default=0) < 0:
        raise ValueError(f"resize: sizes must not be negative, got {shape}")
    x = reshape(x, -1)
    size = math.prod(shape)
    if not x.size:
        return np.zeros(shape, x.dtype)
    return reshape(take(x, np.arange(size) % x.size), shape)


# ----------------------------------------------------------------------------- part by part


@answers(np.apply_along_axis)
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, x: Any, *args: Any, **kwargs: Any
) -> Any:
    """`func1d` of every line of x along `axis`; what it returns stands in the line's place.

    >>> apply_along_axis(lambda line: line.sum(), 0, Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([4., 6.])
    """
    x = _array(x, "apply_along_axis")
    axis = _axis(axis, x, "apply_along_axis")
    others = x.shape[:axis] + x.shape[axis + 1 :]
    lines = reshape(moveaxis(x, axis, -1), (math.prod(others), x.shape[axis]))
    if not len(lines):
        raise ValueError(f"apply_along_axis: there is no line along axis {axis} of {x.shape}")
    results = stack([func1d(line, *args, **kwargs) for line in lines])
    found = results.shape[1:]
    out = reshape(results, (*others, *found))
    last = range(len(others), len(others) + len(found))
    return moveaxis(out, tuple(last), tuple(range(axis, axis + len(found))))


@answers(np.apply_over_axes)
def apply_over_axes(func: Callable[[Any, int], Any], x: Any, axes: Any) -> Any:
    """`func(x, axis)` for one axis after the other, each kept with size 1.

    >>> apply_over_axes(np.sum, Value([[1.0, 2.0], [3.0, 4.0]]), [0, 1])
    Value([[10.]])
    """
    x = _array(x, "apply_over_axes")
    for axis in axes if isinstance(axes, (list, tuple, np.ndarray)) else (axes,):
        axis = _axis(axis, x, "apply_over_axes")
        found = func(x, axis)
        x = found if np.ndim(found) == x.ndim else expand_dims(found, axis)
    return x
