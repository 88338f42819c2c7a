"""Precision, recall, F1: which answers are right, and which are missed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.examples import check_counts
from nn.losses.loss import spread
from nn.metrics.accuracy import answers, yeses
from nn.metrics.metric import Metric
from optim.names import unknown

__all__ = [
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "MeanF1",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
]

AVERAGES = ("micro", "macro", "weighted", "none")


class _Counts(Metric):
    """Right and wrong answers, counted for each class.

    One output, or one for each of several yes-or-no questions: above the threshold is a yes. Class
    numbers as targets: the largest output is the answer.

    Args:
        thresholds: above it an output is a yes; one half (0 for scores) by default. A list of
            several gives an array of as many scores.
        top_k: the k largest of a row are its answers.
        class_id: count this class alone.
        name: what logs call it.
        average: 'micro' counts all classes together, 'macro' takes the mean of the classes' scores,
            'weighted' that by how often a class occurs, 'none' gives an array. By default 'macro'
            for class numbers, else 'micro', as in Keras.

    Raises:
        ValueError: there is no such average, or a threshold is no number.
    """

    # Each (thresholds, classes).
    right: Any  # answered yes, and it is
    false: Any  # answered yes, and it is not
    missed: Any  # answered no, and it is
    rest: Any  # answered no, and it is not
    by_number: bool  # whether targets are class numbers
    #: Whether rows of probabilities are answered by their largest where no threshold is given.
    largest = False
    #: Whether a single output is nevertheless a yes only above one half.
    alone_by_half = False

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        average: str | None = None,
    ) -> None:
        kind = type(self).__name__
        if average is not None and average not in AVERAGES:
            raise unknown(f"{kind}: average", str(average), AVERAGES)
        if thresholds is not None and not _numbers(thresholds):
            raise ValueError(f"{kind}: thresholds are a number or some, got {thresholds!r:.60}")
        if top_k is not None:
            check_counts(kind, top_k=top_k)
        self.thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.average = average
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"right": 0.0, "false": 0.0, "missed": 0.0, "rest": 0.0, "by_number": False}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        yes, target = self._answers(np.asarray(prediction), np.asarray(target))
        true = self._true(target)
        w = np.ones(()) if weight is None else spread(np.asarray(weight), true.shape, self.name)
        for name, answered, cases in (
            ("right", yes, true),
            ("false", yes, 1 - true),
            ("missed", ~yes, true),
            ("rest", ~yes, 1 - true),
        ):
            weighed = (answered * (cases * w)).reshape(len(yes), -1, yes.shape[-1])
            setattr(self, name, getattr(self, name) + weighed.sum(axis=1))

    def _true(self, target: np.ndarray) -> np.ndarray:
        """How much of a yes each target is: 0 or 1."""
        return yeses(target, self.loss, self.name).astype(np.float64)

    def _answers(self, prediction: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each threshold calls a yes, (thresholds, ..., classes); the targets, without them.

        With `top_k`, the rest of a row is never a yes, and those are whatever their size, unless
        there is a threshold too.
        """
        rows = prediction.ndim > 1
        prediction, target, self.by_number = answers(prediction, target, self.loss, self.name)
        several = prediction.shape[-1] > 1
        best, usual = self.top_k, self.threshold_of_yes
        if best is None and several and self.by_number:
            best = 1
        by_largest = self.largest and self.thresholds is None and best is None
        if by_largest and (several or (rows and not self.alone_by_half)):
            if not several:
                warnings.warn(
                    f"{self.name}: the largest of a row of one output is that output, so all but "
                    "0 are a yes, as in Keras; threshold=0.5 makes one half the border, as the "
                    "name 'f1' does",
                    stacklevel=3,
                )
            highest = prediction.max(axis=-1, keepdims=True)  # a row of zeros answers nothing
            return ((prediction >= highest) & (np.abs(prediction) > 1e-9))[None], target
        if best is not None and several:
            usual = -np.inf
            order = np.argsort(-prediction, axis=-1, kind="stable")
            prediction = prediction.astype(np.float64)
            np.put_along_axis(prediction, order[..., best:], -np.inf, axis=-1)
        thresholds = np.atleast_1d(usual if self.thresholds is None else self.thresholds)
        return np.stack([prediction > threshold for threshold in thresholds]), target

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _of_class(self, counts: np.ndarray) -> np.ndarray:
        """The counts (thresholds, classes) of the class that was asked for, or of all."""
        counts = np.atleast_2d(counts)
        return counts[:, asked_for(self.class_id, counts.shape[1], self.name)]

    def _shown(self, scores: np.ndarray) -> Any:
        """A number where there is one threshold."""
        return float(scores[0]) if len(scores) == 1 else scores

    def result(self) -> Any:
        counts = [self._of_class(c) for c in (self.right, self.false, self.missed)]
        average = self.average or ("macro" if self.by_number else "micro")
        if average == "micro":
            counts = [c.sum(axis=1, keepdims=True) for c in counts]
        scores = self._score(*counts)
        if average == "none":
            return scores[0] if len(scores) == 1 else scores
        if average == "weighted":
            occurs = counts[0] + counts[2]
            return self._shown(ratio((scores * occurs).sum(axis=1), occurs.sum(axis=1)))
        return self._shown(scores.mean(axis=1))


