"""Recurrent layers: a sequence read step by step, with a state that remembers what came before.

A cell makes one step. RNN, LSTM and GRU run cells over a sequence, in several layers and in both
directions if asked. Names and order of the weights are PyTorch's, so its weights load by name.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn import init
from nn.inputs import as_input, check_last, check_sizes
from nn.module import Module, Parameter

# ------------------------------------------------------------------------------------------ steps
#
# Each takes the input of one step, the state before it and a direction's weights, and returns the
# state after it. The first part of a state is what the layer above sees.


def _add(x: Any, h: Any, weights: tuple[Any, ...]) -> Any:
    w_ih, w_hh, b_ih, b_hh = weights[:4]
    return autograd.linear(x, w_ih, b_ih) + autograd.linear(h, w_hh, b_hh)


def _rnn_tanh(x: Any, state: tuple[Any, ...], weights: tuple[Any, ...]) -> tuple[Any, ...]:
    return (autograd.tanh(_add(x, state[0], weights)),)


def _rnn_relu(x: Any, state: tuple[Any, ...], weights: tuple[Any, ...]) -> tuple[Any, ...]:
    return (autograd.relu(_add(x, state[0], weights)),)


def _lstm(x: Any, state: tuple[Any, ...], weights: tuple[Any, ...]) -> tuple[Any, ...]:
    h, c = state
    h, c = autograd.lstm_gates(autograd.lstm_sums(x, h, *weights[:4]), c)
    return (h if weights[4] is None else autograd.linear(h, weights[4]), c)


def _gru(x: Any, state: tuple[Any, ...], weights: tuple[Any, ...]) -> tuple[Any, ...]:
    (h,) = state
    w_ih, w_hh, b_ih, b_hh = weights[:4]
    n = h.shape[-1]
    from_x, from_h = autograd.linear(x, w_ih, b_ih), autograd.linear(h, w_hh, b_hh)
    both = autograd.sigmoid(from_x[..., : 2 * n] + from_h[..., : 2 * n])
    r, z = both[..., :n], both[..., n:]
    new = autograd.tanh(from_x[..., 2 * n :] + r * from_h[..., 2 * n :])
    return (new + z * (h - new),)


_STEPS = {"tanh": _rnn_tanh, "relu": _rnn_relu, "lstm": _lstm, "gru": _gru}
_GATES = {"tanh": 1, "relu": 1, "lstm": 4, "gru": 3}


def _nonlinearity(kind: str, name: str) -> str:
    if name not in ("tanh", "relu"):
        raise ValueError(f"{kind}: nonlinearity is 'tanh' or 'relu', got {name!r}")
    return name


# ------------------------------------------------------------------------------------------ cells


class _Cell(Module):
    def __init__(self, step: str, input_size: int, hidden_size: int, bias: bool, dtype: Any):
        super().__init__()
        check_sizes(type(self).__name__, input_size=input_size, hidden_size=hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        self._kind = step
        rows, bound = _GATES[step] * hidden_size, 1 / math.sqrt(hidden_size)
        self.weight_ih = Parameter(init.uniform((rows, input_size), bound, dtype))
        self.weight_hh = Parameter(init.uniform((rows, hidden_size), bound, dtype))
        self.bias_ih = Parameter(init.uniform((rows,), bound, dtype)) if bias else None
        self.bias_hh = Parameter(init.uniform((rows,), bound, dtype)) if bias else None

    def _next(self, x: Any, state: Any) -> tuple[Any, ...]:
        dtype = self.weight_ih.dtype
        x = as_input(x, dtype)
        check_last(self, x, self.input_size, "input_size")
        shape = (*x.shape[:-1], self.hidden_size)
        if state is None:
            state = (np.zeros(shape, dtype),) * (2 if self._kind == "lstm" else 1)
        state = tuple(as_input(s, dtype) for s in state)
        _check_states(self, state, shape)
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, None)
        return _STEPS[self._kind](x, state, weights)

    def forward(self, x: Any, hx: Any = None) -> Any:
        return self._next(x, None if hx is None else (hx,))[0]

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias else ', bias=False'}"


class RNNCell(_Cell):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh) (Elman 1990).

    Args:
        input_size: the size of x's last axis.
        hidden_size: the size of the state's.
        bias: whether there are biases.
        nonlinearity: 'tanh' or 'relu'.
        dtype: the dtype of the weights.

    Shapes:
        x: (batch, input_size) or (input_size,); h and output: the same with hidden_size.

    >>> nn.RNNCell(3, 4)(np.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        dtype: Any = np.float32,
    ) -> None:
        step = _nonlinearity("RNNCell", nonlinearity)
        super().__init__(step, input_size, hidden_size, bias, dtype)
        self.nonlinearity = nonlinearity


class GRUCell(_Cell):
    """One step of a gated recurrent unit (Cho et al. 2014), as PyTorch computes it.

    r, z = σ(...), n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h.

    Args, shapes: as RNNCell's.

    >>> nn.GRUCell(3, 4)(np.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, dtype: Any = np.float32
    ) -> None:
        super().__init__("gru", input_size, hidden_size, bias, dtype)


