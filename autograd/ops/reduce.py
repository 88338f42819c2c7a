"""Reductions: many numbers become one, along some axes or all.

A rule first gives the gradient the axes that were summed away (`_spread`), then multiplies by how
much each element counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.shape import broadcast_to
from autograd.primitive import primitive

__all__ = ["log_softmax", "logsumexp", "max", "mean", "min", "softmax", "sum", "var"]

Axis = int | tuple[int, ...] | None


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


def _extreme_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    chosen = x == _restore(out, x, axis, keepdims)
    return _restore(g, x, axis, keepdims) * (chosen / chosen.sum(axis=axis, keepdims=True))


def _var_forward(
    t: Any, out: Any, x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False
) -> Any:
    scale = 2.0 / max_(_count(x, out) - ddof, 1.0)
    return scale * ((x - x.mean(axis=axis, keepdims=True)) * t).sum(axis=axis, keepdims=keepdims)


def _extreme_forward(t: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    chosen = x == _restore(out, x, axis, keepdims)
    share = chosen / chosen.sum(axis=axis, keepdims=True)
    return (share * t).sum(axis=axis, keepdims=keepdims)


def _logsumexp_forward(t: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = np.exp(x - _restore(out, x, axis, keepdims))
    return (share * t).sum(axis=axis, keepdims=keepdims)


def _softmax_rule(g: Any, out: Any, x: Any, axis: int = -1) -> Any:
    return out * (g - (g * out).sum(axis=axis, keepdims=True))


def _logsumexp_rule(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = np.exp(x - _restore(out, x, axis, keepdims))
    return _restore(g, x, axis, keepdims) * share


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


@primitive(_var_rule, jvp=(_var_forward,), numpy=np.var, samples="variance")
def var(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The variance over `axis`: squared distances from the mean, over their number less `ddof`.

    >>> var(Value([1.0, 2.0, 6.0]))
    Value(4.666666666666667)
    """
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


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

    >>> logsumexp(Value([1000.0, 1000.0]))
    Value(1000.6931471805599)
    """
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    out = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape(np.sum(top, axis=axis).shape)


@primitive(_softmax_rule, jvp=(_softmax_rule,), samples="axis")  # its Jacobian is symmetric
def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) scaled to sum to 1 along `axis`: scores become probabilities (Bridle 1990).

    >>> softmax(Value([0.0, 0.0]))
    Value([0.5, 0.5])
    """
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    return e / np.add.reduce(e, axis=axis, keepdims=True)


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
    shifted = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    return shifted - np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))
