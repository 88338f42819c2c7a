"""Cross-entropies as functions, in their numerically stable forms.

The derivative of a cross-entropy by its scores is the best-known line of deep learning: prediction
minus target. The two cross-entropies of scores are primitives with that line as their rule, and
give one number for each row unless `reduction` says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.activations import sigmoid, softplus
from autograd.ops.along import take
from autograd.ops.asked import _array, number
from autograd.ops.either import maximum, where
from autograd.ops.elementwise import log
from autograd.ops.labels import (
    _class_weights,
    _float_like,
    _labels,
    all_count,
    places_of,
    total_of,
)
from autograd.ops.losses import _numbers, _pair, _reduced
from autograd.ops.reduce import _softmax_rule, _top, log_softmax, softmax
from autograd.ops.reduce import sum as total
from autograd.ops.shape import reshape
from autograd.primitive import Primitive, primitive
from autograd.recorder import record
from autograd.value import Value

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "nll_loss",
]


def _gathered(name: str, losses: Any, counts: Any, reduction: str) -> Any:
    """The losses as `reduction` wants them, where each was multiplied by its count."""
    if counts is None or reduction != "mean":
        return _reduced(name, losses, reduction)
    if isinstance(counts, Value) and counts.requires_grad:
        return total(losses) / counts.sum()
    return total(losses) / total_of(counts)


def _counted_alike(
    g: Any, out: Any, losses: Any, labels: Any, counts: Any, ignore_index: int
) -> Any:
    return counted(g, labels, counts, ignore_index)


@primitive(_counted_alike, None, None, jvp=(_counted_alike, None, None), samples="counted")
def counted(losses: Any, labels: Any, counts: Any, ignore_index: int) -> Any:
    """Each loss times how much it counts; an ignored one may be infinite, and counts a plain 0."""
    if all_count(counts):
        return losses
    return np.where(labels != ignore_index, losses, losses.dtype.type(0)) * counts


def _kept(losses: Any, labels: Any, counts: Any, ignore_index: int) -> Any:
    """As `counted`, where classes may count as much as a Value says that wants a gradient."""
    if isinstance(counts, Value) and counts.requires_grad:
        return where(labels != ignore_index, losses, 0.0) * counts
    return counted(losses, labels, counts, ignore_index)


@primitive(
    lambda g, out, logits, target: g[..., None] * _excess(logits, target),
    lambda g, out, logits, target: -g[..., None] * log_softmax(logits),
    jvp=(
        lambda t, out, logits, target: (t * _excess(logits, target)).sum(axis=-1),
        lambda t, out, logits, target: -(t * log_softmax(logits)).sum(axis=-1),
    ),
    samples="cross_entropy",
    name="soft_cross_entropy",
)
def _cross_entropy(logits: Any, target: Any) -> Any:
    if np.shape(logits) != np.shape(target):
        raise ValueError(
            "logits and target need the same shape, or a target of one class number per row"
        )
    return -np.add.reduce(target * log_softmax(logits), axis=-1)


def _excess(logits: Any, target: Any) -> Any:
    """softmax(logits) - target, where each row of target sums to 1 (and scaled where not)."""
    return softmax(logits) * target.sum(axis=-1, keepdims=True) - target


@primitive(
    lambda g, out, logits, target: _softmax_rule(g, softmax(logits), logits),
    None,
    jvp=(lambda t, out, logits, target: _softmax_rule(t, softmax(logits), logits), None),
    samples="class_numbers",
)
def softmax_excess(logits: Any, target: Any) -> Any:
    """Prediction minus target: softmax(logits), with 1 taken off where the right classes are."""
    return less_one(softmax(logits), places_of(target, logits.shape[-1]))


@primitive(
    lambda g, out, logits, target: g[..., None] * softmax_excess(logits, target),
    None,
    jvp=(lambda t, out, logits, target: (t * softmax_excess(logits, target)).sum(axis=-1), None),
    samples="class_numbers",
    name="cross_entropy",
)
def _cross_entropy_at(logits: Any, target: Any) -> Any:
    """Cross-entropy of right classes: minus the log of the probability of each target."""
    shifted, total = exponentials(logits)
    places = places_of(target, logits.shape[-1])
    return np.log(total).reshape(target.shape) - picked(shifted, places)


def exponentials(logits: Any) -> tuple[Any, Any]:
    """The scores below their row's largest, and the sums of their exponentials."""
    shifted = logits - _top(logits, -1)
    return shifted, np.exp(shifted).sum(axis=-1, keepdims=True)


