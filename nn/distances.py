"""Distances: how far apart, or how alike in direction, pairs of vectors are."""

from __future__ import annotations

from typing import Any

import autograd
from nn.losses.pairs import distance
from nn.module import Module


class CosineSimilarity(Module):
    """The cosine of the angle between vectors.

    Args:
        dim: the axis along which the vectors lie.
        eps: no length counts as less.

    Shapes:
        x1, x2: arrays that broadcast; output: their shape without the axis.

    >>> nn.CosineSimilarity()(Value([[2.0, 0.0]]), [[1.0, 0.0]])
    Value([1.])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Any, x2: Any) -> Any:
        return autograd.cosine_similarity(x1, x2, axis=self.dim, eps=self.eps)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, eps={self.eps}"


class PairwiseDistance(Module):
    """The length of x1 - x2 + eps, along the last axis.

    Args:
        p: which norm; 2 is the Euclidean length.
        eps: keeps the derivative finite where the two are equal.
        keepdim: whether the last axis stays, with size 1.

    Shapes:
        x1, x2: (..., size); output: (...) or (..., 1).

    >>> nn.PairwiseDistance(eps=0.0)(Value([[3.0, 4.0]]), [[0.0, 0.0]])
    Value([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Any, x2: Any) -> Any:
        return distance(x1, x2, self.norm, self.eps, self.keepdim)

    def extra_repr(self) -> str:
        return f"p={self.norm}, eps={self.eps}"
