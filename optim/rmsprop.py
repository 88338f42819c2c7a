"""RMSprop: a step divided by the recent size of the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class RMSprop(Optimizer):
    """A step divided by the root of the average square (Tieleman and Hinton 2012, lecture 6.5).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        alpha: how much of the average of squares is kept.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        momentum: how much of the last velocity is kept; 0 keeps none.
        centered: divide by the estimated deviation: subtract the squared average gradient.
        maximize: step along the gradient instead of against it.
        keras_eps: add eps under the root, as Keras does, not to it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.RMSprop([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0., 3.])
    """

    alpha = Setting()
    eps = Setting()
    weight_decay = Setting()
    momentum = Setting()
    centered = Setting()
    keras_eps = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        keras_eps: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
            keras_eps=keras_eps,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        self._at_least_0(settings, "momentum", "alpha")

    def _moments_in(self, group: dict[str, Any]) -> int:
        return 1 + bool(group["momentum"]) + bool(group["centered"])

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        square, *others = moments
        g = self._decay_weights(p, g)
        square *= self.alpha
        square += (1 - self.alpha) * g * g
        if self.centered:
            average, *others = others
            average += (1 - self.alpha) * (g - average)
            square = square - average * average
        root = np.sqrt(square + self.eps) if self.keras_eps else np.sqrt(square) + self.eps
        if others:
            (velocity,) = others
            velocity *= self.momentum
            if self._group.get("keras_momentum"):  # it keeps the rates it was made with
                velocity += self.lr * g / root
                p -= velocity
            else:
                velocity += g / root
                p -= self.lr * velocity
        else:
            p -= self.lr * g / root
