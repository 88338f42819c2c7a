"""How numbers, names, values and gradients are written into a picture.

Text goes into Graphviz's HTML-like labels, so everything a user named passes through `escape`.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.viz.phrases import say
from autograd.viz.themes import theme

#: What is written in full: at most so many numbers, and so many in a row or column.
MOST_CELLS, LONGEST_SIDE = 36, 8
#: Where all is wanted in full, at most so many.
MOST_WANTED = 1000
#: An operation's array is written in full if it is a row of at most so many numbers,
LONGEST_ROW = 4
#: a message on an arrow if it has at most so many: long labels push the nodes apart,
LONGEST_MESSAGE = 3
#: and a gradient as the sum of its messages if these have at most so many numbers.
MOST_TERMS = 6
#: The small heat map of a large gradient has at most so many rows and columns.
MAP_ROWS, MAP_COLUMNS = 6, 12

BODY, SMALL = 11, 9


# ------------------------------------------------------------------------------------------ text


def number(x: Any) -> str:
    """Three significant digits, a true minus; whole numbers below a million in full.

    >>> number(-0.12345), number(2025), number(2025.5), number(1.5e-7), number(float("inf"))
    ('−0.123', '2025', '2030', '1.5e−7', '∞')
    """
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == int(x) and abs(x) < 1e6:
        return str(int(x)).replace("-", "−")
    digits, _, exponent = f"{float(f'{x:.3g}'):g}".partition("e")
    return (digits + (f"e{int(exponent)}" if exponent else "")).replace("-", "−")


def written(array: Any) -> str:
    """A number, or a row of a few, in full; empty for anything larger.

    >>> written(0.5), written(np.array([[1.0, -2.0]])), written(np.ones((2, 2)))
    ('0.5', '[1  −2]', '')
    """
    size, sides = np.size(array), np.shape(array)
    if size == 1:
        return number(np.ravel(array)[0])
    if size and size <= LONGEST_ROW and size == sides[-1]:
        return f"[{'  '.join(number(x) for x in np.ravel(array))}]"
    return ""


def value(array: Any, values: str = "auto") -> str:
    """The value of an operation: in full if it is small, else (or if "none") its shape."""
    shown = np.ndim(array) == 0 or values != "none"
    return (shown and written(array)) or f"[{shape(array)}]"


def message(gradient: Any, most: int = LONGEST_MESSAGE) -> str:
    """A message, or a gradient: in full if it is small, else how long a vector it is."""
    return (np.size(gradient) <= most and written(gradient)) or say("norm", norm=norm(gradient))


def total(gradient: Any, terms: Sequence[Any]) -> list[str]:
    """A gradient, and if several messages arrived, how it is their sum.

    >>> total(0.5, [0.75, -0.25])
    ['grad 0.5', '= 0.75 − 0.25']
    """
    lines = [f"grad {message(gradient, LONGEST_ROW)}"]
    parts = [written(term) for term in terms]
    if len(terms) > 1 and all(parts) and len(terms) * np.size(gradient) <= MOST_TERMS:
        signed = (f"− {part[1:]}" if part[0] == "−" else f"+ {part}" for part in parts[1:])
        lines.append(" ".join(("=", parts[0], *signed)))
    elif len(terms) > 1:
        lines.append(say("sum", n=len(terms)))
    return lines


def percent(share: float) -> str:
    """A share of 1 as a whole percentage.

    >>> percent(0.25), percent(0.001)
    ('25%', '<1%')
    """
    return f"{100 * share:.0f}%" if share >= 0.005 else "<1%"


def norm(array: Any) -> str:
    """The Euclidean length of all its numbers."""
    with np.errstate(all="ignore"):
        return number(np.linalg.norm(np.asarray(array, np.float64)))


def shape(array: Any) -> str:
    """An array's shape as 3 × 2."""
    return " × ".join(map(str, np.shape(array)))


def shapes(some: Sequence[tuple[int, ...]], most: int = 2) -> str:
    """Several shapes, the first ones of many.

    >>> shapes([(2, 3), ()]), shapes([])
    ('[2 × 3], a number', '')
    """
    said = [f"[{' × '.join(map(str, s))}]" if s else say("scalar") for s in some[:most]]
    return ", ".join(said + ["…"] * (len(some) > most))


