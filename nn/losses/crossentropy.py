"""Cross-entropies: how surprised a prediction is by the right answer.

A cross-entropy of probabilities takes logarithms, and the logarithm of a probability that was
rounded to 0 is lost; but the graph knows the scores (logits) a softmax or a sigmoid was computed
from, so the loss is computed from them, exactly. Only where there is no such record are
probabilities kept 1e-7 away from 0 and 1, as Keras does, or their logarithms at -100, as PyTorch's
BCELoss does.

PyTorch's losses have the classes on axis 1, (batch, classes, ...), Keras's on the last axis; for
(batch, classes) that is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value, binary_cross_entropy_with_logits, cross_entropy, nll_loss
from autograd.ops.crossentropy import _binary_cross_entropy
from autograd.primitive import Primitive, registry
from autograd.recorder import record
from nn import targets
from nn.losses.loss import Loss

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CrossEntropyLoss",
    "Crossentropy",
    "NLLLoss",
    "SparseCategoricalCrossentropy",
]

SOFTMAX, SIGMOID = registry["softmax"], registry["sigmoid"]
CLOSEST = 1e-7  # how near to 0 or 1 a bare probability may come


# ----------------------------------------------------------------------------------- yes or no


class _Binary(Loss):
    """Yes or no, for each number on its own."""

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        checked = targets.probabilities(super().prepare(target, shape, dtype), self.name)
        return targets.cast(target, dtype) if targets.wanted(target, shape) else checked


class BCELoss(_Binary):
    """Binary cross-entropy of probabilities: yes or no, for each number on its own.

    Args:
        weight: how much each number counts; broadcasts against the predictions.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: any, from 0 to 1; target: the same, 0 or 1 or between.

    >>> round(nn.BCELoss()(Value([0.5, 0.5]), [0, 1]).item(), 4)
    0.6931
    """

    def __init__(self, weight: Any = None, reduction: str | None = "mean") -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)

    def each(self, prediction: Any, target: Any) -> Any:
        each = binary(prediction, target, self.name, _binary_cross_entropy)
        return each if self.weight is None else each * _cast(self.weight, prediction)


class BCEWithLogitsLoss(_Binary):
    """Binary cross-entropy of scores; sigmoid is part of the loss.

    Args:
        weight: how much each number counts; broadcasts against the predictions.
        reduction: 'mean', 'sum' or 'none'.
        pos_weight: how much a yes counts against a no; broadcasts against the predictions.

    Shapes:
        prediction: any; target: the same, from 0 to 1.

    >>> round(nn.BCEWithLogitsLoss()(Value([0.0]), [1]).item(), 4)
    0.6931
    """

    threshold = 0.0

    def __init__(
        self, weight: Any = None, reduction: str | None = "mean", pos_weight: Any = None
    ) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)
        self.pos_weight = None if pos_weight is None else np.asarray(pos_weight)

    def each(self, prediction: Any, target: Any) -> Any:
        weights = (_cast(w, prediction) for w in (self.weight, self.pos_weight))
        return binary_cross_entropy_with_logits(prediction, target, *weights)


class BinaryCrossentropy(_Binary):
    """Binary cross-entropy with Keras's settings; see `BCELoss` and `BCEWithLogitsLoss`.

    Args:
        from_logits: whether predictions are scores before sigmoid. Metrics nevertheless count a
            yes from one half on, as Keras's do: nn.metrics.BinaryAccuracy(threshold=0) is right.
        label_smoothing: how far targets are drawn from 0 and 1 towards one half.
        reduction: 'mean' ('sum_over_batch_size'), 'sum' or 'none'.

    Shapes:
        prediction: any; target: the same, from 0 to 1.

    >>> round(nn.losses.BinaryCrossentropy(label_smoothing=0.2)(Value([0.9]), [1]).item(), 4)
    0.3251
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        self.from_logits = from_logits
        self.label_smoothing = _smoothing(label_smoothing, self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        target = smoothed(target, self.label_smoothing, 2)
        if self.from_logits:
            return binary_cross_entropy_with_logits(prediction, target)
        return binary(prediction, target, self.name)


# ------------------------------------------------------------------------- one of several classes


class _PyTorchClasses(Loss):
    """Settings and target of PyTorch's losses over classes, which lie on axis 1."""

    prepares_stand_ins = True

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else np.asarray(weight)
        self.ignore_index = ignore_index

    def _check(self, shape: tuple[int, ...]) -> None:
        _check_classes(shape if len(shape) < 2 else shape[:2], self.name, "axis 1")
        classes = shape[min(1, len(shape) - 1)]
        if self.weight is not None and self.weight.shape != (classes,):
            raise ShapeError(
                f"{self.name}: weight must hold one number for each of the {classes} classes, "
                f"got shape {self.weight.shape}"
            )

    def _indices(self, target: Any, shape: tuple[int, ...]) -> np.ndarray:
        by_row = shape if len(shape) < 3 else (shape[0], *shape[2:], shape[1])
        return targets.class_indices(target, by_row, self.name, self.ignore_index)

    def share(self, target: Any) -> Any:
        if target.dtype.kind not in "iu":
            return None
        return _count(target, self.ignore_index, self.weight)


class CrossEntropyLoss(_PyTorchClasses):
    """Cross-entropy of scores; softmax over the classes is part of the loss.

    Args:
        weight: (classes,), how much each class counts.
        ignore_index: a class number whose targets count nothing.
        reduction: 'mean' (a weighted one, with `weight`), 'sum' or 'none'.
        label_smoothing: how much of each target is spread evenly over all classes.

    Shapes:
        prediction: (batch, classes, ...) or (classes,); target: (batch, ...) integer class
        numbers, or probabilities of the prediction's shape, such as one-hot rows.

    >>> nn.CrossEntropyLoss()(Value([[0.0, 0.0]]), [1])
    Value(0.6931471805599453)
    """

    threshold = 0.0

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str | None = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, ignore_index, reduction)
        self.label_smoothing = _smoothing(label_smoothing, self.name)

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        self._check(shape)
        given, target = target, targets.numbers(target, self.name)
        if target.shape != shape:
            return self._indices(target, shape)
        checked = targets.probabilities(targets.cast(target, dtype), self.name)
        return targets.cast(given, dtype) if targets.wanted(given, shape) else checked

    def each(self, prediction: Any, target: Any) -> Any:
        if target.dtype.kind not in "iu":
            target = _classes_last(target)
        return cross_entropy(
            _classes_last(prediction), target, self.weight, self.ignore_index, self.label_smoothing
        )

    def compare(self, prediction: Any, target: Any, weight: Any = None) -> Any:
        each = type(self).each
        if weight is not None or target.dtype.kind not in "iu" or each is not CrossEntropyLoss.each:
            return super().compare(prediction, target, weight)
        settings = (self.weight, self.ignore_index, self.label_smoothing, self.reduction)
        return cross_entropy(_classes_last(prediction), target, *settings)


