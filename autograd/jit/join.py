"""Joins: a sum of two products is one product.

A step of a recurrent network adds what comes in and what it remembers, each times its own weight:

    W @ x + V @ h  =  [W V] @ [x; h]

One product of twice the depth is quicker than two, and there is nothing to add. The weights are
laid side by side once for all steps that use them, so it takes several of these; x and h are laid
under one another, h by whoever computes it (`codegen`).

The sum is rounded in another place: the last bits may differ.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from autograd.jit.batch import MOST_ROWS, adds, used
from autograd.jit.program import Instr, Program, Var
from autograd.primitive import registry

#: So many sums with the same weights are worth a copy of these.
SEVERAL = 4


def join(program: Program) -> Program:
    """Compute sums of two products with the same weights as one product."""
    if few_sums(program):
        return program
    pairs = _pairs(program)
    count = Counter((instr.phase, *weights) for instr, weights, _ in pairs.values())
    known: dict[Any, Var] = {}
    body: list[Instr] = []
    for instr in program.body:
        if instr.out not in pairs:
            body.append(instr)
            continue
        _, weights, states = pairs[instr.out]
        key = (instr.phase, *weights)
        if count[key] < SEVERAL:
            body.append(instr)
            continue
        if key not in known:
            known[key] = _laid(body, weights, 1, instr)
        product = (known[key], _laid(body, states, 0, instr))
        body.append(Instr(registry["matmul"], product, None, instr.out, instr.phase))
    return dataclasses.replace(program, body=body)


def few_sums(program: Program) -> bool:
    """Whether there are too few sums for several to have anything in common."""
    add = registry["add"]
    return sum(instr.op is add for instr in program.body) < SEVERAL


def _pairs(program: Program) -> dict[Var, tuple[Instr, tuple[Var, ...], tuple[Var, ...]]]:
    """For the result of each sum of two products: its instruction, both weights, both states."""
    uses = used(program)
    makers = {instr.out: instr for instr in program.body}
    found = {}
    for instr in program.body:
        if not adds(instr) or len(instr.out.shape) != 2:
            continue
        products = [makers.get(v) for v in instr.inputs]
        if all(p is not None and _joins(p, instr) and uses[p.out] == 1 for p in products):
            weights, states = zip(*(p.args for p in products if p is not None))
            if _worth_it(weights, states):
                found[instr.out] = instr, weights, states
    return found


def _joins(product: Instr, total: Instr) -> bool:
    plain = product.op is registry["matmul"] and product.phase == total.phase
    return plain and all(isinstance(a, Var) and len(a.shape) == 2 for a in product.args)


def _worth_it(weights: tuple[Var, ...], states: tuple[Var, ...]) -> bool:
    """Whether to copy the states costs no more than to add the products."""
    rows, columns = weights[0].shape[0], states[0].shape[1]
    alike = {a.dtype for a in (*weights, *states)} == {weights[0].dtype}
    return alike and columns <= MOST_ROWS and sum(w.shape[1] for w in weights) <= rows


def _laid(body: list[Instr], parts: tuple[Var, ...], axis: int, like: Instr) -> Var:
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    whole = Var(tuple(shape), like.out.dtype)
    body.append(Instr(registry["concatenate"], parts, {"axis": axis}, whole, like.phase))
    return whole
