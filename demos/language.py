"""The language a report is written in, and the words that stand inside its pictures and tables.

A chapter's prose is a file for each language, `texts/NAME.en.md` and `texts/NAME.ko.md`. Labels
are written in English in the code; `label` looks them up in `texts/labels.LANGUAGE.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, get_args

TEXTS = Path(__file__).with_name("texts")
Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_current: Language = "en"


def language() -> Language:
    """The language of the report that is being written: `en` or `ko`."""
    return _current


def speak(name: Language) -> None:
    """Write reports in this language from here on."""
    global _current
    if name not in LANGUAGES:
        raise ValueError(f"no report is written in {name!r}; there are: {', '.join(LANGUAGES)}")
    _current = name


@contextmanager
def speaking(name: Language) -> Iterator[None]:
    """Write reports in this language inside a `with` block."""
    before = language()
    speak(name)
    try:
        yield
    finally:
        speak(before)


def label(text: object) -> str:
    """A label in the current language; what the list of labels does not know stays as it is.

    >>> with speaking("ko"):
    ...     label("learning rate 0.2")
    '학습률 0.2'
    """
    words = _labels(language())
    text = str(text)
    if not words or text in words or text.startswith("`"):  # code is the same in every language
        return words.get(text, text)
    return _phrases(language()).sub(lambda found: words[found[0]], text)


@cache
def _labels(name: str) -> dict[str, str]:
    file = TEXTS / f"labels.{name}.txt"
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" => ", 1) for line in lines if " => " in line and not line.startswith("#"))
    return {english.strip(): other.strip() for english, other in pairs}


@cache
def _phrases(name: str) -> re.Pattern[str]:
    longest_first = sorted(_labels(name), key=len, reverse=True)
    return re.compile(rf"(?<![\w²])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
