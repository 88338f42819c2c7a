"""Normalisation of channels: over a batch, over groups of channels, over each channel alone.

Names, arguments, weights and running statistics are PyTorch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, no_grad
from nn.inputs import as_input, check_sizes
from nn.module import Module, Parameter


class _ByChannel(Module):
    """Scale and shift, and the running statistics where they are kept."""

    axes: int  # of places: 2 for images
    batch_optional = False
    places_optional = False

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: Any,
    ) -> None:
        super().__init__()
        kind = type(self).__name__
        check_sizes(kind, num_features=num_features)
        if momentum is not None and not 0 <= momentum <= 1:
            raise ValueError(f"{kind}: momentum must be from 0 to 1, or None, got {momentum!r}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._dtype = np.dtype(dtype)
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine and bias else None
        tracked = track_running_stats
        for name, start in (
            ("running_mean", np.zeros(num_features, dtype)),
            ("running_var", np.ones(num_features, dtype)),
            ("num_batches_tracked", np.array(0)),
        ):
            self.register_buffer(name, start if tracked else None)

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0 and variance 1."""
        if self.track_running_stats:
            for name, start in (("mean", 0), ("var", 1)):
                running = getattr(self, f"running_{name}")
                autograd.assign(running, np.full(running.shape, start))
            autograd.assign(self.num_batches_tracked, np.array(0))

    def _checked(self, x: Any) -> Any:
        known = self.weight if self.running_mean is None else self.running_mean
        x = as_input(x, self._dtype if known is None else known.dtype)
        least = self.axes + (1 if self.batch_optional or self.places_optional else 2)
        axis = x.ndim - self.axes - 1 if self.batch_optional else 1
        if not least <= x.ndim <= self.axes + 2 or x.shape[axis] != self.num_features:
            names = ("depth", "height", "width")[3 - self.axes :] if self.axes > 1 else ("length",)
            raise ShapeError(
                f"{self._label()}: expects inputs (batch, {self.num_features}, {', '.join(names)}) "
                f"with num_features in axis 1, got shape {x.shape}"
            )
        return x

    def _move(self, mean: Any, var: Any, step: Any) -> None:
        """Take the running statistics a step towards what was just seen."""
        for running, now in ((self.running_mean, mean), (self.running_var, var)):
            autograd.assign(running, (1 - step) * running + step * now)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_ByChannel):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x: Any) -> Any:
        x = self._checked(x)
        tracking = self.training and self.track_running_stats
        # Without momentum the step differs from batch to batch, so the layer itself takes it.
        alone = tracking and self.momentum is None
        mean, var = (None, None) if alone else (self.running_mean, self.running_var)
        out = self._located(
            autograd.batch_norm, x, mean, var, self.weight, self.bias, self.training,
            self.momentum or 0.0, self.eps,
        )  # fmt: skip
        if tracking:
            with no_grad():
                seen = self.num_batches_tracked + 1
                autograd.assign(self.num_batches_tracked, seen)
                if alone:
                    axes = (0, *range(2, x.ndim))
                    now = autograd.mean(x, axis=axes), autograd.var(x, axis=axes, ddof=1)
                    self._move(*now, 1.0 / seen)
        return out


class BatchNorm1d(_BatchNorm):
    """Each feature brought to mean 0 and variance 1 over a batch. Arguments: `BatchNorm2d`.

    Shapes:
        x and output: (batch, num_features) or (batch, num_features, length).

    >>> nn.BatchNorm1d(1, eps=0.0)(Value([[1.0], [3.0]])).data
    array([[-1.],
           [ 1.]])
    """

    axes = 1
    places_optional = True


class BatchNorm2d(_BatchNorm):
    """Each channel brought to mean 0 and variance 1 over a batch of images.

    (x - mean) / √(variance + eps) · weight + bias. In training mean and variance are the batch's,
    and the running ones take a step towards them; in evaluation the running ones are used
    (Ioffe and Szegedy 2015, "Batch Normalization").

    Args:
        num_features: how many channels there are.
        eps: keeps the root away from 0.
        momentum: how far the running statistics move each time; None: so that they are the mean
            over all batches.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics; without them, evaluation too
            uses the batch's own.
        bias: whether there is a bias, where there is a weight.
        dtype: the dtype of weights and statistics.

    Shapes:
        x and output: (batch, num_features, height, width);
        weight, bias, running_mean, running_var: (num_features,).

    Raises:
        ValueError: num_features is no positive integer, or momentum is outside 0 to 1.
        ShapeError: on a call, the input has other axes or channels; or in training only one number
            for each channel.

    >>> layer = nn.BatchNorm2d(3)
    >>> layer(np.ones((5, 3, 8, 8))).shape
    (5, 3, 8, 8)
    >>> layer.running_mean.data
    array([0.1, 0.1, 0.1], dtype=float32)
    """

    axes = 2


class BatchNorm3d(_BatchNorm):
    """Each channel brought to mean 0 and variance 1 over volumes. Arguments: `BatchNorm2d`.

    Shapes:
        x and output: (batch, num_features, depth, height, width).

    >>> nn.BatchNorm3d(3)(np.ones((5, 3, 2, 2, 2))).shape
    (5, 3, 2, 2, 2)
    """

    axes = 3


