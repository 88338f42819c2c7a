"""A rate that waits for the metric: smaller once nothing gets better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.ops.asked import number
from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler, checked, numbers_each


class ReduceLROnPlateau:
    """A smaller rate once a metric has stopped to get better.

    Args:
        optimizer: whose rates are set.
        mode: 'min' if less is better, else 'max'.
        factor: what the rate is multiplied by.
        patience: how many steps without improvement are borne.
        threshold: how much better counts as better.
        threshold_mode: 'rel' for a share of the best, 'abs' for a difference.
        cooldown: how many steps after a reduction are not counted.
        min_lr: the smallest rate, or a list of one for each group.
        eps: a smaller change of the rate is not made.

    Raises:
        TypeError: `optimizer` is none.
        ValueError: a setting is out of range.

    >>> optimizer = optim.SGD([Value(1.0)], lr=1.0)
    >>> schedule = optim.schedules.ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.optimizer = checked(self, optimizer)
        settings = {"factor": factor, "patience": patience, "threshold": threshold}
        for name, given in {**settings, "cooldown": cooldown, "eps": eps}.items():
            number("ReduceLROnPlateau", name, given)
        if not factor < 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"ReduceLROnPlateau: mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"ReduceLROnPlateau: threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}"
            )
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps = cooldown, eps
        self.min_lrs = numbers_each(self, optimizer, "min_lr", min_lr)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: Any) -> None:
        """Take in the metric of an epoch; reduce the rates if it is due."""
        try:
            current = float(metrics.data if isinstance(metrics, Value) else metrics)
        except (TypeError, ValueError):
            raise TypeError(
                "ReduceLROnPlateau.step: give the metric as one number, such as the validation "
                f"loss, got {metrics!r:.60}"
            ) from None
        self.last_epoch += 1
        if self._better(current):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(self.optimizer.param_groups, self.min_lrs):
                rate = max(group["lr"] * self.factor, least)
                if group["lr"] - rate > self.eps:
                    group["lr"] = rate
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _better(self, current: float) -> bool:
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "rel":
            bound = self.best * (1 + sign * self.threshold)
        else:
            bound = self.best + sign * self.threshold
        return sign * current > sign * bound

    _unsaved = ("optimizer",)
    get_last_lr = LRScheduler.get_last_lr
    state_dict = LRScheduler.state_dict
    load_state_dict = LRScheduler.load_state_dict
