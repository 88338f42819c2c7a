"""Explanation: what `explain` returns, as text for a terminal, HTML, LaTeX, or a dictionary."""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.backprop import nodes_below
from autograd.value import Value
from autograd.viz import labels
from autograd.viz.paths import Place, Step

#: A longer path is written with its middle left out.
MOST_FACTORS = 12
#: So many columns of a terminal the factors may take before they go on below.
COLUMNS = 96
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LATEX = {c: rf"\{c}" for c in "#$%&_{}"} | {
    "\\": r"\backslash{}",
    "^": r"\hat{}",
    "~": r"\sim{}",
}


class Names:
    """What to call each element: the node's name, or its operation and a number, and its index."""

    def __init__(self, loss: Value) -> None:
        unnamed = [node for node in reversed(nodes_below(loss)) if not node.name]
        kinds = [node.op.name if node.op is not None else "leaf" for node in unnamed]
        several, so_far = Counter(kinds), Counter[str]()
        self.names: dict[Value, str] = {}
        for node, kind in zip(unnamed, kinds, strict=True):
            so_far[kind] += 1
            number = str(so_far[kind]).translate(_SUBSCRIPTS) if several[kind] > 1 else ""
            self.names[node] = kind + number

    def of(self, place: tuple[Value, int | None]) -> str:
        node, element = place
        name = labels.printable(node.name) if node.name else self.names[node]
        if element is None or not node.ndim:
            return name
        index = np.unravel_index(element, node.shape)
        return f"{name}[{', '.join(map(str, index))}]"


@dataclass(frozen=True, eq=False)
class Path:
    """One way from the weight to the loss.

    `nodes` are its elements from the weight to the loss, `names` what they are called;
    `derivatives` its factors as (symbol, number), from the loss back to the weight; `share` is
    |product| as a part of the sum of |product| over all paths.
    """

    nodes: tuple[Place, ...]
    names: tuple[str, ...]
    derivatives: tuple[tuple[str, float], ...]
    product: float
    share: float

    @classmethod
    def of(cls, steps: list[Step], whole: float, names: Names) -> Path:
        nodes = (*(step.start for step in steps), *(step.end for step in steps[-1:]))
        called = tuple(map(names.of, nodes))
        factors = tuple(
            (f"∂{called[i + 1]}/∂{called[i]}", step.derivative) for i, step in enumerate(steps)
        )[::-1]
        product = math.prod(step.derivative for step in steps)
        share = abs(product) / whole if whole else 0.0
        return cls(nodes, called, factors, product, share)


