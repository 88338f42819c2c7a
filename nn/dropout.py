"""Dropout: neurons switched off at random during training, so that none becomes indispensable."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
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

    def _dropped(self, x: Any) -> Any:
        if x.ndim != self.axes + 2:
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...) with {self.axes + 2} axes, got "
                f"shape {x.shape}"
            )
        ones = np.ones((*x.shape[:2], *(1,) * self.axes), x.dtype)
        return x * autograd.dropout(Value(ones, requires_grad=False), self.rate)


class Dropout1d(_OfChannels):
    """Whole channels of sequences are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, length).

    >>> nn.Dropout1d(0.5).eval()(np.ones((1, 2, 3))).shape
    (1, 2, 3)
    """

    axes = 1


class Dropout2d(_OfChannels):
    """Whole channels of images are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, height, width).

    >>> nn.Dropout2d(0.5).eval()(np.ones((1, 2, 3, 3))).shape
    (1, 2, 3, 3)
    """

    axes = 2


class Dropout3d(_OfChannels):
    """Whole channels of volumes are 0 with probability `rate`; else as Dropout.

    Shapes:
        x and output: (batch, channels, depth, height, width).

    >>> nn.Dropout3d(0.5).eval()(np.ones((1, 2, 3, 3, 3))).shape
    (1, 2, 3, 3, 3)
    """

    axes = 3
