"""Precision, recall, F1, the confusion matrix: which answers are right, and which are missed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError
from nn import targets
from nn.losses.loss import spread
from nn.metrics.accuracy import answers, classes_last
from nn.metrics.metric import Metric, aligned
from optim.names import unknown

__all__ = [
    "ConfusionMatrix",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
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
        threshold: from where an output is a yes; one half (0 for scores) by default.
        class_id: count this class alone.
        top_k: the k largest of a row are its answers.
        average: 'micro' counts all classes together, 'macro' takes the mean of the classes' scores,
            'weighted' that by how often a class occurs, 'none' gives an array. By default 'macro'
            for class numbers, else 'micro', as in Keras.
        name: what logs call it.

    Raises:
        ValueError: there is no such average.
    """

    right: Any  # answered yes, and it is: for each class
    false: Any  # answered yes, and it is not
    missed: Any  # answered no, and it is
    rest: Any  # answered no, and it is not
    #: Whether rows of probabilities are answered by their largest where no threshold is given.
    largest = False

    def __init__(
        self,
        threshold: float | None = None,
        class_id: int | None = None,
        top_k: int | None = None,
        average: str | None = None,
        name: str | None = None,
    ) -> None:
        if average is not None and average not in AVERAGES:
            raise unknown(f"{type(self).__name__}: average", str(average), AVERAGES)
        self.threshold = threshold
        self.class_id = class_id
        self.top_k = top_k
        self.average = average
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"right": 0.0, "false": 0.0, "missed": 0.0, "rest": 0.0, "by_number": False}

    by_number: bool  # whether targets are class numbers

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        yes, true = self._answers(np.asarray(prediction), np.asarray(target))
        w = np.ones(()) if weight is None else spread(np.asarray(weight), yes.shape, self.name)
        for name, cases in (
            ("right", yes & true),
            ("false", yes & ~true),
            ("missed", ~yes & true),
            ("rest", ~yes & ~true),
        ):
            counted = (cases * w).reshape(-1, yes.shape[-1]).sum(axis=0, dtype=np.float64)
            setattr(self, name, getattr(self, name) + counted)

    def _answers(self, prediction: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What was answered yes, and what is: (..., classes)."""
        prediction, true, self.by_number = answers(prediction, target, self.loss, self.name)
        threshold = self.threshold_of_yes if self.threshold is None else self.threshold
        if prediction.shape[-1] == 1:
            return prediction > threshold, true
        k = self.top_k
        if k is None and (self.by_number or (self.largest and self.threshold is None)):
            k = 1
        if k is None:
            return prediction > threshold, true
        best = np.argsort(-prediction, axis=-1, kind="stable")[..., :k]
        yes = np.zeros(prediction.shape, bool)
        np.put_along_axis(yes, best, True, axis=-1)
        return yes, true

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def result(self) -> Any:
        counts = [np.atleast_1d(c) for c in (self.right, self.false, self.missed)]
        if self.class_id is not None:
            if self.class_id >= len(counts[0]):
                raise ValueError(f"{self.name}: class_id {self.class_id} of {len(counts[0])}")
            counts = [c[self.class_id : self.class_id + 1] for c in counts]
        average = self.average or ("macro" if self.by_number else "micro")
        if average == "micro":
            counts = [c.sum(keepdims=True) for c in counts]
        scores = self._score(*counts)
        if average == "none":
            return scores
        if average == "weighted":
            occurs = counts[0] + counts[2]
            return float(_ratio((scores * occurs).sum(keepdims=True), occurs.sum(keepdims=True))[0])
        return float(scores.mean())


class Precision(_Counts):
    """Of the yeses that were answered, the part that are right.

    >>> nn.metrics.Precision()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.5
    """

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        return _ratio(right, right + false)


class Recall(_Counts):
    """Of what is a yes, the part that was answered so.

    >>> nn.metrics.Recall()(np.array([0.9, 0.8, 0.2, 0.1]), np.array([1, 1, 1, 1]))
    0.5
    """

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        return _ratio(right, right + missed)


class FBetaScore(_Counts):
    """The mean of precision and recall in which recall weighs beta² times (van Rijsbergen 1979).

    Rows of probabilities are answered by their largest, unless a threshold is given.

    Args:
        average: of several classes 'macro', the mean of their scores, 'micro', 'weighted', or None
            for an array of them.
        beta: how much more recall counts than precision.
        threshold: from where an output is a yes.
        class_id: count this class alone.
        name: what logs call it.

    >>> nn.metrics.FBetaScore(beta=2.0)(np.array([0.9, 0.2]), np.array([1, 1]))
    0.5555555555555556
    """

    largest = True

    def __init__(
        self,
        average: str | None = "macro",
        beta: float = 1.0,
        threshold: float | None = None,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        if not beta > 0:
            raise ValueError(f"{type(self).__name__}: beta must be positive, got {beta}")
        super().__init__(threshold, class_id, None, average or "none", name)
        self.beta = beta

    def _score(self, right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
        square = self.beta**2
        return _ratio((1 + square) * right, (1 + square) * right + false + square * missed)


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall; of several classes, the mean of their scores.

    Arguments: `FBetaScore`, but for beta, which is 1.

    >>> nn.metrics.F1Score()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.5
    """

    def __init__(
        self,
        average: str | None = "macro",
        threshold: float | None = None,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, class_id, name)


class _Number(_Counts):
    """How many answers are of one kind; of several classes, their sum."""

    kind: str

    def result(self) -> float:
        counts = np.atleast_1d(getattr(self, self.kind))
        return float(counts.sum() if self.class_id is None else counts[self.class_id])


class TruePositives(_Number):
    """How many answers are yes, and right.

    >>> nn.metrics.TruePositives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    kind = "right"


class FalsePositives(_Number):
    """How many answers are yes, and wrong.

    >>> nn.metrics.FalsePositives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    kind = "false"


class FalseNegatives(_Number):
    """How many answers are no, and wrong.

    >>> nn.metrics.FalseNegatives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    1.0
    """

    kind = "missed"


class TrueNegatives(_Number):
    """How many answers are no, and right.

    >>> nn.metrics.TrueNegatives()(np.array([0.9, 0.8, 0.2]), np.array([1, 0, 1]))
    0.0
    """

    kind = "rest"


class ConfusionMatrix(Metric):
    """How often each class (row) was answered with each class (column).

    Args:
        classes: how many there are; by default as many as the model has outputs, at least two.
        name: what logs call it.

    >>> metric = nn.metrics.ConfusionMatrix()
    >>> metric(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), np.array([0, 1, 1]))
    array([[1., 0.],
           [1., 1.]])
    """

    matrix: Any

    def __init__(self, classes: int | None = None, name: str | None = None) -> None:
        self.classes = classes
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"matrix": np.zeros((self.classes or 0,) * 2)}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        prediction, target = np.asarray(prediction), np.asarray(target)
        if prediction.ndim < 2 or prediction.shape[-1] == 1:
            classes = 2
            answer = (prediction > self.threshold_of_yes).astype(np.intp)
            truth = (aligned(target, prediction, self.name) > 0.5).astype(np.intp)
        else:
            prediction = classes_last(prediction, self.loss)
            classes = prediction.shape[-1]
            answer = prediction.argmax(axis=-1)
            if target.ndim == prediction.ndim and target.shape[-1] != 1:
                truth = classes_last(target, self.loss).argmax(axis=-1)
            else:
                truth = targets.class_indices(target, prediction.shape, self.name)
        classes = self.classes or classes
        if self.matrix.size == 0:
            self.matrix = np.zeros((classes, classes))
        if max(answer.max(initial=0), truth.max(initial=0)) >= classes:
            raise ShapeError(f"{self.name}: there are more than classes={classes} classes")
        w = None
        if weight is not None:
            w = np.broadcast_to(spread(np.asarray(weight), answer.shape, self.name), answer.shape)
        pairs = (truth * classes + answer).ravel()
        counts = np.bincount(pairs, None if w is None else w.ravel(), classes * classes)
        self.matrix = self.matrix + counts.reshape(classes, classes)

    def result(self) -> np.ndarray:
        return self.matrix


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """0 where there is nothing to divide by, as in Keras."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0)
