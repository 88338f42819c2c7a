"""Pooling: every window of an image becomes one number, its largest or its mean.

Max pooling is linear once it is known which place of each window won, so two linear primitives
serve all its derivatives: `pool_from_winners` picks numbers where x was largest, `pool_to_winners`
puts them back. Where numbers tie, the first in reading order wins, as in PyTorch. Average pooling
is linear itself, and `avg_unpool` is its transpose.

What has `_into` in its name writes into an array, for compiled code with memory of its own.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arrays import scratch
from autograd.ops.along import _whole
from autograd.ops.windows import (
    Padding,
    Sizes,
    inside,
    new_images,
    padded,
    places,
    windows_in,
)
from autograd.primitive import primitive


def _surrounded(x: Any, padding: Padding, fill: Any) -> Any:
    """x with `fill` around it; a negative padding cuts off."""
    shape = padded(x.shape[2:], padding)
    if not any(lo or hi > 0 for lo, hi in padding):
        return x[(..., *(slice(n) for n in shape))]
    wide: Any = np.full_like(x, fill, shape=(*x.shape[:2], *shape))
    there, part = inside(x.shape[2:], padding)
    wide[(..., *there)] = x[(..., *part)]
    return wide


def _cut_out(wide: Any, size: Sizes, padding: Padding) -> Any:
    """The transpose of surrounding with zeros."""
    there, part = inside(size, padding)
    if all(hi >= 0 for _, hi in padding):
        return wide[(..., *there)]
    x: Any = np.zeros_like(wide, shape=(*wide.shape[:2], *size))
    x[(..., *part)] = wide[(..., *there)]
    return x


def _windows(x: Any, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """For each place in a window, that place of every window, as a view."""
    out = windows_in(x.shape[2:], kernel, stride, dilation)
    for _, window in places(kernel, out, stride, dilation):
        yield (..., *window)


def _pooled(
    x: Any, dtype: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> Any:
    """An array for a number of each window, laid out as x is."""
    size = windows_in(padded(x.shape[2:], padding), kernel, stride, dilation)
    return np.empty_like(x, dtype, shape=(*x.shape[:2], *size))


def lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


# --------------------------------------------------------------------------------------------- max


def max_pool_into(
    out: Any, x: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> None:
    """The largest number of every window, one axis after the other."""
    here = _surrounded(x, padding, lowest(x.dtype))
    last = x.ndim - 1
    for axis, (k, s, d) in enumerate(zip(kernel, stride, dilation, strict=True), start=2):
        end = here.shape[axis] - d * (k - 1)  # where the last window may begin, plus 1
        here, *others = (here[_whole(axis, slice(o * d, o * d + end, s))] for o in range(k))
        into = out if axis == last else None
        for other in others:
            here = into = np.maximum(here, other, out=into)
    if here is not out:
        out[...] = here


@primitive(
    lambda g, out, x, **geometry: _to_winners(g, out, x, **geometry),  # type: ignore[has-type]
    jvp=(lambda t, out, x, **geometry: _from_winners(t, out, x, **geometry),),  # type: ignore[has-type]
    samples="max_pool",
    name="max_pool",
)
def max_pool(x: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes) -> Any:
    out = _pooled(x, x.dtype, kernel, stride, padding, dilation)
    max_pool_into(out, x, kernel, stride, padding, dilation)
    return out


def winners_into(
    won: Any,
    top: Any,
    x: Any,
    kernel: Sizes,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
) -> None:
    """For each place in a window, in which windows it is the first to hold what is largest.

    Args:
        won: (places in a window, *the shape of top), bool.
    """
    wide = _surrounded(x, padding, lowest(x.dtype))
    unordered = bool(np.isnan(top).any())
    open_ = won[-1]  # the windows whose winner was not seen yet
    open_[...] = True
    *firsts, _ = _windows(wide, kernel, stride, dilation)
    for here, window in zip(won, firsts, strict=False):
        np.equal(wide[window], top, out=here)
        if unordered:
            here |= np.isnan(wide[window])
        np.logical_and(here, open_, out=here)
        np.not_equal(open_, here, out=open_)


def _winners(top: Any, x: Any, **geometry: Any) -> Any:
    """The same in memory that is used again, laid out as the images are."""
    batch, channels, *size = top.shape
    shape = (math.prod(geometry["kernel"]), channels, *size, batch)
    won = scratch("winners", shape, bool)
    won = won.transpose(0, won.ndim - 1, *range(1, won.ndim - 1))
    winners_into(won, top, x, **geometry)
    return won


def place_into(
    out: Any, y: Any, won: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> None:
    """Each number of y to the place that won its window."""
    apart = all(s > d * (k - 1) for s, d, k in zip(stride, dilation, kernel, strict=True))
    size = out.shape[2:]
    bare = not any(lo or hi for lo, hi in padding)
    wide = out if bare else np.empty_like(out, shape=(*out.shape[:2], *padded(size, padding)))
    if not (apart and won.size == wide.size):
        wide.fill(0)
    if y.strides != tuple(y.itemsize * s for s in won[0].strides):
        y, same = np.empty_like(won[0], y.dtype), y
        y[...] = same
    for here, window in zip(won, _windows(wide, kernel, stride, dilation), strict=True):
        if apart:
            np.multiply(y, here, out=wide[window])
        else:
            wide[window] += y * here
    if not bare:
        out[...] = _cut_out(wide, size, padding)


def to_winners_into(out: Any, y: Any, top: Any, x: Any, **geometry: Any) -> None:
    """Each number of y goes to where its window was largest."""
    place_into(out, y, _winners(top, x, **geometry), **geometry)


@primitive(
    lambda g, out, y, top, x, **geometry: _from_winners(g, top, x, **geometry),  # type: ignore[has-type]
    None,
    None,
    jvp="linear",
    samples="pool_to_winners",
    name="pool_to_winners",
)
def _to_winners(
    y: Any, top: Any, x: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> Any:
    out = np.empty_like(x, y.dtype)
    geometry = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    to_winners_into(out, y, top, x, **geometry)
    return out


@primitive(
    lambda g, out, t, top, x, **geometry: _to_winners(g, top, x, **geometry),
    None,
    None,
    jvp="linear",
    samples="pool_from_winners",
    name="pool_from_winners",
)
def _from_winners(
    t: Any, top: Any, x: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> Any:
    """From each window of t the number that lies where x was largest."""
    wide = _surrounded(t, padding, 0)
    out = np.zeros_like(top, t.dtype)
    geometry = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    won = _winners(top, x, **geometry)
    for here, window in zip(won, _windows(wide, kernel, stride, dilation), strict=True):
        np.copyto(out, wide[window], where=here)
    return out


# ------------------------------------------------------------------------------------------- means


def _counts(size: Sizes, kernel: Sizes, stride: Sizes, padding: Padding, divisor: Any) -> Any:
    """What each window is divided by: "inside" counts its numbers, "all" its padding too."""
    if divisor not in ("inside", "all"):
        return divisor
    total: Any = 1
    for n, k, s, (lo, hi) in zip(size, kernel, stride, padding, strict=True):
        starts = np.arange(0, n + lo + hi - k + 1, s)
        first, last = (lo, lo + n) if divisor == "inside" else (0, n + 2 * lo)
        count = np.minimum(starts + k, last) - np.maximum(starts, first)
        total = np.multiply.outer(total, count)
    return total


def avg_pool_into(
    out: Any, x: Any, kernel: Sizes, stride: Sizes, padding: Padding, divisor: Any
) -> None:
    """The sum of every window, place by place, divided."""
    wide = _surrounded(x, padding, 0)
    first, *others = _windows(wide, kernel, stride, (1,) * len(kernel))
    total = wide[first]
    for window in others:
        total = np.add(total, wide[window], out=out, dtype=out.dtype)
    np.divide(total, _counts(x.shape[2:], kernel, stride, padding, divisor), out=out)


@primitive(
    lambda g, out, x, **geometry: _avg_unpool(g, size=tuple(np.shape(x)[2:]), **geometry),  # type: ignore[has-type]
    jvp="linear",
    samples="avg_pool",
    name="avg_pool",
)
def avg_pool(x: Any, kernel: Sizes, stride: Sizes, padding: Padding, divisor: Any) -> Any:
    out = _pooled(x, np.result_type(x, np.float16), kernel, stride, padding, (1,) * len(kernel))
    avg_pool_into(out, x, kernel, stride, padding, divisor)
    return out


def avg_unpool_into(
    x: Any, y: Any, size: Sizes, kernel: Sizes, stride: Sizes, padding: Padding, divisor: Any
) -> None:
    """Each number of y, divided, to every place of its window."""
    batch, channels = y.shape[:2]
    bare = not any(lo or hi for lo, hi in padding)
    wide = x if bare else new_images(batch, channels, padded(size, padding), y.dtype)
    share = new_images(batch, channels, y.shape[2:], y.dtype)
    np.divide(y, _counts(size, kernel, stride, padding, divisor), out=share, casting="same_kind")
    windows = _windows(wide, kernel, stride, (1,) * len(kernel))
    if kernel == stride and math.prod(kernel) * y.size == wide.size:
        for window in windows:  # each place is in one
            wide[window] = share
    else:
        wide.fill(0)
        for window in windows:
            wide[window] += share
    if not bare:
        x[...] = _cut_out(wide, size, padding)


@primitive(
    lambda g, out, y, size, **geometry: avg_pool(g, **geometry),
    jvp="linear",
    samples="avg_unpool",
    name="avg_unpool",
)
def _avg_unpool(
    y: Any, size: Sizes, kernel: Sizes, stride: Sizes, padding: Padding, divisor: Any
) -> Any:
    """The transpose."""
    batch, channels = y.shape[:2]
    x = new_images(batch, channels, size, y.dtype)
    avg_unpool_into(x, y, size, kernel, stride, padding, divisor)
    return x
