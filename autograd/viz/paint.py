"""A scene in the language of Graphviz: every node, box, constant, frame and arrow with its look."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import graphviz
import numpy as np

from autograd.graph import ModuleCall, describe_nodes
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.caption import caption
from autograd.viz.compiled import is_compiled
from autograd.viz.drawing import Drawing
from autograd.viz.items import Arrow, Box, Constant, Item, in_a_row, title_of
from autograd.viz.paths import local_derivative
from autograd.viz.phrases import counted, say
from autograd.viz.scene import Scene, around_both
from autograd.viz.themes import theme

if TYPE_CHECKING:
    from autograd.viz.story import Story

#: Graphviz knows how wide its letters are. Where it is missing, what replaces it is hardly wider
#: (DejaVu Sans) or narrower, so that text stays inside its box; Helvetica's narrow letters do not.
_FONT = "Verdana"
#: Of more nodes than these the layout is done quickly, with straight arrows and no text on them.
MANY = 300
_QUICKLY = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.1"}
#: Where there are so many times as many arrows as nodes, as between layers of neurons, they are
#: straight and bare too, and run from side to side.
CROWDED = 3
_SIDES = {"LR": {"tailport": "e", "headport": "w"}, "TB": {"tailport": "s", "headport": "n"}}
#: Where it matters which operand is which, the arrows say so.
_ONE_WAY = ("−", "÷", "@")


def paint(scene: Scene, direction: str, ids: Story | None = None) -> Drawing:
    """The drawing of a scene; for a page with the ids the page has for its nodes and arrows."""
    drawing = Drawing(
        graph_attr={
            "rankdir": direction,
            "bgcolor": theme().paper,
            "fontname": _FONT,
            "labelloc": "b",
            "labeljust": "l",
            "nodesep": "0.22",
            "ranksep": "0.35",
            # How long the layout looks for the best places.
            **(_QUICKLY if len(scene.items) > MANY else {"nslimit": "2"}),
            **({"splines": "line"} if is_crowded(scene) else {}),
            **({"ranksep": "2"} if is_woven(scene) else {}),
            "pad": "0.15",
            "tooltip": say("picture"),
            "label": labels.table(caption(scene)) if ids is None else "",
        },
        node_attr={"fontname": _FONT, "fontsize": "11", "fontcolor": theme().ink},
        edge_attr={
            "fontname": _FONT,
            "fontsize": "9",
            "fontcolor": theme().ink,
            "arrowsize": "0.6",
            **(_SIDES[direction] if is_woven(scene) else {}),
        },
    )
    numbers = {item: i for i, item in enumerate(scene.items)} if ids is None else ids.number
    names: dict[Any, str] = {item: f"n{numbers[item]}" for item in scene.items}
    frames = _Frames(drawing, {} if ids is None else ids.frames)
    largest = _largest_number(scene)
    for item, name in names.items():
        around = frames.of(scene.module(item))
        if isinstance(item, Box):
            _paint_box(around, name, scene, item)
        elif item.op is None:
            _paint_leaf(around, name, scene, item, largest)
        else:
            _paint_operation(around, name, scene, item)
    for i, alike in enumerate(scene.constants()):
        calls = {scene.module(constant.head) for constant in alike}
        _paint_constant(frames.of(functools.reduce(around_both, calls)), f"c{i}", scene, alike)
        for constant in alike:
            drawing.edge(
                f"c{i}",
                names[constant.head],
                color=theme().rule,
                tooltip=say("a constant"),
                **_place(constant.head, constant.position),
            )
    frames.close()
    for i, arrow in enumerate(scene.arrows):
        name = f"e{i if ids is None else ids.arrow(arrow)}"
        _paint_arrow(drawing, names[arrow.tail], names[arrow.head], scene, arrow, name)
    return drawing


def is_crowded(scene: Scene) -> bool:
    """Whether there is no room for text on the arrows."""
    return len(scene.items) > MANY or is_woven(scene)


def is_woven(scene: Scene) -> bool:
    return len(scene.items) <= MANY and len(scene.arrows) > CROWDED * len(scene.items)


class _Frames:
    """The frame of every module call in the picture, each inside its parent's."""

    def __init__(self, drawing: Drawing, ids: dict[ModuleCall, str]) -> None:
        self.drawing = drawing
        self.ids = ids
        self.frames: dict[ModuleCall, graphviz.Digraph] = {}

    def of(self, call: ModuleCall | None) -> graphviz.Digraph:
        if call is None:
            return self.drawing
        here: ModuleCall | None = call
        while here is not None and here not in self.frames:
            title = title_of(here)
            frame = graphviz.Digraph(f"cluster_{len(self.frames)}")
            frame.attr(
                label=labels.table(
                    [labels.line(labels.printable(title), 11, theme().quiet, bold=True)]
                ),
                labelloc="t",
                labeljust="l",
                style="rounded,filled",
                color=theme().rule,
                fillcolor=theme().frame[here.depth % 2],
                margin="10",
                tooltip=labels.plain(title),
                id=self.ids.get(here, f"cluster{len(self.frames)}"),
            )
            self.frames[here] = frame
            here = here.parent
        return self.frames[call]

    def close(self) -> None:
        """Put each frame into the one around it, the innermost first."""
        for call in sorted(self.frames, key=lambda call: -call.depth):
            around = self.drawing if call.parent is None else self.frames[call.parent]
            around.subgraph(self.frames[call])


