"""Attention: every query looks at all keys, and mixes their values by how well they match."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.asked import _array, number
from autograd.ops.either import where
from autograd.ops.products import matmul
from autograd.ops.random import dropout
from autograd.ops.reduce import softmax
from autograd.ops.shape import matrix_transpose
from autograd.recorder import constant
from autograd.value import Value

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Any:
    """softmax(query @ keyᵀ · scale + mask) @ value (Vaswani et al. 2017, equation 1).

    Args:
        query: (..., queries, features).
        key: (..., keys, features).
        value: (..., keys, width).
        attn_mask: broadcasts to (..., queries, keys). Booleans say which keys a query may see;
            numbers are added to the scores, and may want a gradient. A query that may see nothing
            gets zeros.
        dropout_p: the rate at which to drop weights of the mixture; 0 except in training.
        is_causal: query i sees keys 0 to i only; not together with attn_mask.
        scale: what to multiply the products by; 1 / √features by default.

    Returns:
        (..., queries, width).

    Raises:
        ShapeError: the shapes do not fit.
        ValueError: both a mask and is_causal are given.

    >>> q, k, v = Value([[1.0]]), [[1.0], [1.0]], [[2.0], [4.0]]
    >>> scaled_dot_product_attention(q, k, v)
    Value([[3.]])
    >>> scaled_dot_product_attention(q, k, v, is_causal=True)
    Value([[2.]])
    """
    name = "scaled_dot_product_attention"
    query, key, value = (_array(x, name) for x in (query, key, value))
    given = f"{describe(query, 'query')}, {describe(key, 'key')}, {describe(value, 'value')}"
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ShapeError(f"{name}: each needs at least two axes, (places, features), got {given}")
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ShapeError(
            f"{name}: {given} do not fit: query and key need the same last axis, key and value "
            "the same second last one"
        )
    if is_causal and attn_mask is not None:
        raise ValueError(f"{name}: give attn_mask or is_causal=True, not both")
    if scale is not None:
        number(name, "scale", scale)
    number(name, "dropout_p", dropout_p, 0, 1)
    features = query.shape[-1]
    scores = matmul(query, matrix_transpose(key))
    scores = scores * (1 / math.sqrt(max(features, 1)) if scale is None else scale)
    if is_causal:
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    if attn_mask is None:
        weights = softmax(scores)
    else:
        weights = _masked(name, scores, attn_mask)
    if dropout_p:
        weights = dropout(weights, dropout_p)
    return matmul(weights, value)


def _masked(name: str, scores: Any, mask: Any) -> Any:
    if not isinstance(mask, Value) or mask.dtype == bool:
        mask = np.asarray(constant(mask, name))
    if mask.ndim > scores.ndim or any(
        have not in (1, want)
        for have, want in zip(mask.shape[::-1], scores.shape[::-1], strict=False)
    ):
        raise ShapeError(
            f"{name}: {describe(mask, 'attn_mask')} does not broadcast to the scores "
            f"{scores.shape}, (..., queries, keys)"
        )
    if mask.dtype != bool:
        scores, mask = scores + mask, mask > -np.inf
    if not mask.ndim:
        mask = mask[..., None]
    seen = mask.any(axis=-1, keepdims=True)
    weights = softmax(where(mask | ~seen, scores, -np.inf))
    return weights if seen.all() else where(seen, weights, 0.0)