@dataclass(frozen=True, eq=False)
class Explanation:
    """dL/dw as a sum over paths; `total` is the gradient, `rest` what `others` paths bring.

    `complete` is False where so many paths exist that only the strongest were followed; `others`
    and the shares then count those, while `rest` is still everything that is missing in `total`.
    `blocked` names operations whose local derivative is 0: what goes into them has no effect.
    """

    loss: str
    weight: str
    total: float
    paths: tuple[Path, ...]
    others: int
    complete: bool
    blocked: tuple[str, ...]

    @property
    def rest(self) -> float:
        """The sum of all paths that are not written out."""
        if self.complete and not self.others:
            return 0.0
        return self.total - math.fsum(path.product for path in self.paths)

    @property
    def _title(self) -> str:
        if not self.paths:
            where = f": {', '.join(self.blocked[:5])} lets nothing through" if self.blocked else ""
            return f"no path has an effect{where}"
        count = len(self.paths) + self.others
        if count == 1 and self.complete:
            return "a product along one path"
        least = "" if self.complete else "at least "
        return f"the sum over {least}{count:,} path{'' if count == 1 else 's'}"

    @property
    def _remainder(self) -> str:
        if not self.others and self.complete:
            return ""
        if not self.complete:
            return f"all other paths: {labels.number(self.rest)}"
        many = "path" if self.others == 1 else "paths"
        return f"the other {self.others:,} {many}: {labels.number(self.rest)}"

    def text(self) -> str:
        """For a terminal: under every symbol its number."""
        lines = [f"∂{self.loss}/∂{self.weight} = {labels.number(self.total)}, {self._title}"]
        for i, path in enumerate(self.paths, 1):
            start = f"{i}. "
            lines += ["", f"{start}{labels.number(path.product)}, {labels.percent(path.share)}"]
            lines += [" " * len(start) + line for line in _rows(path)]
        if self._remainder:
            lines += ["", self._remainder]
        return "\n".join(lines)

    __str__ = text

    def __repr__(self) -> str:
        return f"Explanation(∂{self.loss}/∂{self.weight} = {labels.number(self.total)})"

    def html(self) -> str:
        """For a page: a heading and a table for each path. Names cannot break it."""
        head = f"∂{self.loss}/∂{self.weight} = {labels.number(self.total)}, {self._title}"
        parts = [f"<p><b>{html.escape(head)}</b></p>"]
        for i, path in enumerate(self.paths, 1):
            shown = _shown(path)
            symbols = "".join(f"<th>{html.escape(symbol)}</th>" for symbol, _ in shown)
            factors = [f"<td>{'× ' * (n > 0)}{number}</td>" for n, (_, number) in enumerate(shown)]
            says = f"{i}. {labels.number(path.product)}, {labels.percent(path.share)}"
            parts.append(
                f'<table><caption style="text-align:left">{says}</caption>'
                f"<tr>{symbols}</tr><tr>{''.join(factors)}</tr></table>"
            )
        if self._remainder:
            parts.append(f"<p>{self._remainder}</p>")
        return f'<div class="chainrule-explanation">{"".join(parts)}</div>'

    def latex(self) -> str:
        """For a paper: the sum, and under every factor its number."""
        total = _latex_number(labels.number(self.total))
        terms = []
        for path in self.paths:
            factors = [_latex_factor(symbol, number) for symbol, number in _shown(path)]
            terms.append(r" \cdot ".join(factors) or "1")
        if self._remainder:
            terms.append(
                rf"\underbrace{{{_latex_number(labels.number(self.rest))}}}_{{\text{{the rest}}}}"
            )
        left = _latex_symbol(f"∂{self.loss}/∂{self.weight}")
        written = r" \\ &+ ".join(terms) or "0"
        return rf"\begin{{aligned}}{left} &= {written} \\ &= {total}\end{{aligned}}"

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def as_dict(self) -> dict[str, Any]:
        """For a page's JSON; a node of a path is its name (numbers that overflowed: as text)."""
        return {
            "loss": self.loss,
            "weight": self.weight,
            "total": _plain(self.total),
            "paths": [
                {
                    "nodes": list(path.names),
                    "derivatives": [[symbol, _plain(x)] for symbol, x in path.derivatives],
                    "product": _plain(path.product),
                    "share": _plain(path.share),
                }
                for path in self.paths
            ],
            "rest": {"sum": _plain(self.rest), "count": self.others, "complete": self.complete},
            "blocked": list(self.blocked),
        }


def _shown(path: Path) -> list[tuple[str, str]]:
    """The factors as they are written; of a long path the first and the last."""
    written = [(symbol, labels.number(x)) for symbol, x in path.derivatives]
    if len(written) > MOST_FACTORS:
        half = MOST_FACTORS // 2
        skipped = path.derivatives[half:-half]
        product = labels.number(math.prod(x for _, x in skipped))
        written[half:-half] = [(f"({len(skipped):,} more)", product)]
    return written


def _rows(path: Path) -> list[str]:
    """The symbols above their numbers, in as many rows as a terminal needs."""
    rows: list[tuple[str, str]] = []
    above = below = ""
    for symbol, number in _shown(path):
        width = max(len(symbol), len(number))
        if above and len(above) + 3 + width > COLUMNS:
            rows.append((above, f"{below} ×"))
            above = below = ""
        above += ("   " if above else "") + f"{symbol:^{width}}"
        below += (" × " if below else "") + f"{number:^{width}}"
    rows.append((above, f"{below} = {labels.number(path.product)}".lstrip(" " * (not below))))
    return [line.rstrip() for row in rows for line in row]


def _latex_factor(symbol: str, number: str) -> str:
    return rf"\underbrace{{{_latex_symbol(symbol)}}}_{{{_latex_number(number)}}}"


def _latex_symbol(symbol: str) -> str:
    above, slash, below = symbol.partition("/∂")
    if not slash:
        return rf"\text{{{_latex_text(symbol)}}}"
    return (
        rf"\frac{{\partial\,\text{{{_latex_text(above.removeprefix('∂'))}}}}}"
        rf"{{\partial\,\text{{{_latex_text(below)}}}}}"
    )


def _latex_text(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)


def _latex_number(text: str) -> str:
    text = text.replace("−", "-").replace("∞", r"\infty").replace("NaN", r"\text{NaN}")
    return re.sub(r"e(-?\d+)", r"\\cdot 10^{\1}", text)


def _plain(x: float) -> float | str:
    return x if math.isfinite(x) else labels.number(x)
