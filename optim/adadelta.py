"""Adadelta: a step in the units of the weight, which hardly needs a learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Adadelta(Optimizer):
    """A step scaled by the ratio of recent changes to recent gradients (Zeiler 2012).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        rho: how much of the averages is kept.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Adadelta([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.9997, 2.0003])
    """

    moments = 2
    rho = Setting()
    eps = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            rho=rho,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        if not 0 <= settings["rho"] <= 1:
            raise ValueError(f"Adadelta: rho must be between 0 and 1, got {settings['rho']}")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        squares, changes = moments
        g = self._decay_weights(p, g)
        squares *= self.rho
        squares += (1 - self.rho) * g * g
        change = np.sqrt(changes + self.eps) / np.sqrt(squares + self.eps) * g
        changes *= self.rho
        changes += (1 - self.rho) * change * change
        p -= self.lr * change
