"""Losses as functions: cross-entropies in their stable forms, distances, divergences.

The derivative of a cross-entropy by its scores is the best-known line of deep learning: prediction
minus target. The two cross-entropies of scores are primitives with that line as their rule, and
give one number for each row unless `reduction` says otherwise; all other losses give their mean
unless it does, as in PyTorch, and but for one are compositions.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.activations import relu, sigmoid, softplus
from autograd.ops.asked import number
from autograd.ops.elementwise import absolute, clip, exp, log, maximum, sqrt, square, where
from autograd.ops.index import _array, take
from autograd.ops.reduce import _softmax_rule, _top, log_softmax, mean, row_starts, softmax
from autograd.ops.reduce import sum as total
from autograd.ops.shape import broadcast_to, reshape
from autograd.primitive import Primitive, primitive, record
from autograd.value import Value

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_similarity",
    "cross_entropy",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "mse_loss",
    "nll_loss",
    "smooth_l1_loss",
]

# ------------------------------------------------------------------------- what a loss is asked for


def _numbers(x: Any) -> np.ndarray:
    """The numbers of a constant: labels, which are checked and looked up."""
    return np.asarray(getattr(x, "_data", x))


def _reduced(name: str, losses: Any, reduction: str) -> Any:
    if not isinstance(reduction, str):
        raise TypeError(f"{name}: reduction must be a word, got {reduction!r:.60}")
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return total(losses)
    if reduction != "none":
        raise ValueError(f"{name}: reduction must be 'none', 'mean' or 'sum', got {reduction!r}")
    return losses


def _pair(name: str, x: Any, target: Any) -> tuple[Any, Any]:
    """Prediction and target, of one shape; a single number may stand for a whole target."""
    x, target = _array(x, name), _array(target, name)
    if target.shape not in ((), x.shape):
        raise ShapeError(
            f"{name}: needs one target for each number: {describe(x, 'x')} and "
            f"{describe(target, 'target')} must have the same shape; reshape one of them"
        )
    return x, target


def _float_like(scores: Any) -> np.dtype:
    """The dtype of losses of these scores."""
    return scores.dtype if scores.dtype.kind == "f" else np.dtype(np.float64)


def _class_weights(name: str, weight: Any, classes: int) -> Any:
    if weight is None:
        return None
    weight = _array(weight, name)
    if weight.shape != (classes,):
        raise ShapeError(
            f"{name}: {describe(weight, 'weight')} must hold a number for each of the {classes} "
            f"classes: shape ({classes},)"
        )
    return weight


def _labels(name: str, target: Any, scores: Any, weight: Any, ignore_index: int) -> tuple[Any, Any]:
    """Class numbers, each in its range, and how much each row counts: None where all count 1."""
    if not isinstance(ignore_index, (int, np.integer)):
        raise TypeError(f"{name}: ignore_index must be an int, got {ignore_index!r:.60}")
    labels = target if isinstance(target, Value) and target.traced else _numbers(target)
    classes = scores.shape[-1] if scores.ndim else 0
    if labels.dtype.kind not in "iu" or labels.shape != scores.shape[:-1]:
        raise ShapeError(
            f"{name}: needs an integer for each row of classes: {describe(scores, 'x')} wants a "
            f"target of shape {scores.shape[:-1]}, got {labels.dtype} of shape {labels.shape}"
        )
    dtype = _float_like(scores)
    settings = {"classes": classes, "ignore_index": int(ignore_index), "dtype": dtype}
    fixed = None if isinstance(weight, Value) else weight
    counts = record(_COUNTS, (labels,), {"name": name, **settings, "weight": fixed})
    if weight is not fixed:
        counts = counts * take(weight, places_of(labels, classes) % classes, 0)
    return labels, None if counts is _all_count(labels.shape, dtype) else counts


def all_in_range(labels: np.ndarray, classes: int) -> bool:
    """Whether class numbers are from 0 to classes - 1, at one look: -1 is a very large one."""
    return not labels.size or int(np.maximum.reduce(_unsigned(labels), None)) < classes


def _unsigned(labels: np.ndarray) -> np.ndarray:
    """The same bits, in which numbers below 0 are very large ones."""
    return labels.view(_unsigned_kind(labels.dtype))


@functools.cache
def _unsigned_kind(dtype: np.dtype) -> np.dtype:
    return np.dtype(dtype.str.replace("i", "u"))


@functools.lru_cache(32)
def _all_count(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Ones: where nothing is ignored, and no class counts more than another."""
    ones = np.ones(shape, dtype)
    ones.flags.writeable = False
    return ones