class _InstanceNorm(_ByChannel):
    batch_optional = True

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x: Any) -> Any:
        x = self._checked(x)
        if x.ndim == self.axes + 1:
            return autograd.reshape(self._normalized(autograd.reshape(x, (1, *x.shape))), x.shape)
        return self._normalized(x)

    def _normalized(self, x: Any) -> Any:
        if self.track_running_stats and not self.training:
            return autograd.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps
            )
        if np.prod(x.shape[2:]) < 2:
            raise ShapeError(
                f"{self._label()}: needs at least two numbers in each channel, got shape {x.shape}"
            )
        if self.track_running_stats:
            self._track(x)
        return autograd.instance_norm(x, self.weight, self.bias, self.eps)

    def _track(self, x: Any) -> None:
        """The running statistics move towards the mean of those of the examples."""
        axes = tuple(range(2, x.ndim))
        with no_grad():
            mean, var = autograd.mean(x, axis=axes), autograd.var(x, axis=axes, ddof=1)
            step = self.momentum or 0.0
            self._move(autograd.mean(mean, axis=0), autograd.mean(var, axis=0), step)


class InstanceNorm1d(_InstanceNorm):
    """Each channel of each sequence brought to mean 0 and variance 1. Arguments: `InstanceNorm2d`.

    Shapes:
        x and output: (batch, num_features, length) or (num_features, length).

    >>> nn.InstanceNorm1d(2, eps=0.0)(Value([[1.0, 3.0], [0.0, 20.0]])).data
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    axes = 1


class InstanceNorm2d(_InstanceNorm):
    """Each channel of each image brought to mean 0 and variance 1 (Ulyanov et al. 2016).

    Args:
        num_features: how many channels there are.
        eps: keeps the root away from 0.
        momentum: how far the running statistics move each time.
        affine: whether there are a weight and a bias.
        track_running_stats: whether there are running statistics, which evaluation then uses.
        bias: whether there is a bias, where there is a weight.
        dtype: the dtype of weights and statistics.

    Shapes:
        x and output: (batch, num_features, height, width) or without batch;
        weight, bias, running_mean, running_var: (num_features,).

    Raises:
        ShapeError: on a call, the input has other axes or channels, or only one number in each.

    >>> nn.InstanceNorm2d(3)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 8, 8)
    """

    axes = 2


class InstanceNorm3d(_InstanceNorm):
    """Each channel of each volume brought to mean 0 and variance 1. Arguments: `InstanceNorm2d`.

    Shapes:
        x and output: (batch, num_features, depth, height, width) or without batch.

    >>> nn.InstanceNorm3d(3)(np.ones((5, 3, 2, 2, 2))).shape
    (5, 3, 2, 2, 2)
    """

    axes = 3


class GroupNorm(Module):
    """Each group of channels of each example brought to mean 0 and variance 1 (Wu and He 2018).

    Args:
        num_groups: into how many groups the channels are split.
        num_channels: how many channels there are; a multiple of num_groups.
        eps: keeps the root away from 0.
        affine: whether there are a weight and a bias.
        bias: whether there is a bias, where there is a weight.
        dtype: their dtype.

    Shapes:
        x and output: (batch, num_channels, ...); weight, bias: (num_channels,).

    Raises:
        ValueError: num_channels is no multiple of num_groups.
        ShapeError: on a call, the input has other channels.

    >>> nn.GroupNorm(2, 4, eps=0.0)(Value([[1.0, 3.0, 5.0, 9.0]])).data
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        check_sizes("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_channels {num_channels} must be a multiple of num_groups "
                f"{num_groups}"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self._dtype = np.dtype(dtype)
        self.weight = Parameter(np.ones(num_channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype)) if affine and bias else None

    def forward(self, x: Any) -> Any:
        x = as_input(x, self._dtype if self.weight is None else self.weight.dtype)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError(
                f"{self._label()}: expects {self.num_channels} channels (num_channels) in axis 1, "
                f"got shape {x.shape}"
            )
        return autograd.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"


class LocalResponseNorm(Module):
    """Each number divided by how strong its neighbours in the next channels are.

    x / (k + alpha · mean of x² over `size` channels)^beta (Krizhevsky et al. 2012, section 3.3).

    Args:
        size: how many channels are looked at.
        alpha, beta, k: as above.

    Shapes:
        x and output: (batch, channels, ...).

    >>> nn.LocalResponseNorm(1, alpha=3.0, beta=0.5)(Value([[[1.0]]]))
    Value([[[0.5]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        check_sizes("LocalResponseNorm", size=size)
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, x: Any) -> Any:
        if np.ndim(x) < 3:
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...) with at least three axes, got "
                f"shape {np.shape(x)}"
            )
        around = [(0, 0)] * np.ndim(x)
        around[1] = self.size // 2, (self.size - 1) // 2
        squares = autograd.unfold(autograd.pad(autograd.square(x), around), 1, self.size)
        return x / (self.k + self.alpha * autograd.mean(squares, axis=-1)) ** self.beta

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