class LSTMCell(_Cell):
    """One step of long short-term memory (Hochreiter and Schmidhuber 1997, with a forget gate).

    i, f, g, o = σ, σ, tanh, σ of (W_ih x + b_ih + W_hh h + b_hh); c' = f c + i g; h' = o tanh(c').

    Args, shapes: as RNNCell's; the state is a pair (h, c), and so is what is returned.

    >>> h, c = nn.LSTMCell(3, 4)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, dtype: Any = np.float32
    ) -> None:
        super().__init__("lstm", input_size, hidden_size, bias, dtype)

    def forward(self, x: Any, hx: Any = None) -> Any:
        return self._next(x, hx)


# ----------------------------------------------------------------------------------------- layers


class _Recurrent(Module):
    def __init__(
        self,
        step: str,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        proj_size: int,
        dtype: Any,
    ) -> None:
        super().__init__()
        kind = type(self).__name__
        check_sizes(kind, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        if not 0 <= dropout < 1:
            raise ValueError(f"{kind}: dropout must be at least 0 and less than 1, got {dropout}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(f"{kind}: proj_size must be less than hidden_size, got {proj_size}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._kind = step
        self._out = out = proj_size or hidden_size
        rows, bound = _GATES[step] * hidden_size, 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            below = out * (1 + bidirectional) if layer else input_size
            for end in self._directions():
                shapes: dict[str, tuple[int, ...]] = {
                    "weight_ih": (rows, below),
                    "weight_hh": (rows, out),
                }
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    p = Parameter(init.uniform(shape, bound, dtype))
                    setattr(self, f"{name}_l{layer}{end}", p)

    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def _weights(self, layer: int, end: str) -> tuple[Any, ...]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return tuple(self._parameters.get(f"{name}_l{layer}{end}") for name in names)

    def _run(self, x: Any, states: Any) -> tuple[Any, tuple[Any, ...]]:
        """The whole sequence; returns the outputs and the last state of every direction."""
        dtype = self._parameters["weight_ih_l0"].dtype
        x = as_input(x, dtype)
        check_last(self, x, self.input_size, "input_size")
        if x.ndim not in (2, 3):
            order = "batch, time" if self.batch_first else "time, batch"
            raise ShapeError(
                f"{self._label()}: expects ({order}, input_size) or (time, input_size), "
                f"got shape {x.shape}"
            )
        single = x.ndim == 2
        axis = 1 if self.batch_first and not single else 0
        if not x.shape[axis]:
            raise ShapeError(f"{self._label()}: a sequence has one step or more, got {x.shape}")
        steps = [x[:, t] if axis else x[t] for t in range(x.shape[axis])]
        batch = steps[0].shape[:-1]
        count = self.num_layers * (1 + self.bidirectional)
        sizes = (self._out, self.hidden_size) if self._kind == "lstm" else (self._out,)
        if states is None:
            states = tuple(np.zeros((count, *batch, n), dtype) for n in sizes)
        states = tuple(as_input(s, dtype) for s in states)
        for state, n in zip(states, sizes):
            _check_states(self, (state,), (count, *batch, n))
        step = _STEPS[self._kind]
        last: list[tuple[Any, ...]] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                steps = [autograd.dropout(s, self.dropout) for s in steps]
            outs = []
            for end in self._directions():
                weights = self._weights(layer, end)
                state = tuple(s[len(last)] for s in states)
                seen = []
                for now in reversed(steps) if end else steps:
                    state = step(now, state, weights)
                    seen.append(state[0])
                last.append(state)
                outs.append(seen[::-1] if end else seen)
            steps = outs[0] if len(outs) == 1 else [
                autograd.concatenate(pair, axis=-1) for pair in zip(*outs)
            ]  # fmt: skip
        return autograd.stack(steps, axis=axis), tuple(autograd.stack(s) for s in zip(*last))

    def forward(self, x: Any, hx: Any = None) -> Any:
        out, (h,) = self._run(x, None if hx is None else (hx,))
        return out, h

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        for name, usual in (
            ("proj_size", 0), ("num_layers", 1), ("bias", True), ("batch_first", False),
            ("dropout", 0.0), ("bidirectional", False),
        ):  # fmt: skip
            if (value := getattr(self, name)) != usual:
                text += f", {name}={value}"
        return text


class RNN(_Recurrent):
    """Layers of h' = tanh(W_ih x + b_ih + W_hh h + b_hh) over a sequence (Elman 1990).

    Args:
        input_size: the size of x's last axis.
        hidden_size: the size of the state's.
        num_layers: how many layers lie on top of each other.
        nonlinearity: 'tanh' or 'relu'.
        bias: whether there are biases.
        batch_first: whether x is (batch, time, input_size); else (time, batch, input_size).
        dropout: at which rate outputs drop between layers while training.
        bidirectional: whether a second run reads backwards; outputs stand side by side.
        dtype: the dtype of the weights.

    Shapes:
        x: (time, batch, input_size), or (time, input_size) of one sequence;
        h0: (num_layers · directions, batch, hidden_size), 0 unless given;
        output: (time, batch, directions · hidden_size), and the last state, of h0's shape.

    Raises:
        ShapeError: on a call, x or h0 does not fit.

    >>> out, h = nn.RNN(3, 4, bidirectional=True)(np.ones((5, 2, 3)))
    >>> out.shape, h.shape
    ((5, 2, 8), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            _nonlinearity("RNN", nonlinearity), input_size, hidden_size, num_layers, bias,
            batch_first, dropout, bidirectional, 0, dtype,
        )  # fmt: skip
        self.nonlinearity = nonlinearity


