"""Convolutions and their transposes, of 1, 2 and 3 dimensions: what is asked, checked and called.

The work is done in `convolution`, for any number of axes.
"""

from __future__ import annotations

from typing import Any

from autograd.errors import ShapeError, describe
from autograd.ops.asked import _array, per_axis
from autograd.ops.convolution import along_channels, conv, conv_transpose
from autograd.ops.shape import reshape
from autograd.ops.windows import Padding, Sizes, padded, span

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]


# --------------------------------------------------------------------------- checking what is asked


def images(name: str, x: Any, axes: int, channels: str = "channels") -> tuple[Any, bool]:
    """x with an axis of images in front, and whether it had none."""
    x = _array(x, name)
    if x.ndim not in (axes + 1, axes + 2):
        places = ", ".join(("depth", "height", "width")[3 - axes :]) if axes > 1 else "length"
        raise ShapeError(
            f"{name}: {describe(x, 'x')} must have {axes + 2} axes, (images, {channels}, {places}),"
            f" or {axes + 1} for a single image; reshape it"
        )
    single = x.ndim == axes + 1
    return (reshape(x, (1, *x.shape)) if single else x), single


def _weights(name: str, weight: Any, bias: Any, axes: int, layout: str) -> tuple[Any, Any]:
    weight = _array(weight, name)
    if weight.ndim != axes + 2:
        raise ShapeError(
            f"{name}: {describe(weight, 'weight')} must have {axes + 2} axes, {layout}"
        )
    return weight, None if bias is None else _array(bias, name)


def _groups(name: str, groups: Any) -> int:
    return per_axis(name, "groups", groups, 1, 1)[0]


def _check_bias(name: str, bias: Any, channels: int) -> None:
    if bias is not None and bias.shape != (channels,):
        raise ShapeError(
            f"{name}: {describe(bias, 'bias')} must hold a number for each of the {channels} output"
            f" channels: shape ({channels},)"
        )


