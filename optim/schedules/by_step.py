"""Learning rates as functions of the step, as in Keras: an optimiser asks before each of its steps.

    optim.Adam(learning_rate=optim.schedules.CosineDecay(0.01, decay_steps=1000))

Any function of the number of steps made does as well. PyTorch's schedules, which are told to go on
(`schedule.step()`), stand in the other files here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]


class LearningRateSchedule:
    """A learning rate for each step; one of your own is a subclass, or just a function.

    >>> class Halved(optim.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.1 if step < 1 else 0.05
    >>> w = Value(1.0)
    >>> optimizer = optim.SGD([w], lr=Halved())
    >>> for _ in range(2):
    ...     w.grad = 1.0
    ...     optimizer.step()
    >>> optimizer.lr
    0.05
    """

    def __call__(self, step: int) -> float:
        """The rate of the step before which so many were made."""
        raise NotImplementedError(
            f"{type(self).__name__} has no rates yet: write def __call__(self, step)"
        )

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({said})"


class _Decay(LearningRateSchedule):
    """A rate that falls with step / decay_steps, in stairs if `staircase`."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
    ) -> None:
        _positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase

    def _done(self, step: int) -> float:
        done = step / self.decay_steps
        return math.floor(done) if self.staircase else done


class ExponentialDecay(_Decay):
    """initial · decay_rate^(step / decay_steps).

    Args:
        initial_learning_rate: the first step's rate.
        decay_steps: after so many steps the rate is `decay_rate` times what it was.
        decay_rate: what the rate is multiplied by.
        staircase: all at once after so many steps, not a little at each.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> rate = optim.schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    >>> rate(0), rate(20)
    (0.1, 0.025)
    """

    def __call__(self, step: int) -> float:
        return float(self.initial_learning_rate * self.decay_rate ** self._done(step))


class InverseTimeDecay(_Decay):
    """initial / (1 + decay_rate · step / decay_steps).

    Args:
        initial_learning_rate: the first step's rate.
        decay_steps: how many steps count as one unit of time.
        decay_rate: how much slower it gets in each.
        staircase: all at once after so many steps, not a little at each.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> optim.schedules.InverseTimeDecay(0.1, decay_steps=10, decay_rate=1.0)(10)
    0.05
    """

    def __call__(self, step: int) -> float:
        return self.initial_learning_rate / (1 + self.decay_rate * self._done(step))


class PiecewiseConstantDecay(LearningRateSchedule):
    """One rate up to each boundary, and the last one after all of them.

    Args:
        boundaries: rising numbers of steps; each rate holds up to and with its own.
        values: the rates, one more than boundaries.

    Raises:
        ValueError: there is not one rate more than there are boundaries.

    >>> rate = optim.schedules.PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.1])
    >>> rate(10), rate(11), rate(99)
    (1.0, 0.5, 0.1)
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float]) -> None:
        if len(values) != len(boundaries) + 1:
            raise ValueError(
                f"{type(self).__name__}: {len(boundaries)} boundaries divide {len(boundaries) + 1} "
                f"rates, got {len(values)} values"
            )
        self.boundaries = list(boundaries)
        self.values = list(values)

    def __call__(self, step: int) -> float:
        return float(self.values[sum(step > boundary for boundary in self.boundaries)])


class PolynomialDecay(LearningRateSchedule):
    """(initial - end) · (1 - step / decay_steps)^power + end.

    Args:
        initial_learning_rate: the first step's rate.
        decay_steps: when the end is reached.
        end_learning_rate: the rate from there on.
        power: 1 for a straight line.
        cycle: whether it begins anew, each time over a longer way, rather than stay at the end.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> rate = optim.schedules.PolynomialDecay(0.5, decay_steps=10, end_learning_rate=0.25)
    >>> rate(0), rate(5), rate(99)
    (0.5, 0.375, 0.25)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
    ) -> None:
        _positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle

    def __call__(self, step: int) -> float:
        steps: float = self.decay_steps
        if self.cycle:
            steps *= max(math.ceil(step / steps), 1)
        left = 1 - min(step, steps) / steps
        fallen = self.initial_learning_rate - self.end_learning_rate
        return float(fallen * left**self.power + self.end_learning_rate)


class CosineDecay(LearningRateSchedule):
    """Half a wave of a cosine from the rate to its end, after a warm-up along a straight line.

    Loshchilov and Hutter 2017, without restarts.

    Args:
        initial_learning_rate: the first step's rate.
        decay_steps: how many steps the fall takes.
        alpha: the end, as a part of the rate it falls from.
        warmup_target: the rate to rise to first; None for no rise.
        warmup_steps: how many steps the rise takes.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> rate = optim.schedules.CosineDecay(0.0, 10, warmup_target=0.5, warmup_steps=4)
    >>> rate(0), rate(2), rate(4), rate(14)
    (0.0, 0.25, 0.5, 0.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        _positive(self, "decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: int) -> float:
        top = self.initial_learning_rate
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return top + (self.warmup_target - top) * step / self.warmup_steps
            top, step = self.warmup_target, step - self.warmup_steps
        return top * _wave(min(step, self.decay_steps) / self.decay_steps, self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Half waves of a cosine, one after the other (SGDR: Loshchilov and Hutter 2017).

    Args:
        initial_learning_rate: the first step's rate.
        first_decay_steps: how long the first wave is.
        t_mul: how many times as long each next one is.
        m_mul: how many times as high.
        alpha: the end of each, as a part of the first step's rate.

    Raises:
        ValueError: `first_decay_steps` is not positive.

    >>> rate = optim.schedules.CosineDecayRestarts(1.0, 10, m_mul=0.5)
    >>> rate(0), rate(10), round(rate(20), 3), rate(30)
    (1.0, 0.5, 0.25, 0.25)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
    ) -> None:
        _positive(self, "first_decay_steps", first_decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha

    def __call__(self, step: int) -> float:
        left, length, height = float(step), float(self.first_decay_steps), 1.0
        while left >= length:
            left, length, height = left - length, length * self.t_mul, height * self.m_mul
        wave = (1 - self.alpha) * height * _wave(left / length, 0.0) + self.alpha
        return float(self.initial_learning_rate * wave)


def _wave(done: float, alpha: float) -> float:
    """From 1 down to `alpha` along half a wave."""
    return float((1 - alpha) * (1 + math.cos(math.pi * done)) / 2 + alpha)


def _positive(schedule: LearningRateSchedule, name: str, steps: float) -> None:
    if not steps > 0:
        raise ValueError(f"{type(schedule).__name__}: {name} must be positive, got {steps!r}")
