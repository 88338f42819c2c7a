"""Losses for numbers: how far a prediction lies from the number it should be."""

from __future__ import annotations

import math
from typing import Any

import autograd
from nn.losses.loss import Distance

__all__ = [
    "CosineSimilarity",
    "HuberLoss",
    "L1Loss",
    "LogCosh",
    "MSELoss",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "PoissonNLLLoss",
    "SmoothL1Loss",
]

EPSILON = 1e-7  # Keras's: keeps divisions and logarithms finite


class MSELoss(Distance):
    """The mean squared difference, over all numbers.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.MSELoss()(Value([1.0, 2.0]), [1.0, 4.0])
    Value(2.0)
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.square(prediction - target)


class L1Loss(Distance):
    """The mean absolute difference, over all numbers.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.L1Loss()(Value([1.0, 2.0]), [1.0, 4.0])
    Value(1.0)
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.absolute(prediction - target)


class HuberLoss(Distance):
    """Squared near the target, straight far from it, so that outliers pull less (Huber 1964).

    With the difference d: d² / 2 where |d| ≤ delta, else delta · (|d| - delta / 2).

    Args:
        reduction: 'mean', 'sum' or 'none'.
        delta: where it becomes straight.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.HuberLoss(reduction="none")(Value([1.0, 2.0]), [1.5, 5.0])
    Value([0.125, 2.5  ])
    """

    def __init__(self, reduction: str | None = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        if not delta > 0:
            raise ValueError(f"{self.name}: delta must be positive, got {delta}")
        self.delta = delta

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.huber_loss(prediction, target, self.delta, reduction="none")


class SmoothL1Loss(Distance):
    """Huber's loss divided by `beta`: the absolute difference with its corner rounded.

    Args:
        reduction: 'mean', 'sum' or 'none'.
        beta: the width of the rounded part; 0 for none (`L1Loss`).

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.SmoothL1Loss(reduction="none")(Value([1.0, 2.0]), [1.5, 5.0])
    Value([0.125, 2.5  ])
    """

    def __init__(self, reduction: str | None = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        if not beta >= 0:
            raise ValueError(f"{self.name}: beta must be at least 0, got {beta}")
        self.beta = beta

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.smooth_l1_loss(prediction, target, reduction="none", beta=self.beta)


class LogCosh(Distance):
    """log cosh of the difference: like d² / 2 near 0, like |d| - log 2 far away.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> round(nn.losses.LogCosh()(Value([1.0]), [0.0]).item(), 4)
    0.4338
    """

    def each(self, prediction: Any, target: Any) -> Any:
        # log cosh d = d + log(1 + e^(-2d)) - log 2, which does not overflow.
        d = prediction - target
        return d + autograd.softplus(-2 * d) - math.log(2)


class MeanAbsolutePercentageError(Distance):
    """The absolute difference in percent of the target, as in Keras.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.losses.MeanAbsolutePercentageError()(Value([1.0, 3.0]), [2.0, 4.0])
    Value(37.5)
    """

    def each(self, prediction: Any, target: Any) -> Any:
        ideal = autograd.maximum(autograd.absolute(target), EPSILON)
        return 100 * autograd.absolute((target - prediction) / ideal)


class MeanSquaredLogarithmicError(Distance):
    """The squared difference of log(1 + x), as in Keras: for quantities over many magnitudes.

    Shapes:
        prediction: any, negative numbers count as 0; target: the same.

    >>> round(nn.losses.MeanSquaredLogarithmicError()(Value([1.0]), [3.0]).item(), 4)
    0.4805
    """

    def each(self, prediction: Any, target: Any) -> Any:
        difference = _log_of_one_more(prediction) - _log_of_one_more(target)
        return autograd.square(difference)


class Poisson(Distance):
    """prediction - target · log prediction, as in Keras: for counts.

    Shapes:
        prediction: any, positive rates; target: the same, counts.

    >>> nn.losses.Poisson()(Value([1.0]), [3.0]).item() < 1.0001
    True
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return prediction - target * autograd.log(prediction + EPSILON)


class PoissonNLLLoss(Distance):
    """The negative log-likelihood of counts whose rate is predicted, as in PyTorch.

    Args:
        log_input: whether predictions are logarithms of rates.
        full: add Stirling's approximation of log(target!) where a target is above 1.
        eps: keeps the logarithm finite where predictions are rates.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: any; target: the same, counts.

    >>> nn.PoissonNLLLoss()(Value([0.0]), [3.0])
    Value(1.0)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        eps: float = 1e-8,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def each(self, prediction: Any, target: Any) -> Any:
        if self.log_input:
            each = autograd.exp(prediction) - target * prediction
        else:
            each = prediction - target * autograd.log(prediction + self.eps)
        if not self.full:
            return each
        some = autograd.maximum(target, 1)
        stirling = some * autograd.log(some) - some + 0.5 * autograd.log(2 * math.pi * some)
        return each + autograd.where(target > 1, stirling, 0.0)


class CosineSimilarity(Distance):
    """Minus the cosine of the angle between prediction and target, as in Keras: -1 is perfect.

    Args:
        axis: along which the vectors lie.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: any; target: the same.

    >>> nn.losses.CosineSimilarity()(Value([[2.0, 0.0]]), [[1.0, 0.0]])
    Value(-1.0)
    """

    def __init__(self, axis: int = -1, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.axis = axis

    def each(self, prediction: Any, target: Any) -> Any:
        return -autograd.cosine_similarity(prediction, target, axis=self.axis, eps=1e-12)


def _log_of_one_more(x: Any) -> Any:
    return autograd.log(autograd.maximum(x, EPSILON) + 1)