def _padding(name: str, padding: Any, stride: Sizes, reach: Sizes) -> Padding:
    """Padding as asked: an int, one per axis, 'valid' or 'same'."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in per_axis(name, "padding", padding, len(reach), 0))
    if padding == "valid":
        return ((0, 0),) * len(reach)
    if padding != "same":
        raise ValueError(f"{name}: padding must be ints, 'valid' or 'same', got {padding!r}")
    if any(s != 1 for s in stride):
        raise ValueError(f"{name}: padding='same' needs a stride of 1, got {stride}")
    return tuple(((n - 1) // 2, n // 2) for n in reach)


def _convolve(
    axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Any:
    name = f"conv{axes}d"
    x, single = images(name, x, axes)
    layout = "(out_channels, in_channels / groups, *kernel)"
    weight, bias = _weights(name, weight, bias, axes, layout)
    groups = _groups(name, groups)
    stride = per_axis(name, "stride", stride, axes, 1)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    channels, outputs = x.shape[1], weight.shape[0]
    if channels != weight.shape[1] * groups or outputs % groups:
        raise ShapeError(
            f"{name}: channels do not fit: {describe(x, 'x')} has {channels}, "
            f"{describe(weight, 'weight')} with groups={groups} takes {weight.shape[1] * groups}; "
            f"the weight is {layout}, and both channels must be multiples of groups"
        )
    _check_bias(name, bias, outputs)
    reach = span(weight.shape[2:], dilation)
    pads = _padding(name, padding, stride, reach)
    room = tuple(n - r for n, r in zip(padded(x.shape[2:], pads), reach, strict=True))
    if min(room) < 0 or 0 in weight.shape[2:]:
        raise ShapeError(
            f"{name}: the kernel {weight.shape[2:]} reaches over {reach} with dilation {dilation}, "
            f"more than {describe(x, 'x')} with padding {padding!r} has; "
            "use a smaller kernel or more padding"
        )
    exact = tuple((lo, hi - r % s) for (lo, hi), r, s in zip(pads, room, stride, strict=True))
    out = conv(x, weight, bias, stride=stride, padding=exact, dilation=dilation, groups=groups)
    return reshape(out, out.shape[1:]) if single else out


def _convolve_transposed(
    axes: int,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Any:
    name = f"conv_transpose{axes}d"
    x, single = images(name, x, axes)
    layout = "(in_channels, out_channels / groups, *kernel)"
    weight, bias = _weights(name, weight, bias, axes, layout)
    groups = _groups(name, groups)
    stride = per_axis(name, "stride", stride, axes, 1)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    pads = per_axis(name, "padding", padding, axes, 0)
    more = per_axis(name, "output_padding", output_padding, axes, 0)
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise ValueError(
            f"{name}: output_padding {more} must be smaller than stride {stride} or dilation "
            f"{dilation}"
        )
    if x.shape[1] != weight.shape[0] or x.shape[1] % groups:
        raise ShapeError(
            f"{name}: channels do not fit: {describe(x, 'x')} has {x.shape[1]}, "
            f"{describe(weight, 'weight')} takes {weight.shape[0]}; the weight is {layout}, "
            f"and in_channels must be a multiple of groups={groups}"
        )
    _check_bias(name, bias, weight.shape[1] * groups)
    exact = tuple((p, p - m) for p, m in zip(pads, more, strict=True))
    reach = span(weight.shape[2:], dilation)
    size = [
        (n - 1) * s + r - lo - hi
        for n, s, r, (lo, hi) in zip(x.shape[2:], stride, reach, exact, strict=True)
    ]
    if min(size) < 1 or 0 in weight.shape[2:] or 0 in x.shape[2:]:
        raise ShapeError(
            f"{name}: nothing is left of the result: {describe(x, 'x')} with kernel "
            f"{weight.shape[2:]}, stride {stride} and padding {pads} gives {tuple(size)}; "
            "use less padding"
        )
    out = conv_transpose(x, weight, stride=stride, padding=exact, dilation=dilation, groups=groups)
    if bias is not None:
        out = out + along_channels(bias, axes + 2)
    return reshape(out, out.shape[1:]) if single else out


# ------------------------------------------------------------------------------------------- public


def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """A window slides over sequences; each output is a weighted sum of it. See `conv2d`.

    Args:
        x: (batch, in_channels, length), or without batch.
        weight: (out_channels, in_channels / groups, kernel).
        bias, stride, padding, dilation, groups: as for `conv2d`.

    Returns:
        (batch, out_channels, windows).

    Raises:
        ShapeError: as for `conv2d`.

    >>> conv1d(Value([[[1.0, 2.0, 4.0]]]), [[[-1.0, 1.0]]])
    Value([[[1., 2.]]])
    """
    return _convolve(1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """A window slides over images; each output is a weighted sum of it (LeCun et al. 1989).

    As in most of the field the kernel is not flipped: this is a cross-correlation. An output of
    size (n + 2 padding - dilation (kernel - 1) - 1) // stride + 1 is left of an axis of size n
    (Dumoulin and Visin 2016).

    Args:
        x: (batch, in_channels, height, width), or without batch.
        weight: (out_channels, in_channels / groups, kernel_height, kernel_width).
        bias: (out_channels,), or None.
        stride: how far the window moves each time; an int, or one for each axis.
        padding: zeros added on both sides; an int, one for each axis, "valid" for none, or "same"
            for an output of the input's size (stride 1; an odd one goes to the end).
        dilation: the distance between the numbers a window sees (Yu and Koltun 2016).
        groups: channels are split into so many parts that do not see each other.

    Returns:
        (batch, out_channels, windows down, windows across).

    Raises:
        ShapeError: channels do not fit the weight and groups, or the kernel is larger than the
            padded input.
        ValueError: a stride, padding, dilation or groups is no int or too small.

    >>> x = Value(np.arange(9.0).reshape(1, 1, 3, 3))
    >>> conv2d(x, np.ones((1, 1, 2, 2)))
    Value([[[[ 8., 12.],
             [20., 24.]]]])
    """
    return _convolve(2, x, weight, bias, stride, padding, dilation, groups)


def conv3d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """A window slides over volumes or films; each output is a weighted sum of it. See `conv2d`.

    Args:
        x: (batch, in_channels, depth, height, width), or without batch.
        weight: (out_channels, in_channels / groups, *kernel), a kernel of three sizes.
        bias, stride, padding, dilation, groups: as for `conv2d`.

    Returns:
        (batch, out_channels, *windows).

    Raises:
        ShapeError: as for `conv2d`.

    >>> conv3d(Value(np.ones((1, 1, 2, 2, 2))), np.ones((1, 1, 2, 2, 2)))
    Value([[[[[8.]]]]])
    """
    return _convolve(3, x, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Each number of a sequence is spread over a window of the result. See `conv_transpose2d`.

    Args:
        x: (batch, in_channels, length), or without batch.
        weight: (in_channels, out_channels / groups, kernel).
        bias, stride, padding, output_padding, groups, dilation: as for `conv_transpose2d`.

    Raises:
        ShapeError: as for `conv_transpose2d`.

    >>> conv_transpose1d(Value([[[1.0, 2.0]]]), [[[1.0, 1.0]]])
    Value([[[1., 3., 2.]]])
    """
    return _convolve_transposed(
        1, x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Each number of an image is spread over a window of the result (Zeiler et al. 2010).

    It is the transpose of the linear map `conv2d` makes of its input, with the same weight: where
    a stride of 2 halved an image, it doubles it. An axis of size n becomes
    (n - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1.

    Args:
        x: (batch, in_channels, height, width), or without batch.
        weight: (in_channels, out_channels / groups, kernel_height, kernel_width).
        bias: (out_channels,), or None.
        stride: the distance of two neighbours' windows; an int, or one for each axis.
        padding: how much is cut off on both sides.
        output_padding: how much is added at the end, less than stride or dilation.
        groups: channels are split into so many parts that do not see each other.
        dilation: the distance between the numbers of a window.

    Raises:
        ShapeError: channels do not fit the weight and groups, or nothing is left.
        ValueError: a stride, padding, dilation or groups is no int or out of its range.

    >>> conv_transpose2d(Value([[[[1.0, 2.0]]]]), np.ones((1, 1, 1, 2)), stride=2)
    Value([[[[1., 1., 2., 2.]]]])
    """
    return _convolve_transposed(
        2, x, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Each number of a volume is spread over a window of the result. See `conv_transpose2d`.

    Args:
        x: (batch, in_channels, depth, height, width), or without batch.
        weight: (in_channels, out_channels / groups, *kernel), a kernel of three sizes.
        bias, stride, padding, output_padding, groups, dilation: as for `conv_transpose2d`.

    Raises:
        ShapeError: as for `conv_transpose2d`.

    >>> conv_transpose3d(Value(np.ones((1, 1, 1, 1, 1))), np.ones((1, 1, 2, 2, 2))).shape
    (1, 1, 2, 2, 2)
    """
    return _convolve_transposed(
        3, x, weight, bias, stride, padding, output_padding, groups, dilation
    )
