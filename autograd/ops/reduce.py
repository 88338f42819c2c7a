"""Reductions: many numbers become one, along some axes or all.

A rule first gives the gradient the axes that were summed away (`_spread`), then multiplies by how
much each element counted.
"""

from __future__ import annotations

import functools
import numbers
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.accumulate import others
from autograd.ops.along import _upright
from autograd.ops.asked import _array
from autograd.ops.elementwise import _nonzero
from autograd.ops.shape import broadcast_to
from autograd.primitive import answers, primitive

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "average",
    "count_nonzero",
    "log_softmax",
    "logsumexp",
    "max",
    "mean",
    "min",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "prod",
    "ptp",
    "softmax",
    "std",
    "sum",
    "var",
]

Axis = int | tuple[int, ...] | None

_vecdot: Any = np.vecdot


def _kept(x: Any, axis: Axis) -> tuple[int, ...]:
    """The shape that remains when `axis` is reduced with keepdims=True."""
    shape = np.shape(x)
    if axis is None:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))} if shape else ()
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _restore(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give a reduced array its axes back, with size 1."""
    return g if keepdims or (axis is None and not np.shape(g)) else g.reshape(_kept(x, axis))


def _spread(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """One copy of the gradient for every element that was reduced."""
    return broadcast_to(_restore(g, x, axis, keepdims), np.shape(x))


def _count(x: Any, out: Any) -> float:
    return np.size(x) / max_(np.size(out), 1)


_add_up: Any = np.add.reduce  # np.sum without its wrapper
_multiply_up: Any = np.multiply.reduce
max_ = max  # Python's own, before ours take the names


def _sum_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return _spread(g, x, axis, keepdims)


def _mean_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return _spread(g / max_(_count(x, out), 1.0), x, axis, keepdims)


def _var_rule(
    g: Any, out: Any, x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False
) -> Any:
    scale = 2.0 / max_(_count(x, out) - ddof, 1.0)
    return (x - x.mean(axis=axis, keepdims=True)) * _restore(scale * g, x, axis, keepdims)


def _std_rule(
    g: Any, out: Any, x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False
) -> Any:
    return _var_rule(g * 0.5 / _nonzero(out), out, x, axis, ddof, keepdims)


def _prod_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return _restore(g, x, axis, keepdims) * others(x, axis)


def _extreme_share(out: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """What each element is of its extreme: all of it, or its part where several tie."""
    chosen = x == _restore(out, x, axis, keepdims)
    return chosen / chosen.sum(axis=axis, keepdims=True)


def _extreme_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = _extreme_share(out, x, axis, keepdims)
    return _restore(g, x, axis, keepdims) * share


def _var_forward(
    t: Any, out: Any, x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False
) -> Any:
    scale = 2.0 / max_(_count(x, out) - ddof, 1.0)
    return scale * ((x - x.mean(axis=axis, keepdims=True)) * t).sum(axis=axis, keepdims=keepdims)


def _std_forward(
    t: Any, out: Any, x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False
) -> Any:
    return _var_forward(t, out, x, axis, ddof, keepdims) * 0.5 / _nonzero(out)


def _prod_forward(t: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return (t * others(x, axis)).sum(axis=axis, keepdims=keepdims)


def _extreme_forward(t: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = _extreme_share(out, x, axis, keepdims)
    return (share * t).sum(axis=axis, keepdims=keepdims)


def _finite_below(out: Any) -> Any:
    """0 in place of -inf: a sum of no exponentials has no shares, rather than undefined ones."""
    return np.where(out == -np.inf, 0.0, out)


def _exponential_share(out: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """What each exponential is of their sum: softmax."""
    return np.exp(x - _restore(_finite_below(out), x, axis, keepdims))


def _logsumexp_forward(t: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = _exponential_share(out, x, axis, keepdims)
    return (share * t).sum(axis=axis, keepdims=keepdims)


def _softmax_rule(g: Any, out: Any, x: Any, axis: int = -1) -> Any:
    axes = tuple(range(np.ndim(x))) if axis is None else (axis,)
    return out * (g - products_along(g, out, axes=axes))


def _logsumexp_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = _exponential_share(out, x, axis, keepdims)
    return _restore(g, x, axis, keepdims) * share


@primitive(
    lambda g, out, x, y, axes: g * y,
    lambda g, out, x, y, axes: g * x,
    jvp="product",
    samples="products along",
)
def products_along(x: Any, y: Any, axes: tuple[int, ...]) -> Any:
    """Σ x·y along `axes`, which stay with size 1: along a single one no product is written down."""
    if len(axes) == 1:
        (axis,) = axes
        return _vecdot(x, y, axis=axis, keepdims=True) if np.ndim(x) else x * y
    return (x * y).sum(axis=axes, keepdims=True)


@primitive(_sum_rule, jvp="linear", numpy=np.sum, samples="sum", symbol="Σ")
def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The sum over `axis` (an int, a tuple of ints, or None for all).

    >>> sum(Value([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Value([4., 6.])
    """
    return _add_up(x, axis=axis, keepdims=keepdims)


@primitive(_mean_rule, jvp="linear", numpy=np.mean, samples="reduction")
def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The arithmetic mean over `axis`.

    >>> mean(Value([1.0, 2.0, 6.0]))
    Value(3.0)
    """
    total = _add_up(x, axis=axis, keepdims=keepdims)
    return total / (np.size(x) // np.size(total)) if np.size(total) else total


def _real(ddof: Any) -> float:
    if not isinstance(ddof, numbers.Real):
        raise TypeError(f"ddof must be a real number, got {ddof!r:.60}")
    return float(ddof)


@primitive(_var_rule, jvp=(_var_forward,), numpy=np.var, samples="variance")
def var(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The variance over `axis`: squared distances from the mean, over their number less `ddof`.

    >>> var(Value([1.0, 2.0, 6.0]))
    Value(4.666666666666667)
    """
    return np.var(x, axis=axis, ddof=_real(ddof), keepdims=keepdims)


@primitive(_std_rule, jvp=(_std_forward,), numpy=np.std, samples="variance")
def std(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The square root of the variance; its derivative at 0 is taken as 0.

    >>> std(Value([1.0, 3.0]))
    Value(1.0)
    """
    return np.std(x, axis=axis, ddof=_real(ddof), keepdims=keepdims)


@primitive(_prod_rule, jvp=(_prod_forward,), numpy=np.prod, samples="sum", symbol="Π")
def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The product over `axis`; the derivative is the product of the others, also beside zeros.

    >>> prod(Value([1.0, 2.0, 6.0]))
    Value(12.0)
    """
    return _multiply_up(x, axis=axis, keepdims=keepdims)


@primitive(
    _extreme_rule,
    jvp=(_extreme_forward,),
    numpy=(np.max, np.amax),
    samples="distinct reduction",
)
def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest element over `axis`; elements that tie share the gradient equally.

    >>> max(Value([1.0, 6.0, 2.0]))
    Value(6.0)
    """
    return np.max(x, axis=axis, keepdims=keepdims)


@primitive(
    _extreme_rule,
    jvp=(_extreme_forward,),
    numpy=(np.min, np.amin),
    samples="distinct reduction",
)
def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest element over `axis`; elements that tie share the gradient equally.

    >>> min(Value([1.0, 6.0, 2.0]))
    Value(1.0)
    """
    return np.min(x, axis=axis, keepdims=keepdims)


@primitive(_logsumexp_rule, jvp=(_logsumexp_forward,), samples="reduction")
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """log(sum(exp(x))) over `axis`, safe for large x (Blanchard, Higham and Higham 2021).

    Of nothing, or of -inf alone, it is -inf, and no gradient flows.

    >>> logsumexp(Value([1000.0, 1000.0]))
    Value(1000.6931471805599)
    """
    x = np.asarray(x, np.result_type(x, np.float16))
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):
        out = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape(np.sum(top, axis=axis).shape)


@primitive(_softmax_rule, jvp=(_softmax_rule,), samples="axis")  # its Jacobian is symmetric
def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) scaled to sum to 1 along `axis`: scores become probabilities (Bridle 1990).

    >>> softmax(Value([0.0, 0.0]))
    Value([0.5, 0.5])
    """
    e = np.exp(x - _top(x, axis))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


def _top(x: Any, axis: int) -> Any:
    """The largest along `axis`, which may be empty: then of nothing, to be taken from nothing."""
    many = x.__class__ is np.ndarray and x.size > 4096 and x.flags.c_contiguous
    if many and axis in (-1, x.ndim - 1):
        return largest(x, np.empty((*x.shape[:-1], 1), x.dtype))
    reduction = np.maximum if np.size(x) else np.add
    return reduction.reduce(x, axis=axis, keepdims=True)


def largest(x: np.ndarray, out: np.ndarray) -> np.ndarray:
    """The largest number along the last axis: NumPy finds its place quicker than the number.

    Args:
        x: (..., n), in order.
        out: (..., 1) or (...), in order.
    """
    rows = x.reshape(-1, x.shape[-1])
    places = rows.argmax(axis=1)
    places += row_starts(*rows.shape)
    rows.reshape(-1).take(places, out=out.reshape(-1), mode="clip")
    return out


@functools.lru_cache(64)
def row_starts(rows: int, columns: int) -> np.ndarray:
    """Where rows begin in a matrix that lies in order."""
    return np.arange(0, rows * columns, columns or 1)


@primitive(
    lambda g, out, x, axis=-1: g - np.exp(out) * g.sum(axis=axis, keepdims=True),
    jvp=(lambda t, out, x, axis=-1: t - (np.exp(out) * t).sum(axis=axis, keepdims=True),),
    samples="axis",
)
def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of softmax, computed without ever forming a tiny probability.

    >>> log_softmax(Value([0.0, 0.0]))
    Value([-0.69314718, -0.69314718])
    """
    shifted = x - _top(x, axis)
    if not np.size(x):
        return shifted
    total = np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))
    if shifted.dtype != total.dtype:  # whole numbers
        return shifted - total
    shifted -= total
    return shifted


