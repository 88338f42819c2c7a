"""What every layer asks of its inputs: arrays of its dtype, axes that fit, sizes that exist."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError, Value


def as_input(x: Any, dtype: Any) -> Any:
    """A Value as it is; anything else as an array of the layer's dtype."""
    if isinstance(x, Value):  # in a trace, it may stand for an array
        return x.astype(dtype) if x.plain and x.dtype != dtype else x
    try:
        return np.asarray(x, dtype)
    except (ValueError, TypeError):
        raise TypeError(
            f"a layer takes an array of numbers, got {type(x).__name__} {x!r:.60}"
        ) from None


def check_last(layer: Any, x: Any, size: int, called: str) -> None:
    """Raise ShapeError unless the last axis of x is `size`, an argument `called` so."""
    if not x.ndim or x.shape[-1] != size:
        raise ShapeError(
            f"{layer._label()}: expects inputs whose last axis is {size} ({called}), "
            f"got shape {x.shape}"
        )


def check_sizes(kind: str, **sizes: Any) -> None:
    """Raise ValueError unless every size is a positive integer."""
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"{kind}: {name} must be a positive integer, got {size!r}")
