"""Monitor: a score that is watched, and what counts as better."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn.callbacks.callback import Callback, Logs
from optim.names import unknown

MODES = ("auto", "min", "max")
#: Scores of which more is better; of everything else less is.
MORE_IS_BETTER = (
    *("acc", "auc", "precision", "recall", "f1", "fbeta", "r2", "fmeasure", "iou", "io_u"),
    *("similarity", "correlation", "sensitivity", "specificity", "true_"),
)


class Monitor(Callback):
    """A callback that watches one score.

    Args:
        monitor: its name in the logs, such as 'val_loss'.
        mode: 'min' if less is better, 'max' if more is; 'auto' asks the model's metric of that
            name, or tells it by the name.
        min_delta: how much better counts as better.

    Raises:
        ValueError: there is no such mode; on the first epoch, no such score.
    """

    def __init__(self, monitor: str, mode: str = "auto", min_delta: float = 0.0) -> None:
        kind = type(self).__name__
        if mode not in MODES:
            raise unknown(f"{kind}: mode", str(mode), MODES)
        self.monitor = monitor
        self.auto = mode == "auto"
        if mode == "auto":
            mode = "max" if any(part in monitor for part in MORE_IS_BETTER) else "min"
        self.mode = mode
        self.min_delta = abs(min_delta)
        self.best = self.worst

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        if not self.auto:
            return
        metrics = (*getattr(model, "metrics", ()), *getattr(model, "weighted_metrics", ()))
        name = self.monitor.removeprefix("val_")
        more = next((m.more_is_better for m in metrics if m.name == name), None)
        if more is not None and (mode := "max" if more else "min") != self.mode:
            fresh = self.best == self.worst
            self.mode = mode
            self.best = self.worst if fresh else self.best

    @property
    def worst(self) -> float:
        """What every number is better than."""
        return math.inf if self.mode == "min" else -math.inf

    def better(self, score: float, than: float) -> bool:
        """Whether a score is better than another by more than `min_delta`; NaN never is."""
        if self.mode == "min":
            return score + self.min_delta < than
        return score - self.min_delta > than

    def score(self, logs: Logs | None) -> float | None:
        """The score in `logs`; None if it is not judged in every epoch, and not in this one."""
        logs = logs or {}
        score = logs.get(self.monitor)
        if score is None:
            if self.monitor.startswith("val_") and self.fitting and self.fitting.validation:
                name = self.monitor.removeprefix("val_")
                if name in logs and self.fitting.validation_freq != 1:
                    return None
            hint = (
                "; give fit validation_data or validation_split"
                if self.monitor.startswith("val_")
                and not any(name.startswith("val_") for name in logs)
                else ""
            )
            raise ValueError(
                f"{unknown(f'{type(self).__name__}: monitor', self.monitor, logs)}{hint}"
            )
        if np.size(score) != 1:
            raise ValueError(
                f"{type(self).__name__}: monitor {self.monitor!r} is an array of shape "
                f"{np.shape(score)}, which cannot be compared; of a score of each class, "
                "average='macro' makes one number"
            )
        return float(np.reshape(score, ()))

    def say(self, epoch: int, text: str) -> None:
        print(f"Epoch {epoch + 1}: {type(self).__name__}: {text}", flush=True)

    def _kept(self) -> dict[str, Any]:
        """The attributes that change while training, by name."""
        return {"best": self.best}

    def state_dict(self) -> dict[str, Any]:
        return self._kept()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.__dict__.update({key: state[key] for key in self._kept()})
