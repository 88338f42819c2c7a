"""The course: its chapters in order, and how one or all of them become pages.

A chapter is a module or package in here with a function `tell(out, seed, quick)`. It computes what
is to be shown, and returns it by name: numbers, figures, rows of tables. Its words are beside it in
`texts/`. A new chapter needs a line in `CHAPTERS`, a module and its texts. `COVER`
names the figure that stands for it in the index; without it, the first one does.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from demos import glossary, story
from demos.language import label
from demos.report import Report, navigation, words

CHAPTERS = {
    "neuron": "one neuron, one weight: prediction, loss, slope, correction",
    "descent": "down the curve until the slope is 0; learning rates, a local minimum, a saddle",
    "line": "sizes and prices of 2,930 houses: an arbitrary line, its errors, the best line",
    "backprop": "a loss of 0.6 goes back through a small network, to each weight by its influence",
    "optimizers": "down one ravine with SGD, momentum, Nesterov, AdaGrad, RMSProp and Adam",
    "binary": "a handwritten 3 or an 8: one probability, a threshold, the ROC curve",
    "digits": "real handwriting: prepare, preprocess, build, train, evaluate",
    "moons": "two moons in single numbers: 65,000 nodes a step, then compiled by jit",
    "sequence": "which letter comes next: an LSTM and a transformer learn to write",
    "checks": "how we know gradients are right: three derivations, and bugs planted and caught",
    "results": "five starts of each network: how many of the unseen digits are read correctly",
    "speed": "one training step here and in PyTorch, JAX, micrograd ..., measured in turn",
}
#: The appendix takes minutes, and is abridged where the whole course is built.
APPENDIX = ("results", "speed")


def build(name: str, out: Path, seed: int = 0, quick: bool = False, **extra: Any) -> Path:
    """Run one chapter and leave its page in `out/name`, with the course's index beside it.

    Args:
        name: one of `CHAPTERS`.
        out: the folder of the course.
        seed: where all random draws start.
        quick: less data and fewer steps: the same story in seconds, with worse results.
        extra: passed on to a chapter that asks for it.

    Returns:
        The path of the chapter's page.
    """
    page = _chapter(name, out, [n for n in CHAPTERS if _page(out, n).exists()], seed, quick, extra)
    _frame(out)
    return page


def build_all(out: Path, seed: int = 0, quick: bool = False, **extra: Any) -> Path:
    """Run every chapter; returns the path of the course's index."""
    with tqdm(CHAPTERS, desc="course", unit=" chapters") as bar:
        for name in bar:
            bar.set_postfix_str(name)
            _chapter(name, out, list(CHAPTERS), seed, quick or name in APPENDIX, extra)
    return _frame(out)


def compute(
    name: str, out: Path, seed: int = 0, quick: bool = False, **extra: Any
) -> dict[str, Any]:
    """All that a chapter's text may speak of: what `tell` returns, and the module's own names."""
    chapter = importlib.import_module(f"demos.{name}")
    out.mkdir(parents=True, exist_ok=True)
    asked = _asked_for(chapter.tell, {"seed": seed, "quick": quick, **extra})
    return vars(chapter) | {"seed": seed} | chapter.tell(out, **asked)


def _asked_for(function: Callable[..., Any], offered: dict[str, Any]) -> dict[str, Any]:
    """Of what is offered, what the function has a parameter for."""
    wanted = inspect.signature(function).parameters
    return {key: value for key, value in offered.items() if key in wanted}


def _chapter(
    name: str, out: Path, there: Sequence[str], seed: int, quick: bool, extra: dict[str, Any]
) -> Path:
    from demos import figures  # only who draws needs matplotlib

    folder = out / name
    with navigation(_links(name, there)), figures.style():
        found = compute(name, folder, seed, quick, **extra)
        text = story.text_of(name).read_text(encoding="utf-8")
        return story.write(glossary.linked(_reachable(text, there)), found).save(folder)


# ------------------------------------------------------------------------------ index and glossary


def _frame(out: Path) -> Path:
    """Write the glossary and the index: a picture and a sentence for every chapter there is."""
    there = [name for name in CHAPTERS if _page(out, name).exists()]
    with navigation(_links(glossary.NAME, [])):
        glossary.page(lambda text: _reachable(text, there)).save(out / glossary.NAME)
    title, lead, rest, later = _text("index")
    page = Report(title, lead)
    page.text(rest)
    page.markup(f'<ol class="chapters">{"".join(_card(out, n, later) for n in CHAPTERS)}</ol>')
    return page.save(out)


def _reachable(text: str, there: Sequence[str]) -> str:
    """The text, its links to chapters that have no page yet turned into plain words."""

    def link(found: re.Match[str]) -> str:
        return found[0] if found[2] in there or found[2] == glossary.NAME else found[1]

    return re.sub(r"\[([^\]]+)\]\(\.\./(\w+)/index\.html[^)]*\)", link, text)


def _text(name: str) -> list[str]:
    title, *rest = story.blocks(story.text_of(name).read_text(encoding="utf-8"))
    return [title.removeprefix("# "), *rest]


def _card(out: Path, name: str, later: str) -> str:
    if not _page(out, name).exists():
        return f"<li><h2>{name}</h2><p>{words(later.format(name=name))}</p></li>"
    page = _page(out, name).read_text(encoding="utf-8")
    title, lead = re.findall(r'<h1>(.*?)</h1><p class="lead">(.*?)</p>', page, re.DOTALL)[0]
    pictures = r'class="picture([^"]*)"[^>]*><!--{0}-->(.*?)<!--/{0}-->'
    found = (re.search(pictures.format(mark), page, re.S) for mark in ("cover", "picture"))
    picture = next(filter(None, found), None)
    number = list(CHAPTERS).index(name) + 1
    return (
        f"<li>{_thumb(*picture.groups()) if picture else ''}"
        f'<h2>{number}. <a href="{name}/index.html">{title}</a></h2><p>{lead}</p></li>'
    )


def _thumb(kind: str, picture: str) -> str:
    """A graph, or the first panel of plots; the card's words say what it is about."""
    first = re.search(r"<svg.*?</svg>", picture, re.S)
    shown = first[0] if first and not kind else picture
    return f'<div class="thumb{kind}" aria-hidden="true">{shown}</div>'


def _page(out: Path, name: str) -> Path:
    return out / name / "index.html"


def _links(name: str, there: Sequence[str]) -> str:
    """To the chapter before, the index, the glossary, and the chapter after."""
    chapters = list(CHAPTERS)
    at = chapters.index(name) if name in chapters else None
    links = []
    if at and chapters[at - 1] in there:
        before = chapters[at - 1]
        links.append(f'<a rel="prev" href="../{before}/index.html">← {label(before)}</a>')
    links.append(f'<a href="../index.html">{label("all chapters")}</a>')
    if name != glossary.NAME:
        links.append(f'<a href="../{glossary.NAME}/index.html">{label("glossary")}</a>')
    if at is not None and at + 1 < len(chapters) and chapters[at + 1] in there:
        after = chapters[at + 1]
        links.append(
            f'<a class="next" rel="next" href="../{after}/index.html">{label(after)} →</a>'
        )
    return "".join(links)
