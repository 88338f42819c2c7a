"""Checking what an operation is asked for: operands, axes and settings, refused by name."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.recorder import constant
from autograd.value import Value


def per_axis(name: str, what: str, given: Any, axes: int, least: int) -> tuple[int, ...]:
    """An int for all axes, or one for each, as a tuple; at least `least`."""
    items = tuple(given) if isinstance(given, (tuple, list)) else (given,) * axes
    if len(items) == 1:
        items *= axes
    good = len(items) == axes and all(
        isinstance(i, (int, np.integer)) and not isinstance(i, bool) and i >= least for i in items
    )
    if not good:
        raise ValueError(
            f"{name}: {what} must be an int of at least {least}, or {axes} of them, "
            f"got {given!r:.60}"
        )
    return tuple(int(i) for i in items)


def number(
    name: str, what: str, given: Any, least: float = -math.inf, most: float = math.inf
) -> float:
    """One number between `least` and `most`."""
    if not isinstance(given, numbers.Real):
        raise TypeError(f"{name}: {what} must be a number, got {given!r:.60}")
    value: Any = given
    if not least <= value <= most:
        limits = f"from {least:g} to {most:g}" if most < math.inf else f"at least {least:g}"
        raise ValueError(f"{name}: {what} must be {limits}, got {given!r}")
    return value


def _integers(indices: Any, asked: str) -> Any:
    """Indices as an operand: whole numbers, of any integer dtype; none at all may be floats."""
    indices = _array(indices, asked)
    if indices.dtype.kind in "iu":
        return indices if isinstance(indices, Value) else np.array(indices)  # as it is now
    if indices.size == 0 and isinstance(indices, np.ndarray):
        return indices.astype(int)
    raise IndexError(f"{asked}: indices are integers, not {indices.dtype} numbers")


def _array(x: Any, asked: str) -> Any:
    """x itself if it is an array or a Value, else an array of its numbers."""
    return x if isinstance(x, Value) else np.asarray(constant(x, asked))


def _axis(axis: Any, x: Any, asked: str) -> int:
    """`axis` counted from the front."""
    ndim = np.ndim(x)
    if not isinstance(axis, (int, np.integer)):
        raise TypeError(f"{asked}: axis is an integer, not {axis!r:.60}")
    if not -ndim <= axis < ndim:
        raise ShapeError(f"{asked}: axis {axis} is out of bounds for shape {np.shape(x)}")
    return int(axis) % ndim
