"""Losses: how far predictions are from the ideal, as one number to make small.

Every loss is the mean over the batch. A cross-entropy of probabilities takes logarithms, and the
logarithm of a probability that was rounded to 0 is lost; but the graph knows the scores (logits) a
softmax or a sigmoid was computed from, so the loss is computed from them, exactly. Only where there
is no such record are probabilities kept 1e-7 away from 0 and 1, as Keras does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value, binary_cross_entropy_with_logits, cross_entropy
from autograd.primitive import registry
from nn import targets
from optim.names import unknown

SOFTMAX, SIGMOID = registry["softmax"], registry["sigmoid"]
CLOSEST = 1e-7  # how near to 0 or 1 a bare probability may come


class Loss:
    """A distance between prediction and ideal: check the target once, then compare.

    `loss(prediction, target)` does both; training prepares all targets first and compares batch
    by batch. A loss of your own is a function of (prediction, target) or a subclass.
    """

    #: Whether predictions are scores before softmax or sigmoid.
    from_logits = False

    def __call__(self, prediction: Any, target: Any) -> Any:
        if not isinstance(prediction, Value):
            prediction = np.asarray(prediction)
        return self.compare(prediction, self.prepare(target, prediction.shape, prediction.dtype))

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        """The target as `compare` wants it, for predictions of `shape` and `dtype`.

        Raises:
            ValueError: it does not fit; the message says how to mend it.
        """
        return targets.like(target, shape, dtype, self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        """The mean distance, a single number; `target` is prepared."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        return f"{self.name}()"


class MSELoss(Loss):
    """The mean squared difference, over all numbers.

    Shapes:
        prediction: any; target: the same (a last axis of 1 may be missing).

    >>> nn.MSELoss()(Value([1.0, 2.0]), [1.0, 4.0])
    Value(2.0)
    """

    def __call__(self, prediction: Any, target: Any) -> Any:
        if isinstance(target, Value) and target.shape == prediction.shape:
            return self.compare(prediction, target)  # it may want a gradient too
        return super().__call__(prediction, target)

    def compare(self, prediction: Any, target: Any) -> Any:
        return autograd.mean(autograd.square(prediction - target))


