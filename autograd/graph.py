"""Graph: what was recorded below a result, as the readers of it (draw, explain, play) want it.

A reader asks for nodes, for the messages of the reverse pass that brought each its gradient, and
for the module calls the nodes were recorded in. The pass is the graph's own: it reads numbers and
never touches anybody's `grad`.
"""

from __future__ import annotations

import functools
import operator
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.backprop import Message, gradients, nodes_below, seed_for
from autograd.recording import Scope, enable_grad
from autograd.value import Value


@dataclass(eq=False)
class ModuleCall:
    """One call of a module, and the nodes that belong to it and to none of the calls inside it.

    `number` counts the calls of the same module within `parent`, from 1.
    """

    name: str
    kind: str
    parent: ModuleCall | None
    number: int
    repeated: bool = False
    nodes: list[Value] = field(default_factory=list)
    children: list[ModuleCall] = field(default_factory=list)

    @functools.cached_property
    def depth(self) -> int:
        """1 for an outermost call."""
        return 1 if self.parent is None else self.parent.depth + 1

    @property
    def label(self) -> str:
        """The module's name and kind, such as `0 · Linear`."""
        return " · ".join(part for part in (self.name, self.kind) if part)

    @property
    def title(self) -> str:
        """Such as `0 · Linear`, and `0 · Linear, call 2` if it is called repeatedly."""
        return f"{self.label}, call {self.number}" if self.repeated else self.label

    def at_depth(self, depth: int) -> ModuleCall:
        """The call at `depth` that contains this one (itself, if it is no deeper)."""
        here = self
        while here.parent is not None and here.depth > depth:
            here = here.parent
        return here


class Graph:
    """The nodes `roots` were computed from, the edges between them, and what was sent back.

    Every edge is a `Message`: it goes forward from `receiver` (the operand) to `sender` (the
    result), and carries `gradient`, what the result sent back. Where the roots are single numbers
    it is the gradient of their sum; otherwise, or if `with_gradients` is False, there are no
    gradients, and it is None.

    Raises:
        GradientError: a leaf was changed after it was used.

    >>> from autograd.graph import Graph
    >>> x = Value(3.0, name="x")
    >>> graph = Graph(x * x + x)
    >>> graph
    Graph(2 operations: 1 add, 1 multiply; 1 leaf, 1 number)
    >>> [float(message.gradient) for message in graph.arriving[x]]
    [1.0, 3.0, 3.0]
    >>> graph.gradients[x], x.grad
    (np.float64(7.0), None)
    """

    def __init__(self, *roots: Value, with_gradients: bool = True) -> None:
        if not roots or not all(isinstance(root, Value) for root in roots):
            kinds = ", ".join(type(root).__name__ for root in roots) or "nothing"
            named = any(isinstance(root, (str, os.PathLike)) for root in roots)
            raise TypeError(
                f"a graph starts from one Value or several, such as a loss; got {kinds}"
                + "; a file's name goes to draw(loss).save(NAME) or play(loss, path=NAME)" * named
            )
        #: The distinct results it was asked about.
        self.roots: tuple[Value, ...] = tuple(dict.fromkeys(roots))
        below = set().union(*(nodes_below(root) for root in self.roots))
        #: Everything the roots depend on that wants a gradient, and the roots; oldest first.
        self.nodes: list[Value] = sorted(below, key=operator.attrgetter("seq"))
        #: What the pass starts with at each root.
        self.seeds: dict[Value, Any] = {}
        #: The gradient at each node; empty if the roots have none.
        self.gradients: dict[Value, Any] = {}
        #: One message an edge, in the order in which they were sent.
        self.edges: list[Message] = []
        wanting = [root for root in self.roots if root.requires_grad]
        if with_gradients and wanting and all(root.size == 1 for root in self.roots):
            self._send_back(wanting)
        else:
            self.edges = [
                Message(node, position, parent, None)
                for node in reversed(self.nodes)
                if node.op is not None
                for position, parent in enumerate(node.parents)
                if parent is not None
            ]

    def _send_back(self, roots: Sequence[Value]) -> None:
        """Run the reverse pass from the sum of the roots, and keep what concerns `nodes`."""
        # Numbers that overflowed are shown as such; the warning was due where they arose.
        with enable_grad(), np.errstate(all="ignore"):
            self.seeds = {root: seed_for(root, None) for root in roots}
            total = roots[0]
            added = set()
            if len(roots) > 1:
                terms = [root.sum() for root in roots]
                total = terms[0]
                added.update(terms)
                for term in terms[1:]:
                    total = total + term
                    added.add(total)
            messages: list[Message] = []
            reached = gradients(total, seed_for(total, None), messages=messages)
        self.gradients = {node: g for node, g in reached.items() if node not in added}
        self.edges = [message for message in messages if message.sender not in added]

    @functools.cached_property
    def arriving(self) -> defaultdict[Value, list[Message]]:
        """The messages each node received; with its seed, they sum up to its gradient."""
        arriving: defaultdict[Value, list[Message]] = defaultdict(list)
        for message in self.edges:
            arriving[message.receiver].append(message)
        return arriving

    @functools.cached_property
    def module_of(self) -> dict[Value, ModuleCall]:
        """The innermost module call of every node in one; a leaf belongs to its first user's."""
        scopes: dict[Value, Scope] = {}
        for node in self.nodes:
            if node.op is not None and node.scope is not None:
                scopes[node] = node.scope
        claimed = set()
        for node in self.nodes:
            for parent in node.parents if node.op is not None else ():
                if parent is not None and parent.op is None and parent not in claimed:
                    claimed.add(parent)
                    if node in scopes:
                        scopes[parent] = scopes[node]
        calls = _Calls()
        found = {node: calls.of(scopes[node]) for node in self.nodes if node in scopes}
        for node, call in found.items():
            call.nodes.append(node)
        return found

    @functools.cached_property
    def modules(self) -> list[ModuleCall]:
        """The outermost module calls, oldest first; the ones inside are their `children`."""
        outermost = (call.at_depth(1) for call in self.module_of.values())
        return list(dict.fromkeys(outermost))

    def _repr_svg_(self) -> str:
        from autograd.viz import draw

        return draw(*self.roots).svg()

    def __repr__(self) -> str:
        return f"Graph({describe_nodes(self.nodes, limit=None)})"


