"""Convolutions and their transposes: the same small weights slide over a whole image.

Names, arguments and layouts are PyTorch's: images are (batch, channels, height, width).
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from autograd.ops.asked import per_axis
from nn import init
from nn.inputs import as_input, check_sizes
from nn.module import Module, Parameter

#: PyTorch's names of what surrounds an image, and NumPy's.
PADDING_MODES = {"zeros": "", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Windows(Module):
    """What convolutions and their transposes share: weights, sizes, the check of channels."""

    axes: int  # how many the window slides along
    transposed = False

    def _prepare(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        dtype: Any,
    ) -> None:
        kind = type(self).__name__
        sizes = {"in_channels": in_channels, "out_channels": out_channels, "groups": groups}
        check_sizes(kind, **sizes)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{kind}: in_channels {in_channels} and out_channels {out_channels} must be "
                f"multiples of groups {groups}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis(kind, "kernel_size", kernel_size, self.axes, 1)
        self.stride = per_axis(kind, "stride", stride, self.axes, 1)
        self.dilation = per_axis(kind, "dilation", dilation, self.axes, 1)
        self.groups = groups
        outer, inner = (
            (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        )
        shape = (outer, inner // groups, *self.kernel_size)
        bound = init.kaiming_bound(init.fans(shape)[0])
        self.weight = Parameter(init.uniform(shape, bound, dtype))
        self.bias = Parameter(init.uniform((out_channels,), bound, dtype)) if bias else None

    def _checked(self, x: Any) -> Any:
        x = as_input(x, self.weight.dtype)
        axes, channels = self.axes, self.in_channels
        if x.ndim in (axes + 1, axes + 2) and x.shape[-axes - 1] == channels:
            return x
        places = ", ".join(("depth", "height", "width")[3 - axes :]) if axes > 1 else "length"
        text = (
            f"{self._label()}: expects inputs (batch, {channels}, {places}) with in_channels in "
            f"axis 1, got shape {x.shape}"
        )
        if x.ndim == 2 and axes > 1:
            text += f"; put nn.Unflatten(1, ({channels}, {places})) in front, with your sizes"
        elif x.ndim == axes + 1 and channels == 1:
            text += "; give every image its one channel: x[:, None]"
        elif x.ndim == axes + 2 and x.shape[-1] == channels:
            text += "; the channels are last: np.moveaxis(x, -1, 1)"
        raise ShapeError(text)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        usual = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
        for name, value in usual.items():
            mine = getattr(self, name, value)
            if name == "stride" or mine not in (value, (value,) * self.axes):
                text += f", {name}={mine!r}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        return text if self.bias is not None else f"{text}, bias=False"


class _Conv(_Windows):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        self._prepare(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, dtype)
        kind = type(self).__name__
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"{kind}: padding_mode is one of {', '.join(PADDING_MODES)}, got {padding_mode!r}"
            )
        if not isinstance(padding, str):
            padding = per_axis(kind, "padding", padding, self.axes, 0)
        elif padding not in ("valid", "same"):
            raise ValueError(f"{kind}: padding must be ints, 'valid' or 'same', got {padding!r}")
        elif padding == "same" and any(s != 1 for s in self.stride):
            raise ValueError(f"{kind}: padding='same' needs a stride of 1, got {self.stride}")
        self.padding = padding
        self.padding_mode = padding_mode
        self._operation = getattr(autograd, f"conv{self.axes}d")

    def forward(self, x: Any) -> Any:
        x, padding = self._checked(x), self.padding
        if self.padding_mode != "zeros":
            x, padding = self._surrounded(x), 0
        return self._located(
            self._operation, x, self.weight, self.bias, self.stride, padding, self.dilation,
            self.groups,
        )  # fmt: skip

    def _surrounded(self, x: Any) -> Any:
        """x with numbers of its own around it: every axis looked up in an order that pads it."""
        for axis, (before, after) in enumerate(self._pads(), start=x.ndim - self.axes):
            if before or after:
                size = x.shape[axis]
                most = {"reflect": size - 1, "circular": size}.get(self.padding_mode, after)
                if max(before, after) > most or not size:
                    raise ShapeError(
                        f"{self._label()}: {self.padding_mode} padding of {max(before, after)} is "
                        f"more than shape {x.shape} has along axis {axis}; use less"
                    )
                mode: Any = PADDING_MODES[self.padding_mode]
                order = np.pad(np.arange(size), (before, after), mode=mode)
                x = autograd.getitem(x, (*(slice(None),) * axis, order))
        return x

    def _pads(self) -> list[tuple[int, int]]:
        if self.padding == "valid":
            return [(0, 0)] * self.axes
        if self.padding != "same":
            return [(p, p) for p in self.padding]
        reach = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        return [(n // 2, n - n // 2) for n in reach]

    def extra_repr(self) -> str:
        mode = "" if self.padding_mode == "zeros" else f", padding_mode={self.padding_mode}"
        return super().extra_repr() + mode


class Conv1d(_Conv):
    """A window slides over sequences; each output is a weighted sum of it. Arguments: `Conv2d`.

    Shapes:
        x: (batch, in_channels, length) or without batch;
        weight: (out_channels, in_channels / groups, kernel); bias: (out_channels,);
        output: (batch, out_channels, windows).

    >>> nn.Conv1d(2, 4, 3)(np.ones((5, 2, 10))).shape
    (5, 4, 8)
    """

    axes = 1


class Conv2d(_Conv):
    """A window slides over images; each output is a weighted sum of it (LeCun et al. 1989).

    Weights and biases start evenly spread within ±1/√(in_channels / groups · kernel), as PyTorch's.

    Args:
        in_channels: numbers the input has at each place, such as 3 for colours.
        out_channels: numbers the output has there.
        kernel_size: the size of the window; an int, or one for each axis.
        stride: how far it moves each time.
        padding: how much is added on both sides of an axis; 'same' keeps the size, 'valid' is 0.
        dilation: the distance between the numbers a window sees.
        groups: into how many parts the channels are split that do not see each other.
        bias: whether there is one.
        padding_mode: what is added: 'zeros', 'reflect', 'replicate' or 'circular'.
        dtype: the dtype of the weights; inputs that are plain arrays are cast to it.

    Shapes:
        x: (batch, in_channels, height, width) or without batch;
        weight: (out_channels, in_channels / groups, *kernel); bias: (out_channels,);
        output: (batch, out_channels, windows down, windows across).

    Raises:
        ValueError: a size is out of its range.
        ShapeError: on a call, the channels do not fit, or the kernel is larger than the image.

    >>> nn.Conv2d(1, 16, 3, padding="same")(np.ones((5, 1, 28, 28))).shape
    (5, 16, 28, 28)
    """

    axes = 2


class Conv3d(_Conv):
    """A window slides over volumes; each output is a weighted sum of it. Arguments: `Conv2d`.

    Shapes:
        x: (batch, in_channels, depth, height, width) or without batch;
        weight: (out_channels, in_channels / groups, *kernel); bias: (out_channels,);
        output: (batch, out_channels, *windows).

    >>> nn.Conv3d(1, 2, 3)(np.ones((5, 1, 4, 4, 4))).shape
    (5, 2, 2, 2, 2)
    """

    axes = 3


class _ConvTranspose(_Windows):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        self._prepare(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, dtype)
        kind = type(self).__name__
        if padding_mode != "zeros":
            raise ValueError(f"{kind}: padding_mode can only be 'zeros', got {padding_mode!r}")
        self.padding = per_axis(kind, "padding", padding, self.axes, 0)
        self.output_padding = per_axis(kind, "output_padding", output_padding, self.axes, 0)
        self._operation = getattr(autograd, f"conv_transpose{self.axes}d")

    def forward(self, x: Any, output_size: Any = None) -> Any:
        x = self._checked(x)
        more = self.output_padding if output_size is None else self._more(x.shape, output_size)
        return self._located(
            self._operation, x, self.weight, self.bias, self.stride, self.padding, more,
            self.groups, self.dilation,
        )  # fmt: skip

    def _more(self, shape: tuple[int, ...], output_size: Any) -> tuple[int, ...]:
        """The output padding that leads to the size asked for."""
        wanted = per_axis(self._label(), "output_size", output_size, self.axes, 1)
        geometry = zip(
            shape[-self.axes :], self.stride, self.padding, self.dilation, self.kernel_size,
            strict=True,
        )  # fmt: skip
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in geometry]
        more = tuple(w - n for w, n in zip(wanted, least, strict=True))
        if any(not 0 <= m < s for m, s in zip(more, self.stride, strict=True)):
            most = tuple(n + s - 1 for n, s in zip(least, self.stride, strict=True))
            raise ShapeError(
                f"{self._label()}: output_size {wanted} must be from {tuple(least)} to {most} for "
                f"shape {shape}"
            )
        return more


class ConvTranspose1d(_ConvTranspose):
    """Each number of a sequence is spread over a window. Arguments: `ConvTranspose2d`.

    Shapes:
        x: (batch, in_channels, length) or without batch;
        weight: (in_channels, out_channels / groups, kernel); bias: (out_channels,);
        output: (batch, out_channels, longer).

    >>> nn.ConvTranspose1d(2, 4, 3, stride=2)(np.ones((5, 2, 10))).shape
    (5, 4, 21)
    """

    axes = 1


class ConvTranspose2d(_ConvTranspose):
    """Each number of an image is spread over a window of a larger one (Zeiler et al. 2010).

    The transpose of the linear map that `Conv2d` with these arguments is, channels swapped.

    Args:
        in_channels, out_channels, kernel_size, stride, dilation, groups, bias, dtype: as Conv2d's.
        padding: how much is cut off on both sides of an axis.
        output_padding: how much is added at its end; less than the stride or the dilation.
        padding_mode: 'zeros'.

    Shapes:
        x: (batch, in_channels, height, width) or without batch;
        weight: (in_channels, out_channels / groups, *kernel); bias: (out_channels,);
        output: (batch, out_channels, higher, wider); `forward(x, output_size)` chooses among the
        sizes a stride leaves open.

    Raises:
        ValueError: a size is out of its range.
        ShapeError: on a call, the channels do not fit, or nothing is left of the output.

    >>> nn.ConvTranspose2d(16, 1, 2, stride=2)(np.ones((5, 16, 14, 14))).shape
    (5, 1, 28, 28)
    """

    axes = 2


class ConvTranspose3d(_ConvTranspose):
    """Each number of a volume is spread over a window. Arguments: `ConvTranspose2d`.

    Shapes:
        x: (batch, in_channels, depth, height, width) or without batch;
        weight: (in_channels, out_channels / groups, *kernel); bias: (out_channels,);
        output: (batch, out_channels, *larger).

    >>> nn.ConvTranspose3d(1, 2, 3)(np.ones((5, 1, 2, 2, 2))).shape
    (5, 2, 4, 4, 4)
    """

    axes = 3
