"""Losses as functions: distances and divergences, and what every loss is asked for.

They give their mean unless `reduction` says otherwise, as in PyTorch, and are compositions of other
operations. Cross-entropies have a file of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.activations import relu
from autograd.ops.asked import _array, number
from autograd.ops.either import clip, maximum, where
from autograd.ops.elementwise import absolute, exp, log, sqrt, square
from autograd.ops.reduce import mean
from autograd.ops.reduce import sum as total
from autograd.ops.shape import broadcast_to

__all__ = [
    "cosine_similarity",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "mse_loss",
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
