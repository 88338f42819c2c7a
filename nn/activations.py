"""Activations: the bends between linear layers, without which a deep network would be one layer."""

from __future__ import annotations

from typing import Any

import autograd
from nn.module import Module


class ReLU(Module):
    """max(x, 0), elementwise (Nair and Hinton 2010).

    >>> nn.ReLU()(Value([-1.0, 2.0]))
    Value([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.relu(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x)), elementwise: a score becomes a probability.

    >>> nn.Sigmoid()(Value([0.0]))
    Value([0.5])
    """

    def forward(self, x: Any) -> Any:
        return autograd.sigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent, elementwise: from -1 to 1.

    >>> nn.Tanh()(Value([0.0]))
    Value([0.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.tanh(x)


class Softmax(Module):
    """exp(x) scaled to sum to 1 along an axis: scores become probabilities (Bridle 1990).

    Args:
        axis: along which axis; `dim` is PyTorch's word for it.

    >>> nn.Softmax()(Value([0.0, 0.0]))
    Value([0.5, 0.5])
    """

    def __init__(self, axis: int = -1, *, dim: int | None = None) -> None:
        super().__init__()
        self.axis = axis if dim is None else dim

    def forward(self, x: Any) -> Any:
        return autograd.softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
