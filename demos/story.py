"""From a chapter's text to its page: the words come from a file, the numbers from the run.

A text is a little Markdown. Blocks are separated by blank lines; `{name:.3f}` stands for what the
chapter computed under that name, and may follow attributes and keys as `str.format` does.

    # Title                               and then the lead, a paragraph
    ## Section
    Words, `code`, **strong**, a [link](play.html).
    > {loss:.3f} | first loss             a number to remember, one a line
    ![what the figure shows](name)        a figure, and its caption on the next lines
    |name| header | header                a table's rows, and its caption on the next lines
    @name                                 the source of a function, or what a program printed
    ```                                   program text, as it stands

A figure that is None and a table without rows are left out.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from demos.language import TEXTS, label, language
from demos.report import Program, Report

FIGURE = re.compile(r"!\[(?P<alt>.*?)\]\((?P<name>\w+)\)\s*(?P<caption>.*)", re.DOTALL)
TABLE = re.compile(r"\|(?P<name>\w+)\|(?P<header>[^\n]*)\n(?P<caption>.*)", re.DOTALL)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text_of(chapter: str) -> Path:
    """The file with the words of a chapter, in the current language."""
    return TEXTS / f"{chapter}.{language()}.md"


def blocks(text: str) -> list[str]:
    """The blocks of a text; program text between fences stays whole.

    >>> blocks("# A title\\n\\n```\\na\\n\\nb\\n```\\n\\nWords\\nand words.")
    ['# A title', '```\\na\\n\\nb\\n```', 'Words\\nand words.']
    """
    pieces = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    found = []
    for piece in pieces:
        whole = piece.startswith("```")
        found += [piece] if whole else [b.strip() for b in re.split(r"\n\s*\n", piece)]
    return [block for block in found if block]


def is_there(block: str, found: Mapping[str, Any]) -> bool:
    """Whether a block has something to show: no figure that is None, no table without rows."""
    match = FIGURE.match(block) or TABLE.match(block)
    return match is None or not (found[match["name"]] is None or found[match["name"]] == [])


def write(text: str, found: Mapping[str, Any]) -> Report:
    """The page that `text` describes, with `found`: numbers, figures, tables, functions by name.

    Raises:
        KeyError: the text speaks of something the chapter has not found.
    """
    title, lead, *rest = blocks(text)
    page = Report(filled(title.removeprefix("# "), found), filled(lead, found))
    for block in tqdm(rest, desc="page", unit=" blocks", leave=False):
        if is_there(block, found):
            _add(page, block, found)
    return page


def _add(page: Report, block: str, found: Mapping[str, Any]) -> None:
    if block.startswith("```"):
        page.code(block.split("\n", 1)[1].removesuffix("```").rstrip())
    elif block.startswith("@"):
        page.code(program_of(block, found))
    elif block.startswith("## "):
        page.section(filled(block.removeprefix("## "), found))
    elif block.startswith("> "):
        pairs = (line.removeprefix("> ").split(" | ", 1) for line in block.splitlines())
        page.numbers({filled(name, found): filled(value, found) for value, name in pairs})
    elif match := FIGURE.match(block):
        alt, caption = filled(match["alt"], found), filled(match["caption"], found)
        cover = match["name"] == found.get("COVER")
        page.figure(found[match["name"]], alt=alt, caption=caption, cover=cover)
    elif match := TABLE.match(block):
        header = [filled(cell.strip(), found) for cell in match["header"].split("|")]
        rows = [[typeset(label(cell)) for cell in row] for row in found[match["name"]]]
        page.table(filled(match["caption"], found), header, rows)
    else:
        page.text(filled(block, found))


def program_of(block: str, found: Mapping[str, Any]) -> str:
    """The program text that a block `@name` stands for."""
    what = found[block[1:].strip()]
    return what if isinstance(what, Program) else inspect.getsource(what).rstrip()


def filled(text: str, found: Mapping[str, Any]) -> str:
    """Words with the numbers in their places."""
    return typeset(" ".join(text.split("\n")).format_map(found))


def typeset(text: str) -> str:
    """Numbers as a book prints them, outside of `code`: a true minus, and powers of ten.

    >>> typeset("-0.5 - 4.2e-05 < 1e+06, `x - 1`")
    '−0.5 − 4.2\\xa0×\\xa010⁻⁵ < 10⁶, `x - 1`'
    """
    prose = text.split("`")
    for i in range(0, len(prose), 2):
        powers = re.sub(r"(\d[\d.]*)e([+-])0*(\d+)", _power, prose[i])
        prose[i] = re.sub(
            r"(?<![\w)\]\-])-(?=[\d.(])| - ", lambda m: m[0].replace("-", "−"), powers
        )
    return "`".join(prose)


def _power(found: re.Match[str]) -> str:
    if not float(found[1]):
        return "0"
    digits = ("⁻" if found[2] == "-" else "") + found[3].translate(_RAISED)
    return (
        f"10{digits}"
        if found[1] == "1"
        else f"{found[1]}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{digits}"
    )
