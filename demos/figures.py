"""The figures the chapters share: curves, paths on curves and maps, digits, drawn graphs.

Each returns what `Report.figure` takes: a matplotlib figure, a list of them (panels, which a narrow
window stacks), a Graph or Markup. Nothing is ever shown on a screen, so a bare machine can draw.
"""

from __future__ import annotations

import base64
import html
import io
import re
import textwrap
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
    y_label: str = "",
) -> list[Figure]:
    """One panel for each key of `series`, with a line for each of its entries.

    Args:
        series: the numbers of each line, by title of the panel and name of the line.
        x_label: what is counted along the horizontal axis.
        log: whether the vertical axis is logarithmic.
        first: the first place on the horizontal axis. Without it, epochs count from 1, because
            numbers are known when one is over, and all else from 0, where nothing is done yet.
        y_label: what the vertical axis shows, unless the titles say it.
    """
    start = first if first is not None else int(x_label == "epoch")
    figures = []
    for title, lines in series.items():
        axes = panel(title, xlabel=x_label, ylabel=y_label)
        for (name, values), (colour, dashes) in zip(lines.items(), LINES, strict=False):
            x = np.arange(start, start + len(values))
            axes.plot(x, values, color=COLOURS[colour], ls=dashes, label=label(name), linewidth=2)
        if log:
            _logarithmic(axes)
        axes.set_xlim(start, start + max(1, *(len(values) - 1 for values in lines.values())))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(True)
        name_lines(axes)
        figures.append(figure_of(axes))
    return figures


def _logarithmic(axes: Axes) -> None:
    """A logarithmic vertical axis; plain numbers are written where powers of ten are too few."""
    axes.set_yscale("log")
    least, most = axes.get_ylim()
    if most < 30 * least:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())


def name_lines(axes: Axes) -> None:
    """Two lines are named where they leave room; for more there may be none, so below the panel."""
    names = [str(name) for name in axes.get_legend_handles_labels()[1]]
    if len(names) > 2:
        figure = figure_of(axes)
        widest = max(sum(1 if letter.isascii() else 2 for letter in name) for name in names)
        columns = min(3, max(1, int(8 * figure.get_figwidth()) // (widest + 4)))
        rows = -(-len(names) // columns)
        figure.set_figheight(figure.get_figheight() + 0.1 + 0.2 * rows)
        figure.legend(loc="outside lower center", ncols=columns)
    elif len(names) > 1:
        axes.legend()


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
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)  # not on the lines
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


def ratio_bars(
    panels: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]], x_label: str
) -> list[Figure]:
    """A panel with bars for each entry: medians, thin lines to the quartiles, and 1 marked.

    Args:
        panels: all measured ratios, by title of the panel, name beside the bars and series.
        x_label: what is divided by what.
    """
    figures = []
    for title, groups in panels.items():
        series = list(dict.fromkeys(name for group in groups.values() for name in group))
        bars = len(groups) * len(series)
        title = _wrapped(title, 42)
        height = 0.26 * bars + 0.2 * len(groups) + 0.2 * len(title.split("\n")) + 1
        axes = panel(title, 5.4, height, xlabel=x_label)
        thick = 0.8 / len(series)
        for i, name in enumerate(series):
            there = [(y, group[name]) for y, group in enumerate(groups.values()) if name in group]
            low, middle, high = np.array([np.percentile(r, (25, 50, 75)) for _, r in there]).T
            places = [y + (i - (len(series) - 1) / 2) * thick for y, _ in there]
            look: dict[str, Any] = {"color": (BLUE, GREY)[len(series) - 1 - i], "ecolor": INK}
            spread = np.abs([low - middle, high - middle])
            axes.barh(places, middle, thick * 0.92, xerr=spread, label=label(name), **look)
            beside = axes.get_yaxis_transform()  # off the bars, and off the line
            for place, ratio in zip(places, middle, strict=True):
                text = f" {ratio:.2f}" if ratio < 10 else f" {ratio:.0f}"
                axes.text(1, place, text, va="center", transform=beside)
        axes.axvline(1, color=ORANGE)
        axes.set_xscale("log")
        least, most = axes.get_xlim()
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if most < 100 * least else (1,)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_yticks(range(len(groups)), [_wrapped(name, 28) for name in groups])
        axes.invert_yaxis()
        axes.margins(x=0.05)
        if len(series) > 1:
            figure_of(axes).legend(loc="outside lower right", ncols=len(series))
        figures.append(figure_of(axes))
    return figures


def _wrapped(name: str, width: int) -> str:
    """A label in lines of at most so many letters; Korean ones are wider."""
    return "\n".join(textwrap.wrap(label(name), width * 2 // 3 if language() == "ko" else width))


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
