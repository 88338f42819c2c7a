"""Scores: the running mean of the loss, and each metric beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.metrics.metric import Metric
from nn.metrics.names import fresh


class Scores:
    """Loss and metrics of the batches so far.

    The loss is the mean of the batches' losses, each weighted by its number of examples, as in
    Keras: sample weights are in a batch's loss already.

    Args:
        metrics: what to count beside the loss.
        weighted: which of them see sample weights; none of the others do.

    >>> from nn.metrics import Scores
    >>> scores = Scores([nn.metrics.get("mae")])
    >>> scores.add(4.0, np.array([2.0]), np.array([0.0]))
    >>> scores.add(1.0, np.array([1.0, 1.0]), np.array([0.0, 0.0]))
    >>> scores.means()  # the second batch counts twice
    {'loss': 2.0, 'mae': 1.3333333333333333}
    """

    def __init__(self, metrics: Sequence[Metric] = (), weighted: Sequence[Metric] = ()) -> None:
        self.total = 0.0
        self.count = 0
        self.metrics = fresh(tuple(metrics))
        self.weighted = fresh(tuple(weighted))

    def add(
        self,
        loss: float,
        prediction: np.ndarray,
        target: np.ndarray,
        weight: np.ndarray | None = None,
    ) -> None:
        """Count one batch: its mean loss, and what its predictions score."""
        rows = len(target)
        self.total += loss * rows
        self.count += rows
        for metric in self.metrics:
            metric.update(prediction, target)
        for metric in self.weighted:
            metric.update(prediction, target, weight)

    def means(self) -> dict[str, Any]:
        """Everything counted so far, by name, 'loss' first."""
        means: dict[str, Any] = {"loss": self.total / self.count if self.count else float("nan")}
        return means | {m.name: m.result() for m in (*self.metrics, *self.weighted)}

    def state_dict(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "count": self.count,
            "metrics": [m.state_dict() for m in (*self.metrics, *self.weighted)],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.total, self.count = state["total"], state["count"]
        for metric, counted in zip((*self.metrics, *self.weighted), state["metrics"], strict=True):
            metric.load_state_dict(counted)
