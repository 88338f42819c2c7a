"""Scales: a weight is multiplied by what its products would be, once for all steps.

The sigmoid gates of an LSTM are a tanh of half their weighted sums: every step would halve rows of
these, as they lie by columns.

    s (W @ x + b)  =  (s W) @ x + s b

The weight and the bias are scaled instead. Only by powers of two: the numbers are the same then,
bit by bit (but for those so small that they do not have all their bits).
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.batch import adds, turns, used
from autograd.jit.join import SEVERAL, few_sums
from autograd.jit.passes import renamed, with_names
from autograd.jit.program import Instr, Program, Var
from autograd.primitive import registry


class _Scaled(NamedTuple):
    """What computes scale * (product + bias).T."""

    product: Instr
    total: Instr
    turned: Instr
    scale: np.ndarray

    @property
    def key(self) -> Any:
        """Equal where weight, bias and scale are the same."""
        return self.total.phase, self.product.args[0], self.total.args[1], id(self.scale)


def scales(program: Program) -> Program:
    """Scale a weight that several products share, and what is added to them, not their sums."""
    if few_sums(program):
        return program
    found = _found(program)
    count = Counter(scaled.key for scaled in found.values())
    found = {out: scaled for out, scaled in found.items() if count[scaled.key] >= SEVERAL}
    same = {out: scaled.turned.out for out, scaled in found.items()}
    sums = {scaled.total.out: scaled for scaled in found.values()}
    known: dict[Any, tuple[Var, ...]] = {}
    moved = {scaled.product.out for scaled in found.values()}
    body: list[Instr] = []
    for instr in program.body:
        if instr.out in sums:
            product, total, _, scale = scaled = sums[instr.out]
            if scaled.key not in known:
                both = (product.args[0], total.args[1])
                known[scaled.key] = tuple(_times(body, x, scale, total.phase) for x in both)
            weight, bias = known[scaled.key]
            body.append(dataclasses.replace(product, args=(weight, product.args[1])))
            body.append(dataclasses.replace(total, args=(product.out, bias)))
        elif instr.out not in same and instr.out not in moved:
            body.append(with_names(instr, same))
    return renamed(dataclasses.replace(program, body=body), same)


def _times(body: list[Instr], x: Var, scale: np.ndarray, phase: int) -> Var:
    """Each row of a weight or bias times its scale."""
    column = np.array(scale[:1].T)
    column.flags.writeable = False
    out = Var(x.shape, x.dtype, layout=x.layout)
    body.append(Instr(registry["multiply"], (x, column), None, out, phase))
    return out


def _found(program: Program) -> dict[Var, _Scaled]:
    """The scaled sums whose steps nobody else looks at, by their results."""
    uses = used(program)
    makers = {instr.out: instr for instr in program.body}
    found = {}
    for instr in program.body:
        scaled = _scaled(instr, makers) if instr.op is registry["multiply"] else None
        if scaled is not None and all(
            uses[step.out] == 1 and step.phase == instr.phase for step in scaled[:3]
        ):
            found[instr.out] = scaled
    return found


def _scaled(instr: Instr, makers: dict[Var, Instr]) -> _Scaled | None:
    x, scale = instr.args
    turned = makers.get(x) if isinstance(x, Var) else None
    if turned is None or not turns(turned) or not _is_scale(scale, instr.out):
        return None
    total = makers.get(turned.args[0])
    product = makers.get(total.args[0]) if total is not None and adds(total) else None
    if total is None or product is None or product.op is not registry["matmul"]:
        return None
    matrices = all(isinstance(a, Var) and len(a.shape) == 2 for a in product.args)
    return _Scaled(product, total, turned, scale) if matrices else None


def _is_scale(x: Any, like: Var) -> bool:
    """Whether it is a constant of powers of two, the same in every row."""
    if not isinstance(x, np.ndarray) or (x.shape, x.dtype) != (like.shape, like.dtype):
        return False
    if x.dtype.kind != "f" or x.ndim != 2 or not x.size or x.flags.writeable or x.base is not None:
        return False
    return bool((x == x[:1]).all() and (np.abs(np.frexp(x[0])[0]) == 0.5).all())
