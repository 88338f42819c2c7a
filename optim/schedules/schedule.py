"""What every schedule shares; a schedule of your own is one method.

>>> class Halved(optim.schedules.LRScheduler):
...     def _next(self, group, base):
...         return group["lr"] / 2
>>> schedule = Halved(optim.SGD([Value(1.0)], lr=1.0))
>>> schedule.step()
>>> schedule.get_last_lr()
[0.5]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.ops.asked import number
from optim.optimizer import Optimizer


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
        self.optimizer = checked(self, optimizer)
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


def checked(schedule: Any, optimizer: Any) -> Optimizer:
    """The optimiser, if it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{type(schedule).__name__}: expected an optimiser first, got "
            f"{type(optimizer).__name__} {optimizer!r:.60}"
        )
    return optimizer


def one_each(schedule: Any, optimizer: Any, name: str, given: Any) -> list[Any]:
    """A list with one entry for each parameter group."""
    count = len(checked(schedule, optimizer).param_groups)
    if not isinstance(given, list | tuple):
        return [given] * count
    if len(given) != count:
        raise ValueError(
            f"{type(schedule).__name__}: {name} has {len(given)} entries for {count} groups"
        )
    return list(given)


def numbers_each(schedule: Any, optimizer: Any, name: str, given: Any) -> list[float]:
    """`one_each` of numbers."""
    entries = one_each(schedule, optimizer, name, given)
    return [number(type(schedule).__name__, name, entry) for entry in entries]
