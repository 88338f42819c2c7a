"""draw_network: a network as circles and lines, with how much of the loss each of them received.

The places are fixed (columns side by side, neurons evenly below each other), so the SVG is written
directly. Every circle, line and square has a tooltip with its numbers in full.
"""

from __future__ import annotations

import dataclasses
import html
import os
import pathlib
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from autograd.files import write_whole
from autograd.viz.labels import largest_of, number, percent, printable, shade
from autograd.viz.themes import THEMES, painting
from autograd.viz.themes import theme as colours
from nn.examples import plain
from nn.module import Module
from nn.pictures import columns as read_columns
from nn.pictures.columns import Column, share
from nn.pictures.wording import WORDS, Wording

#: Kin of the cells' blue and orange, so that thin lines show on the paper.
LINES = {"light": ("#2f7dbd", "#c8690a"), "dark": ("#62aee8", "#e8923a")}
EDGES = ("weight", "share")
#: A column of at most so many neurons writes the numbers on its lines.
WRITTEN = 4
THINNEST, THICKEST = 0.4, 5.0
TOP, BOTTOM = 68, 84
#: From the edge to the inputs, and from the outputs to the loss; where few neurons are shown there
#: is less to write above the first, and more beside the last.
SIDES = {True: (84, 224), False: (118, 250)}
BOX = 156  # the width of the loss
NARROWEST = 780  # for the lines below


def draw_network(
    model: Module,
    x: Any,
    target: Any,
    *,
    loss: Any = None,
    edges: str = "weight",
    most: int = 10,
    theme: Literal["light", "dark"] = "light",
    lang: Literal["en", "ko"] = "en",
) -> NetworkDrawing:
    """Draw a network's neurons and weights, and how much of one example's loss each received.

    Columns are layers, circles neurons shaded by activation, lines weights, squares biases. The
    share of a neuron or a weight is the size of its gradient as a part of its layer's. No `.grad`
    is changed, and dropout is off.

    Args:
        model: a Sequential (of Sequentials) of Linear, activations, Flatten and Dropout.
        x: one example, without a batch axis.
        target: its ideal, as the loss wants it: numbers, or a class number.
        loss: a name, a loss or a function; else the compiled one, else 'mse'.
        edges: 'weight' draws lines by the weights, 'share' by their share of the gradient.
        most: of a larger layer only so many neurons are shown, those that matter most to the loss.
        theme: the colours, for a light or a dark page.
        lang: English or Korean.

    Returns:
        A drawing: `.save("net.svg")`, `.svg()`, `.columns` with all the numbers; a notebook shows
        it.

    Raises:
        UndrawableError: the model holds something else, such as a convolution.
        ValueError: `edges`, `most`, `theme` or `lang` is out of range, or x or target do not fit.

    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> drawing = nn.draw_network(model, [1.0, 0.5], [0.0])
    >>> drawing.svg()[:4], [len(column) for column in drawing.columns]
    ('<svg', [2, 2, 1])
    """
    if edges not in EDGES:
        raise ValueError(f"draw_network: edges must be one of {', '.join(EDGES)}, got {edges!r}")
    if not isinstance(most, (int, np.integer)) or most < 1:
        raise ValueError(f"draw_network: most must be a positive integer, got {most!r}")
    for key, given, known in (("theme", theme, THEMES), ("lang", lang, WORDS)):
        if given not in known:
            raise ValueError(f"draw_network: {key} is one of {', '.join(known)}, got {given!r}")
    found, amount, name = read_columns.read(model, x, target, loss)
    ideal = np.ravel(plain(target))
    return NetworkDrawing(tuple(found), amount, name, ideal, edges, int(most), theme, lang)


