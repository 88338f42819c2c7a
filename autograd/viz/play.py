"""play: a page that steps forward and backward through a recorded graph, offline in any browser.

The page is one file. Python lays the graph out and writes down its numbers; assets/page.js moves.
What a user named is data there, never markup or code: the policy of the page lets only its own
script run, and the script writes names as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pathlib
import re
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from autograd.files import write_whole
from autograd.graph import Graph
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.draw import _paint
from autograd.viz.explain import explain
from autograd.viz.scene import Arrow, Item, Scene
from autograd.viz.themes import DARK, LIGHT, painting

#: So many weights are explained, each by so many of its largest paths.
MOST_EXPLAINED, MOST_PATHS = 60, 5

#: What an operation sends to each of its operands, where that can be said in a few letters.
PHRASES = {
    "add": ("grad", "grad"),
    "subtract": ("grad", "−grad"),
    "multiply": ("grad · y", "grad · x"),
    "divide": ("grad / y", "−grad · x / y²"),
    "matmul": ("grad @ yᵀ", "xᵀ @ grad"),
    "negative": ("−grad",),
    "exp": ("grad · eˣ",),
    "log": ("grad / x",),
    "tanh": ("grad · (1 − tanh²)",),
    "sum": ("grad, repeated",),
    "mean": ("grad / n, repeated",),
}


def play(
    *roots: Value,
    path: str | os.PathLike[str] = "play.html",
    lang: Literal["en", "ko"] | None = None,
    max_nodes: int = 300,
) -> pathlib.Path:
    """Write a page that steps through the computation of `roots` and back through its gradients.

    Args:
        roots: the results, such as a loss.
        path: the HTML file to write; it needs no server and no network.
        lang: English or Korean; the browser's choice if not given.
        max_nodes: a larger graph is folded, as in `autograd.draw`.

    Returns:
        The path of the page.

    Raises:
        ValueError: an unknown language, or no room for a single node.
        TypeError: a root is no Value.
        FileNotFoundError: the folder does not exist.
        RendererNotFoundError: there is no Graphviz to lay out the graph.

    >>> import tempfile
    >>> x, w = Value(2.0, name="x"), Value(-3.0, name="w")
    >>> page = autograd.play((x * w).tanh(), path=f"{tempfile.mkdtemp()}/play.html")
    >>> page.name
    'play.html'
    """
    if lang not in (None, "en", "ko"):
        raise ValueError(f"play: lang is 'en', 'ko' or None for the browser's, got {lang!r}")
    if max_nodes < 1:
        raise ValueError(f"play: max_nodes is at least 1, got {max_nodes}")
    target = pathlib.Path(path)
    scene = Scene(Graph(*roots), max_nodes)
    drawing = _paint(scene, "LR")
    with painting(DARK):
        dark = _dark_colours(drawing.source, _paint(scene, "LR").source)
    picture = drawing.svg()
    data = _embedded(_story(scene) | {"lang": lang})
    write_whole(target, _page(picture[picture.index("<svg") :], dark, data).encode())
    return target


def _dark_colours(light: str, dark: str) -> str:
    """Rules that give every colour of the light picture its counterpart in the dark one."""
    colours = (re.findall("#[0-9a-f]{6}", source) for source in (light, dark))
    pairs = {a: b for a, b in zip(*colours, strict=True) if a != b}
    pairs[LIGHT.fill] = pairs["white"] = DARK.fill  # Graphviz writes some colours by name
    return "\n".join(
        f':where(.dark #stage) [{paint}="{a}"] {{ {paint}: {b}; }}'
        for a, b in pairs.items()
        for paint in ("fill", "stroke")
    )


def _page(picture: str, dark: str, data: str) -> str:
    assets = files("autograd.viz") / "assets"
    script = (assets / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "POLICY": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "STYLE": dark + "\n" + (assets / "page.css").read_text("utf-8"),
        "PICTURE": picture,
        "DATA": data,
        "SCRIPT": script,
    }
    # Split first: a name that looks like a marker stays a name.
    pieces = (assets / "page.html").read_text("utf-8").split("@@")
    return "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def _embedded(data: Any) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _story(scene: Scene) -> dict[str, Any]:
    """The nodes, the edges, and the steps in the order in which they happened."""
    number = {item: i for i, item in enumerate(scene.items)}
    forward = [i for item, i in number.items() if not _is_leaf(item)]
    backward: dict[int, list[int]] = {}
    if scene.graph.gradients:
        for i, arrow in enumerate(scene.arrows):
            backward.setdefault(number[arrow.head], []).append(i)
    return {
        "nodes": [_node(scene, item) for item in scene.items],
        "edges": [_edge(arrow, number) for arrow in scene.arrows],
        "forward": forward,
        "paths": _paths(scene, number),
        # Newest first: by then every message to a node has arrived.
        "backward": sorted(backward.items(), reverse=True),
    }


def _paths(scene: Scene, number: dict[Item, int]) -> dict[int, list[dict[str, Any]]]:
    """For every leaf that is a single number: its largest paths to the loss."""
    graph = scene.graph
    if len(graph.roots) > 1 or not graph.gradients:
        return {}
    root = graph.roots[0]
    weights = [
        item
        for item in number
        if isinstance(item, Value) and item.op is None and item.size == 1
        if item in graph.gradients and item is not root
    ]
    found = {}
    for weight in weights[:MOST_EXPLAINED]:
        found[number[weight]] = [
            {
                "nodes": [number[node] for node, _ in path.nodes if node in number],
                "factors": " · ".join(f"{symbol} = {x:.4g}" for symbol, x in path.derivatives),
                "product": repr(float(path.product)),
                "share": labels.percent(path.share),
            }
            for path in explain(root, weight, paths=MOST_PATHS).paths
        ]
    return found


def _is_leaf(item: Item) -> bool:
    return isinstance(item, Value) and item.op is None


def _node(scene: Scene, item: Item) -> dict[str, Any]:
    if not isinstance(item, Value):
        title = "…" if item.module is None else item.module.title
        return {"name": title, "op": "", "leaf": False}
    return {
        "name": item.name or "",
        "op": "" if item.op is None else item.op.name,
        "leaf": item.op is None,
        "root": scene.is_root(item),
        "shape": labels.shape(item._data) if item.ndim else "",
        "dtype": str(item.dtype),
        "value": _numbers(item._data),
        "grad": _numbers(scene.graph.gradients.get(item)),
    }


def _edge(arrow: Arrow, number: dict[Item, int]) -> dict[str, Any]:
    phrase = ""
    if arrow.position >= 0 and isinstance(arrow.head, Value) and arrow.head.op is not None:
        known = PHRASES.get(arrow.head.op.name, ())
        phrase = known[arrow.position] if arrow.position < len(known) else ""
    return {
        "tail": number[arrow.tail],
        "head": number[arrow.head],
        "phrase": phrase,
        "message": _numbers(arrow.message),
    }


def _numbers(array: Any) -> str:
    """A single number with all its digits, an array in short."""
    if array is None:
        return ""
    if np.size(array) == 1:
        return repr(float(np.ravel(array)[0]))
    return np.array2string(np.asarray(array), threshold=60, edgeitems=3, precision=6)