class Precision(_Counts):
    """Of the yeses that were answered, the part that are right.

    >>> nn.metrics.Precision()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.5
    """

    more_is_better = True

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        return ratio(right, right + false)


class Recall(_Counts):
    """Of what is a yes, the part that was answered so.

    >>> nn.metrics.Recall()(np.array([0.9, 0.8, 0.2, 0.1]), np.array([1, 1, 1, 1]))
    0.5
    """

    more_is_better = True

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        return ratio(right, right + missed)


class FBetaScore(_Counts):
    """The mean of precision and recall in which recall weighs beta² times (van Rijsbergen 1979).

    Rows of probabilities are answered by their largest, unless a threshold is given: of a row of
    one output that is a yes to all but 0, as in Keras, so give one. Predictions without rows are a
    yes above one half.

    Args:
        average: 'macro' takes the mean of the classes' scores, 'weighted' that by how often a class
            occurs, 'micro' counts all together; None gives an array of every class's score.
        beta: how much more recall counts than precision.
        threshold: from where an output is a yes.
        name: what logs call it.
        class_id: count this class alone.

    >>> nn.metrics.FBetaScore(beta=2.0)(np.array([0.9, 0.2]), np.array([1, 1]))
    array([0.55555556])
    """

    more_is_better = True

    largest = True
    usual: str | None = "fbeta_score"  #: What logs call it, if not by its class.

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = None,
        class_id: int | None = None,
    ) -> None:
        if not beta > 0:
            raise ValueError(f"{type(self).__name__}: beta must be positive, got {beta}")
        super().__init__(threshold, None, class_id, name or self.usual, average or "none")
        self.beta = beta

    def _true(self, target: np.ndarray) -> np.ndarray:
        """Targets as they are: what is half a yes counts half, as in Keras."""
        return target.astype(np.float64)

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        square = self.beta**2
        return ratio((1 + square) * right, (1 + square) * right + false + square * missed)


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall, of each class or as a mean over classes.

    Arguments: `FBetaScore`, but for beta, which is 1. The name 'f1' stands for the mean over
    classes, 'f1_score' for every class's, as in Keras.

    >>> nn.metrics.F1Score()(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), np.array([0, 1, 1]))
    array([0.66666667, 0.66666667])
    >>> nn.metrics.F1Score("macro")(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.5
    """

    usual = None

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = None,
        class_id: int | None = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, class_id)


class MeanF1(F1Score):
    """What the name 'f1' means: the mean of the classes' `F1Score`s, as one number.

    Several outputs are answered by their largest; a single one is a yes above one half.

    >>> nn.metrics.get("f1")(np.array([[0.9], [0.8], [0.2]]), np.array([1, 0, 1]))
    0.5
    """

    alone_by_half = True

    def __init__(self, name: str | None = None) -> None:
        super().__init__("macro", name=name)


class _Number(_Counts):
    """How many answers are of one kind; of several classes, their sum.

    Args:
        thresholds: above it an output is a yes; a list of several gives an array of counts.
        name: what logs call it.
        class_id: count this class alone.
    """

    kind: str

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        name: str | None = None,
        class_id: int | None = None,
    ) -> None:
        super().__init__(thresholds, None, class_id, name)

    def result(self) -> Any:
        return self._shown(self._of_class(getattr(self, self.kind)).sum(axis=1))


class TruePositives(_Number):
    """How many answers are yes, and right.

    >>> nn.metrics.TruePositives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    more_is_better = True

    kind = "right"


class FalsePositives(_Number):
    """How many answers are yes, and wrong.

    >>> nn.metrics.FalsePositives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    more_is_better = False

    kind = "false"


class FalseNegatives(_Number):
    """How many answers are no, and wrong.

    >>> nn.metrics.FalseNegatives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    more_is_better = False

    kind = "missed"


class TrueNegatives(_Number):
    """How many answers are no, and right.

    >>> nn.metrics.TrueNegatives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.0
    """

    more_is_better = True

    kind = "rest"


def _numbers(x: Any) -> bool:
    return np.asarray(x).size > 0 and np.asarray(x).dtype.kind in "fiu" and np.ndim(x) < 2


def asked_for(class_id: int | None, classes: int, name: str) -> slice:
    """Where the outputs of one class lie, or those of all where None.

    Raises:
        ValueError: there is no such class.
    """
    if class_id is None:
        return slice(None)
    if not 0 <= class_id < classes:
        raise ValueError(f"{name}: class_id={class_id}, but the classes are 0 to {classes - 1}")
    return slice(class_id, class_id + 1)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """0 where there is nothing to divide by, as in Keras."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0)