class BCELoss(Loss):
    """Binary cross-entropy of probabilities: yes or no, for each number on its own.

    Shapes:
        prediction: any, from 0 to 1; target: the same, 0 or 1 or between.

    >>> round(nn.BCELoss()(Value([0.5, 0.5]), [0, 1]).item(), 4)
    0.6931
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return targets.probabilities(super().prepare(target, shape, dtype), self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        logits = _logits(prediction, SIGMOID)
        if logits is not None:
            return autograd.mean(binary_cross_entropy_with_logits(logits, target))
        _check_probabilities(prediction, self.name, "nn.Sigmoid()", "nn.BCEWithLogitsLoss()")
        p = autograd.clip(prediction, CLOSEST, 1 - CLOSEST)
        return -autograd.mean(target * autograd.log(p) + (1 - target) * autograd.log(1 - p))


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of scores; sigmoid is part of the loss.

    Shapes:
        prediction: any; target: the same, from 0 to 1.

    >>> round(nn.BCEWithLogitsLoss()(Value([0.0]), [1]).item(), 4)
    0.6931
    """

    from_logits = True

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return targets.probabilities(super().prepare(target, shape, dtype), self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        return autograd.mean(binary_cross_entropy_with_logits(prediction, target))


class CrossEntropyLoss(Loss):
    """Cross-entropy of scores; softmax over the last axis is part of the loss.

    Shapes:
        prediction: (..., classes); target: (...) integer class numbers, or (..., classes)
        probabilities such as one-hot rows.

    >>> nn.CrossEntropyLoss()(Value([[0.0, 0.0]]), [1])
    Value(0.6931471805599453)
    """

    from_logits = True

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        _check_classes(shape, self.name)
        target = targets.numbers(target, self.name)
        if target.shape != shape:
            return targets.class_indices(target, shape, self.name)
        return targets.probabilities(target.astype(dtype, copy=False), self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        return autograd.mean(cross_entropy(prediction, _rows(target, prediction)))


class CategoricalCrossentropy(Loss):
    """Cross-entropy of probabilities against one-hot rows.

    Shapes:
        prediction: (..., classes), each row from 0 to 1 with sum 1; target: the same.

    >>> nn.CategoricalCrossentropy()(autograd.softmax(Value([[0.0, 0.0]])), [[0, 1]])
    Value(0.6931471805599453)
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        _check_classes(shape, self.name)
        target = targets.numbers(target, self.name)
        if target.shape in (shape[:-1], (*shape[:-1], 1)):
            raise ShapeError(
                f"{self.name}: needs a row of {shape[-1]} probabilities for each prediction, got "
                f"target {target.shape}, like class numbers: use "
                "loss='sparse_categorical_crossentropy' for class numbers, "
                f"or nn.one_hot(y, {shape[-1]})"
            )
        return targets.probabilities(targets.like(target, shape, dtype, self.name), self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        rows = _rows(target, prediction)
        logits = _logits(prediction, SOFTMAX)
        if logits is not None:
            return autograd.mean(cross_entropy(logits, rows))
        _check_probabilities(prediction, self.name, "nn.Softmax()", "nn.CrossEntropyLoss()")
        p = prediction / autograd.sum(prediction, axis=-1, keepdims=True)
        p = autograd.clip(p, CLOSEST, 1 - CLOSEST)
        return -autograd.mean(autograd.sum(rows * autograd.log(p), axis=-1))


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy of probabilities against class numbers.

    Shapes:
        prediction: (..., classes), each row from 0 to 1 with sum 1; target: (...) integers.

    >>> nn.SparseCategoricalCrossentropy()(autograd.softmax(Value([[0.0, 0.0]])), [1])
    Value(0.6931471805599453)
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        _check_classes(shape, self.name)
        return targets.class_indices(target, shape, self.name)


class FunctionLoss(Loss):
    """A function of (prediction, target) of your own, which checks what it wants to check."""

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self.function = function

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", repr(self.function))

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return targets.numbers(target, self.name)

    def compare(self, prediction: Any, target: Any) -> Any:
        loss = self.function(prediction, target)
        if np.shape(loss) != ():
            raise ShapeError(
                f"loss {self.name}: must return one number for the batch, got shape "
                f"{np.shape(loss)}; end it with .mean()"
            )
        return loss


# ---------------------------------------------------------------------------------- as functions


def mean_squared_error(prediction: Any, target: Any) -> Any:
    """The mean squared difference; see `MSELoss`.

    >>> nn.mean_squared_error(Value([1.0, 2.0]), [1.0, 4.0])
    Value(2.0)
    """
    return MSELoss()(prediction, target)


def binary_crossentropy(prediction: Any, target: Any) -> Any:
    """Binary cross-entropy of probabilities; see `BCELoss`.

    >>> round(nn.binary_crossentropy(Value([0.5]), [1]).item(), 4)
    0.6931
    """
    return BCELoss()(prediction, target)


def categorical_crossentropy(prediction: Any, target: Any) -> Any:
    """Cross-entropy of probabilities against one-hot rows; see `CategoricalCrossentropy`.

    >>> round(nn.categorical_crossentropy(Value([[0.5, 0.5]]), [[0, 1]]).item(), 4)
    0.6931
    """
    return CategoricalCrossentropy()(prediction, target)


def sparse_categorical_crossentropy(prediction: Any, target: Any) -> Any:
    """Cross-entropy of probabilities against class numbers; see `SparseCategoricalCrossentropy`.

    >>> round(nn.sparse_categorical_crossentropy(Value([[0.5, 0.5]]), [1]).item(), 4)
    0.6931
    """
    return SparseCategoricalCrossentropy()(prediction, target)


_BY_NAME: dict[str, type[Loss]] = {
    "mse": MSELoss,
    "mean_squared_error": MSELoss,
    "binary_crossentropy": BCELoss,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}
_BY_FUNCTION: dict[Callable, type[Loss]] = {
    mean_squared_error: MSELoss,
    binary_crossentropy: BCELoss,
    categorical_crossentropy: CategoricalCrossentropy,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
}


def get(loss: str | Loss | type[Loss] | Callable[[Any, Any], Any]) -> Loss:
    """The loss that a name, a class, an instance or a function stands for.

    Raises:
        ValueError: there is no loss of that name.
        TypeError: it is none of the above.

    >>> nn.losses.get("mse")
    MSELoss()
    """
    if isinstance(loss, str):
        if loss.lower() not in _BY_NAME:
            raise unknown("loss", loss, _BY_NAME)
        return _BY_NAME[loss.lower()]()
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, type) and issubclass(loss, Loss):
        return loss()
    if callable(loss):
        return _BY_FUNCTION[loss]() if loss in _BY_FUNCTION else FunctionLoss(loss)
    raise TypeError(
        "loss: expected a name such as 'mse', a loss or a function of (prediction, target), "
        f"got {type(loss).__name__} {loss!r:.60}"
    )


# --------------------------------------------------------------------------------------- helpers


def _logits(prediction: Any, op: Any) -> Value | None:
    """The scores that `op`, along the last axis, made this prediction of; None if not recorded."""
    if not isinstance(prediction, Value) or prediction.op is not op:
        return None
    axis = (prediction.params or {}).get("axis", -1)
    return prediction.parents[0] if axis in (-1, prediction.ndim - 1) else None


def _rows(target: Any, prediction: Any) -> Any:
    """Prepared targets as rows of probabilities."""
    if target.dtype.kind in "iu":
        return targets.rows_of(target, prediction.shape[-1], prediction.dtype)
    return target


def _check_classes(shape: tuple[int, ...], name: str) -> None:
    if not shape or shape[-1] < 2:
        raise ShapeError(
            f"{name}: needs a score for each of at least two classes on the last axis, got "
            f"predictions of shape {shape}; use 'binary_crossentropy' for a single yes or no"
        )


def _check_probabilities(prediction: Any, name: str, layer: str, instead: str) -> None:
    """Scores where probabilities belong, usually a forgotten last layer."""
    p = prediction._data if isinstance(prediction, Value) else prediction
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ValueError(
            f"{name}: predictions must be probabilities from 0 to 1, found {p.min():g} to "
            f"{p.max():g}, like scores: end the model with {layer}, or use loss={instead}"
        )
