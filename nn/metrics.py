"""Metrics: scores for people, gathered batch by batch and exact over uneven batches.

A metric is a function that gives each prediction its score; its value is the mean over all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nn import targets
from nn.losses import BCELoss, BCEWithLogitsLoss, Loss
from optim.names import unknown

Score = Callable[[np.ndarray, np.ndarray, Loss], np.ndarray]


def accuracy(prediction: np.ndarray, target: np.ndarray, loss: Loss) -> np.ndarray:
    """1 where the answer is right, else 0; what counts as an answer is seen from the shapes.

    One output, or a binary cross-entropy: on the same side of one half as the target. Several
    outputs: the largest is the answer, compared with a class number or with the largest of a row.

    >>> from nn.metrics import accuracy
    >>> accuracy(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]), nn.losses.get("mse"))
    array([ True, False])
    """
    single = prediction.ndim < 2 or prediction.shape[-1] == 1
    if single or isinstance(loss, (BCELoss, BCEWithLogitsLoss)):
        yes = prediction > (0.0 if loss.from_logits else 0.5)
        return yes == (_aligned(target, prediction) > 0.5)
    answer = prediction.argmax(axis=-1)
    if target.shape == prediction.shape:
        return answer == target.argmax(axis=-1)
    return answer == _aligned(target, answer)


def absolute_error(prediction: np.ndarray, target: np.ndarray, loss: Loss) -> np.ndarray:
    """|prediction - target|.

    >>> from nn.metrics import absolute_error
    >>> absolute_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]), nn.losses.get("mse"))
    array([0., 2.])
    """
    return np.abs(prediction - _aligned(target, prediction))


def squared_error(prediction: np.ndarray, target: np.ndarray, loss: Loss) -> np.ndarray:
    """(prediction - target)².

    >>> from nn.metrics import squared_error
    >>> squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]), nn.losses.get("mse"))
    array([0., 4.])
    """
    return np.square(prediction - _aligned(target, prediction))


_BY_NAME: dict[str, Score] = {
    "accuracy": accuracy,
    "mae": absolute_error,
    "mse": squared_error,
}


def check_metrics(metrics: Sequence[str]) -> tuple[str, ...]:
    """The metrics' names, if all are known.

    Raises:
        ValueError: there is no metric of a name.
        TypeError: it is no sequence of names.
    """
    if isinstance(metrics, str):
        raise TypeError(f"metrics: give a list of names: metrics=[{metrics!r}]")
    for name in metrics:
        if not isinstance(name, str):
            raise TypeError(f"metrics: expected names such as 'accuracy', got {name!r:.60}")
        if name not in _BY_NAME:
            raise unknown("metric", name, _BY_NAME)
    return tuple(metrics)


class Scores:
    """The running mean of the loss and of each metric.

    >>> from nn.metrics import Scores
    >>> scores = Scores(["mae"], nn.losses.get("mse"))
    >>> scores.add(4.0, np.array([2.0]), np.array([0.0]))
    >>> scores.add(1.0, np.array([1.0, 1.0]), np.array([0.0, 0.0]))
    >>> scores.means()  # the second batch counts twice
    {'loss': 2.0, 'mae': 1.3333333333333333}
    """

    def __init__(self, metrics: Sequence[str], loss: Loss) -> None:
        self._loss = loss
        self._score = {name: _BY_NAME[name] for name in metrics}
        self._total = dict.fromkeys(("loss", *metrics), 0.0)
        self._count = dict.fromkeys(("loss", *metrics), 0)

    def add(self, loss: float, prediction: np.ndarray, target: np.ndarray) -> None:
        """Count one batch: its mean loss, and what each prediction scored."""
        rows = len(prediction)
        self._total["loss"] += loss * rows
        self._count["loss"] += rows
        for name, score in self._score.items():
            each = score(prediction, target, self._loss)
            # Counting is exact and quick; other scores are added up in double precision.
            total = np.count_nonzero(each) if each.dtype == bool else each.sum(dtype=np.float64)
            self._total[name] += float(total)
            self._count[name] += each.size

    def means(self) -> dict[str, float]:
        """The mean of everything counted so far."""
        return {name: total / self._count[name] for name, total in self._total.items()}


def _aligned(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """The target in the prediction's shape."""
    if target.shape == prediction.shape:
        return target
    return targets.like(target, prediction.shape, target.dtype, "metric")
