"""Steps: a vectorised program as a list of functions on views of the flat vector.

Operands and results are given by the places of their numbers. Places in a regular pattern become a
view (`strides`); others are gathered into memory first, or scattered from there afterwards.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.jit.layout import Layout
from autograd.jit.program import Var
from autograd.jit.strides import View, together


class Temp(NamedTuple):
    """An array in memory, by number."""

    number: int


class Given(NamedTuple):
    """An operand, by number, of several functions in a row."""

    number: int


class Part(NamedTuple):
    """One function of several in a row, and the name of its result."""

    function: Any
    operands: list[Any]
    result: Any = None


class Step(NamedTuple):
    """`out = function(*operands)`: views and temporaries of one shape, and constants."""

    function: Any
    operands: tuple[Any, ...]
    out: Any
    shape: tuple[int, ...]


class Steps:
    """A list of steps under way; an operand or result is given by the places of its numbers."""

    def __init__(self, layout: Layout) -> None:
        self.sum_rows = sum_quickly if layout.reassociate else sum_rows
        self.steps: list[Step] = []
        self.temps = 0

    def add(self, function: Any, operands: list[np.ndarray], out: np.ndarray) -> None:
        """One function, from places to places."""
        names = [Given(i) for i in range(len(operands))]
        self.add_all([Part(function, names)], operands, out)

    def add_all(self, parts: list[Part], operands: list, out: Any) -> None:
        """Functions in a row, on operands and earlier results; the last one gives the result."""
        self.temps = 0
        shape, views = together([*operands, out])
        target = views.pop()
        values: dict[Any, Any] = {}
        used = {a.number for part in parts for a in part.operands if isinstance(a, Given)}
        for i, view in enumerate(views):
            values[Given(i)] = view
            if i in used and not isinstance(view, View):
                values[Given(i)] = temp = self._temp()
                self.steps.append(Step(gather, (view,), temp, shape))
        last = parts[-1]
        for part in parts:
            function, args, result = part
            given = tuple([values[a] if isinstance(a, (Given, Var)) else a for a in args])
            direct = part is last and isinstance(target, View)
            values[result] = target if direct else self._temp()
            self.steps.append(Step(function, given, values[result], shape))
        if not isinstance(target, View):
            self.steps.append(Step(scatter, (target, values[last[2]]), None, shape))

    def add_rows(self, start: int, rows: int, out: np.ndarray) -> None:
        """The sums of the columns of a block."""
        self.temps = 0
        count = len(out)
        shape, (target,) = together([out])
        view = target if isinstance(target, View) and len(shape) == 1 else self._temp()
        block = View(start, (count, 1))
        self.steps.append(Step(self.sum_rows, (block, (rows, count)), view, (count,)))
        if view is not target:
            self.steps.append(Step(scatter, (out, view), None, (count,)))

    def _temp(self) -> Temp:
        self.temps += 1
        return Temp(self.temps - 1)


def gather() -> None:
    """Stands for reading from anywhere in the vector."""


def scatter() -> None:
    """Stands for writing to anywhere in the vector."""


def sum_rows(rows: np.ndarray, out: np.ndarray) -> None:
    """Row after row; a single column too, which NumPy alone would add in pairs."""
    if len(out) > 1:
        np.add.reduce(rows, axis=0, out=out)
    else:
        out[0] = np.add.accumulate(rows[:, 0])[-1]


def sum_quickly(rows: np.ndarray, out: np.ndarray) -> None:
    """The same in whatever order NumPy likes."""
    np.add.reduce(rows, axis=0, out=out)


def copy(x: Any, out: np.ndarray) -> None:
    out[...] = x


def forward_steps(layout: Layout) -> list[Step]:
    steps, slot = Steps(layout), layout.slot
    for group in layout.groups:
        out = slot[group.nodes]
        if group.block is None:
            steps.add(group.kind.function, [slot[row] for row in group.operands], out)
            continue
        if group.copied is not None and len(group.copied[0]):
            steps.add(copy, [slot[group.copied[0]]], group.copied[1])
        steps.add_rows(group.block, len(group.operands), out)
    return steps.steps
