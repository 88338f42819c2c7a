"""Rates that fall along a cosine: slowly, quickly, slowly; once, or again and again."""

from __future__ import annotations

import math
from typing import Any

from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler


class CosineAnnealingLR(LRScheduler):
    """eta_min + (base - eta_min) · (1 + cos(π t / T_max)) / 2 (Loshchilov and Hutter 2017)."""

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self._numbers(T_max=T_max, eta_min=eta_min)
        self._need(T_max >= 1, f"T_max must be at least 1, got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def _next(self, group: dict[str, Any], base: float) -> float:
        t, T, low = self.last_epoch, self.T_max, self.eta_min
        if (t - 1 - T) % (2 * T) == 0:  # up from the bottom, where the ratio below is 0 / 0
            return group["lr"] + (base - low) * (1 - math.cos(math.pi / T)) / 2
        ratio = (1 + math.cos(math.pi * t / T)) / (1 + math.cos(math.pi * (t - 1) / T))
        return ratio * (group["lr"] - low) + low


class CosineAnnealingWarmRestarts(LRScheduler):
    """A cosine from base to eta_min over T_0 steps, again over T_0 · T_mult, and so on.

    From Loshchilov and Hutter 2017 (SGDR). `step` may be given a fractional epoch.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self._numbers(T_0=T_0, T_mult=T_mult, eta_min=eta_min)
        self._need(T_0 >= 1, f"T_0 must be at least 1, got {T_0}")
        self._need(T_mult >= 1, f"T_mult must be at least 1, got {T_mult}")
        self.T_0 = T_0
        self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def _begin(self) -> None:
        if self.last_epoch < 0:
            self.step(0)
        else:
            self.step()

    def step(self, epoch: float | None = None) -> None:
        """Set the next rates, or those at an epoch, which may be a fraction."""
        if epoch is None:
            self.last_epoch += 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        else:
            self._need(epoch >= 0, f"epoch must be at least 0, got {epoch}")
            self.last_epoch = math.floor(epoch)
            self.T_cur, self.T_i = epoch, self.T_0
            while self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        share = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        self._set([self.eta_min + (base - self.eta_min) * share for base in self.base_lrs])

    def _restart(self) -> None:
        self.step(0)
