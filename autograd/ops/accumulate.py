"""Accumulations: results that carry on from one element to the next, and their derivatives.

The derivatives of products divide by nothing, so zeros do no harm. They rest on one operation, the
linear recurrence y[i] = b[i] + a[i] * y[i-1]; its derivative is the same recurrence, backwards.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.along import _upright, _whole
from autograd.ops.asked import _axis
from autograd.ops.elementwise import _gap
from autograd.primitive import answers, primitive
from autograd.value import seen

__all__ = [
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "logcumsumexp",
    "nancumprod",
    "nancumsum",
]


def _reverse(x: Any, axis: int) -> Any:
    return x[_whole(axis, slice(None, None, -1))]


def _edge(x: Any, axis: int, number: float) -> Any:
    """One place on `axis` of what x is on the others, filled with a number."""
    return np.full(np.shape(x[_whole(axis, slice(1))]), number, x.dtype)


def _earlier(x: Any, axis: int, first: float) -> Any:
    """x[i - 1] at place i, and `first` at place 0."""
    return np.concatenate([_edge(x, axis, first), x[_whole(axis, slice(None, -1))]], axis=axis)


def _later(x: Any, axis: int, last: float) -> Any:
    """x[i + 1] at place i, and `last` at the end."""
    return np.concatenate([x[_whole(axis, slice(1, None))], _edge(x, axis, last)], axis=axis)


def _forwards(b: Any, a: Any, axis: int) -> Any:
    """y[i] = b[i] + a[i] * y[i - 1], from the start."""
    return _recurrence(b, a, axis)


def _backwards(b: Any, a: Any, axis: int) -> Any:
    """y[i] = b[i] + a[i + 1] * y[i + 1], from the end."""
    return _reverse(_forwards(_reverse(b, axis), _reverse(_later(a, axis, 0.0), axis), axis), axis)


@primitive(
    lambda g, out, b, a, axis: _backwards(g, a, axis),
    lambda g, out, b, a, axis: _backwards(g, a, axis) * _earlier(out, axis, 0.0),
    jvp=(
        lambda t, out, b, a, axis: _forwards(t, a, axis),
        lambda t, out, b, a, axis: _forwards(t * _earlier(out, axis, 0.0), a, axis),
    ),
    samples="recurrence",
    name="recurrence",
)
def _recurrence(b: Any, a: Any, axis: int) -> Any:
    y = np.array(b)
    rows, factors = np.moveaxis(y, axis, 0), np.moveaxis(a, axis, 0)
    for i in range(1, len(rows)):
        rows[i] += factors[i] * rows[i - 1]
    return y


@primitive(
    lambda g, out, x, axis: _reverse(np.cumsum(_reverse(g, axis), axis), axis),
    jvp="linear",
    samples="along an axis",
    name="cumsum",
)
def _cumsum(x: Any, axis: int) -> Any:
    return np.cumsum(x, axis)


@primitive(
    lambda g, out, x, axis: _earlier(out, axis, 1.0) * _backwards(g, x, axis),
    jvp=(lambda t, out, x, axis: _forwards(t * _earlier(out, axis, 1.0), x, axis),),
    samples="along an axis",
    name="cumprod",
)
def _cumprod(x: Any, axis: int) -> Any:
    return np.cumprod(x, axis)


def _decay(out: Any, axis: int) -> Any:
    """exp(out[i-1] - out[i]) at place i: how much of a sum of exponentials was there before."""
    return np.exp(_gap(_earlier(out, axis, -np.inf), out))


@primitive(
    lambda g, out, x, axis: np.exp(_gap(x, out)) * _backwards(g, _decay(out, axis), axis),
    jvp=(lambda t, out, x, axis: _forwards(t * np.exp(_gap(x, out)), _decay(out, axis), axis),),
    samples="along an axis",
    name="logcumsumexp",
)
def _logcumsumexp(x: Any, axis: int) -> Any:
    return np.logaddexp.accumulate(x, axis)


def _line(x: Any, axis: int | None, asked: str) -> tuple[Any, int]:
    """x and its axis counted from the front; flattened where the axis is None."""
    if axis is None:
        return np.reshape(x, -1), 0
    return x, _axis(axis, x, asked)


@answers(np.cumsum)
def cumsum(x: Any, axis: int | None = None) -> Any:
    """The sum of everything up to each place along `axis`, or of the flattened x.

    >>> cumsum(Value([1.0, 2.0, 3.0]))
    Value([1., 3., 6.])
    """
    return _cumsum(*_line(x, axis, "cumsum"))


@answers(np.cumprod)
def cumprod(x: Any, axis: int | None = None) -> Any:
    """The product of everything up to each place along `axis`, or of the flattened x.

    >>> cumprod(Value([1.0, 2.0, 3.0]))
    Value([1., 2., 6.])
    """
    return _cumprod(*_line(x, axis, "cumprod"))


def logcumsumexp(x: Any, axis: int | None = None) -> Any:
    """log(cumsum(exp(x))) along `axis`, safe for large x.

    >>> logcumsumexp(Value([1000.0, 1000.0]))
    Value([1000.        , 1000.69314718])
    """
    return _logcumsumexp(*_line(x, axis, "logcumsumexp"))


@answers(np.nancumsum)
def nancumsum(x: Any, axis: int | None = None) -> Any:
    """The cumsum with 0 in place of NaN.

    >>> nancumsum(Value([1.0, np.nan, 2.0]))
    Value([1., 1., 3.])
    """
    return cumsum(np.where(np.isnan(x), 0.0, x), axis)


@answers(np.nancumprod)
def nancumprod(x: Any, axis: int | None = None) -> Any:
    """The cumprod with 1 in place of NaN.

    >>> nancumprod(Value([3.0, np.nan, 2.0]))
    Value([3., 3., 6.])
    """
    return cumprod(np.where(np.isnan(x), 1.0, x), axis)


def _from_the_start(function: Any, x: Any, axis: int | None, first: float | None) -> Any:
    """The accumulation of x along `axis`, with what it starts from in front if `first` is given."""
    if axis is None and np.ndim(x) > 1:
        raise ValueError(f"a cumulative sum of shape {np.shape(x)} needs an axis")
    line, axis = _line(x, axis, "cumulative_sum")
    out = function(line, axis)
    if first is None:
        return out
    return np.concatenate([_edge(line, axis, first), out], axis=axis)


@answers(np.cumulative_sum)
def cumulative_sum(x: Any, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """The cumsum along `axis`, with a 0 in front if `include_initial`.

    >>> cumulative_sum(Value([1.0, 2.0]), include_initial=True)
    Value([0., 1., 3.])
    """
    return _from_the_start(_cumsum, x, axis, 0.0 if include_initial else None)


@answers(np.cumulative_prod)
def cumulative_prod(x: Any, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """The cumprod along `axis`, with a 1 in front if `include_initial`.

    >>> cumulative_prod(Value([3.0, 2.0]), include_initial=True)
    Value([1., 3., 6.])
    """
    return _from_the_start(_cumprod, x, axis, 1.0 if include_initial else None)


def cumulative_extreme(extreme: np.ufunc, x: Any, axis: int | None = 0) -> Any:
    """The largest (np.maximum) or smallest so far; among equal ones the latest has the gradient."""
    line, axis = _line(x, axis, f"{extreme.__name__}.accumulate")
    numbers = np.asarray(seen(line))
    leads = (extreme.accumulate(numbers, axis) == numbers) | np.isnan(numbers)
    shape = _upright(axis, numbers.ndim)
    places = np.where(leads, np.arange(numbers.shape[axis]).reshape(shape), 0)
    return np.take_along_axis(line, np.maximum.accumulate(places, axis), axis)


def others(x: Any, axis: Any) -> Any:
    """At each place the product of all the other elements that a product over `axis` takes."""
    shape = np.shape(x)
    ndim = len(shape)
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = [a % ndim for a in axes]
    order = (*(i for i in range(ndim) if i not in gone), *gone)
    moved = np.transpose(x, order)
    kept = np.shape(moved)[: ndim - len(gone)]
    line = np.reshape(moved, (*kept, math.prod(shape[i] for i in gone)))
    last = len(kept)
    before = _earlier(_cumprod(line, last), last, 1.0)
    after = _later(_reverse(_cumprod(_reverse(line, last), last), last), last, 1.0)
    back = tuple(int(i) for i in np.argsort(order))
    return np.transpose(np.reshape(before * after, np.shape(moved)), back)
