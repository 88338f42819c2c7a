"""The step of an LSTM: its weighted sums, and what its gates let into the memory, and out of it.

Four primitives: the sums of what comes in and of the state; the gates are opened, i, f, o = σ(...)
and g = tanh(...), side by side in one array; the memory becomes c' = f c + i g; what is shown of it
is h' = o tanh(c'). (Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and
Cummins 2000.)

The sums of a batch lie in memory column by column, so that each gate is one block: what works on
one gate walks through memory in one go, forwards and backwards.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.asked import _array
from autograd.ops.products import _row_sum, _rows
from autograd.primitive import primitive, unary

__all__ = ["lstm_gates", "lstm_sums"]


def _columns(x: Any, weight: Any) -> Any:
    """weight @ x.T, for one vector or for all of a batch."""
    return weight @ (x if x.ndim == 1 else _rows(x).T)


def _to_rows(g: Any, weight: Any) -> Any:
    out = _columns(g, weight.T).T
    return out if g.ndim <= 2 else out.reshape((*g.shape[:-1], -1))


def _to_weight(g: Any, x: Any) -> Any:
    return _rows(g).T @ _rows(x)


def _to_bias(g: Any, out: Any, *operands: Any) -> Any:
    return _row_sum(g) if g.ndim > 1 else g


@primitive(
    lambda g, out, x, h, w_ih, w_hh, b_ih, b_hh: _to_rows(g, w_ih),
    lambda g, out, x, h, w_ih, w_hh, b_ih, b_hh: _to_rows(g, w_hh),
    lambda g, out, x, h, w_ih, w_hh, b_ih, b_hh: _to_weight(g, x),
    lambda g, out, x, h, w_ih, w_hh, b_ih, b_hh: _to_weight(g, h),
    _to_bias,
    _to_bias,
    jvp=(
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: t @ w_ih.T,
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: t @ w_hh.T,
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: x @ t.T,
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: h @ t.T,
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: t,
        lambda t, out, x, h, w_ih, w_hh, b_ih, b_hh: t,
    ),
    samples="recurrent sums",
    name="lstm_sums",
)
def _sums(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    out = _columns(x, w_ih)
    out += _columns(h, w_hh)
    if b_ih is not None:
        bias = b_ih + b_hh
        out += bias if x.ndim == 1 else bias[:, None]
    return out.T if x.ndim <= 2 else out.T.reshape((*x.shape[:-1], -1))


def lstm_sums(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """The weighted sums of a step: x @ w_ih.T + h @ w_hh.T + b_ih + b_hh.

    Args:
        x: (..., inputs) what comes in.
        h: (..., hidden) the state so far.
        w_ih: (sums, inputs); w_hh: (sums, hidden).
        b_ih, b_hh: (sums,), or None for both.

    Returns:
        (..., sums); those of a batch lie column by column in memory.

    Raises:
        ShapeError: the sizes do not fit.

    >>> lstm_sums(Value([1.0, 2.0]), np.ones(1), np.ones((3, 2)), np.zeros((3, 1)))
    Value([3., 3., 3.])
    """
    return _sums(x, h, w_ih, w_hh, b_ih, b_hh)


def gate(gates: Any, k: int) -> Any:
    """The gates i, f, g or o of all four."""
    n = gates.shape[-1] // 4
    return gates[..., k * n : (k + 1) * n]


#: Larger constants are broadcast along a row: their loops are long enough.
_SMALL = 1 << 16


@functools.lru_cache(16)
def gate_constants(shape: tuple[int, ...], dtype: Any) -> tuple[np.ndarray, ...]:
    """For each gate: the scale of its tanh, what is added, and 1 where it is a tanh alone."""
    found = []
    for values in ((0.5, 0.5, 1, 0.5), (0.5, 0.5, 0, 0.5), (0, 0, 1, 0)):
        row = np.repeat(np.array(values, dtype), shape[-1] // 4)
        if len(shape) == 2 and shape[0] * shape[1] <= _SMALL:
            row = np.array(np.broadcast_to(row, shape), order="F")
        row.flags.writeable = False
        found.append(row)
    return tuple(found)


def _opened_forward(sums: Any) -> Any:
    """σ(x) = (1 + tanh(x / 2)) / 2: all four gates are one tanh."""
    scale, shift, _ = gate_constants(sums.shape, sums.dtype)
    out = np.tanh(sums * scale)
    out *= scale
    out += shift
    return out


# tanh' = (1 - tanh) (1 + tanh) and σ' = (1 - σ) σ
_opened = unary("lstm_gates", _opened_forward,
    lambda g, out, x: g * ((1 - out) * (out + gate_constants(out.shape, out.dtype)[2])),
    samples="lstm sums",
    doc="The gates of an LSTM from their weighted sums.")  # fmt: skip


def _memory_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return g * gate(gates, 1)


def _memory_by_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return _gradients(gates, (g, gate(gates, 2)), (g, c), (g, gate(gates, 0)), None)


def _gradients(gates: Any, *products: tuple[Any, Any] | None) -> Any:
    """What arrives at each gate, a product or nothing, side by side as the gates are."""
    if any(x.__class__ is not np.ndarray for pair in products if pair for x in pair):
        parts = [pair and pair[0] * pair[1] for pair in products]
        nothing = np.zeros_like(next(part for part in parts if part is not None))
        return np.concatenate([nothing if part is None else part for part in parts], axis=-1)
    found = np.empty_like(gates)
    for k, pair in enumerate(products):
        if pair is None:
            gate(found, k).fill(0)
        else:
            np.multiply(*pair, out=gate(found, k))
    return found


def _memory_from_gates(t: Any, out: Any, gates: Any, c: Any) -> Any:
    return gate(t, 1) * c + gate(t, 0) * gate(gates, 2) + gate(gates, 0) * gate(t, 2)


@primitive(
    _memory_by_gates,
    _memory_by_c,
    jvp=(_memory_from_gates, _memory_by_c),
    samples="lstm",
    name="lstm_memory",
)
def _memory(gates: Any, c: Any) -> Any:
    forget = gate(gates, 1)
    out = np.empty_like(forget, np.result_type(gates, c))  # it lies as the gates do
    np.multiply(forget, c, out=out)
    out += gate(gates, 0) * gate(gates, 2)
    return out


def _by_columns(g: Any) -> Any:
    """What arrives from outside may lie row by row; then so would all that is computed from it."""
    return np.asfortranarray(g) if g.__class__ is np.ndarray and g.ndim == 2 else g


def _output_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return _by_columns(g) * (gate(gates, 3) - out * np.tanh(c))  # o (1 - tanh²), as out = o tanh


def _output_by_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return _gradients(gates, None, None, None, (_by_columns(g), np.tanh(c)))


@primitive(
    _output_by_gates,
    _output_by_c,
    jvp=(lambda t, out, gates, c: gate(t, 3) * np.tanh(c), _output_by_c),
    samples="lstm",
    name="lstm_output",
)
def _output(gates: Any, c: Any) -> Any:
    return gate(gates, 3) * np.tanh(c)


def lstm_gates(gates: Any, c: Any) -> tuple[Any, Any]:
    """The step of an LSTM from its weighted sums: c' = σ(f) c + σ(i) tanh(g); h' = σ(o) tanh(c').

    Args:
        gates: (..., 4 · hidden) the weighted sums i, f, g and o, side by side.
        c: (..., hidden) the memory so far.

    Returns:
        h' and c', as c.

    Raises:
        ShapeError: the gates are not four times c.

    >>> h, c = lstm_gates(Value([0.0, 0.0, 0.0, 0.0]), Value([1.0]))
    >>> c
    Value([0.5])
    """
    gates, c = _array(gates, "lstm_gates"), _array(c, "lstm_gates")
    if not c.ndim or gates.shape != (*c.shape[:-1], 4 * c.shape[-1]):
        raise ShapeError(
            f"lstm_gates: {describe(gates, 'gates')} must be four times as wide as "
            f"{describe(c, 'c')}"
        )
    gates = _opened(gates)
    c = _memory(gates, c)
    return _output(gates, c), c
