"""Comparing: how a replay differs from the function itself, in words.

What comes out of a call is compared at once. The two reverse passes of a loss are compared when it
goes backward (`Doubt`), so that a training step runs each of them once.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from autograd.backprop import gradients, nodes_below
from autograd.errors import GradientError
from autograd.value import Value

#: Numbers compared at a time, so that comparing needs no memory to speak of.
_COMPARED = 65_536
#: With more bytes than this, two sets of gradients are too many.
_LARGE = 1 << 20


def difference(what: str, a: Any, b: Any, largest: Callable[[], float] = lambda: 0.0) -> str | None:
    """How a replayed result differs from an eager one, in words; None if it does not.

    Args:
        largest: gives the largest number it is computed along with, which it may round as.
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
        allowed = max(tolerance * _largest(b), 16 * eps * largest())
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
    largest = _largest_of([theirs.get(x) for x in parents])
    for x in parents:
        problem = _gradients_apart(i, x, ours.get(x), theirs.get(x), largest)
        if problem:
            return problem
    return None


def _gradients_apart(
    i: int, x: Value, mine: Any, other: Any, largest: Callable[[], float]
) -> str | None:
    """How the gradients of a result differ at one operand; None is a gradient of 0."""
    if other is None:
        reaches = mine is not None and np.any(mine)
        return f"the gradient of result {i} reaches {x._label()}" if reaches else None
    mine = np.zeros_like(other) if mine is None else mine
    return difference(f"the gradient of result {i} at {x._label()}", mine, other, largest)


def _largest_of(gradients: list[Any]) -> Callable[[], float]:
    """A bias in front of a norm has a gradient of 0: what is computed of it is rounding alone."""

    @functools.cache
    def largest() -> float:
        return max((_largest(g) for g in gradients if g is not None), default=0.0)

    return largest


class Doubt:
    """A replay whose reverse pass is compared with that of the function, when it is asked for.

    It is the lease of the replay, and its frame: only the one reverse pass is another. Each of the
    function's gradients is forgotten once compared, so there are never two sets of large ones.
    Where they differ, those of the function count.

    Args:
        node: the replayed result that goes backward, a single number.
        eager: the result of the function itself, with its graph.
        operands: what the function was given, in the order of the program's inputs.
    """

    def __init__(self, node: Any, eager: Value, operands: list) -> None:
        self.lease, self.number = node.params["lease"], node.params["number"]
        self.inputs = node.saved
        self.eager: Value | None = eager
        self.operands: list[Any] = operands
        self.agreed = False
        self.lock, self.kept = self.lease.frame.lock, self.lease.frame.kept

    def __deepcopy__(self, memo: Any) -> Doubt:
        return self

    @property
    def frame(self) -> Doubt:
        return self

    @property
    def backward(self) -> Doubt:
        return self

    def __getitem__(self, number: int) -> Callable[..., Any]:
        if number == self.number and self.eager is not None:
            return self._compared
        return self.lease.frame.backward[number]

    def settled(self) -> bool:
        """Whether both agreed, or do now: it never went backward."""
        with self.lock:
            if self.eager is not None:
                self._found(self.eager._data.dtype.type(1), *self.inputs)
        return self.agreed

    def _compared(self, seed: Any, *inputs: Any, **into: Any) -> Any:
        eager: Any = self.eager
        found = self._found(seed, *inputs, **into)
        if found is not None:
            return found
        theirs: Any = gradients(eager, seed, stop=self._wanted(), call_hooks=False)
        for x in self._wanted():
            if theirs[x] is None:
                theirs[x] = np.zeros_like(x._data)[()]
        return tuple([theirs.get(x) if isinstance(x, Value) else None for x in self.operands])

    def _wanted(self) -> list[Value]:
        return [x for x in self.operands if isinstance(x, Value) and x.requires_grad]

    def _found(self, seed: Any, *inputs: Any, **into: Any) -> Any:
        """What the replay's reverse pass gives; None where the function's gives something else."""
        eager, self.eager = self.eager, None
        with contextlib.suppress(Exception):  # the function itself will say what is wrong
            found = self.lease.frame.backward[self.number](seed, *inputs, **into)
            self.agreed = self._agree(found, eager, seed)
            if self.agreed:
                self.operands = []  # they may go, though the next call asks whether both agreed
                return found
        return None

    def _agree(self, found: Any, eager: Any, seed: Any) -> bool:
        """Whether the function's reverse pass gives the same gradients."""
        ours = {
            x: g for x, g in zip(self.operands, found) if isinstance(x, Value) and x.requires_grad
        }
        if not (np.isfinite(seed) and seed):
            return False  # whatever is wrong, the gradients would be NaN or 0
        largest = _largest_of([*ours.values()])
        # A leaf that is newer has new numbers by now: these are of the old ones.
        newer = any(x.seq > eager.seq for x in ours)
        large = sum([x._data.nbytes for x in ours]) > _LARGE
        ready = _last_senders(eager, ours) if newer or large else {}
        left = dict(ours)
        problems = []

        def compare(x: Value, theirs: Any) -> None:
            problems.append(_gradients_apart(self.number, x, left.pop(x), theirs, largest))

        def sent(node: Value, gradients: dict[Value, Any]) -> None:
            for x in ready.get(node, ()):
                compare(x, gradients[x])
                gradients[x] = None

        watch = sent if ready else None
        theirs = gradients(eager, seed, stop=ours, call_hooks=False, sent=watch)
        for x in [*left]:
            compare(x, theirs.get(x))
        return not any(problems)


def _last_senders(root: Value, leaves: Collection[Value]) -> dict[Value, list[Value]]:
    """After which node of a reverse pass from `root` the gradients of which leaves are complete."""
    last: dict[Value, Value] = {}
    for node in nodes_below(root, leaves):
        if node.op is not None and node not in leaves:
            last.update(
                dict.fromkeys([p for p in node.parents if p is not None and p in leaves], node)
            )
    found: dict[Value, list[Value]] = {}
    for leaf, node in last.items():
        found.setdefault(node, []).append(leaf)
    return found


def _largest(x: Any) -> float:
    """The largest finite number of an array."""
    most = 0.0
    for (part,) in _parts(x):
        here = float(np.abs(part).max())
        if not math.isfinite(here):
            here = float(np.max(np.abs(part), where=np.isfinite(part), initial=0.0))
        most = max(most, here)
    return most