# ------------------------------------------------------------------------------------ put together

#: Of Values too, NumPy's own answer with plain booleans and integers.
all, any, count_nonzero = np.all, np.any, np.count_nonzero
argmax, argmin = np.argmax, np.argmin


@answers(np.ptp)
def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Peak to peak: the largest less the smallest element over `axis`.

    >>> ptp(Value([1.0, 6.0, 2.0]))
    Value(5.0)
    """
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


@answers(np.nansum)
def nansum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The sum over `axis` of what is not NaN.

    >>> nansum(Value([1.0, np.nan, 2.0]))
    Value(3.0)
    """
    return sum(np.where(np.isnan(x), 0.0, x), axis=axis, keepdims=keepdims)


@answers(np.nanmean)
def nanmean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The mean over `axis` of what is not NaN.

    >>> nanmean(Value([1.0, np.nan, 2.0]))
    Value(1.5)
    """
    x = _array(x, "nanmean")
    count = np.sum(~np.isnan(x), axis=axis, keepdims=keepdims)
    return nansum(x, axis, keepdims) / count.astype(np.result_type(x))


@answers(np.nanvar)
def nanvar(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The variance over `axis` of what is not NaN; NaN where too little is left.

    >>> nanvar(Value([1.0, np.nan, 3.0]))
    Value(1.0)
    """
    x = _array(x, "nanvar")
    known = ~np.isnan(x)
    distance = np.where(known, x - nanmean(x, axis, keepdims=True), 0.0)
    count = np.sum(known, axis=axis, keepdims=keepdims) - ddof
    divisor = np.where(count > 0, count, np.nan).astype(np.result_type(x))
    return sum(np.square(distance), axis=axis, keepdims=keepdims) / divisor


