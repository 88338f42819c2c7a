"""Cross-entropies for classes of unequal size and for labels that may be wrong, as in Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from nn import targets
from nn.losses.crossentropy import (
    CLOSEST,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary,
    smoothed,
)

__all__ = [
    "BinaryFocalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
]


class BinaryFocalCrossentropy(BinaryCrossentropy):
    """Binary cross-entropy that counts clear cases less, as in Keras (Lin et al. 2017).

    Each distance is multiplied by (1 - p)^gamma, where p is the probability of the right answer.

    Args:
        gamma: how much less.
        from_logits: whether predictions are scores before sigmoid.
        label_smoothing: how far targets are drawn from 0 and 1 towards one half.
        reduction: 'mean', 'sum' or 'none'.
        apply_class_balancing: count a yes `alpha` times and a no 1 - alpha times.
        alpha: how much a yes counts, from 0 to 1.

    >>> round(nn.losses.BinaryFocalCrossentropy()(Value([0.5]), [1]).item(), 4)
    0.1733
    """

    def __init__(
        self,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "mean",
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
    ) -> None:
        super().__init__(from_logits, label_smoothing, reduction)
        self.gamma = gamma
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha

    def each(self, prediction: Any, target: Any) -> Any:
        p = autograd.sigmoid(prediction) if self.from_logits else prediction
        target = smoothed(target, self.label_smoothing, 2)
        missed = 1 - (target * p + (1 - target) * (1 - p))
        each = missed**self.gamma * binary(p, target, self.name)
        if not self.apply_class_balancing:
            return each
        return (target * self.alpha + (1 - target) * (1 - self.alpha)) * each


class CategoricalFocalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy that counts clear cases less, as in Keras (Lin et al. 2017).

    Args:
        alpha: a factor, or (classes,) one for each class.
        gamma: how much less: each class's distance is multiplied by (1 - p)^gamma.
        from_logits: whether predictions are scores before softmax.
        label_smoothing: how much of each target is spread evenly over all classes.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (..., classes); target: the same, one-hot rows.

    >>> loss = nn.losses.CategoricalFocalCrossentropy(alpha=1.0)
    >>> round(loss(Value([[0.5, 0.5]]), [[0, 1]]).item(), 4)
    0.1733
    """

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(from_logits, label_smoothing, reduction)
        self.alpha = alpha if np.ndim(alpha) == 0 else np.asarray(alpha)
        self.gamma = gamma

    def each(self, prediction: Any, target: Any) -> Any:
        target = smoothed(target, self.label_smoothing, prediction.shape[-1])
        p = autograd.softmax(prediction) if self.from_logits else prediction
        p = autograd.clip(p / autograd.sum(p, axis=-1, keepdims=True), CLOSEST, 1 - CLOSEST)
        each = self.alpha * (1 - p) ** self.gamma * target * autograd.log(p)
        return -autograd.sum(each, axis=-1)


class CategoricalGeneralizedCrossEntropy(SparseCategoricalCrossentropy):
    """(1 - p^q) / q of the right class's probability p: labels that are wrong pull less.

    Zhang and Sabuncu 2018, as in Keras. For q near 0 it is the cross-entropy, for q = 1 the error
    1 - p.

    Args:
        q: between 0 and 1.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (..., classes) probabilities; target: (...) integers.

    Raises:
        ValueError: q is not between 0 and 1.

    >>> nn.losses.CategoricalGeneralizedCrossEntropy()(Value([[0.25, 0.75]]), [0])
    Value(1.0)
    """

    def __init__(self, q: float = 0.5, reduction: str | None = "mean") -> None:
        super().__init__(reduction=reduction)
        if not 0 < q < 1:
            raise ValueError(f"{self.name}: q must be between 0 and 1, got {q!r}")
        self.q = q

    def each(self, prediction: Any, target: Any) -> Any:
        rows = targets.rows_of(target, prediction.shape[-1], prediction.dtype)
        right = autograd.sum(prediction * rows, axis=-1)
        return (1 - right**self.q) / self.q
