"""Scalar programs, vectorised: thousands of small steps become a few dozen large ones.

All numbers of a program of scalars lie in one flat vector. Nodes of the same operation at the same
depth do not depend on each other, so they are one step on arrays. Which number lies where is
chosen so that operands come in regular patterns (`strides`): a layer written out in scalars is one
product of an outer form again. A chain of additions is one step too, a sum over rows, term after
term in the order in which they were written, so that not a bit changes.

The reverse pass is made of the same steps: the derivative rule of an operation runs once for a
whole group of nodes, and the messages to a node are the rows of a sum, newest sender first.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.jit.codegen import Frame, Lease
from autograd.jit.layout import Layout, fits
from autograd.jit.messages import Reverse, Rules
from autograd.jit.program import Program, Var
from autograd.jit.program import Reverse as ProgramReverse
from autograd.jit.steps import Step, Temp, forward_steps, gather, scatter, sum_quickly, sum_rows
from autograd.jit.strides import View, places

#: From here on the flat vector is worth making, and so many nodes should share a step.
FEWEST = 512
NARROWEST = 6.0


def vectorised(program: Program, reassociate: bool) -> VectorCode | None:
    """The code of a long and wide program of float64 scalars; None for any other."""
    if (
        len(program.body) < FEWEST
        or program.effects
        or any(v.shape or v.dtype != np.float64 for v in program.inputs)
        or not all(isinstance(v, Var) for v in program.outputs)
        or not all(fits(instr) for instr in program.body)
    ):
        return None
    layout = Layout(program, reassociate)
    if len(program.body) < NARROWEST * len(layout.groups):
        return None
    return VectorCode(program, layout)


class VectorCode:
    """The steps of a program over a flat vector; a frame is one such vector."""

    def __init__(self, program: Program, layout: Layout) -> None:
        self.program = program
        self.layout = layout
        self.forward = forward_steps(layout)
        self.rules = Rules()
        self.pool: list[Frame] = []
        self.frames = 0
        self.reverses: dict[int, Reverse] = {}
        self._lock = threading.Lock()

    def reverse(self, number: int) -> Reverse:
        """The reverse pass of one result, made when it is first asked for."""
        with self._lock:
            if number not in self.reverses:
                root = self.layout.outputs[number]
                self.reverses[number] = Reverse(self.layout, root, self.rules)
            return self.reverses[number]

    def as_reverse(self, number: int) -> ProgramReverse | None:
        """Which inputs and other results get a gradient from a result; None if it wants none."""
        if not self.layout.wants[self.layout.outputs[number]]:
            return None
        reverse, program = self.reverse(number), self.program
        through = tuple(map(self.layout.outputs.index, reverse.met.tolist()))
        gradients = [v if met else None for v, met in zip(program.inputs, reverse.reached.tolist())]
        gradients += [program.outputs[i] for i in through]
        return ProgramReverse(program.outputs[number], gradients, through)

    @property
    def buffers(self) -> list[Any]:
        """The vectors of a frame."""
        return [self.layout.size, *(r.top - r.size for r in self.reverses.values())]

    @property
    def bytes(self) -> int:
        """What one frame takes."""
        return 8 * sum(self.buffers)

    @property
    def groups(self) -> int:
        """How many steps there are in all, beside those that only fetch or put numbers."""
        phases = [self.forward, *(r.steps.steps for r in self.reverses.values())]
        return sum(s.function not in (gather, scatter) for steps in phases for s in steps)

    @property
    def source(self) -> str:
        """One line a step."""
        phases = [self.forward, *(r.steps.steps for r in self.reverses.values())]
        return "\n".join(
            f"[{phase}] {getattr(step.function, '__name__', '?').strip('_')} {step.shape}"
            for phase, steps in enumerate(phases)
            for step in steps
        )

    def lease(self) -> Lease:
        """A vector nobody uses, for as long as the lease is held."""
        try:
            return Lease(self.pool.pop())
        except IndexError:
            self.frames += 1
            return Lease(self._frame())

    def _frame(self) -> Frame:
        layout, program = self.layout, self.program
        numbers = np.zeros(layout.size)
        constants = layout.slot[layout.count - len(layout.constants) :]
        numbers[constants] = list(layout.constants.values())
        run = _bound(self.forward, numbers, None, 0)
        given = places(layout.slot[: layout.inputs]) if layout.inputs else slice(0, 0)
        outputs = [
            (int(layout.slot[i]), v.dtype == np.bool)
            for i, v in zip(layout.outputs, program.outputs)
        ]

        def forward(*inputs: Any) -> tuple[Any, ...]:
            numbers[given] = inputs
            run()
            return tuple([np.bool(numbers[i]) if b else numbers[i] for i, b in outputs])

        def backward(number: int) -> Any:
            made: list[Any] = []

            def reverse_pass(g: Any, *inputs: Any, into: Any = ()) -> tuple[Any, ...]:
                if not made:
                    made.extend(self._bound_reverse(number, numbers))
                gradients, seed, walk, found, reached = made
                gradients[seed] = g
                walk()
                arrived = iter(gradients[found])
                return tuple([next(arrived) if r else None for r in reached])

            return reverse_pass

        return Frame((forward, list, *map(backward, range(len(outputs)))), self.pool)

    def _bound_reverse(self, number: int, numbers: np.ndarray) -> tuple[Any, ...]:
        reverse = self.reverse(number)
        gradients = np.zeros(reverse.top - reverse.size)
        walk = _bound(reverse.steps.steps, numbers, gradients, reverse.size)
        who = [*np.flatnonzero(reverse.reached), *reverse.met]
        found = self.layout.slot[np.array(who, int)]
        reached = [*reverse.reached.tolist(), *[True] * len(reverse.met)]
        return gradients, reverse.seed, walk, found, reached


def _bound(
    steps: list[Step], numbers: np.ndarray, gradients: np.ndarray | None, size: int
) -> Callable[[], None]:
    """The steps on the vectors of one frame, views and temporaries made once."""
    space: dict[int, int] = {}
    for step in steps:
        for x in (*step.operands, step.out):
            if isinstance(x, Temp):
                count = int(np.prod(step.shape))
                space[x.number] = max(count, space.get(x.number, 0))
    temps = {number: np.empty(count) for number, count in space.items()}

    def array(x: Any, shape: tuple[int, ...]) -> Any:
        if isinstance(x, Temp):
            return temps[x.number][: int(np.prod(shape))].reshape(shape)
        if isinstance(x, View):
            if x.offset < size or gradients is None:
                return x.of(numbers, shape)
            return View(x.offset - size, x.strides).of(gradients, shape)
        return x

    def vector(index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if gradients is None or int(index.flat[0]) < size:
            return numbers, index
        return gradients, index - size

    plan: list[Callable[[], Any]] = []
    for function, operands, out, shape in steps:
        if function is gather:
            source, index = vector(operands[0])
            plan.append(functools.partial(source.take, index, None, array(out, shape), "clip"))
        elif function is scatter:
            target, index = vector(operands[0])
            plan.append(functools.partial(target.__setitem__, index, array(operands[1], shape)))
        elif function in (sum_rows, sum_quickly):
            rows, its_shape = operands
            plan.append(functools.partial(function, array(rows, its_shape), array(out, shape)))
        else:
            arrays = [array(x, shape) for x in operands]
            plan.append(functools.partial(function, *arrays, out=array(out, shape)))

    def run() -> None:
        for step in plan:
            step()

    return run
