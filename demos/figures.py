"""The figures the demos share: digits as pixels, curves, probabilities, a confusion matrix.

Each returns a matplotlib figure and nothing is ever shown on a screen, so a bare machine can draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#8a939b"  # from Okabe and Ito's colour-blind-safe set
#: Negative, zero, positive: as the drawn graphs are shaded.
SIGNED = LinearSegmentedColormap.from_list("signed", (ORANGE, "white", BLUE))


def pictures(
    images: np.ndarray,
    titles: Sequence[str],
    columns: int = 10,
    diverging: bool = False,
) -> Figure:
    """A grid of pictures (n, 256), each 16 by 16; `diverging` for numbers with a sign."""
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(columns * 0.95, rows * 1.15), layout="constrained")
    axes = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for axis in axes:
        axis.axis("off")
    limit = float(np.abs(images).max()) or 1.0
    look: dict[str, Any] = (
        {"cmap": SIGNED, "vmin": -limit, "vmax": limit} if diverging else {"cmap": "gray_r"}
    )
    for axis, image, title in zip(axes, images, titles, strict=False):
        axis.imshow(image.reshape(16, 16), **look)
        axis.set_title(title, fontsize=8)
    return figure


def ideal_against_prediction(
    images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray
) -> Figure:
    """For each digit its picture, the ideal (1 for the right digit) and the ten probabilities."""
    count = len(images)
    figure = Figure(figsize=(9, 1.25 * count), layout="constrained")
    grid = figure.subplots(count, 2, width_ratios=(1, 6), squeeze=False)
    for (left, right), image, label, p in zip(grid, images, labels, probabilities, strict=True):
        left.imshow(image.reshape(16, 16), cmap="gray_r")
        left.axis("off")
        answer = int(p.argmax())
        ideal = np.arange(10) == label
        right.bar(np.arange(10) - 0.2, ideal, 0.38, color=GREY, label="ideal")
        right.bar(
            np.arange(10) + 0.2,
            p,
            0.38,
            color=BLUE if answer == label else ORANGE,
            label="prediction",
        )
        right.set_ylim(0, 1.15)
        right.set_xticks(range(10))
        verdict = "right" if answer == label else f"wrong: it is a {label}"
        right.set_title(f"answer {answer} ({p[answer]:.0%}), {verdict}", fontsize=9, loc="left")
        right.spines[["top", "right"]].set_visible(False)
    grid[0][1].legend(frameon=False, fontsize=8, loc="upper right", ncols=2)
    return figure


def curves(
    series: dict[str, dict[str, Sequence[float]]], x_label: str = "epoch", log: bool = False
) -> Figure:
    """One panel for each key of `series`, with a line for each of its entries."""
    figure = Figure(figsize=(4.6 * len(series), 3.2), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(series)))
    for axis, (title, lines) in zip(axes, series.items(), strict=True):
        for (name, values), colour, style in zip(
            lines.items(), (BLUE, ORANGE, GREY), ("-", "--", ":"), strict=False
        ):
            steps = np.arange(1, len(values) + 1)
            axis.plot(steps, values, style, color=colour, label=name, linewidth=2)
        axis.set_title(title, loc="left")
        axis.set_xlabel(x_label)
        if log:
            axis.set_yscale("log")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
        if len(lines) > 1:
            axis.legend(frameon=False)
    return figure


def confusion(labels: np.ndarray, answers: np.ndarray) -> Figure:
    """How often each digit (row) was answered as each digit (column)."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, answers), 1)
    figure = Figure(figsize=(5.6, 5.2), layout="constrained")
    axis = figure.subplots()
    axis.imshow(counts, cmap="Blues")
    for row in range(10):
        for column in range(10):
            if counts[row, column]:
                dark = counts[row, column] > counts.max() / 2
                axis.text(
                    column,
                    row,
                    counts[row, column],
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="white" if dark else "black",
                )
    axis.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="digit")
    return figure


