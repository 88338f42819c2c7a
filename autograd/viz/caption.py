"""What stands at the foot of a picture: how to read it, and how much was recorded."""

from __future__ import annotations

from autograd.graph import Graph
from autograd.viz import labels
from autograd.viz.items import Box
from autograd.viz.phrases import counted, say
from autograd.viz.scene import Scene
from autograd.viz.themes import theme


def caption(scene: Scene) -> list[str]:
    """How to read the picture, at its foot."""
    legend = []
    if scene.graph.gradients:
        result = scene.graph.roots[0].name if len(scene.graph.roots) == 1 else None
        result = labels.printable(result) if result else say("the result")
        lines = say("how to read").split("\n")
        legend = [labels.legend(say("lowers", result=result), say("raises"))]
    else:
        lines = [say("values only", why=_why_no_gradient(scene.graph))]
    lines.append(_size(scene.graph))
    if any(isinstance(item, Box) for item in scene.items):
        setting = "depth" if scene.folded_by_depth else "max_nodes"
        lines.append(say("boxes", setting=setting))
    return [labels.line(text, 9, theme().quiet, align="LEFT") for text in lines] + legend


def _size(graph: Graph) -> str:
    """How much was recorded, and how much of it can be learned."""
    leaves = [node for node in graph.nodes if node.op is None]
    results = len(graph.nodes) - len(leaves)
    held = sum(node._data.nbytes for node in graph.nodes if node.op is not None)
    numbers, bytes_ = sum(leaf.size for leaf in leaves), sum(leaf._data.nbytes for leaf in leaves)
    return say(
        "size",
        results=counted(results, "result"),
        held=labels.memory(held),
        numbers=counted(numbers, "number"),
        memory=labels.memory(bytes_),
    )


def _why_no_gradient(graph: Graph) -> str:
    for root in graph.roots:
        if root.size != 1:
            return say("no single number", shape=root.shape)
    if any(root.requires_grad for root in graph.roots):
        return "gradients=False"
    return say("none wants")