def _label_counts(
    labels: Any, name: str, classes: int, ignore_index: int, dtype: Any, weight: Any
) -> np.ndarray:
    """How much each label counts; raises where one is no class."""
    fit = all_in_range(labels, classes)
    if fit and not 0 <= ignore_index < classes:
        ones = _all_count(labels.shape, dtype)
        return ones if weight is None else weight[labels].astype(dtype, copy=False)
    kept = labels != ignore_index
    bad = kept & ((labels < 0) | (labels >= classes))
    if bad.any():
        raise ValueError(
            f"{name}: class numbers must be from 0 to {classes - 1}, found "
            f"{labels[bad].flat[0]}; count from 0, or name it with ignore_index"
        )
    found = kept.astype(dtype)
    return found if weight is None else found * weight[np.where(kept, labels, 0)].astype(dtype)


@functools.lru_cache(32)
def _last(dtype: np.dtype, classes: int) -> np.ndarray:
    """The last class, or the last number there is of that dtype."""
    return np.array(min(max(classes - 1, 0), np.iinfo(dtype).max), _unsigned_kind(dtype))


def _places(labels: Any, classes: int) -> np.ndarray:
    """Where the score of each label lies among all scores; of one that is ignored, the last."""
    within = np.minimum(_unsigned(labels), _last(labels.dtype, classes))
    starts = row_starts(labels.size, classes).reshape(labels.shape)
    return np.add(within, starts, dtype=np.intp, casting="unsafe")


def _total(counts: Any) -> Any:
    """NaN where nothing counts: a mean of nothing, as in PyTorch."""
    return np.add.reduce(counts, None) or counts.dtype.type(np.nan)


#: An operation, so that a compiled function checks the labels of every call.
_COUNTS = Primitive(
    "label_counts",
    _label_counts,
    (None,),
    ("labels",),
    ("name", "classes", "ignore_index", "dtype", "weight"),
)
_PLACES = Primitive("label_places", _places, (None,), ("labels",), ("classes",))
_TOTAL = Primitive("total_count", _total, (None,), ("counts",))


def places_of(labels: Any, classes: int) -> Any:
    """Where the score of each label lies among all scores."""
    if isinstance(labels, Value):
        return record(_PLACES, (labels,), {"classes": classes})
    return _places(labels, classes)


def _gathered(name: str, losses: Any, counts: Any, reduction: str) -> Any:
    """The losses as `reduction` wants them, where each was multiplied by its count."""
    if counts is None or reduction != "mean":
        return _reduced(name, losses, reduction)
    if isinstance(counts, Value) and counts.requires_grad:
        return total(losses) / counts.sum()
    return total(losses) / record(_TOTAL, (counts,), None)


# -------------------------------------------------------------------------------- cross-entropies


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
            return _gathered(name, losses if counts is None else losses * counts, counts, reduction)
        places = places_of(labels, classes)
        target = (places[..., None] % classes == np.arange(classes)).astype(dtype)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / max(classes, 1)
    if weight is not None:
        target = target * weight.astype(dtype)
    if counts is not None:
        target = target * (labels != ignore_index)[..., None]
    return _gathered(name, _cross_entropy(logits, target), counts, reduction)


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
        losses = where(counts == 0, 0.0, losses) * counts  # what is ignored may be -inf
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


# ---------------------------------------------------------------------------------------- distances


