"""Rates that follow a formula of the number of steps t, which stands in each docstring.

Steps, lines, powers and exponentials; the cosines are in `cosine`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler


class StepLR(LRScheduler):
    """base · gamma^⌊t / step_size⌋."""

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self._numbers(step_size=step_size, gamma=gamma)
        self._need(step_size >= 1, f"step_size must be at least 1, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _first(self, group: dict[str, Any]) -> float:
        return group["lr"] if self.last_epoch == 0 else self._next(group, 0.0)

    def _next(self, group: dict[str, Any], base: float) -> float:
        return group["lr"] * (self.gamma if self.last_epoch % self.step_size == 0 else 1)


class MultiStepLR(LRScheduler):
    """base · gamma to the number of milestones up to t."""

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Sequence[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(milestones, Iterable) or isinstance(milestones, str):
            raise TypeError(
                f"MultiStepLR: milestones must be a list of steps, such as [30, 80], got "
                f"{milestones!r:.60}"
            )
        milestones = list(milestones)
        self._numbers(gamma=gamma, **{f"milestones[{i}]": m for i, m in enumerate(milestones)})
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _first(self, group: dict[str, Any]) -> float:
        return self._next(group, 0.0)

    def _next(self, group: dict[str, Any], base: float) -> float:
        return group["lr"] * self.gamma ** self.milestones.count(self.last_epoch)

    def _at_start(self, base: float) -> float:
        return base * self.gamma ** bisect_right(self.milestones, 0)


class ConstantLR(LRScheduler):
    """base · factor up to step total_iters, then base."""

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self._numbers(factor=factor, total_iters=total_iters)
        self._need(0 < factor <= 1, f"factor must be above 0 and at most 1, got {factor}")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _first(self, group: dict[str, Any]) -> float:
        return group["lr"] * self.factor if self.last_epoch == 0 else self._next(group, 0.0)

    def _next(self, group: dict[str, Any], base: float) -> float:
        return group["lr"] * (1 / self.factor if self.last_epoch == self.total_iters else 1)

    def _at_start(self, base: float) -> float:
        return base * (self.factor if self.total_iters > 0 else 1)


class LinearLR(LRScheduler):
    """base · a factor that goes straight from start_factor to end_factor: the usual warm-up."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self._numbers(start_factor=start_factor, end_factor=end_factor, total_iters=total_iters)
        self._need(
            0 < start_factor <= 1, f"start_factor must be above 0 and at most 1, got {start_factor}"
        )
        self._need(0 <= end_factor <= 1, f"end_factor must be between 0 and 1, got {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _first(self, group: dict[str, Any]) -> float:
        return group["lr"] * (self.start_factor if self.last_epoch == 0 else 1)

    def _next(self, group: dict[str, Any], base: float) -> float:
        if self.last_epoch > self.total_iters:
            return group["lr"]
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return group["lr"] * (1 + rise / before)

    def _at_start(self, base: float) -> float:
        return base * self.start_factor


class ExponentialLR(LRScheduler):
    """base · gamma^t."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self._numbers(gamma=gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, group: dict[str, Any], base: float) -> float:
        return group["lr"] * self.gamma


class PolynomialLR(LRScheduler):
    """base · (1 - t / total_iters)^power, then 0."""

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self._numbers(total_iters=total_iters, power=power)
        self._need(total_iters >= 1, f"total_iters must be at least 1, got {total_iters}")
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _next(self, group: dict[str, Any], base: float) -> float:
        t, total = self.last_epoch, self.total_iters
        if t > total:
            return group["lr"]
        return group["lr"] * ((1 - t / total) / (1 - (t - 1) / total)) ** self.power
