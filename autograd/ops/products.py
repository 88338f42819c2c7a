"""Matrix products: where a network spends its time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.primitive import primitive

__all__ = ["linear", "matmul"]


def _left(g: Any, out: Any, x: Any, y: Any) -> Any:
    """d(x @ y) with respect to x: g @ yᵀ, with care for operands of one axis."""
    if y.ndim == 1:
        return g * y if x.ndim == 1 else g[..., None] * y
    if x.ndim == 1:
        return (g[..., None, :] @ y.mT)[..., 0, :]
    return g @ y.mT


def _right(g: Any, out: Any, x: Any, y: Any) -> Any:
    """d(x @ y) with respect to y: xᵀ @ g, with care for operands of one axis."""
    if x.ndim == 1:
        return g * x if y.ndim == 1 else x[:, None] * g[..., None, :]
    if y.ndim == 1:
        return (x.mT @ g[..., None])[..., 0]
    return x.mT @ g


@primitive(_left, _right, jvp="product", numpy=np.matmul, samples="matmul", symbol="@")
def matmul(x: Any, y: Any) -> Any:
    """The matrix product x @ y, over any batch axes in front, with NumPy's rules.

    Args:
        x: (..., n, k), or (k,).
        y: (..., k, m), or (k,).

    Returns:
        (..., n, m), without the axes an operand of one axis does not have.

    Raises:
        ShapeError: the inner sizes differ.

    >>> matmul(Value([[1.0, 2.0]]), np.ones((2, 3)))
    Value([[3., 3., 3.]])
    """
    return np.matmul(x, y)


def _to_weight(g: Any, out: Any, x: Any, weight: Any, bias: Any = None) -> Any:
    if x.ndim == 2:
        return g.T @ x
    rows = math.prod(x.shape[:-1])
    return g.reshape(rows, weight.shape[0]).T @ x.reshape(rows, weight.shape[1])


@primitive(
    lambda g, out, x, weight, bias: g @ weight,
    _to_weight,
    lambda g, out, x, weight, bias: g,
    jvp=(
        lambda t, out, x, weight, bias: t @ weight.T,
        lambda t, out, x, weight, bias: x @ t.T,
        lambda t, out, x, weight, bias: t,
    ),
    samples="linear",
    name="linear",
)
def _linear(x: Any, weight: Any, bias: Any) -> Any:
    if not hasattr(weight, "T"):
        raise TypeError("the weight is no array")
    out = x @ weight.T
    if bias is None:
        return out
    out += bias
    return out


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x @ weight.T + bias: a layer's weighted sums.

    Args:
        x: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,), or None.

    Returns:
        (..., out_features).

    Raises:
        ShapeError: the sizes do not fit.

    >>> linear(Value([1.0, 2.0]), np.ones((3, 2)), np.zeros(3))
    Value([3., 3., 3.])
    """
    return _linear(x, weight, bias)
