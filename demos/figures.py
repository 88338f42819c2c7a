"""The figures the chapters share: curves, paths on curves and maps, digits, drawn graphs.

Each returns what `Report.figure` takes: a matplotlib figure, a list of them (panels, which a narrow
window stacks), a Graph or Markup. Nothing is ever shown on a screen, so a bare machine can draw.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

import autograd
from autograd import Value
from demos.language import label as translated
from demos.language import language
from demos.report import COLOURS, INK, Graph, Markup

BLUE, ORANGE, GREY = COLOURS["blue"], COLOURS["orange"], COLOURS["grey"]
#: For up to six lines in one panel: colour and dash both tell them apart.
LINES = tuple(
    zip(
        ("blue", "orange", "green", "purple", "gold", "ink"),
        ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1))),
        strict=True,
    )
)
#: Negative, zero, positive: as the drawn graphs are shaded.
SIGNED = LinearSegmentedColormap.from_list("signed", (ORANGE, "white", BLUE))


def settings() -> dict[Any, Any]:
    """What matplotlib is told: the page's ink, and a font that has the language's letters."""
    ink = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    font = ["DejaVu Sans"] + ([_korean_font()] if language() == "ko" and _korean_font() else [])
    return dict.fromkeys(ink, INK) | {
        "font.family": font,
        "axes.titlelocation": "left",
        "axes.titlesize": "medium",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "grid.color": GREY,
        "grid.alpha": 0.25,
    }


@contextmanager
def style() -> Iterator[None]:
    """Draw with these settings inside a `with` block."""
    with mpl.rc_context(settings()):
        yield


@cache
def _korean_font() -> str:
    """The name of an installed font with Korean letters, or nothing.

    Looked up among the files themselves: matplotlib's own list may be older than the font.
    """
    known = re.compile(r"CJK|Nanum|malgun|AppleSDGothic|NotoSansKR|UnDotum|Baekmuk", re.IGNORECASE)
    names = [f for f in font_manager.findSystemFonts() if known.search(f) and "Serif" not in f]
    for file in sorted(names, key=lambda f: ("Regular" not in f, f)):
        font = font_manager.get_font(file)
        if font.get_char_index(ord("가")):
            font_manager.fontManager.addfont(file)
            return font.family_name
    return ""


def label(text: object) -> str:
    """A label of a figure in the page's language, or in English where no font could show it."""
    return translated(text) if language() != "ko" or _korean_font() else str(text)


def panel(title: str = "", width: float = 4.6, height: float = 3.2, **labels: str) -> Axes:
    """The axes of a new figure; `labels` are `xlabel` and `ylabel`."""
    axes = Figure(figsize=(width, height), layout="constrained").subplots()
    axes.set_title(label(title))
    axes.set(**{name: label(text) for name, text in labels.items()})
    return axes


def figure_of(axes: Axes) -> Figure:
    """The figure that axes from `panel` are on."""
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    return figure


# ---------------------------------------------------------------------------------- lines and paths


def curves(
    series: Mapping[str, Mapping[str, Sequence[float]]],
    x_label: str = "epoch",
    log: bool = False,
    first: int | None = None,
) -> list[Figure]:
    """One panel for each key of `series`, with a line for each of its entries.

    Args:
        series: the numbers of each line, by title of the panel and name of the line.
        x_label: what is counted along the horizontal axis.
        log: whether the vertical axis is logarithmic.
        first: the first place on the horizontal axis. Without it, epochs count from 1, because
            numbers are known when one is over, and all else from 0, where nothing is done yet.
    """
    start = first if first is not None else int(x_label == "epoch")
    figures = []
    for title, lines in series.items():
        axes = panel(title, xlabel=x_label)
        for (name, values), (colour, dashes) in zip(lines.items(), LINES, strict=False):
            x = np.arange(start, start + len(values))
            axes.plot(x, values, color=COLOURS[colour], ls=dashes, label=label(name), linewidth=2)
        axes.set_yscale("log" if log else "linear")
        axes.set_xlim(start, start + max(1, *(len(values) - 1 for values in lines.values())))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(True)
        if len(lines) > 1:
            axes.legend()
        figures.append(figure_of(axes))
    return figures


def descent(
    curve: Callable[[np.ndarray], np.ndarray],
    between: tuple[float, float],
    paths: Mapping[str, np.ndarray],
    x_label: str = "a",
) -> list[Figure]:
    """A curve, and on it one path for each entry of `paths`, side by side: where each step was."""
    x = np.linspace(*between, 400)
    figures = []
    for title, path in paths.items():
        axes = panel(title, 3.4 if len(paths) > 1 else 5.5, xlabel=x_label, ylabel="loss")
        axes.plot(x, curve(x), color=GREY, linewidth=2)
        axes.plot(path, curve(path), "o-", color=BLUE, markersize=5, linewidth=1)
        axes.plot(path[:1], curve(path[:1]), "o", color=ORANGE, markersize=9, label=label("start"))
        axes.legend()
        figures.append(figure_of(axes))
    return figures


