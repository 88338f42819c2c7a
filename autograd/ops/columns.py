"""Images taken apart into their windows, a column each, and put together again by adding.

`im2col` lists what a kernel would see at every place; `col2im` is its transpose, so each is the
other's derivative. A convolution is `weight @ im2col(x)`: that is how it is explained best, and how
windows of a kind of one's own are made (local attention, patches of images).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.asked import _array, per_axis
from autograd.ops.windows import Padding, Sizes, inside, padded, places, windows_in
from autograd.primitive import primitive

__all__ = ["col2im", "im2col"]


def _to_images(g: Any, out: Any, x: Any, **geometry: Any) -> Any:
    return _col2im(g, size=tuple(np.shape(x)[2:]), **geometry)


def _to_columns(g: Any, out: Any, y: Any, size: Sizes, **geometry: Any) -> Any:
    return _im2col(g, **geometry)


def _at(box: tuple[Any, ...]) -> Any:
    """The index of a box of places, in all images and channels."""
    return (..., *box)


@primitive(_to_images, jvp="linear", samples="im2col", name="im2col")
def _im2col(x: Any, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes) -> Any:
    """(batch, channels, *size) as (batch, channels · kernel, windows)."""
    batch, channels, *size = x.shape
    wide = np.zeros((batch, channels, *padded(tuple(size), padding)), x.dtype)
    there, part = inside(tuple(size), padding)
    wide[_at(there)] = x[_at(part)]
    many = windows_in(wide.shape[2:], kernel, stride, dilation)
    columns = np.empty((batch, channels, *kernel, *many), x.dtype)
    for offset, seen in places(kernel, many, stride, dilation):
        columns[(slice(None), slice(None), *offset)] = wide[_at(seen)]
    return columns.reshape(batch, channels * math.prod(kernel), math.prod(many))


@primitive(_to_columns, jvp="linear", samples="col2im", name="col2im")
def _col2im(
    y: Any, size: Sizes, kernel: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> Any:
    """(batch, channels · kernel, windows) as (batch, channels, *size): what overlaps is added."""
    batch, channels = y.shape[0], y.shape[1] // math.prod(kernel)
    wide = np.zeros((batch, channels, *padded(size, padding)), y.dtype)
    many = windows_in(wide.shape[2:], kernel, stride, dilation)
    columns = y.reshape(batch, channels, *kernel, *many)
    for offset, seen in places(kernel, many, stride, dilation):
        wide[_at(seen)] += columns[(slice(None), slice(None), *offset)]
    there, part = inside(size, padding)
    images = np.zeros((batch, channels, *size), y.dtype)
    images[_at(part)] = wide[_at(there)]
    return images


def _geometry(
    name: str, kernel_size: Any, dilation: Any, padding: Any, stride: Any, size: Sizes
) -> tuple[dict[str, Any], Sizes]:
    """What the operations are asked for, and how many windows there are along each axis."""
    kernel, dilation, padding, stride = (
        per_axis(name, what, given, 2, least)
        for what, given, least in (
            ("kernel_size", kernel_size, 1),
            ("dilation", dilation, 1),
            ("padding", padding, 0),
            ("stride", stride, 1),
        )
    )
    around = tuple((p, p) for p in padding)
    many = windows_in(padded(size, around), kernel, stride, dilation)
    if min(many) < 1:
        raise ShapeError(
            f"{name}: windows of kernel_size {kernel} and dilation {dilation} do not fit images of "
            f"{size} with padding {padding}"
        )
    return {"kernel": kernel, "stride": stride, "padding": around, "dilation": dilation}, many


def im2col(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows of images, each a column (PyTorch's unfold).

    Args:
        x: (batch, channels, height, width) or (channels, height, width).
        kernel_size: the size of a window; an int, or two.
        dilation: how far apart the numbers are that a window sees.
        padding: how many zeros surround the image.
        stride: how far apart windows are.

    Returns:
        (batch, channels · kernel_size, windows): the rows channel by channel, the windows in
        reading order.

    Raises:
        ShapeError: x has other axes, or no window fits.

    >>> im2col(Value(np.arange(9.0).reshape(1, 1, 3, 3)), 2)
    Value([[[0., 1., 3., 4.],
            [1., 2., 4., 5.],
            [3., 4., 6., 7.],
            [4., 5., 7., 8.]]])
    """
    x = _array(x, "im2col")
    if x.ndim not in (3, 4):
        raise ShapeError(
            f"im2col: {describe(x, 'x')} must be images: (batch, channels, height, width)"
        )
    size = tuple(x.shape[-2:])
    geometry, _ = _geometry("im2col", kernel_size, dilation, padding, stride, size)
    return _im2col(x, **geometry) if x.ndim == 4 else _im2col(x[None], **geometry)[0]


def col2im(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Any:
    """Images from their windows: where windows overlap, their numbers are added (PyTorch's fold).

    Args:
        x: (batch, channels · kernel_size, windows), as `im2col` gives it; or without batch.
        output_size: (height, width) of the images; an int for squares.
        kernel_size, dilation, padding, stride: as `im2col`'s.

    Returns:
        (batch, channels, height, width).

    Raises:
        ShapeError: x does not hold the windows of such images.

    >>> x = Value(np.ones((1, 1, 3, 3)))
    >>> col2im(im2col(x, 2), 3, 2)[0, 0]
    Value([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    x = _array(x, "col2im")
    size = per_axis("col2im", "output_size", output_size, 2, 1)
    geometry, many = _geometry("col2im", kernel_size, dilation, padding, stride, size)
    rows = math.prod(geometry["kernel"])
    if x.ndim not in (2, 3) or x.shape[-2] % rows or x.shape[-1] != math.prod(many):
        raise ShapeError(
            f"col2im: {describe(x, 'x')} must be (batch, channels · {rows}, {math.prod(many)}): "
            f"images of {size} have {many[0]} x {many[1]} windows of kernel_size "
            f"{geometry['kernel']}"
        )
    if x.ndim == 2:
        return _col2im(x[None], size=size, **geometry)[0]
    return _col2im(x, size=size, **geometry)
