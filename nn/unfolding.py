"""Unfold and Fold: images taken apart into their windows, and put together from them.

Names and arguments are PyTorch's; the operations are `autograd.im2col` and `autograd.col2im`.
"""

from __future__ import annotations

from typing import Any

import autograd
from nn.module import Module


class Unfold(Module):
    """The windows of images, each a column.

    Args:
        kernel_size: the size of a window; an int, or two.
        dilation: how far apart the numbers are that a window sees.
        padding: how many zeros surround the image.
        stride: how far apart windows are.

    Shapes:
        x: (batch, channels, height, width) or without batch;
        output: (batch, channels · kernel_size, windows).

    Raises:
        ShapeError: on a call, the input has other axes, or no window fits.

    >>> nn.Unfold(2, stride=2)(np.ones((5, 3, 8, 8))).shape
    (5, 12, 16)
    """

    def __init__(
        self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, x: Any) -> Any:
        return self._located(
            autograd.im2col, x, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Unfold):
    """Images from their windows: where windows overlap, their numbers are added.

    Args:
        output_size: (height, width) of the images; an int for squares.
        kernel_size, dilation, padding, stride: as `Unfold`'s.

    Shapes:
        x: (batch, channels · kernel_size, windows) or without batch;
        output: (batch, channels, height, width).

    Raises:
        ShapeError: on a call, the input does not hold the windows of such images.

    >>> nn.Fold(8, 2, stride=2)(np.ones((5, 12, 16))).shape
    (5, 3, 8, 8)
    """

    def __init__(
        self,
        output_size: Any,
        kernel_size: Any,
        dilation: Any = 1,
        padding: Any = 0,
        stride: Any = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        geometry = self.kernel_size, self.dilation, self.padding, self.stride
        return self._located(autograd.col2im, x, self.output_size, *geometry)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}, {super().extra_repr()}"
