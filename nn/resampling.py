"""Resampling: images made larger, and channels turned into places.

Names and arguments are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.inputs import as_input, check_sizes
from nn.module import Module

#: How many axes each way to interpolate is for; None: one to three.
MODES = {
    "nearest": None, "nearest-exact": None, "linear": 1, "bilinear": 2, "bicubic": 2,
    "trilinear": 3,
}  # fmt: skip


class Upsample(Module):
    """More places (or fewer), whose numbers are interpolated between those that are there.

    Args:
        size: how many places there will be along each axis; an int, or one for each.
        scale_factor: or how many times as many; a number, or one for each axis.
        mode: 'nearest', 'nearest-exact', 'linear' (for sequences), 'bilinear' or 'bicubic' (for
            images), 'trilinear' (for volumes).
        align_corners: whether the first and last places stay where they are; not for 'nearest'.
        recompute_scale_factor: take the factor from the sizes, which are whole numbers.

    Shapes:
        x: (batch, channels, ...); output: the same axes, with other sizes.

    Raises:
        ValueError: not exactly one of size and scale_factor, or an unknown mode.
        ShapeError: on a call, the input has other axes than the mode is for.

    >>> nn.Upsample(scale_factor=2)(np.array([[[1.0, 2.0]]]))
    array([[[1., 1., 2., 2.]]])
    >>> nn.Upsample(size=3, mode="linear", align_corners=True)(np.array([[[1.0, 2.0]]]))
    array([[[1. , 1.5, 2. ]]])
    """

    def __init__(
        self,
        size: int | tuple[int, ...] | None = None,
        scale_factor: float | tuple[float, ...] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        if (size is None) == (scale_factor is None):
            raise ValueError(
                f"Upsample: give one of size and scale_factor, got size={size} and "
                f"scale_factor={scale_factor}"
            )
        if mode not in MODES:
            raise ValueError(f"Upsample: mode is one of {', '.join(MODES)}, got {mode!r}")
        if align_corners is not None and mode.startswith("nearest"):
            raise ValueError(f"Upsample: align_corners has no meaning for mode {mode!r}")
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = bool(align_corners)
        self.recompute_scale_factor = bool(recompute_scale_factor)

    def forward(self, x: Any) -> Any:
        x = as_input(x, np.result_type(np.asarray(getattr(x, "_data", x)).dtype, np.float16))
        axes, wanted = x.ndim - 2, MODES[self.mode]
        if axes != wanted if wanted else not 1 <= axes <= 3:
            raise ShapeError(
                f"{self._label()}: mode {self.mode!r} expects (batch, channels, ...) with "
                f"{wanted or '1 to 3'} axes of places, got shape {x.shape}"
            )
        given: Any = self.scale_factor if self.size is None else self.size
        each = tuple(given) if isinstance(given, (tuple, list)) else (given,) * axes
        if len(each) != axes:
            raise ShapeError(
                f"{self._label()}: {len(each)} sizes or factors for {axes} axes of shape {x.shape}"
            )
        for axis, asked in enumerate(each, start=2):
            n = x.shape[axis]
            m = math.floor(n * asked) if self.size is None else int(asked)
            step = n / m if self.size is not None or self.recompute_scale_factor else 1 / asked
            x = self._along(x, axis, n, m, step)
        return x

    def _along(self, x: Any, axis: int, n: int, m: int, step: float) -> Any:
        """x with m places along an axis of n, `step` of the old ones apart."""
        place = np.arange(m)
        if self.mode == "nearest":
            return autograd.take(x, np.minimum((place * step).astype(int), n - 1), axis=axis)
        if self.mode == "nearest-exact":
            return autograd.take(x, np.minimum(((place + 0.5) * step).astype(int), n - 1), axis)
        if self.align_corners:
            at = place * ((n - 1) / (m - 1) if m > 1 else 0.0)
        else:
            at = (place + 0.5) * step - 0.5
        weights = _cubic(at, n) if self.mode == "bicubic" else _linear(at, n)
        order = tuple(i for i in range(x.ndim) if i != axis)
        out = autograd.transpose(x, (*order, axis)) @ weights.astype(x.dtype)
        return autograd.transpose(out, tuple(int(i) for i in np.argsort((*order, axis))))

    def extra_repr(self) -> str:
        how = f"size={self.size}" if self.size is not None else f"scale_factor={self.scale_factor}"
        return f"{how}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """`Upsample` of images with mode 'nearest'.

    >>> nn.UpsamplingNearest2d(scale_factor=2)(np.ones((1, 1, 2, 2))).shape
    (1, 1, 4, 4)
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(Upsample):
    """`Upsample` of images with mode 'bilinear' and the corners where they were.

    >>> nn.UpsamplingBilinear2d(size=(1, 3))(np.array([[[[1.0, 2.0]]]]))
    array([[[[1. , 1.5, 2. ]]]])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)


def _linear(at: np.ndarray, n: int) -> np.ndarray:
    """(n, m): how much each of n numbers counts at each of m places between them."""
    at = np.clip(at, 0, n - 1)
    return np.maximum(1 - np.abs(np.arange(n)[:, None] - at), 0)


def _cubic(at: np.ndarray, n: int, a: float = -0.75) -> np.ndarray:
    """The same for cubic convolution (Keys 1981), with the border repeated."""
    first = np.floor(at).astype(int)
    weights = np.zeros((n, len(at)))
    for k in range(-1, 3):
        d = np.abs(at - (first + k))
        near = ((a + 2) * d - (a + 3)) * d * d + 1
        far = a * (((d - 5) * d + 8) * d - 4)
        where = np.clip(first + k, 0, n - 1), np.arange(len(at))
        np.add.at(weights, where, np.where(d <= 1, near, np.where(d < 2, far, 0)))
    return weights


class _Rearranged(Module):
    """A layer that only moves numbers, by a whole factor."""

    def __init__(self, factor: int, name: str) -> None:
        super().__init__()
        check_sizes(type(self).__name__, **{name: factor})
        self.__dict__[name] = self._factor = factor
        self._setting = name

    def _checked(self, x: Any, least: int, fits: Callable[[Any], bool], needs: str) -> Any:
        shape = np.shape(x)
        if len(shape) < least or not fits(shape):
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...) with {needs} that is a multiple "
                f"of {self._factor}, got shape {shape}"
            )
        return shape

    def extra_repr(self) -> str:
        return f"{self._setting}={self._factor}"


class PixelShuffle(_Rearranged):
    """Channels turned into places: an image r times as high and wide (Shi et al. 2016).

    Args:
        upscale_factor: r.

    Shapes:
        x: (..., channels · r², height, width); output: (..., channels, height · r, width · r).

    >>> nn.PixelShuffle(2)(np.arange(4.0).reshape(1, 4, 1, 1))
    array([[[[0., 1.],
             [2., 3.]]]])
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__(upscale_factor, "upscale_factor")

    def forward(self, x: Any) -> Any:
        r = self._factor
        *outer, c, h, w = self._checked(
            x, 3, lambda s: s[-3] % r**2 == 0, "a number of channels / factor"
        )
        k = len(outer)
        x = autograd.reshape(x, (*outer, c // r**2, r, r, h, w))
        x = autograd.transpose(x, (*range(k + 1), k + 3, k + 1, k + 4, k + 2))
        return autograd.reshape(x, (*outer, c // r**2, h * r, w * r))


class PixelUnshuffle(_Rearranged):
    """Places turned into channels: the way back from `PixelShuffle`.

    Args:
        downscale_factor: r.

    Shapes:
        x: (..., channels, height · r, width · r); output: (..., channels · r², height, width).

    >>> nn.PixelUnshuffle(2)(np.arange(4.0).reshape(1, 1, 2, 2)).ravel()
    array([0., 1., 2., 3.])
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__(downscale_factor, "downscale_factor")

    def forward(self, x: Any) -> Any:
        r = self._factor
        *outer, c, h, w = self._checked(
            x, 3, lambda s: s[-2] % r == s[-1] % r == 0, "a height and a width"
        )
        k = len(outer)
        x = autograd.reshape(x, (*outer, c, h // r, r, w // r, r))
        x = autograd.transpose(x, (*range(k + 1), k + 2, k + 4, k + 1, k + 3))
        return autograd.reshape(x, (*outer, c * r**2, h // r, w // r))


class ChannelShuffle(_Rearranged):
    """Channels of several groups dealt out in turn (Zhang et al. 2018).

    Args:
        groups: how many groups there are; a divisor of the channels.

    Shapes:
        x and output: (batch, channels, ...).

    >>> nn.ChannelShuffle(2)(np.arange(4.0).reshape(1, 4)).ravel()
    array([0., 2., 1., 3.])
    """

    def __init__(self, groups: int) -> None:
        super().__init__(groups, "groups")

    def forward(self, x: Any) -> Any:
        batch, c, *places = self._checked(
            x, 2, lambda s: s[1] % self._factor == 0, "a number of channels"
        )
        x = autograd.reshape(x, (batch, self._factor, c // self._factor, *places))
        return autograd.reshape(autograd.swapaxes(x, 1, 2), (batch, c, *places))
