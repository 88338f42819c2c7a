"""Determinants: what a matrix does to volumes; one of each matrix (..., n, n).

The first derivative holds the cofactors, the second the cofactors' own, and both exist for singular
matrices. (Jacobi's formula; Magnus and Neudecker 2019, "Matrix Differential Calculus", chapter 8.)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.ops.factors import square
from autograd.ops.linalg import inv
from autograd.primitive import answers, primitive
from autograd.value import Value

__all__ = ["det", "slogdet"]


def _as_scale(g: Any) -> Any:
    """One number for each matrix, ready to multiply it."""
    return g[..., None, None]


def _trace(x: Any) -> Any:
    return _as_scale((x * np.eye(x.shape[-1], dtype=x.dtype)).sum(axis=(-2, -1)))


def _twist(g: Any, h: Any, x: Any) -> Any:
    """The third derivative of det, in the directions g and h: the curvature's own derivative."""
    y = inv(x)
    a, b = y @ g, y @ h
    first, second = _trace(a), _trace(b)
    inside = (first * second - _trace(a @ b)) * y - second * (a @ y) - first * (b @ y)
    return _as_scale(det(x)) * (inside + a @ b @ y + b @ a @ y).mT


def _by_direction(h: Any, out: Any, g: Any, x: Any) -> Any:
    return _curvature(h, x)  # the second derivative is symmetric, and so is the third


def _by_matrix(h: Any, out: Any, g: Any, x: Any) -> Any:
    return _twist(g, h, x)


@primitive(
    *(_by_direction, _by_matrix),
    jvp=(_by_direction, _by_matrix),
    samples="curvature of det",
    name="det_curvature",
)
def _curvature(g: Any, x: Any) -> Any:
    """The second derivative of det in the direction g, without dividing: x = u diag(s) vᵀ."""
    u, s, vt, sign = _factors(x)
    n = s.shape[-1]
    i = np.arange(n)
    pair = (i[:, None, None] == i) | (i[None, :, None] == i)  # of all singular values but two
    rest = np.where(pair, x.dtype.type(1), s[..., None, None, :]).prod(-1) * (
        1 - np.eye(n, dtype=s.dtype)
    )
    turned = u.mT @ g @ vt.mT
    along = (rest * np.diagonal(turned, axis1=-2, axis2=-1)[..., None, :]).sum(-1)
    inside = along[..., None] * np.eye(n, dtype=s.dtype) - (turned * rest).mT
    return _where_finite(x, _as_scale(sign) * (u @ inside @ vt))


def _factors(x: Any) -> Any:
    """u, s, vᵀ and det(u) det(vᵀ)."""
    u, s, vt = np.linalg.svd(np.where(_finite(x), x, 0))
    return u, s, vt, np.linalg.det(u) * np.linalg.det(vt)


def _finite(x: Any) -> Any:
    return np.isfinite(x).all(axis=(-2, -1), keepdims=True)


def _where_finite(x: Any, out: Any) -> Any:
    return np.where(_finite(x), out, x.dtype.type(np.nan))


@primitive(
    lambda g, out, x: _curvature(g, x),
    jvp=(lambda t, out, x: _curvature(t, x),),
    samples="invertible",
    name="cofactors",
)
def _cofactors(x: Any) -> Any:
    """det(x) inv(x)ᵀ, also where x is singular: x = u diag(s) vᵀ, and its factors are easy."""
    u, s, vt, sign = _factors(x)
    others = np.where(np.eye(s.shape[-1], dtype=bool), x.dtype.type(1), s[..., None, :]).prod(-1)
    return _where_finite(x, (u * (_as_scale(sign) * others[..., None, :])) @ vt)


@primitive(
    lambda g, out, x: _as_scale(g) * _cofactors(x),
    jvp=(lambda t, out, x: (_cofactors(x) * t).sum(axis=(-2, -1)),),
    numpy=np.linalg.det,
    samples="invertible",
)
def det(x: Any) -> Any:
    """The determinant of each matrix (Jacobi's formula: its gradient holds the cofactors).

    The first and second derivatives exist for singular matrices too; a third needs an inverse.

    Args:
        x: (..., n, n).

    Returns:
        (...).

    Raises:
        ShapeError: the matrices are not square.

    >>> det(Value([[2.0, 0.0], [0.0, 4.0]])).data.round(6)
    np.float64(8.0)
    """
    return np.linalg.det(square(x, "det", "det(x.mT @ x) measures their volume"))


@primitive(
    lambda g, out, x: _as_scale(g[..., 1]) * inv(x).mT,
    jvp=(lambda t, out, x: _log_only((inv(x).mT * t).sum(axis=(-2, -1))),),
    samples="invertible",
    name="slogdet",
)
def _slogdet(x: Any) -> Any:
    return np.stack(np.linalg.slogdet(square(x, "slogdet")), axis=-1)


def _log_only(t: Any) -> Any:
    return t[..., None] * np.array([0, 1], t.dtype)


class SlogdetResult(NamedTuple):
    """det = sign * exp(logabsdet)."""

    sign: Any
    logabsdet: Any


@answers(np.linalg.slogdet)
def slogdet(x: Any) -> SlogdetResult:
    """The sign and the logarithm of the size of each determinant; safe where `det` overflows.

    Args:
        x: (..., n, n).

    Returns:
        `sign`, a plain array (...) of 1 and -1, and `logabsdet` (...).

    Raises:
        ShapeError: the matrices are not square.

    >>> slogdet(Value([[2.0, 0.0], [0.0, -4.0]])).logabsdet.data.round(6)
    np.float64(2.079442)
    """
    both = _slogdet(x)
    numbers = both.data if isinstance(both, Value) else both
    return SlogdetResult(numbers[..., 0][()], both[..., 1])
