"""What a picture shows: which nodes stand alone, which are folded into one box, and the arrows.

A small graph is shown node by node. A large one is folded from the inside out: first the innermost
module calls become one box each, then the calls around them, then all calls of one module together,
where no arrow would lead back. What is still too much (or was recorded outside any module, or is a
loop of calls that feed each other, or would be a box and little else) is cut by age: the newest
nodes are shown with the leaves they use, and all that came before becomes one box.
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
#: Where nobody says how much to draw: as much as reads well at normal size. A longer chain of
#: operations is folded even if it has few nodes. What must be cut is cut to `SAMPLE` of that: of a
#: loop, a few rounds say it all.
READABLE_NODES, READABLE_COLUMNS, SAMPLE = 50, 24, 0.5
#: So few nodes and boxes explain nothing: rather the end of what the last box holds.
TOO_LITTLE = 4


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

    @property
    def identity(self) -> Any:
        """Equal for two views of the same numbers; a single number is no one's but its user's."""
        data = self.data
        if not isinstance(data, np.ndarray) or not data.ndim:
            return self.head, self.position
        return data.__array_interface__["data"][0], data.shape, data.strides, data.dtype.str


class Scene:
    """What is drawn of `graph`: module calls down to `depth` (None: all), in about `max_nodes`.

    Without `max_nodes`, it is what reads well at normal size.
    """

    def __init__(
        self,
        graph: Graph,
        max_nodes: int | None = None,
        depth: int | None = None,
        values: str = "auto",
    ) -> None:
        self.graph = graph
        #: Which arrays are written out: "auto", "full" or "none".
        self.values = values
        room = _Room(graph, max_nodes)
        homes = _fold(graph, room, depth)
        #: Whether it shows as much as `depth` allows; with more room it would show no more.
        self.folded_by_depth = depth is not None and not room.short
        #: The nodes and boxes of the picture, oldest first.
        self.items: list[Item] = list(dict.fromkeys(homes.get(n, n) for n in graph.nodes))
        self._folded_modules = {box.module for box in homes.values()}
        self.arrows: list[Arrow] = _arrows(graph, homes)
        #: The arrows that leave a node or box forwards, and so bring it messages.
        self.arriving: defaultdict[Item, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            self.arriving[arrow.tail].append(arrow)
        self._around = _frames_of_shared_leaves(graph)
        self._share_out()

    @property
    def columns(self) -> dict[Item, int]:
        """The column of every node and box, from the left; a leaf stands just before its user."""
        column = dict.fromkeys(self.items, 0) | _columns(self.arrows)
        for item, arrows in self.arriving.items():
            if isinstance(item, Value) and item.op is None:
                column[item] = min(column[arrow.head] for arrow in arrows) - 1
        return column

    def is_root(self, item: Item) -> bool:
        """Whether it is what the picture is about, such as the loss."""
        return any(item is root for root in self.graph.roots)

    def terms(self, node: Value) -> list[Any]:
        """What the gradient of `node` is the sum of: its seed, if any, and the messages."""
        seed = [self.graph.seeds[node]] if node in self.graph.seeds else []
        return seed + [arrow.message for arrow in self.arriving[node]]

    def constants(self) -> list[list[Constant]]:
        """The constants of the picture; an array that is used several times is one."""
        alike: dict[Any, list[Constant]] = {}
        for item in self.items:
            for constant in constants_of(item):
                alike.setdefault(constant.identity, []).append(constant)
        return list(alike.values())

    def module(self, item: Item) -> ModuleCall | None:
        """The innermost module call around it that is not folded itself."""
        if isinstance(item, Box):
            return None if item.module is None else item.module.parent
        around = here = self._around.get(item, self.graph.module_of.get(item))
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


def _frames_of_shared_leaves(graph: Graph) -> dict[Value, ModuleCall | None]:
    """The innermost call around all users of a leaf that several calls use."""
    found: dict[Value, ModuleCall | None] = {}
    for message in graph.edges:
        leaf, call = message.receiver, graph.module_of.get(message.sender)
        if leaf.op is None:
            found[leaf] = around_both(found[leaf], call) if leaf in found else call
    return found


def around_both(a: ModuleCall | None, b: ModuleCall | None) -> ModuleCall | None:
    """The innermost call around two calls, None if there is none."""
    while a is not b and a is not None and b is not None:
        a, b = (a.parent, b) if a.depth > b.depth else (a, b.parent)
    return a if a is b else None


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


class _Room:
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
        arrows = _arrows(self.graph, homes)
        column = _columns(arrows)
        length = sum(column[arrow.head] - column.get(arrow.tail, 0) for arrow in arrows)
        return (
            max(column.values(), default=0) < self.columns
            and length <= COLUMNS_CROSSED * self.nodes
        )


def _columns(arrows: list[Arrow]) -> dict[Item, int]:
    """How many arrows a node is from the left."""
    column: dict[Item, int] = {}
    for arrow in reversed(arrows):  # the reverse pass sends the messages to the oldest last
        column[arrow.head] = max(column.get(arrow.head, 0), column.get(arrow.tail, 0) + 1)
    return column


def _fold(graph: Graph, room: _Room, asked: int | None = None) -> dict[Value, Box]:
    """The box of every node that does not stand alone."""
    homes: dict[Value, Box] = {}
    depth = max((call.depth for call in graph.module_of.values()), default=0)
    if asked is not None and asked < depth:
        depth = asked
        homes = _fold_modules(graph, depth + 1)
    if room.has(homes):
        return homes
    room.short = True
    merged = _merge_calls(graph)
    if merged and (_calls_in_a_row(graph) or not _runs_forward(graph, merged)):
        return _cut(graph, homes, room)  # the newest steps of a loop say more than many boxes
    finer = homes
    while depth and not room.has(homes):
        finer, homes = homes, _fold_modules(graph, depth)
        depth -= 1
    if room.has(homes):
        alone = sum(node not in homes for node in graph.nodes)
        too_little = room.chosen and alone + len(set(homes.values())) <= TOO_LITTLE
        return _cut(graph, finer, room) if too_little else homes
    if merged and room.has(merged):
        return merged
    return _cut(graph, homes, room)


def _cut(graph: Graph, homes: dict[Value, Box], room: _Room) -> dict[Value, Box]:
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


def _calls_in_a_row(graph: Graph) -> bool:
    """Whether one call of an outermost module feeds the next, as the steps of a recurrent cell."""
    whole = {n: call.at_depth(1) for n, call in graph.module_of.items() if n.op is not None}
    pairs = ((whole.get(message.receiver), whole.get(message.sender)) for message in graph.edges)
    return any(
        a is not None and b is not None and a is not b and (a.name, a.kind) == (b.name, b.kind)
        for a, b in pairs
    )


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
