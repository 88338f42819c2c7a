"""Scores into probabilities: what adds up to 1 along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.module import Module


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


class Softmin(Softmax):
    """Softmax of -x: the smallest number becomes the likeliest.

    Args:
        axis: along which axis; `dim` is PyTorch's word for it.

    >>> nn.Softmin()(Value([0.0, 800.0]))
    Value([1., 0.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.softmax(-x, axis=self.axis)


class Softmax2d(Module):
    """Softmax over the channels at each place of images.

    Shapes:
        x and output: (batch, channels, height, width) or without batch.

    Raises:
        ShapeError: on a call, the input has other axes.

    >>> nn.Softmax2d()(np.zeros((2, 1, 1)))
    array([[[0.5]],
    <BLANKLINE>
           [[0.5]]])
    """

    def forward(self, x: Any) -> Any:
        if np.ndim(x) not in (3, 4):
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, height, width), got shape "
                f"{np.shape(x)}"
            )
        return autograd.softmax(x, axis=-3)


class LogSoftmax(Softmax):
    """The logarithm of softmax, without computing that: safe for large differences.

    Args:
        axis: along which axis; `dim` is PyTorch's word for it.

    >>> nn.LogSoftmax()(Value([0.0, 800.0]))
    Value([-800.,    0.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.log_softmax(x, axis=self.axis)
