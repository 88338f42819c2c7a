"""Functions of images, sequences and tables with PyTorch's arguments: each is a layer's, made for a
single call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Value
from nn import channel_norms, padding, pooling, resampling, targets, unfolding
from nn.functional.activations import of_layer
from nn.module import Module

_POOL = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_LP = ("norm_type", "kernel_size", "stride", "ceil_mode")
max_pool1d = of_layer(pooling.MaxPool1d, *_POOL)
max_pool2d = of_layer(pooling.MaxPool2d, *_POOL)
max_pool3d = of_layer(pooling.MaxPool3d, *_POOL)
adaptive_max_pool1d = of_layer(pooling.AdaptiveMaxPool1d, "output_size", "return_indices")
adaptive_max_pool2d = of_layer(pooling.AdaptiveMaxPool2d, "output_size", "return_indices")
adaptive_max_pool3d = of_layer(pooling.AdaptiveMaxPool3d, "output_size", "return_indices")
lp_pool1d = of_layer(pooling.LPPool1d, *_LP)
lp_pool2d = of_layer(pooling.LPPool2d, *_LP)
lp_pool3d = of_layer(pooling.LPPool3d, *_LP)
pixel_shuffle = of_layer(resampling.PixelShuffle, "upscale_factor")
pixel_unshuffle = of_layer(resampling.PixelUnshuffle, "downscale_factor")
channel_shuffle = of_layer(resampling.ChannelShuffle, "groups")
local_response_norm = of_layer(channel_norms.LocalResponseNorm, "size", "alpha", "beta", "k")
unfold = of_layer(unfolding.Unfold, "kernel_size", "dilation", "padding", "stride")
fold = of_layer(unfolding.Fold, "output_size", "kernel_size", "dilation", "padding", "stride")
_RESIZED = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")
interpolate = of_layer(resampling.Upsample, *_RESIZED)
upsample = interpolate


def _back(kind: type[Module]) -> Callable[..., Any]:
    def function(
        input: Any,
        indices: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Any = None,
    ) -> Any:
        return kind(kernel_size, stride, padding)(input, indices, output_size)  # type: ignore

    function.__doc__ = f"`nn.{kind.__name__}` of a single call."
    return function


max_unpool1d = _back(pooling.MaxUnpool1d)
max_unpool2d = _back(pooling.MaxUnpool2d)
max_unpool3d = _back(pooling.MaxUnpool3d)

_PADS = {
    "reflect": (padding.ReflectionPad1d, padding.ReflectionPad2d, padding.ReflectionPad3d),
    "replicate": (padding.ReplicationPad1d, padding.ReplicationPad2d, padding.ReplicationPad3d),
    "circular": (padding.CircularPad1d, padding.CircularPad2d, padding.CircularPad3d),
}


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Margins around an array, two numbers for each axis, the last axis first; negative ones cut.

    Args:
        input: for mode 'constant' of any shape, else (batch, channels, ...) or without batch.
        pad: (left, right, top, bottom, ...).
        mode: 'constant', 'reflect', 'replicate' or 'circular'.
        value: the constant, 0 by default.

    >>> nn.functional.pad(Value([[1.0, 2.0]]), (1, 0, 0, 1), value=9.0)
    Value([[9., 1., 2.],
           [9., 9., 9.]])
    """
    widths = tuple(int(n) for n in pad)
    axes = len(widths) // 2
    if len(widths) % 2 or axes > np.ndim(input):
        raise ValueError(
            f"pad: needs two numbers for each of the last axes of shape {np.shape(input)}, got "
            f"{pad!r:.60}"
        )
    if mode != "constant":
        if mode not in _PADS or not 1 <= axes <= 3:
            raise ValueError(
                f"pad: mode is 'constant' for any axes, or {', '.join(_PADS)} for one to three; "
                f"got {mode!r} for {axes}"
            )
        return _PADS[mode][axes - 1](widths)(input)
    pairs = [(0, 0)] * (np.ndim(input) - axes) + [widths[i : i + 2] for i in range(0, 2 * axes, 2)][
        ::-1
    ]
    kept = tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, np.shape(input)))
    around = [(max(a, 0), max(b, 0)) for a, b in pairs]
    return autograd.pad(input[kept], around, "constant", constant_values=value or 0.0)


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Each channel of each example brought to mean 0 and variance 1; see `nn.InstanceNorm2d`.

    The running statistics are used where use_input_stats is False; here they do not move.
    """
    if use_input_stats:
        return autograd.instance_norm(input, weight, bias, eps)
    return autograd.batch_norm(input, running_mean, running_var, weight, bias, False, 0.0, eps)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """Σ x1[i] weight[k, i, j] x2[j] + bias[k]; see `nn.Bilinear`."""
    out = autograd.einsum("...i,kij,...j->...k", input1, weight, input2)
    return out if bias is None else out + bias


def one_hot(labels: Any, num_classes: int = -1) -> np.ndarray:
    """Rows of integers with a 1 at each label; -1 takes as many classes as there are labels.

    >>> nn.functional.one_hot(np.array([1, 0]))
    array([[0, 1],
           [1, 0]])
    """
    if num_classes == -1:
        num_classes = int(np.max(labels, initial=0)) + 1
    return targets.one_hot(labels, num_classes, np.int64)


def affine_grid(theta: Any, size: Any, align_corners: bool = False) -> Any:
    """Where each place of an output comes from under an affine map (Jaderberg et al. 2015).

    Args:
        theta: (batch, 2, 3) maps of (x, y, 1), both from -1 to 1 across the image.
        size: (batch, channels, height, width) of the output.
        align_corners: whether -1 and 1 are the middle of the outermost places, or their edge.

    Returns:
        (batch, height, width, 2), for `grid_sample`.
    """
    batch, _, height, width = size
    xs, ys = (
        np.linspace(-1, 1, n) if align_corners and n > 1 else (2 * np.arange(n) + 1) / n - 1
        for n in (width, height)
    )
    ones = np.ones((height, width))
    base = np.stack([ones * xs, ones * ys[:, None], ones], axis=-1).reshape(1, -1, 3)
    theta = theta if isinstance(theta, Value) else np.asarray(theta)
    grid = base.astype(theta.dtype) @ autograd.swapaxes(theta, 1, 2)
    return autograd.reshape(grid, (batch, height, width, 2))


def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool = False,
) -> Any:
    """The numbers of images at given places, interpolated (Jaderberg et al. 2015).

    Args:
        input: (batch, channels, height, width).
        grid: (batch, rows, columns, 2), the places (x, y), from -1 to 1 across the image.
        mode: 'bilinear' or 'nearest'.
        padding_mode: what lies outside: 'zeros', or 'border', the number of the nearest place.
        align_corners: whether -1 and 1 are the middle of the outermost places, or their edge.

    Returns:
        (batch, channels, rows, columns).

    Raises:
        ValueError: another mode, or shapes that do not fit.

    >>> x = np.array([[[[1.0, 3.0]]]])
    >>> nn.functional.grid_sample(x, np.array([[[[0.0, 0.0]]]]))
    array([[[[2.]]]])
    """
    if mode not in ("bilinear", "nearest") or padding_mode not in ("zeros", "border"):
        raise ValueError(
            "grid_sample: mode is 'bilinear' or 'nearest', padding_mode 'zeros' or 'border', got "
            f"{mode!r} and {padding_mode!r}"
        )
    shape = np.shape(input)
    if len(shape) != 4 or np.ndim(grid) != 4 or np.shape(grid)[::3] != (shape[0], 2):
        raise ValueError(
            "grid_sample: needs images (batch, channels, height, width) and a grid (batch, rows, "
            f"columns, 2), got shapes {shape} and {np.shape(grid)}"
        )
    sizes = (shape[3], shape[2])
    at = [
        (grid[..., i] + 1) / 2 * (n - 1) if align_corners else ((grid[..., i] + 1) * n - 1) / 2
        for i, n in enumerate(sizes)
    ]
    if padding_mode == "border":
        at = [autograd.clip(p, 0, n - 1) for p, n in zip(at, sizes)]
    numbers = [np.asarray(getattr(p, "data", p)) for p in at]
    if mode == "nearest":
        return _picked(input, *(np.rint(p).astype(int) for p in numbers))
    first = [np.floor(p).astype(int) for p in numbers]
    out: Any = 0.0
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        shares = [
            p - low.astype(p.dtype) if d else (low + 1).astype(p.dtype) - p
            for p, low, d in zip(at, first, (dx, dy))
        ]
        share = shares[0] * shares[1]
        out = out + _picked(input, first[0] + dx, first[1] + dy) * share[:, None]
    return out


def _picked(images: Any, x: np.ndarray, y: np.ndarray) -> Any:
    """(batch, channels, rows, columns): the numbers at whole places, 0 outside."""
    batch, _, height, width = np.shape(images)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    which = np.arange(batch)[:, None, None]
    rows = images[which, :, np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return autograd.transpose(rows, (0, 3, 1, 2)) * inside[:, None].astype(rows.dtype)
