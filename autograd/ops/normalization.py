"""Normalisation: numbers shifted and scaled to mean 0 and variance 1, over some axes.

Layer, batch, group and instance norm differ only in the axes they look at; all of them call
`standardize`, and RMS norm its sister without the mean. Both have a symmetric Jacobian, so one
fused line is the rule of reverse and of forward mode:

    r = 1 / √(var(x) + eps)      out = (x - mean(x)) r      ∂x = r (g - mean(g) - out mean(g out))
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.observer import assign
from autograd.ops.asked import _array, number, per_axis
from autograd.ops.reduce import products_along
from autograd.ops.shape import reshape
from autograd.primitive import primitive
from autograd.recording import no_grad
from autograd.value import Value

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]

Axes = tuple[int, ...]


def _mean(x: Any, axes: Axes) -> Any:
    return x.mean(axis=axes, keepdims=True)


def _mean_product(x: Any, y: Any, axes: Axes) -> Any:
    return products_along(x, y, axes=axes) / math.prod(np.shape(x)[i] for i in axes)


def _standardize_rule(g: Any, out: Any, x: Any, axes: Axes, eps: float) -> Any:
    centered = x - _mean(x, axes)
    r = 1 / np.sqrt(_mean_product(centered, centered, axes) + eps)
    return r * (g - _mean(g, axes) - out * _mean_product(g, out, axes))


def _scale_rule(g: Any, out: Any, x: Any, axes: Axes, eps: float) -> Any:
    r = 1 / np.sqrt(_mean_product(x, x, axes) + eps)
    return r * (g - out * _mean_product(g, out, axes))


@primitive(_standardize_rule, jvp=(_standardize_rule,), samples="standardize", name="standardize")
def _standardize(x: Any, axes: Axes, eps: float) -> Any:
    centered = x - _mean(x, axes)
    centered /= np.sqrt(_mean_product(centered, centered, axes) + eps)
    return centered


@primitive(_scale_rule, jvp=(_scale_rule,), samples="standardize", name="rms_standardize")
def _rms_standardize(x: Any, axes: Axes, eps: float) -> Any:
    return x / np.sqrt(_mean_product(x, x, axes) + eps)


def _floats(name: str, x: Any) -> Any:
    x = _array(x, name)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def _scaled(name: str, x: Any, weight: Any, bias: Any, shape: tuple[int, ...], view: Any) -> Any:
    """x * weight + bias, both of `shape` and seen as `view`."""
    for role, p in (("weight", weight), ("bias", bias)):
        if p is not None and np.shape(p) != shape:
            raise ShapeError(f"{name}: {describe(p, role)} must have the shape {shape}")
    if weight is not None:
        x = x * (weight if shape == view else reshape(weight, view))
    if bias is not None:
        x = x + (bias if shape == view else reshape(bias, view))
    return x


def _last_axes(name: str, x: Any, normalized_shape: Any) -> tuple[tuple[int, ...], Axes]:
    count = len(normalized_shape) if isinstance(normalized_shape, (tuple, list)) else 1
    shape = per_axis(name, "normalized_shape", normalized_shape, count, 0)
    if not shape or x.shape[-len(shape) :] != shape:
        raise ShapeError(
            f"{name}: {describe(x, 'x')} must end in normalized_shape {shape}, "
            "the sizes of the axes to normalise over"
        )
    return shape, tuple(range(x.ndim - len(shape), x.ndim))


def _view(x: Any) -> tuple[int, ...]:
    """How to look at a number for each channel beside x; with all axes, its gradient is one sum."""
    return x.shape[1:2] if x.ndim == 2 else (1, x.shape[1], *(1,) * (x.ndim - 2))


def _channels(name: str, x: Any) -> None:
    if x.ndim < 2:
        raise ShapeError(
            f"{name}: {describe(x, 'x')} must have at least two axes, (batch, channels, ...)"
        )


def layer_norm(
    x: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Each example brought to mean 0 and variance 1 over its last axes (Ba et al. 2016).

    Args:
        x: (..., *normalized_shape).
        normalized_shape: the size of the last axis, or the sizes of the last few.
        weight, bias: scale and shift, of normalized_shape, or None.
        eps: added to the variance, which may be 0.

    Returns:
        As x.

    Raises:
        ShapeError: x does not end in normalized_shape, or weight or bias have another shape.

    >>> layer_norm(Value([1.0, 3.0]), 2, eps=0.0)
    Value([-1.,  1.])
    """
    number("layer_norm", "eps", eps)
    x = _floats("layer_norm", x)
    shape, axes = _last_axes("layer_norm", x, normalized_shape)
    return _scaled("layer_norm", _standardize(x, axes=axes, eps=eps), weight, bias, shape, shape)


