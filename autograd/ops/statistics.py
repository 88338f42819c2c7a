"""Statistics of samples: how they vary together, how many fall where; and evenly spaced numbers."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.arrange import atleast_2d, moveaxis
from autograd.ops.asked import _array, _integers
from autograd.ops.elementwise import astype
from autograd.ops.index import put_back
from autograd.ops.products import matmul
from autograd.ops.reduce import average
from autograd.ops.shape import concatenate, reshape
from autograd.primitive import answers
from autograd.value import Value, seen

__all__ = ["bincount", "corrcoef", "cov", "geomspace", "histogram", "linspace", "logspace"]


# --------------------------------------------------------------------------------- variation


@answers(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariances of variables: how much each two vary together.

    Args:
        m: (variables, samples), or a line of samples of one variable.
        y: more variables.
        rowvar: whether a row is a variable; else a column is.
        bias: divide by the number of samples, not by one less.
        ddof: divide by the number of samples less this.
        fweights: how often each sample counts, integers.
        aweights: how much each sample counts.

    Returns:
        (variables, variables), or a number for one variable.

    >>> cov(Value([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    Value([[ 1., -1.],
           [-1.,  1.]])
    """
    x = _variables(m, rowvar)
    if y is not None:
        x = concatenate([x, _variables(y, rowvar)], axis=0)
    x = astype(x, dtype or np.result_type(x.dtype, np.float64))
    ddof = (0 if bias else 1) if ddof is None else operator.index(ddof)
    weights: Any = None
    if fweights is not None:
        weights = _weights(fweights, x, "fweights")
    if aweights is not None:
        also = _weights(aweights, x, "aweights")
        weights = also if weights is None else weights * also
    mean = average(x, axis=1, weights=weights)
    total: Any = x.shape[1] if weights is None else np.sum(weights)
    lost = ddof if aweights is None or not ddof else ddof * np.sum(weights * also) / total
    apart = x - mean[:, None]
    weighed = apart if weights is None else apart * weights
    return np.squeeze(matmul(weighed, apart.T) / (total - lost))


def _variables(x: Any, rowvar: bool) -> Any:
    x = _array(x, "cov")
    if x.ndim > 2:
        raise ShapeError(f"cov: needs (variables, samples), got {x.shape}")
    x = atleast_2d(x)
    return x.T if not rowvar and x.shape[0] != 1 else x


def _weights(w: Any, x: Any, name: str) -> Any:
    w = _array(w, "cov")
    if w.shape != x.shape[1:]:
        raise ShapeError(f"cov: {name} {w.shape} must have one number per sample, {x.shape[1:]}")
    return w


@answers(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    """The correlations of variables: their covariances, each scaled to lie between -1 and 1.

    Args:
        x: (variables, samples), or a line of samples of one variable.
        y: more variables.
        rowvar: whether a row is a variable; else a column is.

    >>> corrcoef(Value([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).data.round(6)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    c = cov(x, y, rowvar)
    if not np.ndim(c):
        return c / c
    spread = np.sqrt(np.diagonal(c))
    return c / spread[:, None] / spread


# ------------------------------------------------------------------------------------ counts


@answers(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each number from 0 occurs in x, or the sum of the weights where it does.

    Args:
        x: (n,) whole numbers from 0.
        weights: (n,), or None for plain counts.
        minlength: how many numbers the result has at least.

    >>> bincount([0, 1, 1], weights=Value([1.0, 2.0, 3.0]))
    Value([1., 5.])
    """
    if not isinstance(weights, Value):
        return np.bincount(seen(x), weights, minlength)
    x = np.asarray(seen(_integers(x, "bincount")))
    if x.ndim != 1 or weights.shape != x.shape or (x.size and x.min() < 0):
        raise ShapeError(
            f"bincount: needs x (n,) from 0 on and as many weights, got {x.shape} and "
            f"{weights.shape}"
        )
    return put_back(weights, x, (max(operator.index(minlength), int(x.max(initial=-1)) + 1),))


@answers(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Any, Any]:
    """How many samples fall into each bin, or the sum of their weights; and the bins' edges.

    Counts have no derivative and are plain; sums of weights have one by the weights.

    >>> histogram([0.5, 1.5, 1.6], bins=[0, 1, 2], weights=Value([1.0, 2.0, 3.0]))[0]
    Value([1., 5.])
    """
    a, bins = np.asarray(seen(a)), seen(bins)
    if not isinstance(weights, Value):
        return np.histogram(a, bins, range, density, weights)
    edges = np.histogram_bin_edges(a, bins, range)
    a, weights = a.reshape(-1), reshape(weights, -1)
    if a.shape != weights.shape:
        raise ShapeError(f"histogram: {weights.shape} weights for {a.shape} samples")
    inside = (a >= edges[0]) & (a <= edges[-1])
    place = np.minimum(np.searchsorted(edges, a[inside], "right") - 1, edges.size - 2)
    sums = put_back(weights[inside], place, (edges.size - 1,))
    return (sums / np.diff(edges) / np.sum(sums) if density else sums), edges


# ------------------------------------------------------------------------------- evenly spaced


def _shares(num: Any, endpoint: bool, ndim: int, asked: str) -> np.ndarray:
    """How far each of `num` numbers lies on the way, along a new first axis."""
    if (num := operator.index(num)) < 0:
        raise ValueError(f"{asked}: the number of samples must not be negative, and is {num}")
    steps = max(num - 1 if endpoint else num, 1)
    return (np.arange(num) / steps).reshape((num,) + (1,) * ndim)


@answers(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    *,
    axis: int = 0,
) -> Any:
    """`num` numbers from start to stop, evenly spaced, along a new axis.

    >>> linspace(0.0, Value(2.0), 3)
    Value([0., 1., 2.])
    """
    start, stop = _array(start, "linspace"), _array(stop, "linspace")
    way = stop - start
    shares = _shares(num, endpoint, np.ndim(way), "linspace").astype(
        np.result_type(way.dtype, np.float16)
    )
    out = moveaxis(start + shares * way, 0, axis)
    return (out, way / max(shares.size - bool(endpoint), 1)) if retstep else out


@answers(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, *, axis: int = 0
) -> Any:
    """The base to the powers start to stop, evenly spaced.

    >>> logspace(Value(0.0), 2.0, 3)
    Value([  1.,  10., 100.])
    """
    return np.power(base, linspace(start, stop, num, endpoint, axis=axis))


@answers(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, *, axis: int = 0) -> Any:
    """`num` numbers from start to stop, each the same multiple of the one before.

    >>> geomspace(Value(1.0), 4.0, 3)
    Value([1., 2., 4.])
    """
    start, stop = _array(start, "geomspace"), _array(stop, "geomspace")
    if not (np.all(seen(start)) and np.all(seen(stop))):
        raise ValueError("geomspace: a geometric sequence cannot include zero")
    shares = _shares(num, endpoint, np.ndim(stop / start), "geomspace")
    return moveaxis(start * np.power(stop / start, shares), 0, axis)