def memory(size: int) -> str:
    """A number of bytes.

    >>> memory(96), memory(40_000), memory(3_500_000)
    ('96 B', '40 kB', '3.5 MB')
    """
    for unit, many in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= many:
            return f"{number(size / many)} {unit}"
    return f"{size} B"


def spread(array: Any) -> str:
    """Where the numbers of an array lie."""
    with np.errstate(all="ignore"):
        x = np.asarray(array, np.float64)
        low, middle, mean, high = map(number, (x.min(), np.median(x), x.mean(), x.max()))
    return say("spread", low=low, middle=middle, mean=mean, high=high)


def printable(text: str, most: int = 40) -> str:
    """`text` on one line, with what cannot be shown written as in Python source."""
    shown = "".join(
        c if c.isprintable() or c == "\u200d" else c.encode("unicode_escape").decode() for c in text
    )
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def escape(text: str) -> str:
    """`text` for an HTML-like label; a backslash would begin one of Graphviz's own escapes.

    >>> escape('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return html.escape(text, quote=False).replace('"', "&quot;").replace("\\", r"\\")


def plain(text: str) -> str:
    """`text` for a tooltip. Graphviz looks for escapes in it twice, so a backslash takes four."""
    lines = (printable(line, most=2000) for line in text.split("\n"))
    return "\\n".join(
        line.replace("&", "&amp;").replace("\\", r"\\\\").replace('"', "&quot;") for line in lines
    )


# ---------------------------------------------------------------------------------------- colour


def mix(a: tuple[int, ...], b: tuple[int, ...], t: float) -> str:
    """The colour a part t of the way from a to b."""
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in zip(a, b, strict=True))


def shade(x: float, largest: float) -> str:
    """The background of a cell whose gradient is x, where the largest in size is `largest`."""
    if not math.isfinite(x):
        return theme().broken
    return mix(
        theme().zero,
        theme().above if x > 0 else theme().below,
        abs(x) / largest if largest else 0.0,
    )


def largest_of(array: np.ndarray) -> float:
    """The size of the largest of its finite numbers; 0 if there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


# ---------------------------------------------------------------------------------------- tables


def line(
    text: str, size: int = BODY, color: str = "", bold: bool = False, align: str = "CENTER"
) -> str:
    """A table row of one line of text."""
    cell = f'<TD ALIGN="{align}"{_width(text, size, bold)}>{font(text, size, color, bold)}</TD>'
    return f"<TR>{cell}</TR>"


def font(text: str, size: int, color: str = "", bold: bool = False) -> str:
    """A piece of text in a size and colour."""
    text = escape(text) or " "  # Graphviz takes no empty piece
    text = f"<B>{text}</B>" if bold else text
    return f'<FONT POINT-SIZE="{size}" COLOR="{color or theme().ink}">{text}</FONT>'


def table(rows: Sequence[str], padding: int = 1) -> str:
    """An HTML-like label of rows without borders; `padding` keeps them off what is around."""
    style = f'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}"'
    return f"<<TABLE {style}>{''.join(rows)}</TABLE>>"


def cells(data: np.ndarray, gradient: Any, color: str = "", size: int = BODY) -> str:
    """A row that holds a table of a small array: value above gradient, shaded by gradient."""
    grid = data.reshape(-1, data.shape[-1]) if data.ndim else data.reshape(1, 1)
    slopes = None if gradient is None else np.asarray(gradient, np.float64).reshape(grid.shape)
    largest = 0.0 if slopes is None else largest_of(slopes)
    rows = []
    for i, row in enumerate(grid):
        columns = []
        for j, x in enumerate(row):
            content, background = font(number(x), size, color), theme().fill
            if slopes is not None:
                content += "<BR/>" + font(number(slopes[i, j]), SMALL, theme().gradient)
                background = shade(float(slopes[i, j]), largest)
            columns.append(f'<TD BGCOLOR="{background}"{_width(number(x), size)}>{content}</TD>')
        rows.append(f"<TR>{''.join(columns)}</TR>")
    return (
        f'<TR><TD><TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="3" '
        f'COLOR="{theme().rule}">'
        f"{''.join(rows)}</TABLE></TD></TR>"
    )


