"""What PyTorch keeps in `nn.utils`: gradients within bounds, all parameters as one vector,
weights that are computed from others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
from nn.reparametrization import (
    remove_spectral_norm,
    remove_weight_norm,
    spectral_norm,
    weight_norm,
)
from optim.clip import clip_grad_norm_, clip_grad_value_

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "parameters_to_vector",
    "remove_spectral_norm",
    "remove_weight_norm",
    "spectral_norm",
    "vector_to_parameters",
    "weight_norm",
]


def parameters_to_vector(parameters: Iterable[Value]) -> Any:
    """All numbers of the parameters in one row, which can be differentiated.

    >>> nn.utils.parameters_to_vector(nn.Linear(3, 2).parameters()).shape
    (8,)
    """
    return autograd.concatenate([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Any, parameters: Iterable[Value]) -> None:
    """Give the parameters the numbers of a row, in the order of `parameters_to_vector`.

    Raises:
        ShapeError: there are more or fewer numbers than the parameters have.

    >>> layer = nn.Linear(1, 1)
    >>> nn.utils.vector_to_parameters([2.0, 3.0], layer.parameters())
    >>> layer.weight.data, layer.bias.data
    (array([[2.]], dtype=float32), array([3.], dtype=float32))
    """
    numbers = np.asarray(getattr(vec, "_data", vec))
    parameters = list(parameters)
    sizes = [p.size for p in parameters]
    if numbers.shape != (sum(sizes),):
        raise ShapeError(
            f"vector_to_parameters: the parameters hold {sum(sizes)} numbers, got shape "
            f"{numbers.shape}"
        )
    for p, part in zip(parameters, np.split(numbers, np.cumsum(sizes)[:-1]), strict=True):
        p.data = part.reshape(p.shape)
