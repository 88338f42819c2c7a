"""The paths from one number to the loss, and the local derivative of every step along them.

The chain rule written out: dL/dw is the sum over all paths from w to L of the product of the local
derivatives on the way (Bauer 1974). There can be exponentially many, so they are never
listed: one sweep finds the steps, one sweep back how much the best path from every number is worth,
and a best-first search then takes the largest ones in order.

A step goes from one element of an operand to one element of a result. Where an operand's element
goes, and how strongly, is what forward mode answers for a one-hot tangent, for any primitive.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from autograd.backprop import nodes_below
from autograd.forward import push
from autograd.recording import enable_grad
from autograd.value import Value

#: At most so many elements of one node are followed on, those that matter most to the loss.
WIDEST = 2048

#: One element of a node: the node, and the element's place in its flattened array.
Place = tuple[Value, int]


class Step(NamedTuple):
    """From an element of operand number `position` to an element of the result."""

    start: Place
    end: Place
    position: int
    derivative: float


class Routes:
    """The graph below a loss, oldest first, as one walks it forwards; and what was found on walks.

    The local derivatives near the loss are the same for every weight: they are worked out once.
    """

    def __init__(self, root: Value) -> None:
        self.order = nodes_below(root)[::-1]
        #: Who uses a node, and as which operand.
        self.used: defaultdict[Value, list[tuple[Value, int]]] = defaultdict(list)
        for node in self.order:
            for position, parent in enumerate(node.parents if node.op is not None else ()):
                if parent is not None:
                    self.used[parent].append((node, position))
        self._known: dict[Any, list[tuple[int, float]]] = {}

    def derivatives(self, user: Value, position: int, element: int) -> list[tuple[int, float]]:
        key = user, position, element
        if key not in self._known:
            self._known[key] = _derivatives(user, position, element)
        return self._known[key]


class Steps:
    """Every step on a way from `start` to `end`; `complete` unless too many were found to follow.

    `blocked` are the operations that let nothing through: their local derivative is 0.
    """

    def __init__(
        self, start: Place, end: Place, gradients: dict[Value, Any], routes: Routes
    ) -> None:
        self.start, self.end = start, end
        self.complete = True
        self.blocked: list[Value] = []
        self.leaving: dict[Place, list[Step]] = {}
        self._find(gradients, routes)
        self._look_back()

    def _find(self, gradients: dict[Value, Any], routes: Routes) -> None:
        reached: defaultdict[Value, dict[int, float]] = defaultdict(dict)
        reached[self.start[0]][self.start[1]] = 1.0
        self.order: list[Place] = []
        for node in routes.order:
            places = reached.pop(node, None)
            if not places:
                continue
            for element, size in self._strongest(places, gradients[node]):
                place = (node, element)
                self.order.append(place)
                steps = self.leaving[place] = []
                if place[0] is self.end[0]:
                    continue
                for user, position in routes.used[node]:
                    found = False
                    for to, derivative in routes.derivatives(user, position, element):
                        found = True
                        steps.append(Step(place, (user, to), position, derivative))
                        so_far = reached[user].get(to, 0.0)
                        reached[user][to] = max(so_far, size * _size(derivative))
                    if not found:
                        self.blocked.append(user)

    def _strongest(self, places: dict[int, float], gradient: Any) -> list[tuple[int, float]]:
        if len(places) <= WIDEST:
            return sorted(places.items())
        self.complete = False
        flat = np.ravel(gradient)
        ranked = heapq.nlargest(WIDEST, places.items(), lambda at: at[1] * _size(flat[at[0]]))
        return sorted(ranked)

    def _look_back(self) -> None:
        #: From a place on: the size of the largest product, the sum of all sizes, how many.
        self.best: dict[Place, float] = {self.end: 1.0}
        self.sizes: dict[Place, float] = {self.end: 1.0}
        self.counts: dict[Place, int] = {self.end: 1}
        for place in reversed(self.order):
            steps = self.leaving[place] = [s for s in self.leaving[place] if s.end in self.best]
            if steps:
                self.best[place] = max(_size(s.derivative) * self.best[s.end] for s in steps)
                self.sizes[place] = sum(_size(s.derivative) * self.sizes[s.end] for s in steps)
                self.counts[place] = sum(self.counts[s.end] for s in steps)

    def largest(self, count: int) -> list[list[Step]]:
        """The `count` paths with the largest products in size, largest first."""
        if self.start not in self.best:
            return []
        ticket = itertools.count(0, -1).__next__  # of equals, go on with the one begun last
        heap: list[Any] = [(-self.best[self.start], ticket(), 1.0, self.start, None)]
        found: list[list[Step]] = []
        while heap and len(found) < count:
            _, _, size, place, trail = heapq.heappop(heap)
            if place[0] is self.end[0]:
                found.append(_unwind(trail))
                continue
            for step in self.leaving[place]:
                further = size * _size(step.derivative)
                reach = further * self.best[step.end]
                heapq.heappush(heap, (-reach, ticket(), further, step.end, (step, trail)))
        return sorted(found, key=lambda path: -_size(math.prod(s.derivative for s in path)))


def _unwind(trail: Any) -> list[Step]:
    path = []
    while trail is not None:
        step, trail = trail
        path.append(step)
    return path[::-1]


def _size(x: Any) -> float:
    """How large a derivative is; what is not finite counts as larger than anything."""
    size = abs(float(x))
    return size if size < 1e300 else 1e300


def _derivatives(user: Value, position: int, element: int) -> list[tuple[int, float]]:
    """The elements of `user` that an element of its operand moves, and how fast."""
    x = user.inputs[position]
    if np.ndim(x):
        tangent = np.zeros(x.shape, x.dtype)
        tangent.flat[element] = 1
    else:
        tangent = x.dtype.type(1)
    flat = np.ravel(_pushed(user, position, tangent))
    return [(int(i), float(flat[i])) for i in np.flatnonzero(flat)]


def local_derivative(node: Value, position: int) -> Any:
    """d node / d operand: a number, or an array where each number depends on one; else None."""
    op: Any = node.op
    x = node.inputs[position]
    elementwise = op.jvp == "elementwise" and np.shape(x) == node.shape
    if not elementwise and (np.size(x) != 1 or node.size != 1):
        return None
    with enable_grad(), np.errstate(all="ignore"):
        return _pushed(node, position, np.ones(np.shape(x), x.dtype)[()])


def _pushed(node: Value, position: int, tangent: Any) -> Any:
    """How `node` moves when operand number `position` alone moves by `tangent`."""
    op: Any = node.op
    moving: list[Any] = [None] * len(node.parents)
    moving[position] = tangent
    pushed = push(op, moving, node._data, node.inputs, node.params or {})
    return getattr(pushed, "_data", pushed)
