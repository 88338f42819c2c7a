"""Learning rates that change as training goes on: call `step()` after the optimiser's.

schedule  what every schedule shares: `LRScheduler`; one of your own is one method
decay     a formula of the number of steps: steps, lines, powers, exponentials
cosine    down along a cosine, once or again and again
function  a function of your own
cycle     up and down, and momentum the other way
several   schedules made of schedules: one after another, or all at once
plateau   a smaller rate once the metric no longer gets better
by_step   Keras's: functions of the step, which an optimiser asks itself

Each sets `lr` in every parameter group of its optimiser. Most compute the next rate from the
present one, so that several may work on one optimiser (`ChainedScheduler`); what each is after any
number of steps stands in its docstring. The names and arguments are PyTorch's, but for those of
`by_step`.

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

from optim.schedules import by_step
from optim.schedules.by_step import *  # noqa: F403
from optim.schedules.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from optim.schedules.cycle import CyclicLR, OneCycleLR
from optim.schedules.decay import (
    ConstantLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from optim.schedules.function import LambdaLR, MultiplicativeLR
from optim.schedules.plateau import ReduceLROnPlateau
from optim.schedules.schedule import LRScheduler
from optim.schedules.several import ChainedScheduler, SequentialLR

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
    *by_step.__all__,
]
