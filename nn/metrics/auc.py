"""AUC: how surely a score tells yes from no, whatever the threshold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nn.losses.loss import spread
from nn.metrics.accuracy import answers, yeses
from nn.metrics.metric import Metric
from optim.names import unknown

CURVES = ("ROC", "PR")


class AUC(Metric):
    """The area under the ROC curve: how often a yes is scored above a no (a tie counts half).

    Exact, for it keeps all scores; the name 'auc' stands for Keras's estimate from 200 thresholds.
    Exact areas are NaN while there are only yeses or only noes.

    Args:
        curve: 'ROC', or 'PR' for the average precision.
        name: what logs call it.
        num_thresholds: estimate the area from so many thresholds from 0 to 1, as Keras does.
        multi_label: of several outputs, take the mean of each one's area (as for class numbers)
            rather than all of them together.

    Raises:
        ValueError: there is no such curve, or there are fewer than two thresholds.

    >>> nn.metrics.AUC()(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    0.75
    """

    more_is_better = True

    scores: Any
    truths: Any
    weights: Any

    def __init__(
        self,
        curve: str = "ROC",
        name: str | None = None,
        num_thresholds: int | None = None,
        multi_label: bool = False,
    ) -> None:
        if curve.upper() not in CURVES:
            raise unknown("AUC: curve", curve, CURVES)
        if num_thresholds is not None and num_thresholds < 2:
            raise ValueError(f"AUC: num_thresholds must be at least 2, got {num_thresholds}")
        self.curve = curve.upper()
        self.num_thresholds = num_thresholds
        self.multi_label = multi_label
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"scores": [], "truths": [], "weights": [], "apart": self.multi_label}

    apart: bool  # whether each output has an area of its own

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        prediction, target, by_number = answers(
            np.asarray(prediction), np.asarray(target), self.loss, self.name
        )
        truth = yeses(target, self.loss, self.name)
        self.apart = self.apart or by_number
        w = np.ones(()) if weight is None else spread(np.asarray(weight), truth.shape, self.name)
        w = np.broadcast_to(w, truth.shape)
        outputs = truth.shape[-1] if self.apart else 1
        self.scores.append(np.array(prediction.reshape(-1, outputs)))
        self.truths.append(truth.reshape(-1, outputs))
        self.weights.append(np.array(w.reshape(-1, outputs), np.float64))

    def result(self) -> float:
        if not self.scores:
            return float("nan")
        for name in ("scores", "truths", "weights"):  # one array from now on
            setattr(self, name, [np.concatenate(getattr(self, name))])
        area = roc_area if self.curve == "ROC" else average_precision
        if self.num_thresholds is not None:
            estimate = estimated_roc if self.curve == "ROC" else estimated_precision
            area = partial(_estimated, estimate, self.num_thresholds)
        columns = zip(self.scores[0].T, self.truths[0].T, self.weights[0].T, strict=True)
        return float(np.mean([area(*column) for column in columns]))


def roc_area(score: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> float:
    """The probability that a yes is scored above a no (Mann and Whitney 1947).

    >>> from nn.metrics.auc import roc_area
    >>> roc_area(np.array([0.2, 0.2]), np.array([True, False]), np.ones(2))
    0.5
    """
    yes, no = _by_score(score, truth, weight)
    if not yes.sum() or not no.sum():
        return float("nan")
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def average_precision(score: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> float:
    """The mean of the precisions at each yes, from the highest score down.

    >>> from nn.metrics.auc import average_precision
    >>> average_precision(np.array([0.9, 0.5]), np.array([False, True]), np.ones(2))
    0.5
    """
    yes, no = (counts[::-1] for counts in _by_score(score, truth, weight))
    if not yes.sum():
        return float("nan")
    found = np.cumsum(yes)
    precision = found / np.maximum(found + np.cumsum(no), np.finfo(float).tiny)
    return float((precision * yes).sum() / yes.sum())


def estimated_roc(yes: np.ndarray, no: np.ndarray) -> float:
    """The area under straight lines between the points of the ROC curve.

    Args:
        yes, no: the weight of yeses and of noes above each threshold, from the lowest up.

    >>> from nn.metrics.auc import estimated_roc
    >>> estimated_roc(np.array([2.0, 1.0, 0.0]), np.array([2.0, 0.0, 0.0]))
    0.75
    """
    x, y = no / (no[0] or 1), yes / (yes[0] or 1)
    return float(((x[:-1] - x[1:]) * (y[:-1] + y[1:]) / 2).sum())


def estimated_precision(yes: np.ndarray, no: np.ndarray) -> float:
    """The area under the precision-recall curve, interpolated (Davis and Goadrich 2006).

    Args:
        yes, no: the weight of yeses and of noes above each threshold, from the lowest up.

    >>> from nn.metrics.auc import estimated_precision
    >>> estimated_precision(np.array([2.0, 1.0, 0.0]), np.array([0.0, 0.0, 0.0]))
    1.0
    """
    found = yes + no
    rise, run = yes[:-1] - yes[1:], found[:-1] - found[1:]
    slope = np.divide(rise, run, out=np.zeros(len(run)), where=run > 0)
    both = (found[:-1] > 0) & (found[1:] > 0)
    ratio = np.divide(found[:-1], found[1:], out=np.ones(len(run)), where=both)
    area = slope * (rise + (yes[1:] - slope * found[1:]) * np.log(ratio))
    return float(area.sum() / (yes[0] or 1))


def _estimated(
    estimate: Callable[[np.ndarray, np.ndarray], float],
    thresholds: int,
    score: np.ndarray,
    truth: np.ndarray,
    weight: np.ndarray,
) -> float:
    yes, no = by_threshold(thresholds, score, truth, weight, below=True)
    return estimate(yes[1:], no[1:])


def by_threshold(
    thresholds: int, score: np.ndarray, truth: np.ndarray, weight: np.ndarray, below: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of yeses and of noes in all, and of those above each threshold.

    Args:
        thresholds: how many there are, evenly from 0 to 1; the only one is one half.
        score, truth, weight: (examples,). Scores below 0 and above 1 are those, and all are
            compared in float32, as in Keras.
        below: whether the first threshold lies just below 0.

    Returns:
        Two arrays of (1 + thresholds,).

    >>> from nn.metrics.auc import by_threshold
    >>> by_threshold(1, np.array([0.2, 0.9]), np.array([True, True]), np.ones(2))[0]
    array([2., 1.])
    """
    score = np.clip(np.asarray(score, np.float32), 0, 1)
    if thresholds == 1:
        passed = (score > 0.5).astype(np.intp)
    else:
        passed = np.ceil(score * np.float32(thresholds - 1)).astype(np.intp)  # that lie below it
    if below:
        passed = np.maximum(passed, 1)
    counts = (np.bincount(passed, weight * which, thresholds + 1) for which in (truth, ~truth))
    yes, no = (count[::-1].cumsum()[::-1] for count in counts)
    return yes, no


def _by_score(
    score: np.ndarray, truth: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of yeses and of noes at each distinct score, from the lowest up."""
    levels, where = np.unique(score, return_inverse=True)
    yes = np.bincount(where, weight * truth, len(levels))
    return yes, np.bincount(where, weight, len(levels)) - yes
