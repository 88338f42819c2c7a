"""Learning rates that change while training: by a plan, or when a score has stopped improving."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import optim
from autograd.ops.asked import number
from nn.callbacks.callback import Callback, Logs
from nn.callbacks.monitor import Monitor
from optim.names import unknown


class LearningRateScheduler(Callback):
    """Sets the learning rate by a function, as in Keras, or by a schedule of `optim.schedules`.

    Args:
        schedule: a function of (epoch, lr), or of (epoch), that returns the rate to use; or a
            schedule of the model's optimiser.
        verbose: 1 says what the rate is.
        per: 'epoch', or 'step' for a new rate after every batch, as warm-up and one-cycle want; a
            function then gets the number of the step.

    Raises:
        TypeError: it is neither, or the function returns no number.
        ValueError: the schedule belongs to another optimiser.

    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse", optim.SGD(model.parameters(), lr=0.8))
    >>> halve = nn.callbacks.LearningRateScheduler(lambda epoch, lr: lr / 2 if epoch else lr)
    >>> history = model.fit([[1.0]], [5.0], epochs=3, verbose=0, callbacks=[halve])
    >>> history["learning_rate"]
    [0.8, 0.4, 0.2]
    """

    def __init__(self, schedule: Any, verbose: int = 0, per: str = "epoch") -> None:
        if per not in ("epoch", "step"):
            raise unknown("LearningRateScheduler: per", str(per), ("epoch", "step"))
        self.schedule = schedule
        self.verbose = verbose
        self.per = per
        self.planned = hasattr(schedule, "step") and hasattr(schedule, "optimizer")
        if not self.planned:
            if not callable(schedule):
                raise TypeError(
                    "LearningRateScheduler: expected a function of (epoch, lr) or a schedule such "
                    f"as optim.schedules.StepLR(...), got {type(schedule).__name__}"
                )
            self.rate = _two_arguments(schedule)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        if self.planned and self.schedule.optimizer is not self.model.optimizer:
            raise ValueError(
                f"LearningRateScheduler: the {type(self.schedule).__name__} belongs to another "
                f"optimiser; make it with optim.schedules.{type(self.schedule).__name__}"
                "(model.optimizer, ...) after compile"
            )
        _must_not_be_planned(self)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self.per == "epoch" and not self.planned:
            self._set(epoch)
            if self.verbose:
                print(f"Epoch {epoch + 1}: learning rate {self.model.optimizer.lr:g}", flush=True)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        if self.per == "step" and not self.planned:
            assert self.fitting is not None
            self._set(self.fitting.steps)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        if self.per == "step" and self.planned and not self.fitting.step.pending:
            self.schedule.step()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = {} if logs is None else logs
        logs["learning_rate"] = float(self.model.optimizer.lr)
        if self.per == "epoch" and self.planned:
            if isinstance(self.schedule, optim.schedules.ReduceLROnPlateau):
                self.schedule.step(logs.get("val_loss", logs["loss"]))
            else:
                self.schedule.step()

    def _set(self, number: int) -> None:
        rate = self.rate(number, float(self.model.optimizer.lr))
        try:
            self.model.optimizer.lr = float(rate)
        except (TypeError, ValueError):
            raise TypeError(
                f"LearningRateScheduler: the schedule must return a number, got {rate!r:.60}"
            ) from None

    def state_dict(self) -> dict[str, Any]:
        return {"schedule": self.schedule.state_dict()} if self.planned else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        if self.planned:
            self.schedule.load_state_dict(state["schedule"])


class ReduceLROnPlateau(Monitor):
    """Makes the learning rate smaller when a score has stopped getting better, as in Keras.

    Args:
        monitor: the score to watch.
        factor: what the rate is multiplied by, below 1.
        patience: how many epochs without improvement are borne.
        verbose: 1 says when the rate changes.
        mode: 'min', 'max', or 'auto' to tell it by the name.
        min_delta: how much better counts as better.
        cooldown: how many epochs after a change are not counted.
        min_lr: no smaller rate than this.

    Raises:
        ValueError: `factor` is not below 1.

    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse", optim.SGD(model.parameters(), lr=1e-9))  # it hardly improves
    >>> slower = nn.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2)
    >>> history = model.fit([[1.0]], [5.0], epochs=4, verbose=0, callbacks=[slower])
    >>> history["learning_rate"]
    [1e-09, 1e-09, 1e-09, 5e-10]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        number("ReduceLROnPlateau", "patience", patience, 0)
        number("ReduceLROnPlateau", "factor", factor)
        if not 0 < factor < 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be between 0 and 1, got {factor}")
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.on_train_begin()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best = self.worst
        self.wait = 0
        self.resting = 0
        if self.model is not None:
            _must_not_be_planned(self)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        score = self.score(logs)
        if logs is not None:
            logs["learning_rate"] = float(optimizer.lr)
        if score is None:
            return
        if self.resting:
            self.resting -= 1
            self.wait = 0
        if self.better(score, self.best):
            self.best = score
            self.wait = 0
        elif not self.resting:
            self.wait += 1
            if self.wait >= self.patience and optimizer.lr > self.min_lr:
                for group in optimizer.param_groups:
                    group["lr"] = max(group["lr"] * self.factor, self.min_lr)
                self.resting = self.cooldown
                self.wait = 0
                if self.verbose:
                    self.say(epoch, f"the learning rate is {optimizer.lr:g} from now on")

    def _kept(self) -> dict[str, Any]:
        return {"best": self.best, "wait": self.wait, "resting": self.resting}


def _must_not_be_planned(callback: Callback) -> None:
    """Raise ValueError if the optimiser sets the rate before each step itself."""
    schedule = callback.model.optimizer.schedule
    if schedule is not None:
        raise ValueError(
            f"{type(callback).__name__}: the optimizer's learning rate is {schedule!r:.60}, which "
            "sets it anew before every step; make the optimizer with a number to change it here"
        )


def _two_arguments(function: Callable[..., Any]) -> Callable[[int, float], Any]:
    """The function as one of (epoch, lr), whether or not it looks at the rate."""
    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return lambda number, _: function(number)
    except ValueError:  # no signature to look at
        pass
    return function
