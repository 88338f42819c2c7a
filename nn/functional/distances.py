"""Losses and distances with PyTorch's arguments. A loss is the class of the same meaning, made for
a single call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from nn import losses
from nn.losses.loss import Loss
from nn.losses.pairs import distance


def _of(kind: type[Loss], *names: str, inputs: int = 2) -> Callable[..., Any]:
    """A loss as a function of its inputs and settings; some settings may go by place."""

    def function(*given: Any, **settings: Any) -> Any:
        operands, more = given[:inputs], given[inputs:]
        if inputs == 2 and len(operands) < 2:  # F.mse_loss(input=..., target=...)
            called = ("input", "target")[len(operands) :]
            operands += tuple(settings.pop(name) for name in called if name in settings)
        if len(more) > len(names):
            raise TypeError(
                f"{kind.__name__}: {len(more)} settings by place; give them by name, such as "
                "reduction='sum'"
            )
        return kind(**dict(zip(names, more)), **settings)(*operands)

    function.__doc__ = f"`nn.{kind.__name__}` of a single call."
    return function


binary_cross_entropy = _of(losses.BCELoss, "weight")
binary_cross_entropy_with_logits = _of(losses.BCEWithLogitsLoss, "weight")
cosine_embedding_loss = _of(losses.CosineEmbeddingLoss, "margin", inputs=3)
cross_entropy = _of(losses.CrossEntropyLoss, "weight")
ctc_loss = _of(losses.CTCLoss, "blank", "reduction", "zero_infinity", inputs=4)
gaussian_nll_loss = _of(losses.GaussianNLLLoss, "full", "eps", "reduction", inputs=3)
hinge_embedding_loss = _of(losses.HingeEmbeddingLoss, "margin")
huber_loss = _of(losses.HuberLoss, "reduction", "delta")
kl_div = _of(losses.KLDivLoss)
l1_loss = _of(losses.L1Loss)
margin_ranking_loss = _of(losses.MarginRankingLoss, "margin", inputs=3)
mse_loss = _of(losses.MSELoss)
multi_margin_loss = _of(losses.MultiMarginLoss, "p", "margin", "weight")
multilabel_margin_loss = _of(losses.MultiLabelMarginLoss)
multilabel_soft_margin_loss = _of(losses.MultiLabelSoftMarginLoss, "weight")
nll_loss = _of(losses.NLLLoss, "weight")
poisson_nll_loss = _of(losses.PoissonNLLLoss, "log_input", "full")
smooth_l1_loss = _of(losses.SmoothL1Loss)
soft_margin_loss = _of(losses.SoftMarginLoss)
triplet_margin_loss = _of(losses.TripletMarginLoss, "margin", "p", "eps", "swap", inputs=3)
triplet_margin_with_distance_loss = _of(losses.TripletMarginWithDistanceLoss, inputs=3)


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Vectors along an axis, divided by their p-norm (or `eps`, where that is larger).

    >>> nn.functional.normalize(Value([[3.0, 4.0]]))
    Value([[0.6, 0.8]])
    """
    norm = autograd.linalg.norm(input, p, axis=dim, keepdims=True)
    return input / autograd.maximum(norm, eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """The cosine of the angle between vectors along an axis."""
    return autograd.cosine_similarity(x1, x2, axis=dim, eps=eps)


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """The length of x1 - x2 + eps along the last axis; see `nn.PairwiseDistance`."""
    return distance(x1, x2, p, eps, keepdim)


def pdist(input: Any, p: float = 2.0) -> Any:
    """The distance of each row to each later one, in a row.

    >>> nn.functional.pdist(Value([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]]))
    Value([5., 3., 4.])
    """
    first, second = np.triu_indices(len(input), 1)
    return autograd.norm(input[first] - input[second], p, axis=-1)
