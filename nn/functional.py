"""PyTorch's functions under its names, for who writes `import nn.functional as F`.

    F.relu(x), F.cross_entropy(scores, labels), F.dropout(x, training=self.training)

The engine has functions of most of these names too, with NumPy's conventions (`axis`, the classes
on the last axis, no mean unless asked for). Here they have PyTorch's: `dim`, the classes on axis 1,
the mean. A loss is the class of the same meaning, made for a single call; its settings go by name.

>>> import nn.functional as F
>>> F.cross_entropy(Value([[0.0, 0.0], [9.0, 9.0]]), [0, 1])
Value(0.6931471805599453)
>>> F.softmax(Value([[0.0], [0.0]]), dim=0)
Value([[0.5],
       [0.5]])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    adaptive_max_pool3d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    batch_norm,
    celu,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    elu,
    embedding,
    gelu,
    group_norm,
    hardsigmoid,
    hardswish,
    hardtanh,
    layer_norm,
    leaky_relu,
    linear,
    logsigmoid,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    mish,
    relu,
    relu6,
    rms_norm,
    scaled_dot_product_attention,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
    tanh,
)
from nn import losses, targets
from nn.dropout import Dropout
from nn.losses.loss import Loss

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "glu",
    "group_norm",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hinge_embedding_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mish",
    "mse_loss",
    "multi_margin_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "poisson_nll_loss",
    "relu",
    "relu6",
    "rms_norm",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softsign",
    "tanh",
]


def softmax(x: Any, dim: int = -1) -> Any:
    """Probabilities along an axis; see `autograd.softmax`."""
    return autograd.softmax(x, axis=dim)


def log_softmax(x: Any, dim: int = -1) -> Any:
    """Logarithms of `softmax`; see `autograd.log_softmax`."""
    return autograd.log_softmax(x, axis=dim)


def softmin(x: Any, dim: int = -1) -> Any:
    """`softmax` of -x: the smallest number gets the most."""
    return autograd.softmax(-x, axis=dim)


def glu(x: Any, dim: int = -1) -> Any:
    """The first half of an axis times the sigmoid of the second (Dauphin et al. 2017).

    >>> nn.functional.glu(Value([3.0, 0.0]))
    Value([1.5])
    """
    first, gate = autograd.split(x, 2, axis=dim)
    return first * sigmoid(gate)


def dropout(x: Any, p: float = 0.5, training: bool = True) -> Any:
    """Each element is 0 with probability `p`, the rest grow by 1 / (1 - p); see `nn.Dropout`.

    >>> nn.functional.dropout(Value([1.0, 2.0]), training=False)
    Value([1., 2.])
    """
    return Dropout(p).train(training)(x)


def one_hot(labels: Any, num_classes: int = -1) -> np.ndarray:
    """Rows of integers with a 1 at each label; -1 takes as many classes as there are labels.

    >>> nn.functional.one_hot(np.array([1, 0]))
    array([[0, 1],
           [1, 0]])
    """
    if num_classes == -1:
        num_classes = int(np.max(labels, initial=0)) + 1
    return targets.one_hot(labels, num_classes, np.int64)


def normalize(x: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Vectors along an axis, divided by their p-norm (or `eps`, where that is larger).

    >>> nn.functional.normalize(Value([[3.0, 4.0]]))
    Value([[0.6, 0.8]])
    """
    norm = autograd.linalg.norm(x, p, axis=dim, keepdims=True)
    return x / autograd.maximum(norm, eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """The cosine of the angle between vectors along an axis."""
    return autograd.cosine_similarity(x1, x2, axis=dim, eps=eps)


def _of(kind: type[Loss]) -> Callable[..., Any]:
    """A loss as a function of prediction, target and settings."""

    def function(prediction: Any, target: Any, **settings: Any) -> Any:
        return kind(**settings)(prediction, target)

    function.__doc__ = f"`{kind.__name__}` of a single call; its settings go by name."
    return function


binary_cross_entropy = _of(losses.BCELoss)
binary_cross_entropy_with_logits = _of(losses.BCEWithLogitsLoss)
cross_entropy = _of(losses.CrossEntropyLoss)
hinge_embedding_loss = _of(losses.HingeEmbeddingLoss)
huber_loss = _of(losses.HuberLoss)
kl_div = _of(losses.KLDivLoss)
l1_loss = _of(losses.L1Loss)
mse_loss = _of(losses.MSELoss)
multi_margin_loss = _of(losses.MultiMarginLoss)
nll_loss = _of(losses.NLLLoss)
poisson_nll_loss = _of(losses.PoissonNLLLoss)
smooth_l1_loss = _of(losses.SmoothL1Loss)
soft_margin_loss = _of(losses.SoftMarginLoss)
