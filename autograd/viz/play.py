"""play: a page that steps forward and backward through a recorded graph, offline in any browser.

The page is one file. Python lays the graph out and writes down its numbers (see `story`);
the scripts in assets/ move. What a user named is data there, never markup or code: the policy of
the page lets only its own script run, and the script writes names as text.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import pathlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from autograd.files import write_whole
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.compiled import graph_of
from autograd.viz.labels import roomy
from autograd.viz.page import filled
from autograd.viz.paint import paint
from autograd.viz.phrases import Language, speaking
from autograd.viz.scene import Scene
from autograd.viz.story import Moment, Story
from autograd.viz.themes import DARK, LIGHT, Theme
from autograd.viz.views import View, Views
from autograd.viz.words import words_of

#: The page's script, in the order in which to read it; together they are one.
SCRIPTS = (
    "story.js",
    "picture.js",
    "stepping.js",
    "facts.js",
    "explanations.js",
    "training.js",
    "window.js",
    "numbers.js",
    "words.js",
    "page.js",
)
#: About how large a window shows a picture, in points; of so few nodes both directions are tried.
STAGE, MOST_TRIED = (860, 540), 150


def play(
    *roots: Value,
    path: str | os.PathLike[str] = "play.html",
    lang: Language | None = None,
    max_nodes: int | None = None,
) -> pathlib.Path:
    """Write a page that steps through the computation of `roots` and back through its gradients.

    Args:
        roots: the results, such as a loss.
        path: the HTML file to write; it needs no server and no network.
        lang: English or Korean; the browser's choice if not given.
        max_nodes: how many nodes a picture may have; what is more is folded into boxes, which
            open in the page. Without it, the page begins with what reads well at normal size.

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
    check_settings("play", lang, max_nodes)
    return write_page(
        path, [Moment(0, graph_of(*roots, open_jit=True))], lang=lang, max_nodes=max_nodes
    )


def check_settings(who: str, lang: Any, max_nodes: int | None) -> None:
    """Refuse a language or a size that no page can have."""
    if lang not in (None, "en", "ko"):
        raise ValueError(f"{who}: lang is 'en', 'ko' or None for the browser's, got {lang!r}")
    if max_nodes is not None and max_nodes < 1:
        raise ValueError(f"{who}: max_nodes is at least 1, got {max_nodes}")


def write_page(
    path: str | os.PathLike[str],
    moments: Sequence[Moment],
    losses: Sequence[float] = (),
    *,
    lang: Language | None = None,
    max_nodes: int | None = None,
) -> pathlib.Path:
    """Write the page of one or more moments of a computation.

    Args:
        path: the HTML file.
        moments: the computation at some steps of a training, all of one structure.
        losses: the loss at every step of that training.
        lang, max_nodes: see `play`.
    """
    target = pathlib.Path(path)
    views = Views(moments[0].graph, max_nodes)
    story = Story(views, moments)
    says: Language = lang or "en"
    with roomy(len(moments) > 1), speaking(says):
        pictures = [_view(story, view) for view in views.views]
    data = story.data() | {
        "lang": lang,
        "says": says,
        "losses": [[step, loss] for step, loss in enumerate(losses)],
        "words": words_of(story.operations),
        "views": pictures,
        "start": views.start,
        "whole": views.whole,
        "folded": views.folded,
    }
    write_whole(target, _page(_packed(data)).encode())
    return target


def _view(story: Story, view: View) -> dict[str, Any]:
    scene = view.scene
    picture = _laid_out(scene, story)
    return {
        "svg": _slender(picture[picture.index("<svg") :]),
        "nodes": [story.number[item] for item in scene.items],
        "edges": [story.arrow(arrow) for arrow in scene.arrows],
        "constants": [story.constant(alike) for alike in scene.constants()],
        "opens": {story.number[box]: i for box, i in view.opens.items() if box in story.number},
        "closes": {story.number[box]: i for box, i in view.closes.items() if box in story.number},
    }


#: What the page does without: it has its own tooltips and titles, and one font for all text.
_NEEDLESS = re.compile(
    r'<title>[^<]*</title>\n|<!--.*?-->\n|<g id="a_[^"]*"><a[^>]*>\n|</a>\n</g>\n'
    r'| xml:space="preserve"| text-anchor="start"| font-family="[^"]*"'
)


def _slender(picture: str) -> str:
    """A picture of half the size, which a browser reads in half the time."""
    return _NEEDLESS.sub("", picture)


def _laid_out(scene: Scene, story: Story) -> str:
    """The picture as SVG, in the direction in which it fits a window best."""
    several = len(scene.items) <= MOST_TRIED
    pictures = [paint(scene, d, story).svg() for d in ("LR", "TB")[: 1 + several]]
    return max(pictures, key=_scale)


def _scale(picture: str) -> float:
    """How much the picture is enlarged where it is shown whole."""
    found = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', picture)
    assert found is not None
    return min(STAGE[0] / float(found[1]), STAGE[1] / float(found[2]))


def _dark_colours() -> str:
    """Rules that give every colour of the light theme its counterpart in the dark one."""
    pairs = [("", getattr(LIGHT, name), getattr(DARK, name)) for name in Theme._fields]
    pairs += [(".cluster", *both) for both in zip(LIGHT.frame, DARK.frame, strict=True)]
    pairs.append(("", "white", DARK.fill))  # Graphviz writes some colours by name
    halves = (labels.mix(theme.faint, theme.strong, 0.5) for theme in (LIGHT, DARK))
    pairs.append(("", next(halves), next(halves)))
    return "\n".join(
        f':where(.dark #stage {where}) [{paint}="{a}"] {{ {paint}: {b}; }}'
        for where, a, b in pairs
        if (isinstance(a, str) and a != LIGHT.paper) or (where == "" and a == LIGHT.fill)
        for paint in ("fill", "stroke")
    )


def _page(data: str) -> str:
    assets = files("autograd.viz") / "assets"
    return filled(
        (assets / "page.html").read_text("utf-8"),
        '"use strict";\n' + "".join((assets / name).read_text("utf-8") for name in SCRIPTS),
        STYLE=_dark_colours() + "\n" + (assets / "page.css").read_text("utf-8"),
        DATA=data,
    )


def _packed(data: Any) -> str:
    """JSON, compressed, in letters that mean nothing to HTML."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
