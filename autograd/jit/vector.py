"""Scalar programs, vectorised: thousands of small steps become a few hundred large ones.

All numbers of a program of scalars lie in one flat vector. Instructions of the same operation at
the same depth do not depend on each other, so they are one step: gather the operands, one ufunc,
and the results lie side by side. A chain of additions is one step too, a sum over the gathered
rows, term after term in the order in which they were written, so that not a bit changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.codegen import Frame, Lease
from autograd.jit.kernels import ufunc_of
from autograd.jit.program import Instr, Program, Var

#: From here on the flat vector is worth its gathers.
FEWEST = 512
_COMPARISONS = frozenset(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
_NUMBERS = (float, int, np.float64)


def worthwhile(program: Program) -> bool:
    """Whether this is a long program of float64 scalars, with operations that vectorise."""
    return (
        len(program.body) >= FEWEST
        and all(v.shape == () and v.dtype == np.float64 for v in program.inputs)
        and not program.effects
        and all(isinstance(v, Var) for v in program.outputs)
        and all(_fits(instr) for instr in program.body)
    )


def _fits(instr: Instr) -> bool:
    out, op = instr.out, instr.op
    if out.shape or instr.params or not instr.args or not op.builtin:
        return False
    if out.dtype != (np.bool if op.name in _COMPARISONS else np.float64):
        return False
    for a in instr.args:
        if isinstance(a, Var):
            if a.shape or (a.dtype != np.float64 and op.name != "multiply"):
                return False
        elif a.__class__ not in _NUMBERS:
            return False
    return ufunc_of(instr) is not None or op.name == "relu"


class Step(NamedTuple):
    """`numbers[out] = function(numbers[operand], ...)` for many instructions at once."""

    function: Callable[..., Any]
    operands: tuple[Any, ...]  # index arrays and slices, or a number
    out: slice


def _relu(x: np.ndarray, out: np.ndarray) -> None:
    np.maximum(x, 0, out=out)


def _add_rows(x: np.ndarray, out: np.ndarray) -> None:
    """Row after row; a single column too, which NumPy alone would add in pairs."""
    if len(out) > 1:
        np.add.reduce(x, axis=0, out=out)
    else:
        out[0] = np.add.accumulate(x[:, 0])[-1]


class VectorCode:
    """The steps of a program over a flat vector; a frame is one such vector."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.pool: list[Frame] = []
        self.frames = 0
        self.place: dict[Var, int] = {v: i for i, v in enumerate(program.inputs)}
        self.size = len(program.inputs)
        self.constants: dict[Any, int] = {}
        self.phases = [self._steps(phase) for phase in range(len(program.reverses) + 1)]
        self.gradients = [
            [] if r is None else [self._index(g) for g in r.gradients if g is not None]
            for r in program.reverses
        ]
        self.buffers = [((self.size,), np.float64)]
        self.source = "\n".join(
            f"[{phase}] {getattr(s.function, '__name__', '?')} x {s.out.stop - s.out.start}"
            for phase, steps in enumerate(self.phases)
            for s in steps
        )

    @property
    def bytes(self) -> int:
        """What one frame takes."""
        return self.size * 8

    @property
    def groups(self) -> int:
        """How many steps there are in all."""
        return sum(map(len, self.phases))

    # ------------------------------------------------------------------------------------ grouping

    def _steps(self, phase: int) -> list[Step]:
        """Instructions in groups of the same operation at the same depth."""
        program = self.program
        if phase and (reverse := program.reverses[phase - 1]) is not None:
            self.place[reverse.seed] = self._room(1)
        depth: dict[Var, int] = {}
        groups: dict[Any, list[tuple[tuple[Any, ...], Var]]] = defaultdict(list)
        for function, args, out, extra in self._with_chains(program.phase(phase)):
            level = 1 + max((depth.get(a, 0) for a in args if isinstance(a, Var)), default=0)
            depth[out] = level
            groups[level, function, len(args), extra].append((args, out))
        steps = []
        for (_, function, count, extra), members in sorted(groups.items(), key=lambda g: g[0][0]):
            start = self._room(len(members))
            for i, (_, out) in enumerate(members):
                self.place[out] = start + i
            rows = [[self._index(args[k]) for args, _ in members] for k in range(count)]
            operands: tuple[Any, ...]
            if function is _add_rows:
                operands = (np.array(rows),)
            else:
                operands = tuple(map(_indices, rows))
            if extra is not None:
                operands += (extra,)
            steps.append(Step(function, operands, slice(start, start + len(members))))
        return steps

    def _with_chains(self, body: list[Instr]) -> list[tuple[Any, tuple[Any, ...], Var, Any]]:
        """Function, operands and result of each instruction, chains of additions as one."""
        uses = self._uses()
        chains: dict[Var, list[Any]] = {}
        found: list[tuple[Any, tuple[Any, ...], Var, Any]] = []
        ends: dict[Var, int] = {}
        for instr in body:
            args, out, extra = instr.args, instr.out, None
            ufunc = ufunc_of(instr)
            function: Any = _relu if ufunc is None else ufunc
            if ufunc is np.add:
                so_far = next((a for a in args if a in chains and uses[a] == 1), None)
                if so_far is None:
                    terms = list(args)
                else:
                    terms = chains.pop(so_far)
                    terms.append(args[1] if args[0] is so_far else args[0])
                    found[ends.pop(so_far)] = None  # type: ignore[call-overload]
                chains[out] = terms
                ends[out] = len(found)
                if len(terms) > 2:
                    found.append((_add_rows, tuple(terms), out, None))
                    continue
            elif ufunc is not None and instr.op.name == "power":
                if ufunc.nin == 1:
                    args = args[:1]
                elif not isinstance(args[1], Var):
                    args, extra = args[:1], args[1]
            found.append((function, args, out, extra))
        return [f for f in found if f is not None]

    def _uses(self) -> dict[Any, int]:
        if not hasattr(self, "_counted"):
            counted: dict[Any, int] = defaultdict(int)
            for instr in self.program.body:
                for v in instr.inputs:
                    counted[v] += 1
            for phase in range(len(self.program.reverses) + 1):
                for v in self.program.results(phase):
                    counted[v] += 2
            self._counted = counted
        return self._counted

    def _room(self, count: int) -> int:
        start = self.size
        self.size += count
        return start

    def _index(self, a: Any) -> int:
        if isinstance(a, Var):
            return self.place[a]
        key = float(a).hex()
        if key not in self.constants:
            self.constants[key] = self._room(1)
        return self.constants[key]

    # ------------------------------------------------------------------------------------- running

    def lease(self) -> Lease:
        """A vector nobody uses, for as long as the lease is held."""
        try:
            return Lease(self.pool.pop())
        except IndexError:
            self.frames += 1
            return Lease(self._frame())

    def _frame(self) -> Frame:
        program = self.program
        numbers = np.zeros(self.size)
        for key, place in self.constants.items():
            numbers[place] = float.fromhex(key)
        runs = [_bound(steps, numbers) for steps in self.phases]
        count = len(program.inputs)
        outputs = [(self.place[v], v.dtype == np.bool) for v in program.outputs]

        def forward(*inputs: Any) -> tuple[Any, ...]:
            numbers[:count] = inputs
            runs[0]()
            return tuple(np.bool(numbers[i]) if b else numbers[i] for i, b in outputs)

        def reverse_pass(phase: int) -> Any:
            reverse = program.reverses[phase - 1]
            if reverse is None:
                return None
            seed = self.place[reverse.seed]
            places = self.gradients[phase - 1]
            wanted = [g is not None for g in reverse.gradients]

            def backward(g: Any, *inputs: Any) -> tuple[Any, ...]:
                numbers[:count] = inputs
                numbers[seed] = g
                runs[phase]()
                arrived = iter(numbers[places])
                return tuple([next(arrived) if w else None for w in wanted])

            return backward

        reverses = [reverse_pass(k + 1) for k in range(len(program.reverses))]
        return Frame((forward, list, *reverses), self.pool)


