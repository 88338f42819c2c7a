"""Adam: a step whose length adapts to each weight. The one to reach for first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Value
from optim.optimizer import Optimizer, _check_at_least_0


class Adam(Optimizer):
    """Adaptive moment estimation (Kingma and Ba 2015, algorithm 1).

    Each weight moves by about `lr` a step: its average gradient, divided by the root of its average
    squared gradient.

    Args:
        parameters: the leaves to step.
        lr: the learning rate.
        betas: how much of the two averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.

    Raises:
        ValueError: a setting is negative, or a beta is not in [0, 1).

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Adam([w], lr=0.01).step()
    >>> w.data
    array([0.99, 2.01])
    """

    moments = 2

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        _check_at_least_0("Adam", eps=eps, weight_decay=weight_decay)
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"Adam: each of betas must be at least 0 and below 1, got {betas}")
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        super().__init__(parameters, lr)

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        """The paper's steps with its scalar factors gathered, so that each element is touched less.

        The averages are kept without their factors (1 - β): m = (1-β₁)·M and v = (1-β₂)·V. With
        c = √((1-β₂) / (1-β₂ᵗ)) the paper's  lr · m̂ / (√v̂ + ε)  is
        lr · (1-β₁) / (1-β₁ᵗ) / c · M / (√V + ε/c).
        """
        if self.weight_decay:
            g += self.weight_decay * p
        M, V = moments
        beta1, beta2 = self.betas
        c = math.sqrt((1 - beta2) / (1 - beta2**step))
        M *= beta1
        M += g
        V *= beta2
        g *= g
        V += g
        np.sqrt(V, out=g)
        g += self.eps / c
        np.divide(M, g, out=g)
        g *= self.lr * (1 - beta1) / (1 - beta1**step) / c
        p -= g

    def _settings(self) -> dict[str, Any]:
        return {
            "lr": self.lr,
            "betas": self.betas,
            "eps": self.eps,
            "weight_decay": self.weight_decay,
        }
