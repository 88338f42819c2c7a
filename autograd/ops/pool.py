"""Poolings of 1, 2 and 3 dimensions, plain and adaptive: what is asked, checked and called.

The work is done in `pooling`, for any number of axes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.along import _whole
from autograd.ops.asked import number, per_axis
from autograd.ops.conv import images
from autograd.ops.index import getitem
from autograd.ops.pooling import avg_pool, lowest, max_pool
from autograd.ops.products import matmul
from autograd.ops.shape import reshape, transpose
from autograd.ops.windows import Padding, Sizes

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]


# --------------------------------------------------------------------------- checking what is asked


def _geometry(
    name: str,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> tuple[Sizes, Sizes, Padding, Sizes]:
    """Kernel, stride, exact padding and dilation, each for every axis."""
    axes = x.ndim - 2
    kernel = per_axis(name, "kernel_size", kernel_size, axes, 1)
    stride = kernel if stride is None or stride == () else per_axis(name, "stride", stride, axes, 1)
    pads = per_axis(name, "padding", padding, axes, 0)
    dilation = per_axis(name, "dilation", dilation, axes, 1)
    if any(2 * p > k for p, k in zip(pads, kernel, strict=True)):
        raise ValueError(
            f"{name}: padding {pads} must be at most half of the kernel {kernel}, "
            "or a window would hold nothing but padding"
        )
    exact = []
    for n, k, s, p, d in zip(x.shape[2:], kernel, stride, pads, dilation, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        steps = -(-room // s) if ceil_mode else room // s
        if ceil_mode and steps * s >= n + p:
            steps -= 1  # a window must not start behind the input
        if room < 0 and not (ceil_mode and steps >= 0):
            raise ShapeError(
                f"{name}: the kernel {kernel} with dilation {dilation} is larger than "
                f"{describe(x, 'x')} with padding {pads}; use a smaller kernel or more padding"
            )
        exact.append((p, p + steps * s - room))
    return kernel, stride, tuple(exact), dilation


def _max(
    axes: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    name: str = "",
) -> Any:
    name = name or f"max_pool{axes}d"
    x, single = images(name, x, axes)
    kernel, stride, padding, dilation = _geometry(
        name, x, kernel_size, stride, padding, dilation, ceil_mode
    )
    out = max_pool(x, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    return reshape(out, out.shape[1:]) if single else out


def _avg(
    axes: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
    name: str = "",
) -> Any:
    name = name or f"avg_pool{axes}d"
    x, single = images(name, x, axes)
    kernel, stride, padding, _ = _geometry(name, x, kernel_size, stride, padding, 1, ceil_mode)
    divisor: Any = divisor_override
    if divisor is not None and not number(name, "divisor_override", divisor):
        raise ValueError(f"{name}: divisor_override must not be 0")
    if divisor is None:
        divisor = "all" if count_include_pad else "inside"
        if not any(lo or hi > 0 for lo, hi in padding):
            divisor = math.prod(kernel)
    out = avg_pool(x, kernel=kernel, stride=stride, padding=padding, divisor=divisor)
    return reshape(out, out.shape[1:]) if single else out


def _output_sizes(name: str, output_size: Any, x: Any, axes: int) -> Sizes:
    items = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    if len(items) == axes:
        size = x.shape[-axes:]
        items = tuple(n if i is None else i for i, n in zip(items, size, strict=True))
    return per_axis(name, "output_size", items, axes, 1)


def _adaptive_avg(axes: int, x: Any, output_size: Any) -> Any:
    name = f"adaptive_avg_pool{axes}d"
    x, single = images(name, x, axes)
    sizes = _output_sizes(name, output_size, x, axes)
    if _divide(x.shape[2:], sizes):
        kernel = tuple(n // m for n, m in zip(x.shape[2:], sizes, strict=True))
        out = _avg(axes, x, kernel, None, 0, False, True, None, name)
    else:
        out = x
        for axis, m in enumerate(sizes, start=2):
            order = tuple(i for i in range(x.ndim) if i != axis)
            means = _means(x.shape[axis], m).astype(np.result_type(x.dtype, np.float16))
            out = matmul(transpose(out, (*order, axis)), means)
            out = transpose(out, tuple(int(i) for i in np.argsort((*order, axis))))
    return reshape(out, out.shape[1:]) if single else out


def _divide(size: Sizes, parts: Sizes) -> bool:
    return all(n and n % m == 0 for n, m in zip(size, parts, strict=True))


def _parts(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each of m nearly equal parts of n numbers begins and ends."""
    return np.arange(m) * n // m, -(-(np.arange(1, m + 1) * n) // m)


