"""The step of an LSTM after its weighted sums: what its gates let into the memory, and out of it.

Three primitives: the gates are opened, i, f, o = σ(...) and g = tanh(...), side by side in one
array; the memory becomes c' = f c + i g; what is shown of it is h' = o tanh(c'). (Hochreiter and
Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000.)
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.activations import _sigmoid
from autograd.ops.index import _array
from autograd.primitive import primitive, unary

__all__ = ["lstm_gates"]


def _gate(gates: Any, k: int) -> Any:
    """The gates i, f, g or o of all four."""
    n = gates.shape[-1] // 4
    return gates[..., k * n : (k + 1) * n]


@functools.lru_cache
def _is_tanh(width: int, dtype: Any) -> np.ndarray:
    """1 where the gate is a tanh, 0 where it is a sigmoid."""
    return np.repeat(np.array([0, 0, 1, 0], dtype), width // 4)


def _opened_forward(sums: Any) -> Any:
    out = _sigmoid(sums)
    _gate(out, 2)[...] = np.tanh(_gate(sums, 2))
    return out


# tanh' = (1 - tanh) (1 + tanh) and σ' = (1 - σ) σ
_opened = unary("lstm_gates", _opened_forward,
    lambda g, out, x: g * ((1 - out) * (out + _is_tanh(out.shape[-1], out.dtype))),
    samples="lstm sums",
    doc="The gates of an LSTM from their weighted sums.")  # fmt: skip


def _memory_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return g * _gate(gates, 1)


def _memory_by_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    parts = (g * _gate(gates, 2), g * c, g * _gate(gates, 0), np.zeros_like(g))
    return np.concatenate(parts, axis=-1)


def _memory_from_gates(t: Any, out: Any, gates: Any, c: Any) -> Any:
    return _gate(t, 1) * c + _gate(t, 0) * _gate(gates, 2) + _gate(gates, 0) * _gate(t, 2)


@primitive(
    _memory_by_gates,
    _memory_by_c,
    jvp=(_memory_from_gates, _memory_by_c),
    samples="lstm",
    name="lstm_memory",
)
def _memory(gates: Any, c: Any) -> Any:
    return _gate(gates, 1) * c + _gate(gates, 0) * _gate(gates, 2)


def _output_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return g * (_gate(gates, 3) - out * np.tanh(c))


def _output_by_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    rest = np.zeros((*g.shape[:-1], 3 * g.shape[-1]), g.dtype)
    return np.concatenate((rest, g * np.tanh(c)), axis=-1)


@primitive(
    _output_by_gates,
    _output_by_c,
    jvp=(lambda t, out, gates, c: _gate(t, 3) * np.tanh(c), _output_by_c),
    samples="lstm",
    name="lstm_output",
)
def _output(gates: Any, c: Any) -> Any:
    return _gate(gates, 3) * np.tanh(c)


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