class NLLLoss(_PyTorchClasses):
    """Minus the log-probability of the right class, for predictions that are log-probabilities.

    Args:
        weight: (classes,), how much each class counts.
        ignore_index: a class number whose targets count nothing.
        reduction: 'mean' (a weighted one, with `weight`), 'sum' or 'none'.

    Shapes:
        prediction: (batch, classes, ...) or (classes,); target: (batch, ...) class numbers.

    >>> nn.NLLLoss()(autograd.log_softmax(Value([[0.0, 0.0]])), [1])
    Value(0.6931471805599453)
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        self._check(shape)
        return self._indices(target, shape)

    def each(self, prediction: Any, target: Any) -> Any:
        rows = _classes_last(prediction)
        return nll_loss(rows, target, self.weight, self.ignore_index, reduction="none")


class CategoricalCrossentropy(Loss):
    """Cross-entropy of probabilities against one-hot rows.

    Args:
        from_logits: whether predictions are scores before softmax.
        label_smoothing: how much of each target is spread evenly over all classes.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (..., classes), each row from 0 to 1 with sum 1; target: the same.

    >>> nn.CategoricalCrossentropy()(autograd.softmax(Value([[0.0, 0.0]])), [[0, 1]])
    Value(0.6931471805599453)
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        self.from_logits = from_logits
        self.label_smoothing = _smoothing(label_smoothing, self.name)

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

    def each(self, prediction: Any, target: Any) -> Any:
        target = smoothed(target, self.label_smoothing, prediction.shape[-1])
        if self.from_logits:
            return cross_entropy(prediction, target)
        return _categorical(prediction, target, self.name)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of probabilities against class numbers.

    Args:
        from_logits: whether predictions are scores before softmax.
        ignore_class: a class number whose targets count nothing.
        reduction: 'mean', 'sum' or 'none'.

    Shapes:
        prediction: (..., classes), each row from 0 to 1 with sum 1; target: (...) integers.

    >>> nn.SparseCategoricalCrossentropy()(autograd.softmax(Value([[0.0, 0.0]])), [1])
    Value(0.6931471805599453)
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "mean",
    ) -> None:
        super().__init__(reduction)
        self.from_logits = from_logits
        self.ignore_class = ignore_class

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        _check_classes(shape, self.name)
        return targets.class_indices(target, shape, self.name, self.ignore_class)

    def each(self, prediction: Any, target: Any) -> Any:
        logits = prediction if self.from_logits else _logits(prediction, SOFTMAX)
        ignored = -1 if self.ignore_class is None else self.ignore_class
        if logits is not None:
            return cross_entropy(logits, target, None, ignored)
        classes, dtype = prediction.shape[-1], prediction.dtype
        kept = target != ignored
        rows = targets.rows_of(np.where(kept, target, 0), classes, dtype) * kept[..., None]
        return _of_probabilities(prediction, rows, self.name)

    def share(self, target: Any) -> Any:
        return None if self.ignore_class is None else _count(target, self.ignore_class)