def rms_norm(x: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """Each example divided by the root of its mean square (Zhang and Sennrich 2019).

    Args:
        x: (..., *normalized_shape).
        normalized_shape: the size of the last axis, or the sizes of the last few.
        weight: scale, of normalized_shape, or None.
        eps: added to the mean square; the dtype's machine epsilon by default.

    Returns:
        As x.

    Raises:
        ShapeError: x does not end in normalized_shape, or the weight has another shape.

    >>> rms_norm(Value([3.0, 3.0]), 2)
    Value([1., 1.])
    """
    x = _floats("rms_norm", x)
    shape, axes = _last_axes("rms_norm", x, normalized_shape)
    eps = float(np.finfo(x.dtype).eps) if eps is None else number("rms_norm", "eps", eps)
    return _scaled("rms_norm", _rms_standardize(x, axes=axes, eps=eps), weight, None, shape, shape)


def group_norm(
    x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Each example and group of channels brought to mean 0 and variance 1 (Wu and He 2018).

    Args:
        x: (batch, channels, ...).
        num_groups: how many groups; it divides the channels.
        weight, bias: (channels,), or None.
        eps: added to the variance.

    Returns:
        As x.

    Raises:
        ShapeError: the groups do not divide the channels, or weight or bias have another shape.

    >>> group_norm(Value([[1.0, 3.0, 5.0, 9.0]]), 2, eps=0.0)
    Value([[-1.,  1., -1.,  1.]])
    """
    return _by_groups("group_norm", x, num_groups, weight, bias, eps)


def instance_norm(x: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Each channel of each example brought to mean 0 and variance 1 (Ulyanov et al. 2016).

    Args:
        x: (batch, channels, ...), with at least one axis of places.
        weight, bias: (channels,), or None.
        eps: added to the variance.

    Returns:
        As x.

    Raises:
        ShapeError: x has no places, or weight or bias have another shape.

    >>> instance_norm(Value([[[1.0, 3.0], [5.0, 9.0]]]), eps=0.0)
    Value([[[-1.,  1.],
            [-1.,  1.]]])
    """
    x = _floats("instance_norm", x)
    if x.ndim < 3:
        raise ShapeError(
            f"instance_norm: {describe(x, 'x')} must have at least three axes, (batch, channels, "
            "places); use layer_norm for (batch, features)"
        )
    return _by_groups("instance_norm", x, x.shape[1], weight, bias, eps)


def _by_groups(name: str, x: Any, groups: int, weight: Any, bias: Any, eps: float) -> Any:
    number(name, "eps", eps)
    x = _floats(name, x)
    _channels(name, x)
    images, channels = x.shape[:2]
    if not isinstance(groups, (int, np.integer)) or groups < 1 or channels % groups:
        raise ShapeError(
            f"{name}: num_groups={groups!r} must divide the {channels} channels of "
            f"{describe(x, 'x')}"
        )
    rows = reshape(x, (images, groups, channels // groups * math.prod(x.shape[2:])))
    out = reshape(_standardize(rows, axes=(2,), eps=eps), x.shape)
    return _scaled(name, out, weight, bias, (channels,), _view(x))


def batch_norm(
    x: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Each channel brought to mean 0 and variance 1 over a batch (Ioffe and Szegedy 2015).

    In training the batch itself says what mean and variance are, and running statistics that are
    given move towards it; otherwise the running statistics are used.

    Args:
        x: (batch, channels, ...).
        running_mean, running_var: (channels,); training updates them in place, so then they are
            arrays or Values made by hand (which `jit` knows how to update too).
        weight, bias: (channels,), or None.
        training: whether to use the batch's statistics, as is done too where none are given.
        momentum: how far the running statistics move each time, from 0 to 1 or a Value; the
            variance they move towards is the unbiased one.
        eps: added to the variance.

    Returns:
        As x.

    Raises:
        ShapeError: statistics, weight or bias do not fit the channels; or there is only one number
            for each channel in training, so its variance is 0.
        TypeError: training should update statistics that are neither Values nor arrays.

    >>> batch_norm(Value([[1.0], [3.0]]), training=True, eps=0.0)
    Value([[-1.],
           [ 1.]])
    >>> batch_norm(Value([[1.0], [3.0]]), np.array([1.0]), np.array([4.0]), eps=0.0)
    Value([[0.],
           [1.]])
    """
    name = "batch_norm"
    number(name, "eps", eps)
    if not isinstance(momentum, Value):  # one counts the batches, for an average of them all
        number(name, "momentum", momentum, 0, 1)
    x = _floats(name, x)
    _channels(name, x)
    channels = x.shape[1]
    view = _view(x)
    for role, p in (("running_mean", running_mean), ("running_var", running_var)):
        if p is not None and np.shape(p) != (channels,):
            raise ShapeError(
                f"{name}: {describe(p, role)} must hold a number for each of the {channels} "
                f"channels of {describe(x, 'x')}"
            )
    if training or running_mean is None or running_var is None:
        axes = (0, *range(2, x.ndim))
        count = math.prod(x.shape[i] for i in axes)
        if count < 2:
            raise ShapeError(
                f"{name}: {describe(x, 'x')} has {count} number for each channel, too few for a "
                "variance; use a larger batch, or training=False with running statistics"
            )
        out = _standardize(x, axes=axes, eps=eps)
        if training:
            _move(running_mean, x, "mean", axes, momentum)
            _move(running_var, x, "var", axes, momentum)
    else:
        mean, var = reshape(running_mean, view), reshape(running_var, view)
        out = (x - mean) / np.sqrt(var + eps)
    return _scaled(name, out, weight, bias, (channels,), view)


def _move(running: Any, x: Any, statistic: str, axes: Axes, momentum: float) -> None:
    """Take a running statistic a step towards the batch's own."""
    if running is None:
        return
    if not isinstance(running, (Value, np.ndarray)):
        raise TypeError(
            f"batch_norm: training updates running_{statistic}, so it must be a Value or an array, "
            f"not {type(running).__name__}; wrap it in Value(..., requires_grad=False)"
        )
    with no_grad():
        now = x.mean(axis=axes) if statistic == "mean" else x.var(axis=axes, ddof=1)
        new = (1 - momentum) * running + momentum * now
        if isinstance(running, Value):
            assign(running, new)
        else:
            running[...] = new._data if isinstance(new, Value) else new
