"""Order: sorting, and what is read off a sorted line.

A derivative goes to the element that ended up in a place. Equal elements keep their order, so among
them the gradient goes to the one that a stable sort puts there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.along import _put_along, _take_along, _whole
from autograd.ops.asked import _array, _axis
from autograd.ops.reduce import Axis, _kept
from autograd.ops.shape import concatenate, reshape, transpose
from autograd.primitive import answers, primitive
from autograd.value import Value, seen

__all__ = [
    "argpartition",
    "argsort",
    "intersect1d",
    "lexsort",
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "partition",
    "percentile",
    "quantile",
    "searchsorted",
    "setdiff1d",
    "sort",
    "topk",
    "union1d",
    "unique",
    "unique_values",
]

#: NumPy's own: of a Value too they answer with plain integers.
argsort, argpartition = np.argsort, np.argpartition
lexsort, searchsorted = np.lexsort, np.searchsorted


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


@answers(np.partition)
def partition(x: Any, kth: Any, axis: int | None = -1, kind: str = "introselect") -> Any:
    """x with the k-th smallest in its sorted place along `axis`, no larger ones before it.

    >>> partition(Value([3.0, 1.0, 2.0]), 1)[1]
    Value(2.0)
    """
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = _axis(axis, x, "partition")
    return _take_along(x, np.argpartition(x, kth, axis), axis=axis)


@answers(np.unique)
def unique(
    x: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """The distinct elements in ascending order (or slices along `axis`).

    Of equal elements the first one has the gradient. Indices and counts are plain integers.

    >>> unique(Value([3.0, 1.0, 3.0]))
    Value([1., 3.])
    """
    numbers = np.asarray(seen(x))
    look: Any = np.unique
    _, index, *more = look(numbers, True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    index = np.asarray(index)
    if axis is None:
        found = reshape(x, -1)[index]
    else:
        found = x[_whole(_axis(axis, x, "unique"), index)]
    parts = (found, *((index,) if return_index else ()), *more)
    return parts if len(parts) > 1 else found


@answers(np.unique_values)
def unique_values(x: Any, /) -> Any:
    """The distinct elements in ascending order, every NaN its own.

    >>> unique_values(Value([3.0, 1.0, 3.0]))
    Value([1., 3.])
    """
    return unique(x, equal_nan=False)


@answers(np.union1d)
def union1d(x: Any, y: Any) -> Any:
    """The distinct elements of both, in ascending order.

    >>> union1d(Value([3.0, 1.0]), [2.0, 1.0])
    Value([1., 2., 3.])
    """
    return unique(concatenate([reshape(x, -1), reshape(y, -1)]))


@answers(np.setdiff1d)
def setdiff1d(x: Any, y: Any, assume_unique: bool = False) -> Any:
    """The distinct elements of x that are not in y, in ascending order.

    >>> setdiff1d(Value([3.0, 1.0]), [1.0])
    Value([3.])
    """
    x = reshape(x, -1) if assume_unique else unique(x)
    return x[~np.isin(x, y)]


@answers(np.intersect1d)
def intersect1d(x: Any, y: Any, assume_unique: bool = False) -> Any:
    """The elements that both have, in ascending order; the gradient goes to those of x.

    >>> intersect1d(Value([3.0, 1.0]), [1.0, 2.0])
    Value([1.])
    """
    x = unique(x)
    return x[np.isin(x, y)]


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
    numbers = np.asarray(seen(x))
    ranked = np.argsort(-numbers if largest else numbers, axis=axis, kind="stable")
    indices = ranked[_whole(axis, slice(k))]
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


def _places(q: Any, count: int, method: Any) -> Any:
    """Where in a sorted line of `count` elements each quantile stands: between two of them.

    NumPy is asked for the quantiles of 0, 1, 2, ...: there an element is its own place, so every
    method of NumPy's answers with places (Hyndman and Fan 1996).
    """
    return np.quantile(np.arange(count, dtype=np.float64), q, method=method)


#: How many places a quantile moves when q goes from 0 to 1, less the number of elements; the
#: methods that are not here move in steps.
_PACE = {
    "linear": -1.0,
    "hazen": 0.0,
    "weibull": 1.0,
    "median_unbiased": 1 / 3,
    "normal_unbiased": 1 / 4,
    "interpolated_inverted_cdf": 0.0,
}


def _moving(place: np.ndarray, known: np.ndarray, q: Any, method: str) -> Any:
    """The places, as they move with q."""
    if not (isinstance(q, Value) and q.requires_grad and method in _PACE):
        return place
    return place + (known + _PACE[method])[:, None] * reshape(q - seen(q), -1)


def _between(ordered: Any, place: np.ndarray, moving: Any) -> Any:
    """The elements of sorted lines (lines, n) at places (lines, q): on the line that joins two."""
    below = np.floor(place).astype(int)
    above = np.ceil(place).astype(int)
    low, high = _take_along(ordered, below, axis=-1), _take_along(ordered, above, axis=-1)
    return np.where(below == above, low, low + (moving - below).astype(low.dtype) * (high - low))


def _quantile(
    asked: str, x: Any, by: Any, axis: Axis, method: str, keepdims: bool, skip_nan: bool
) -> Any:
    q = np.asarray(seen(by), np.float64)
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError(f"{asked}: q lies between 0 and 1, not {q}")
    if not isinstance(method, str):
        raise TypeError(f"{asked}: method is a name of NumPy's, not {method!r:.60}")
    line = _last_axis(x, axis)
    count = np.shape(line)[-1]
    if not count:
        raise ValueError(f"{asked}: nothing to reduce in shape {np.shape(x)}, axis={axis}")
    ordered = sort(reshape(line, (math.prod(np.shape(line)[:-1]), count)))
    nan = np.isnan(ordered)
    known = count - np.sum(nan, axis=-1) if skip_nan else np.full(len(ordered), count)
    sizes, which = np.unique(known, return_inverse=True)
    table = [_places(q.reshape(-1), max(n, 1), method) for n in sizes.tolist()]
    place = np.array(table).reshape(-1, q.size)[which.reshape(-1)]
    out = _between(ordered, place, _moving(place, known, by, method))
    if not skip_nan:
        out = np.where(nan[:, -1:], ordered[:, -1:], out)
    out = reshape(transpose(out, (1, 0)), (*q.shape, *np.shape(line)[:-1]))
    return reshape(out, (*q.shape, *_kept(x, axis))) if keepdims else out


@answers(np.quantile)
def quantile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The q-quantile over `axis`: an element, or between two on the straight line that joins them.

    Args:
        x: any shape with something to reduce; a NaN makes the answer NaN.
        q: between 0 and 1; an array of them adds its axes in front. It is differentiable too,
            with slope 0 where the quantile is an element.
        method: any of NumPy's: "linear", "lower", "higher", "midpoint", "nearest",
            "median_unbiased" and so on.

    Raises:
        ValueError: q outside [0, 1], nothing to reduce, an unknown method.

    >>> quantile(Value([1.0, 2.0, 6.0]), 0.75)
    Value(4.0)
    """
    return _quantile("quantile", x, q, axis, method, keepdims, skip_nan=False)


