"""What is said of one operation."""

from typing import NamedTuple


class Words(NamedTuple):
    """`en` and `ko` say what it does, `sends` what goes back to each operand, as a formula."""

    en: str
    ko: str
    sends: tuple[str, ...] = ()
