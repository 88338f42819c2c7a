"""EarlyStopping: training ends when a score has stopped getting better."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from autograd.ops.asked import number
from nn.callbacks.callback import Logs
from nn.callbacks.monitor import Monitor


class EarlyStopping(Monitor):
    """Stops after `patience` epochs without improvement, as in Keras.

    Args:
        monitor: the score to watch.
        min_delta: how much better counts as better.
        patience: how many epochs without improvement are borne.
        verbose: 1 says when it stops.
        mode: 'min', 'max', or 'auto' to tell it by the name.
        baseline: a score that must be reached within `patience` epochs.
        restore_best_weights: give the model the weights of its best epoch in the end.
        start_from_epoch: how many epochs are not watched.

    Attributes:
        best, best_epoch: the best score, and when it was reached.
        stopped_epoch: the epoch after which training was stopped; 0 if it was not.

    >>> stop = nn.callbacks.EarlyStopping(monitor="loss", patience=2)
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse", optim.SGD(model.parameters(), lr=0.0))  # it will never improve
    >>> history = model.fit([[1.0]], [5.0], epochs=100, verbose=0, callbacks=[stop])
    >>> len(history.epoch)
    3
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        number("EarlyStopping", "patience", patience, 0)
        if baseline is not None:
            number("EarlyStopping", "baseline", baseline)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.on_train_begin()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best = self.worst
        self.best_epoch = 0
        self.best_weights: dict[str, Any] | None = None
        self.stopped_epoch = 0
        self.wait = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        score = self.score(logs)
        if score is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self.better(score, self.best):
            self.best = score
            self._remember(epoch)
            if self.baseline is None or self.better(score, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            if self.verbose:
                self.say(epoch, f"no better {self.monitor} than {self.best:.5g}, so it stops here")

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            with self.model.ema or nullcontext():
                self.best_weights = self.model.state_dict()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.restore_best_weights and self.best_weights is not None:
            self.model.load_state_dict(self.best_weights)
            if self.verbose:
                self.say(self.best_epoch, "the weights of this epoch are the best")

    def _kept(self) -> dict[str, Any]:
        names = ("best", "best_epoch", "best_weights", "stopped_epoch", "wait")
        return {name: getattr(self, name) for name in names}
