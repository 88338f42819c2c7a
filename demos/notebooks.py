"""The same course as Jupyter notebooks: `python -m demos notebooks`.

A notebook is made from a chapter's module and its text. Every function is a cell, and so is the
body of `tell`, whose results then stand beside the words that speak of them. `show` is what the
cells call for it.
"""

from __future__ import annotations

import ast
import html
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograd.files import write_whole
from demos import course, story
from demos.language import Language, label, language, speak
from demos.report import Graph, Markup, Report


def write_all(
    out: Path, seed: int = 0, quick: bool = False, names: Sequence[str] = tuple(course.CHAPTERS)
) -> Path:
    """Make every chapter that has a text into `out/NAME.ipynb`; returns the folder."""
    from demos import figures  # only who draws needs matplotlib

    told = [name for name in names if story.text_of(name).exists()]
    out.mkdir(parents=True, exist_ok=True)
    with figures.style():
        for name in tqdm(told, desc="notebooks", unit=" chapters"):
            brief = quick or name in course.APPENDIX
            found = course.compute(name, out / name, seed, brief)
            made = notebook(name, found, seed, brief)
            write_whole(out / f"{name}.ipynb", made.encode())
    return out


def notebook(name: str, found: Mapping[str, Any], seed: int = 0, quick: bool = False) -> str:
    """One chapter as a notebook, JSON text; its words speak of what was `found`."""
    import nbformat
    from nbformat import v4

    source = source_of(name)
    text = _linked(story.text_of(name).read_text(encoding="utf-8"), name)
    title, *blocks = story.blocks(text)
    cells = [v4.new_markdown_cell(story.filled(title, found))]
    cells += [v4.new_markdown_cell(story.filled(blocks[0], found))]
    cells += [v4.new_code_cell(cell) for cell in program(source, name, seed, quick)]
    cells += [
        (v4.new_code_cell if kind == "code" else v4.new_markdown_cell)(text)
        for block in blocks[1:]
        if story.is_there(block, found)
        for kind, text in _told(block, found)
    ]
    for i, cell in enumerate(cells):
        cell["id"] = f"{name}-{i}"  # the same cell keeps its name from one making to the next
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(made)
    return nbformat.writes(made) + "\n"


def _linked(text: str, name: str) -> str:
    """Links to other chapters lead to their notebooks, and others into the chapter's folder."""
    text = re.sub(r"\]\(\.\./(\w+)/index\.html[^)]*\)", r"](\1.ipynb)", text)
    return re.sub(r"\]\(((?:\w+)\.html)\)", rf"]({name}/\1)", text)


def source_of(name: str) -> str:
    """The text of a chapter's module."""
    return inspect.getsource(importlib.import_module(f"demos.{name}"))


def program(source: str, name: str, seed: int = 0, quick: bool = False) -> list[str]:
    """A chapter's module as cells: imports, constants, each function, and the body of `tell`."""
    tree = ast.parse(source)
    groups: list[list[str]] = [[]]
    body, more, before = "", "", tree.body[0]
    for node in tree.body[1:]:
        text = _between(source, before, node)
        before = node
        if isinstance(node, ast.FunctionDef) and node.name == "tell":
            body, more = _body(source, node), _settings(node)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            groups += [[text.strip()], []]
        elif "from __future__" not in text:
            groups[-1].append(text)
    cells = ["\n".join(group).strip() for group in groups if group]
    start = f"begin({language()!r})\nout, seed, quick = Path({name!r}), {seed}, {quick}\n{more}"
    return [
        "%matplotlib inline\nfrom demos.notebooks import begin, show, table\n\n" + cells[0],
        *cells[1:],
        start + "out.mkdir(exist_ok=True)\n\n" + body,
    ]


def _between(source: str, before: ast.stmt, node: ast.stmt) -> str:
    """The text of a statement, with the remarks and decorators above it."""
    return "\n".join(source.splitlines()[before.end_lineno : node.end_lineno])


def _body(source: str, tell: ast.FunctionDef) -> str:
    """What `tell` does, its results kept under the name `found`."""
    *_, last = tell.body
    assert isinstance(last, ast.Return), "tell ends by returning what it found"
    lines = source.splitlines()[tell.body[1].lineno - 1 : last.end_lineno]
    lines[last.lineno - tell.body[1].lineno] = lines[last.lineno - tell.body[1].lineno].replace(
        "return ", "found = ", 1
    )
    return textwrap.dedent("\n".join(lines))


def _settings(tell: ast.FunctionDef) -> str:
    """What else can be chosen for a chapter, as it is if nobody does, a line each."""
    defaults = zip(tell.args.args[3:], tell.args.defaults[2:], strict=True)
    return "".join(f"{name.arg} = {ast.unparse(usual)}\n" for name, usual in defaults)


def _told(block: str, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A block of a chapter's text as cells: words, and calls that show what was found."""
    if match := story.FIGURE.match(block):
        yield "code", f"show(found[{match['name']!r}])"
        yield "words", story.filled(match["caption"], found)
    elif match := story.TABLE.match(block):
        header = [story.filled(cell.strip(), found) for cell in match["header"].split("|")]
        yield "words", story.filled(match["caption"], found)
        yield "code", f"table({header!r}, found[{match['name']!r}])"
    elif block.startswith("@"):
        yield "words", f"```python\n{story.program_of(block, found)}\n```"
    elif block.startswith("> "):
        pairs = (line.removeprefix("> ").split(" | ", 1) for line in block.splitlines())
        numbers = (f"- **{story.filled(n, found)}** {story.filled(t, found)}" for n, t in pairs)
        yield "words", "\n".join(numbers)
    else:
        yield "words", block if block.startswith("```") else story.filled(block, found)


# ------------------------------------------------------------------------------ inside a notebook


def begin(name: Language = "en") -> None:
    """Speak this language from here on, and draw as the course does."""
    import matplotlib as mpl

    from demos import figures

    speak(name)
    mpl.rcParams.update(figures.settings())


class _Framed:
    """A page inside a notebook, with styles and programs of its own."""

    def __init__(self, page: str) -> None:
        grow = "this.style.height = this.contentDocument.documentElement.scrollHeight + 'px'"
        self._frame = f'<iframe srcdoc="{html.escape(page)}" onload="{grow}"'

    def _repr_html_(self) -> str:
        return f'{self._frame} width="100%" style="border: 0"></iframe>'


def show(*things: Any) -> None:
    """Show what a chapter found: plots as pictures, all else as a small page of its own."""
    from IPython.display import display

    for thing in things:
        if isinstance(thing, (Graph, Markup)):
            display(_Framed(Report("", "").figure(thing, alt=label("figure"), caption="").html()))
        elif isinstance(thing, Sequence):
            show(*thing)
        else:
            display(thing)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Show rows under a header."""
    from IPython.display import Markdown, display

    lines = [header, ["---"] * len(header)]
    lines += [[story.typeset(label(cell)) for cell in row] for row in rows]
    display(Markdown("\n".join(f"| {' | '.join(line)} |" for line in lines)))
