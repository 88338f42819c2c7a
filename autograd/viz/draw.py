"""draw: the graph of a loss as a picture, with the message of the reverse pass on every edge."""

from __future__ import annotations

from typing import Literal

import numpy as np

from autograd.memory import without_collector
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.compiled import graph_of
from autograd.viz.drawing import Drawing
from autograd.viz.items import Box
from autograd.viz.paint import is_woven, paint
from autograd.viz.phrases import Language, speaking
from autograd.viz.scene import Scene
from autograd.viz.themes import THEMES, painting

#: A picture wider than about so many points goes from top to bottom instead.
WIDEST = 1000


def draw(
    *roots: Value,
    gradients: bool = True,
    depth: int | None = None,
    direction: Literal["LR", "TB"] | None = None,
    max_nodes: int | None = None,
    open_jit: bool = False,
    theme: Literal["light", "dark"] = "light",
    values: Literal["auto", "full", "none"] = "auto",
    lang: Language = "en",
) -> Drawing:
    """Draw what `roots` were computed from, and how their gradient comes back.

    A leaf is a box with its values above its gradients, an operation an ellipse, a constant is
    grey, a module call is a frame. An arrow goes from operand to result and is labelled with the
    message the result sent back along it; its width is that message's share of all that arrive.
    At every node the gradient is the sum of the messages. Nobody's `grad` is read or written.

    Args:
        roots: the results, such as a loss; with several, the gradient is that of their sum. Where
            one is not a single number, or none wants a gradient, only values are drawn.
        gradients: False for the values alone, without a reverse pass.
        depth: how many module calls to open, one inside the other: 0 shows each outermost call as
            one box, None opens all.
        direction: `LR` from left to right, `TB` from top to bottom. Without it, `LR`
            unless that would be wider than a page of about 1000 points.
        max_nodes: a larger graph is folded: module calls from the inside out, then the oldest
            nodes, become one box. Without it, what does not read well at normal size is folded:
            more than 50 nodes, or a chain of more than 24.
        open_jit: draw what is inside a compiled function, in a frame, instead of one node for it.
        theme: the colours, for a light or a dark page.
        values: arrays of up to 36 numbers are tables, of larger ones the range is said and the
            gradient drawn; `full` makes tables of up to 1,000 numbers, `none` says only shapes.
        lang: the language of the caption and the tooltips: `en` English, `ko` Korean.

    Returns:
        The drawing: `save("graph.svg")` writes it, and a notebook shows it.

    Raises:
        TypeError: a root is no Value.
        ValueError: an unknown direction, theme, values or lang, a negative depth, or no room for a
            single node.
        GradientError: a leaf was changed after it was used.

    >>> x, w = Value(2.0, name="x"), Value(-3.0, name="w")
    >>> drawing = autograd.draw((x * w).tanh())
    >>> drawing.source.count("->")
    3
    """
    if direction not in ("LR", "TB", None):
        raise ValueError(f"draw: direction is 'LR' or 'TB', got {direction!r}")
    if theme not in THEMES:
        raise ValueError(f"draw: theme is 'light' or 'dark', got {theme!r}")
    if values not in ("auto", "full", "none"):
        raise ValueError(f"draw: values is 'auto', 'full' or 'none', got {values!r}")
    if lang not in ("en", "ko"):
        raise ValueError(f"draw: lang is 'en' or 'ko', got {lang!r}")
    if max_nodes is not None and max_nodes < 1:
        raise ValueError(f"draw: max_nodes is at least 1, got {max_nodes}")
    if depth is not None and depth < 0:
        raise ValueError(f"draw: depth is at least 0, or None for all, got {depth}")
    with without_collector():
        graph = graph_of(*roots, gradients=gradients, open_jit=open_jit)
        scene = Scene(graph, max_nodes, depth, values)
    with painting(THEMES[theme]), speaking(lang):
        return paint(scene, direction or ("LR" if _reads_across(scene) else "TB"))


def _reads_across(scene: Scene) -> bool:
    """Whether the picture should go from left to right: it fits, or would be wider downwards."""
    columns: dict[int, float] = {}
    rows: dict[int, float] = {}
    for item, column in scene.columns.items():
        wide = 120.0  # an operation with the arrow that leaves it
        if isinstance(item, Box):
            wide = 300.0
        elif item.op is None and item.ndim:
            wide = 80 + (
                50 * item.shape[-1] if labels.fits(np.asarray(item._data), scene.values) else 200
            )
        columns[column] = max(columns.get(column, 0.0), wide)
        rows[column] = rows.get(column, 0.0) + wide
    across = sum(columns.values())
    return across <= WIDEST or (is_woven(scene) and across < max(rows.values()))