def picked(x: Any, places: Any) -> Any:
    """What lies at each place; in a compiled function, an operation of its own."""
    return record(PICKED, (x, places), None) if isinstance(x, Value) else x.reshape(-1)[places]


def less_one(x: Any, places: Any) -> Any:
    """x with 1 taken off at each place; x itself, if nobody else may know it."""
    if isinstance(x, Value):
        return record(LESS_ONE, (x, places), None)
    x = np.ascontiguousarray(x)
    flat = x.reshape(-1)
    flat[places] = flat[places] - x.dtype.type(1)
    return x


PICKED = Primitive("picked", picked, (None, None), ("x", "places"))
LESS_ONE = Primitive(
    "less_one", lambda x, places: less_one(x.copy(), places), (None, None), ("x", "places")
)


def cross_entropy(
    logits: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "none",
) -> Any:
    """-Σ target · log softmax(logits) over the last axis: one number per row, not their mean.

    PyTorch's function has its classes on axis 1 and takes the mean: here they are on the last axis,
    and `reduction="mean"` asks for it.

    Args:
        logits: (..., classes) scores.
        target: (..., classes) ideal probabilities, such as one-hot rows; or (...) integers, the
            class of each row.
        weight: (classes,) how much each class counts.
        ignore_index: a class number whose rows count for nothing.
        label_smoothing: how much of each ideal is spread evenly over all classes, from 0 to 1
            (Szegedy et al. 2016).
        reduction: "none", "sum", or "mean": of class numbers, weighted by their classes' weights.

    Returns:
        (...): the distance of each prediction from its ideal; or a single number.

    Raises:
        ShapeError: target or weight do not fit the logits.
        ValueError: a class number is out of range, or label_smoothing is.

    >>> cross_entropy(Value([0.0, 0.0]), [0.0, 1.0])
    Value(0.6931471805599453)
    >>> cross_entropy(Value([[0.0, 0.0], [9.0, 9.0]]), np.array([1, 0]), reduction="mean")
    Value(0.6931471805599453)
    """
    name = "cross_entropy"
    number(name, "label_smoothing", label_smoothing, 0, 1)
    logits, target = _array(logits, name), _array(target, name)
    by_number = target.ndim == logits.ndim - 1 and target.dtype.kind in "iu"
    if not by_number and weight is None and not label_smoothing:
        return _reduced(name, _cross_entropy(logits, target), reduction)
    if not logits.ndim:
        raise ShapeError(f"{name}: the logits must have an axis of classes, got a single number")
    dtype = _float_like(logits)
    classes = logits.shape[-1]
    weight = _class_weights(name, weight, classes)
    counts = None
    if by_number:
        labels, counts = _labels(name, target, logits, weight, ignore_index)
        if not label_smoothing:
            losses = _cross_entropy_at(logits, labels)
            if counts is not None:
                losses = _kept(losses, labels, counts, int(ignore_index))
            return _gathered(name, losses, counts, reduction)
        places = places_of(labels, classes)
        target = (places[..., None] % classes == np.arange(classes)).astype(dtype)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / max(classes, 1)
    if weight is not None:
        target = target * weight.astype(dtype)
    losses = _cross_entropy(logits, target)
    if counts is not None:
        losses = where(labels != ignore_index, losses, 0.0)
    return _gathered(name, losses, counts, reduction)


