"""Losses of overlap: how little two regions have in common, for masks and segmentation."""

from __future__ import annotations

from typing import Any

import autograd
from nn.losses.loss import Distance

__all__ = ["Dice", "Tversky"]

EPSILON = 1e-7  # Keras's: keeps divisions finite


class Tversky(Distance):
    """1 - c / (c + alpha · m + beta · f), as Keras computes it (Salehi et al. 2017).

    c is what prediction and target have in common, m what is missed, f what is falsely predicted,
    each a sum over the whole batch.

    Args:
        alpha: how much what is missed counts.
        beta: how much what is falsely predicted counts.
        reduction: 'mean', 'sum' or 'none'.
        axis: the axes to sum over; None for all of them.

    Shapes:
        prediction: any, from 0 to 1; target: the same.

    >>> round(nn.losses.Tversky()(Value([0.5, 0.5]), [0, 1]).item(), 4)
    0.5
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "mean",
        axis: int | tuple[int, ...] | None = None,
    ) -> None:
        super().__init__(reduction)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis

    def each(self, prediction: Any, target: Any) -> Any:
        common = autograd.sum(prediction * target, axis=self.axis)
        false = autograd.sum(prediction * (1 - target), axis=self.axis)
        missed = autograd.sum((1 - prediction) * target, axis=self.axis)
        return 1 - common / (common + self.alpha * missed + self.beta * false + EPSILON)


class Dice(Distance):
    """1 - 2c / (size of the prediction + size of the target), as in Keras (Milletari et al. 2016).

    c is what both have in common; all are sums over the whole batch.

    Args:
        reduction: 'mean', 'sum' or 'none'.
        axis: the axes to sum over; None for all of them.

    Shapes:
        prediction: any, from 0 to 1; target: the same.

    >>> round(nn.losses.Dice()(Value([0.5, 0.5]), [0, 1]).item(), 4)
    0.5
    """

    def __init__(
        self, reduction: str | None = "mean", axis: int | tuple[int, ...] | None = None
    ) -> None:
        super().__init__(reduction)
        self.axis = axis

    def each(self, prediction: Any, target: Any) -> Any:
        common = autograd.sum(prediction * target, axis=self.axis)
        sizes = autograd.sum(prediction, axis=self.axis) + autograd.sum(target, axis=self.axis)
        return 1 - 2 * common / (sizes + EPSILON)