@answers(np.nanquantile)
def nanquantile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The q-quantile over `axis` of what is not NaN.

    >>> nanquantile(Value([1.0, np.nan, 2.0, 6.0]), 0.75)
    Value(4.0)
    """
    return _quantile("nanquantile", x, q, axis, method, keepdims, skip_nan=True)


@answers(np.percentile)
def percentile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The quantile with q between 0 and 100.

    >>> percentile(Value([1.0, 2.0, 6.0]), 75)
    Value(4.0)
    """
    return quantile(x, _array(q, "percentile") / 100, axis, method=method, keepdims=keepdims)


@answers(np.nanpercentile)
def nanpercentile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The nanquantile with q between 0 and 100.

    >>> nanpercentile(Value([1.0, np.nan, 2.0, 6.0]), 75)
    Value(4.0)
    """
    q = _array(q, "nanpercentile") / 100
    return nanquantile(x, q, axis, method=method, keepdims=keepdims)


@answers(np.median)
def median(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The middle element over `axis`; of an even number, the mean of the middle two.

    >>> median(Value([1.0, 9.0, 3.0, 2.0]))
    Value(2.5)
    """
    return quantile(x, 0.5, axis, keepdims=keepdims)


@answers(np.nanmedian)
def nanmedian(x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The median over `axis` of what is not NaN.

    >>> nanmedian(Value([1.0, np.nan, 9.0, 3.0]))
    Value(3.0)
    """
    return nanquantile(x, 0.5, axis, keepdims=keepdims)
