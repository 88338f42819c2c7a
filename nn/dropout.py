"""Dropout: neurons switched off at random during training, so that none becomes indispensable."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Value
from nn.module import Module


class Dropout(Module):
    """Each element is 0 with probability `rate` while training; the rest grow by 1 / (1 - rate).

    In evaluation everything passes unchanged (Srivastava et al. 2014).

    Args:
        rate: at least 0, less than 1.

    Raises:
        ValueError: `rate` is outside that range.

    >>> nn.Dropout(0.5).eval()(Value([1.0, 2.0]))
    Value([1., 2.])
    """

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout: the rate must be at least 0 and less than 1, got {rate}")
        self.rate = rate

    def forward(self, x: Any) -> Any:
        if not self.training or not self.rate:
            return x
        return autograd.dropout(x if isinstance(x, Value) else np.asarray(x), self.rate)

    def extra_repr(self) -> str:
        return f"rate={self.rate}"
