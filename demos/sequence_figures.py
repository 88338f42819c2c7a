"""Figures of the sequence chapter: what a network wrote, and what a transformer looked at."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from demos.figures import BLUE, figure_of, panel
from demos.language import label
from demos.report import Markup

SHOWN = {" ": "␣", "\n": "↵"}
#: Nothing, and then more and more of one colour, so that it suits a light and a dark page.
FROM_NOTHING = LinearSegmentedColormap.from_list("from nothing", [BLUE + "00", BLUE + "ff"])


def written(samples: Mapping[str, Mapping[int, str]]) -> Markup:
    """What each network wrote, and after how many epochs of training."""
    parts = []
    for name, by_epoch in samples.items():
        for epoch, text in by_epoch.items():
            title = html.escape(f"{label(name)}, {label('epoch')} {epoch}")
            parts.append(
                f"<dt>{title}</dt>"
                f'<dd><pre style="white-space:pre-wrap">{html.escape(text)}</pre></dd>'
            )
    return Markup(f'<dl style="width:100%;margin:0">{"".join(parts)}</dl>')


def _letters(text: str) -> list[str]:
    """Every letter so that it is seen."""
    return [SHOWN.get(letter, letter) for letter in text]


def looks_of_last(weights: np.ndarray, text: str) -> Markup:
    """How much the last letter of `text` looks at each: a row for each head of each layer.

    A row is shaded by its own largest look, since one that looks everywhere would be blank.
    """
    rows = []
    for (layer, head), looks in zip(
        np.ndindex(weights.shape[:2]), weights[:, :, -1].reshape(-1, len(text)), strict=True
    ):
        parts = 70 * looks / looks.max()  # of the colour: letters stay legible on it
        shades = (f"color-mix(in srgb,var(--blue) {part:.0f}%,transparent)" for part in parts)
        cells = "".join(
            f'<span style="display:inline-block;width:1.1rem;text-align:center;'
            f'background:{shade}">{html.escape(letter)}</span>'
            for shade, letter in zip(shades, _letters(text), strict=True)
        )
        rows.append(f"<p><strong>{layer + 1}.{head + 1}</strong>&ensp;{cells}</p>")
    return Markup(f"<div>{''.join(rows)}</div>")


def looks_of_all(weights: np.ndarray, text: str, heads: list[tuple[int, int]]) -> list[Figure]:
    """For each of some heads (layer, head), how much each letter (row) looks at those before it."""
    figures = []
    for layer, head in heads:
        axes = panel(f"{label('layer and head')} {layer + 1}.{head + 1}", 4.6, 4.6)
        axes.pcolormesh(weights[layer, head], cmap=FROM_NOTHING, vmin=0, vmax=1)
        places = np.arange(len(text)) + 0.5
        axes.set_xticks(places, _letters(text), fontsize=8)
        axes.set_yticks(places, _letters(text), fontsize=8)
        axes.set(xlabel=label("letter looked at"), ylabel=label("letter that looks"))
        axes.tick_params(length=0)
        axes.invert_yaxis()
        axes.set_aspect("equal")
        figures.append(figure_of(axes))
    return figures
