"""Mean and Sum: of numbers computed elsewhere, such as the losses of a loop of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value
from nn.losses.loss import spread
from nn.metrics.metric import Metric

__all__ = ["Mean", "Sum"]


class Sum(Metric):
    """The sum of all numbers given, each as often as its weight says.

    >>> total = nn.metrics.Sum()
    >>> total.update_state([1.0, 2.0])
    >>> total.update_state(Value(4.0))
    >>> total.result()
    7.0
    """

    total: float
    count: float

    def empty(self) -> dict[str, Any]:
        return {"total": 0.0, "count": 0.0}

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Count some numbers.

        Args:
            values: a number, or an array of them.
            sample_weight: how often each counts; once each by default.
        """
        self.update(values, None, sample_weight)

    def update(self, prediction: Any, target: Any = None, weight: Any = None) -> None:
        """Count the numbers in `prediction`; there is nothing to compare them with."""
        values = np.asarray(_plain(prediction), np.float64)
        w = np.ones(()) if weight is None else np.asarray(_plain(weight), np.float64)
        w = np.broadcast_to(spread(w, values.shape, self.name) if w.ndim else w, values.shape)
        self.total += float((values * w).sum())
        self.count += float(w.sum())

    def __call__(self, values: Any, sample_weight: Any = None, weight: Any = None) -> Any:
        """Count some numbers; returns the score of everything so far."""
        self.update(values, None, weight if sample_weight is None else sample_weight)
        return self.result()

    def result(self) -> float:
        return self.total


class Mean(Sum):
    """The mean of all numbers given, each as often as its weight says.

    >>> loss = nn.metrics.Mean(name="loss")
    >>> loss.update_state(3.0)
    >>> loss.update_state(1.0, sample_weight=3)
    >>> loss.result()
    1.5
    """

    def result(self) -> float:
        return self.total / self.count if self.count else 0.0


def _plain(x: Any) -> Any:
    return x._data if isinstance(x, Value) else x
