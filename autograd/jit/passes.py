"""Passes: each makes a program smaller or cheaper, and never changes what it computes.

A pass takes a `Program` and returns one. They run in the order of `PASSES`; `jit(fn,
disable=("name", ...))` leaves some out, and `fn.report()` shows the instructions before and after
each. A newcomer can print a program at any point: `print(program)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograd.jit.program import Instr, Program, Reverse, Var


def dead_code(program: Program) -> Program:
    """Drop what no result needs; random draws stay, so that the next ones are the same."""
    needed = {v for phase in range(len(program.reverses) + 1) for v in program.results(phase)}
    kept: list[Instr] = []
    for instr in reversed(program.body):
        if instr.out in needed or (instr.phase == 0 and not instr.args):
            kept.append(instr)
            needed.update(instr.inputs)
    return dataclasses.replace(program, body=kept[::-1])


def common_subexpressions(program: Program) -> Program:
    """Compute once what is computed twice from the same operands.

    A phase may take results from itself and from the forward phase, which always ran before it.
    """
    first: dict[Hashable, Var] = {}
    same: dict[Var, Var] = {}
    kept: list[Instr] = []
    for instr in program.body:
        instr = _with_names(instr, same)
        key = _key(instr)
        if key is None:
            kept.append(instr)
            continue
        earlier = first.get((0, key)) or first.get((instr.phase, key))
        if earlier is not None:
            same[instr.out] = earlier
        else:
            first[instr.phase, key] = instr.out
            kept.append(instr)
    return _renamed(dataclasses.replace(program, body=kept), same)


def _key(instr: Instr) -> Hashable | None:
    """Equal for instructions that compute the same; None where that cannot be known."""
    if not instr.args:
        return None  # a random draw
    args = tuple(a if isinstance(a, Var) else _constant_key(a) for a in instr.args)
    params = tuple((k, _constant_key(v)) for k, v in (instr.params or {}).items())
    return (instr.op.name, id(instr.op), args, params)


def _constant_key(x: Any) -> Hashable:
    if isinstance(x, (float, np.floating)):
        return (type(x), x.hex() if isinstance(x, float) else x.tobytes())  # -0.0 is not 0.0
    try:
        hash(x)
    except TypeError:
        return (type(x), id(x))
    return (type(x), x)


def unbroadcast(program: Program) -> Program:
    """Let an elementwise operation broadcast by itself, where its other operand has the shape."""
    source: dict[Var, Var] = {}
    body = []
    for instr in program.body:
        if instr.op.name == "broadcast_to" and isinstance(instr.args[0], Var):
            source[instr.out] = source.get(instr.args[0], instr.args[0])
        elif source and instr.op.jvp == "elementwise" and len(instr.args) == 2:
            instr = dataclasses.replace(instr, args=_smaller(instr, source))
        body.append(instr)
    return dataclasses.replace(program, body=body)


def _smaller(instr: Instr, source: dict[Var, Var]) -> tuple[Any, ...]:
    args = list(instr.args)
    for i in (0, 1):
        small = source.get(args[i]) if isinstance(args[i], Var) else None
        other = args[1 - i]
        if small is not None and isinstance(other, Var) and other.shape == instr.out.shape:
            args[i] = small
    return tuple(args)


def identities(program: Program) -> Program:
    """Pass over what changes nothing: a reshape to the same shape, `+x` inside a program."""
    same: dict[Var, Var] = {}
    kept = []
    for instr in program.body:
        instr = _with_names(instr, same)
        x = instr.args[0] if instr.args else None
        if (
            isinstance(x, Var)
            and instr.op.name in ("reshape", "positive", "broadcast_to")
            and (x.shape, x.dtype) == (instr.out.shape, instr.out.dtype)
        ):
            same[instr.out] = x
        else:
            kept.append(instr)
    return _renamed(dataclasses.replace(program, body=kept), same)


def _with_names(instr: Instr, same: dict[Var, Var]) -> Instr:
    """The instruction with its operands under the names that remain."""
    if not same or not any(a in same for a in instr.args if isinstance(a, Var)):
        return instr
    args = tuple([same.get(a, a) if isinstance(a, Var) else a for a in instr.args])
    return Instr(instr.op, args, instr.params, instr.out, instr.phase)


def _renamed(program: Program, same: dict[Var, Var]) -> Program:
    """The results under the names that remain."""

    def now(x: Any) -> Any:
        return same.get(x, x) if isinstance(x, Var) else x

    reverses = [
        None if r is None else Reverse(r.seed, list(map(now, r.gradients)))
        for r in program.reverses
    ]
    effects = [(leaf, now(new)) for leaf, new in program.effects]
    return dataclasses.replace(
        program, outputs=list(map(now, program.outputs)), reverses=reverses, effects=effects
    )


Pass = Callable[[Program], Program]

#: In the order in which they run.
PASSES: tuple[Pass, ...] = (dead_code, identities, common_subexpressions, unbroadcast, dead_code)


def optimise(program: Program, disable: tuple[str, ...]) -> tuple[Program, list[tuple[str, int]]]:
    """Run the passes; returns the program and how many instructions were left after each."""
    counts = [("traced", len(program.body))]
    for step in PASSES:
        if step.__name__ not in disable:
            program = step(program)
            counts.append((step.__name__, len(program.body)))
    return program, counts
