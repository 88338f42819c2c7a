"""Strides: index arrays read as regular views, where they are regular.

A layer written out in scalars reads weight i for every point, and input j for every neuron. As an
index array that is a pattern of runs, and NumPy walks such a pattern as a view, without a copy:

    [5 6 7 5 6 7 9 10 11 9 10 11]   from 5, shape (2, 2, 3), strides (4, 0, 1)
"""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np

#: Views have at most so many axes, and their last one is at least so long, or are not worth it.
MOST_AXES = 4
SHORTEST = 8


class View(NamedTuple):
    """Where a regular pattern starts, and how far apart its numbers are along each axis."""

    offset: int
    strides: tuple[int, ...]

    def of(self, numbers: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """The pattern as a view of a flat float64 vector."""
        strides = tuple([8 * s for s in self.strides])
        return np.ndarray(shape, np.float64, numbers, 8 * self.offset, strides)


def runs(index: np.ndarray) -> list[tuple[int, int]] | None:
    """Length and stride of each axis of a regular pattern, last axis first; None if it is none.

    >>> from autograd.jit.strides import runs
    >>> runs(np.array([5, 6, 7, 5, 6, 7, 9, 10, 11, 9, 10, 11]))
    [(3, 1), (2, 0), (2, 4)]
    >>> runs(np.array([3, 1, 4, 1, 5]))
    """
    axes: list[tuple[int, int]] = []
    while len(index) > 1:
        step = int(index[1] - index[0])
        other = np.flatnonzero(np.diff(index) != step)
        length = int(other[0]) + 1 if len(other) else len(index)
        if len(index) % length or len(axes) == MOST_AXES:
            return None
        rows = index.reshape(-1, length)
        if len(rows) > 1 and (np.diff(rows) != step).any():
            return None
        axes.append((length, step))
        index = rows[:, 0]
    return axes


def together(indices: list[np.ndarray]) -> tuple[tuple[int, ...], list[View | np.ndarray]]:
    """One shape for all, and each index as a view of that shape, or an index array where not."""
    count = len(indices[0])
    found = [runs(index) for index in indices]
    shape = _common_shape(count, [axes for axes in found if axes is not None])
    if count > SHORTEST * SHORTEST and shape[-1] < SHORTEST:
        shape = (count,)
    views: list[View | np.ndarray] = []
    for index, axes in zip(indices, found):
        strides = None if axes is None else _strides(axes, shape)
        views.append(
            index.reshape(shape) if strides is None else View(int(index[0]), tuple(strides))
        )
    return shape, views


def _common_shape(count: int, patterns: list[list[tuple[int, int]]]) -> tuple[int, ...]:
    """The fewest axes into which all patterns fall; one if there is no such split."""
    cuts = {1, count}
    for axes in patterns:
        cuts.update(itertools.accumulate((length for length, _ in axes), int.__mul__))
    sizes = sorted(cuts)
    if any(b % a for a, b in itertools.pairwise(sizes)):
        return (count,)
    return tuple(b // a for a, b in itertools.pairwise(sizes))[::-1] or (1,)


def _strides(axes: list[tuple[int, int]], shape: tuple[int, ...]) -> list[int] | None:
    """The strides of a pattern along the axes of a finer shape; None if it is not finer."""
    strides: list[int] = []
    pending = iter(axes or [(1, 0)])
    length, step = next(pending)
    for axis in reversed(shape):
        if length == 1 and axis > 1:
            length, step = next(pending, (0, 0))
        if axis > 1 and (length == 0 or length % axis):
            return None
        strides.append(step)
        if axis > 1:
            length //= axis
            step *= axis
    return strides[::-1]


def places(index: np.ndarray) -> Any:
    """An index for NumPy: a slice where the places lie side by side."""
    first, count = int(index[0]), len(index)
    if int(index[-1]) == first + count - 1 and (np.diff(index) == 1).all():
        return slice(first, first + count)
    return index
