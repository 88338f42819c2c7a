"""The pipeline: the passes in their order, and what each of them did."""

from __future__ import annotations

import itertools

from autograd.jit.batch import batch
from autograd.jit.expand import expand
from autograd.jit.fuse import fuse
from autograd.jit.images import pool_first
from autograd.jit.join import join
from autograd.jit.layouts import layouts
from autograd.jit.passes import (
    Pass,
    assemble,
    common_subexpressions,
    constant_folding,
    copies,
    dead_code,
    identities,
    unbroadcast,
)
from autograd.jit.program import Program
from autograd.jit.reporting import counted
from autograd.jit.scales import scales

#: In the order in which they run. `jit(fn, disable=("expand", ...))` leaves some out.
PASSES: tuple[Pass, ...] = (
    dead_code,
    constant_folding,
    expand,
    identities,
    common_subexpressions,
    pool_first,
    unbroadcast,
    assemble,
    layouts,
    join,
    scales,
    batch,
    dead_code,
    copies,
    fuse,
)


Stage = tuple[str, Program]


def optimise(program: Program, disable: tuple[str, ...]) -> list[Stage]:
    """Run the passes; returns the program as traced, and after each of them."""
    stages: list[Stage] = [("traced", program)]
    for step in PASSES:
        if step.__name__ not in disable:
            program = step(program)
            stages.append((step.__name__, program))
    return stages


def told(stages: list[Stage]) -> str:
    """What each pass did, in a line."""
    said = [f"traced {len(stages[0][1].body):,} instructions"]
    idle = []
    for (_, before), (name, after) in itertools.pairwise(stages):
        had = set(map(id, before.body))
        new = sum(id(instr) not in had for instr in after.body)
        groups = {instr.group for instr in after.body if instr.group}
        if groups:
            inside = sum(instr.group > 0 for instr in after.body)
            said.append(f"{name} {inside} in {counted(len(groups), 'group')}")
        elif len(after.body) != len(before.body):
            said.append(f"{name} {len(after.body) - len(before.body):+d}")
        elif new:
            said.append(f"{name} rewrote {new}")
        elif name not in idle:
            idle.append(name)
    worked = {part.split()[0] for part in said}
    idle = [name for name in idle if name not in worked]
    return ", ".join(said) + (f"; nothing to do for {', '.join(idle)}" if idle else "")
