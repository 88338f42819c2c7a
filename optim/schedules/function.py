"""Rates by a function of your own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from optim.optimizer import Optimizer
from optim.schedules.schedule import LRScheduler, one_each


class _ByFunction(LRScheduler):
    """What schedules share whose factor is a function of t, or a list of one for each group."""

    _unsaved = ("optimizer", "lr_lambdas")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = one_each(self, optimizer, "lr_lambda", lr_lambda)
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
