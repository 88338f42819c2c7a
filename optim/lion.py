"""Lion: the sign of an average, so every weight moves equally far."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Lion(Optimizer):
    """Evolved sign momentum (Chen et al. 2023, algorithm 2).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the averages is kept from step to step.
        weight_decay: each step shrinks every parameter by the factor 1 - lr · weight_decay.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Lion([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.9, 2.1])
    """

    moments = 1
    betas = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        (m,) = moments
        beta1, beta2 = self.betas
        update = np.sign(beta1 * m + (1 - beta1) * g)
        p -= self.lr * (update + self.weight_decay * p)
        m *= beta2
        m += (1 - beta2) * g
