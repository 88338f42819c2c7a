"""SGD: a step against the gradient. The simplest optimiser, and the one to understand first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Value
from optim.optimizer import Optimizer, _check_at_least_0


class SGD(Optimizer):
    """Stochastic gradient descent: p becomes p - lr · g (Robbins and Monro 1951).

    With momentum the gradients of earlier steps roll on (Polyak 1964): v becomes momentum · v + g,
    and p becomes p - lr · v. Nesterov's form (Sutskever et al. 2013) looks ahead along v: p becomes
    p - lr · (g + momentum · v).

    Args:
        parameters: the leaves to step.
        lr: the learning rate.
        momentum: how much of the last step's velocity is kept, such as 0.9.
        nesterov: look ahead; needs momentum.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.

    Raises:
        ValueError: a setting is negative, or `nesterov` without momentum.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, 20.0]
    >>> optim.SGD([w], lr=0.01).step()
    >>> w.data
    array([0.9, 1.8])
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        _check_at_least_0("SGD", momentum=momentum, weight_decay=weight_decay)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov=True needs a momentum, such as momentum=0.9")
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.moments = 1 if momentum else 0
        super().__init__(parameters, lr)

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        if self.weight_decay:
            g += self.weight_decay * p
        if moments:
            (v,) = moments
            v *= self.momentum
            v += g
            if not self.nesterov:
                np.multiply(v, self.lr, out=g)
                p -= g
                return
            g += self.momentum * v
        g *= self.lr
        p -= g

    def _settings(self) -> dict[str, Any]:
        return {
            "lr": self.lr,
            "momentum": self.momentum,
            "nesterov": self.nesterov,
            "weight_decay": self.weight_decay,
        }
