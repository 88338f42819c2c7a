"""Checking what an operation is asked for: sizes and settings, refused by name if they are none."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np


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
