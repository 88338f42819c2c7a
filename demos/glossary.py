"""The words of the course: their page, and links to it from the chapters.

The file `texts/glossary.LANGUAGE.md` holds a block for each term: its name and that in the other
language on the first line, then what it means.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from demos import story
from demos.language import language
from demos.report import Report, words

NAME = "glossary"
#: Where no link is put: code, other links, strong words (mostly terms being explained), numbers.
_TAKEN = re.compile(r"(`[^`]*`|\[[^\]]*\]\([^)]*\)|\*\*.*?\*\*|\{[^}]*\})", re.DOTALL)

#: Headings, figures, tables, sources, programs and numbers.
_NO_PROSE = ("#", "!", "|", "@", "```", "> ")


class Term(NamedTuple):
    """A word of the field, the same in the other language, and what it means."""

    name: str
    other: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Its place on the page, the same in every language."""
        english = self.name if language() == "en" else self.other
        return re.sub(r"\W+", "-", english).strip("-").lower()

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where a text speaks of it; Korean words go on with particles, English ones with an s."""
        word = re.escape(re.sub(r"\(.*\)", "", self.name))
        end = r"s?(?!\w)" if language() == "en" else ""
        return re.compile(rf"(?<!\w){word}{end}", re.IGNORECASE)


def terms() -> list[Term]:
    """All terms, in the current language's order."""
    found = []
    for block in _blocks()[2:]:
        head, meaning = block.split("\n", 1)
        name, other = head.split(" | ")
        found.append(Term(name, other, meaning))
    return found


def page(reachable: Callable[[str], str]) -> Report:
    """The page of all terms; `reachable` keeps the links to chapters that there are."""
    title, lead, *_ = _blocks()
    entries = (
        f'<dt id="{term.anchor}">{html.escape(term.name)} '
        f"<small>{html.escape(term.other)}</small></dt><dd>{words(reachable(term.meaning))}</dd>"
        for term in terms()
    )
    return Report(title.removeprefix("# "), lead).markup(f"<dl>{''.join(entries)}</dl>")


def linked(text: str) -> str:
    """A chapter's text in which each term is a link where a paragraph first speaks of it.

    >>> text = "# Title\\n\\nLead.\\n\\nThe weights and the loss."
    >>> linked(text).splitlines()[-1]
    'The [weights](../glossary/index.html#weight) and the [loss](../glossary/index.html#loss).'
    """
    blocks = story.blocks(text)
    for term in sorted(terms(), key=lambda term: -len(term.name)):
        for i, block in enumerate(blocks):
            if i < 2 or block.startswith(_NO_PROSE):
                continue
            blocks[i] = _with_link(block, term)
            if blocks[i] != block:
                break
    return "\n\n".join(blocks)


def _with_link(block: str, term: Term) -> str:
    pieces = _TAKEN.split(block)
    for i in range(0, len(pieces), 2):
        link = rf"[\g<0>](../{NAME}/index.html#{term.anchor})"
        pieces[i], found = term.pattern.subn(link, pieces[i], count=1)
        if found:
            break
    return "".join(pieces)


def _blocks() -> list[str]:
    return story.blocks(story.text_of(NAME).read_text(encoding="utf-8"))
