"""What a picture shows: which nodes stand alone, which are folded into one box, and the arrows.

A small graph is shown node by node. A large one is folded from the inside out: first the innermost
module calls become one box each, then the calls around them, then all calls of one module together,
where no arrow would lead back. What is still too much (or was recorded outside any module) is cut
by age: the newest nodes are shown, and all that came before becomes one box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.backprop import Message
from autograd.graph import Graph, ModuleCall, shares
from autograd.value import Value

#: The arrows of a picture may cross so many columns for every node it may have. A layout's time
#: grows steeply with that number: one leaf used all along a chain would take it minutes.
COLUMNS_CROSSED = 8


@dataclass(eq=False)
class Box:
    """Several nodes drawn as one; `module` is the call they are, None if they are in none.

    `calls` counts the calls of the module that it stands for.
    """

    module: ModuleCall | None
    nodes: list[Value] = field(default_factory=list)
    calls: int = 1
    before: bool = False  # everything older than what is shown

    @property
    def title(self) -> str:
        if self.module is None:
            return "what came before" if self.before else "outside all modules"
        title = self.module.title
        if self.calls == 1:
            return title
        return f"{title.removesuffix(f', call {self.module.number}')}, {self.calls:,} calls"


#: What is drawn for a node: itself, or the box it is folded into.
Item = Value | Box


@dataclass(eq=False)
class Arrow:
    """An edge of the picture: from operand to result, with what was sent back along it.

    Between boxes one arrow stands for several messages.
    """

    tail: Item
    head: Item
    position: int  # which operand; -1 where a box is at an end
    messages: list[Message]
    share: float | None = None  # of what arrives at the tail; None where that is not one node

    @property
    def message(self) -> Any:
        """What arrives along it, summed up; None without gradients or for several receivers."""
        receivers = {message.receiver for message in self.messages}
        if len(receivers) > 1 or self.messages[0].gradient is None:
            return None
        total = self.messages[0].gradient
        with np.errstate(all="ignore"):
            for message in self.messages[1:]:
                total = total + message.gradient
        return total


@dataclass(eq=False)
class Constant:
    """An operand that wants no gradient: a number, an input batch, a target."""

    head: Value
    position: int
    data: Any

    @property
    def role(self) -> str:
        """What the operation calls it, such as `target`."""
        op: Any = self.head.op
        return op.operand_names(len(self.head.parents))[self.position]


class Scene:
    """What is drawn of `graph`: module calls down to `depth` (None: all), in about `max_nodes`."""

    def __init__(self, graph: Graph, max_nodes: int, depth: int | None = None) -> None:
        self.graph = graph
        homes = _fold(graph, max_nodes, depth)
        #: The nodes and boxes of the picture, oldest first.
        self.items: list[Item] = list(dict.fromkeys(homes.get(n, n) for n in graph.nodes))
        self._folded_modules = {box.module for box in homes.values()}
        self.arrows: list[Arrow] = _arrows(graph, homes)
        #: The arrows that leave a node or box forwards, and so bring it messages.
        self.arriving: defaultdict[Item, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            self.arriving[arrow.tail].append(arrow)
        self._share_out()

    def is_root(self, item: Item) -> bool:
        """Whether it is what the picture is about, such as the loss."""
        return any(item is root for root in self.graph.roots)

    def terms(self, node: Value) -> list[Any]:
        """What the gradient of `node` is the sum of: its seed, if any, and the messages."""
        seed = [self.graph.seeds[node]] if node in self.graph.seeds else []
        return seed + [arrow.message for arrow in self.arriving[node]]

    def module(self, item: Item) -> ModuleCall | None:
        """The innermost module call around it that is not folded itself."""
        if isinstance(item, Box):
            return None if item.module is None else item.module.parent
        around = here = self.graph.module_of.get(item)
        while here is not None:
            if here in self._folded_modules:
                around = here.parent
            here = here.parent
        return around

    def _share_out(self) -> None:
        if not self.graph.gradients:
            return
        for item, arrows in self.arriving.items():
            if isinstance(item, Value):
                found = shares(self.terms(item))
                for arrow, share in zip(arrows, found[-len(arrows) :], strict=True):
                    arrow.share = share


def constants_of(item: Item) -> list[Constant]:
    """The operands of an operation that want no gradient."""
    if isinstance(item, Box) or item.op is None or all(p is not None for p in item.parents):
        return []
    return [
        Constant(item, position, data)
        for position, (parent, data) in enumerate(zip(item.parents, item.inputs, strict=True))
        if parent is None and data is not None
    ]


def _arrows(graph: Graph, homes: dict[Value, Box]) -> list[Arrow]:
    """One arrow an edge; where a box is at an end, one for all that run alike."""
    found: dict[Any, Arrow] = {}
    for message in graph.edges:
        tail: Item = homes.get(message.receiver, message.receiver)
        head: Item = homes.get(message.sender, message.sender)
        if tail is head:
            continue
        position = message.position if tail is message.receiver and head is message.sender else -1
        key = (tail, head, position)
        if key in found:
            found[key].messages.append(message)
        else:
            found[key] = Arrow(tail, head, position, [message])
    return list(found.values())


# --------------------------------------------------------------------------------------- folding


def _fold(graph: Graph, max_nodes: int, asked: int | None = None) -> dict[Value, Box]:
    """The box of every node that does not stand alone."""
    homes: dict[Value, Box] = {}
    depth = max((call.depth for call in graph.module_of.values()), default=0)
    if asked is not None and asked < depth:
        depth = asked
        homes = _fold_modules(graph, depth + 1)
    while depth and _too_much(graph, homes, max_nodes):
        homes = _fold_modules(graph, depth)
        depth -= 1
    if not _too_much(graph, homes, max_nodes):
        return homes
    merged = _merge_calls(graph)
    if merged and not _too_much(graph, merged, max_nodes) and _runs_forward(graph, merged):
        return merged
    ages = _by_age(graph, homes)
    room, cut = max_nodes, homes
    while room and _too_much(graph, cut, max_nodes):
        before = Box(None, _oldest(ages, room, set(graph.roots)), before=True)
        cut = homes | dict.fromkeys(before.nodes, before)
        room = room * 2 // 3
    return cut


def _too_much(graph: Graph, homes: dict[Value, Box], max_nodes: int) -> bool:
    """Whether the picture would have too many nodes, or arrows too long to lay out in seconds."""
    alone = [node for node in graph.nodes if node not in homes]
    if len(set(homes.values())) + sum(map(_weight, alone)) > max_nodes:
        return True
    arrows = _arrows(graph, homes)
    column: dict[Item, int] = {}  # how many arrows a node is from the left
    for arrow in reversed(arrows):  # the reverse pass sends the messages to the oldest last
        column[arrow.head] = max(column.get(arrow.head, 0), column.get(arrow.tail, 0) + 1)
    length = sum(column[arrow.head] - column.get(arrow.tail, 0) for arrow in arrows)
    return length > COLUMNS_CROSSED * max_nodes


def _weight(node: Value) -> int:
    """How many nodes of the picture it takes: itself and its constants."""
    return 1 + len(constants_of(node))


def _fold_modules(graph: Graph, depth: int) -> dict[Value, Box]:
    """Every module call at `depth` becomes a box, with the calls inside it; a root never does."""
    boxes: dict[ModuleCall, Box] = {}
    homes = {}
    roots = set(graph.roots)
    for node, call in graph.module_of.items():
        if call.depth < depth or node in roots:
            continue
        whole = call.at_depth(depth)
        box = boxes.setdefault(whole, Box(whole))
        box.nodes.append(node)
        homes[node] = box
    return homes


def _merge_calls(graph: Graph) -> dict[Value, Box]:
    """All calls of one outermost module become one box, and all that is in none becomes another."""
    if not any(call.repeated for call in graph.modules):
        return {}
    boxes: dict[Any, Box] = {}
    for call in graph.modules:
        box = boxes.setdefault((call.name, call.kind), Box(call, calls=0))
        box.calls += 1
    outside = Box(None)
    homes = {}
    roots = set(graph.roots)
    for node in graph.nodes:
        if node not in roots:
            inner = graph.module_of.get(node)
            whole = None if inner is None else inner.at_depth(1)
            box = outside if whole is None else boxes[whole.name, whole.kind]
            box.nodes.append(node)
            homes[node] = box
    return homes


def _runs_forward(graph: Graph, homes: dict[Value, Box]) -> bool:
    """Whether no arrow leads back: one box for two calls may come both before and after another."""
    needed: dict[Item, set[Item]] = defaultdict(set)
    for arrow in _arrows(graph, homes):
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
