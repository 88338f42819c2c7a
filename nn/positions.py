"""Positional encodings: attention sees a set, so every vector is told where it stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError
from nn import init
from nn.dropout import Dropout
from nn.inputs import as_input, check_last, check_sizes
from nn.module import Module, Parameter


def sinusoidal_positions(length: int, d_model: int) -> np.ndarray:
    """A row for each position: sines and cosines of wavelengths from 2π to 10000 · 2π.

    Vaswani et al. 2017, section 3.5: sin(position / 10000^(i / d_model)) at even places i, and
    the cosine of the same angle after it.

    >>> nn.sinusoidal_positions(2, 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    check_sizes("sinusoidal_positions", length=length, d_model=d_model)
    even = np.arange(0, d_model, 2)
    angles = np.arange(length)[:, None] / 10000.0 ** (even / d_model)
    table = np.empty((length, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)[:, : d_model // 2]
    return table


class _Positions(Module):
    """Rows of a table added to the vectors of a sequence, from the first position on."""

    def __init__(self, d_model: int, dropout: float, max_len: int, batch_first: bool) -> None:
        super().__init__()
        check_sizes(type(self).__name__, d_model=d_model, max_len=max_len)
        self.d_model = d_model
        self.max_len = max_len
        self.batch_first = batch_first
        self.dropout = Dropout(dropout)

    def _added(self, x: Any, table: Any) -> Any:
        x = as_input(x, table.dtype)
        check_last(self, x, self.d_model, "d_model")
        if x.ndim not in (2, 3):
            raise ShapeError(
                f"{self._label()}: expects inputs (time, batch, d_model), (batch, time, d_model) "
                f"with batch_first, or (time, d_model), got shape {x.shape}"
            )
        time = x.shape[1 if self.batch_first and x.ndim == 3 else 0]
        if time > self.max_len:
            other = x.ndim == 3 and x.shape[0 if self.batch_first else 1] <= self.max_len
            turned = f", or with batch_first={not self.batch_first}" if other else ""
            raise ShapeError(
                f"{self._label()}: a sequence of {time} is longer than max_len {self.max_len}; "
                f"make it with a larger max_len{turned}"
            )
        rows = table[:time]
        return self.dropout(x + (rows if self.batch_first or x.ndim == 2 else rows[:, None]))

    def extra_repr(self) -> str:
        return f"{self.d_model}, max_len={self.max_len}, batch_first={self.batch_first}"


class PositionalEncoding(_Positions):
    """Adds fixed sines and cosines of each position (Vaswani et al. 2017, section 3.5).

    Args:
        d_model: the size of the last axis.
        dropout: at which rate anything drops while training.
        max_len: the longest sequence.
        batch_first: whether inputs are (batch, time, d_model); else (time, batch, d_model).
        dtype: the dtype of the table.

    Shapes:
        x and output: (time, batch, d_model), or without batch.

    Raises:
        ShapeError: on a call, the sequence is longer than max_len, or its axes do not fit.

    >>> nn.PositionalEncoding(4).eval()(np.zeros((2, 1, 4))).data[0, 0]
    array([0., 1., 0., 1.], dtype=float32)
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.1,
        max_len: int = 5000,
        batch_first: bool = False,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(d_model, dropout, max_len, batch_first)
        table = sinusoidal_positions(max_len, d_model).astype(dtype)
        self.register_buffer("table", table, persistent=False)

    def forward(self, x: Any) -> Any:
        return self._added(x, self.table)


class LearnedPositionalEncoding(_Positions):
    """Adds a vector to learn for each position (Gehring et al. 2017; used in BERT and GPT-2).

    The vectors start normally distributed with a standard deviation of 0.02.

    Args: as PositionalEncoding's.

    Shapes:
        x and output: (time, batch, d_model), or without batch; weight: (max_len, d_model).

    Raises:
        ShapeError: on a call, the sequence is longer than max_len, or its axes do not fit.

    >>> nn.LearnedPositionalEncoding(4, max_len=10)(np.zeros((2, 1, 4))).shape
    (2, 1, 4)
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.1,
        max_len: int = 512,
        batch_first: bool = False,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(d_model, dropout, max_len, batch_first)
        self.weight = Parameter(np.zeros((max_len, d_model), dtype))
        init.normal_(self.weight, std=0.02)

    def forward(self, x: Any) -> Any:
        return self._added(x, self.weight)
