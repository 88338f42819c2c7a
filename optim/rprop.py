"""Rprop: only the sign of the gradient counts; for the whole data at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Rprop(Optimizer):
    """A step that grows while the gradient keeps its sign (Riedmiller and Braun 1993).

    Args:
        params: the leaves to step.
        lr: the first step.
        etas: the factors by which a step shrinks and grows.
        step_sizes: the smallest and the largest step.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Rprop([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.9, 2.1])
    """

    moments = 2
    etas = Setting()
    step_sizes = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            etas=etas,
            step_sizes=step_sizes,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        if not 0 < settings["etas"][0] < 1 < settings["etas"][1]:
            raise ValueError(f"Rprop: etas must be 0 < first < 1 < second, got {settings['etas']}")
        if not 0 <= settings["step_sizes"][0] <= settings["step_sizes"][1]:
            raise ValueError(f"Rprop: step_sizes must rise from 0 on, got {settings['step_sizes']}")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        before, size = moments
        if step == 1:
            size[...] = self.lr
        shrink, grow = self.etas
        same = g * before
        size *= np.where(same > 0, grow, np.where(same < 0, shrink, 1.0))
        np.clip(size, *self.step_sizes, out=size)
        g = np.where(same < 0, 0, g)
        p -= np.sign(g) * size
        before[...] = g
