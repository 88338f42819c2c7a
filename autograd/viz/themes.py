"""The colours of a picture: one small table a theme.

Gradients are on a diverging scale that the colour-blind can read: orange below zero, blue above.
Text on any of the colours keeps a contrast of 4.5 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

Rgb = tuple[int, int, int]


class Theme(NamedTuple):
    """What each colour is for."""

    paper: str  # behind everything
    fill: str  # inside a node
    ink: str  # values, names, outlines of leaves
    quiet: str  # what matters less: constants, settings, the caption
    rule: str  # thin lines: frames, cells
    gradient: str  # gradients in figures
    outline: str  # of operations and boxes
    frame: tuple[str, str]  # module calls, at even and odd depth
    box: str  # many nodes in one
    result: str  # what the picture is about, such as the loss
    marked: str  # an arrow whose number is not finite,
    broken: str  # and a cell
    below: Rgb  # the most negative gradient
    zero: Rgb
    above: Rgb  # the most positive one
    faint: Rgb  # the arrow of a small message
    strong: Rgb  # the arrow of the largest


LIGHT = Theme(
    paper="#ffffff",
    fill="#ffffff",
    ink="#1a1a1a",
    quiet="#5f6670",
    rule="#c3c8ce",
    gradient="#2b3a67",
    outline="#7d8590",
    frame=("#eef1f5", "#f7f8fa"),
    box="#eef1f5",
    result="#fff1b8",
    marked="#c2185b",
    broken="#f8d7e3",
    below=(0xF2, 0x9F, 0x4B),
    zero=(0xFF, 0xFF, 0xFF),
    above=(0x6F, 0xAE, 0xDD),
    faint=(0xA3, 0xAB, 0xB5),
    strong=(0x2A, 0x3A, 0x67),
)

DARK = Theme(
    paper="#14171c",
    fill="#20252c",
    ink="#e8eaed",
    quiet="#a3acb6",
    rule="#4a515b",
    gradient="#c3d0ff",
    outline="#7d8590",
    frame=("#20252d", "#1a1e25"),
    box="#2a303a",
    result="#574600",
    marked="#ff6fa3",
    broken="#5a1f38",
    below=(0x8A, 0x45, 0x08),
    zero=(0x20, 0x25, 0x2C),
    above=(0x1F, 0x5A, 0x8C),
    faint=(0x5A, 0x63, 0x6E),
    strong=(0xA9, 0xBD, 0xFF),
)

THEMES = {"light": LIGHT, "dark": DARK}

_current: ContextVar[Theme] = ContextVar("theme", default=LIGHT)


def theme() -> Theme:
    """The colours to paint with here and now."""
    return _current.get()


@contextmanager
def painting(in_theme: Theme) -> Iterator[None]:
    """Paint with these colours inside a `with` block."""
    token = _current.set(in_theme)
    try:
        yield
    finally:
        _current.reset(token)
