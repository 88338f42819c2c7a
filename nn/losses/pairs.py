"""Losses of several inputs: what should be near, far, in order, or how sure one is of it.

They take two or three inputs where other losses take prediction and target, so a training loop
calls them; for `compile`, write a function of (prediction, target) that does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
from nn.inputs import as_input
from nn.losses.loss import Loss

__all__ = [
    "CosineEmbeddingLoss",
    "GaussianNLLLoss",
    "MarginRankingLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class Several(Loss):
    """A loss of more inputs than a prediction and its target."""

    inputs: str

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        raise TypeError(
            f"{self.name}: takes ({self.inputs}), so compile needs a function of (prediction, "
            "target) that calls it; or write the training loop yourself"
        )

    def _same_shape(self, **inputs: Any) -> None:
        shapes = {name: np.shape(x) for name, x in inputs.items()}
        if len(set(shapes.values())) > 1:
            raise ShapeError(
                f"{self.name}: needs inputs of one shape, got "
                + ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            )


class TripletMarginLoss(Several):
    """max(d(anchor, positive) - d(anchor, negative) + margin, 0) (Balntas et al. 2016).

    Args:
        margin: how much farther the negative should be.
        p: which norm measures the distances.
        eps: keeps their derivative finite at 0.
        swap: use the positive's distance to the negative where it is smaller.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        anchor, positive, negative: (batch, size) or (size,).

    >>> loss = nn.TripletMarginLoss()
    >>> round(loss(Value([[0.0]]), Value([[1.0]]), Value([[1.5]])).item(), 4)
    0.5
    """

    inputs = "anchor, positive, negative"

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        if not margin > 0:
            raise ValueError(f"{self.name}: margin must be positive, got {margin}")
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def apart(self, x: Any, y: Any) -> Any:
        """How far apart two inputs are."""
        return distance(x, y, self.p, self.eps)

    def __call__(self, anchor: Any, positive: Any, negative: Any) -> Any:  # type: ignore[override]
        self._same_shape(anchor=anchor, positive=positive, negative=negative)
        near, far = self.apart(anchor, positive), self.apart(anchor, negative)
        if self.swap:
            far = autograd.minimum(far, self.apart(positive, negative))
        return self._gathered(autograd.relu(near - far + self.margin))


class TripletMarginWithDistanceLoss(TripletMarginLoss):
    """`TripletMarginLoss` with a distance of your own.

    Args:
        distance_function: of (x, y); the Euclidean distance by default.
        margin, swap, reduction: as `TripletMarginLoss`'s.

    >>> loss = nn.TripletMarginWithDistanceLoss(
    ...     distance_function=lambda x, y: autograd.absolute(x - y).sum(axis=-1))
    >>> loss(Value([[0.0]]), Value([[1.0]]), Value([[1.5]]))
    Value(0.5)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(margin, swap=swap, reduction=reduction)
        self.distance_function = distance_function

    def apart(self, x: Any, y: Any) -> Any:
        return distance(x, y) if self.distance_function is None else self.distance_function(x, y)


class MarginRankingLoss(Several):
    """max(-target · (x1 - x2) + margin, 0): which of two should be larger.

    Args:
        margin: by how much.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        x1, x2, target: any, the same; the target is 1 where x1 should be larger, else -1.

    >>> nn.MarginRankingLoss()(Value([1.0]), Value([3.0]), [1])
    Value(2.0)
    """

    inputs = "x1, x2, target"

    def __init__(self, margin: float = 0.0, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def __call__(self, x1: Any, x2: Any, target: Any) -> Any:  # type: ignore[override]
        self._same_shape(x1=x1, x2=x2)
        sign = target if isinstance(target, Value) else np.asarray(target)
        each = self.margin - sign.astype(x1.dtype) * autograd.subtract(x1, x2)
        return self._gathered(autograd.relu(each))


class CosineEmbeddingLoss(Several):
    """1 - cos(x1, x2) where the target is 1, max(cos(x1, x2) - margin, 0) where it is -1.

    Args:
        margin: from -1 to 1: what does not belong together may be so much alike.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        x1, x2: (batch, size) or (size,); target: (batch,) or (), 1 or -1.

    >>> round(nn.CosineEmbeddingLoss()(Value([[2.0, 0.0]]), Value([[1.0, 0.0]]), [1]).item(), 6)
    0.0
    """

    inputs = "x1, x2, target"

    def __init__(self, margin: float = 0.0, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def __call__(self, x1: Any, x2: Any, target: Any) -> Any:  # type: ignore[override]
        self._same_shape(x1=x1, x2=x2)
        sign = np.asarray(getattr(target, "_data", target))
        if sign.shape != np.shape(x1)[:-1]:
            raise ShapeError(
                f"{self.name}: the target holds one 1 or -1 for each pair, shape "
                f"{np.shape(x1)[:-1]}, got {sign.shape}"
            )
        # PyTorch keeps squared lengths away from 0, not lengths.
        product = autograd.sum(autograd.multiply(x1, x2), axis=-1)
        squares = [autograd.sum(autograd.square(x), axis=-1) + 1e-12 for x in (x1, x2)]
        alike = product / autograd.sqrt(squares[0] * squares[1])
        return self._gathered(
            autograd.where(sign == 1, 1 - alike, autograd.relu(alike - self.margin))
        )


class GaussianNLLLoss(Several):
    """(log var + (prediction - target)² / var) / 2: numbers predicted with their uncertainty.

    Nix and Weigend 1994.

    Args:
        full: add the constant log(2π) / 2.
        eps: no variance counts as less; what is cut off gets its gradient nevertheless.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: any; target: the same; var: the same, or with a last axis of 1, or without it.

    Raises:
        ValueError: a variance is negative.

    >>> nn.GaussianNLLLoss()(Value([1.0]), [3.0], Value([1.0]))
    Value(2.0)
    """

    inputs = "prediction, target, var"

    def __init__(
        self, *, full: bool = False, eps: float = 1e-6, reduction: str | None = "mean"
    ) -> None:
        super().__init__(reduction)
        self.full = full
        self.eps = eps

    def __call__(self, prediction: Any, target: Any, var: Any) -> Any:  # type: ignore[override]
        shape = np.shape(prediction)
        var = as_input(var, prediction.dtype)
        if var.ndim and var.shape not in (shape, (*shape[:-1], 1)):
            if var.shape != shape[:-1]:
                raise ShapeError(
                    f"{self.name}: var of shape {var.shape} fits no prediction of shape {shape}"
                )
            var = autograd.expand_dims(var, -1)
        numbers = np.asarray(getattr(var, "data", var))
        if (numbers < 0).any():
            raise ValueError(f"{self.name}: variances are at least 0, found {numbers.min():g}")
        low = np.maximum(self.eps - numbers, 0).astype(numbers.dtype)
        var = var + low
        each = 0.5 * (autograd.log(var) + autograd.square(prediction - target) / var)
        return self._gathered(each + 0.5 * math.log(2 * math.pi) if self.full else each)


def distance(x: Any, y: Any, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> Any:
    """‖x - y + eps‖ₚ along the last axis.

    >>> from nn.losses.pairs import distance
    >>> distance(Value([3.0, 4.0]), [0.0, 0.0], p=1.0, eps=0.0)
    Value(7.0)
    """
    return autograd.norm(autograd.subtract(x, y) + eps, p, axis=-1, keepdims=keepdims)
