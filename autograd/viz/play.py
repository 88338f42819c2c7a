"""play: a page that steps forward and backward through a recorded graph, offline in any browser.

The page is one file. Python lays the graph out and writes down its numbers (see `story`);
assets/page.js moves. What a user named is data there, never markup or code: the policy of the page
lets only its own script run, and the script writes names as text.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import pathlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Literal

from autograd.files import write_whole
from autograd.graph import Graph
from autograd.value import Value
from autograd.viz.draw import _paint
from autograd.viz.labels import roomy
from autograd.viz.scene import Scene
from autograd.viz.story import Moment, Story
from autograd.viz.themes import DARK, LIGHT, painting
from autograd.viz.words import words_of

#: About how large a window shows a picture, in points; of so few nodes both directions are tried.
STAGE, MOST_TRIED = (860, 540), 150

Language = Literal["en", "ko"]


def play(
    *roots: Value,
    path: str | os.PathLike[str] = "play.html",
    lang: Language | None = None,
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
    check_settings("play", lang, max_nodes)
    return write_page(path, [Moment(0, Graph(*roots))], lang=lang, max_nodes=max_nodes)


def check_settings(who: str, lang: Any, max_nodes: int) -> None:
    """Refuse a language or a size that no page can have."""
    if lang not in (None, "en", "ko"):
        raise ValueError(f"{who}: lang is 'en', 'ko' or None for the browser's, got {lang!r}")
    if max_nodes < 1:
        raise ValueError(f"{who}: max_nodes is at least 1, got {max_nodes}")


def write_page(
    path: str | os.PathLike[str],
    moments: Sequence[Moment],
    losses: Sequence[float] = (),
    *,
    lang: Language | None = None,
    max_nodes: int = 300,
) -> pathlib.Path:
    """Write the page of one or more moments of a computation.

    Args:
        path: the HTML file.
        moments: the computation at some steps of a training, all of one structure.
        losses: the loss at every step of that training.
        lang, max_nodes: see `play`.
    """
    target = pathlib.Path(path)
    scene = Scene(moments[0].graph, max_nodes)
    story = Story([scene], moments)
    with roomy(len(moments) > 1):
        direction, picture = _laid_out(scene, story)
        source = _paint(scene, direction, story).source
        with painting(DARK):
            dark = _dark_colours(source, _paint(scene, direction, story).source)
    data = story.data() | {
        "lang": lang,
        "losses": [[step, loss] for step, loss in enumerate(losses)],
        "words": words_of(story.operations),
        "views": [_view(story, scene, picture)],
    }
    write_whole(target, _page(dark, _packed(data)).encode())
    return target


def _laid_out(scene: Scene, story: Story) -> tuple[str, str]:
    """The direction in which the picture fits a window best, and the picture as SVG."""
    several = len(scene.items) <= MOST_TRIED
    pictures = {d: _paint(scene, d, story).svg() for d in ("LR", "TB")[: 1 + several]}
    best = max(pictures, key=lambda d: _scale(pictures[d]))
    return best, pictures[best]


def _scale(picture: str) -> float:
    """How much the picture is enlarged where it is shown whole."""
    found = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', picture)
    assert found is not None
    return min(STAGE[0] / float(found[1]), STAGE[1] / float(found[2]))


def _view(story: Story, scene: Scene, picture: str) -> dict[str, Any]:
    return {
        # What Graphviz says in a tooltip the page says itself, in the reader's language.
        "svg": re.sub(r' xlink:title="[^"]*"', "", picture[picture.index("<svg") :]),
        "nodes": [story.number[item] for item in scene.items],
        "edges": [story.arrow(arrow) for arrow in scene.arrows],
    }


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


def _page(dark: str, data: str) -> str:
    assets = files("autograd.viz") / "assets"
    script = (assets / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "POLICY": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "STYLE": dark + "\n" + (assets / "page.css").read_text("utf-8"),
        "DATA": data,
        "SCRIPT": script,
    }
    # Split first: what looks like a marker in a part stays as it is.
    pieces = (assets / "page.html").read_text("utf-8").split("@@")
    return "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def _packed(data: Any) -> str:
    """JSON, compressed, in letters that mean nothing to HTML."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
