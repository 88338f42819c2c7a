"""Scene: what a picture shows of a graph, its nodes, boxes and arrows, and who is inside whom."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from autograd.graph import Graph, ModuleCall, shares
from autograd.value import Value
from autograd.viz.folding import Room, fold
from autograd.viz.items import (
    Arrow,
    Box,
    Constant,
    Item,
    arrows_between,
    columns_of,
    constants_of,
)


class Scene:
    """What is drawn of `graph`: module calls down to `depth` (None: all), in about `max_nodes`.

    Without `max_nodes`, it is what reads well at normal size. `homes` are the boxes themselves.
    """

    def __init__(
        self,
        graph: Graph,
        max_nodes: int | None = None,
        depth: int | None = None,
        values: str = "auto",
        homes: dict[Value, Box] | None = None,
        tooltips: bool = True,
    ) -> None:
        self.graph = graph
        #: Which arrays are written out: "auto", "full" or "none".
        self.values = values
        #: Whether there are tooltips; a page has its own.
        self.tooltips = tooltips
        room = Room(graph, max_nodes)
        if homes is None:
            homes = fold(graph, room, depth)
        self.homes = homes
        #: Whether it shows as much as `depth` allows; with more room it would show no more.
        self.folded_by_depth = depth is not None and not room.short
        #: The nodes and boxes of the picture, oldest first.
        self.items: list[Item] = list(dict.fromkeys(homes.get(n, n) for n in graph.nodes))
        self._folded_modules = {box.module for box in homes.values()}
        self.arrows: list[Arrow] = arrows_between(graph, homes)
        #: The arrows that leave a node or box forwards, and so bring it messages.
        self.arriving: defaultdict[Item, list[Arrow]] = defaultdict(list)
        #: The arrows that lead to it forwards.
        self.entering: defaultdict[Item, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            self.arriving[arrow.tail].append(arrow)
            self.entering[arrow.head].append(arrow)
        self._around = _frames_of_shared_leaves(graph)
        self._share_out()

    @property
    def columns(self) -> dict[Item, int]:
        """The column of every node and box, from the left; a leaf stands just before its user."""
        column = dict.fromkeys(self.items, 0) | columns_of(self.arrows)
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

    def passing(self, box: Box) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """The shapes of what goes into a box, leaves apart, and of what comes out; each once."""
        into = [m.receiver for arrow in self.entering[box] for m in arrow.messages]
        shapes = [node.shape for node in into if node.op is not None]
        arrays = (np.shape(c.data) for node in box.nodes for c in constants_of(node))
        out = [m.receiver.shape for arrow in self.arriving[box] for m in arrow.messages]
        return list(dict.fromkeys((*filter(None, arrays), *shapes))), list(dict.fromkeys(out))

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
