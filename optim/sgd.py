"""SGD: a step against the gradient. The simplest optimiser, and the one to understand first."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.flat import spare
from optim.optimizer import Optimizer, Setting


class SGD(Optimizer):
    """Stochastic gradient descent: p becomes p - lr · g (Robbins and Monro 1951).

    With momentum the gradients of earlier steps roll on (Polyak 1964): v becomes momentum · v + g,
    and p becomes p - lr · v. Nesterov's form (Sutskever et al. 2013) looks ahead along v: p becomes
    p - lr · (g + momentum · v).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        momentum: how much of the last step's velocity is kept, such as 0.9.
        dampening: how much of the gradient is kept out of the velocity.
        nesterov: look ahead; needs momentum.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range, or `nesterov` without momentum.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, 20.0]
    >>> optim.SGD([w], lr=0.01).step()
    >>> w.data
    array([0.9, 1.8])
    """

    momentum, dampening, nesterov, weight_decay = Setting(), Setting(), Setting(), Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            momentum=momentum,
            dampening=dampening,
            nesterov=nesterov,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        self._at_least_0(settings, "momentum")
        if not 0 <= settings["dampening"] <= 1:
            raise ValueError(f"SGD: dampening must be from 0 to 1, got {settings['dampening']}")
        if settings["nesterov"] and not settings["momentum"]:
            raise ValueError("SGD: nesterov=True needs a momentum, such as momentum=0.9")
        if settings["nesterov"] and settings["dampening"]:
            raise ValueError("SGD: nesterov=True needs dampening=0")

    def _moments_in(self, group: dict[str, Any]) -> int:
        return 1 if group["momentum"] else 0

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        g = self._decay_weights(p, g)
        work, rate = spare(g), self.lr
        if moments:
            (v,) = moments
            if self._group.get("keras_momentum"):  # v keeps the rates it was made with
                g, rate = g * rate, 1.0
            v *= self.momentum
            v += (1 - self.dampening) * g if self.dampening and step > 1 else g
            g = g + self.momentum * v if self.nesterov else v
        p -= np.multiply(g, rate, out=work)
