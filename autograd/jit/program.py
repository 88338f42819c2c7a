"""Program: what was recorded, as a flat list of instructions. Every pass reads and writes this.

An instruction applies a primitive to variables and constants and gives one variable. The forward
computation and the reverse pass of each result stand in the same list, one phase after the other,
so a pass need not know which is which:

    v3 = linear(v0, v1, v2)         forward
    v4 = relu(v3)
    ...
    v9 = greater(v4, 0)             backward of v4
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.primitive import Primitive
from autograd.recorder import record


class Var:
    """A number or array of a program: known by shape and dtype, its numbers differ every run."""

    __slots__ = ("dtype", "layout", "shape", "wants")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: Any,
        wants: bool = False,
        layout: tuple[int, ...] | None = None,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.layout = layout  # the axes as they lie in memory, outermost first; None: in order
        self.wants = wants  # a gradient


def layout_of(array: Any) -> tuple[int, ...] | None:
    """How the axes of an array or a `Var` lie in memory, outermost first; None: in order, or gaps.

    >>> from autograd.jit.program import layout_of
    >>> layout_of(np.zeros((2, 3, 4)).transpose(0, 2, 1))
    (0, 2, 1)
    """
    if isinstance(array, Var):
        return array.layout
    if array.ndim < 2 or array.flags.c_contiguous:
        return None
    order = tuple(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))
    return order if array.transpose(order).flags.c_contiguous else None


def empty(shape: tuple[int, ...], dtype: Any, layout: tuple[int, ...] | None = None) -> Any:
    """A new array whose axes lie in memory as `layout` says."""
    if layout is None:
        return np.empty(shape, dtype)
    inner = np.empty([shape[axis] for axis in layout], dtype)
    return inner.transpose([layout.index(axis) for axis in range(len(shape))])


@dataclass(eq=False, slots=True)
class Instr:
    """`out = op(*args, **params)`; an argument is a `Var` or a constant."""

    op: Primitive
    args: tuple[Any, ...]
    params: dict[str, Any] | None
    out: Var
    phase: int = 0
    group: int = 0  # instructions of one group, other than 0, are run block by block (`fuse`)
    inputs: list[Var] = field(init=False, repr=False)  # the variables among the arguments

    def __post_init__(self) -> None:
        self.inputs = [a for a in self.args if a.__class__ is Var]


@dataclass(eq=False, slots=True)
class Reverse:
    """The reverse pass from one result: where its gradient comes in, and those it gives.

    It ends at other results that were met on the way, `through`: those have their own.
    """

    seed: Var
    gradients: list[Any]  # for inputs of the program, then for `through`: Var, constant, or None
    through: tuple[int, ...] = ()


@dataclass(eq=False)
class Program:
    """The instructions of one signature of a function.

    Phase 0 of `body` computes `outputs` from `inputs`; phase `k + 1` is the reverse pass of
    output k, described by `reverses[k]` (None where it wants no gradient). `effects` are pairs of
    a leaf and the variable whose numbers it takes after each forward run.
    """

    inputs: list[Var]
    body: list[Instr]
    outputs: list[Any]
    reverses: list[Reverse | None]
    effects: list[tuple[Any, Any]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)  # of inputs, to print and to draw

    def has(self, *names: str) -> bool:
        """Whether one of these operations is in it: a pass that looks for others is done."""
        return any(instr.op.name in names for instr in self.body)

    def phase(self, number: int) -> list[Instr]:
        """The instructions of one phase, in order."""
        return [instr for instr in self.body if instr.phase == number]

    def results(self, phase: int) -> list[Var]:
        """The variables that must exist at the end of a phase."""
        if phase == 0:
            found = [*self.outputs, *(new for _, new in self.effects)]
        else:
            reverse = self.reverses[phase - 1]
            found = reverse.gradients if reverse is not None else []
        return [v for v in found if isinstance(v, Var)]

    def name(self, number: int) -> str:
        """What to call an input."""
        known = self.names[number] if number < len(self.names) else None
        return known or f"v{number}"

    def __str__(self) -> str:
        names = {v: self.name(i) for i, v in enumerate(self.inputs)}

        def show(x: Any) -> str:
            if isinstance(x, Var):
                return names.setdefault(x, f"v{len(names)}")
            return f"{x!r:.20}"

        given = [f"{names[v]}: {np.dtype(v.dtype)} {v.shape}" for v in self.inputs[:_SHOWN]]
        more = len(self.inputs) - _SHOWN
        lines = [f"inputs {', '.join(given)}{f' and {more:,} more' if more > 0 else ''}"]
        for phase, reverse in enumerate([None, *self.reverses]):
            if reverse is not None:
                seed = f"gradient that arrives at result {phase - 1}"
                lines.append(f"[{phase}] {show(reverse.seed)}: {seed}")
            for instr in self.phase(phase):
                settings = [f"{k}={v!r:.20}" for k, v in (instr.params or {}).items()]
                call = f"{instr.op.name}({', '.join([*map(show, instr.args), *settings])})"
                place = f"{phase}.{instr.group}" if instr.group else f"{phase}"
                lines.append(f"[{place}] {show(instr.out)} = {call}")
            lines += [f"[{phase}] {what}: {show(x)}" for what, x in self.ends(phase)]
        return "\n".join(lines)

    def ends(self, phase: int) -> list[tuple[str, Any]]:
        """What a phase gives, each with what it is: results, what leaves become, gradients."""
        if phase == 0:
            results = [(f"result {i}", x) for i, x in enumerate(self.outputs)]
            return results + [(f"{leaf._label()} becomes", new) for leaf, new in self.effects]
        reverse = self.reverses[phase - 1]
        if reverse is None:
            return []
        whose = [self.name(i) for i in range(len(self.inputs))]
        whose += [f"result {i}" for i in reverse.through]
        found = zip(whose, reverse.gradients)
        return [(f"gradient of {who}", g) for who, g in found if g is not None]


#: Inputs to print; a network of single numbers has thousands.
_SHOWN = 12


def interpret(program: Program, inputs: Any, known: dict[Var, Any]) -> list[Any]:
    """Run phase 0 instruction by instruction on Values, recording as if the user had written it.

    `known` gives variables that must not be computed again, such as random draws.
    """
    env: dict[Var, Any] = dict(zip(program.inputs, inputs)) | known

    def now(x: Any) -> Any:
        return env[x] if isinstance(x, Var) else x

    for instr in program.phase(0):
        if instr.out not in known:
            env[instr.out] = record(instr.op, tuple(map(now, instr.args)), instr.params)
    return [now(v) for v in program.outputs]
