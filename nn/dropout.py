"""Dropout: neurons switched off at random during training, so that none becomes indispensable."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
from autograd.ops.activations import SELU_ALPHA, SELU_SCALE
from autograd.ops.asked import number
from nn.module import Module


def _checked(module: Module, rate: float) -> float:
    return number(type(module).__name__, "the rate", rate, 0, 1)


class Dropout(Module):
    """Each element is 0 with probability `rate` while training; the rest grow by 1 / (1 - rate).

    In evaluation everything passes unchanged (Srivastava et al. 2014).

    Args:
        rate: from 0 to 1; `p` is PyTorch's word for it.

    Raises:
        ValueError: `rate` is outside that range.

    >>> nn.Dropout(0.5).eval()(Value([1.0, 2.0]))
    Value([1., 2.])
    """

    def __init__(self, rate: float = 0.5, inplace: bool = False, *, p: float | None = None) -> None:
        super().__init__()
        self.rate = _checked(self, rate if p is None else p)

    @property
    def p(self) -> float:
        """The rate, by PyTorch's name."""
        return self.rate

    @p.setter
    def p(self, rate: float) -> None:
        self.rate = _checked(self, rate)

    def forward(self, x: Any) -> Any:
        if not self.training or not self.rate:
            return x
        x = x if isinstance(x, Value) else np.asarray(x)
        return x * 0 if self.rate == 1 else self._dropped(x)

    def _dropped(self, x: Any) -> Any:
        return autograd.dropout(x, self.rate)

    def extra_repr(self) -> str:
        return f"rate={self.rate}"


class _OfChannels(Dropout):
    """Dropout of whole channels, whose neighbouring numbers tell the same (Tompson et al. 2015)."""

    axes: int
    batch_optional = True

    def _dropped(self, x: Any) -> Any:
        if x.ndim not in (self.axes + 1, self.axes + 2):
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...) with {self.axes + 2} axes, or "
                f"one less, got shape {x.shape}"
            )
        alone = self.batch_optional and x.ndim == self.axes + 1
        return x * _drawn(x, 1 if alone else 2, self.rate)


def _drawn(x: Any, kept: int, rate: float) -> Any:
    """A number for each place of the first `kept` axes of x: 0, or 1 / (1 - rate)."""
    shape = (*x.shape[:kept], *(1,) * (x.ndim - kept))
    return autograd.dropout(Value(np.ones(shape, x.dtype), requires_grad=False), rate)


class Dropout1d(_OfChannels):
    """Whole channels of sequences are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, length) or (channels, length).

    >>> nn.Dropout1d(0.5).eval()(np.ones((1, 2, 3))).shape
    (1, 2, 3)
    """

    axes = 1


class Dropout2d(_OfChannels):
    """Whole channels of images are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, height, width); three axes are (batch, channels, length),
        as in PyTorch.

    >>> nn.Dropout2d(0.5).eval()(np.ones((1, 2, 3, 3))).shape
    (1, 2, 3, 3)
    """

    axes = 2
    batch_optional = False


class Dropout3d(_OfChannels):
    """Whole channels of volumes are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, depth, height, width) or the same without batch.

    >>> nn.Dropout3d(0.5).eval()(np.ones((1, 2, 3, 3, 3))).shape
    (1, 2, 3, 3, 3)
    """

    axes = 3


class AlphaDropout(Dropout):
    """Dropout that keeps mean and variance, for networks of SELU (Klambauer et al. 2017).

    While training, each element becomes SELU's lowest value, -λα, with probability `rate`; then all
    are scaled and shifted so that numbers of mean 0 and variance 1 keep both.

    Args:
        rate: from 0 to 1; `p` is PyTorch's word for it.

    >>> _ = autograd.manual_seed(0)
    >>> nn.AlphaDropout(0.5)(Value(np.zeros(4))).data.round(4)
    array([ 0.7792, -0.7792, -0.7792, -0.7792])
    """

    def _dropped(self, x: Any) -> Any:
        return self._switched(x, x.ndim)

    def _switched(self, x: Any, kept: int) -> Any:
        scale = ((1 - self.rate) * (1 + self.rate * _LOWEST**2)) ** -0.5
        on = _drawn(x, kept, self.rate) * (1 - self.rate)
        return x * (on * scale) + (on - (1 - self.rate)) * (-_LOWEST * scale)


_LOWEST = -SELU_ALPHA * SELU_SCALE


class FeatureAlphaDropout(AlphaDropout):
    """`AlphaDropout` of whole channels.

    Shapes:
        x and output: (batch, channels, ...).

    >>> nn.FeatureAlphaDropout(0.5).eval()(np.ones((1, 2, 3))).shape
    (1, 2, 3)
    """

    def _dropped(self, x: Any) -> Any:
        if x.ndim < 2:
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...), got shape {x.shape}"
            )
        return self._switched(x, 2)
