"""Convolution: three linear maps that are each other's derivatives, for any number of axes.

A convolution is linear in its input and in its weight, so the number <y, conv(x, w)> is linear in
each of x, w and y. Its three partial derivatives are the three primitives here, and the derivative
of each is made of the other two, to any order:

    conv             x, w → y    each output is a weighted sum of a window of the input
    conv_transpose   y, w → x    each output number is spread over its window (Zeiler et al. 2010)
    conv_weight      x, y → w    how often each weight met each pair of input and output

All three leave the work to matrix products, of windows laid out as the columns of a matrix
(Chellapilla, Puri and Simard 2006), a block of `windows` at a time. Each comes as a function that
writes into an array, which compiled code calls with memory it keeps, and as the primitive.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arrays import scratch
from autograd.ops.windows import (
    COMMON,
    Box,
    Padding,
    Sizes,
    Windows,
    as_rows,
    boxes,
    columns,
    in_memory,
    inside,
    new_images,
    padded,
    places,
    span,
    windows_in,
)
from autograd.primitive import primitive
from autograd.threads import share

#: Spreading numbers over windows costs as much as gathering windows of so many times the channels.
_SPREAD = 3
#: Multiplications in a product that OpenBLAS leaves to one core; two cores then do one each.
_ALONE = 1 << 19
#: Multiplications that are worth waking another core.
_WORTH = 1 << 23
#: Columns come in multiples of this, or the processor's vectors are not filled.
_LANES = 64
#: Columns that are worth a matrix of sums.
_SUMMED = 256


def _matrices(weight: Any, groups: int) -> Any:
    """A weight as a matrix for each group: (groups, outputs of one, channels · kernel)."""
    outputs = weight.shape[0] // groups
    return weight.reshape(groups, outputs, math.prod(weight.shape[1:]))


def along_channels(bias: Any, ndim: int) -> Any:
    """One number for each channel, to be added to (batch, channels, ...)."""
    return bias.reshape((1, bias.shape[0], *(1,) * (ndim - 2)))


@primitive(
    lambda g, out, y: np.broadcast_to(along_channels(g, y.ndim), np.shape(y)),
    jvp="linear",
    samples="by channel",
    name="channel_sum",
)
def _channel_sum(y: Any) -> Any:
    total = np.empty(y.shape[1], y.dtype)
    channel_sum_into(total, y)
    return total


def channel_sum_into(total: Any, y: Any) -> None:
    """The sum of every channel; a matrix product adds quicker than a sum does."""
    rows = as_rows(y)[0]
    np.matmul(rows, np.ones(rows.shape[1], y.dtype), out=total)


# --------------------------------------------------------------------------------------- products


def _piece(matrices: Any) -> int:
    """How many columns a product may have to be done by one core alone; 0: let all share it."""
    most = _ALONE // max(math.prod(matrices.shape[1:]), 1)
    return most // _LANES * _LANES


def _product(matrices: Any, columns: Any, out: Any, piece: int) -> None:
    """A matrix product for each group, some columns at a time."""
    groups, rows, inner = matrices.shape
    count = columns.shape[2]
    many = count // piece if piece else 0
    if many < 2:
        np.matmul(matrices, columns, out=out)
        return
    split = many * piece
    left = matrices[:, None]
    right = columns[:, :, :split].reshape(groups, inner, many, piece).swapaxes(1, 2)
    np.matmul(left, right, out=out[:, :, :split].reshape(groups, rows, many, piece).swapaxes(1, 2))
    if split < count:
        np.matmul(matrices, columns[:, :, split:], out=out[:, :, split:])


# ---------------------------------------------------------------------------------- into an array


def conv_into(
    y: Any,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> None:
    """Weighted sums of windows."""
    matrices = _matrices(weight, groups)
    rows = as_rows(y, groups)
    seen = Windows(x, weight.shape[2:], y.shape[2:], stride, padding, dilation, groups)
    piece = _piece(matrices)

    def part(box: Box) -> None:
        _product(matrices, seen.matrix(box), rows[:, :, seen.columns(box)], piece)

    shared = piece > 0 and matrices.size * rows.shape[2] >= _WORTH
    share(part, seen.boxes(shared), shared)
    if bias is not None:
        rows += bias.reshape(groups, matrices.shape[1], 1)
    if not in_memory(y).flags.c_contiguous:
        in_memory(y)[...] = rows.reshape(in_memory(y).shape)


def conv_transpose_into(
    x: Any, y: Any, weight: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> None:
    """Every number of y spread over its window, or what comes to each place gathered."""
    outputs, channels, *kernel = weight.shape
    if all(s == 1 for s in stride) and outputs // groups <= _SPREAD * channels:
        # Each place of x is met by a window of y, mirrored; so is its weight.
        split = weight.reshape(groups, outputs // groups, *weight.shape[1:])
        turned = np.flip(split.swapaxes(1, 2), axis=tuple(range(3, split.ndim)))
        mirrored = turned.reshape(groups * channels, outputs // groups, *kernel)
        reach = span(tuple(kernel), dilation)
        around = tuple((r - 1 - lo, r - 1 - hi) for r, (lo, hi) in zip(reach, padding, strict=True))
        conv_into(x, y, mirrored, None, stride, around, dilation, groups)
    else:
        _spread_into(x, y, weight, stride, padding, dilation, groups)


def _spread_into(
    x: Any, y: Any, weight: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> None:
    batch, _, *out = y.shape
    channels, kernel, size = x.shape[1], weight.shape[2:], x.shape[2:]
    wide = np.zeros((channels, *padded(size, padding), batch), x.dtype)
    matrices = np.ascontiguousarray(_matrices(weight, groups).mT)
    rows = as_rows(y, groups)
    for box in boxes(tuple(out), math.prod(kernel) * channels * batch, COMMON):
        some = rows[:, :, columns(box, tuple(out), batch)]
        extent = tuple(b.stop - b.start for b in box)
        spread = scratch("spread", (channels, *kernel, *extent, batch), x.dtype)
        whole = spread.reshape(groups, matrices.shape[1], some.shape[2])
        np.matmul(matrices, some, out=whole)
        for offset, window in places(kernel, extent, stride, dilation):
            there = tuple(
                slice(w.start + b.start * s, w.stop + b.start * s, w.step)
                for w, b, s in zip(window, box, stride, strict=True)
            )
            wide[(slice(None), *there)] += spread[(slice(None), *offset)]
    there, part = inside(size, padding)
    into = in_memory(x)
    if any(lo < 0 or hi < 0 for lo, hi in padding):
        into[...] = 0
    into[(slice(None), *part)] = wide[(slice(None), *there)]


def conv_weight_into(
    weight: Any, x: Any, y: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> None:
    """Every window times what was made of it, summed over all windows."""
    matrices = _matrices(weight, groups)
    rows = as_rows(y, groups)
    seen = Windows(x, weight.shape[2:], y.shape[2:], stride, padding, dilation, groups)
    piece = _piece(matrices)
    piece = piece if piece >= _SUMMED else 0
    shared = piece > 0 and matrices.size * rows.shape[2] >= _WORTH
    sums: dict[int, Any] = {}

    def part(box: Box) -> None:
        where = seen.columns(box)
        sums[where.start] = _summed(seen.matrix(box), rows[:, :, where], piece)

    share(part, seen.boxes(shared), shared)
    total = sum(sums[start] for start in sorted(sums))  # the same order whoever was first
    matrices[...] = total.mT if sums else 0
    if not weight.flags.c_contiguous:
        weight[...] = matrices.reshape(weight.shape)


def _summed(windows: Any, rows: Any, piece: int) -> Any:
    """windows @ rows.mT, some columns at a time."""
    groups, count = windows.shape[0], windows.shape[2]
    many = count // piece if piece else 0
    if many < 2:
        return windows @ rows.mT
    split = many * piece
    left, right = (
        a[:, :, :split].reshape(groups, a.shape[1], many, piece).swapaxes(1, 2)
        for a in (windows, rows)
    )
    total = np.add.reduce(left @ right.mT, axis=1)
    if split < count:
        total += windows[:, :, split:] @ rows[:, :, split:].mT
    return total


# ------------------------------------------------------------------------------------- primitives


def _conv_forward(
    x: Any, weight: Any, bias: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Any:
    size = windows_in(padded(x.shape[2:], padding), weight.shape[2:], stride, dilation)
    dtype = np.result_type(*(a for a in (x, weight, bias) if a is not None))
    y = new_images(x.shape[0], weight.shape[0], size, dtype)
    conv_into(y, x, weight, bias, stride, padding, dilation, groups)
    return y


def _transpose_forward(
    y: Any, weight: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Any:
    reach = span(weight.shape[2:], dilation)
    size = tuple(
        (n - 1) * s + r - lo - hi
        for n, s, r, (lo, hi) in zip(y.shape[2:], stride, reach, padding, strict=True)
    )
    dtype = np.result_type(y, weight)
    x = new_images(y.shape[0], weight.shape[1] * groups, size, dtype)
    conv_transpose_into(x, y, weight, stride, padding, dilation, groups)
    return x


def _weight_forward(
    x: Any, y: Any, stride: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Any:
    kernel = tuple(
        (n - (m - 1) * s - 1) // d + 1
        for n, m, s, d in zip(
            padded(x.shape[2:], padding), y.shape[2:], stride, dilation, strict=True
        )
    )
    shape = (y.shape[1], x.shape[1] // groups, *kernel)
    weight = np.empty(shape, np.result_type(x, y))
    conv_weight_into(weight, x, y, stride, padding, dilation, groups)
    return weight


conv: Any = primitive(
    lambda g, out, x, weight, bias, **geometry: conv_transpose(g, weight, **geometry),
    lambda g, out, x, weight, bias, **geometry: conv_weight(x, g, **geometry),
    lambda g, out, x, weight, bias, **geometry: _channel_sum(g),
    jvp=(
        lambda t, out, x, weight, bias, **geometry: conv(t, weight, None, **geometry),
        lambda t, out, x, weight, bias, **geometry: conv(x, t, None, **geometry),
        lambda t, out, x, weight, bias, **geometry: along_channels(t, out.ndim),
    ),
    samples="conv",
    name="conv",
    symbol="∗",
)(_conv_forward)

conv_transpose: Any = primitive(
    lambda g, out, y, weight, **geometry: conv(g, weight, None, **geometry),
    lambda g, out, y, weight, **geometry: conv_weight(g, y, **geometry),
    jvp="product",
    samples="conv_transpose",
    name="conv_transpose",
)(_transpose_forward)

conv_weight: Any = primitive(
    lambda g, out, x, y, **geometry: conv_transpose(y, g, **geometry),
    lambda g, out, x, y, **geometry: conv(x, g, None, **geometry),
    jvp="product",
    samples="conv_weight",
    name="conv_weight",
)(_weight_forward)
