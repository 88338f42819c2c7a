"""Normalization: activations brought to one scale, whatever the layers below do."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.inputs import as_input, check_sizes
from nn.module import Module, Parameter


class _OverLastAxes(Module):
    """What LayerNorm and RMSNorm have in common: the axes they work over."""

    def __init__(self, normalized_shape: int | tuple[int, ...]) -> None:
        super().__init__()
        shape = normalized_shape
        self.normalized_shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
        kind = type(self).__name__
        for size in self.normalized_shape or (0,):
            check_sizes(kind, normalized_shape=size)

    def _checked(self, x: Any, dtype: Any) -> Any:
        x = as_input(x, dtype)
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ShapeError(
                f"{self._label()}: expects inputs that end in {self.normalized_shape} "
                f"(normalized_shape), got shape {x.shape}"
            )
        return x


class LayerNorm(_OverLastAxes):
    """(x - mean) / √(variance + eps) · weight + bias, over the last axes of each example.

    Ba, Kiros and Hinton 2016, "Layer Normalization".

    Args:
        normalized_shape: the sizes of the axes to normalise over, or the last one's alone.
        eps: keeps the root away from 0.
        elementwise_affine: whether there are a weight and a bias.
        bias: whether there is a bias.
        dtype: the dtype of the weights.

    Shapes:
        x and output: (..., *normalized_shape); weight, bias: normalized_shape.

    Raises:
        ShapeError: on a call, x does not end in normalized_shape.

    >>> nn.LayerNorm(2, eps=0.0)(Value([[1.0, 3.0], [0.0, 20.0]]))
    Value([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        shape, affine = self.normalized_shape, elementwise_affine
        self._dtype = np.dtype(dtype)
        self.weight = Parameter(np.ones(shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if affine and bias else None

    def forward(self, x: Any) -> Any:
        x = self._checked(x, self._dtype if self.weight is None else self.weight.dtype)
        return autograd.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class RMSNorm(_OverLastAxes):
    """x / √(mean of squares + eps) · weight, over the last axes of each example.

    Zhang and Sennrich 2019, "Root Mean Square Layer Normalization".

    Args:
        normalized_shape: the sizes of the axes to normalise over, or the last one's alone.
        eps: keeps the root away from 0; None: the spacing of the input's dtype at 1.
        elementwise_affine: whether there is a weight.
        dtype: the dtype of the weight.

    Shapes:
        x and output: (..., *normalized_shape); weight: normalized_shape.

    Raises:
        ShapeError: on a call, x does not end in normalized_shape.

    >>> nn.RMSNorm(2, eps=0.0)(Value([[1.0, 1.0], [7.0, -7.0]]))
    Value([[ 1.,  1.],
           [ 1., -1.]])
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._dtype = np.dtype(dtype)
        self.weight = (
            Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        )

    def forward(self, x: Any) -> Any:
        x = self._checked(x, self._dtype if self.weight is None else self.weight.dtype)
        return autograd.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )
