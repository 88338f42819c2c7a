"""The pipeline: the passes in their order, and what each of them did."""

from __future__ import annotations

from autograd.jit.expand import expand
from autograd.jit.fuse import fuse
from autograd.jit.passes import (
    Pass,
    assemble,
    common_subexpressions,
    constant_folding,
    dead_code,
    identities,
    unbroadcast,
)
from autograd.jit.program import Program

#: In the order in which they run. `jit(fn, disable=("expand", ...))` leaves some out.
PASSES: tuple[Pass, ...] = (
    dead_code,
    constant_folding,
    expand,
    identities,
    common_subexpressions,
    unbroadcast,
    assemble,
    dead_code,
    fuse,
)


def optimise(program: Program, disable: tuple[str, ...]) -> tuple[Program, list[tuple[str, int]]]:
    """Run the passes; returns the program and how many instructions were left after each."""
    counts = [("traced", len(program.body))]
    for step in PASSES:
        if step.__name__ not in disable:
            program = step(program)
            counts.append((step.__name__, len(program.body)))
    return program, counts
