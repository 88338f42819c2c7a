"""RAdam: Adam that waits until its average of squares can be trusted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class RAdam(Optimizer):
    """Rectified Adam (Liu et al. 2020, algorithm 2): early steps are plain momentum.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        decoupled_weight_decay: shrink p by lr · weight_decay instead, as AdamW does.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.RAdam([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.  , 2.01])
    """

    moments = 2
    betas = Setting()
    eps = Setting()
    weight_decay = Setting()
    decoupled_weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
        )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        m, v = moments
        beta1, beta2 = self.betas
        g = self._decay_weights(p, g)
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * g * g
        correction = 1 - beta2**step
        rho_limit = 2 / (1 - beta2) - 1
        rho = rho_limit - 2 * step * beta2**step / correction
        change = m / (1 - beta1**step) * self.lr
        if rho > 5:
            rectifier = math.sqrt(
                (rho - 4) * (rho - 2) * rho_limit / ((rho_limit - 4) * (rho_limit - 2) * rho)
            )
            change *= math.sqrt(correction) / (np.sqrt(v) + self.eps) * rectifier
        p -= change