# ----------------------------------------------------------------------------------------- nodes


def _paint_leaf(to: graphviz.Digraph, name: str, scene: Scene, leaf: Value, largest: float) -> None:
    data, gradient = leaf._data, scene.graph.gradients.get(leaf)
    rows = []
    title = labels.printable(leaf.name) if leaf.name else ""
    if data.ndim:
        title += f"  [{labels.shape(data)}]"
    if title:
        rows.append(labels.line(title.strip(), 12, bold=True))
    fill = theme().fill
    if not data.ndim:
        rows.append(labels.line(labels.number(data), 12))
        if gradient is not None:
            fill = labels.shade(float(gradient), largest)
    elif labels.fits(np.asarray(data), scene.values):
        rows.append(labels.cells(data, gradient))
    elif scene.values == "none":
        pass
    elif data.size:
        rows += labels.statistics(data, gradient)
    else:
        rows.append(labels.line(say("empty"), 9, theme().quiet))
    rows += _gradient_line(scene, leaf)
    to.node(
        name,
        id=name,
        label=labels.table(rows),
        shape="box",
        style="filled" if leaf.requires_grad else "filled,dashed",
        fillcolor=fill,
        color=theme().ink,
        penwidth="2.5" if scene.is_root(leaf) else "1.2",
        margin="0.05,0.03",
        tooltip=_node_tooltip(leaf, gradient) if scene.tooltips else "",
    )


def _paint_operation(to: graphviz.Digraph, name: str, scene: Scene, node: Value) -> None:
    op: Any = node.op
    gradient = scene.graph.gradients.get(node)
    is_root = scene.is_root(node)
    rows = []
    if node.name:
        rows.append(labels.line(labels.printable(node.name), 14 if is_root else 12, bold=True))
    symbol = f"x {op.symbol} y" if op.symbol in _ONE_WAY else op.symbol
    symbol = "" if symbol == "∗" else symbol  # a convolution: its name says more
    rows.append(labels.line(symbol or op.name, 13 if symbol else 11, bold=not node.name))
    if text := settings(node):
        rows.append(labels.line(text, 8, theme().quiet))
    rows.append(labels.line(labels.value(node._data, scene.values), 13 if is_root else 11))
    rows += _gradient_line(scene, node)
    to.node(
        name,
        id=name,
        label=labels.table(rows),
        shape="ellipse",
        style="filled",
        fillcolor=theme().result if is_root else theme().fill,
        color=theme().ink if is_root else theme().outline,
        penwidth="2.5" if is_root else "1",
        margin="0,0",
        tooltip=_node_tooltip(node, gradient) if scene.tooltips else "",
    )


def _paint_box(to: graphviz.Digraph, name: str, scene: Scene, box: Box) -> None:
    title = labels.printable(box.title)
    leaves = [node for node in box.nodes if node.op is None]
    rows = [labels.line(title, 12, bold=True)]
    into, out = (labels.shapes(some) for some in scene.passing(box))
    if into and out:
        rows.append(labels.line(f"{into} → {out}", 10))
    described = describe_nodes(box.nodes, counted=counted)
    rows += [labels.line(text, 10) for text in described.split("; ")]
    gradients = scene.graph.gradients
    if gradients and leaves:
        flat = in_a_row([gradients[leaf] for leaf in leaves])
        text = say("leaves' norm", n=len(leaves), norm=labels.norm(flat))
        rows.append(labels.line(text, 9, theme().quiet))
    to.node(
        name,
        id=name,
        label=labels.table(rows),
        shape="box3d",
        style="filled",
        fillcolor=theme().box,
        color=theme().outline,
        margin="0.3,0.08",
        tooltip=labels.plain(describe_nodes(box.nodes, None, counted)),
    )


def _paint_constant(to: graphviz.Digraph, name: str, scene: Scene, alike: list[Constant]) -> None:
    """One constant, for all the operands that it is."""
    data = np.asarray(alike[0].data)
    roles = {"" if (op := c.head.op) is None or op.symbol else c.role for c in alike}
    title = roles.pop() if len(roles) == 1 else ""
    rows = []
    if data.ndim:
        rows.append(labels.line(f"{title} [{labels.shape(data)}]".strip(), 9, theme().quiet))
        if labels.fits(data, scene.values):
            rows.append(labels.cells(data, None, theme().quiet, labels.SMALL))
    else:
        rows.append(labels.line(f"{title} {labels.number(data)}".strip(), 11, theme().quiet))
    used = dict.fromkeys(say("operand", role=c.role, op=c.head.op.name) for c in alike if c.head.op)
    to.node(
        name,
        id=name,
        label=labels.table(rows),
        shape="plain",
        tooltip=labels.plain(f"{say('constant', used=', '.join(used))}\n{_numbers(data)}"),
    )