def paired_bars(ratios: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """For each name a bar for each of its series, as long as the median, with quartiles; 1 marked.

    Names may have two lines.
    """
    labels = list(dict.fromkeys(label for series in ratios.values() for label in series))
    figure = Figure(figsize=(9, 0.62 * len(ratios) + 1.2), layout="constrained")
    axis = figure.subplots()
    thick = 0.8 / len(labels)
    for i, label in enumerate(labels):
        there = [(y, series[label]) for y, series in enumerate(ratios.values()) if label in series]
        quartiles = np.array([np.percentile(r, (25, 50, 75)) for _, r in there]).T
        places = [y + (i - (len(labels) - 1) / 2) * thick for y, _ in there]
        spread = np.abs(quartiles[[0, 2]] - quartiles[1])
        look: dict[str, Any] = {"color": (GREY, BLUE)[i % 2], "ecolor": "black"}
        axis.barh(places, quartiles[1], thick * 0.92, xerr=spread, label=label, **look)
        for place, (low, middle, high) in zip(places, quartiles.T, strict=True):
            text = f" {middle:.2f}" if middle < 10 else f" {middle:.0f}"
            axis.text(max(high, low), place, text, va="center", fontsize=7)
    axis.axvline(1, color=ORANGE)
    axis.set_xscale("log")
    axis.set_yticks(range(len(ratios)), list(ratios), fontsize=8)
    axis.invert_yaxis()
    axis.set_xlabel("peer's time / ours")
    axis.margins(x=0.1)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False)
    return figure


def descent(
    curve: Callable[[np.ndarray], np.ndarray],
    between: tuple[float, float],
    paths: dict[str, np.ndarray],
    x_label: str = "a",
) -> Figure:
    """A curve, and on it one path for each entry of `paths`, side by side: where each step was."""
    figure = Figure(figsize=(max(5.5, 3.7 * len(paths)), 3.3), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(paths), sharey=True))
    x = np.linspace(*between, 400)
    for axis, (title, path) in zip(axes, paths.items(), strict=True):
        axis.plot(x, curve(x), color=GREY, linewidth=2)
        axis.plot(path, curve(path), "o-", color=BLUE, markersize=5, linewidth=1)
        axis.plot(path[:1], curve(path[:1]), "o", color=ORANGE, markersize=9, label="start")
        axis.set_title(title, loc="left")
        axis.set_xlabel(x_label)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("loss")
    axes[0].legend(frameon=False)
    return figure


def contour(
    surface: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    paths: dict[str, np.ndarray],
    labels: tuple[str, str] = ("a", "b"),
    columns: int = 3,
) -> Figure:
    """Lines of equal loss seen from above, a panel with a path (n, 2) for each entry."""
    columns = min(columns, len(paths))
    rows = -(-len(paths) // columns)
    figure = Figure(figsize=(max(5.5, 3.6 * columns), 3.2 * rows), layout="constrained")
    axes = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True)).ravel()
    x, y = np.meshgrid(np.linspace(*x_range, 160), np.linspace(*y_range, 160))
    height = surface(x, y)
    levels = np.quantile(height, np.linspace(0.005, 0.97, 16))
    for axis, (title, path) in zip(axes, paths.items(), strict=False):
        axis.contour(x, y, height, levels=levels, colors=GREY, linewidths=0.8)
        axis.plot(*path.T, "o-", color=BLUE, markersize=3, linewidth=1)
        axis.plot(*path[0], "o", color=ORANGE, markersize=9, label="start")
        axis.set_title(title, loc="left")
        axis.set(xlim=x_range, ylim=y_range, xlabel=labels[0], ylabel=labels[1])
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False)
    return figure


def lines(x: np.ndarray, y: np.ndarray, lines: dict[str, np.ndarray], shown: np.ndarray) -> Figure:
    """Points and, a panel each, a line (a, b) with the errors of the points numbered in `shown`."""
    figure = Figure(figsize=(5 * len(lines), 4), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(lines), sharey=True))
    ends = np.array([x.min(), x.max()])
    for axis, (title, (a, b)) in zip(axes, lines.items(), strict=True):
        axis.plot(x, y, ".", color=GREY, markersize=2, alpha=0.5)
        axis.plot(ends, a * ends + b, color=BLUE, linewidth=2)
        axis.vlines(x[shown], y[shown], a * x[shown] + b, color=ORANGE, linewidth=1.2)
        axis.plot(x[shown], y[shown], "o", color="black", markersize=3)
        axis.set_title(f"{title}: y = {a:.2f} x + {b:.2f}", loc="left")
        axis.set_xlabel("living area, m²")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("price, thousand dollars")
    return figure
