"""Bilinear: every output is a weighted sum of all products of two inputs, plus a bias."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn import init
from nn.inputs import as_input, check_last, check_sizes
from nn.module import Module, Parameter


class Bilinear(Module):
    """output[k] = x1 @ weight[k] @ x2 + bias[k].

    Weights and biases start evenly spread within ±1/√in1_features, as PyTorch's do.

    Args:
        in1_features: the size of the first input's last axis.
        in2_features: the size of the second's.
        out_features: the size of the output's.
        bias: whether there is one.
        dtype: the dtype of the weights; inputs that are plain arrays are cast to it.

    Shapes:
        x1: (..., in1_features); x2: (..., in2_features);
        weight: (out_features, in1_features, in2_features); bias: (out_features,);
        output: (..., out_features).

    Raises:
        ValueError: a size is no positive integer.
        ShapeError: on a call, the inputs do not fit.

    >>> nn.Bilinear(3, 4, 2)(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        sizes = {"in1_features": in1_features, "in2_features": in2_features}
        check_sizes("Bilinear", **sizes, out_features=out_features)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        bound, shape = in1_features**-0.5, (out_features, in1_features, in2_features)
        self.weight = Parameter(init.uniform(shape, bound, dtype))
        self.bias = Parameter(init.uniform((out_features,), bound, dtype)) if bias else None

    def forward(self, x1: Any, x2: Any) -> Any:
        x1, x2 = as_input(x1, self.weight.dtype), as_input(x2, self.weight.dtype)
        check_last(self, x1, self.in1_features, "in1_features")
        check_last(self, x2, self.in2_features, "in2_features")
        if x1.shape[:-1] != x2.shape[:-1]:
            raise ShapeError(
                f"{self._label()}: both inputs need the same axes in front, got shapes {x1.shape} "
                f"and {x2.shape}"
            )
        rows = autograd.reshape(self.weight, (-1, self.in2_features))
        half = autograd.linear(x2, rows, None)  # weight @ x2, for every output and x1 feature
        half = autograd.reshape(half, (*x2.shape[:-1], self.out_features, self.in1_features))
        out = (half @ autograd.reshape(x1, (*x1.shape, 1)))[..., 0]
        return out if self.bias is None else out + self.bias

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