@answers(np.nanstd)
def nanstd(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The square root of nanvar; its derivative at 0 is taken as 0.

    >>> nanstd(Value([1.0, np.nan, 3.0]))
    Value(1.0)
    """
    return _root(nanvar(x, axis, ddof, keepdims))


def _root(square: Any) -> Any:
    """The square root, with derivative 0 at 0."""
    return np.where(square == 0, 0.0, np.sqrt(np.where(square == 0, 1.0, square)))


@answers(np.nanprod)
def nanprod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The product over `axis` of what is not NaN.

    >>> nanprod(Value([3.0, np.nan, 2.0]))
    Value(6.0)
    """
    return prod(np.where(np.isnan(x), 1.0, x), axis=axis, keepdims=keepdims)


def _extreme_number(x: Any, extreme: Any, worst: float, axis: Axis, keepdims: bool) -> Any:
    nan = np.isnan(x)
    out = extreme(np.where(nan, worst, x), axis=axis, keepdims=keepdims)
    return np.where(np.all(nan, axis=axis, keepdims=keepdims), np.nan, out)


@answers(np.nanmax)
def nanmax(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest element over `axis` that is not NaN; NaN where there is none.

    >>> nanmax(Value([1.0, np.nan, 3.0]))
    Value(3.0)
    """
    return _extreme_number(x, max, -np.inf, axis, keepdims)


@answers(np.nanmin)
def nanmin(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest element over `axis` that is not NaN; NaN where there is none.

    >>> nanmin(Value([1.0, np.nan, 3.0]))
    Value(1.0)
    """
    return _extreme_number(x, min, np.inf, axis, keepdims)


@answers(np.average)
def average(
    x: Any,
    axis: Axis = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """The mean over `axis`, each element counted by its weight.

    Args:
        x: any shape.
        weights: of the shape of x, or one for each place along an integer `axis`.
        returned: whether to return the sums of the weights too.

    Raises:
        ShapeError: weights of another shape.

    >>> average(Value([1.0, 5.0]), weights=[3.0, 1.0])
    Value(2.0)
    """
    x = _array(x, "average")
    if weights is None:
        weights = np.ones(x.shape, np.result_type(x.dtype, np.float16))
    weights = _array(weights, "average")
    if weights.shape != np.shape(x):
        ndim = np.ndim(x)
        if not isinstance(axis, int) or weights.shape != (np.shape(x)[axis],):
            raise ShapeError(
                f"average: weights {weights.shape} fit neither x {np.shape(x)} nor its axis {axis}"
            )
        weights = weights.reshape(_upright(axis % ndim, ndim))
    weights = broadcast_to(weights, np.shape(x))
    total = sum(weights, axis=axis, keepdims=keepdims)
    out = sum(x * weights, axis=axis, keepdims=keepdims) / total
    return (out, total) if returned else out
