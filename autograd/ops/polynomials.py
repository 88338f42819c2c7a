"""Polynomials as lines of coefficients, the highest power first, for NumPy's poly functions.

All are sums, products and convolutions, and differentiable by the coefficients too.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.eigen import eigvals
from autograd.ops.linalg import lstsq
from autograd.ops.sampled import convolve
from autograd.ops.shape import concatenate, reshape
from autograd.primitive import answers
from autograd.value import seen

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]


def _coefficients(p: Any, asked: str) -> Any:
    p = _array(p, asked)
    if p.ndim > 1:
        raise ShapeError(f"{asked}: coefficients are a line of numbers, not of shape {p.shape}")
    return reshape(p, -1)


def _aligned(p: Any, q: Any, asked: str) -> tuple[Any, Any]:
    """Two lines of coefficients of equal length, with zeros in front of the shorter."""
    p, q = _coefficients(p, asked), _coefficients(q, asked)
    n = max(p.size, q.size)
    longer = lambda c: concatenate([np.zeros(n - c.size, c.dtype), c]) if c.size < n else c
    return longer(p), longer(q)


@answers(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients p at x, by Horner's rule.

    >>> polyval(Value([1.0, 2.0, 3.0]), 10.0)
    Value(123.0)
    """
    p, x = _array(p, "polyval"), _array(x, "polyval")
    if not p.ndim:
        raise ShapeError("polyval: coefficients are a line of numbers, not a single one")
    out = x * 0
    for i in range(len(p)):
        out = out * x + p[i]
    return out


@answers(np.polyadd)
def polyadd(p: Any, q: Any) -> Any:
    """The sum of two polynomials.

    >>> polyadd(Value([1.0, 2.0]), [5.0])
    Value([1., 7.])
    """
    p, q = _aligned(p, q, "polyadd")
    return p + q


@answers(np.polysub)
def polysub(p: Any, q: Any) -> Any:
    """The difference of two polynomials.

    >>> polysub(Value([1.0, 2.0]), [5.0])
    Value([ 1., -3.])
    """
    p, q = _aligned(p, q, "polysub")
    return p - q


@answers(np.polymul)
def polymul(p: Any, q: Any) -> Any:
    """The product of two polynomials.

    >>> polymul(Value([1.0, 1.0]), [1.0, -1.0])
    Value([ 1.,  0., -1.])
    """
    return convolve(_from_the_highest(p, "polymul"), _from_the_highest(q, "polymul"))


def _from_the_highest(p: Any, asked: str) -> Any:
    """Coefficients without the zeros in front of the highest power."""
    p = _coefficients(p, asked)
    kept = np.flatnonzero(seen(p))
    return p[int(kept[0]) if kept.size else -1 :]


@answers(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    """The m-th derivative of a polynomial.

    >>> polyder(Value([1.0, 2.0, 3.0]))
    Value([2., 2.])
    """
    p = _coefficients(p, "polyder")
    for _ in range(_order(m, "polyder")):
        p = p[:-1] * np.arange(p.size - 1, 0, -1)
    return p


@answers(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The m-th integral of a polynomial, with the constants k (0 if not given).

    >>> polyint(Value([2.0, 2.0]), k=3.0)
    Value([1., 2., 3.])
    """
    p, m = _coefficients(p, "polyint"), _order(m, "polyint")
    constants = np.zeros(m) if k is None else _coefficients(k, "polyint")
    if constants.size != 1 and constants.size < m:
        raise ShapeError(f"polyint: {constants.size} constants for {m} integrals")
    for i in range(m):
        constant = constants[i % constants.size]
        p = concatenate([p / np.arange(p.size, 0, -1), reshape(constant, (1,))])
    return p


def _order(m: Any, asked: str) -> int:
    if (m := operator.index(m)) < 0:
        raise ValueError(f"{asked}: m must not be negative, and is {m}")
    return m


@answers(np.poly)
def poly(roots: Any) -> Any:
    """The polynomial with these roots, or a matrix's eigenvalues as roots, that starts with 1.

    >>> poly(Value([1.0, -1.0]))
    Value([ 1.,  0., -1.])
    """
    roots = eigvals(roots) if np.ndim(roots) == 2 else _coefficients(roots, "poly")
    p: Any = np.ones(1, roots.dtype)
    for i in range(roots.size):
        p = convolve(p, concatenate([np.ones(1, roots.dtype), reshape(-roots[i], (1,))]))
    return p


@answers(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each element as a row, the highest first.

    >>> vander(Value([1.0, 3.0]), 3)
    Value([[1., 1., 1.],
           [9., 3., 1.]])
    """
    x = _array(x, "vander")
    if x.ndim != 1:
        raise ShapeError(f"vander: takes a line of numbers, not shape {x.shape}")
    powers = np.arange(x.size if N is None else _order(N, "vander"))
    return x[:, None] ** (powers if increasing else powers[::-1])


@answers(np.polyfit)
def polyfit(x: Any, y: Any, deg: int, rcond: float | None = None, *, w: Any = None) -> Any:
    """The polynomial of degree `deg` closest to the points (x, y), by least squares.

    Args:
        x: (n,).
        y: (n,) or (n, k).
        deg: how high the powers go.
        rcond: singular values below this share of the largest count as 0.
        w: a weight for each point's distance, before it is squared.

    Returns:
        (deg + 1,) or (deg + 1, k): the coefficients, the highest power first.

    >>> polyfit([0.0, 1.0, 2.0], Value([1.0, 3.0, 5.0]), 1).data.round(6)
    array([2., 1.])
    """
    x, y = _array(x, "polyfit"), _array(y, "polyfit")
    if x.ndim != 1 or not x.size or y.shape[:1] != x.shape:
        raise ShapeError(f"polyfit: needs x (n,) and y (n,) or (n, k), got {x.shape} and {y.shape}")
    left, right = vander(x, _order(deg, "polyfit") + 1), y
    if w is not None:
        w = _array(w, "polyfit")
        left = left * w[:, None]
        right = right * (w[:, None] if y.ndim == 2 else w)
    scale = np.sqrt(np.sum(np.square(left), axis=0))
    if rcond is None:
        rcond = x.size * np.finfo(np.result_type(x.dtype, np.float16)).eps
    found = lstsq(left / scale, right, rcond).x
    return found / (scale[:, None] if y.ndim == 2 else scale)
