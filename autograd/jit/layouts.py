"""Layouts: where a matrix by rows meets one by columns, the result is laid by columns.

NumPy walks through two arrays that lie alike in one go; through a matrix by rows and one by columns
it goes in steps, and gives a result by rows, so that it does the same again with the next one. One
gradient that comes in by rows (a loss has no reason to do otherwise) would slow down all of an
LSTM's reverse pass that way. Here it meets the other kind once. The numbers are the same.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from autograd.jit.kernels import in_place
from autograd.jit.passes import renamed, with_names
from autograd.jit.program import Instr, Program, Var, layout_of

BY_COLUMNS = (1, 0)
_ARRANGE = frozenset(["zeros_like", "concatenate", "assemble"])


def layouts(program: Program) -> Program:
    """Lay matrices by columns that are made from others by columns."""
    fixed = {v for phase in range(len(program.reverses) + 1) for v in program.results(phase)}
    same: dict[Var, Var] = {}
    body = []
    for instr in program.body:
        instr = with_names(instr, same)
        out = instr.out
        if _is_matrix(out) and out not in fixed and (wanted := _wanted(instr)) != out.layout:
            same[out] = Var(out.shape, out.dtype, out.wants, wanted)
            instr = Instr(instr.op, instr.args, instr.params, same[out], instr.phase)
        body.append(instr)
    return renamed(dataclasses.replace(program, body=body), same) if same else program


def _wanted(instr: Instr) -> Any:
    """How the result should lie."""
    if instr.op.name == "transpose":
        return None if layout_of(instr.args[0]) == BY_COLUMNS else BY_COLUMNS
    given = [a for a in instr.args if _is_matrix(a) and layout_of(a) == BY_COLUMNS]
    follows = given and (instr.op.name in _ARRANGE or in_place(instr))
    return BY_COLUMNS if follows else instr.out.layout


def _is_matrix(x: Any) -> bool:
    if x.__class__ is not Var and not isinstance(x, np.ndarray):
        return False
    shape = x.shape
    return len(shape) == 2 and shape[0] > 1 < shape[1]