def statistics(data: np.ndarray, gradient: Any) -> list[str]:
    """Rows that sum up a large array: the range of the values, and a small map of the gradient."""
    with np.errstate(all="ignore"):
        numbers = np.asarray(data, np.float64)
        low, mean, high = map(number, (numbers.min(), numbers.mean(), numbers.max()))
        rows = [line(say("range", low=low, mean=mean, high=high))]
        if gradient is not None:
            rows.append(_map(np.asarray(gradient, np.float64)))
    return rows


def legend(below: str, above: str) -> str:
    """A row that explains the colours: what the ends of the scale mean."""
    cell = f'<TD WIDTH="10" HEIGHT="10" BORDER="1" COLOR="{theme().rule}"'
    scale = "".join(f'{cell} BGCOLOR="{shade(x, 4)}"></TD>' for x in range(-4, 5))
    left = ["" if t.isascii() else ' ALIGN="LEFT"' for t in (below, above)]  # of a wider cell
    ends = [
        f"<TD{align}{_width(t, SMALL)}>{font(t, SMALL, theme().quiet)}</TD>"
        for t, align in zip((below, above), left, strict=True)
    ]
    return (
        '<TR><TD ALIGN="LEFT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
        f"<TR>{ends[0]}{scale}{ends[1]}</TR></TABLE></TD></TR>"
    )


def fits(data: np.ndarray, values: str = "auto") -> bool:
    """Whether an array is small enough to be written in full, or wanted so ("full", "none")."""
    if not data.ndim:
        return True
    if values != "auto":
        return values == "full" and 0 < data.size <= MOST_WANTED
    sides = (data.size // max(data.shape[-1], 1), data.shape[-1])
    return 0 < data.size <= MOST_CELLS and max(sides) <= LONGEST_SIDE


def blocks(gradient: np.ndarray) -> list[list[float]]:
    """The cells of a heat map: each is the mean over a block of the gradient."""
    grid = gradient.reshape(-1, gradient.shape[-1])
    rows, columns = min(MAP_ROWS, grid.shape[0]), min(MAP_COLUMNS, grid.shape[1])
    with np.errstate(all="ignore"):
        return [
            [float(block.mean()) for block in np.array_split(band, columns, axis=1)]
            for band in np.array_split(grid, rows, axis=0)
        ]


def _map(gradient: np.ndarray) -> str:
    """A row that holds a heat map of a gradient."""
    means = blocks(gradient)
    largest = largest_of(np.array(means))
    body = "".join(
        "<TR>"
        + "".join(f'<TD WIDTH="10" HEIGHT="10" BGCOLOR="{shade(x, largest)}"></TD>' for x in row)
        + "</TR>"
        for row in means
    )
    return (
        f'<TR><TD><TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" '
        f'COLOR="{theme().rule}">'
        f"{body}</TABLE></TD></TR>"
    )


#: Whether numbers will be replaced by others, and need room for the longest.
_roomy: ContextVar[bool] = ContextVar("roomy", default=False)
_LONGEST = "−0.00123"


@contextmanager
def roomy(wanted: bool = True) -> Iterator[None]:
    """Leave room for any number where a number is written."""
    token = _roomy.set(wanted)
    try:
        yield
    finally:
        _roomy.reset(token)


def _width(text: str, size: int, bold: bool = False) -> str:
    """A least width where a layout without fonts would take letters for spaces."""
    if _roomy.get() and not bold:
        text = re.sub(r"−?[\d.]+(e−?\d+)?(?![\d.%])", _LONGEST, text)
    return "" if text.isascii() else f' WIDTH="{math.ceil(size * sum(map(_em, text)))}"'


def _em(character: str) -> float:
    """How wide a letter of Verdana is, in units of its size.

    What the layout takes for a space moves the text half as far to the right as it is wider.
    """
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3
    if unicodedata.combining(character) or character == "\u200d":
        return 0.0
    return 0.6 if character.isascii() else 1.2