class _Calls:
    """Makes one ModuleCall of every Scope; two calls are two Scope objects, however equal."""

    def __init__(self) -> None:
        self.known: dict[int, ModuleCall] = {}
        self.alike: defaultdict[tuple, list[ModuleCall]] = defaultdict(list)

    def of(self, scope: Scope) -> ModuleCall:
        for part in scope.path:
            if id(part) in self.known:
                continue
            parent = None if part.parent is None else self.known[id(part.parent)]
            alike = self.alike[parent, part.name, part.kind]
            call = ModuleCall(part.name, part.kind, parent, len(alike) + 1)
            self.known[id(part)] = call
            alike.append(call)
            call.repeated = alike[0].repeated = len(alike) > 1
            if parent is not None:
                parent.children.append(call)
        return self.known[id(scope)]


def shares(gradients: Sequence[Any]) -> list[float]:
    """How much of what arrives at a node each message is: |m|₁ over the sum of all the |m|₁.

    0 for each where all are zero, NaN where a number has overflowed.

    >>> shares([np.array([1.0, -2.0]), np.array([0.0, 1.0])])
    [0.75, 0.25]
    """
    with np.errstate(all="ignore"):
        sizes = [float(np.abs(g).sum(dtype=np.float64)) for g in gradients]
        total = float(np.sum(sizes))
        return [size and size / total if np.isfinite(total) else float("nan") for size in sizes]


def _counted(n: int, what: str) -> str:
    many = {"leaf": "leaves"}.get(what, f"{what}s")
    return f"{n:,} {what if n == 1 else many}"


def describe_nodes(
    nodes: Iterable[Value],
    limit: int | None = 3,
    counted: Callable[[int, str], str] = _counted,
) -> str:
    """How many operations and leaves, and of what kind; the `limit` most frequent by name.

    `counted` says how many operations, leaves or numbers there are, in another language if wanted.
    """
    leaves, numbers = 0, 0
    operations: Counter[str] = Counter()
    for node in nodes:
        if node.op is None:
            leaves += 1
            numbers += node.size
        else:
            operations[node.op.name] += 1
    parts = []
    if operations:
        ranked = sorted(operations.items(), key=lambda item: (-item[1], item[0]))
        named = [f"{count:,} {name}" for name, count in ranked[:limit]]
        if len(ranked) > len(named):
            named.append("…")
        parts.append(f"{counted(operations.total(), 'operation')}: {', '.join(named)}")
    if leaves:
        parts.append(f"{counted(leaves, 'leaf')}, {counted(numbers, 'number')}")
    return "; ".join(parts)
