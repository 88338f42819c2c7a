"""Embedding: a vector to learn for every word, character or other kind of thing."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Value
from nn.inputs import check_sizes
from nn.module import Module, Parameter


class Embedding(Module):
    """The rows of a table, looked up by number. They start normally distributed.

    Args:
        num_embeddings: how many kinds there are; indices go from 0 to one less.
        embedding_dim: the length of each vector.
        padding_idx: a row that starts at 0 and is never learned; negative: from the end.
        dtype: the dtype of the vectors.

    Shapes:
        indices: any shape, integers; weight: (num_embeddings, embedding_dim);
        output: (*indices.shape, embedding_dim).

    Raises:
        ValueError: a size is no positive integer, or padding_idx is no row.
        TypeError: on a call, the indices are no integers.
        IndexError: on a call, an index is negative or too large.

    >>> nn.Embedding(10, 3)(np.array([[1, 2], [4, 4]])).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        check_sizes("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(
                    f"Embedding: padding_idx {padding_idx} is no row of {num_embeddings}"
                )
            padding_idx %= num_embeddings
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        table = autograd.generator().normal(size=(num_embeddings, embedding_dim)).astype(dtype)
        if padding_idx is not None:
            table[padding_idx] = 0
        self.weight = Parameter(table)

    def forward(self, indices: Any) -> Any:
        if not isinstance(indices, Value):
            indices = np.asarray(indices)
        if indices.dtype.kind not in "iu":
            raise TypeError(
                f"{self._label()}: indices are integers, got {indices.dtype}; "
                "convert them with .astype(int)"
            )
        try:
            return autograd.embedding(indices, self.weight, self.padding_idx)
        except IndexError:
            given = np.asarray(getattr(indices, "_data", indices))
            raise IndexError(
                f"{self._label()}: indices go from 0 to {self.num_embeddings - 1} "
                f"(num_embeddings - 1), got {given.min()} to {given.max()}"
            ) from None

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
