"""Linear: every output is a weighted sum of all inputs, plus a bias."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn import init
from nn.inputs import as_input
from nn.module import Module, Parameter


class Linear(Module):
    """x @ weight.T + bias.

    Weights and biases start evenly spread within ±1/√in_features, as PyTorch's do.

    Args:
        in_features: the size of the input's last axis.
        out_features: the size of the output's.
        bias: whether there is one.
        dtype: the dtype of the weights; inputs that are plain arrays are cast to it.

    Shapes:
        x: (..., in_features); weight: (out_features, in_features); bias: (out_features,);
        output: (..., out_features).

    Raises:
        ValueError: a size is no positive integer.
        ShapeError: on a call, the input's last axis is not in_features.

    >>> nn.Linear(3, 2)(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, dtype: Any = np.float32
    ) -> None:
        super().__init__()
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise ValueError(f"Linear: {name} must be a positive integer, got {size!r}")
        if isinstance(bias, str):  # where Keras has the activation
            raise TypeError(
                f"Linear: bias must be True or False, got {bias!r}; an activation is a layer of "
                "its own behind it, such as nn.ReLU()"
            )
        if np.dtype(dtype).kind != "f":
            raise ValueError(f"Linear: dtype must be a floating one, got {np.dtype(dtype)}")
        self.in_features = in_features
        self.out_features = out_features
        bound = init.kaiming_bound(in_features)
        self.weight = Parameter(init.uniform((out_features, in_features), bound, dtype))
        self.bias = Parameter(init.uniform((out_features,), bound, dtype)) if bias else None

    def forward(self, x: Any) -> Any:
        x = as_input(x, self.weight.dtype)
        shape = x.shape
        if not shape or shape[-1] != self.in_features:
            raise ShapeError(self._misfit(shape))
        return autograd.linear(x, self.weight, self.bias)

    def _misfit(self, shape: tuple[int, ...]) -> str:
        text = (
            f"{self._label()}: expects inputs whose last axis is {self.in_features} (in_features), "
            f"got shape {shape}"
        )
        if self.in_features == 1:
            return f"{text}; give every number a row of its own: x.reshape(-1, 1)"
        if len(shape) > 2 and np.prod(shape[1:]) == self.in_features:
            return f"{text}; put nn.Flatten() in front"
        if shape and shape[-1] > 0:
            return f"{text}; nn.Linear({shape[-1]}, {self.out_features}) would fit"
        return text

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
