"""Flatten: pictures become rows of numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.module import Module


class Flatten(Module):
    """All axes but the first joined into one.

    Shapes:
        x: (batch, ...); output: (batch, product of the rest).

    Raises:
        ShapeError: x has no axes at all.

    >>> nn.Flatten()(np.ones((5, 16, 16))).shape
    (5, 256)
    """

    def forward(self, x: Any) -> Any:
        shape = np.shape(x)
        if not shape:
            raise ShapeError("Flatten: needs a batch axis, got a single number")
        return autograd.reshape(x, shape=(shape[0], math.prod(shape[1:])))
