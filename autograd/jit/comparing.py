"""Comparing: how a replay differs from the function itself, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.backprop import gradients
from autograd.errors import GradientError
from autograd.value import Value

#: Numbers compared at a time, so that comparing needs no memory to speak of.
_COMPARED = 65_536


def difference(what: str, a: Any, b: Any, largest: float = 0.0) -> str | None:
    """How a replayed result differs from an eager one, in words; None if it does not.

    Args:
        largest: the largest number it is computed along with, which it may round as.
    """
    if isinstance(a, Value) != isinstance(b, Value):
        return f"{what} is {type(a).__name__}, not {type(b).__name__}"
    if isinstance(a, Value):
        if a.requires_grad != b.requires_grad:
            return f"{what} wants a gradient, or not"
        a, b = a._data, b._data
    if not isinstance(b, (np.ndarray, np.generic)):
        return None if type(a) is type(b) and a == b else f"{what} is {a!r:.60}, not {b!r:.60}"
    if np.shape(a) != b.shape or a.dtype != b.dtype:
        return f"{what} is {a.dtype} {np.shape(a)}, not {b.dtype} {b.shape}"
    if b.dtype.kind != "f":
        return None if np.array_equal(a, b) else f"{what} differs"
    if _equal(a, b):
        return None
    eps = float(np.finfo(b.dtype).eps)
    tolerance = eps**0.75
    with np.errstate(all="ignore"):
        allowed = max(tolerance * _largest(b), 16 * eps * largest)
        if _within(a, b, allowed) or all(
            np.allclose(one, other, rtol=tolerance, atol=allowed, equal_nan=True)
            for one, other in _parts(a, b)
        ):
            return None
        worst = float(np.nanmax(np.abs(np.asarray(a, float) - b)))
    return f"{what} differs by up to {worst:.3g}"


def _parts(*arrays: Any) -> Iterator[tuple[Any, ...]]:
    """A piece of each, and the next, so that comparing needs no memory to speak of."""
    flat = [np.ravel(x) for x in arrays]
    for at in range(0, flat[0].size, _COMPARED):
        yield tuple([x[at : at + _COMPARED] for x in flat])


def _equal(a: Any, b: Any) -> bool:
    """Whether two arrays of one shape hold the same numbers, which is soon seen."""
    return all((one == other).all() for one, other in _parts(a, b))


def _within(a: Any, b: Any, allowed: float) -> bool:
    """Whether no number differs by more; quicker than `np.allclose`, and stricter."""
    for one, other in _parts(a, b):
        apart = np.subtract(one, other)
        if not np.abs(apart, out=apart).max() <= allowed:
            return False
    return True


def gradient_difference(i: int, a: Any, b: Any, operands: list) -> str | None:
    """Compare the compiled reverse pass with the one through the eager graph."""
    if not isinstance(b, Value) or not b.requires_grad or b.op is None:
        return None
    seed = np.linspace(0.5, 1.5, b.size).reshape(b.shape).astype(b.dtype)
    seed = seed if seed.ndim else b.dtype.type(1)
    parents = [x for x in operands if isinstance(x, Value) and x.requires_grad]
    try:
        ours, theirs = (gradients(out, seed, call_hooks=False) for out in (a, b))
    except GradientError:
        return None  # a leaf was changed meanwhile; there is nothing to compare
    # A bias in front of a norm has a gradient of 0: what is computed of it is rounding alone.
    largest = max((_largest(g) for g in map(theirs.get, parents) if g is not None), default=0.0)
    for x in parents:
        mine, other = ours.get(x), theirs.get(x)
        if other is None and mine is not None and np.any(mine):
            return f"the gradient of result {i} reaches {x._label()}"
        if other is not None:
            mine = np.zeros_like(other) if mine is None else mine
            at = f"the gradient of result {i} at {x._label()}"
            problem = difference(at, mine, other, largest)
            if problem:
                return problem
    return None


def _largest(x: Any) -> float:
    """The largest finite number of an array."""
    most = 0.0
    for (part,) in _parts(x):
        here = float(np.abs(part).max())
        if not math.isfinite(here):
            here = float(np.max(np.abs(part), where=np.isfinite(part), initial=0.0))
        most = max(most, here)
    return most