def _indices(places: list[int]) -> Any:
    """A slice where the places lie side by side or are all the same; else an index array."""
    first, count = places[0], len(places)
    if places[-1] == first + count - 1 and places == list(range(first, first + count)):
        return slice(first, first + count)
    if places.count(first) == count:
        return slice(first, first + 1)
    return np.array(places)


def _bound(steps: list[Step], numbers: np.ndarray) -> Callable[[], None]:
    """The steps on one vector: views made once, gathered operands in memory made once."""
    most = max(
        (np.size(o) for s in steps for o in s.operands if isinstance(o, np.ndarray)), default=0
    )
    scratch = [np.empty(most) for _ in range(2)]
    plan = []
    for function, operands, out in steps:
        gathers, arrays = [], []
        for i, operand in enumerate(operands):
            if isinstance(operand, np.ndarray):
                space = scratch[i][: operand.size].reshape(operand.shape)
                gathers.append((operand, space))
                arrays.append(space)
            else:
                arrays.append(numbers[operand] if isinstance(operand, slice) else operand)
        plan.append((gathers, function, arrays, numbers[out]))
    take = numbers.take

    def run() -> None:
        for gathers, function, arrays, out in plan:
            for index, space in gathers:
                take(index, None, space, "clip")
            function(*arrays, out=out)

    return run