class GRU(_Recurrent):
    """Layers of gated recurrent units over a sequence (Cho et al. 2014); see GRUCell.

    Args, shapes, raises: as RNN's, without a nonlinearity.

    >>> out, h = nn.GRU(3, 4, batch_first=True)(np.ones((2, 5, 3)))
    >>> out.shape, h.shape
    ((2, 5, 4), (1, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            "gru", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            0, dtype,
        )  # fmt: skip


class LSTM(_Recurrent):
    """Layers of long short-term memory over a sequence; see LSTMCell.

    Args, shapes, raises: as RNN's, without a nonlinearity. The state is a pair (h0, c0).
        proj_size: project h to fewer numbers (Sak et al. 2014); 0: do not.

    >>> out, (h, c) = nn.LSTM(3, 4, num_layers=2)(np.ones((5, 2, 3)))
    >>> out.shape, h.shape, c.shape
    ((5, 2, 4), (2, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            "lstm", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, proj_size, dtype,
        )  # fmt: skip

    def forward(self, x: Any, hx: Any = None) -> Any:
        return self._run(x, hx)


def _check_states(layer: Module, states: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    for state in states:
        if state.shape != shape:
            raise ShapeError(
                f"{layer._label()}: the state must be of shape {shape}, got {state.shape}"
            )
