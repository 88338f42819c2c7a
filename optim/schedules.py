"""Learning rates that change as training goes on: call `step()` after the optimiser's.

Each schedule sets `lr` in every parameter group of its optimiser. Most compute the next rate from
the present one, so that several may work on one optimiser (`ChainedScheduler`); what each is after
any number of steps stands in its docstring. The names and arguments are PyTorch's.

>>> w = Value(1.0)
>>> optimizer = optim.SGD([w], lr=1.0)
>>> schedule = optim.schedules.StepLR(optimizer, step_size=2, gamma=0.5)
>>> rates = []
>>> for epoch in range(5):
...     rates += schedule.get_last_lr()
...     schedule.step()
>>> rates
[1.0, 1.0, 0.5, 0.5, 0.25]
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import Value
from autograd.ops.asked import number
from optim.optimizer import Optimizer

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]


class LRScheduler:
    """What every schedule shares; one of your own says in `_next(group, base)` what comes next.

    Args:
        optimizer: whose rates are set.
        last_epoch: how many steps were made before, less one; -1 starts anew.

    Raises:
        TypeError: `optimizer` is none.
        ValueError: a setting is out of range, or `last_epoch` without an earlier schedule.
    """

    #: Attributes that are no numbers, so `state_dict` leaves them to the constructor.
    _unsaved: tuple[str, ...] = ("optimizer",)

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = _checked(self, optimizer)
        for group in optimizer.param_groups:
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise ValueError(
                    f"{type(self).__name__}: last_epoch={last_epoch} goes on with an earlier "
                    "schedule, but the optimiser had none; load its state first, or leave "
                    "last_epoch out"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._begin()

    def _begin(self) -> None:
        """Set the first rates."""
        self.last_epoch += 1
        self._set([self._first(group) for group in self.optimizer.param_groups])

    def step(self) -> None:
        """Set the next rates."""
        self.last_epoch += 1
        self._set(self._rates())

    def _undo(self) -> None:
        """Take back the count of `_begin`, so that it may be called again."""
        self.last_epoch -= 1

    def _restart(self) -> None:
        """Set the rates of the start, when a `SequentialLR` comes to this schedule."""
        self.last_epoch = 0
        self._set([self._at_start(base) for base in self.base_lrs])

    def _first(self, group: dict[str, Any]) -> float:
        return group["lr"]

    def _at_start(self, base: float) -> float:
        return base

    def _rates(self) -> list[float]:
        """The rates that are due now, one for each group."""
        groups = self.optimizer.param_groups
        return [self._next(group, base) for group, base in zip(groups, self.base_lrs)]

    def _next(self, group: dict[str, Any], base: float) -> float:
        raise NotImplementedError

    def _set(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = list(rates)

    def get_last_lr(self) -> list[float]:
        """The rates set last, one for each parameter group."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """Numbers, strings and lists with which a schedule made alike goes on exactly here."""
        return {
            key: list(value) if isinstance(value, list | tuple) else value
            for key, value in self.__dict__.items()
            if key not in self._unsaved and value is not None
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken; the optimiser's rates are in its own state.

        Raises:
            ValueError: the state is that of another schedule.
        """
        have = self.state_dict()
        if state.keys() != have.keys() or len(state.get("base_lrs", ())) != len(
            have.get("base_lrs", ())
        ):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state was taken from another "
                f"schedule: it has {sorted(state)}, this one {sorted(have)}"
            )
        for key, value in state.items():
            setattr(self, key, list(value) if isinstance(value, list) else value)

    def _need(self, holds: bool, what: str) -> None:
        if not holds:
            raise ValueError(f"{type(self).__name__}: {what}")

    def _numbers(self, **settings: Any) -> None:
        """Each setting must be a number."""
        for name, given in settings.items():
            number(type(self).__name__, name, given)


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
        return group["lr"] * (self.factor if self.last_epoch == 0 else 1)

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
                self.T_cur -= self.T_i
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


