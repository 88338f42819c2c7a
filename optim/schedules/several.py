"""Schedules made of schedules: one after another, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler


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
