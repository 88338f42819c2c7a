"""Adamax: Adam with the largest gradient in place of the average square."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Adamax(Optimizer):
    """Adam with the infinity norm (Kingma and Ba 2015, algorithm 2).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Adamax([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.9, 2.1])
    """

    moments = 2
    betas = Setting()
    eps = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        m, u = moments
        beta1, beta2 = self.betas
        g = self._decay_weights(p, g)
        m += (1 - beta1) * (g - m)
        u *= beta2
        np.maximum(u, np.abs(g) + self.eps, out=u)
        p -= self.lr / (1 - beta1**step) * m / u
