"""Random operations, all drawn from one generator that `manual_seed` sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.elementwise import multiply

_generator = np.random.default_rng()


def manual_seed(seed: int) -> np.random.Generator:
    """Start the library's one random generator anew, so that a run can be repeated bit for bit.

    >>> a = manual_seed(0).random()
    >>> a == manual_seed(0).random()
    True
    """
    global _generator
    _generator = np.random.default_rng(seed)
    return _generator


def generator() -> np.random.Generator:
    """The generator all random draws come from: initial weights, shuffles, dropout."""
    return _generator


def dropout(x: Any, rate: float) -> Any:
    """Each element set to 0 with probability `rate`, the others scaled by 1 / (1 - rate).

    The expected value stays what it was (Srivastava et al. 2014, in the inverted form).

    Raises:
        ValueError: `rate` is not in [0, 1).

    >>> _ = manual_seed(0)
    >>> dropout(Value(np.ones(4)), 0.5)
    Value([2., 0., 0., 0.])
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: the rate must be at least 0 and less than 1, got {rate}")
    dtype = x.dtype if x.dtype in (np.float32, np.float64) else np.dtype(np.float64)
    keep = _generator.random(np.shape(x), dtype=dtype) >= rate
    return multiply(x, keep * dtype.type(1 / (1 - rate)))
