"""Figures of the digits chapter: two networks side by side, and what they look at."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import nn
from demos.figures import GREY, LINES, SIGNED, curves, label, png
from demos.report import COLOURS, INK, Markup


def learning(histories: Mapping[str, nn.History]) -> list[Figure]:
    """The loss of each network while it learned, and the accuracy of all of them."""
    panels = {
        name: {"training": history["loss"], "validation": history["val_loss"]}
        for name, history in histories.items()
    }
    losses = curves({f"{name}: loss": lines for name, lines in panels.items()})
    accuracies = {name: history["val_accuracy"] for name, history in histories.items()}
    return [*losses, *curves({"validation accuracy": accuracies})]


def ideal_against_predictions(
    images: np.ndarray, digits: np.ndarray, predictions: Mapping[str, np.ndarray]
) -> list[Figure]:
    """A panel for each digit: its picture, the ideal one-hot bar, and each network's ten bars."""
    figures, width = [], 0.8 / (len(predictions) + 1)
    for i, (image, digit) in enumerate(zip(images, digits, strict=True)):
        figure = Figure(figsize=(4.8, 2.0), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 3.4))
        left.pcolormesh(image.reshape(16, 16)[::-1], cmap=_ink())
        left.set_aspect("equal")
        left.axis("off")
        bars = {"ideal": np.eye(10)[digit]} | {n: p[i] for n, p in predictions.items()}
        for k, ((name, heights), colour) in enumerate(
            zip(bars.items(), (GREY, *(COLOURS[c] for c, _ in LINES)), strict=False)
        ):
            places = np.arange(10) + (k - len(bars) / 2 + 0.5) * width
            right.bar(places, heights, width, color=colour, label=label(name))
        answers = (f"{label(n)} {p[i].argmax()} ({p[i].max():.0%})" for n, p in predictions.items())
        right.set_title(", ".join(answers), fontsize=9)
        right.set(ylim=(0, 1.02), xticks=range(10))
        right.set(xlabel=label("digit"), ylabel=label("probability"))
        if i == 0:
            right.legend(fontsize=9)
        figures.append(figure)
    return figures


def _ink() -> mpl.colors.ListedColormap:
    """Paper is not drawn, ink is, so that the picture suits a light and a dark page."""
    return mpl.colors.ListedColormap(["#ffffff00", INK])


def stacks(images: np.ndarray, maps: Sequence[np.ndarray], titles: Sequence[str]) -> Markup:
    """For each picture (n, 256): itself, below it its place in each of `maps` (n, 256), signed.

    Each map is shaded by its own largest number: where a picture's numbers are, not how large.
    """
    tiles = []
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        column = [_png(image, "gray_r", 0, 1)]
        for signed in maps:
            limit = float(np.abs(signed[i]).max()) or 1.0
            column.append(_png(signed[i], SIGNED, -limit, limit))
        tiles.append(f"<span>{''.join(column)}{html.escape(title)}</span>")
    return Markup(f'<div class="tiles">{"".join(tiles)}</div>')


def _png(image: np.ndarray, colours: str | mpl.colors.Colormap, low: float, high: float) -> str:
    picture = png(image.reshape(16, 16), cmap=colours, vmin=low, vmax=high)
    return f'<img alt="" src="{picture}">'
