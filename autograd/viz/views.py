"""The views of a page: one picture for each way its module calls can be open or folded.

Few calls can be open and folded in any combination; of many, a view opens one and all around it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd.graph import Graph, ModuleCall
from autograd.viz.folding import Room, Tree, merges
from autograd.viz.items import Box
from autograd.viz.scene import Scene

#: Up to so many combinations all are laid out; else so many views.
MOST_COMBINATIONS, MOST_VIEWS = 24, 40
#: So many nodes can be looked through, with a page that pans and zooms, where nobody says how many.
MOST_NODES = 300

Opened = frozenset[ModuleCall]


@dataclass
class View:
    """A picture with the calls in `opened` open; where a click on a box or a frame leads."""

    opened: Opened
    scene: Scene
    opens: dict[Box, int] = field(default_factory=dict)
    closes: dict[Box, int] = field(default_factory=dict)


class Views:
    """All the views of a graph.

    Args:
        graph: what is shown.
        max_nodes: how much a view may show; without it, the page starts with what reads well, and
            shows up to 300 nodes at a time.

    Attributes:
        views: the views; `start` is the number of the first to be seen, `whole` of the one with all
            calls open and `folded` of that with none, None where there is no such view.
    """

    def __init__(self, graph: Graph, max_nodes: int | None = None) -> None:
        self.graph = graph
        self.tree = Tree(graph)
        if not Room(graph, max_nodes).has(self.tree.homes(())) and merges(graph):
            self.tree = Tree(graph, merged=True)
        self.views: list[View] = []
        self.number: dict[Opened, int] = {}
        room = Room(graph, MOST_NODES if max_nodes is None else max_nodes)
        for opened in self._wanted():
            homes = self.tree.homes(opened)
            if opened not in self.number and room.has(homes):
                self.number[opened] = len(self.views)
                self.views.append(View(opened, Scene(graph, homes=homes, tooltips=False)))
            if len(self.views) == MOST_VIEWS:
                break
        if not self.views:  # there are no calls, or too many outermost ones
            self.views = [View(frozenset(), Scene(graph, room.nodes, tooltips=False))]
        self.whole = self.number.get(self.tree.down_to(self.tree.depth + 1))
        self.folded = self.number.get(frozenset())
        self.start = self._start(max_nodes)
        for view in self.views:
            self._link(view)

    def _wanted(self) -> Iterator[Opened]:
        """What to open, the most useful first."""
        tree = self.tree
        for depth in (0, *range(tree.depth + 1, 0, -1)):
            yield tree.down_to(depth)
        units = [unit for unit in tree.boxes if tree.openable(unit)]
        if len(units) <= MOST_COMBINATIONS and self._combinations(None) <= MOST_COMBINATIONS:
            for count in range(len(units) + 1):
                for some in itertools.combinations(units, count):
                    if all(unit.parent is None or unit.parent in some for unit in some):
                        yield frozenset(some)
        for unit in sorted(units, key=lambda unit: unit.depth):
            yield _with_all_around(unit)

    def _combinations(self, unit: ModuleCall | None) -> int:
        """In how many ways what is inside `unit` can be open."""
        inner = filter(self.tree.openable, self.tree.inside.get(unit, ()))
        return math.prod(1 + self._combinations(u) for u in inner)

    def _start(self, max_nodes: int | None) -> int:
        """The view that shows most, of those that read well."""
        room = Room(self.graph, max_nodes)
        for depth in range(self.tree.depth + 1, -1, -1):
            number = self.number.get(self.tree.down_to(depth))
            if number is not None and room.has(self.views[number].scene.homes):
                return number
        return self.folded or 0

    def _link(self, view: View) -> None:
        """Where a click on a box or on a frame of `view` leads."""
        for unit in (
            *self.tree.inside[None],
            *(u for o in view.opened for u in self.tree.inside[o]),
        ):
            box, around = self.tree.boxes[unit], _with_all_around(unit.parent)
            if unit in view.opened:
                inside = {u for u in view.opened if unit in _with_all_around(u)}
                targets, found = view.closes, (view.opened - inside, around)
            else:
                targets, found = view.opens, (view.opened | {unit}, _with_all_around(unit))
            number = next((self.number[o] for o in found if o in self.number), None)
            if number is not None and self.tree.openable(unit):
                targets[box] = number


def _with_all_around(unit: ModuleCall | None) -> Opened:
    found = set()
    while unit is not None:
        found.add(unit)
        unit = unit.parent
    return frozenset(found)
