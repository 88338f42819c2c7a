"""Losses with a margin: being right is not enough, being clearly right costs nothing more."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn import targets
from nn.losses.loss import Distance, Loss

__all__ = [
    "CategoricalHinge",
    "Hinge",
    "HingeEmbeddingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "SquaredHinge",
]


class _YesOrNo(Distance):
    """Yes or no as 1 and -1."""

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return _signs(super().prepare(target, shape, dtype), self.name)


class Hinge(Distance):
    """max(1 - target · prediction, 0), as in Keras: no cost beyond a margin of 1.

    Metrics see the target as it was given, as in Keras: 'accuracy' counts a no only where it is
    called 0, and a yes where the score is above one half.

    Shapes:
        prediction: any scores; target: the same, -1 or 1 (0 and 1 are understood so too).

    >>> nn.losses.Hinge(reduction="none")(Value([2.0, 0.5]), [1, 0])
    Value([0. , 1.5])
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        target = super().prepare(target, shape, dtype)
        return targets.checked(
            _called_yes_or_no, targets.numbers(target, self.name), name=self.name
        )

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.relu(1 - autograd.where(target == 0, -1, target) * prediction)


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


class HingeEmbeddingLoss(_YesOrNo):
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

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.where(target == 1, prediction, autograd.relu(self.margin - prediction))


class SoftMarginLoss(_YesOrNo):
    """log(1 + exp(-target · prediction)), as in PyTorch.

    Shapes:
        prediction: any scores; target: the same, -1 or 1.

    >>> round(nn.SoftMarginLoss()(Value([0.0]), [1]).item(), 4)
    0.6931
    """

    threshold = 0.0
    signs = True

    def each(self, prediction: Any, target: Any) -> Any:
        return autograd.softplus(-target * prediction)


class MultiMarginLoss(Loss):
    """The mean over wrong classes of max(margin - right score + wrong score, 0)^p, as in PyTorch.

    Args:
        p: 1 or 2.
        margin: by how much the right score should be the larger one.
        weight: (classes,), how much each class counts.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (batch, classes) or (classes,); target: (batch,) class numbers.

    >>> nn.MultiMarginLoss()(Value([[1.0, 0.5]]), [0])
    Value(0.25)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        if p not in (1, 2):
            raise ValueError(f"{self.name}: p is 1 or 2, got {p!r}")
        self.p = p
        self.margin = margin
        self.weight = None if weight is None else np.asarray(weight)

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return targets.class_indices(target, shape, self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        classes = prediction.shape[-1]
        rows = targets.rows_of(target, classes, prediction.dtype)
        right = autograd.sum(prediction * rows, axis=-1, keepdims=True)
        short = autograd.relu(self.margin - right + prediction) ** self.p
        if self.weight is not None:
            short = short * self.weight.astype(prediction.dtype)[target][..., None]
        return autograd.sum(short * (1 - rows), axis=-1) / classes


class MultiLabelMarginLoss(Loss):
    """Every right label's score should exceed every wrong one's by 1, as in PyTorch.

    Args:
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (batch, classes) or (classes,); target: the same, the right classes' numbers,
        filled up with -1.

    >>> nn.MultiLabelMarginLoss()(Value([[1.0, 0.5]]), [[0, -1]])
    Value(0.25)
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        array = targets.numbers(target, self.name)
        if array.shape != shape or array.dtype.kind not in "iu":
            raise ShapeError(
                f"{self.name}: the target holds class numbers filled up with -1, in the "
                f"prediction's shape {shape}, got {array.dtype} of shape {array.shape}"
            )
        ends = np.where((array < 0).any(-1), (array < 0).argmax(-1), shape[-1])
        counts = np.arange(shape[-1]) < ends[..., None]
        targets.in_range(np.where(counts, array, 0), shape[-1], self.name)
        rows = np.zeros((*shape[:-1], shape[-1] + 1), bool)
        np.put_along_axis(rows, np.where(counts, array, shape[-1]), True, axis=-1)
        return rows[..., :-1].astype(dtype)

    def each(self, prediction: Any, target: Any) -> Any:
        right, wrong = autograd.expand_dims(prediction, -1), autograd.expand_dims(prediction, -2)
        pairs = target[..., :, None] * (1 - target[..., None, :])
        short = autograd.relu(1 - right + wrong) * pairs
        return autograd.sum(short, axis=(-2, -1)) / prediction.shape[-1]


class MultiLabelSoftMarginLoss(Distance):
    """The mean over classes of the binary cross-entropy of scores, as in PyTorch.

    Args:
        weight: (classes,), how much each class counts.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (batch, classes) scores; target: the same, 0 or 1.

    >>> round(nn.MultiLabelSoftMarginLoss()(Value([[0.0, 0.0]]), [[1, 0]]).item(), 4)
    0.6931
    """

    threshold = 0.0

    def __init__(self, weight: Any = None, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)

    def each(self, prediction: Any, target: Any) -> Any:
        each = autograd.binary_cross_entropy_with_logits(prediction, target)
        if self.weight is not None:
            each = each * self.weight.astype(prediction.dtype)
        return autograd.mean(each, axis=-1)


def _signs(target: Any, name: str) -> Any:
    """-1 and 1; 0 and 1 are turned into them."""
    return targets.checked(_as_signs, targets.numbers(target, name), name=name)


def _as_signs(target: np.ndarray, name: str) -> np.ndarray:
    target = _called_yes_or_no(target, name)
    return 2 * target - 1 if (target == 0).any() else target


def _called_yes_or_no(target: np.ndarray, name: str) -> np.ndarray:
    odd = ~np.isin(target, (-1, 0, 1))
    if odd.any():
        raise ValueError(f"{name}: targets are -1 or 1 (or 0 or 1), found {target[odd][0]:g}")
    if (target == 0).any() and (target == -1).any():
        raise ValueError(f"{name}: targets are -1 or 1 (or 0 or 1), found -1 and 0 together")
    return target
