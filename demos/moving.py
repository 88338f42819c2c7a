"""Figures that move: paths that grow on a map, and pictures that follow each other.

Both are plots by matplotlib with a little SVG on top, a slider and a button. They stand still at
the end where no JavaScript runs, and on paper.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from demos import figures
from demos.language import label
from demos.report import COLOURS, Markup, svg_of_plot

PLAYER = Path(__file__).with_name("assets").joinpath("player.js").read_text(encoding="utf-8")


def paths_on_map(
    surface: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    paths: Mapping[str, np.ndarray],
    labels: tuple[str, str] = ("a", "b"),
) -> Markup:
    """Lines of equal height, and on them up to six paths (n, 2) that grow step by step."""
    axes = figures.panel("", 6.4, 4.2, xlabel=labels[0], ylabel=labels[1])
    x, y = np.meshgrid(np.linspace(*x_range, 200), np.linspace(*y_range, 200))
    height = surface(x, y)
    levels = np.quantile(height, np.linspace(0.003, 0.97, 18))
    axes.contour(x, y, height, levels=levels, colors=COLOURS["grey"], linewidths=0.7)
    axes.set(xlim=x_range, ylim=y_range)
    boxes = [
        f'<label><input type="checkbox" checked value="{html.escape(name)}">'
        f'<i style="background: var(--{colour})"></i>{html.escape(label(name))}</label>'
        for name, (colour, _) in zip(paths, figures.LINES, strict=False)
    ]
    legend = f'<div class="legend">{"".join(boxes)}</div>'
    steps = max(map(len, paths.values()))
    return player(
        [growing(axes, paths), legend], [label("step {}").format(i) for i in range(steps)]
    )


def growing(
    axes: Axes, paths: Mapping[str, np.ndarray], upright: bool = False, at: int = -1
) -> str:
    """A plot with paths (n, 2) on top that `player` draws up to the moment; SVG text.

    Args:
        axes: the plot, from `figures.panel`.
        paths: up to six of them.
        upright: a path's head is a line as high as the plot, in place of a ball.
        at: the moment shown without JavaScript; -1 is the last one.
    """
    svg, place = _placed(axes)
    (low_x, high_x), (low, high) = axes.get_xlim(), axes.get_ylim()
    foot, top = place(np.array([(low_x, low), (low_x, high)]))[:, 1]
    head = (
        f'd="M0 0V{top - foot:.1f}" stroke-width="2"'
        if upright
        else 'd="M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0"'
    )
    drawn = []
    for (name, path), (colour, _) in zip(paths.items(), figures.LINES, strict=False):
        inside = np.clip(path, (low_x, low), (high_x, high))
        points = [f"{x:.1f},{y:.1f}" for x, y in place(inside)]
        shown = points[: at % len(points) + 1]
        drawn.append(
            f'<g data-name="{html.escape(name)}" data-points="{" ".join(points)}" '
            f'style="stroke: var(--{colour}); fill: var(--{colour})">'
            f'<polyline points="{" ".join(shown)}" fill="none" stroke-width="1.6" '
            f'stroke-linejoin="round"/><path class="head" {head} '
            f'transform="translate({shown[-1]})"/></g>'
        )
    return svg.replace("</svg>", f"{''.join(drawn)}</svg>")


def film(axes: Axes, frames: Sequence[np.ndarray], times: Sequence[str]) -> Markup:
    """What lies under the points of `axes`, moment by moment: pictures (rows, columns, 4) of RGBA.

    A picture fills the axes; its first row is at the top.
    """
    svg, place = _placed(axes)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    (x0, y1), (x1, y0) = place(np.array([(left, low), (right, high)]))
    images = []
    for i, frame in enumerate(frames):
        seen = "visible" if i == len(frames) - 1 else "hidden"
        images.append(
            f'<image data-frame="{i}" visibility="{seen}" x="{x0:.1f}" y="{y0:.1f}" '
            f'width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" preserveAspectRatio="none" '
            f'href="{figures.png(frame)}"/>'
        )
    below = '<g id="axes_1">'
    return player([svg.replace(below, below + "".join(images), 1)], times)


def _placed(axes: Axes) -> tuple[str, Callable[[np.ndarray], np.ndarray]]:
    """The SVG of a plot, and a function from its data to the SVG's own coordinates."""
    figure = figures.figure_of(axes)
    figure.draw_without_rendering()  # lays out the axes
    figure.set_layout_engine("none")
    height = figure.get_size_inches()[1] * 72

    def place(points: np.ndarray) -> np.ndarray:
        dots = axes.transData.transform(points) * 72 / figure.dpi
        return np.column_stack([dots[:, 0], height - dots[:, 1]])

    return svg_of_plot(figure), place


def player(pictures: Sequence[str], times: Sequence[str], at: int = -1) -> Markup:
    """Pictures from `growing` that one slider moves through the moments named `times`."""
    now = at % len(times)
    return Markup(
        f'<div class="player" data-times="{html.escape(json.dumps(list(times)))}">'
        f'<div class="stage">{"".join(pictures)}</div>'
        f'<div class="controls"><button type="button" aria-pressed="false">'
        f"▶ {html.escape(label('play'))}</button>"
        f'<input type="range" min="0" max="{len(times) - 1}" value="{now}" '
        f'aria-label="{html.escape(label("moment"))}"><output>{html.escape(times[now])}</output>'
        f"</div></div><script>{PLAYER}</script>"
    )
