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
from typing import Any

import numpy as np

from autograd.files import write_whole
from autograd.viz.labels import INK, QUIET, RULE, number, percent, printable, shade
from nn.examples import plain
from nn.module import Module
from nn.pictures import columns as read_columns
from nn.pictures.columns import Column, share

#: Darker kin of the cells' blue and orange, so that thin lines show on white.
POSITIVE, NEGATIVE = "#2f7dbd", "#c8690a"
EDGES = {
    "weight": "width: size of the weight; blue: positive, orange: negative",
    "share": "width: share of its layer's gradient; blue: a smaller weight lowers the loss, "
    "orange: a larger one does",
}
#: A column of at most so many neurons writes the numbers on its lines.
WRITTEN = 4
THINNEST, THICKEST = 0.4, 5.0
TOP, SIDE, BOTTOM = 68, 118, 84
BOX = 176  # the width of the loss


def draw_network(
    model: Module,
    x: Any,
    target: Any,
    *,
    loss: Any = None,
    edges: str = "weight",
    most: int = 10,
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

    Returns:
        A drawing: `.save("net.svg")`, `.svg()`, `.columns` with all the numbers; a notebook shows
        it.

    Raises:
        UndrawableError: the model holds something else, such as a convolution.
        ValueError: `edges` or `most` is out of range, or x or target do not fit.

    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> drawing = nn.draw_network(model, [1.0, 0.5], [0.0])
    >>> drawing.svg()[:4], [len(column) for column in drawing.columns]
    ('<svg', [2, 2, 1])
    """
    if edges not in EDGES:
        raise ValueError(f"draw_network: edges must be one of {', '.join(EDGES)}, got {edges!r}")
    if not isinstance(most, (int, np.integer)) or most < 1:
        raise ValueError(f"draw_network: most must be a positive integer, got {most!r}")
    found, amount, name = read_columns.read(model, x, target, loss)
    ideal = np.ravel(plain(target))
    return NetworkDrawing(tuple(found), amount, name, ideal, edges, int(most))


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

    def svg(self) -> str:
        """The picture as SVG text."""
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
        self.x = [SIDE + sum(gaps[:i]) for i in range(last + 1)]
        self.loss_x = self.x[-1] + 250
        self.width = self.loss_x + BOX + 10

    def _labelled(self, sources: int) -> bool:
        return self.large and sources <= WRITTEN

    def y(self, column: int, row: int) -> float:
        return self.middle + self.step * (row - (len(self.shown[column]) - 1) / 2)

    def svg(self) -> str:
        drawing = self.drawing
        sizes = "-".join(str(len(c)) for c in drawing.columns)
        said = (
            f"A network of {sizes} neurons. Its loss ({printable(drawing.loss_name)}) for one "
            f"example is {number(drawing.loss)}. {' '.join(self._sentences())}"
        )
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
                f"<title>A {sizes} network, loss {number(drawing.loss)}</title>",
                f"<desc>{_escape(said)}</desc>",
                f'<rect width="{self.width}" height="{self.height}" fill="white"/>',
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
            yield (
                f"{printable(column.title)}: neuron {most} received most, "
                f"{percent(shares[most])} of the layer's gradient."
            )

    # ---------------------------------------------------------------------------------- columns

    def _header(self, i: int) -> Iterator[str]:
        column, shown = self.drawing.columns[i], self.shown[i]
        yield _text(self.x[i], 26, printable(column.title), size=13, bold=True)
        plural = "s" if len(column) != 1 else ""
        note = f"{len(column):,} {'neuron' if i else 'input'}{plural}"
        if len(shown) < len(column):
            note += f", the {len(shown)} strongest shown"
            held = percent(share(column.gradient)[shown].sum())
            yield _text(self.x[i], 58, f"they hold {held} of the gradient", color=QUIET)
            end = self.y(i, len(shown) - 1) + self.step * 0.62
            yield _text(self.x[i], end, f"⋮ {len(column) - len(shown):,} more", color=QUIET)
        yield _text(self.x[i], 43, note, color=QUIET)

    def _neurons(self, i: int) -> Iterator[str]:
        column = self.drawing.columns[i]
        shares = share(column.gradient)
        largest = _largest(column.activation)
        for row, k in enumerate(self.shown[i]):
            x, y = self.x[i], self.y(i, row)
            received = f"grad {number(column.gradient[k])}"
            tip = f"{column.title}, neuron {k}: activation {number(column.activation[k])}, " + (
                f"gradient of its score {number(column.gradient[k])}, "
                if column.from_scores
                else f"gradient {number(column.gradient[k])}, "
            )
            tip += f"{percent(shares[k])} of the layer's"
            fill = shade(float(column.activation[k]), largest)
            yield (
                f'<g class="neuron" data-column="{i}" data-index="{k}"><title>'
                f'{_escape(printable(tip, 200))}</title><circle cx="{x:g}" cy="{y:g}" '
                f'r="{self.radius}" fill="{fill}" stroke="{INK}"/>'
            )
            yield _text(x, y + 4, number(column.activation[k]), size=12 if self.large else 9)
            above = y - self.radius - 6
            lines = [received, f"#{k} · {percent(shares[k])}"]
            ideal = self._ideal(int(k)) if i == len(self.x) - 1 else ""
            if not self.large:
                lines = [" · ".join(filter(None, [*reversed(lines), ideal]))]
            elif ideal:  # on the side of the circle that its line to the loss does not take
                beside = y + (20 if y > self.middle else -12)
                yield _text(
                    x + self.radius + 8, beside, ideal, 10, QUIET, anchor="start", backed=True
                )
            for up, line in enumerate(lines):
                yield _text(x, above - 13 * up, line, size=10, backed=True)
            yield "</g>"
            if column.bias is not None:
                yield self._bias(column, int(k), x, y + self.radius + 9)

    def _bias(self, column: Column, k: int, x: float, y: float) -> str:
        assert column.bias is not None
        assert column.bias_gradient is not None
        bias, gradient = column.bias[k], column.bias_gradient[k]
        numbers = f"{number(bias)}, grad {number(gradient)}"
        part = percent(share(column.bias_gradient)[k])
        tip = f"{column.title}, bias[{k}] {numbers}, {part} of the biases' gradient"
        side = 9 if self.large else 6
        left = x - (28 if self.large else side / 2)
        drawn = (
            f'<g class="bias"><title>{_escape(printable(tip, 200))}</title><rect x="{left:g}" '
            f'y="{y - side / 2:g}" width="{side}" height="{side}" fill="{_color(bias)}"/>'
        )
        if self.large:
            drawn += _text(
                left + side + 4, y + 4, f"bias {numbers}", size=10, anchor="start", backed=True
            )
        return drawn + "</g>"

    # ------------------------------------------------------------------------------------ edges

    def _edges(self, i: int) -> Iterator[str]:
        column = self.drawing.columns[i]
        weight, gradient = column.weight, column.weight_gradient
        assert weight is not None
        assert gradient is not None
        by = weight if self.drawing.edges == "weight" else gradient
        shares, widest = share(gradient), _largest(by)
        thickest = THICKEST if self.large else THICKEST / 2
        cells = [(t, s) for t in range(len(self.shown[i])) for s in range(len(self.shown[i - 1]))]
        places = [(self.shown[i][t], self.shown[i - 1][s]) for t, s in cells]
        # Thick lines last: they lie on top.
        for n in sorted(range(len(cells)), key=lambda n: abs(by[places[n]])):
            (t, s), (j, k) = cells[n], places[n]
            part = abs(float(by[j, k])) / widest if widest and np.isfinite(by[j, k]) else 0.0
            tip = (
                f"{column.title}, weight[{j}, {k}] {number(weight[j, k])}, "
                f"grad {number(gradient[j, k])}, {percent(shares[j, k])} of the layer's weights"
            )
            yield (
                f'<line class="weight" data-column="{i}" data-to="{j}" data-from="{k}" '
                f'x1="{self.x[i - 1] + self.radius:g}" y1="{self.y(i - 1, s):g}" '
                f'x2="{self.x[i] - self.radius:g}" y2="{self.y(i, t):g}" '
                f'stroke="{_color(by[j, k])}" '
                f'stroke-width="{THINNEST + (thickest - THINNEST) * part:.2f}" '
                f'stroke-opacity="{0.35 + 0.65 * part:.2f}">'
                f"<title>{_escape(printable(tip, 200))}</title></line>"
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
                yield _text(x, end + (start - end) * back + 4, text, size=10, backed=True)

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
            tip = f"output {k} received {percent(shares[k])} of the loss's gradient"
            yield (
                f'<line class="to-loss" x1="{self.x[i] + self.radius:g}" y1="{y:g}" x2="{left}" '
                f'y2="{self.middle:g}" stroke="{_color(column.gradient[k])}" '
                f'stroke-width="{THINNEST + THICKEST * part:.2f}">'
                f"<title>{_escape(tip)}</title></line>"
            )
        yield (
            f'<rect x="{left}" y="{self.middle - 30:g}" width="{BOX}" height="60" rx="6" '
            f'fill="white" stroke="{INK}" stroke-width="2"/>'
        )
        middle = left + BOX / 2
        yield _text(middle, self.middle - 2, f"loss {number(drawing.loss)}", size=16, bold=True)
        yield _text(middle, self.middle + 17, printable(drawing.loss_name, 30), 10, QUIET)

    def _ideal(self, k: int) -> str:
        """What output k should have been."""
        target = self.drawing.target
        if target.size == len(self.drawing.columns[-1]):
            return f"ideal {number(target[k])}"
        is_class = target.size == 1 and target.dtype.kind in "iu" and target[0] == k
        return "the right class" if is_class else ""

    def _legend(self) -> Iterator[str]:
        scores = any(column.from_scores for column in self.drawing.columns)
        notes = [
            f"Lines are weights; {EDGES[self.drawing.edges]}.",
            "Squares are biases, blue above 0 and orange below; circles are neurons, shaded "
            "likewise by what they send on.",
            "grad: how the loss changes with it. %: its share of the size of its layer's gradient."
            + (" The loss reads the outputs' scores; theirs is the grad." if scores else ""),
        ]
        yield f'<path d="M12 {self.height - 62}H{self.width - 12}" stroke="{RULE}"/>'
        for row, note in enumerate(notes):
            y = self.height - 44 + 16 * row
            yield _text(14, y, note, size=11, color=QUIET, anchor="start")


def _largest(array: np.ndarray) -> float:
    size = np.abs(array[np.isfinite(array)])
    return float(size.max(initial=0.0))


def _color(x: Any) -> str:
    return NEGATIVE if x < 0 else POSITIVE if x > 0 else QUIET


def _escape(text: str) -> str:
    return html.escape(text)


def _text(
    x: float,
    y: float,
    text: str,
    size: int = 11,
    color: str = INK,
    *,
    bold: bool = False,
    anchor: str = "middle",
    backed: bool = False,
) -> str:
    """A piece of text; with a backing it stays legible over lines."""
    weight = ' font-weight="bold"' if bold else ""
    behind = ""
    if backed:
        width = 0.58 * size * len(text)
        left = x - (width / 2 if anchor == "middle" else 0)
        behind = (
            f'<rect x="{left:.1f}" y="{y - size:g}" width="{width:.1f}" height="{size + 3}" '
            'fill="white" fill-opacity="0.85"/>'
        )
    return behind + (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{color}" text-anchor="{anchor}"'
        f"{weight}>{_escape(text)}</text>"
    )
