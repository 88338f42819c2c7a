"""Rows of tables looked up by number, with PyTorch's arguments."""

from __future__ import annotations

from typing import Any

from nn.embedding import Embedding
from nn.embedding_bag import EmbeddingBag


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """The rows of a table; see `nn.Embedding`.

    >>> nn.functional.embedding([1, 0], Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([[3., 4.],
           [1., 2.]])
    """
    settings = padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
    rows, size = weight.shape
    return Embedding(rows, size, *settings, weight)(input)


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The rows of a table, gathered bag by bag; see `nn.EmbeddingBag`."""
    settings = max_norm, norm_type, scale_grad_by_freq, mode, sparse, weight
    rows, size = weight.shape
    layer = EmbeddingBag(rows, size, *settings, include_last_offset, padding_idx)
    return layer(input, offsets, per_sample_weights)
