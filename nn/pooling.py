"""Pooling: every window, or every part, of an image becomes one number.

Arguments and defaults are PyTorch's; every input may also come without its batch axis.
"""

from __future__ import annotations

from typing import Any

import autograd
from autograd import ShapeError
from nn.module import Module


class _Pool(Module):
    """A layer that calls one operation of the engine with the arguments it was made with."""

    operation: str

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self.__dict__.update(settings)
        self._settings = settings

    def forward(self, x: Any) -> Any:
        try:
            return getattr(autograd, self.operation)(x, **self._settings)
        except ShapeError as error:
            raise ShapeError(f"{self._label()}: {error}") from None

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self._settings.items())


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        stride = kernel_size if stride is None else stride
        super().__init__(
            kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation,
            ceil_mode=ceil_mode,
        )  # fmt: skip


class _AvgPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        **more: Any,
    ) -> None:
        stride = kernel_size if stride is None else stride
        super().__init__(
            kernel_size=kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode,
            count_include_pad=count_include_pad, **more,
        )  # fmt: skip


class _AvgPoolWithDivisor(_AvgPool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        more = {} if divisor_override is None else {"divisor_override": divisor_override}
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad, **more)


class _Adaptive(_Pool):
    def __init__(self, output_size: Any) -> None:
        super().__init__(output_size=output_size)


class MaxPool1d(_MaxPool):
    """The largest number of each window of sequences. Arguments: `MaxPool2d`.

    Shapes:
        x: (batch, channels, length); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.MaxPool1d(2)(np.ones((3, 1, 10))).shape
    (3, 1, 5)
    """

    operation = "max_pool1d"


class MaxPool2d(_MaxPool):
    """The largest number of each window of images (Ranzato et al. 2007).

    Args:
        kernel_size: the size of a window; an int, or one for each axis.
        stride: how far it moves each time; its own size by default.
        padding: how much of minus infinity is added on both sides, at most half a window.
        dilation: the distance between the numbers a window sees.
        ceil_mode: a last window may reach beyond the end.

    Shapes:
        x: (batch, channels, height, width); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.MaxPool2d(2)(np.ones((3, 1, 8, 8))).shape
    (3, 1, 4, 4)
    """

    operation = "max_pool2d"


class MaxPool3d(_MaxPool):
    """The largest number of each window of volumes. Arguments: `MaxPool2d`.

    Shapes:
        x: (batch, channels, depth, height, width); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.MaxPool3d(2)(np.ones((3, 1, 4, 4, 4))).shape
    (3, 1, 2, 2, 2)
    """

    operation = "max_pool3d"


class AvgPool1d(_AvgPool):
    """The mean of each window of sequences. Arguments: `AvgPool2d`.

    Shapes:
        x: (batch, channels, length); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.AvgPool1d(2)(np.ones((3, 1, 10))).shape
    (3, 1, 5)
    """

    operation = "avg_pool1d"


class AvgPool2d(_AvgPoolWithDivisor):
    """The mean of each window of images (LeCun et al. 1989).

    Args:
        kernel_size: the size of a window; an int, or one for each axis.
        stride: how far it moves each time; its own size by default.
        padding: zeros added on both sides, at most half a window.
        ceil_mode: a last window may reach beyond the end.
        count_include_pad: whether padding counts as numbers of the window.
        divisor_override: what to divide each sum by instead of a count.

    Shapes:
        x: (batch, channels, height, width); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.AvgPool2d(2)(np.ones((3, 1, 8, 8))).shape
    (3, 1, 4, 4)
    """

    operation = "avg_pool2d"


class AvgPool3d(_AvgPoolWithDivisor):
    """The mean of each window of volumes. Arguments: `AvgPool2d`.

    Shapes:
        x: (batch, channels, depth, height, width); output: the same axes, a number for each window.

    Raises:
        ShapeError: on a call, the input has other axes or is smaller than the kernel.

    >>> nn.AvgPool3d(2)(np.ones((3, 1, 4, 4, 4))).shape
    (3, 1, 2, 2, 2)
    """

    operation = "avg_pool3d"


class AdaptiveAvgPool1d(_Adaptive):
    """The means of nearly equal parts of sequences, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, length); output: (batch, channels, *output_size).

    >>> nn.AdaptiveAvgPool1d(2)(np.ones((3, 1, 10))).shape
    (3, 1, 2)
    """

    operation = "adaptive_avg_pool1d"


class AdaptiveAvgPool2d(_Adaptive):
    """The means of nearly equal parts of images, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveAvgPool2d(2)(np.ones((3, 1, 8, 8))).shape
    (3, 1, 2, 2)
    """

    operation = "adaptive_avg_pool2d"


class AdaptiveAvgPool3d(_Adaptive):
    """The means of nearly equal parts of volumes, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, depth, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveAvgPool3d(2)(np.ones((3, 1, 4, 4, 4))).shape
    (3, 1, 2, 2, 2)
    """

    operation = "adaptive_avg_pool3d"


class AdaptiveMaxPool1d(_Adaptive):
    """The largest numbers of nearly equal parts of sequences, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, length); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool1d(2)(np.ones((3, 1, 10))).shape
    (3, 1, 2)
    """

    operation = "adaptive_max_pool1d"


class AdaptiveMaxPool2d(_Adaptive):
    """The largest numbers of nearly equal parts of images, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool2d(2)(np.ones((3, 1, 8, 8))).shape
    (3, 1, 2, 2)
    """

    operation = "adaptive_max_pool2d"


class AdaptiveMaxPool3d(_Adaptive):
    """The largest numbers of nearly equal parts of volumes, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, depth, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool3d(2)(np.ones((3, 1, 4, 4, 4))).shape
    (3, 1, 2, 2, 2)
    """

    operation = "adaptive_max_pool3d"
