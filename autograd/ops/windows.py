"""Windows: what a kernel sees as it slides over images, for convolutions and pooling alike.

In memory, images lie with the channels outermost and the batch innermost: (channels, *places,
batch). Neighbouring places then are long runs of numbers, whatever the kernel, and to gather all
windows is to copy whole runs. To everybody else they have the usual shape, (batch, channels,
*places), of which this is a view; what is computed from it elementwise keeps the layout.

Padding is a pair for each axis and exact: what the stride does not reach is cut off by a negative
one, so that every size follows from the others.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.arrays import scratch
from autograd.threads import WORKERS

Sizes = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]
Box = tuple[slice, ...]

OWN = 1 << 19  # numbers in the windows of a box that stays in a core's own cache
COMMON = 1 << 20  # and in the cache of all cores


def in_memory(x: Any) -> Any:
    """Images as they lie in memory: (channels, *places, batch)."""
    return x.transpose(*range(1, x.ndim), 0)


def as_images(x: Any) -> Any:
    """The way back: (batch, channels, *places)."""
    return x.transpose(x.ndim - 1, *range(x.ndim - 1))


def new_images(batch: int, channels: int, size: Sizes, dtype: Any) -> Any:
    """An array (batch, channels, *size), laid out as images are."""
    return as_images(np.empty((channels, *size, batch), dtype))


def as_rows(x: Any, groups: int = 1) -> Any:
    """Images as a matrix for each group: (groups, channels of one, places · batch)."""
    channels = x.shape[1]
    columns = math.prod((x.shape[0], *x.shape[2:]))
    return in_memory(x).reshape(groups, channels // groups, columns)


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


def span(kernel: Sizes, dilation: Sizes) -> Sizes:
    """How far a window reaches along each axis."""
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def windows_in(size: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Sizes:
    """How many windows there are along each axis."""
    reach = span(kernel, dilation)
    return tuple((n - r) // s + 1 for n, r, s in zip(size, reach, stride, strict=True))


def padded(size: Sizes, padding: Padding) -> Sizes:
    """The size with its padding."""
    return tuple(n + lo + hi for n, (lo, hi) in zip(size, padding, strict=True))


def inside(size: Sizes, padding: Padding) -> tuple[Box, Box]:
    """Where the input lies in the padded one, and which part of it does."""
    there, part = [], []
    for n, (lo, hi) in zip(size, padding, strict=True):
        start, stop = max(-lo, 0), n + min(hi, 0)
        part.append(slice(start, max(start, stop)))
        there.append(slice(start + lo, max(start, stop) + lo))
    return tuple(there), tuple(part)


def surrounded(x: Any, padding: Padding) -> Any:
    """Images as they lie in memory, contiguous, with zeros around."""
    x = in_memory(x)
    channels, *size, batch = x.shape
    if x.flags.c_contiguous and not any(lo or hi for lo, hi in padding):
        return x
    there, part = inside(tuple(size), padding)
    wide = scratch("padded", (channels, *padded(tuple(size), padding), batch), x.dtype)
    if any(lo or hi > 0 for lo, hi in padding):
        wide.fill(0)
    wide[(slice(None), *there)] = x[(slice(None), *part)]
    return wide


def boxes(size: Sizes, numbers_each: int, most: int, even: int = 1) -> list[Box]:
    """All places in reading order, in boxes that hold no more numbers than asked.

    Args:
        even: their number is a multiple of this, where there are places enough.
    """
    axis = 0
    while axis < len(size) - 1 and math.prod(size[axis + 1 :]) * numbers_each > most:
        axis += 1
    each = math.prod(size[axis + 1 :]) * numbers_each
    parts = -(-size[axis] // max(1, most // max(each, 1)))
    parts = min(-(-parts // even) * even, size[axis])
    ends = [size[axis] * i // parts for i in range(parts + 1)]
    rest = tuple(slice(0, n) for n in size[axis + 1 :])
    return [
        (*(slice(i, i + 1) for i in outer), slice(a, b), *rest)
        for outer in np.ndindex(size[:axis])
        for a, b in itertools.pairwise(ends)
    ]


def columns(box: Box, size: Sizes, batch: int) -> slice:
    """Which columns of `as_rows` hold the places of a box."""
    start, count = 0, batch
    for part, n in zip(box, size, strict=True):
        start = start * n + part.start
        count *= part.stop - part.start
    return slice(start * batch, start * batch + count)


class Windows:
    """All windows of images, a box at a time as the columns of a matrix."""

    def __init__(
        self,
        x: Any,
        kernel: Sizes,
        out: Sizes,
        stride: Sizes,
        padding: Padding,
        dilation: Sizes,
        groups: int,
    ) -> None:
        wide = surrounded(x, padding)
        channels, self.batch = wide.shape[0], wide.shape[-1]
        channel, *along, number = wide.strides
        self.view = np.lib.stride_tricks.as_strided(
            wide,
            (channels, *kernel, *out, self.batch),
            (
                channel,
                *(d * n for d, n in zip(dilation, along, strict=True)),
                *(s * n for s, n in zip(stride, along, strict=True)),
                number,
            ),
        )
        self.out = out
        self.groups = groups
        self.rows = math.prod(kernel) * channels
        self.is_x = math.prod(kernel) == 1 and all(s == 1 for s in stride)

    def boxes(self, shared: bool) -> list[Box]:
        """Boxes of places: what fits in a core's own cache, or in that of all."""
        most, even = (OWN, WORKERS) if shared else (COMMON, 1)
        return boxes(self.out, self.rows * self.batch, most, even)

    def columns(self, box: Box) -> slice:
        """Which columns of the output a box makes."""
        return columns(box, self.out, self.batch)

    def matrix(self, box: Box) -> Any:
        """The windows of a box: (groups, channels of one · kernel, places · batch)."""
        index: Any = (..., *box, slice(None))
        part = self.view[index]
        if not self.is_x:
            seen, part = part, scratch("windows", part.shape, part.dtype)
            part[...] = seen
        where = self.columns(box)
        return part.reshape(self.groups, self.rows // self.groups, where.stop - where.start)