def _gradient_line(scene: Scene, node: Value) -> list[str]:
    """The rows that say what the gradient is, and what it is the sum of."""
    gradient = scene.graph.gradients.get(node)
    if gradient is None:
        return []
    written = labels.total(gradient, scene.terms(node))
    return [labels.line(text, 10, theme().gradient) for text in written]


def settings(node: Value) -> str:
    """The parameters of an operation that were set, in short."""
    if node.op is not None and is_compiled(node.op):
        return say("compiled")
    shown = {k: v for k, v in (node.params or {}).items() if v is not None and v is not False}
    return labels.printable(", ".join(f"{k}={_short(v)}" for k, v in shown.items()), most=24)


def _short(setting: Any) -> str:
    return f"[{labels.shape(setting)}]" if isinstance(setting, np.ndarray) else repr(setting)


# ---------------------------------------------------------------------------------------- arrows


def _paint_arrow(
    to: graphviz.Digraph, tail: str, head: str, scene: Scene, arrow: Arrow, name: str
) -> None:
    look = {"color": labels.mix(theme().faint, theme().strong, 0.5), "penwidth": "1.2"}
    share = arrow.share
    text = ""
    if share is not None and np.isfinite(share):
        look = {
            "color": labels.mix(theme().faint, theme().strong, share),
            "penwidth": f"{0.7 + 2.3 * share:.2f}",
            "style": "solid" if share else "dashed",
        }
    elif share is not None:
        look["color"] = theme().marked
    if scene.graph.gradients and not is_crowded(scene):
        text = _arrow_text(scene, arrow)
    tooltip = _arrow_tooltip(arrow) if scene.tooltips else ""
    to.edge(
        tail,
        head,
        id=name,  # as in the SVG, where the page of autograd.play looks for it
        label=labels.table([labels.line(text, 9)], padding=4) if text else None,
        tooltip=tooltip,
        labeltooltip=tooltip,
        **look,
        **_place(arrow.head, arrow.position),
    )


def _place(head: Item, position: int) -> dict[str, str]:
    """Which operand an arrow brings, written at its head where that matters."""
    op = None if isinstance(head, Box) else head.op
    if position < 0 or op is None or op.symbol not in (*_ONE_WAY, "xʸ"):
        return {}
    # All on one side of their arrows, where no messages are: nobody knows before the layout which
    # of two comes from above, and between both two names would lie on each other.
    return {
        "headlabel": labels.table([labels.line(op.operands[position], 9, theme().quiet)]),
        "labeldistance": "1.3",
        "labelangle": "38",
    }


def _arrow_text(scene: Scene, arrow: Arrow) -> str:
    message = arrow.message
    if message is None:
        flat = in_a_row([message.gradient for message in arrow.messages])
        return say("messages", n=len(arrow.messages), norm=labels.norm(flat))
    text = labels.message(message)
    if isinstance(arrow.tail, Value) and len(scene.terms(arrow.tail)) > 1 and arrow.share:
        text += f" · {labels.percent(arrow.share)}"
    return text


def _arrow_tooltip(arrow: Arrow) -> str:
    """What was sent, by whom, to whom, which rule computed it, and the local derivative in it."""
    first = arrow.messages[0]
    if len(arrow.messages) > 1:
        return say("bundle", n=len(arrow.messages))
    op: Any = first.sender.op
    role = op.operand_names(len(first.sender.parents))[first.position]
    if first.gradient is None:
        return labels.plain(say("operand", role=role, op=op.name))
    named = f"{role} ({first.receiver.name})" if first.receiver.name else role
    lines = [say("sends", op=op.name, role=named, of=role), _numbers(first.gradient)]
    slope = local_derivative(first.sender, first.position)
    if slope is not None:
        lines.append(say("slope", op=op.name, of=role) + _numbers(slope))
    if arrow.share is not None:
        lines.append(say("share", part=labels.percent(arrow.share)))
    return labels.plain("\n".join(lines))


# -------------------------------------------------------------------------------------- in words


def _node_tooltip(node: Value, gradient: Any) -> str:
    what = say("a leaf") if node.op is None else node.op.name
    kind = f"{node.dtype}{f' [{labels.shape(node._data)}]' if node.ndim else ''}"
    kind += f" · {labels.memory(node._data.nbytes)}"
    text = f"{f'{node.name} · ' if node.name else ''}{what} · {kind}\n{_numbers(node._data)}"
    if node.size > 1:
        text += f"\n{labels.spread(node._data)}"
    if gradient is not None:
        text += f"\n{say('gradient')}\n{_numbers(gradient)}"
    return labels.plain(text)


def _numbers(array: Any) -> str:
    return np.array2string(np.asarray(array), threshold=60, edgeitems=3, precision=6)


def _largest_number(scene: Scene) -> float:
    """The largest gradient, in size, among the leaves that are single numbers."""
    found = (
        abs(float(scene.graph.gradients[item]))
        for item in scene.items
        if isinstance(item, Value) and item.op is None and item.ndim == 0
        if item in scene.graph.gradients
    )
    return max((size for size in found if np.isfinite(size)), default=0.0)