def mse_loss(x: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared difference (x - target)².

    Args:
        x: (...) predictions.
        target: (...) of the same shape.
        reduction: "none", "mean" or "sum".

    Raises:
        ShapeError: x and target differ in shape.

    >>> mse_loss(Value([1.0, 2.0]), [1.0, 4.0])
    Value(2.0)
    """
    x, target = _pair("mse_loss", x, target)
    return _reduced("mse_loss", square(x - target), reduction)


def l1_loss(x: Any, target: Any, reduction: str = "mean") -> Any:
    """The absolute difference |x - target|; its derivative at 0 is taken as 0.

    Args and raises as `mse_loss`.

    >>> l1_loss(Value([1.0, 2.0]), [1.0, 4.0])
    Value(1.0)
    """
    x, target = _pair("l1_loss", x, target)
    return _reduced("l1_loss", absolute(x - target), reduction)


def huber_loss(x: Any, target: Any, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Half the square of a difference up to `delta`, and a line from there on (Huber 1964).

    Args:
        x: (...) predictions.
        target: (...) of the same shape.
        delta: where the line begins, more than 0.
        reduction: "none", "mean" or "sum".

    Raises:
        ShapeError: x and target differ in shape.
        ValueError: delta is not positive.

    >>> huber_loss(Value([1.0, 2.0]), [1.5, 5.0], reduction="none")
    Value([0.125, 2.5  ])
    """
    x, target = _pair("huber_loss", x, target)
    if not number("huber_loss", "delta", delta, 0):
        raise ValueError("huber_loss: delta must be more than 0")
    far = absolute(x - target)
    near = clip(far, 0.0, delta)  # the line's slope is the parabola's at delta
    return _reduced("huber_loss", near * (far - 0.5 * near), reduction)


def smooth_l1_loss(x: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """`huber_loss` divided by `beta`: |x - target| with a round tip (Girshick 2015).

    Args:
        x: (...) predictions.
        target: (...) of the same shape.
        reduction: "none", "mean" or "sum".
        beta: where the line begins; 0 gives `l1_loss`.

    Raises:
        ShapeError: x and target differ in shape.
        ValueError: beta is negative.

    >>> smooth_l1_loss(Value([1.0, 2.0]), [1.5, 5.0], reduction="none")
    Value([0.125, 2.5  ])
    """
    if not number("smooth_l1_loss", "beta", beta, 0):
        return l1_loss(x, target, reduction)
    x, target = _pair("smooth_l1_loss", x, target)
    return huber_loss(x, target, beta, reduction) / beta


def hinge_loss(x: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """max(0, margin - target · x): nothing once x is on the right side by a margin.

    The loss of support vector machines (Cortes and Vapnik 1995).

    Args:
        x: (...) scores.
        target: (...) -1 for no and 1 for yes.
        margin: how far on the right side is enough.
        reduction: "none", "mean" or "sum".

    Raises:
        ShapeError: x and target differ in shape.

    >>> hinge_loss(Value([0.5, 3.0]), [1.0, 1.0], reduction="none")
    Value([0.5, 0. ])
    """
    number("hinge_loss", "margin", margin)
    x, target = _pair("hinge_loss", x, target)
    return _reduced("hinge_loss", relu(margin - target * x), reduction)


def kl_div(x: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """target · (log target - x): the divergence of Kullback and Leibler (1951), term by term.

    Args:
        x: (...) log-probabilities.
        target: (...) probabilities, or their logarithms.
        reduction: "none", "sum", "mean" over all numbers, or "batchmean", which divides the sum by
            the size of the first axis, as the definition wants.
        log_target: whether the target holds logarithms.

    Raises:
        ShapeError: x and target differ in shape.

    >>> kl_div(np.log([[0.5, 0.5]]), Value([[1.0, 0.0]]), "batchmean")
    Value(0.6931471805599453)
    """
    x, target = _pair("kl_div", x, target)
    if log_target:
        losses = exp(target) * (target - x)
    else:
        losses = target * (log(where(target > 0, target, 1.0)) - x)  # 0 log 0 is 0
    if isinstance(reduction, str) and reduction == "batchmean":
        if not losses.ndim:
            raise ShapeError("kl_div: reduction='batchmean' needs an axis of examples")
        return total(losses) / max(losses.shape[0], 1)
    return _reduced("kl_div", losses, reduction)


def cosine_similarity(x: Any, y: Any, axis: int = -1, eps: float = 1e-8) -> Any:
    """x · y / (‖x‖ ‖y‖): the cosine of the angle between two vectors, from -1 to 1.

    Args:
        x, y: arrays that broadcast.
        axis: the axis along which their vectors lie (PyTorch's default is 1).
        eps: no length counts as less.

    Returns:
        The broadcast shape without `axis`.

    Raises:
        ShapeError: the shapes do not broadcast.

    >>> cosine_similarity(Value([3.0, 0.0]), [1.0, 1.0])
    Value(0.7071067811865475)
    """
    number("cosine_similarity", "eps", eps, 0)
    x, y = _array(x, "cosine_similarity"), _array(y, "cosine_similarity")
    if x.shape != y.shape:
        try:
            shape = np.broadcast_shapes(x.shape, y.shape)
        except ValueError:
            raise ShapeError(
                f"cosine_similarity: {describe(x, 'x')} and {describe(y, 'y')} do not broadcast"
            ) from None
        x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    dot, xx, yy = (total(z, axis=axis) for z in (x * y, x * x, y * y))
    return dot / (sqrt(maximum(xx, eps * eps)) * sqrt(maximum(yy, eps * eps)))
