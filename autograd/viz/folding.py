"""What is folded into one box, so that a picture can be read.

A large graph is folded from the inside out: first the innermost module calls become one box each,
then the calls around them, then all calls of one module together, where no arrow would lead back.
What is still too much (or was recorded outside any module, or is a loop of calls that feed each
other, or would be a box and little else) is cut by age: the newest nodes are shown with the leaves
they use, and all that came before becomes one box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from autograd.graph import Graph, ModuleCall
from autograd.value import Value
from autograd.viz.items import Box, Item, arrows_between, columns_of, constants_of
from autograd.viz.phrases import say

#: The arrows of a picture may cross so many columns for every node it may have. A layout's time
#: grows steeply with that number: one leaf used all along a chain would take it minutes.
COLUMNS_CROSSED = 8
#: Where nobody says how much to draw: as much as reads well at normal size. A longer chain of
#: operations is folded even if it has few nodes. What must be cut is cut to `SAMPLE` of that: of a
#: loop, a few rounds say it all.
READABLE_NODES, READABLE_COLUMNS, SAMPLE = 50, 24, 0.5
#: So few nodes and boxes explain nothing: rather the end of what the last box holds.
TOO_LITTLE = 4


class Room:
    """How much of a graph a picture has room for."""

    def __init__(self, graph: Graph, max_nodes: int | None) -> None:
        self.graph = graph
        self.nodes = READABLE_NODES if max_nodes is None else max_nodes
        self.columns = READABLE_COLUMNS if max_nodes is None else max_nodes
        self.chosen = max_nodes is None  # by us
        #: Whether something did not fit.
        self.short = False

    def cut(self) -> None:
        """Leave room for a sample, unless the room was asked for."""
        if self.chosen:
            self.nodes, self.columns = int(self.nodes * SAMPLE), int(self.columns * SAMPLE)

    def has(self, homes: dict[Value, Box]) -> bool:
        """Whether so many nodes fit, with arrows that are laid out in seconds."""
        alone = [node for node in self.graph.nodes if node not in homes]
        if len(set(homes.values())) + sum(map(_weight, alone)) > self.nodes:
            return False
        arrows = arrows_between(self.graph, homes)
        column = columns_of(arrows)
        length = sum(column[arrow.head] - column.get(arrow.tail, 0) for arrow in arrows)
        return (
            max(column.values(), default=0) < self.columns
            and length <= COLUMNS_CROSSED * self.nodes
        )


def fold(graph: Graph, room: Room, asked: int | None = None) -> dict[Value, Box]:
    """The box of every node that does not stand alone."""
    homes: dict[Value, Box] = {}
    tree = Tree(graph)
    depth = tree.depth
    if asked is not None and asked < depth:
        depth = asked
        homes = tree.homes(tree.down_to(depth + 1))
    if room.has(homes):
        return homes
    room.short = True
    repeated = any(call.repeated for call in graph.modules)
    if repeated and not merges(graph):
        return _cut(graph, homes, room)  # the newest steps of a loop say more than many boxes
    finer = homes
    while depth and not room.has(homes):
        finer, homes = homes, tree.homes(tree.down_to(depth))
        depth -= 1
    if room.has(homes):
        alone = sum(node not in homes for node in graph.nodes)
        too_little = room.chosen and alone + len(set(homes.values())) <= TOO_LITTLE
        return _cut(graph, finer, room) if too_little else homes
    if repeated:
        together = Tree(graph, merged=True)
        for depth in range(together.depth, 0, -1):
            merged = together.homes(together.down_to(depth))
            if room.has(merged) and runs_forward(graph, merged):
                return merged
    return _cut(graph, homes, room)


def merges(graph: Graph) -> bool:
    """Whether all calls of a module can be one box: none feeds another of them."""
    tree = Tree(graph, merged=True)
    return not _calls_in_a_row(graph) and runs_forward(graph, tree.homes(()))


def _cut(graph: Graph, homes: dict[Value, Box], room: Room) -> dict[Value, Box]:
    """`homes`, with the oldest in a box of their own, so that the rest has room."""
    room.cut()
    ages = _by_age(graph, homes)
    left, cut = room.nodes, homes
    while left and not room.has(cut):
        old = _whole_calls(graph, _oldest(ages, left, set(graph.roots)))
        kept = [node for node in graph.nodes if node not in old]
        used = {p for node in kept if node.op is not None for p in node.parents}
        # A leaf that is still used stays where there is room: its gradient is a sum worth seeing.
        for shown in (used, set()):
            inside = [n for n in old if n.op is not None or n not in shown or n in homes]
            before = Box(None, inside, before=True)
            cut = homes | dict.fromkeys(inside, before)
            if room.has(cut):
                break
        left = left * 2 // 3
    return cut


def _whole_calls(graph: Graph, old: list[Value]) -> dict[Value, None]:
    """`old`, and with a part of an outermost call that was made repeatedly all of it."""
    begun = {
        graph.module_of[n].at_depth(1) for n in old if n.op is not None and n in graph.module_of
    }
    roots = set(graph.roots)
    begun = {call for call in begun if call.repeated}
    rest = (n for n, call in graph.module_of.items() if call.at_depth(1) in begun)
    return dict.fromkeys((*old, *(n for n in rest if n not in roots)))


def _weight(node: Value) -> int:
    """How many nodes of the picture it takes: itself and its constants."""
    return 1 + len(constants_of(node))


class Tree:
    """The module calls of a graph as boxes, each inside its parent's, to open and to fold.

    With `merged`, all calls of one module are one: they are told apart by their names alone.
    """

    def __init__(self, graph: Graph, merged: bool = False) -> None:
        self.graph = graph
        self.merged = merged
        #: The box of every call (or calls), with all the nodes inside it; a root is in none.
        self.boxes: dict[ModuleCall, Box] = {}
        #: The calls around every node that is in one, from the outermost on.
        self.around: dict[Value, tuple[ModuleCall, ...]] = {}
        #: The calls directly inside a call; those inside None are the outermost.
        self.inside: defaultdict[ModuleCall | None, list[ModuleCall]] = defaultdict(list)
        #: Every call of the graph, as the calls around it and itself.
        self._paths: dict[ModuleCall, tuple[ModuleCall, ...]] = {}
        self._alike: dict[Any, ModuleCalls] = {}
        roots = set(graph.roots)
        for node, call in graph.module_of.items():
            if node in roots:
                continue
            self.around[node] = path = self._path(call)
            for unit in path:
                if unit not in self.boxes:
                    self.boxes[unit] = Box(unit)
                    self.inside[unit.parent].append(unit)
                self.boxes[unit].nodes.append(node)
        self.outside = Box(None)
        if merged:
            self.outside.nodes = [n for n in graph.nodes if n not in self.around and n not in roots]

    def _path(self, call: ModuleCall) -> tuple[ModuleCall, ...]:
        if call not in self._paths:
            above = () if call.parent is None else self._path(call.parent)
            unit = call
            if self.merged:
                key = above[-1:], call.name, call.kind
                parent = above[-1] if above else None
                unit = self._alike.setdefault(key, ModuleCalls(call.name, call.kind, parent, 1))
                unit.calls += 1
            self._paths[call] = (*above, unit)
        return self._paths[call]

    @property
    def depth(self) -> int:
        """How deep calls are inside each other."""
        return max((unit.depth for unit in self.boxes), default=0)

    def openable(self, unit: ModuleCall) -> bool:
        """Whether there is something to see inside; what many calls do one by one is too much."""
        return not self.merged or unit in self.inside

    def homes(self, opened: Collection[ModuleCall]) -> dict[Value, Box]:
        """The box of every node that does not stand alone, where these calls are open."""
        found = dict.fromkeys(self.outside.nodes, self.outside)
        for node, path in self.around.items():
            for unit in path:
                if unit not in opened:
                    found[node] = self.boxes[unit]
                    break
        return found

    def down_to(self, depth: int) -> frozenset[ModuleCall]:
        """The calls to open so that those at `depth` are seen."""
        return frozenset(u for u in self.boxes if u.depth < depth and self.openable(u))


@dataclass(eq=False)
class ModuleCalls(ModuleCall):
    """Several calls of one module, as if they were one."""

    calls: int = 0

    @property
    def title(self) -> str:
        return self.label if self.calls == 1 else say("calls", label=self.label, n=self.calls)


def _calls_in_a_row(graph: Graph) -> bool:
    """Whether one call of an outermost module feeds the next, as the steps of a recurrent cell."""
    whole = {n: call.at_depth(1) for n, call in graph.module_of.items() if n.op is not None}
    pairs = ((whole.get(message.receiver), whole.get(message.sender)) for message in graph.edges)
    return any(
        a is not None and b is not None and a is not b and (a.name, a.kind) == (b.name, b.kind)
        for a, b in pairs
    )


def runs_forward(graph: Graph, homes: dict[Value, Box]) -> bool:
    """Whether no arrow leads back: one box for two calls may come both before and after another."""
    needed: dict[Item, set[Item]] = defaultdict(set)
    for arrow in arrows_between(graph, homes):
        needed[arrow.head].add(arrow.tail)
    while needed:
        ready = {item for item, tails in needed.items() if not any(t in needed for t in tails)}
        if not ready:
            return False
        for item in ready:
            del needed[item]
    return True


def _by_age(graph: Graph, homes: dict[Value, Box]) -> dict[Item, int]:
    """What is drawn, oldest first, and the weight of each; a leaf is as old as its first user."""
    ordered: dict[Item, int] = {}
    for node in graph.nodes:
        if node.op is None:
            continue
        for parent in node.parents:
            if parent is not None and parent.op is None and parent not in homes:
                ordered.setdefault(parent, 1)
        item = homes.get(node, node)
        ordered.setdefault(item, 1 if isinstance(item, Box) else _weight(node))
    return ordered


def _oldest(ages: dict[Item, int], room: int, roots: Collection[Item]) -> list[Value]:
    """The oldest nodes, but for the roots, so that what is left and a box take at most `room`.

    Older nodes never depend on newer ones, so their box has arrows out and none in.
    """
    room -= 1 + sum(ages.get(root, 0) for root in roots)
    oldest: list[Value] = []
    kept = 0
    for item in reversed(ages):
        if item in roots:
            continue
        kept += ages[item]
        if kept > room:
            oldest += item.nodes if isinstance(item, Box) else [item]
    return oldest
