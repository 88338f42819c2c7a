"""Attention: every position asks all others, and takes from each as much as it answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
from nn import init
from nn.inputs import as_input, check_last, check_sizes
from nn.linear import Linear
from nn.module import Module, Parameter


def causal_mask(size: int) -> np.ndarray:
    """True where a position must not look: at those after it. Of shape (size, size).

    >>> nn.causal_mask(2)
    array([[False,  True],
           [False, False]])
    """
    return np.triu(np.ones((size, size), bool), 1)


class MultiheadAttention(Module):
    """softmax(q kᵀ / √head size) v, in several heads side by side (Vaswani et al. 2017, 3.2).

    Args:
        embed_dim: the size of the query's last axis and of the output's.
        num_heads: how many heads share it; a divisor of embed_dim.
        dropout: at which rate attention weights drop while training.
        bias: whether the projections have biases.
        add_bias_kv: whether there is one more source for every target, a key and a value to learn.
        add_zero_attn: whether there is one more source whose key and value are 0.
        kdim, vdim: the sizes of the key's and the value's last axis; embed_dim unless given.
        batch_first: whether inputs are (batch, time, size); else (time, batch, size).
        dtype: the dtype of the weights.

    Shapes:
        query: (targets, batch, embed_dim); key: (sources, batch, kdim);
        value: (sources, batch, vdim); or each without the batch axis;
        key_padding_mask: (batch, sources), True at positions to ignore;
        attn_mask: (targets, sources) or (batch · num_heads, targets, sources), True where a
        target must not look; floats of that shape are added to the scores;
        output: the query's, and attention weights (batch, targets, sources), for each head if not
        average_attn_weights, None if not need_weights.

    Raises:
        ValueError: embed_dim cannot be shared by num_heads.
        ShapeError: on a call, the inputs or masks do not fit.

    >>> out, weights = nn.MultiheadAttention(4, 2)(*[np.ones((5, 1, 4))] * 3)
    >>> out.shape, weights.shape
    ((5, 1, 4), (1, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        check_sizes("MultiheadAttention", embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim {embed_dim} must be a multiple of num_heads "
                f"{num_heads}"
            )
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first = batch_first
        self.add_zero_attn = add_zero_attn
        if self.kdim == self.vdim == embed_dim:
            shapes = {"in_proj_weight": (3 * embed_dim, embed_dim)}
        else:
            sizes = {"q": embed_dim, "k": self.kdim, "v": self.vdim}
            shapes = {f"{n}_proj_weight": (embed_dim, size) for n, size in sizes.items()}
        for name, shape in shapes.items():
            setattr(self, name, init.xavier_uniform_(Parameter(np.zeros(shape, dtype))))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        for name in ("bias_k", "bias_v"):
            start = Parameter(np.zeros((1, 1, embed_dim), dtype)) if add_bias_kv else None
            setattr(self, name, None if start is None else init.xavier_normal_(start))
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> Any:
        same = key is query and value is query and "in_proj_weight" in self._parameters
        q, k, v = (as_input(x, self.out_proj.weight.dtype) for x in (query, key, value))
        for x, size, called in (
            (q, self.embed_dim, "embed_dim"), (k, self.kdim, "kdim"), (v, self.vdim, "vdim"),
        ):  # fmt: skip
            check_last(self, x, size, called)
        if q.ndim not in (2, 3) or not q.ndim == k.ndim == v.ndim or k.shape[:-1] != v.shape[:-1]:
            raise ShapeError(
                f"{self._label()}: query, key and value need a time axis, with or without a batch "
                f"axis, and key and value the same ones; got {q.shape}, {k.shape}, {v.shape}"
            )
        batch = 0 if self.batch_first else 1
        if q.ndim == 3 and q.shape[batch] != k.shape[batch]:
            raise ShapeError(
                f"{self._label()}: query has {q.shape[batch]} examples and key "
                f"{k.shape[batch]} (axis {batch}; batch_first={self.batch_first}); got query "
                f"{q.shape}, key {k.shape}, value {v.shape}"
            )
        order = self._order(q.ndim)
        if same:
            joined = autograd.linear(q, self.in_proj_weight, self.in_proj_bias)
            projected = [joined[..., part] for part in self._thirds()]
        else:
            projected = [
                autograd.linear(x, w, b) for x, (w, b) in zip((q, k, v), self._projections())
            ]
        q, k, v = (autograd.transpose(self._heads(x), order) for x in projected)
        masked = (*q.shape[:-1], k.shape[-2])
        k, v = self._more_sources(k, self.bias_k), self._more_sources(v, self.bias_v)
        scores = (q * (1 / math.sqrt(self.embed_dim // self.num_heads))) @ k.mT
        mask = self._mask(attn_mask, key_padding_mask, is_causal, masked, scores.dtype)
        if mask is not None and masked != scores.shape:  # the sources added may always be looked at
            more = scores.shape[-1] - masked[-1]
            mask = np.pad(mask, [(0, 0)] * (mask.ndim - 1) + [(0, more)])
        weights = autograd.softmax(scores if mask is None else scores + mask)
        if self.dropout and self.training:
            weights = autograd.dropout(weights, self.dropout)
        out = weights @ v
        back = tuple(int(i) for i in np.argsort(order))
        out = autograd.transpose(out, back)
        out = self.out_proj(autograd.reshape(out, (*out.shape[:-2], self.embed_dim)))
        if not need_weights:
            return out, None
        return out, autograd.mean(weights, axis=-3) if average_attn_weights else weights

    def _more_sources(self, x: Any, bias: Any) -> Any:
        """Keys or values with the learned source and the source of zeros, where there are such."""
        one = (*x.shape[:-2], 1, x.shape[-1])
        more = []
        if bias is not None:
            heads = autograd.reshape(bias, (self.num_heads, 1, x.shape[-1]))
            more.append(autograd.broadcast_to(heads, one))
        if self.add_zero_attn:
            more.append(np.zeros(one, x.dtype))
        return autograd.concatenate([x, *more], axis=-2) if more else x

    def _order(self, ndim: int) -> tuple[int, ...]:
        """How (time, batch, head, size) becomes (batch, head, time, size)."""
        if ndim == 2:
            return (1, 0, 2)
        return (0, 2, 1, 3) if self.batch_first else (1, 2, 0, 3)

    def _heads(self, x: Any) -> Any:
        size = self.embed_dim // self.num_heads
        return autograd.reshape(x, (*x.shape[:-1], self.num_heads, size))

    def _thirds(self) -> list[slice]:
        """Where queries, keys and values lie in what is projected together."""
        n = self.embed_dim
        return [slice(i * n, (i + 1) * n) for i in range(3)]

    def _projections(self) -> list[tuple[Any, Any]]:
        thirds = self._thirds()
        if "in_proj_weight" in self._parameters:
            weights = [self.in_proj_weight[part] for part in thirds]
        else:
            weights = [self._parameters[f"{name}_proj_weight"] for name in "qkv"]
        bias = self.in_proj_bias
        return [(w, None if bias is None else bias[t]) for w, t in zip(weights, thirds)]

    def _mask(
        self, attn_mask: Any, padding: Any, causal: bool, shape: tuple[int, ...], dtype: Any
    ) -> Any:
        """What is added to the scores, of shape (batch, heads, targets, sources)."""
        targets, sources = shape[-2:]
        total = None
        if attn_mask is None and causal:
            attn_mask = causal_mask(max(targets, sources))[:targets, :sources]
        if attn_mask is not None:
            total = _additive(attn_mask, dtype)
            per_head = (math.prod(shape[:-2]), targets, sources)
            if total.shape == per_head:
                total = total.reshape(shape)
            elif total.shape != (targets, sources):
                raise ShapeError(
                    f"{self._label()}: attn_mask must be of shape {(targets, sources)} or "
                    f"{per_head}, got {total.shape}"
                )
        if padding is not None:
            hidden = _additive(padding, dtype)
            if hidden.shape != (*shape[:-3], sources):
                raise ShapeError(
                    f"{self._label()}: key_padding_mask must be of shape "
                    f"{(*shape[:-3], sources)}, got {hidden.shape}"
                )
            hidden = hidden[..., None, None, :]
            total = hidden if total is None else total + hidden
        return total

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}"


def _additive(mask: Any, dtype: Any) -> Any:
    if not isinstance(mask, Value) or not mask.traced:
        mask = np.asarray(getattr(mask, "_data", mask))
    if mask.dtype == bool:
        return np.where(mask, -np.inf, 0.0).astype(dtype)
    return mask.astype(dtype)
