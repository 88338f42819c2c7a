"""The page a chapter leaves behind: one HTML file that needs nothing else, online or off."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from autograd.files import write_whole
from demos.language import language
from demos.source import coloured

STYLE = Path(__file__).with_name("assets").joinpath("report.css").read_text(encoding="utf-8")

TALL = 40  # rows; a longer table scrolls by itself
#: How wide a figure is on a phone.
PHONE = 340
#: How a cell that stands for a number begins: also where there is none.
NUMBER = re.compile(r"[+\-−]?\d|[–—]?$")

#: The colours figures are drawn with, and what each is called in the style sheet, which knows a
#: lighter one for a dark page.
INK = "#1c2126"
COLOURS = {
    "blue": "#0072b2", "orange": "#d55e00", "grey": "#8a939b", "green": "#00795c",
    "purple": "#b0568c", "gold": "#a87400", "ink": INK,
}  # fmt: skip


class Markup(str):
    """HTML for a figure that is neither a plot nor a graph: a grid of tiles, something to play."""


class Program(str):
    """Text that is shown as a program prints it."""


class Graph(NamedTuple):
    """A drawn graph as SVG text, for a light and for a dark page."""

    light: str
    dark: str


_navigation: ContextVar[str] = ContextVar("navigation", default="")


@contextmanager
def navigation(links: str) -> Iterator[None]:
    """Put these links (HTML) above and below every page written inside a `with` block."""
    token = _navigation.set(links)
    try:
        yield
    finally:
        _navigation.reset(token)


class Report:
    """A page put together from top to bottom: headings, words, numbers, figures, tables.

    Words may hold `code`, **strong** and [links](page.html).

    Args:
        title: the heading of the page.
        lead: one or two sentences that say what it shows.

    >>> page = Report("A page", "What it shows.").section("One step").text("A & `b`")
    >>> "A &amp; <code>b</code>" in page.html()
    True
    """

    def __init__(self, title: str, lead: str) -> None:
        self.title = title
        self._parts = [f'<h1>{html.escape(title)}</h1><p class="lead">{words(lead)}</p>']

    def section(self, heading: str) -> Report:
        """Begin a section."""
        return self._add(f"<h2>{html.escape(heading)}</h2>")

    def text(self, *paragraphs: str) -> Report:
        """Add paragraphs of words."""
        return self._add("".join(f"<p>{words(p)}</p>" for p in paragraphs))

    def link(self, name: str, target: str) -> Report:
        """Add a link to a page beside this one."""
        return self._add(f'<p><a href="{html.escape(target)}">{html.escape(name)}</a></p>')

    def code(self, source: str) -> Report:
        """Add a block of program text."""
        return self._add(f'<pre tabindex="0"><code>{coloured(source)}</code></pre>')

    def numbers(self, named: Mapping[str, str]) -> Report:
        """Add the few numbers to remember, each by its name."""
        cells = (
            f'<span class="number"><b>{html.escape(value)}</b>{html.escape(name)}</span>'
            for name, value in named.items()
        )
        return self._add(f"<div>{''.join(cells)}</div>")

    def table(self, caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Report:
        """Add a table; the first column names the rows, and numbers stand at the right."""
        lines = [[str(cell) for cell in row] for row in rows]
        of_words = [not all(map(NUMBER.match, column)) for column in zip(*lines, strict=True)]
        sides = [' class="words"' if is_words else "" for is_words in of_words]
        sides = sides or [""] * len(header)
        head = "".join(
            f'<th scope="col"{side}>{words(name)}</th>'
            for name, side in zip(header, sides, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f"<td{side}>{words(cell)}</td>" for cell, side in zip(line, sides, strict=True)
            )
            + "</tr>"
            for line in lines
        )
        kind = "scroll tall" if len(lines) > TALL else "scroll"
        # The caption is outside of what scrolls, so that a narrow window shows all of it.
        return self._add(
            f'<figure class="table"><figcaption>{words(caption)}</figcaption>'
            f'<div class="{kind}" tabindex="0"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div></figure>"
        )

    def figure(self, figure: Any, *, alt: str, caption: str, cover: bool = False) -> Report:
        """Add a figure: a matplotlib figure or several beside each other, a Graph, or Markup.

        Args:
            figure: what to show.
            alt: what it shows, in words.
            caption: what to see in it.
            cover: whether this is the picture that stands for the page in the index.
        """
        kind = "picture"
        if isinstance(figure, Markup):
            picture = str(figure)
        elif isinstance(figure, Graph):
            kind = "picture graph"
            picture = f'<div class="light">{_fitted(figure.light)}</div>' + (
                f'<div class="dark">{_fitted(figure.dark)}</div>'
            )
        else:
            panels = figure if isinstance(figure, Sequence) else [figure]
            picture = "".join(map(svg_of_plot, panels))
        role = "group" if re.search("<(button|input|canvas)", picture) else "img"
        mark = "cover" if cover else "picture"
        return self._add(
            f'<figure><div class="{kind}" role="{role}" aria-label="{html.escape(alt)}" '
            f'tabindex="0"><!--{mark}-->{picture}<!--/{mark}--></div>'
            f"<figcaption>{words(caption)}</figcaption></figure>"
        )

    def drawing(self, svg: str, *, alt: str, caption: str) -> Report:
        """Add a drawn graph that is the same on a light and on a dark page."""
        return self.figure(Graph(svg, svg), alt=alt, caption=caption)

    def markup(self, fragment: str) -> Report:
        """Add a piece of HTML as it is."""
        return self._add(fragment)

    def _add(self, fragment: str) -> Report:
        self._parts.append(fragment)
        return self

    def html(self) -> str:
        """The whole page."""
        links = _navigation.get()
        return (
            f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            f"<title>{html.escape(self.title)}</title><style>{STYLE}</style></head><body>"
            + (f"<nav>{links}</nav>" if links else "")
            + f"<main>{''.join(self._parts)}</main>"
            + (f'<nav class="foot">{links}</nav>' if links else "")
            + "</body></html>\n"
        )

    def save(self, folder: Path) -> Path:
        """Write `folder/index.html` in one piece, or not at all; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / "index.html"
        write_whole(target, self.html().encode())
        return target


def words(text: str) -> str:
    """Plain words as HTML, with `code`, **strong** and [links](target).

    >>> words("`a < b`, **so** [on](x.html)")
    '<code>a &lt; b</code>, <strong>so</strong> <a href="x.html">on</a>'
    """
    text = html.escape(text, quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', text)


def svg_of_plot(figure: Any) -> str:
    """A matplotlib figure as SVG whose colours follow the page's."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "chainrule", "svg.fonttype": "path"}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", transparent=True, dpi=144, metadata=nothing)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    return re.sub(r"\n\s*", "\n", svg)


def _fitted(svg: str) -> str:
    """A drawn graph as wide as there is room, but never so small that it cannot be read."""
    svg = svg[svg.index("<svg") :]
    match = re.search(r'<svg[^>]*?width="([\d.]+)(pt)?"', svg)
    width = float(match[1]) if match else 0.0
    least = min(width * 0.75, 640) if match and match[2] else width * 0.8
    if width * 0.62 < PHONE:  # a little smaller, it need not be moved to be seen
        least = min(least, PHONE)
    return svg.replace("<svg", f'<svg style="min-width:{least:.0f}px"', 1)
