"""Adagrad: weights that have moved much move less."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Adagrad(Optimizer):
    """A step divided by the root of all squares so far (Duchi, Hazan and Singer 2011).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        lr_decay: lr is divided by 1 + (t-1) · lr_decay at step t.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        initial_accumulator_value: where the sum of squares starts.
        eps: keeps the division safe where gradients are tiny.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Adagrad([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.9, 2.1])
    """

    moments = 1
    lr_decay = Setting()
    weight_decay = Setting()
    initial_accumulator_value = Setting()
    eps = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        self._at_least_0(settings, "lr_decay", "initial_accumulator_value")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        (total,) = moments
        if step == 1:
            total[...] = self.initial_accumulator_value
        g = self._decay_weights(p, g)
        total += g * g
        p -= self.lr / (1 + (step - 1) * self.lr_decay) * g / (np.sqrt(total) + self.eps)
