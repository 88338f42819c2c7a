"""Scores: the running mean of the loss, and each metric beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from nn.metrics.metric import Metric
from nn.metrics.names import fresh


class Report(tuple[Any, ...]):
    """Scores in order, as Keras gives them, each of which also goes by its name.

    >>> from nn.metrics import Report
    >>> report = Report({"loss": 0.5, "accuracy": 0.75})
    >>> report["accuracy"], report[1]
    (0.75, 0.75)
    >>> loss, accuracy = report
    >>> dict(report)
    {'loss': 0.5, 'accuracy': 0.75}
    """

    _names: tuple[str, ...]

    def __new__(cls, scores: Mapping[str, Any]) -> Self:
        report = super().__new__(cls, scores.values())
        report._names = tuple(scores)
        return report

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self._names:
            raise KeyError(
                f"{key!r} is none of the scores {', '.join(self._names)}; compile(metrics=[...]) "
                "says which there are"
            )
        return super().__getitem__(self._names.index(key))

    def keys(self) -> tuple[str, ...]:
        """The names."""
        return self._names

    def values(self) -> tuple[Any, ...]:
        """The scores."""
        return tuple(self)

    def items(self) -> list[tuple[str, Any]]:
        """Names with their scores."""
        return list(zip(self._names, self, strict=True))

    def get(self, name: str, default: Any = None) -> Any:
        """The score of that name, or something else where there is none."""
        return self[name] if name in self._names else default

    def __contains__(self, item: object) -> bool:
        return item in self._names if isinstance(item, str) else super().__contains__(item)

    def __float__(self) -> float:
        """The loss, where that is all there is: then Keras gives a number."""
        if len(self) != 1:
            raise TypeError(
                f"there are {len(self)} scores ({', '.join(self._names)}); take one by its name: "
                "scores['loss']"
            )
        return float(self[0])

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else repr(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mapping):
            return dict(self.items()) == other
        return super().__eq__(other)

    __hash__ = tuple.__hash__

    def __repr__(self) -> str:
        return repr(dict(self.items()))


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
            "names": [m.name for m in (*self.metrics, *self.weighted)],
            "metrics": [m.state_dict() for m in (*self.metrics, *self.weighted)],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: it was taken of other metrics.
        """
        mine = [m.name for m in (*self.metrics, *self.weighted)]
        theirs = state.get("names", mine)
        if theirs != mine:
            raise ValueError(
                f"the interrupted fit had the metrics {theirs}, this one has {mine}; compile with "
                "the same ones in the same order"
            )
        self.total, self.count = state["total"], state["count"]
        for metric, counted in zip((*self.metrics, *self.weighted), state["metrics"], strict=True):
            metric.load_state_dict(counted)
