"""Convolutions of 1, 2 and 3 dimensions and their transposes: one core for any number of axes.

A convolution is linear in its input and in its weight, so the number <y, conv(x, w)> is linear in
each of x, w and y. Its three partial derivatives are the three primitives here, and the derivative
of each is made of the other two, to any order:

    conv             x, w → y    each output is a weighted sum of a window of the input
    conv_transpose   y, w → x    each output number is spread over its window (Zeiler et al. 2010)
    conv_weight      x, y → w    how often each weight met each pair of input and output

All three leave the work to matrix products, of windows laid out as the rows of a matrix
(Chellapilla, Puri and Simard 2006); images go in blocks whose rows fit in the cache. In memory the
channels come last, so that a window is a few long pieces; a result is a view with the channels
second, and what is computed from it elementwise keeps that layout. Padding is a pair for each axis
and exact: what the stride does not reach is cut off by a negative one, so that every size follows
from the other two.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.asked import per_axis
from autograd.ops.index import _array
from autograd.ops.shape import reshape
from autograd.primitive import primitive

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]

Sizes = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

_BLOCK = 1 << 18  # numbers in the windows of one block: they stay in the second-level cache
_SHORT = 8  # a window's pieces of fewer numbers are not copied one by one
_KEPT = 1 << 23  # bytes of a scratch array that is kept for the next call


class _Scratch(threading.local):
    """Arrays to work in, kept from call to call: fresh memory costs as much as the work in it."""

    def __init__(self) -> None:
        self.kept: dict[str, np.ndarray] = {}

    def __call__(self, use: str, shape: Sizes, dtype: Any) -> np.ndarray:
        size = math.prod(shape) * np.dtype(dtype).itemsize
        memory = self.kept.get(use)
        if memory is None or memory.nbytes < size:
            memory = np.empty(size, np.uint8)
            if size <= _KEPT:
                self.kept[use] = memory
        return memory[:size].view(dtype).reshape(shape)


_scratch = _Scratch()


def places(kernel: Sizes, out: Sizes, stride: Sizes, dilation: Sizes) -> Iterator[tuple]:
    """Each place in a window, and the slices that pick it from all windows of a padded input."""
    for offset in np.ndindex(kernel):
        yield (
            offset,
            tuple(
                slice(o * d, o * d + (n - 1) * s + 1, s)
                for o, n, s, d in zip(offset, out, stride, dilation, strict=True)
            ),
        )


def _inside(size: Sizes, padding: Padding) -> tuple[tuple, tuple]:
    """Where the input lies in the padded one, and which part of it does."""
    there = tuple(slice(lo, lo + n + min(hi, 0)) for n, (lo, hi) in zip(size, padding, strict=True))
    return there, tuple(slice(n + min(hi, 0)) for n, (_, hi) in zip(size, padding, strict=True))


def _padded(size: Sizes, padding: Padding) -> Sizes:
    return tuple(n + lo + hi for n, (lo, hi) in zip(size, padding, strict=True))


def _blocks(count: int, numbers_each: int) -> Iterator[slice]:
    step = max(1, _BLOCK // max(numbers_each, 1))
    return (slice(i, min(i + step, count)) for i in range(0, count, step))


def _last(x: Any) -> Any:
    """Images with the channels behind their places, where they lie in memory."""
    return x.transpose(0, *range(2, x.ndim), 1)


def _second(x: Any) -> Any:
    """Images with the channels in front of their places, where everybody expects them."""
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))


def _surrounded(x: Any, padding: Padding) -> Any:
    """Images with channels last and zeros around, contiguous."""
    x = _last(x)
    images, *size, channels = x.shape
    if x.flags.c_contiguous and not any(lo or hi for lo, hi in padding):
        return x
    there, part = _inside(tuple(size), padding)
    wide = _scratch("padded", (images, *_padded(tuple(size), padding), channels), x.dtype)
    if any(lo or hi > 0 for lo, hi in padding):
        wide.fill(0)
    wide[(slice(None), *there)] = x[(slice(None), *part)]
    return wide


def _windows(
    x: Any, kernel: Sizes, out: Sizes, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Iterator[tuple[slice, Any]]:
    """Blocks of images, and their windows: (groups, images · windows, kernel · channels)."""
    wide = _surrounded(x, padding)
    images, channels = x.shape[0], x.shape[1] // groups
    image, *along, number = wide.strides
    view = np.lib.stride_tricks.as_strided(
        wide,
        (groups, images, *out, *kernel, channels),
        (
            channels * number,
            image,
            *(s * n for s, n in zip(stride, along, strict=True)),
            *(d * n for d, n in zip(dilation, along, strict=True)),
            number,
        ),
    )
    piece = channels if dilation[-1] > 1 or groups > 1 else channels * kernel[-1]
    numbers = math.prod(kernel) * channels
    for block in _blocks(images, groups * numbers * math.prod(out)):
        part = view[:, block]
        if not part.flags.c_contiguous:
            seen, part = part, _scratch("windows", part.shape, x.dtype)
            if piece < _SHORT:
                for offset in np.ndindex(kernel):
                    part[(..., *offset, slice(None))] = seen[(..., *offset, slice(None))]
            else:
                part[...] = seen
        yield block, part.reshape(groups, -1 if part.size else 0, numbers)


def _rows(y: Any, groups: int) -> Any:
    """Images as a matrix for each group: (groups, images · places, channels)."""
    channels = y.shape[1] // groups
    rows = math.prod((y.shape[0], *y.shape[2:]))
    return _last(y).reshape(rows, groups, channels).swapaxes(0, 1)


def _matrices(weight: Any, groups: int) -> Any:
    """A weight (outputs, channels, *kernel) as (groups, *kernel, channels, outputs)."""
    outputs, *rest = weight.shape
    split = weight.reshape(groups, outputs // groups, *rest)
    return split.transpose(0, *range(3, split.ndim), 2, 1)


def _span(kernel: Sizes, dilation: Sizes) -> Sizes:
    """How far a window reaches along each axis."""
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def _along_channels(bias: Any, ndim: int) -> Any:
    """One number for each channel, to be added to (images, channels, ...)."""
    return bias.reshape((1, bias.shape[0], *(1,) * (ndim - 2)))


@primitive(
    lambda g, out, y: np.broadcast_to(_along_channels(g, y.ndim), np.shape(y)),
    jvp="linear",
    samples="by channel",
    name="channel_sum",
)
def _channel_sum(y: Any) -> Any:
    rows = _rows(y, 1)[0]
    return np.ones(len(rows), y.dtype) @ rows  # a matrix product adds rows quicker than a sum does


def _conv_forward(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Any:
    kernel = weight.shape[2:]
    out = tuple(
        (n - reach) // s + 1
        for n, reach, s in zip(
            _padded(x.shape[2:], padding), _span(kernel, dilation), stride, strict=True
        )
    )
    channels = weight.shape[0]
    numbers = math.prod(weight.shape[1:])
    matrices = _matrices(weight, groups).reshape(groups, numbers, channels // groups)
    operands = (x, weight) if bias is None else (x, weight, bias)
    y = np.empty((x.shape[0], *out, channels), np.result_type(*operands))
    for block, windows in _windows(x, kernel, out, stride, padding, dilation, groups):
        part = y[block]
        np.matmul(windows, matrices, out=_rows(_second(part), groups))
        if bias is not None:
            part += bias
    return _second(y)


def _transpose_forward(
    y: Any, weight: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Any:
    images, _, *out = y.shape
    kernel = weight.shape[2:]
    wide_size = tuple(
        (n - 1) * s + reach
        for n, s, reach in zip(out, stride, _span(kernel, dilation), strict=True)
    )
    size = tuple(n - lo - hi for n, (lo, hi) in zip(wide_size, padding, strict=True))
    channels = weight.shape[1] * groups
    dtype = np.result_type(y, weight)
    wide = np.zeros((images, *wide_size, channels), dtype)
    matrices = np.ascontiguousarray(_matrices(weight, groups).mT)
    for block in _blocks(images, channels * math.prod(out)):
        rows = _rows(y[block], groups)
        spread = _scratch("spread", (block.stop - block.start, *out, channels), dtype)
        for offset, window in places(kernel, tuple(out), stride, dilation):
            place = (slice(None), *offset)
            np.matmul(rows, matrices[place], out=_rows(_second(spread), groups))
            wide[(block, *window)] += spread
    there, part = _inside(size, padding)
    if all(hi >= 0 for _, hi in padding):
        return _second(wide[(slice(None), *there)])
    x = np.zeros((images, *size, channels), dtype)
    x[(slice(None), *part)] = wide[(slice(None), *there)]
    return _second(x)


def _weight_forward(
    x: Any, y: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Any:
    out = y.shape[2:]
    kernel = tuple(
        (n - (m - 1) * s - 1) // d + 1
        for n, m, s, d in zip(_padded(x.shape[2:], padding), out, stride, dilation, strict=True)
    )
    outputs, channels = y.shape[1], x.shape[1] // groups
    shape = (groups, math.prod(kernel) * channels, outputs // groups)
    weight = np.zeros(shape, np.result_type(x, y))
    for block, windows in _windows(x, kernel, out, stride, padding, dilation, groups):
        weight += windows.mT @ _rows(y[block], groups)
    split = weight.reshape(groups, *kernel, channels, outputs // groups)
    axes = split.ndim
    joined = split.transpose(0, axes - 1, axes - 2, *range(1, axes - 2))
    return joined.reshape(outputs, channels, *kernel)


_conv: Any = primitive(
    lambda g, out, x, weight, bias, **geometry: _conv_transpose(g, weight, **geometry),
    lambda g, out, x, weight, bias, **geometry: _conv_weight(x, g, **geometry),
    lambda g, out, x, weight, bias, **geometry: _channel_sum(g),
    jvp=(
        lambda t, out, x, weight, bias, **geometry: _conv(t, weight, None, **geometry),
        lambda t, out, x, weight, bias, **geometry: _conv(x, t, None, **geometry),
        lambda t, out, x, weight, bias, **geometry: _along_channels(t, out.ndim),
    ),
    samples="conv",
    name="conv",
    symbol="∗",
)(_conv_forward)

_conv_transpose: Any = primitive(
    lambda g, out, y, weight, **geometry: _conv(g, weight, None, **geometry),
    lambda g, out, y, weight, **geometry: _conv_weight(g, y, **geometry),
    jvp="product",
    samples="conv_transpose",
    name="conv_transpose",
)(_transpose_forward)

_conv_weight: Any = primitive(
    lambda g, out, x, y, **geometry: _conv_transpose(y, g, **geometry),
    lambda g, out, x, y, **geometry: _conv(x, g, None, **geometry),
    jvp="product",
    samples="conv_weight",
    name="conv_weight",
)(_weight_forward)


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
    reach = _span(weight.shape[2:], dilation)
    pads = _padding(name, padding, stride, reach)
    room = tuple(n - r for n, r in zip(_padded(x.shape[2:], pads), reach, strict=True))
    if min(room) < 0 or 0 in weight.shape[2:]:
        raise ShapeError(
            f"{name}: the kernel {weight.shape[2:]} reaches over {reach} with dilation {dilation}, "
            f"more than {describe(x, 'x')} with padding {padding!r} has; "
            "use a smaller kernel or more padding"
        )
    exact = tuple((lo, hi - r % s) for (lo, hi), r, s in zip(pads, room, stride, strict=True))
    out = _conv(x, weight, bias, stride=stride, padding=exact, dilation=dilation, groups=groups)
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
    reach = _span(weight.shape[2:], dilation)
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
    out = _conv_transpose(x, weight, stride=stride, padding=exact, dilation=dilation, groups=groups)
    if bias is not None:
        out = out + _along_channels(bias, axes + 2)
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