def contour(
    surface: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    paths: Mapping[str, np.ndarray],
    labels: tuple[str, str] = ("a", "b"),
) -> list[Figure]:
    """Lines of equal loss seen from above, a panel with a path (n, 2) for each entry."""
    x, y = np.meshgrid(np.linspace(*x_range, 160), np.linspace(*y_range, 160))
    height = surface(x, y)
    levels = np.quantile(height, np.linspace(0.005, 0.97, 16))
    figures = []
    for title, path in paths.items():
        axes = panel(title, 4.4 if len(paths) > 1 else 5.5, 3.6, xlabel=labels[0], ylabel=labels[1])
        axes.contour(x, y, height, levels=levels, colors=GREY, linewidths=0.8)
        axes.plot(*path.T, "o-", color=BLUE, markersize=3, linewidth=1)
        axes.plot(*path[0], "o", color=ORANGE, markersize=9, label=label("start"))
        axes.set(xlim=x_range, ylim=y_range)
        axes.legend()
        figures.append(figure_of(axes))
    return figures


def lines(
    x: np.ndarray,
    y: np.ndarray,
    lines: Mapping[str, np.ndarray],
    shown: np.ndarray,
    labels: tuple[str, str],
) -> list[Figure]:
    """Points and, a panel each, a line (a, b) with the errors of the points numbered in `shown`."""
    ends = np.array([x.min(), x.max()])
    figures = []
    for title, (a, b) in lines.items():
        axes = panel(f"{label(title)}: y = {a:.2f} x + {b:.2f}", 4.8, 4, xlabel=labels[0])
        axes.set_ylabel(label(labels[1]))
        axes.plot(x, y, ".", color=GREY, markersize=2, alpha=0.5, rasterized=True)
        axes.plot(ends, a * ends + b, color=BLUE, linewidth=2)
        axes.vlines(x[shown], y[shown], a * x[shown] + b, color=ORANGE, linewidth=1.2)
        axes.plot(x[shown], y[shown], "o", color=INK, markersize=3)
        figures.append(figure_of(axes))
    return figures


def paired_bars(ratios: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """For each name a bar for each of its series, as long as the median, with quartiles; 1 marked.

    Names may have two lines.
    """
    names = list(dict.fromkeys(name for series in ratios.values() for name in series))
    axes = panel("", 9, 0.62 * len(ratios) + 1.2, xlabel="peer's time / ours")
    thick = 0.8 / len(names)
    for i, name in enumerate(names):
        there = [(y, series[name]) for y, series in enumerate(ratios.values()) if name in series]
        quartiles = np.array([np.percentile(r, (25, 50, 75)) for _, r in there]).T
        places = [y + (i - (len(names) - 1) / 2) * thick for y, _ in there]
        spread = np.abs(quartiles[[0, 2]] - quartiles[1])
        look: dict[str, Any] = {"color": (GREY, BLUE)[i % 2], "ecolor": INK}
        axes.barh(places, quartiles[1], thick * 0.92, xerr=spread, label=label(name), **look)
        for place, (low, middle, high) in zip(places, quartiles.T, strict=True):
            text = f" {middle:.2f}" if middle < 10 else f" {middle:.0f}"
            axes.text(max(high, low), place, text, va="center", fontsize=7)
    axes.axvline(1, color=ORANGE)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(range(len(ratios)), [label(name) for name in ratios], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.legend()
    return figure_of(axes)


# ------------------------------------------------------------------------------------------- graphs


def graph(*roots: Value, direction: Literal["LR", "TB"] | None = None, **options: Any) -> Graph:
    """The graph of `roots` as `autograd.draw` draws it, for a light and for a dark page.

    Its caption is in the page's language.
    """
    options = {"lang": language()} | options
    return in_both_themes(
        lambda theme: autograd.draw(*roots, direction=direction, theme=theme, **options)
    )


def in_both_themes(draw: Callable[[Any], Any]) -> Graph:
    """What `draw` makes of the theme "light" and of "dark"."""
    return Graph(draw("light").svg(), draw("dark").svg())


# ------------------------------------------------------------------------------------------- digits


def png(picture: np.ndarray, **look: Any) -> str:
    """A picture as an address that holds it; `look` is how `imsave` colours numbers."""
    buffer = io.BytesIO()
    mpl.image.imsave(buffer, picture, format="png", **look)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def pictures(images: np.ndarray, titles: Sequence[str], diverging: bool = False) -> Markup:
    """Pictures (n, 256), each 16 by 16, with its title below; `diverging` for signed numbers."""
    limit = float(np.abs(images).max()) or 1.0
    look: dict[str, Any] = (
        {"cmap": SIGNED, "vmin": -limit, "vmax": limit}
        if diverging
        else {"cmap": "gray_r", "vmin": 0, "vmax": limit}
    )
    tiles = []
    for image, title in zip(images, titles, strict=True):
        name = html.escape(translated(title))
        picture = png(image.reshape(16, 16), **look)
        tiles.append(f'<span><img alt="" src="{picture}">{name}</span>')
    return Markup(f'<div class="tiles">{"".join(tiles)}</div>')


def confusion(labels: np.ndarray, answers: np.ndarray, title: str = "") -> Figure:
    """How often each digit (row) was answered as each digit (column)."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, answers), 1)
    axes = panel(title, 4.6, 4.4, xlabel="answer", ylabel="digit")
    axes.imshow(counts, cmap="Blues")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if count > counts.max() / 2 else "black"
            axes.text(column, row, str(count), ha="center", va="center", fontsize=9, color=colour)
    axes.set(xticks=range(10), yticks=range(10))
    return figure_of(axes)
