"""Functions of images, sequences and tables with PyTorch's arguments: each is a layer's, made for a
single call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Value
from nn import channel_norms, padding, pooling, resampling, targets, unfolding
from nn.module import Module


def _of(kind: type[Module], *names: str, inputs: int = 1) -> Callable[..., Any]:
    """A layer without weights as a function of its inputs and settings."""

    def function(*given: Any, **settings: Any) -> Any:
        return kind(**dict(zip(names, given[inputs:])), **settings)(*given[:inputs])

    function.__doc__ = f"`nn.{kind.__name__}` of a single call."
    return function


_POOL = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_LP = ("norm_type", "kernel_size", "stride", "ceil_mode")
max_pool1d = _of(pooling.MaxPool1d, *_POOL)
max_pool2d = _of(pooling.MaxPool2d, *_POOL)
max_pool3d = _of(pooling.MaxPool3d, *_POOL)
adaptive_max_pool1d = _of(pooling.AdaptiveMaxPool1d, "output_size", "return_indices")
adaptive_max_pool2d = _of(pooling.AdaptiveMaxPool2d, "output_size", "return_indices")
adaptive_max_pool3d = _of(pooling.AdaptiveMaxPool3d, "output_size", "return_indices")
lp_pool1d = _of(pooling.LPPool1d, *_LP)
lp_pool2d = _of(pooling.LPPool2d, *_LP)
lp_pool3d = _of(pooling.LPPool3d, *_LP)
pixel_shuffle = _of(resampling.PixelShuffle, "upscale_factor")
pixel_unshuffle = _of(resampling.PixelUnshuffle, "downscale_factor")
channel_shuffle = _of(resampling.ChannelShuffle, "groups")
local_response_norm = _of(channel_norms.LocalResponseNorm, "size", "alpha", "beta", "k")
unfold = _of(unfolding.Unfold, "kernel_size", "dilation", "padding", "stride")
fold = _of(unfolding.Fold, "output_size", "kernel_size", "dilation", "padding", "stride")
_RESIZED = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")
interpolate = _of(resampling.Upsample, *_RESIZED)
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
