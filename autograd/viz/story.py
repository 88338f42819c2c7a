"""What a page knows of a computation: its nodes and edges, and their numbers at every moment.

A moment is a graph with numbers; a training has many, of one and the same structure. Everything is
plain data here (see `play` for the page): the script writes names as text and numbers as numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Graph, ModuleCall
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.explain import Explainer
from autograd.viz.explanation import Names
from autograd.viz.items import Arrow, Box, Constant, Item, added, in_a_row
from autograd.viz.paint import settings
from autograd.viz.paths import local_derivative
from autograd.viz.still import pair
from autograd.viz.views import Views

#: An array of at most so many numbers is told number by number, a local derivative of so many.
MOST_TOLD, MOST_SLOPES = 64, 16
#: So many explanations are worked out, each with so many of its largest paths.
MOST_EXPLAINED, LEAST_EXPLAINED, MOST_PATHS = 1500, 40, 5


class Update(NamedTuple):
    """How a step changed the parameters.

    `rule` is the optimiser's name and settings; `plain` says that w became w - lr · gradient.
    `after` are the numbers afterwards and `rates` the learning rates, by leaf of the moment.
    """

    rule: str
    plain: bool
    after: dict[Value, Any]
    rates: dict[Value, float]


class Moment(NamedTuple):
    """A computation with its numbers: a step of training, before its correction."""

    step: int
    graph: Graph
    update: Update | None = None


class Story:
    """The data of a page.

    Args:
        views: what can be shown, of the graph of the first moment.
        moments: one or more, all of one structure; `PairError` if they are not.
    """

    def __init__(self, views: Views, moments: Sequence[Moment]) -> None:
        self.views = views
        self.graph = moments[0].graph
        self.moments = moments
        #: Everything that is shown in some scene has a number.
        self.number: dict[Any, int] = {}
        self.items: list[Item] = []
        self.arrows: list[Arrow] = []
        self.arrow_number: dict[Any, int] = {}
        for scene in (view.scene for view in views.views):
            for item in scene.items:
                if item not in self.number:
                    self.number[item] = len(self.items)
                    self.items.append(item)
            for arrow in scene.arrows:
                key = arrow.tail, arrow.head, arrow.position
                if key not in self.arrow_number:
                    self.arrow_number[key] = len(self.arrows)
                    self.arrows.append(arrow)

    def arrow(self, arrow: Arrow) -> int:
        return self.arrow_number[arrow.tail, arrow.head, arrow.position]

    @property
    def frames(self) -> dict[ModuleCall, str]:
        """The id of the frame of every call that can be folded."""
        boxes = self.views.tree.boxes.items()
        return {unit: f"f{self.number[box]}" for unit, box in boxes if box in self.number}

    @property
    def operations(self) -> set[str]:
        """The names of all that is shown."""
        return {item.op.name for item in self.items if isinstance(item, Value) and item.op}

    def data(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        twins = [self._twins(moment) for moment in self.moments]
        return {
            "nodes": [self._node(item) for item in self.items],
            "edges": [self._edge(arrow) for arrow in self.arrows],
            "frames": [self._frame(m, t) for m, t in zip(self.moments, twins, strict=True)],
            **self._explanations(twins),
        }

    def _twins(self, moment: Moment) -> dict[Value, Value]:
        """For every node the one in its place at this moment."""
        if moment.graph is self.graph:
            return {node: node for node in self.graph.nodes}
        return pair(self.graph.roots[0], moment.graph.roots[0])

    # ------------------------------------------------------------------------------ what stays

    def _node(self, item: Item) -> dict[str, Any]:
        if isinstance(item, Box):
            return {"kind": "box", "name": item.title, "nodes": len(item.nodes)}
        root = any(item is root for root in self.graph.roots)
        common: dict[str, Any] = {
            "name": item.name or "",
            "shape": list(item.shape),
            "dtype": str(item.dtype),
            "memory": labels.memory(item._data.nbytes),
        }
        common |= {"root": True} if root else {}
        if item.op is not None:
            head = 1 + bool(item.name) + bool(settings(item))
            return {**common, "kind": "op", "op": item.op.name, "head": head}
        if not item.ndim:
            return {**common, "kind": "number", "head": int(bool(item.name))}
        told = "cells" if labels.fits(np.asarray(item._data)) else "range"
        return {**common, "kind": told if item.size else "empty", "head": 1}

    def _edge(self, arrow: Arrow) -> dict[str, Any]:
        found: dict[str, Any] = {"tail": self.number[arrow.tail], "head": self.number[arrow.head]}
        if arrow.position >= 0 and isinstance(arrow.head, Value) and arrow.head.op is not None:
            op, count = arrow.head.op, len(arrow.head.parents)
            found["position"] = arrow.position
            found["role"] = op.operand_names(count)[arrow.position]
        if arrow.message is None:
            found["many"] = len(arrow.messages)
        return found

    def constant(self, alike: list[Constant]) -> dict[str, Any]:
        """One constant, with the operation and the name of each operand that it is."""
        uses = [(c.head.op.name, c.role) for c in alike if c.head.op]
        data = np.asarray(alike[0].data)
        return {
            "uses": list(dict.fromkeys(uses)),
            "shape": list(data.shape),
            "told": _told(data, spread=True),
        }

    # ----------------------------------------------------------------------------- what changes

    def _frame(self, moment: Moment, twin: dict[Value, Value]) -> dict[str, Any]:
        gradients = moment.graph.gradients
        sent = {(m.sender, m.position): m.gradient for m in moment.graph.edges}
        messages = []
        for arrow in self.arrows:
            parts = [sent[twin[m.sender], m.position] for m in arrow.messages]
            joined = in_a_row if arrow.fans_out else added
            messages.append(None if parts[0] is None else joined(parts))
        frame: dict[str, Any] = {
            "step": moment.step,
            "v": [self._value(item, twin) for item in self.items],
            "g": [self._gradient(item, twin, gradients) for item in self.items],
            "m": [None if m is None else _told(m) for m in messages],
            "a": [None if m is None else _size(m) for m in messages],
            "d": [self._slope(arrow, twin) for arrow in self.arrows],
        }
        if moment.update is not None:
            rule, plain, after, rates = moment.update
            frame["update"] = {"rule": rule, "plain": plain, "after": {}, "rates": {}}
            for item, number in self.number.items():
                if isinstance(item, Value) and twin[item] in after:
                    frame["update"]["after"][number] = _told(after[twin[item]])
                    frame["update"]["rates"][number] = _number(rates[twin[item]])
        return frame

    def _value(self, item: Item, twin: dict[Value, Value]) -> Any:
        if isinstance(item, Box):
            return None
        return _told(twin[item]._data, spread=True)

    def _gradient(self, item: Item, twin: dict[Value, Value], gradients: dict[Value, Any]) -> Any:
        if isinstance(item, Box):
            leaves = [gradients.get(twin[n]) for n in item.nodes if n.op is None]
            reached = [g for g in leaves if g is not None]
            return {"n": _norm(in_a_row(reached))} if reached else None
        gradient = gradients.get(twin[item])
        if gradient is None:
            return None
        told = _told(gradient)
        if item.op is None and item.size and not labels.fits(np.asarray(item._data)):
            told["b"] = [_number(x) for row in labels.blocks(np.asarray(gradient)) for x in row]
        return told

    def _slope(self, arrow: Arrow, twin: dict[Value, Value]) -> Any:
        if arrow.position < 0 or not isinstance(arrow.head, Value):
            return None
        slope = local_derivative(twin[arrow.head], arrow.position)
        return _numbers(slope) if slope is not None and np.size(slope) <= MOST_SLOPES else None

    # ----------------------------------------------------------------------------- explanations

    def _explanations(self, twins: list[dict[Value, Value]]) -> dict[str, Any]:
        """For elements of leaves the paths to the loss, at every moment or at some.

        A path is its places, the product and the local derivatives from the leaf on. Of every place
        there is the name, and for every view the number of the node or box that shows it.
        """
        if len(self.graph.roots) > 1 or not self.graph.gradients:
            return {"explained": {}, "names": [], "homes": [[] for _ in self.views.views]}
        root = self.graph.roots[0]
        names = Names(root)
        places: dict[Any, int] = {}

        def place(node: Value, element: int) -> int:
            return places.setdefault((node, element), len(places))

        chosen = self._chosen(root)
        every = math.ceil(len(chosen) * len(self.moments) / MOST_EXPLAINED) or 1
        explained: dict[int, dict[int, dict[int, Any]]] = {}
        for k in range(0, len(self.moments), every):
            back = {b: a for a, b in twins[k].items()}
            explainer = Explainer(twins[k][root])
            for leaf, element in chosen:
                found = explainer.of(twins[k][leaf], element, MOST_PATHS)
                update = self.moments[k].update
                after = None if update is None else update.after.get(twins[k][leaf])
                explained.setdefault(self.number[leaf], {}).setdefault(element, {})[k] = {
                    "value": _number(np.ravel(twins[k][leaf]._data)[element]),
                    **({} if after is None else {"after": _number(np.ravel(after)[element])}),
                    "total": _number(found.total),
                    "rest": _number(found.rest),
                    "others": found.others if found.complete else -1,
                    "blocked": list(found.blocked[:5]),
                    "paths": [
                        {
                            "at": [place(back[node], e) for node, e in path.nodes],
                            "d": [_number(x) for _, x in reversed(path.derivatives)],
                            "product": _number(path.product),
                            "share": _number(path.share),
                        }
                        for path in found.paths
                    ],
                }
        homes = [
            [self.number.get(view.scene.homes.get(node, node), -1) for node, _ in places]
            for view in self.views.views
        ]
        return {"explained": explained, "names": [*map(names.of, places)], "homes": homes}

    def _chosen(self, root: Value) -> list[tuple[Value, int]]:
        """The elements worth explaining: of every leaf those with the largest gradients."""
        leaves = [
            item
            for item in self.items
            if isinstance(item, Value) and item.op is None and item is not root and item.size
            if item in self.graph.gradients
        ]
        room = max(1, self._affordable() // (len(leaves) or 1))
        chosen = []
        for leaf in leaves:
            size = np.nan_to_num(np.abs(np.ravel(self.graph.gradients[leaf])), nan=np.inf)
            most = min(room, MOST_TOLD)
            chosen += [(leaf, int(i)) for i in np.sort(np.argsort(-size, kind="stable")[:most])]
        return chosen[: max(LEAST_EXPLAINED, self._affordable())]

    def _affordable(self) -> int:
        """How many elements can be explained in a few seconds."""
        numbers = sum(node.size for node in self.graph.nodes)
        return min(MOST_EXPLAINED, 300_000 // (numbers or 1))


def _told(array: Any, spread: bool = False) -> dict[str, Any]:
    """The numbers `x` of a small array, else the norm `n` and, with `spread`, the range `r`."""
    if np.size(array) <= MOST_TOLD:
        return {"x": _numbers(array)}
    numbers = np.asarray(array, np.float64)
    with np.errstate(all="ignore"):
        if spread:
            return {"r": _numbers([numbers.min(), numbers.max(), numbers.mean()])}
        return {"n": _norm(numbers)}


def _size(array: Any) -> Any:
    """What its share is measured by, see `graph.shares`."""
    with np.errstate(all="ignore"):
        return _number(np.abs(array).sum(dtype=np.float64))


def _norm(array: Any) -> Any:
    with np.errstate(all="ignore"):
        return _number(np.linalg.norm(np.asarray(array, np.float64)))


def _numbers(array: Any) -> list[Any]:
    flat = np.ravel(np.asarray(array, np.float64)).tolist()
    return flat if all(map(math.isfinite, flat)) else [_number(x) for x in flat]


def _number(x: Any) -> Any:
    """A number as JSON can hold it: what is not finite as the text JavaScript reads it from."""
    x = float(x)
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