def _means(n: int, m: int) -> np.ndarray:
    """(n, m): each column averages one of m nearly equal parts of n numbers."""
    starts, ends = _parts(n, m)
    place = np.arange(n)[:, None]
    return ((place >= starts) & (place < ends)) / (ends - starts)


def _adaptive_max(axes: int, x: Any, output_size: Any) -> Any:
    name = f"adaptive_max_pool{axes}d"
    x, single = images(name, x, axes)
    sizes = _output_sizes(name, output_size, x, axes)
    if 0 in x.shape[2:]:
        raise ShapeError(f"{name}: {describe(x, 'x')} has no places to look at")
    kernel = []
    for axis, m in enumerate(sizes, start=2):
        parts = _part_places(x.shape[axis], m)
        kernel.append(parts.shape[1])
        if parts.size != x.shape[axis]:  # they overlap or differ: side by side, equally wide
            x = getitem(x, _whole(axis, parts.ravel()))
    out = _max(axes, x, tuple(kernel), None, 0, 1, False, name)
    return reshape(out, out.shape[1:]) if single else out


def winning_places(
    x: Any,
    axes: int,
    kernel_size: Any = None,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    output_size: Any = None,
) -> np.ndarray:
    """Where a max pooling, or with `output_size` an adaptive one, finds each of its numbers.

    Args:
        x: as for the pooling, whose other settings follow.
        axes: how many axes windows slide along.

    Returns:
        Integers in the shape of the pooling's output: places counted in reading order.
    """
    numbers = np.asarray(getattr(x, "data", x))
    shape = numbers.shape[-axes:]
    if output_size is not None:
        sizes = _output_sizes("max_pool", output_size, numbers, axes)
        windows = [_part_places(n, m) for n, m in zip(shape, sizes, strict=True)]
    else:
        kernel, stride, pads, dilation = _geometry(
            "max_pool", numbers.reshape(-1, 1, *shape), kernel_size, stride, padding, dilation,
            ceil_mode,
        )  # fmt: skip
        windows = []
        for n, k, s, (lo, hi), d in zip(shape, kernel, stride, pads, dilation, strict=True):
            starts = np.arange(0, n + lo + hi - d * (k - 1), s) - lo
            windows.append(starts[:, None] + d * np.arange(k))
    # (windows, places in one) along each axis become windows ..., places ... along all of them.
    place, inside = np.zeros((), np.intp), np.ones((), bool)
    for axis, (n, along) in enumerate(zip(shape, windows, strict=True)):
        spread = [1] * (2 * axes)
        spread[axis], spread[axes + axis] = along.shape
        here = along.reshape(spread)
        inside = inside & (here >= 0) & (here < n)
        place = place * n + np.clip(here, 0, n - 1)
    count = place.shape[:axes]
    place, inside = place.reshape(*count, -1), inside.reshape(*count, -1)
    flat = numbers.reshape(*numbers.shape[:-axes], -1)
    seen = np.where(inside, flat[..., place], lowest(numbers.dtype))
    best = np.where(np.isnan(seen), np.inf, seen).argmax(axis=-1)
    return np.take_along_axis(np.broadcast_to(place, seen.shape), best[..., None], -1)[..., 0]


def _part_places(n: int, m: int) -> np.ndarray:
    """(m, widest): the places in each of m nearly equal parts of n; the last is repeated."""
    starts, ends = _parts(n, m)
    return np.minimum(starts[:, None] + np.arange((ends - starts).max()), ends[:, None] - 1)


# ------------------------------------------------------------------------------------------- public