@dataclasses.dataclass(frozen=True, repr=False)
class NetworkDrawing:
    """A network's picture and the numbers in it.

    Attributes:
        columns: the layers, the inputs first.
        loss: the loss of the example.
        loss_name: which loss it is.
        target: the ideal, flattened.
    """

    columns: tuple[Column, ...]
    loss: float
    loss_name: str
    target: np.ndarray
    edges: str = "weight"
    most: int = 10
    theme: str = "light"
    lang: str = "en"

    def svg(self) -> str:
        """The picture as SVG text."""
        with painting(THEMES[self.theme]):
            return _Sketch(self).svg()

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the picture as an .svg file, which appears complete or not at all.

        Raises:
            ValueError: the file's name does not end in .svg.
            FileNotFoundError: the folder does not exist.
        """
        target = pathlib.Path(path)
        if target.suffix.lower() != ".svg":
            raise ValueError(f"save: this picture is an SVG; call the file {target.stem}.svg")
        write_whole(target, self.svg().encode())
        return target

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        sizes = "-".join(str(len(column)) for column in self.columns)
        return f"NetworkDrawing({sizes}, loss={self.loss:.6g})"


class _Sketch:
    """Where everything goes, and the SVG for it."""

    def __init__(self, drawing: NetworkDrawing) -> None:
        self.drawing = drawing
        self.words: Wording = WORDS[drawing.lang]
        self.positive, self.negative = LINES[drawing.theme]
        columns = drawing.columns
        last = len(columns) - 1
        self.shown = [c.strongest(drawing.most, i == last) for i, c in enumerate(columns)]
        tallest = max(map(len, self.shown))
        self.large = tallest <= WRITTEN
        self.step, self.radius = (124, 24) if self.large else (66, 17)
        self.height = TOP + BOTTOM + self.step * tallest
        self.middle = TOP + self.step * tallest / 2
        # A label ends before the circle: `_along` puts it a part 1 / (n + 1) of the gap away.
        gaps = [max(250, 108 * (n + 1)) if self._labelled(n) else 250 for n in map(len, self.shown)]
        before, after = SIDES[self.large]
        self.x = [before + sum(gaps[:i]) for i in range(last + 1)]
        self.loss_x = self.x[-1] + after
        self.width = max(self.loss_x + BOX + 10, NARROWEST)

    def _labelled(self, sources: int) -> bool:
        return self.large and sources <= WRITTEN

    def y(self, column: int, row: int) -> float:
        return self.middle + self.step * (row - (len(self.shown[column]) - 1) / 2)

    def svg(self) -> str:
        drawing = self.drawing
        sizes = "-".join(str(len(c)) for c in drawing.columns)
        loss = number(drawing.loss)
        said = self.words.said.format(sizes=sizes, name=printable(drawing.loss_name), loss=loss)
        said = " ".join((said, *self._sentences()))
        body = [*self._loss()]
        for i in range(1, len(drawing.columns)):
            body += self._edges(i)
        for i in range(1, len(drawing.columns)):
            body += self._edge_labels(i)
        for i in range(len(drawing.columns)):
            body += [*self._header(i), *self._neurons(i)]
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
                f'height="{self.height}" viewBox="0 0 {self.width} {self.height}" role="img" '
                f'font-family="Helvetica, Arial, sans-serif">',
                f"<title>{self.words.title.format(sizes=sizes, loss=loss)}</title>",
                f"<desc>{html.escape(said)}</desc>",
                f'<rect width="{self.width}" height="{self.height}" fill="{colours().paper}"/>',
                *body,
                *self._legend(),
                "</svg>",
                "",
            ]
        )

    def _sentences(self) -> Iterator[str]:
        """For those who hear the picture: which neuron of each layer received most."""
        for column in self.drawing.columns:
            shares = share(column.gradient)
            most = int(np.argmax(shares))
            yield self.words.received_most.format(
                title=printable(column.title), k=most, part=percent(shares[most])
            )

    # ---------------------------------------------------------------------------------- columns

    def _header(self, i: int) -> Iterator[str]:
        column, shown = self.drawing.columns[i], self.shown[i]
        title = printable(column.title) if i else self.words.input
        yield _text(self.x[i], 26, title, size=13, bold=True)
        count, quiet = len(column), colours().quiet
        note = self.words.count(count, "neuron" if i else "input")
        if len(shown) < count:
            note += self.words.strongest.format(n=len(shown))
            held = self.words.held.format(part=percent(share(column.gradient)[shown].sum()))
            yield _text(self.x[i], 58, held, color=quiet)
            end = self.y(i, len(shown) - 1) + self.step * 0.62
            yield _text(self.x[i], end, self.words.more.format(n=count - len(shown)), color=quiet)
        yield _text(self.x[i], 43, note, color=quiet)

    def _neurons(self, i: int) -> Iterator[str]:
        column = self.drawing.columns[i]
        shares = share(column.gradient)
        largest = largest_of(column.activation)
        for row, k in enumerate(self.shown[i]):
            x, y = self.x[i], self.y(i, row)
            received = f"grad {number(column.gradient[k])}"
            tip = self.words.neuron.format(
                title=column.title, k=k, value=number(column.activation[k]),
                gradient=self.words.score_gradient if column.from_scores else self.words.gradient,
                slope=number(column.gradient[k]), part=percent(shares[k]),
            )  # fmt: skip
            fill = shade(float(column.activation[k]), largest)
            yield (
                f'<g class="neuron" data-column="{i}" data-index="{k}"><title>'
                f'{html.escape(printable(tip, 200))}</title><circle cx="{x:g}" cy="{y:g}" '
                f'r="{self.radius}" fill="{fill}" stroke="{colours().ink}"/>'
            )
            written = number(column.activation[k])
            size = (12, 10) if self.large else (9, 8)
            yield _text(x, y + 4, written, size=size[len(written) > 5])
            above = y - self.radius - 6
            lines = [received, f"#{k} · {percent(shares[k])}"]
            ideal = self._ideal(int(k)) if i == len(self.x) - 1 else ""
            if not self.large:
                lines = [" · ".join(filter(None, [*reversed(lines), ideal]))]
            elif ideal:  # on the side of the circle that its line to the loss does not take
                beside = y + (20 if y > self.middle else -12)
                yield _text(
                    x + self.radius + 8,
                    beside,
                    ideal,
                    11,
                    colours().quiet,
                    anchor="start",
                    backed=True,
                )
            for up, line in enumerate(lines):
                yield _text(x, above - 14 * up, line, size=11, backed=True)
            yield "</g>"
            if column.bias is not None:
                yield self._bias(column, int(k), x, y + self.radius + 9)

    def _bias(self, column: Column, k: int, x: float, y: float) -> str:
        assert column.bias is not None
        assert column.bias_gradient is not None
        bias, gradient = column.bias[k], column.bias_gradient[k]
        numbers = f"{number(bias)}, grad {number(gradient)}"
        part = percent(share(column.bias_gradient)[k])
        tip = self.words.bias_tip.format(title=column.title, k=k, numbers=numbers, part=part)
        side = 9 if self.large else 6
        left = x - (28 if self.large else side / 2)
        drawn = (
            f'<g class="bias"><title>{html.escape(printable(tip, 200))}</title><rect x="{left:g}" '
            f'y="{y - side / 2:g}" width="{side}" height="{side}" fill="{self._color(bias)}"/>'
        )
        if self.large:
            drawn += _text(
                left + side + 4,
                y + 4,
                f"{self.words.bias} {numbers}",
                size=11,
                anchor="start",
                backed=True,
            )
        return drawn + "</g>"

    # ------------------------------------------------------------------------------------ edges

    def _edges(self, i: int) -> Iterator[str]:
        column = self.drawing.columns[i]
        weight, gradient = column.weight, column.weight_gradient
        assert weight is not None
        assert gradient is not None
        by = weight if self.drawing.edges == "weight" else gradient
        shares, widest = share(gradient), largest_of(by)
        thickest = THICKEST if self.large else THICKEST / 2
        cells = [(t, s) for t in range(len(self.shown[i])) for s in range(len(self.shown[i - 1]))]
        places = [(self.shown[i][t], self.shown[i - 1][s]) for t, s in cells]
        # Thick lines last: they lie on top.
        for n in sorted(range(len(cells)), key=lambda n: abs(by[places[n]])):
            (t, s), (j, k) = cells[n], places[n]
            part = abs(float(by[j, k])) / widest if widest and np.isfinite(by[j, k]) else 0.0
            tip = self.words.weight_tip.format(
                title=column.title, j=j, k=k, value=number(weight[j, k]),
                slope=number(gradient[j, k]), part=percent(shares[j, k]),
            )  # fmt: skip
            yield (
                f'<line class="weight" data-column="{i}" data-to="{j}" data-from="{k}" '
                f'x1="{self.x[i - 1] + self.radius:g}" y1="{self.y(i - 1, s):g}" '
                f'x2="{self.x[i] - self.radius:g}" y2="{self.y(i, t):g}" '
                f'stroke="{self._color(by[j, k])}" '
                f'stroke-width="{THINNEST + (thickest - THINNEST) * part:.2f}" '
                f'stroke-opacity="{0.35 + 0.65 * part:.2f}">'
                f"<title>{html.escape(printable(tip, 200))}</title></line>"
            )

    def _edge_labels(self, i: int) -> Iterator[str]:
        """Weight and gradient on every line, placed so that no two meet.

        With n sources, a part 1 / (n + 1) from the end, all labels are a part 1 / (n + 1) of a
        step apart.
        """
        column, sources = self.drawing.columns[i], len(self.shown[i - 1])
        if not self._labelled(sources):
            return
        weight, gradient = column.weight, column.weight_gradient
        assert weight is not None
        assert gradient is not None
        shares = share(gradient)
        back = 1 / (sources + 1)
        for t, j in enumerate(self.shown[i]):
            for s, k in enumerate(self.shown[i - 1]):
                start, end = self.y(i - 1, s), self.y(i, t)
                x = self.x[i] + (self.x[i - 1] - self.x[i]) * back
                text = f"{number(weight[j, k])} · grad {number(gradient[j, k])} · "
                text += percent(shares[j, k])
                yield _text(x, end + (start - end) * back + 4, text, size=11, backed=True)

    def _loss(self) -> Iterator[str]:
        """The loss at the right, and the line from each output to it."""
        drawing, i = self.drawing, len(self.drawing.columns) - 1
        column = drawing.columns[i]
        shares = share(column.gradient)
        widest = shares.max(initial=0.0)
        left = self.loss_x - 10
        for row, k in enumerate(self.shown[i]):
            y = self.y(i, row)
            part = shares[k] / widest if widest else 0.0
            tip = self.words.output.format(k=k, part=percent(shares[k]))
            yield (
                f'<line class="to-loss" x1="{self.x[i] + self.radius:g}" y1="{y:g}" x2="{left}" '
                f'y2="{self.middle:g}" stroke="{self._color(column.gradient[k])}" '
                f'stroke-width="{THINNEST + THICKEST * part:.2f}">'
                f"<title>{html.escape(tip)}</title></line>"
            )
        yield (
            f'<rect x="{left}" y="{self.middle - 30:g}" width="{BOX}" height="60" rx="6" '
            f'fill="{colours().result}" stroke="{colours().ink}" stroke-width="2"/>'
        )
        middle = left + BOX / 2
        yield _text(
            middle, self.middle - 2, f"{self.words.loss} {number(drawing.loss)}", size=16, bold=True
        )
        yield _text(middle, self.middle + 17, printable(drawing.loss_name, 22), 11, colours().quiet)

    def _ideal(self, k: int) -> str:
        """What output k should have been."""
        target = self.drawing.target
        if target.size == len(self.drawing.columns[-1]):
            return f"{self.words.ideal} {number(target[k])}"
        is_class = target.size == 1 and target.dtype.kind in "iu" and target[0] == k
        return self.words.right_class if is_class else ""

    def _color(self, x: Any) -> str:
        return self.negative if x < 0 else self.positive if x > 0 else colours().quiet

    def _legend(self) -> Iterator[str]:
        scores = any(column.from_scores for column in self.drawing.columns)
        notes = list(self.words.legend(self.drawing.edges, scores))
        yield f'<path d="M12 {self.height - 62}H{self.width - 12}" stroke="{colours().rule}"/>'
        for row, note in enumerate(notes):
            y = self.height - 44 + 16 * row
            yield _text(14, y, note, size=12, color=colours().quiet, anchor="start")


def _text(
    x: float,
    y: float,
    text: str,
    size: int = 11,
    color: str = "",
    *,
    bold: bool = False,
    anchor: str = "middle",
    backed: bool = False,
) -> str:
    """A piece of text; with a backing it stays legible over lines."""
    weight = ' font-weight="bold"' if bold else ""
    behind = ""
    if backed:
        width = 0.58 * size * sum(1 if c.isascii() else 1.6 for c in text)
        left = x - (width / 2 if anchor == "middle" else 0)
        behind = (
            f'<rect x="{left:.1f}" y="{y - size:g}" width="{width:.1f}" height="{size + 3}" '
            f'fill="{colours().paper}" fill-opacity="0.85"/>'
        )
    return behind + (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{color or colours().ink}" '
        f'text-anchor="{anchor}"{weight}>{html.escape(text)}</text>'
    )
