"""Random operations, all drawn from one generator that `manual_seed` sets."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from autograd.ops.elementwise import multiply
from autograd.primitive import Primitive
from autograd.recorder import constant, record
from autograd.recording import thread
from autograd.value import Value

__all__ = ["dropout"]

_generator: np.random.Generator | None = None  # made when it is first asked for


def manual_seed(seed: int) -> np.random.Generator:
    """Start the library's one random generator anew, so that a run can be repeated bit for bit.

    >>> a = manual_seed(0).random()
    >>> a == manual_seed(0).random()
    True
    """
    global _generator
    _tell("sets the seed of random numbers")
    try:
        _generator = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise TypeError(
            f"manual_seed: the seed must be an integer of at least 0, got {seed!r:.60}"
        ) from None
    return _generator


def generator() -> np.random.Generator:
    """The generator all random draws come from: initial weights, shuffles, dropout.

    >>> manual_seed(0) is generator()
    True
    """
    _tell("draws random numbers that are not recorded")
    return the_generator()


def the_generator() -> np.random.Generator:
    """The same, for who takes its state and gives it back."""
    global _generator
    if _generator is None:
        _generator = np.random.default_rng()
    return _generator


def _tell(what: str) -> None:
    if thread.observer is not None:
        thread.observer.draws(what)


def dropout(x: Any, rate: float) -> Any:
    """Each element set to 0 with probability `rate`, the others scaled by 1 / (1 - rate).

    The expected value stays what it was (Srivastava et al. 2014, in the inverted form).

    Raises:
        ValueError: `rate` is not in [0, 1).

    >>> _ = manual_seed(0)
    >>> dropout(Value(np.ones(4)), 0.5)
    Value([2., 0., 0., 0.])
    """
    if not isinstance(rate, numbers.Real) or not 0 <= rate < 1:
        raise ValueError(f"dropout: the rate must be at least 0 and less than 1, got {rate!r}")
    x = x if isinstance(x, Value) else constant(x, "dropout")
    single = getattr(x, "dtype", None) == np.float32
    dtype: Any = np.float32 if single else np.float64
    settings = {"shape": np.shape(x), "rate": rate, "dtype": dtype}
    return multiply(x, record(_mask, (), settings))


def _draw_mask(shape: tuple[int, ...], rate: float, dtype: Any) -> Any:
    """0 with probability `rate`, else 1 / (1 - rate)."""
    keep = generator().random(shape, dtype=dtype) >= rate
    return keep * dtype(1 / (1 - rate))


#: An operation without operands: a compiled function draws anew at every call.
_mask = Primitive("dropout_mask", _draw_mask, (), (), ("shape", "rate", "dtype"))


def drawn_uniformly(shape: tuple[int, ...], low: float, high: float, dtype: Any) -> Any:
    """Numbers drawn evenly from [low, high), anew at every call of a compiled function too."""
    return record(_uniform, (), {"shape": shape, "low": low, "high": high, "dtype": dtype})


def _draw_uniform(shape: tuple[int, ...], low: float, high: float, dtype: Any) -> Any:
    return generator().uniform(low, high, shape).astype(dtype)


_uniform = Primitive("uniform", _draw_uniform, (), (), ("shape", "low", "high", "dtype"))
