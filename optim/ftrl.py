"""FTRL: follow the leader of all gradients so far; weights that do not earn their keep are 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Ftrl(Optimizer):
    """For wide, sparse inputs: a weight is 0 until its gradients have said enough.

    McMahan et al. 2013, algorithm 1, with Keras's settings. A weight is computed from the sums of
    its gradients alone: what it was before the first step is forgotten, as in Keras.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        learning_rate_power: steps get shorter with the sum of squares to this power, at most 0.
        initial_accumulator_value: where the sum of squares begins.
        l1_regularization_strength: how much a weight has to earn not to be 0.
        l2_regularization_strength: how much larger weights are drawn to 0.
        l2_shrinkage_regularization_strength: the same, only where there is a gradient.
        beta: added to the root of the sum of squares.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([0.0, 0.0])
    >>> w.grad = [1.0, 0.01]
    >>> optim.Ftrl([w], lr=0.1, l1_regularization_strength=0.1).step()
    >>> w.data.round(4)
    array([-0.0858,  0.    ])
    """

    moments = 2
    learning_rate_power = Setting()
    initial_accumulator_value = Setting()
    l1_regularization_strength = Setting()
    l2_regularization_strength = Setting()
    l2_shrinkage_regularization_strength = Setting()
    beta = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            learning_rate_power=learning_rate_power,
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
            beta=beta,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        strengths = [name for name in settings if name.endswith("_strength")]
        self._at_least_0(settings, "initial_accumulator_value", "beta", *strengths)
        if settings["learning_rate_power"] > 0:
            power = settings["learning_rate_power"]
            raise ValueError(f"Ftrl: learning_rate_power must be at most 0, got {power}")
        if not settings["lr"]:
            raise ValueError("Ftrl: lr must be more than 0: weights are computed by dividing by it")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        squares, linear = moments
        g = self._decay_weights(p, g)
        if step == 1:
            squares[...] = self.initial_accumulator_value
        power, most = -self.learning_rate_power, self.l1_regularization_strength
        before = squares**power
        squares += g * g
        slowness = squares**power
        linear += g + 2 * self.l2_shrinkage_regularization_strength * p
        linear -= (slowness - before) / self.lr * p
        divisor = (slowness + self.beta) / self.lr + 2 * self.l2_regularization_strength
        p[...] = (np.clip(linear, -most, most) - linear) / divisor
