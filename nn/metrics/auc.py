"""AUC: how surely a score tells yes from no, whatever the threshold."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import targets
from nn.losses.loss import spread
from nn.metrics.accuracy import classes_last
from nn.metrics.metric import Metric, aligned
from optim.names import unknown

CURVES = ("ROC", "PR")


class AUC(Metric):
    """The area under the ROC curve: how often a yes is scored above a no (a tie counts half).

    Exact: it keeps all scores rather than counting them in 200 bins. With several outputs, the mean
    of each class against the rest. NaN while there are only yeses or only noes.

    Args:
        curve: 'ROC', or 'PR' for the average precision.
        name: what logs call it.

    Raises:
        ValueError: there is no such curve.

    >>> nn.metrics.AUC()(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    0.75
    """

    scores: Any
    truths: Any
    weights: Any

    def __init__(self, curve: str = "ROC", name: str | None = None) -> None:
        if curve.upper() not in CURVES:
            raise unknown("AUC: curve", curve, CURVES)
        self.curve = curve.upper()
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"scores": [], "truths": [], "weights": []}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        prediction, target = np.asarray(prediction), np.asarray(target)
        if prediction.ndim < 2:
            prediction = prediction[:, None]
        if prediction.shape[-1] > 1:
            prediction = classes_last(prediction, self.loss)
            if target.ndim < prediction.ndim or target.shape[-1] == 1:
                target = targets.class_indices(target, prediction.shape, self.name)
                target = targets.rows_of(target, prediction.shape[-1], bool)
            else:
                target = classes_last(target, self.loss)
        truth = aligned(target, prediction, self.name) > 0.5
        w = np.ones(()) if weight is None else spread(np.asarray(weight), truth.shape, self.name)
        w = np.broadcast_to(w, truth.shape)
        outputs = truth.shape[-1]
        self.scores.append(np.array(prediction.reshape(-1, outputs)))
        self.truths.append(truth.reshape(-1, outputs))
        self.weights.append(np.array(w.reshape(-1, outputs), np.float64))

    def result(self) -> float:
        if not self.scores:
            return float("nan")
        for name in ("scores", "truths", "weights"):  # one array from now on
            setattr(self, name, [np.concatenate(getattr(self, name))])
        area = roc_area if self.curve == "ROC" else average_precision
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


def _by_score(
    score: np.ndarray, truth: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of yeses and of noes at each distinct score, from the lowest up."""
    levels, where = np.unique(score, return_inverse=True)
    yes = np.bincount(where, weight * truth, len(levels))
    return yes, np.bincount(where, weight, len(levels)) - yes
