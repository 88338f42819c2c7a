"""Losses with a margin: being right is not enough, being clearly right costs nothing more."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from nn.losses.loss import Distance

__all__ = ["CategoricalHinge", "Hinge", "HingeEmbeddingLoss", "SoftMarginLoss", "SquaredHinge"]


class Hinge(Distance):
    """max(1 - target · prediction, 0), as in Keras: no cost beyond a margin of 1.

    Shapes:
        prediction: any scores; target: the same, -1 or 1 (0 and 1 are understood so too).

    >>> nn.losses.Hinge(reduction="none")(Value([2.0, 0.5]), [1, 0])
    Value([0. , 1.5])
    """

    signs = True

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return _signs(super().prepare(target, shape, dtype), self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.relu(1 - target * prediction)


class SquaredHinge(Hinge):
    """The square of `Hinge`, as in Keras.

    >>> nn.losses.SquaredHinge()(Value([0.5]), [-1])
    Value(2.25)
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.square(super().each(prediction, target))


class CategoricalHinge(Distance):
    """max(1 + the best wrong score - the right one, 0), as in Keras.

    Shapes:
        prediction: (..., classes) scores; target: the same, one-hot rows.

    >>> nn.losses.CategoricalHinge()(Value([[1.0, 0.5]]), [[1, 0]])
    Value(0.5)
    """

    def each(self, prediction: Any, target: Any) -> Any:
        right = autograd.sum(target * prediction, axis=-1)
        wrong = autograd.max((1 - target) * prediction, axis=-1)
        return autograd.relu(wrong - right + 1)


class HingeEmbeddingLoss(Distance):
    """A distance itself where the target is 1, max(margin - distance, 0) where it is -1.

    Args:
        margin: how far apart what does not belong together should be.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: any, distances; target: the same, -1 or 1.

    >>> nn.HingeEmbeddingLoss(reduction="none")(Value([0.5, 0.25]), [1, -1])
    Value([0.5 , 0.75])
    """

    def __init__(self, margin: float = 1.0, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return _signs(super().prepare(target, shape, dtype), self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.where(target == 1, prediction, autograd.relu(self.margin - prediction))


class SoftMarginLoss(Distance):
    """log(1 + exp(-target · prediction)), as in PyTorch.

    Shapes:
        prediction: any scores; target: the same, -1 or 1.

    >>> round(nn.SoftMarginLoss()(Value([0.0]), [1]).item(), 4)
    0.6931
    """

    threshold = 0.0
    signs = True

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return _signs(super().prepare(target, shape, dtype), self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.softplus(-target * prediction)


def _signs(target: Any, name: str) -> np.ndarray:
    """-1 and 1; 0 and 1 are turned into them."""
    target = np.asarray(getattr(target, "_data", target))
    odd = ~np.isin(target, (-1, 0, 1))
    if odd.any():
        raise ValueError(f"{name}: targets are -1 or 1 (or 0 or 1), found {target[odd][0]:g}")
    if (target == 0).any():
        if (target == -1).any():
            raise ValueError(f"{name}: targets are -1 or 1 (or 0 or 1), found -1 and 0 together")
        return 2 * target - 1
    return target
