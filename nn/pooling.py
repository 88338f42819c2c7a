"""Pooling: every window, or every part, of an image becomes one number; and the way back.

Arguments and defaults are PyTorch's; every input may also come without its batch axis.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from autograd.ops.asked import per_axis
from autograd.ops.pool import winning_places
from nn.module import Module


class _Pool(Module):
    """A layer that calls one operation of the engine with the arguments it was made with."""

    operation: str
    return_indices = False  # only a maximum lies somewhere

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self.__dict__.update(settings)
        self._settings = settings

    def forward(self, x: Any) -> Any:
        out = self._located(getattr(autograd, self.operation), x, **self._settings)
        if not self.return_indices:
            return out
        return out, winning_places(x, int(self.operation[-2]), **self._settings)

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self._settings.items())


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        stride = kernel_size if stride is None else stride
        super().__init__(
            kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation,
            ceil_mode=ceil_mode,
        )  # fmt: skip
        self.return_indices = return_indices


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


class _AdaptiveMax(_Adaptive):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices


class _MaxUnpool(Module):
    axes: int

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        kind = type(self).__name__
        self.kernel_size = per_axis(kind, "kernel_size", kernel_size, self.axes, 1)
        stride = kernel_size if stride is None else stride
        self.stride = per_axis(kind, "stride", stride, self.axes, 1)
        self.padding = per_axis(kind, "padding", padding, self.axes, 0)

    def forward(self, x: Any, indices: Any, output_size: Any = None) -> Any:
        shape, where = np.shape(x), np.asarray(getattr(indices, "data", indices))
        if len(shape) not in (self.axes + 1, self.axes + 2) or where.shape != shape:
            raise ShapeError(
                f"{self._label()}: expects numbers and their indices as a max pooling with "
                f"return_indices=True gives them, got shapes {shape} and {where.shape}"
            )
        outer, sizes = shape[: -self.axes], shape[-self.axes :]
        if output_size is None:
            geometry = zip(sizes, self.stride, self.padding, self.kernel_size, strict=True)
            places = tuple((n - 1) * s - 2 * p + k for n, s, p, k in geometry)
        else:
            places = tuple(output_size)[-self.axes :]
        total = math.prod(places)
        if where.size and not 0 <= where.min() <= where.max() < total:
            raise ShapeError(
                f"{self._label()}: the indices go up to {where.max()}, but {places} has {total} "
                "places; give output_size, the shape of what was pooled"
            )
        flat = autograd.put_along_axis(
            np.zeros((*outer, total), x.dtype),
            where.reshape(*outer, -1),
            autograd.reshape(x, (*outer, -1)),
            axis=-1,
        )
        return autograd.reshape(flat, (*outer, *places))

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Each number goes back to where a max pooling found it, zeros elsewhere. See `MaxUnpool2d`.

    >>> pool, back = nn.MaxPool1d(2, return_indices=True), nn.MaxUnpool1d(2)
    >>> back(*pool(np.array([[1.0, 3.0, 2.0, 0.0]])))
    array([[0., 3., 2., 0.]])
    """

    axes = 1


class MaxUnpool2d(_MaxUnpool):
    """Each number goes back to where a max pooling found it, zeros elsewhere (Zeiler et al. 2011).

    Args:
        kernel_size, stride, padding: those of the pooling.

    Shapes:
        x and indices: as the pooling with return_indices=True gave them; output: (..., height,
        width) of what was pooled, which `forward(x, indices, output_size)` can name where the
        stride leaves it open.

    Raises:
        ShapeError: on a call, x and indices differ in shape, or an index is out of range.

    >>> pool, back = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
    >>> back(*pool(np.array([[[1.0, 3.0], [2.0, 0.0]]])))
    array([[[0., 3.],
            [0., 0.]]])
    """

    axes = 2


class MaxUnpool3d(_MaxUnpool):
    """Each number goes back to where a max pooling found it, zeros elsewhere. See `MaxUnpool2d`.

    >>> pool, back = nn.MaxPool3d(2, return_indices=True), nn.MaxUnpool3d(2)
    >>> back(*pool(np.ones((1, 1, 4, 4, 4)))).shape
    (1, 1, 4, 4, 4)
    """

    axes = 3


class _LPPool(Module):
    axes: int

    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = float(norm_type)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.ceil_mode = ceil_mode

    def forward(self, x: Any) -> Any:
        p = self.norm_type
        if math.isinf(p):  # the limit: the largest size in a window, or the smallest
            pool = getattr(autograd, f"max_pool{self.axes}d")
            sizes = math.copysign(1.0, p) * autograd.absolute(x)
            found = self._located(pool, sizes, self.kernel_size, self.stride, 0, 1, self.ceil_mode)
            return math.copysign(1.0, p) * found
        kernel = per_axis(self._label(), "kernel_size", self.kernel_size, self.axes, 1)
        pool = getattr(autograd, f"avg_pool{self.axes}d")
        mean = self._located(pool, x**p, kernel, self.stride, 0, self.ceil_mode)
        # The slope of a root is infinite at 0; a window of zeros sends nothing back, as in PyTorch.
        nothing = mean == 0
        root = (autograd.where(nothing, 1.0, mean) * math.prod(kernel)) ** (1 / p)
        return autograd.where(nothing, 0.0, root)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """(Σ x^p)^(1/p) of each window of sequences. Arguments: `LPPool2d`.

    >>> nn.LPPool1d(2, 2)(Value([[3.0, 4.0]]))
    Value([[5.]])
    """

    axes = 1


class LPPool2d(_LPPool):
    """(Σ x^p)^(1/p) of each window of images: between a sum and a maximum.

    Args:
        norm_type: p; 1 is a sum, infinity the largest size.
        kernel_size: the size of a window; an int, or one for each axis.
        stride: how far it moves each time; its own size by default.
        ceil_mode: a last window may reach beyond the end.

    Shapes:
        x: (batch, channels, height, width); output: the same axes, a number for each window.

    >>> nn.LPPool2d(1, 2)(Value(np.ones((1, 2, 2))))
    Value([[[4.]]])
    """

    axes = 2


class LPPool3d(_LPPool):
    """(Σ x^p)^(1/p) of each window of volumes. Arguments: `LPPool2d`.

    >>> nn.LPPool3d(1, 2)(Value(np.ones((1, 2, 2, 2))))
    Value([[[[8.]]]])
    """

    axes = 3


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
        return_indices: return a pair: the largest numbers, and where each was found, counted
            along the rows of its channel, as `MaxUnpool2d` wants it.
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


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The largest numbers of nearly equal parts of sequences, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, length); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool1d(2)(np.ones((3, 1, 10))).shape
    (3, 1, 2)
    """

    operation = "adaptive_max_pool1d"


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The largest numbers of nearly equal parts of images, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool2d(2)(np.ones((3, 1, 8, 8))).shape
    (3, 1, 2, 2)
    """

    operation = "adaptive_max_pool2d"


class AdaptiveMaxPool3d(_AdaptiveMax):
    """The largest numbers of nearly equal parts of volumes, as many as asked.

    Args:
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Shapes:
        x: (batch, channels, depth, height, width); output: (batch, channels, *output_size).

    >>> nn.AdaptiveMaxPool3d(2)(np.ones((3, 1, 4, 4, 4))).shape
    (3, 1, 2, 2, 2)
    """

    operation = "adaptive_max_pool3d"