def nll_loss(
    x: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> Any:
    """The negative log-probability of the right class of each row.

    Args:
        x: (..., classes) log-probabilities, such as `log_softmax` gives; classes on the last axis.
        target: (...) integers.
        weight: (classes,) how much each class counts.
        ignore_index: a class number whose rows count for nothing.
        reduction: "none", "sum", or "mean", weighted by the classes' weights.

    Returns:
        A single number, or (...) with reduction "none".

    Raises:
        ShapeError: target or weight do not fit x.
        ValueError: a class number is out of range.

    >>> nll_loss(Value([[-0.5, -2.0], [-3.0, -0.25]]), np.array([0, 1]))
    Value(0.375)
    """
    name = "nll_loss"
    x, target = _array(x, name), _array(target, name)
    weight = _class_weights(name, weight, x.shape[-1] if x.ndim else 0)
    labels, counts = _labels(name, target, x, weight, ignore_index)
    losses = -take(reshape(x, -1), places_of(labels, x.shape[-1]))
    if counts is not None:
        losses = _kept(losses, labels, counts, int(ignore_index))
    return _gathered(name, losses, counts, reduction)


@primitive(
    lambda g, out, logits, target: g * (sigmoid(logits) - target),
    lambda g, out, logits, target: -g * logits,
    jvp="elementwise",
    samples=((-3.0, 3.0), (0.0, 1.0)),
    name="binary_cross_entropy_with_logits",
)
def _binary_cross_entropy_with_logits(logits: Any, target: Any) -> Any:
    return np.logaddexp(logits, 0) - logits * target


def binary_cross_entropy_with_logits(
    logits: Any,
    target: Any,
    weight: Any = None,
    pos_weight: Any = None,
    reduction: str = "none",
) -> Any:
    """-target · log p - (1 - target) · log(1 - p) for p = sigmoid(logits), elementwise.

    Unlike PyTorch's function it takes no mean unless asked to.

    Args:
        logits: (...) scores.
        target: probabilities from 0 to 1, of the same shape or one that broadcasts.
        weight: how much each number counts; broadcasts.
        pos_weight: how much more "yes" counts than "no"; broadcasts.
        reduction: "none", "mean" or "sum".

    >>> binary_cross_entropy_with_logits(Value(0.0), 1.0)
    Value(0.6931471805599453)
    """
    name = "binary_cross_entropy_with_logits"
    if pos_weight is None:
        losses = _binary_cross_entropy_with_logits(logits, target)
    else:
        logits, target, pos_weight = (_array(x, name) for x in (logits, target, pos_weight))
        losses = (1 - target) * logits + (1 + (pos_weight - 1) * target) * softplus(-logits)
    if weight is not None:
        losses = losses * _array(weight, name)
    return _reduced(name, losses, reduction)


def _log(p: Any) -> Any:
    """The logarithm of a probability; none is less than -100, as in PyTorch."""
    return maximum(log(maximum(p, _NEXT_TO_NONE)), -100.0)


_NEXT_TO_NONE = float(np.exp(-101.0))
_FLAT = float(np.float32(1e-12))  # PyTorch's bound on p (1 - p), which it keeps in float32


@primitive(
    lambda g, out, p, target: g * ((p - target) / maximum(p * (1 - p), _FLAT)),
    lambda g, out, p, target: g * (_log(1 - p) - _log(p)),
    jvp="elementwise",
    samples=((0.05, 0.95), (0.0, 1.0)),
    name="binary_cross_entropy",
)
def _binary_cross_entropy(p: Any, target: Any) -> Any:
    return -(target * _log(p) + (1 - target) * _log(1 - p))


def binary_cross_entropy(x: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """-target · log x - (1 - target) · log(1 - x), of probabilities; no log is less than -100.

    `binary_cross_entropy_with_logits` is more exact: prefer it where there are scores.

    Args:
        x: (...) probabilities from 0 to 1.
        target: (...) from 0 to 1.
        weight: how much each number counts; broadcasts.
        reduction: "none", "mean" or "sum".

    Raises:
        ShapeError: x and target differ in shape.
        ValueError: x is no probability.

    >>> binary_cross_entropy(Value([0.5, 0.5]), [0.0, 1.0])
    Value(0.6931471805599453)
    """
    name = "binary_cross_entropy"
    x, target = _pair(name, x, target)
    p = _numbers(x)
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(
            f"{name}: x must be probabilities from 0 to 1, found {p.min():g} to {p.max():g}; "
            "use binary_cross_entropy_with_logits for scores"
        )
    losses = _binary_cross_entropy(x, target)
    if weight is not None:
        losses = losses * _array(weight, name)
    return _reduced(name, losses, reduction)