class Crossentropy(Loss):
    """Keras's cross-entropy of probabilities whose kind the shapes say; its name is 'crossentropy'.

    One output is a yes or no (`BinaryCrossentropy`); of several, class numbers are meant by targets
    with fewer axes (`SparseCategoricalCrossentropy`), else rows (`CategoricalCrossentropy`).

    >>> loss = nn.losses.get("crossentropy")
    >>> loss(Value([[0.5, 0.5]]), [1]).item() == loss(Value([[0.5, 0.5]]), [[0, 1]]).item()
    True
    """

    def _kind(self, shape: tuple[int, ...], by_number: bool) -> Loss:
        if len(shape) < 2 or shape[-1] == 1:
            return BinaryCrossentropy(reduction=self.reduction)
        if by_number:
            return SparseCategoricalCrossentropy(reduction=self.reduction)
        return CategoricalCrossentropy(reduction=self.reduction)

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        have = np.shape(target)
        return self._kind(shape, have in (shape[:-1], (*shape[:-1], 1))).prepare(
            target, shape, dtype
        )

    def each(self, prediction: Any, target: Any) -> Any:
        """The distances one by one; a prepared target of class numbers holds integers."""
        return self._kind(prediction.shape, target.dtype.kind in "iu").each(prediction, target)


# --------------------------------------------------------------------------------------- helpers


def _kept_apart(p: Any, target: Any) -> Any:
    """Binary cross-entropies of probabilities that come no nearer to 0 and 1 than Keras's do."""
    p = autograd.clip(p, CLOSEST, 1 - CLOSEST)
    return -(target * autograd.log(p) + (1 - target) * autograd.log(1 - p))


