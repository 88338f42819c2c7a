"""Order: sorting, and what is read off a sorted line.

A derivative goes to the element that ended up in a place. Equal elements keep their order, so among
them the gradient goes to the one that a stable sort puts there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.arrange import _plain, moveaxis
from autograd.ops.index import _axis, _put_along, _take_along
from autograd.ops.reduce import Axis
from autograd.ops.shape import reshape
from autograd.primitive import answers, primitive

__all__ = ["argsort", "median", "percentile", "quantile", "sort", "topk"]

argsort = np.argsort  # NumPy's own: of a Value too it answers with plain integers


def _order(x: Any, axis: int) -> Any:
    return np.argsort(x, axis=axis, kind="stable")


@primitive(
    lambda g, out, x, axis: _put_along(g, _order(x, axis), shape=np.shape(x), axis=axis),
    jvp=(lambda t, out, x, axis: _take_along(t, _order(x, axis), axis=axis),),
    samples="sort",
    name="sort",
)
def _sort(x: Any, axis: int) -> Any:
    return np.sort(x, axis=axis, kind="stable")


@answers(np.sort)
def sort(x: Any, axis: int | None = -1, kind: Any = None, *, stable: bool | None = None) -> Any:
    """x in ascending order along `axis` (flattened where None), NaN last; always a stable sort.

    >>> sort(Value([3.0, 1.0, 2.0]))
    Value([1., 2., 3.])
    """
    if axis is None:
        x, axis = reshape(x, -1), 0
    return _sort(x, axis=_axis(axis, x, "sort"))


def topk(x: Any, k: int, axis: int = -1, largest: bool = True) -> tuple[Any, Any]:
    """The k largest (or smallest) elements along `axis`, the best first, and where they were.

    Args:
        x: any shape with at least one axis.
        k: how many, up to the length of the axis.

    Returns:
        values, indices: each with k elements along `axis`; the indices are plain integers.

    Raises:
        ValueError: the axis has no k elements.

    >>> values, indices = topk(Value([3.0, 1.0, 2.0]), 2)
    >>> values, indices
    (Value([3., 2.]), array([0, 2]))
    """
    axis = _axis(axis, x, "topk")
    length = np.shape(x)[axis]
    if not isinstance(k, (int, np.integer)) or not 0 <= k <= length:
        raise ValueError(f"topk: k={k!r} of the {length} elements along axis {axis} of the operand")
    numbers = np.asarray(getattr(x, "_data", x))
    ranked = np.argsort(-numbers if largest else numbers, axis=axis, kind="stable")
    indices = ranked[(slice(None),) * axis + (slice(k),)]
    return _take_along(x, indices, axis=axis), indices


def _last_axis(x: Any, axis: Axis) -> Any:
    """x with the axes of a reduction merged into its last."""
    ndim = np.ndim(x)
    if axis is None:
        return reshape(x, -1)
    gone = [_axis(a, x, "quantile") for a in (axis if isinstance(axis, tuple) else (axis,))]
    if len(set(gone)) < len(gone):
        raise ValueError(f"quantile: axis {axis} names an axis twice")
    kept = [i for i in range(ndim) if i not in gone]
    shape = np.shape(x)
    merged = (*(shape[i] for i in kept), math.prod(shape[i] for i in gone))
    return reshape(np.transpose(x, (*kept, *gone)), merged)


def _kept(x: Any, axis: Axis) -> tuple[int, ...]:
    """The shape that remains when `axis` is reduced with keepdims=True."""
    axes: Any = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {a % np.ndim(x) for a in axes}
    return tuple(1 if i in gone else n for i, n in enumerate(np.shape(x)))


@answers(np.quantile)
def quantile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The q-quantile over `axis`: between two elements, on the straight line that joins them.

    Args:
        x: any shape with something to reduce; a NaN makes the answer NaN.
        q: between 0 and 1, a constant; an array of them adds its axes in front.
        method: only "linear" (Hyndman and Fan 1996, definition 7).

    Raises:
        ValueError: q outside [0, 1], nothing to reduce, another method.

    >>> quantile(Value([1.0, 2.0, 6.0]), 0.75)
    Value(4.0)
    """
    if method != "linear":
        raise ValueError(f"quantile: method is 'linear', not {method!r}")
    q = np.asarray(_plain(q), np.float64)
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError(f"quantile: q lies between 0 and 1, not {q}")
    line = _last_axis(x, axis)
    count = np.shape(line)[-1]
    if not count:
        raise ValueError(f"quantile: nothing to reduce in shape {np.shape(x)}, axis={axis}")
    place = q.reshape(-1) * (count - 1)
    below = np.floor(place).astype(int)
    above = np.ceil(place).astype(int)
    ordered = sort(line)
    low, high = ordered[..., below], ordered[..., above]
    weight = (place - below).astype(low.dtype)
    out = np.where(np.isnan(ordered[..., -1:]), ordered[..., -1:], low + weight * (high - low))
    out = reshape(moveaxis(out, -1, 0), (*q.shape, *np.shape(line)[:-1]))
    return reshape(out, (*q.shape, *_kept(x, axis))) if keepdims else out


@answers(np.percentile)
def percentile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The quantile with q between 0 and 100.

    >>> percentile(Value([1.0, 2.0, 6.0]), 75)
    Value(4.0)
    """
    return quantile(x, np.asarray(_plain(q), float) / 100, axis, method=method, keepdims=keepdims)


@answers(np.median)
def median(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The middle element over `axis`; of an even number, the mean of the middle two.

    >>> median(Value([1.0, 9.0, 3.0, 2.0]))
    Value(2.5)
    """
    return quantile(x, 0.5, axis, keepdims=keepdims)
