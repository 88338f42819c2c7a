"""Errors of predicted numbers, their direction, and how much of the variation they explain."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError
from nn.losses.loss import spread
from nn.metrics.metric import MeanMetric, Metric, aligned

__all__ = [
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "PearsonCorrelation",
    "R2Score",
    "RootMeanSquaredError",
]


class MeanAbsoluteError(MeanMetric):
    """The mean of |prediction - target|.

    >>> nn.metrics.MeanAbsoluteError()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    1.0
    """

    more_is_better = False

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        return np.abs(prediction - aligned(target, prediction, self.name))


class MeanSquaredError(MeanMetric):
    """The mean of (prediction - target)².

    >>> nn.metrics.MeanSquaredError()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """

    more_is_better = False

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        return np.square(prediction - aligned(target, prediction, self.name))


class RootMeanSquaredError(MeanSquaredError):
    """The root of the mean of (prediction - target)², in the target's own unit.

    >>> nn.metrics.RootMeanSquaredError()(np.array([1.0, 2.0]), np.array([4.0, 5.0]))
    3.0
    """

    def result(self) -> float:
        return float(np.sqrt(super().result()))


class CosineSimilarity(MeanMetric):
    """The mean cosine of the angle between prediction and target: 1 is perfect.

    The loss of that name is minus this.

    Args:
        axis: along which the vectors lie.
        name: what logs call it.

    >>> nn.metrics.CosineSimilarity()(np.array([[2.0, 0.0]]), np.array([[1.0, 0.0]]))
    1.0
    """

    more_is_better = True

    def __init__(self, axis: int = -1, name: str | None = None) -> None:
        super().__init__(name)
        self.axis = axis

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        target = aligned(target, prediction, self.name)
        lengths = (np.linalg.norm(v, axis=self.axis, keepdims=True) for v in (prediction, target))
        unit = [
            v / np.maximum(n, 1e-12) for v, n in zip((prediction, target), lengths, strict=True)
        ]
        return (unit[0] * unit[1]).sum(axis=self.axis)


class PearsonCorrelation(MeanMetric):
    """The mean correlation of prediction and target: 1 along a rising line (Pearson 1895).

    Args:
        axis: along which the numbers that are correlated lie. For models with one output that is 0:
            the examples of a batch, so the score depends on the batches.
        name: what logs call it.

    >>> nn.metrics.PearsonCorrelation()(np.array([[1.0, 2.0, 3.0]]), np.array([[3.0, 5.0, 7.0]]))
    1.0
    """

    more_is_better = True

    def __init__(self, axis: int = -1, name: str | None = None) -> None:
        super().__init__(name)
        self.axis = axis

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        target = aligned(target, prediction, self.name)
        if prediction.shape[self.axis] < 2:
            kind = type(self).__name__
            raise ShapeError(
                f"{self.name}: compares the numbers along axis {self.axis}, but there is only one "
                f"in shape {prediction.shape}; nn.metrics.{kind}(axis=0) compares the examples of "
                "each batch"
            )
        both = (x.astype(np.float64) for x in (prediction, target))
        return self._agree(*both)

    def _agree(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """A score for each row; NaN where one of both does not vary."""
        x, y = (a - a.mean(self.axis, keepdims=True) for a in (x, y))
        size = np.sqrt((x**2).mean(self.axis) * (y**2).mean(self.axis))
        return np.divide(
            (x * y).mean(self.axis), size, out=np.full(size.shape, np.nan), where=size > 0
        )


class ConcordanceCorrelation(PearsonCorrelation):
    """The mean concordance (Lin 1989): 1 only where predictions equal their targets.

    Args:
        axis: along which the numbers that are compared lie; see `PearsonCorrelation`.
        name: what logs call it.

    >>> metric = nn.metrics.ConcordanceCorrelation()
    >>> round(metric(np.array([[1.0, 2.0]]), np.array([[1.0, 3.0]])), 4)
    0.6667
    """

    def _agree(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        apart = (x.mean(self.axis) - y.mean(self.axis)) ** 2
        x, y = (a - a.mean(self.axis, keepdims=True) for a in (x, y))
        size = (x**2).mean(self.axis) + (y**2).mean(self.axis) + apart
        return 2 * (x * y).mean(self.axis) / (size + 1e-7)


class R2Score(Metric):
    """1 - (squared error) / (squared deviation from the mean): 1 is perfect, 0 is no help.

    For several outputs the mean of each one's score. Means and squares are gathered without the
    cancellation that sums of squares suffer (Chan, Golub and LeVeque 1979).

    >>> nn.metrics.R2Score()(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    0.7857142857142857
    """

    more_is_better = True

    count: Any
    mean: Any
    deviation: Any
    error: Any

    def empty(self) -> dict[str, Any]:
        return {"count": 0.0, "mean": 0.0, "deviation": 0.0, "error": 0.0}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        truth = aligned(target, prediction, self.name).astype(np.float64)
        truth = truth.reshape(len(truth), -1)
        guess = prediction.reshape(truth.shape)
        w = np.ones(len(truth)) if weight is None else np.asarray(weight, np.float64)
        w = np.broadcast_to(spread(w, truth.shape, self.name), truth.shape)
        total = w.sum(axis=0)
        if not total.any():
            return
        mean = (w * truth).sum(axis=0) / total
        away, count = mean - self.mean, self.count + total
        self.deviation = (
            self.deviation
            + (w * (truth - mean) ** 2).sum(axis=0)
            + away**2 * self.count * total / count
        )
        self.mean = self.mean + away * total / count
        self.error = self.error + (w * (truth - guess) ** 2).sum(axis=0)
        self.count = count

    def result(self) -> float:
        deviation, error = np.atleast_1d(self.deviation), np.atleast_1d(self.error)
        varied = deviation > 0
        scores = np.zeros(deviation.shape)
        scores[varied] = 1 - error[varied] / deviation[varied]
        return float(scores.mean())
