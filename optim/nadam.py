"""NAdam: Adam that looks ahead along its average, as Nesterov's momentum does."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat 2016), in PyTorch's form.

    The product of all momenta so far is a number of single precision, whatever the parameters are:
    so it is in PyTorch, whose way this goes to the last bits.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        momentum_decay: how fast the momentum warms up.
        decoupled_weight_decay: shrink p by lr · weight_decay instead, as AdamW does.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.NAdam([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.8944, 2.1056])
    """

    moments = 3
    betas = Setting()
    eps = Setting()
    weight_decay = Setting()
    momentum_decay = Setting()
    decoupled_weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
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
            momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        self._at_least_0(settings, "momentum_decay")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        m, v, product = moments
        beta1, beta2 = self.betas
        g = self._decay_weights(p, g)
        if step == 1:
            product[...] = 1
        mu = beta1 * (1 - 0.5 * 0.96 ** (step * self.momentum_decay))
        mu_next = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * self.momentum_decay))
        product *= np.float32(mu)
        product[...] = product.astype(np.float32)
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * g * g
        root = np.sqrt(v / (1 - beta2**step)) + self.eps
        p -= self.lr * (1 - mu) / (1 - product) * g / root
        p -= self.lr * mu_next / (1 - product * mu_next) * m / root