def max_pool1d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest number of each window of (batch, channels, length). See `max_pool2d`.

    >>> max_pool1d(Value([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    Value([[[3., 2.]]])
    """
    return _max(1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest number of each window (Ranzato et al. 2007); where several are, the first.

    Args:
        x: (batch, channels, height, width), or without batch.
        kernel_size: the size of a window; an int, or one for each axis.
        stride: how far it moves each time; its own size by default.
        padding: how much of minus infinity is added on both sides, at most half a window.
        dilation: the distance between the numbers a window sees.
        ceil_mode: a last window may reach beyond the end.

    Returns:
        (batch, channels, windows down, windows across).

    Raises:
        ShapeError: the kernel is larger than the padded input, or x has other axes.
        ValueError: a size is no int or out of its range.

    >>> x = Value([[[[1.0, 5.0], [3.0, 5.0]]]])
    >>> max_pool2d(x, 2).sum().backward()
    >>> x.grad
    array([[[[0., 1.],
             [0., 0.]]]])
    """
    return _max(2, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest number of each window of (batch, channels, depth, height, width).

    See `max_pool2d`.

    >>> max_pool3d(Value(np.arange(8.0).reshape(1, 1, 2, 2, 2)), 2)
    Value([[[[[7.]]]]])
    """
    return _max(3, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window of (batch, channels, length). See `avg_pool2d`.

    >>> avg_pool1d(Value([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    Value([[[2., 1.]]])
    """
    return _avg(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window (LeCun et al. 1989).

    Args:
        x: (batch, channels, height, width), or without batch.
        kernel_size: the size of a window; an int, or one for each axis.
        stride: how far it moves each time; its own size by default.
        padding: zeros added on both sides, at most half a window.
        ceil_mode: a last window may reach beyond the end.
        count_include_pad: whether padding counts as numbers of the window.
        divisor_override: what to divide each sum by instead of a count.

    Returns:
        (batch, channels, windows down, windows across).

    Raises:
        ShapeError: the kernel is larger than the padded input, or x has other axes.
        ValueError: a size is no int or out of its range.

    >>> avg_pool2d(Value([[[[1.0, 5.0], [3.0, 7.0]]]]), 2)
    Value([[[[4.]]]])
    """
    return _avg(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of each window of (batch, channels, depth, height, width). See `avg_pool2d`.

    >>> avg_pool3d(Value(np.arange(8.0).reshape(1, 1, 2, 2, 2)), 2)
    Value([[[[[3.5]]]]])
    """
    return _avg(3, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def adaptive_avg_pool1d(x: Any, output_size: Any) -> Any:
    """The means of `output_size` nearly equal parts of (batch, channels, length).

    See `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool1d(Value([[[1.0, 2.0, 6.0]]]), 1)
    Value([[[3.]]])
    """
    return _adaptive_avg(1, x, output_size)


def adaptive_avg_pool2d(x: Any, output_size: Any) -> Any:
    """The means of nearly equal parts, as many as asked (He et al. 2015, with a size of 1).

    Part i of m along an axis of size n reaches from floor(i n / m) to ceil((i + 1) n / m).

    Args:
        x: (batch, channels, height, width), or without batch.
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Returns:
        (batch, channels, *output_size).

    >>> adaptive_avg_pool2d(Value([[[[1.0, 5.0], [3.0, 7.0]]]]), (1, None))
    Value([[[[2., 6.]]]])
    """
    return _adaptive_avg(2, x, output_size)


def adaptive_avg_pool3d(x: Any, output_size: Any) -> Any:
    """The means of nearly equal parts of (batch, channels, depth, height, width).

    See `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool3d(Value(np.arange(8.0).reshape(1, 1, 2, 2, 2)), 1)
    Value([[[[[3.5]]]]])
    """
    return _adaptive_avg(3, x, output_size)


def adaptive_max_pool1d(x: Any, output_size: Any) -> Any:
    """The largest numbers of `output_size` nearly equal parts of (batch, channels, length).

    See `adaptive_max_pool2d`.

    >>> adaptive_max_pool1d(Value([[[1.0, 2.0, 6.0, 0.0]]]), 2)
    Value([[[2., 6.]]])
    """
    return _adaptive_max(1, x, output_size)


def adaptive_max_pool2d(x: Any, output_size: Any) -> Any:
    """The largest numbers of nearly equal parts, as many as asked; see `adaptive_avg_pool2d`.

    Args:
        x: (batch, channels, height, width), or without batch.
        output_size: an int, or one for each axis; None keeps the axis as it is.

    Returns:
        (batch, channels, *output_size).

    Raises:
        ShapeError: an axis of x is empty.

    >>> adaptive_max_pool2d(Value([[[[1.0, 5.0], [3.0, 7.0]]]]), (1, None))
    Value([[[[3., 7.]]]])
    """
    return _adaptive_max(2, x, output_size)


def adaptive_max_pool3d(x: Any, output_size: Any) -> Any:
    """The largest numbers of nearly equal parts of (batch, channels, depth, height, width).

    See `adaptive_max_pool2d`.

    >>> adaptive_max_pool3d(Value(np.arange(8.0).reshape(1, 1, 2, 2, 2)), 1)
    Value([[[[[7.]]]]])
    """
    return _adaptive_max(3, x, output_size)
