"""Rates that rise and fall, while momentum goes the other way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler, numbers_each


class _Cycle(LRScheduler):
    """What schedules share in which momentum goes against the rate."""

    def _take_momenta(
        self,
        optimizer: Optimizer,
        cycle_momentum: bool,
        base_momentum: float | Sequence[float],
        max_momentum: float | Sequence[float],
    ) -> None:
        self.cycle_momentum = cycle_momentum
        if not cycle_momentum:
            return
        group = optimizer.param_groups[0]
        self._need(
            "momentum" in group or "betas" in group,
            f"{type(optimizer).__name__} has neither momentum nor betas; give cycle_momentum=False",
        )
        self.base_momentums = numbers_each(self, optimizer, "base_momentum", base_momentum)
        self.max_momentums = numbers_each(self, optimizer, "max_momentum", max_momentum)

    def _begin(self) -> None:
        self.step()

    def _restart(self) -> None:
        self.last_epoch = -1
        self.step()

    def step(self) -> None:
        """Set the next rates, and the momentum."""
        super().step()
        if not self.cycle_momentum:
            return
        momenta = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums)
        for group, low, high in momenta:
            momentum = self._momentum(low, high)
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum

    def _momentum(self, low: float, high: float) -> float:
        """The momentum that is due now."""
        raise NotImplementedError


class OneCycleLR(_Cycle):
    """Up from max_lr / div_factor to max_lr, then far down (Smith and Topin 2019).

    Momentum (or the first of betas) goes the other way. After `total_steps` it must not be called.

    Args:
        optimizer: whose rates are set.
        max_lr: the largest rate, or a list of one for each group.
        total_steps: how many steps there will be; else epochs · steps_per_epoch.
        epochs, steps_per_epoch: in place of total_steps.
        pct_start: the share of steps that go up.
        anneal_strategy: 'cos' or 'linear'.
        cycle_momentum: whether momentum moves too.
        base_momentum, max_momentum: between what it moves; each may be a list.
        div_factor: the first rate is max_lr / div_factor.
        final_div_factor: the last rate is the first / final_div_factor.
        three_phase: come down as one went up before going far down.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR: give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        self._numbers(
            total_steps=total_steps,
            pct_start=pct_start,
            div_factor=div_factor,
            final_div_factor=final_div_factor,
        )
        self._need(total_steps >= 1, f"total_steps must be at least 1, got {total_steps}")
        self._need(0 <= pct_start <= 1, f"pct_start must be between 0 and 1, got {pct_start}")
        self._need(
            anneal_strategy in ("cos", "linear"),
            f"anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}",
        )
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        up = float(pct_start * total_steps) - 1
        self.ends = [up, 2 * up, total_steps - 1] if three_phase else [up, total_steps - 1]
        self.max_lrs = numbers_each(self, optimizer, "max_lr", max_lr)
        self.first_lrs = [rate / div_factor for rate in self.max_lrs]
        self.last_lrs = [rate / final_div_factor for rate in self.first_lrs]
        self._take_momenta(optimizer, cycle_momentum, base_momentum, max_momentum)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, self.first_lrs):
                group["initial_lr"] = rate
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        """Set the next rates.

        Raises:
            ValueError: there were total_steps of them already.
        """
        if self.last_epoch + 1 > self.total_steps:
            raise ValueError(
                f"OneCycleLR: the cycle of {self.total_steps} steps is over; make it with as many "
                "total_steps as the training has"
            )
        super().step()

    def _momentum(self, low: float, high: float) -> float:
        return self._between(high, low, high)

    def _rates(self) -> list[float]:
        courses = zip(self.first_lrs, self.max_lrs, self.last_lrs)
        return [self._between(*course) for course in courses]

    def _between(self, first: float, middle: float, last: float) -> float:
        """What is due now of a course from first to middle (and back) to last."""
        course = [first, middle, last] if len(self.ends) == 2 else [first, middle, first, last]
        start = 0.0
        for phase, end in enumerate(self.ends):
            if self.last_epoch <= end or phase == len(self.ends) - 1:
                break
            start = end
        share = (self.last_epoch - start) / (end - start) if end != start else 1.0
        a, b = course[phase], course[phase + 1]
        if self.anneal_strategy == "linear":
            return (b - a) * share + a
        return b + (a - b) / 2 * (1 + math.cos(math.pi * share))


class CyclicLR(_Cycle):
    """Up from base_lr to max_lr and down again, over and over (Smith 2017).

    Args:
        optimizer: whose rates are set.
        base_lr, max_lr: between what they move; each may be a list of one for each group.
        step_size_up: how many steps go up.
        step_size_down: how many go down; as many by default.
        mode: 'triangular' keeps the height, 'triangular2' halves it after each cycle,
            'exp_range' multiplies it by gamma at every step.
        gamma: for 'exp_range'.
        scale_fn: the height in place of `mode`, a function of the cycle (from 1) or the step.
        scale_mode: of which of the two, 'cycle' or 'iterations'.
        cycle_momentum: whether momentum (or the first of betas) moves the other way.
        base_momentum, max_momentum: between what it moves; each may be a list.

    Raises:
        ValueError: there is no such mode, or a setting is out of range.
    """

    _unsaved = ("optimizer", "scale_fn")

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[int], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        down = step_size_up if step_size_down is None else step_size_down
        self._numbers(step_size_up=step_size_up, step_size_down=down, gamma=gamma)
        self._need(step_size_up >= 1, f"step_size_up must be at least 1, got {step_size_up}")
        self._need(down >= 1, f"step_size_down must be at least 1, got {down}")
        heights: dict[str, tuple[Callable[[int], float], str]] = {
            "triangular": (lambda cycle: 1.0, "cycle"),
            "triangular2": (lambda cycle: 1 / 2.0 ** (cycle - 1), "cycle"),
            "exp_range": (lambda step: gamma**step, "iterations"),
        }
        self._need(
            scale_fn is not None or mode in heights,
            f"mode must be one of {', '.join(map(repr, heights))}, got {mode!r}",
        )
        self._need(
            scale_mode in ("cycle", "iterations"),
            f"scale_mode must be 'cycle' or 'iterations', got {scale_mode!r}",
        )
        self.scale_fn, self.scale_mode = (
            (scale_fn, scale_mode) if scale_fn is not None else heights[mode]
        )
        self.total_size = float(step_size_up) + float(down)
        self.step_ratio = step_size_up / self.total_size
        self.max_lrs = numbers_each(self, optimizer, "max_lr", max_lr)
        first = numbers_each(self, optimizer, "base_lr", base_lr)
        self._take_momenta(optimizer, cycle_momentum, base_momentum, max_momentum)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, first):
                group["lr"] = group["initial_lr"] = rate
        super().__init__(optimizer, last_epoch)
        self.base_lrs = first

    def _begin(self) -> None:
        self.base_lrs = [group["initial_lr"] for group in self.optimizer.param_groups]
        super()._begin()

    def _momentum(self, low: float, high: float) -> float:
        return high - (high - low) * self._height()

    def _height(self) -> float:
        """How high the rate stands between the lowest, 0, and the highest, 1."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        up = x <= self.step_ratio
        share = x / self.step_ratio if up else (x - 1) / (self.step_ratio - 1)
        return share * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)

    def _rates(self) -> list[float]:
        height = self._height()
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs)]
