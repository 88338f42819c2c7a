"""Accuracy: the part of the answers that are right."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd import ShapeError
from nn import targets
from nn.examples import check_counts
from nn.metrics.metric import MeanMetric, aligned

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]


class _YesOrNo(MeanMetric):
    """What metrics of yes-or-no answers share."""

    more_is_better = True

    def is_right(self, prediction: np.ndarray, target: np.ndarray, threshold: float) -> np.ndarray:
        """Whether above the threshold is where the target is 1, and the rest where it is 0."""
        target = aligned(target, prediction, self.name)
        if self.loss is not None and self.loss.signs:  # such losses call a no -1
            target = target > 0
        return (prediction > threshold) == target


class Accuracy(_YesOrNo):
    """The part of the answers that are right; the shapes say what an answer is, as in Keras.

    One output: above one half (of PyTorch's losses of scores: above 0) is a yes, which the target
    calls 1. Several outputs: the largest is the answer, compared with a class number or with the
    largest of a row. Integers are answers already.

    >>> nn.metrics.Accuracy()(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]))
    0.5
    >>> nn.metrics.Accuracy()(np.array([2, 0, 1, 1]), np.array([2, 0, 1, 2]))
    0.75
    """

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        if prediction.dtype.kind in "iub":
            return prediction == aligned(target, prediction, self.name)
        if prediction.ndim < 2 or prediction.shape[-1] == 1:
            return self.is_right(prediction, target, self.threshold_of_yes)
        prediction = classes_last(prediction, self.loss)
        if target.dtype.kind == "f" or target.ndim == prediction.ndim:
            target = classes_last(target, self.loss)
        answer = prediction.argmax(axis=-1)
        if target.shape == prediction.shape:
            return answer == target.argmax(axis=-1)
        right = answer == aligned(target, answer, self.name)
        ignored = getattr(self.loss, "ignore_index", None)
        return right if ignored is None else right[target.reshape(right.shape) != ignored]


class BinaryAccuracy(_YesOrNo):
    """The part of yes-or-no answers that are right, each number on its own.

    Args:
        threshold: above it is a yes; by default one half, or 0 for PyTorch's losses of scores.
        name: what logs call it.

    >>> nn.metrics.BinaryAccuracy()(np.array([[0.9, 0.4]]), np.array([[1, 1]]))
    0.5
    """

    def __init__(self, threshold: float | None = None, name: str | None = None) -> None:
        super().__init__(name)
        self.threshold = threshold

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        threshold = self.threshold_of_yes if self.threshold is None else self.threshold
        return self.is_right(prediction, target, threshold)


class CategoricalAccuracy(MeanMetric):
    """The part of rows whose largest is where the one-hot target's is.

    >>> nn.metrics.CategoricalAccuracy()(np.array([[0.9, 0.1]]), np.array([[1, 0]]))
    1.0
    """

    more_is_better = True

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        if target.shape != prediction.shape:
            raise ShapeError(
                f"{self.name}: needs one-hot rows, a target of the prediction's shape "
                f"{prediction.shape}, got {target.shape}; for class numbers use 'accuracy' or "
                "'sparse_categorical_accuracy'"
            )
        return prediction.argmax(axis=-1) == target.argmax(axis=-1)


class SparseCategoricalAccuracy(MeanMetric):
    """The part of rows whose largest is at the target's class number.

    >>> nn.metrics.SparseCategoricalAccuracy()(np.array([[0.9, 0.1]]), np.array([1]))
    0.0
    """

    more_is_better = True

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        answer = prediction.argmax(axis=-1)
        if target.shape == prediction.shape and prediction.shape[-1] > 1:
            raise ShapeError(
                f"{self.name}: needs class numbers, one for each of {answer.shape}, got rows "
                f"{target.shape}; for one-hot rows use 'accuracy' or 'categorical_accuracy'"
            )
        return answer == aligned(target, answer, self.name)


class TopKCategoricalAccuracy(MeanMetric):
    """The part of rows whose right class is among the `k` largest; ties count as right.

    Args:
        k: how many answers are allowed.
        name: what logs call it.

    The target may be class numbers or one-hot rows.

    >>> metric = nn.metrics.TopKCategoricalAccuracy(k=2)
    >>> metric(np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]]), np.array([2, 1]))
    0.5
    """

    more_is_better = True

    def __init__(self, k: int = 5, name: str | None = None) -> None:
        check_counts(type(self).__name__, k=k)
        super().__init__(name)
        self.k = k

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        prediction = classes_last(prediction, self.loss)
        if target.dtype.kind == "f" or target.ndim == prediction.ndim:
            target = classes_last(target, self.loss)
        if target.shape == prediction.shape:
            target = target.argmax(axis=-1)
        target = aligned(target, prediction[..., 0], self.name).astype(np.intp, copy=False)
        right = np.take_along_axis(prediction, target[..., None], axis=-1)
        return np.count_nonzero(prediction > right, axis=-1) < self.k


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """`TopKCategoricalAccuracy` by its name in Keras for class numbers."""


def classes_last(x: np.ndarray, loss: Any) -> np.ndarray:
    """(batch, classes, ...), as PyTorch's losses want predictions, as (batch, ..., classes)."""
    return np.moveaxis(x, 1, -1) if x.ndim > 2 and hasattr(loss, "ignore_index") else x


def answers(
    prediction: np.ndarray, target: np.ndarray, loss: Any, name: str
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Predictions and targets, both (..., classes); and whether targets were class numbers."""
    by_number = False
    if prediction.ndim < 2:
        prediction = prediction[:, None]
    if prediction.shape[-1] > 1:
        prediction = classes_last(prediction, loss)
        by_number = target.ndim < prediction.ndim or target.shape[-1] == 1
        if by_number:
            target = targets.class_indices(target, prediction.shape, name)
            target = targets.rows_of(target, prediction.shape[-1], bool)
        else:
            target = classes_last(target, loss)
    return prediction, aligned(target, prediction, name), by_number


def yeses(target: np.ndarray, loss: Any, name: str) -> np.ndarray:
    """Which targets are a yes: as in Keras all but 0, unless the loss says that a no is -1."""
    if target.dtype == bool:
        return target
    if loss is not None and loss.signs:
        return target > 0
    yes = target != 0
    if not ((target == 1) | ~yes).all():
        odd = target[(target != 1) & yes][0]
        warnings.warn(
            f"{name}: targets are 0 for no and 1 for yes, found {odd:g}; all but 0 count as a yes "
            "here, as in Keras. Give 0 and 1, such as (y > 0).astype(int)",
            stacklevel=2,
        )
    return yes