def binary(
    prediction: Any, target: Any, name: str, bare: Callable[[Any, Any], Any] = _kept_apart
) -> Any:
    """Binary cross-entropies of probabilities, by way of their scores where those are recorded."""
    logits = _logits(prediction, SIGMOID)
    if logits is not None:
        return binary_cross_entropy_with_logits(logits, target)
    if prediction.shape[-1:] == (1,) and _logits(prediction, SOFTMAX) is not None:
        raise ValueError(
            f"{name}: the softmax of a single score is 1, whatever the score; end the model with "
            "nn.Sigmoid(), or give it two outputs and loss='sparse_categorical_crossentropy'"
        )
    _check_probabilities(prediction, name, "nn.Sigmoid()", "nn.BCEWithLogitsLoss()")
    return bare(prediction, target)


def _categorical(prediction: Any, rows: Any, name: str) -> Any:
    """Cross-entropies of probabilities, by way of their scores where those are recorded."""
    logits = _logits(prediction, SOFTMAX)
    if logits is not None:
        return cross_entropy(logits, rows)
    return _of_probabilities(prediction, rows, name)


def _of_probabilities(prediction: Any, rows: Any, name: str) -> Any:
    """Cross-entropies of bare probabilities."""
    _check_probabilities(prediction, name, "nn.Softmax()", "nn.CrossEntropyLoss()")
    p = prediction / autograd.sum(prediction, axis=-1, keepdims=True)
    p = autograd.clip(p, CLOSEST, 1 - CLOSEST)
    return -autograd.sum(rows * autograd.log(p), axis=-1)


def _logits(prediction: Any, op: Any) -> Value | None:
    """The scores that `op`, along the last axis, made this prediction of; None if not recorded."""
    if not isinstance(prediction, Value) or prediction.op is not op:
        return None
    axis = (prediction.params or {}).get("axis", -1)
    if axis not in (-1, prediction.ndim - 1):
        return None
    made_of: Any = prediction.saved if prediction.traced else prediction.parents
    return made_of[0]


def _classes_last(x: Any) -> Any:
    """(batch, classes, ...) as (batch, ..., classes)."""
    if x.ndim < 3:
        return x
    return autograd.transpose(x, axes=(0, *range(2, x.ndim), 1))


def _check_classes(shape: tuple[int, ...], name: str, where: str = "the last axis") -> None:
    if not shape or shape[-1] < 2:
        raise ShapeError(
            f"{name}: needs a score for each of at least two classes on {where}, got "
            f"predictions of shape {shape}; use 'binary_crossentropy' for a single yes or no"
        )


def _check_probabilities(prediction: Any, name: str, layer: str, instead: str) -> None:
    """Scores where probabilities belong, usually a forgotten last layer."""
    p = prediction._seen() if isinstance(prediction, Value) else prediction
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ValueError(
            f"{name}: predictions must be probabilities from 0 to 1, found {p.min():g} to "
            f"{p.max():g}, like scores: end the model with {layer}, or use loss={instead}"
        )


def _cast(weight: Any, prediction: Any) -> Any:
    return None if weight is None else weight.astype(prediction.dtype)


def _smoothing(amount: float, name: str) -> float:
    if not 0 <= amount <= 1:
        raise ValueError(f"{name}: label_smoothing must be from 0 to 1, got {amount}")
    return amount


def smoothed(target: Any, amount: float, classes: int) -> Any:
    """The target, of which `amount` is spread evenly over all classes (Szegedy et al. 2016)."""
    return target * (1 - amount) + amount / classes if amount else target


def _count(target: Any, ignored: int, weight: Any = None) -> Any:
    """A mean's divisor: how many targets count, or their classes' weights together."""
    found = record(_COUNT, (target,), {"ignored": ignored, "weight": weight})
    return found if isinstance(found, Value) else float(found)


def _counted(target: Any, ignored: int, weight: Any) -> Any:
    """NaN where nothing counts, as in PyTorch."""
    kept = target != ignored
    total = np.count_nonzero(kept) if weight is None else weight[target[kept]].sum()
    return np.float64(total or np.nan)


_COUNT = Primitive("count", _counted, (None,), ("target",), ("ignored", "weight"))
