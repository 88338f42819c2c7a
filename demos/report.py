"""The page a demo leaves behind: one HTML file that needs nothing else, online or off."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograd.files import write_whole

STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5a646e; --line: #d8dde2; --page: #fff;
        --card: #f6f7f9; --accent: #0b62a8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebee; --soft: #a3adb7; --line: #3a424a; --page: #15191d; --card: #1e2429;
          --accent: #7cc0f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
       font: 17px/1.6 system-ui, "Noto Sans", "Noto Sans KR", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line);
     padding-top: 1.5rem; }
p { max-width: 46rem; margin: .5rem 0; }
a { color: var(--accent); }
.lead { font-size: 1.15rem; color: var(--soft); }
figure { margin: 1.25rem 0; }
figure > div { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px;
               background: #fff; padding: .5rem; }
figure img, figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { color: var(--soft); font-size: .95rem; margin-top: .4rem; max-width: 46rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
thead th { border-bottom: 2px solid var(--soft); }
pre { background: var(--card); padding: .8rem 1rem; border-radius: 8px; overflow-x: auto;
      font-size: .9rem; line-height: 1.45; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
.number { display: inline-block; background: var(--card); border-radius: 8px; padding: .6rem 1rem;
          margin: .4rem .6rem .4rem 0; }
.number b { display: block; font-size: 1.7rem; line-height: 1.2; color: var(--accent); }
"""


class Report:
    """A page put together from top to bottom: headings, words, numbers, figures, tables.

    Args:
        title: the heading of the page.
        lead: one or two sentences that say what it shows.

    >>> page = Report("A page", "What it shows.").section("One step").text("A & B")
    >>> "A &amp; B" in page.html()
    True
    """

    def __init__(self, title: str, lead: str) -> None:
        self.title = title
        self._parts = [f'<h1>{html.escape(title)}</h1><p class="lead">{html.escape(lead)}</p>']

    def section(self, heading: str) -> Report:
        """Begin a section."""
        return self._add(f"<h2>{html.escape(heading)}</h2>")

    def text(self, *paragraphs: str) -> Report:
        """Add paragraphs of plain words."""
        return self._add("".join(f"<p>{html.escape(p)}</p>" for p in paragraphs))

    def link(self, words: str, target: str) -> Report:
        """Add a link to a page beside this one."""
        return self._add(f'<p><a href="{html.escape(target)}">{html.escape(words)}</a></p>')

    def code(self, source: str) -> Report:
        """Add a block of program text."""
        return self._add(f"<pre><code>{html.escape(source)}</code></pre>")

    def numbers(self, named: Mapping[str, str]) -> Report:
        """Add the few numbers to remember, each by its name."""
        cells = (
            f'<span class="number"><b>{html.escape(value)}</b>{html.escape(name)}</span>'
            for name, value in named.items()
        )
        return self._add(f"<div>{''.join(cells)}</div>")

    def table(self, caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Report:
        """Add a table; the first column names the rows."""
        head = "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in header)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in row) + "</tr>"
            for row in rows
        )
        return self._add(
            f'<div class="scroll"><table><caption>{html.escape(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def figure(self, figure: Any, *, alt: str, caption: str) -> Report:
        """Add a matplotlib figure; `alt` says in words what it shows."""
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=144, bbox_inches="tight", facecolor="white")
        picture = base64.b64encode(buffer.getvalue()).decode()
        return self._add(
            f'<figure><div><img alt="{html.escape(alt)}" '
            f'src="data:image/png;base64,{picture}"></div>'
            f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        )

    def drawing(self, svg: str, *, alt: str, caption: str) -> Report:
        """Add a drawn graph (SVG text), at most as wide as the page; `TB` suits a page best."""
        picture = svg[svg.index("<svg") :].replace(
            "<svg", f'<svg role="img" aria-label="{html.escape(alt)}"', 1
        )
        return self._add(
            f"<figure><div>{picture}</div><figcaption>{html.escape(caption)}</figcaption></figure>"
        )

    def _add(self, fragment: str) -> Report:
        self._parts.append(fragment)
        return self

    def html(self) -> str:
        """The whole page."""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(self.title)}</title><style>{STYLE}</style></head>"
            f"<body><main>{''.join(self._parts)}</main></body></html>\n"
        )

    def save(self, folder: Path) -> Path:
        """Write `folder/index.html` in one piece, or not at all; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / "index.html"
        write_whole(target, self.html().encode())
        return target
