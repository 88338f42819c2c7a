"""EmbeddingBag: one vector for each bag of words, the sum, mean or largest of theirs."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.embedding import Embedding

MODES = ("sum", "mean", "max")


class EmbeddingBag(Embedding):
    """The rows of a table, looked up by number and gathered bag by bag. An empty bag gives zeros.

    Args:
        num_embeddings, embedding_dim, max_norm, norm_type, scale_grad_by_freq: as `Embedding`'s.
        mode: 'sum', 'mean' or 'max'.
        sparse: accepted for the sake of programs that say it; gradients are dense arrays here.
        include_last_offset: the last of the offsets is where the last bag ends.
        padding_idx: a row that starts at 0, is never learned, and counts in no bag.
        dtype: the dtype of the vectors.

    Shapes:
        indices: (bags, length), or (total) all bags end to end; offsets: (bags), where each begins,
        for the latter; per_sample_weights: as indices, what to multiply each row by (with 'sum');
        output: (bags, embedding_dim).

    Raises:
        ValueError: an unknown mode, or weights with another one than 'sum'.
        ShapeError: on a call, the offsets do not fit the indices.

    >>> layer = nn.EmbeddingBag.from_pretrained(np.eye(3), mode="sum")
    >>> layer(np.array([0, 1, 1, 2]), offsets=np.array([0, 3]))
    Value([[1., 2., 0.],
           [0., 0., 1.]])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq,
            sparse, _weight, dtype,
        )  # fmt: skip
        if mode not in MODES:
            raise ValueError(f"EmbeddingBag: mode is one of {', '.join(MODES)}, got {mode!r}")
        if mode == "max" and scale_grad_by_freq:
            raise ValueError("EmbeddingBag: scale_grad_by_freq has no meaning for mode 'max'")
        self.mode = mode
        self.include_last_offset = include_last_offset

    def forward(self, indices: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        given = np.asarray(indices)
        bag, bags = self._bags(given, offsets)
        if per_sample_weights is not None:
            self._check_weights(per_sample_weights, given.shape)
        kept = np.flatnonzero(given.reshape(-1) != self.padding_idx)
        bag = bag[kept]
        rows = super().forward(given.reshape(-1)[kept])
        if per_sample_weights is not None:
            weights = autograd.reshape(per_sample_weights, (-1,))[kept]
            rows = rows * weights[:, None].astype(rows.dtype)
        return self._gathered(rows, bag, bags)

    def _gathered(self, rows: Any, bag: np.ndarray, bags: int) -> Any:
        """One vector for each bag, of rows that lie bag by bag."""
        counts = np.bincount(bag, minlength=bags)
        nothing = -np.inf if self.mode == "max" else 0.0
        rows = autograd.concatenate([rows, np.full((1, self.embedding_dim), nothing, rows.dtype)])
        # (bags, most): where the rows of each bag are; behind them the last one, which is nothing.
        places = np.full((bags, max(int(counts.max(initial=0)), 1)), len(bag))
        places[bag, np.arange(len(bag)) - (np.cumsum(counts) - counts)[bag]] = np.arange(len(bag))
        rows = rows[places]
        if self.mode == "max":
            return autograd.where(counts[:, None] > 0, autograd.max(rows, axis=1), 0.0)
        out = autograd.sum(rows, axis=1)
        if self.mode == "sum":
            return out
        return out / np.maximum(counts, 1)[:, None].astype(out.dtype)

    def _bags(self, indices: np.ndarray, offsets: Any) -> tuple[np.ndarray, int]:
        """The bag of each index, and how many bags there are."""
        if indices.ndim == 2 and offsets is None:
            bags, length = indices.shape
            return np.repeat(np.arange(bags), length), bags
        starts = None if offsets is None else np.asarray(offsets)
        if indices.ndim != 1 or starts is None or starts.ndim != 1:
            raise ShapeError(
                f"{self._label()}: needs indices (bags, length), or (total) and offsets (bags); "
                f"got shape {indices.shape} and offsets "
                f"{None if starts is None else f'of shape {starts.shape}'}"
            )
        ends = starts[1:] if self.include_last_offset else np.append(starts[1:], len(indices))
        good = starts.dtype.kind in "iu" and len(starts) and starts[0] == 0
        if not good or (np.diff(starts) < 0).any() or starts[-1] > len(indices):
            raise ShapeError(
                f"{self._label()}: offsets must be integers that rise from 0 to at most "
                f"{len(indices)}, got {starts}"
            )
        return np.repeat(np.arange(len(ends)), ends - starts[: len(ends)]), len(ends)

    def _check_weights(self, weights: Any, shape: tuple[int, ...]) -> None:
        if self.mode != "sum":
            raise ValueError(
                f"{self._label()}: per_sample_weights need mode 'sum', but it is {self.mode!r}"
            )
        if np.shape(weights) != shape:
            raise ShapeError(
                f"{self._label()}: per_sample_weights need the shape of the indices {shape}, got "
                f"{np.shape(weights)}"
            )

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}, mode={self.mode!r}"
