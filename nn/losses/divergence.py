"""Losses between distributions: the Kullback-Leibler divergence, in PyTorch's form and Keras's."""

from __future__ import annotations

from typing import Any

import autograd
from nn.losses.loss import Distance

__all__ = ["KLDivLoss", "KLDivergence"]


class KLDivLoss(Distance):
    """target · (log target - prediction), as in PyTorch: predictions are log-probabilities.

    Args:
        reduction: 'batchmean' for the divergence itself, a mean over examples; 'mean' over all
            numbers; 'sum' or 'none'.
        log_target: whether targets are log-probabilities too.

    Shapes:
        prediction: any; target: the same.

    >>> q = autograd.log(Value([[0.5, 0.5]]))
    >>> round(nn.KLDivLoss(reduction="batchmean")(q, [[1.0, 0.0]]).item(), 4)
    0.6931
    """

    def __init__(self, reduction: str | None = "mean", log_target: bool = False) -> None:
        super().__init__("mean" if reduction == "batchmean" else reduction)
        self.batchmean = reduction == "batchmean"
        self.log_target = log_target

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.kl_div(prediction, target, "none", self.log_target)

    def share(self, target: Any) -> Any:
        return max(len(target), 1) if self.batchmean else None


class KLDivergence(Distance):
    """Σ target · log(target / prediction) along the last axis, as in Keras: both probabilities.

    Shapes:
        prediction: (..., classes); target: the same.

    >>> round(nn.losses.KLDivergence()(Value([[0.5, 0.5]]), [[1.0, 0.0]]).item(), 4)
    0.6931
    """

    def each(self, prediction: Any, target: Any) -> Any:
        p, q = (autograd.clip(x, 1e-7, 1) for x in (target, prediction))
        return autograd.sum(p * autograd.log(p / q), axis=-1)
