"""ASGD: gradient descent that keeps the average of where it has been."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value
from optim.optimizer import Optimizer, Setting


class ASGD(Optimizer):
    """Averaged stochastic gradient descent (Polyak and Juditsky 1992).

    p becomes p · (1 - lambd · η) - η · g, where η = lr / (1 + lambd · lr · t)^alpha falls slowly,
    and soon after step t0 an average of all p begins: the better estimate, see `average_of`.

    Args:
        params: the leaves to step.
        lr: the learning rate of the first step.
        lambd: how quickly the rate falls, and how much each step shrinks the parameters.
        alpha: the power with which the rate falls.
        t0: the step at which averaging begins.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> optimizer = optim.ASGD([w], lr=0.1, t0=0)
    >>> for _ in range(3):
    ...     w.grad = [1.0, -1.0]
    ...     optimizer.step()
    >>> w.data.round(3), optimizer.average_of(w).round(3)
    (array([0.7, 2.3]), array([0.75, 2.25]))
    """

    moments = 2
    lambd = Setting()
    alpha = Setting()
    t0 = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            lambd=lambd,
            alpha=alpha,
            t0=t0,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        average, rate = moments  # rate: the same number everywhere, settled by the step before
        if step == 1:
            rate[...] = np.float32(self.lr)  # PyTorch keeps it in float32
        g = self._decay_weights(p, g)
        p *= 1 - self.lambd * rate
        p -= rate * g
        share = float(np.float32(1 / max(1, step - 1 - self.t0)))
        if share == 1:
            average[...] = p
        else:
            average += (p - average) * share
        rate[...] = np.float32(self.lr / (1 + self.lambd * self.lr * step) ** self.alpha)

    def average_of(self, parameter: Value) -> np.ndarray:
        """The average of a parameter's numbers since step `t0`; before, its numbers.

        Raises:
            KeyError: the optimiser does not step this parameter.
        """
        for _, buffer in self._buffers:
            for p, (a, b) in zip(buffer.parameters, buffer.bounds):
                if p is parameter:
                    numbers = buffer.moments[0][a:b] if buffer.steps else buffer.data[a:b]
                    return numbers.reshape(p.shape).copy()
        raise KeyError(f"ASGD does not step {parameter._label()}")