class _ByFunction(LRScheduler):
    """What schedules share whose factor is a function of t, or a list of one for each group."""

    _unsaved = ("optimizer", "lr_lambdas")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = _one_each(self, optimizer, "lr_lambda", lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(
                    f"{type(self).__name__}: lr_lambda must be a function of the step, such as "
                    f"lambda t: 0.95**t, or a list of one for each group, got {function!r:.60}"
                )
        super().__init__(optimizer, last_epoch)

    def _times_factor(self, rates: Iterable[float]) -> list[float]:
        return [rate * factor(self.last_epoch) for rate, factor in zip(rates, self.lr_lambdas)]


class LambdaLR(_ByFunction):
    """base · lr_lambda(t), with one function or a list of one for each group."""

    def _begin(self) -> None:
        self.step()

    def _restart(self) -> None:
        self.last_epoch = -1
        self.step()

    def _rates(self) -> list[float]:
        return self._times_factor(self.base_lrs)


class MultiplicativeLR(_ByFunction):
    """The present rate · lr_lambda(t), with one function or a list of one for each group."""

    def _restart(self) -> None:
        self.last_epoch = 0
        self._set(self._rates())

    def _rates(self) -> list[float]:
        return self._times_factor(group["lr"] for group in self.optimizer.param_groups)


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
        self.base_momentums = _numbers_each(self, optimizer, "base_momentum", base_momentum)
        self.max_momentums = _numbers_each(self, optimizer, "max_momentum", max_momentum)

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
        self.max_lrs = _numbers_each(self, optimizer, "max_lr", max_lr)
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
        self.max_lrs = _numbers_each(self, optimizer, "max_lr", max_lr)
        first = _numbers_each(self, optimizer, "base_lr", base_lr)
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


class _Several(LRScheduler):
    """What schedules made of schedules share."""

    _unsaved = ("optimizer", "schedulers")
    schedulers: list[LRScheduler]

    def _take(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
        if not isinstance(schedulers, Sequence):
            raise TypeError(
                f"{type(self).__name__}: give a list of schedules, got {type(schedulers).__name__}"
            )
        self._need(len(schedulers) > 0, "needs at least one schedule")
        for i, schedule in enumerate(schedulers):
            if not isinstance(schedule, LRScheduler):
                raise TypeError(
                    f"{type(self).__name__}: schedule {i} must be one that steps without a metric, "
                    f"got {type(schedule).__name__}"
                )
        self.optimizer = schedulers[0].optimizer if optimizer is None else optimizer
        same = all(schedule.optimizer is self.optimizer for schedule in schedulers)
        self._need(same, "all schedules must be of one optimiser")
        self.schedulers = list(schedulers)

    def _undo(self) -> None:
        for schedule in self.schedulers:
            schedule._undo()

    def state_dict(self) -> dict[str, Any]:
        """Numbers, strings and lists with which a schedule made alike goes on exactly here."""
        inner = [schedule.state_dict() for schedule in self.schedulers]
        return {**super().state_dict(), "schedulers": inner}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: the state is that of another schedule.
        """
        inner = state.get("schedulers", ())
        self._need(
            len(inner) == len(self.schedulers),
            f"the state is of {len(inner)} schedules, this one has {len(self.schedulers)}",
        )
        mine = super().state_dict()
        for key in mine:
            self._need(key in state, f"the state lacks {key!r}")
            setattr(self, key, state[key])
        for schedule, saved in zip(self.schedulers, inner):
            schedule.load_state_dict(saved)


class SequentialLR(_Several):
    """One schedule after another; the next takes over at each milestone.

    Args:
        optimizer: whose rates are set.
        schedulers: in their order.
        milestones: one step number fewer than there are schedules.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self._take(optimizer, schedulers)
        if not isinstance(milestones, Sequence):
            raise TypeError(
                f"SequentialLR: milestones must be a list, such as [10], got {milestones!r:.60}"
            )
        self._need(
            len(milestones) == len(schedulers) - 1,
            f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones, "
            f"got {len(milestones)}",
        )
        self.milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        # Each schedule set its first rates when it was made; only the one in turn shall have.
        self._undo()
        first = self.schedulers[bisect_right(self.milestones, 0)]
        first._begin()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:
        """Set the next rates."""
        self.last_epoch += 1
        turn = bisect_right(self.milestones, self.last_epoch)
        schedule = self.schedulers[turn]
        if turn > 0 and self.milestones[turn - 1] == self.last_epoch:
            schedule._restart()
        else:
            schedule.step()
        self._last_lr = schedule.get_last_lr()


class ChainedScheduler(_Several):
    """Several schedules at once: their factors multiply.

    Args:
        schedulers: of one optimiser.
        optimizer: theirs.
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        self._take(optimizer, schedulers)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def step(self) -> None:
        """Set the next rates."""
        for schedule in self.schedulers:
            schedule.step()
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


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
        self.optimizer = _checked(self, optimizer)
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
        self.min_lrs = _numbers_each(self, optimizer, "min_lr", min_lr)
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


def _checked(schedule: Any, optimizer: Any) -> Optimizer:
    """The optimiser, if it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{type(schedule).__name__}: expected an optimiser first, got "
            f"{type(optimizer).__name__} {optimizer!r:.60}"
        )
    return optimizer


def _one_each(schedule: Any, optimizer: Any, name: str, given: Any) -> list[Any]:
    """A list with one entry for each parameter group."""
    count = len(_checked(schedule, optimizer).param_groups)
    if not isinstance(given, list | tuple):
        return [given] * count
    if len(given) != count:
        raise ValueError(
            f"{type(schedule).__name__}: {name} has {len(given)} entries for {count} groups"
        )
    return list(given)


def _numbers_each(schedule: Any, optimizer: Any, name: str, given: Any) -> list[float]:
    """`_one_each` of numbers."""
    entries = _one_each(schedule, optimizer, name, given)
    return [number(type(schedule).__name__, name, entry) for entry in entries]
