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
        max_norm: on every call, vectors looked up that are longer are first cut to this length.
        norm_type: which norm measures it: 2 for the Euclidean length.
        scale_grad_by_freq: divide a vector's gradient by how often it was looked up.
        sparse: accepted for the sake of programs that say it; gradients are dense arrays here.
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
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
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
        if max_norm is not None and not max_norm > 0:
            raise ValueError(f"Embedding: max_norm must be positive, got {max_norm}")
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        if _weight is not None:  # a table that is there already
            self.weight = _weight if isinstance(_weight, Value) else Parameter(_weight)
            return
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
            if self.max_norm is not None:
                self._shorten(indices)
            out = autograd.embedding(indices, self.weight, self.padding_idx)
        except IndexError:
            given = np.asarray(getattr(indices, "_data", indices))
            raise IndexError(
                f"{self._label()}: indices go from 0 to {self.num_embeddings - 1} "
                f"(num_embeddings - 1), got {given.min()} to {given.max()}"
            ) from None
        return self._by_frequency(indices, out) if self.scale_grad_by_freq else out

    def _shorten(self, indices: Any) -> None:
        """Cut the vectors about to be looked up to the greatest length allowed."""
        rows = np.unique(getattr(indices, "data", indices))
        table = np.array(self.weight.data)
        lengths = np.linalg.norm(table[rows], ord=self.norm_type, axis=1)
        long = lengths > self.max_norm
        if long.any():
            table[rows[long]] *= (self.max_norm / (lengths[long] + 1e-7))[:, None]
            self.weight.data = table

    def _by_frequency(self, indices: Any, out: Any) -> Any:
        """The same numbers, with gradients divided by how often each row was looked up."""
        places = np.asarray(getattr(indices, "data", indices))
        share = 1 / np.bincount(places.ravel(), minlength=1)[places][..., None]
        numbers = getattr(out, "data", out)
        return numbers + (out - numbers) * share.astype(out.dtype)

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, **settings: Any) -> Embedding:
        """A table that is there already.

        Args:
            embeddings: (num_embeddings, embedding_dim).
            freeze: leave it as it is; False to go on learning it.
            settings: any of the layer's.

        >>> nn.Embedding.from_pretrained(np.eye(2))([1])
        Value([[0., 1.]])
        """
        table = np.array(getattr(embeddings, "data", embeddings))
        if table.ndim != 2 or table.dtype.kind != "f":
            raise ValueError(
                f"Embedding.from_pretrained: needs floats of shape (rows, size), got {table.dtype} "
                f"of shape {table.shape}"
            )
        rows, size = table.shape
        layer = cls(rows, size, _weight=table, **settings)
        layer.weight.requires_grad = not freeze
        return layer

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        usual: dict[str, Any] = {"padding_idx": None, "max_norm": None, "norm_type": 2.0}
        usual["scale_grad_by_freq"] = False
        for name, value in usual.items():
            mine = getattr(self, name)
            text += "" if mine == value else f", {name}={mine}"
        return text
