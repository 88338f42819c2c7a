"""Examples: inputs and ideal answers as arrays, an example in each row, checked before training."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError, Value


def plain(x: Any) -> np.ndarray:
    """The numbers of an array-like or a Value."""
    return x._data if isinstance(x, Value) else np.asarray(x)


def rows(x: Any, asked: str, name: str) -> np.ndarray:
    """`x` as an array with an example in each row."""
    try:
        array = plain(x)
    except ValueError:
        raise ShapeError(f"{asked}: the examples in {name} differ in length") from None
    if not array.ndim:
        raise ShapeError(f"{asked}: {name} must hold one example a row, got {x!r:.60}")
    if not len(array):
        raise ValueError(f"{asked}: {name} is empty, shape {array.shape}; there are no examples")
    return array


def pairs(x: Any, y: Any, asked: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets as arrays of the same length."""
    x, y = rows(x, asked, "x"), rows(y, asked, "y")
    if len(x) != len(y):
        raise ShapeError(
            f"{asked}: x has {len(x)} examples and y has {len(y)}; every x[i] needs its y[i]"
        )
    return x, y


def split(x: np.ndarray, y: np.ndarray, part: float) -> tuple[Any, Any, Any, Any]:
    """The first examples to learn from, and the last `part` of them to judge."""
    if not 0 <= part < 1:
        raise ValueError(f"fit: validation_split must be at least 0 and below 1, got {part}")
    if not part:
        return x, y, None, None
    at = int(len(x) * (1 - part))
    if not 0 < at < len(x):
        raise ValueError(
            f"fit: validation_split={part} of {len(x)} examples leaves {at} to learn from and "
            f"{len(x) - at} to judge; both need some"
        )
    return x[:at], y[:at], x[at:], y[at:]


def check_counts(asked: str, **counts: int) -> None:
    """Each of `counts` must be a positive integer; `asked` is who wants to know."""
    for name, count in counts.items():
        if not isinstance(count, (int, np.integer)) or count < 1:
            raise ValueError(f"{asked}: {name} must be a positive integer, got {count!r}")
