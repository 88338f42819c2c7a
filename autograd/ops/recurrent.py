"""The step of an LSTM after its weighted sums: what its gates let into the memory, and out of it.

Two primitives, c' = σ(f) c + σ(i) tanh(g) and h' = σ(o) tanh(c'), with the gates i, f, g and o side
by side in one array. (Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber
and Cummins 2000.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.activations import sigmoid
from autograd.primitive import constant, primitive
from autograd.value import Value

__all__ = ["lstm_gates"]


def _gate(gates: Any, k: int) -> Any:
    n = gates.shape[-1] // 4
    return gates[..., k * n : (k + 1) * n]


def _memory_slopes(gates: Any, c: Any) -> tuple[Any, Any, Any]:
    """How c' changes with the sums i, f and g."""
    i, f, new = sigmoid(_gate(gates, 0)), sigmoid(_gate(gates, 1)), np.tanh(_gate(gates, 2))
    return new * (i * (1 - i)), c * (f * (1 - f)), i * (1 - new * new)


def _memory_to_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    slopes = _memory_slopes(gates, c)
    return np.concatenate((*(g * slope for slope in slopes), np.zeros_like(g)), axis=-1)


def _memory_from_gates(t: Any, out: Any, gates: Any, c: Any) -> Any:
    to_i, to_f, to_g = _memory_slopes(gates, c)
    return _gate(t, 0) * to_i + _gate(t, 1) * to_f + _gate(t, 2) * to_g


def _memory_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return g * sigmoid(_gate(gates, 1))


@primitive(
    _memory_to_gates,
    _memory_by_c,
    jvp=(_memory_from_gates, _memory_by_c),
    samples="lstm",
    name="lstm_memory",
)
def _memory(gates: Any, c: Any) -> Any:
    new = sigmoid(_gate(gates, 1)) * c
    return new + sigmoid(_gate(gates, 0)) * np.tanh(_gate(gates, 2))


def _output_slope(gates: Any, c: Any) -> Any:
    """How h' changes with the sum o."""
    o = sigmoid(_gate(gates, 3))
    return np.tanh(c) * (o * (1 - o))


def _output_to_gates(g: Any, out: Any, gates: Any, c: Any) -> Any:
    rest = np.zeros_like(g)
    return np.concatenate((rest, rest, rest, g * _output_slope(gates, c)), axis=-1)


def _output_by_c(g: Any, out: Any, gates: Any, c: Any) -> Any:
    return g * (sigmoid(_gate(gates, 3)) * (1 - np.square(np.tanh(c))))


@primitive(
    _output_to_gates,
    _output_by_c,
    jvp=(lambda t, out, gates, c: _gate(t, 3) * _output_slope(gates, c), _output_by_c),
    samples="lstm",
    name="lstm_output",
)
def _output(gates: Any, c: Any) -> Any:
    return sigmoid(_gate(gates, 3)) * np.tanh(c)


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
    gates, c = (
        x if isinstance(x, Value) else np.asarray(constant(x, "lstm_gates")) for x in (gates, c)
    )
    if not c.ndim or gates.shape != (*c.shape[:-1], 4 * c.shape[-1]):
        raise ShapeError(
            f"lstm_gates: {describe(gates, 'gates')} must be four times as wide as "
            f"{describe(c, 'c')}"
        )
    c = _memory(gates, c)
    return _output(gates, c), c
