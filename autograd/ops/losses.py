"""Cross-entropies from logits, in the form that neither overflows nor takes the log of 0.

Their derivative is the best-known line of deep learning: prediction minus target.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.elementwise import sigmoid
from autograd.ops.reduce import log_softmax, softmax
from autograd.primitive import primitive

__all__ = ["binary_cross_entropy_with_logits", "cross_entropy"]


@primitive(
    lambda g, out, logits, target: g[..., None] * _excess(logits, target),
    lambda g, out, logits, target: -g[..., None] * log_softmax(logits),
    jvp=(
        lambda t, out, logits, target: (t * _excess(logits, target)).sum(axis=-1),
        lambda t, out, logits, target: -(t * log_softmax(logits)).sum(axis=-1),
    ),
    samples="cross_entropy",
)
def cross_entropy(logits: Any, target: Any) -> Any:
    """-Σ target · log softmax(logits), one number per row.

    Args:
        logits: (..., classes) scores.
        target: (..., classes) ideal probabilities, such as one-hot rows.

    Returns:
        (...): the distance of each prediction from its ideal.

    >>> cross_entropy(Value([0.0, 0.0]), [0.0, 1.0])
    Value(0.6931471805599453)
    """
    if np.shape(logits) != np.shape(target):
        raise ValueError("logits and target need the same shape")
    return -np.add.reduce(target * log_softmax(logits), axis=-1)


def _excess(logits: Any, target: Any) -> Any:
    """softmax(logits) - target, where each row of target sums to 1 (and scaled where not)."""
    return softmax(logits) * target.sum(axis=-1, keepdims=True) - target


@primitive(
    lambda g, out, logits, target: g * (sigmoid(logits) - target),
    lambda g, out, logits, target: -g * logits,
    jvp="elementwise",
    samples=((-3.0, 3.0), (0.0, 1.0)),
)
def binary_cross_entropy_with_logits(logits: Any, target: Any) -> Any:
    """-target · log p - (1 - target) · log(1 - p) for p = sigmoid(logits), elementwise.

    >>> binary_cross_entropy_with_logits(Value(0.0), 1.0)
    Value(0.6931471805599453)
    """
    return np.logaddexp(logits, 0) - logits * target
