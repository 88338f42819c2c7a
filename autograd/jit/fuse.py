"""Fusion: what works row by row on large arrays is done block by block, on all cores.

Each operation alone reads its operands from memory and writes its result back; a chain of them on
a million numbers is a chain of such journeys. But where every row of a result depends on the same
row of the operands alone, a few rows can go through the whole chain while they are in the cache,
and other rows at the same time on another core. (The idea of numexpr, and of every tensor
compiler; here a block is a plain Python function of NumPy calls.)

The pass only says what belongs together: instructions of one `group` are moved next to each other.
Nothing is computed in another order within a row, so not a bit changes.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.jit.kernels import kernel_for, ufunc_of, view_of
from autograd.jit.program import Instr, Program, Var

#: Numbers of the widest array in a block: small enough for the cache, and large enough that the
#: interpreter lock is seldom asked for.
BLOCK = 1 << 16
#: What a group must cost, in additions of a number, to be worth the blocks.
WORTH = 1 << 19
#: A larger product of two matrices is shared out between the cores by OpenBLAS itself.
ALONE = 1 << 18
#: How many instructions ahead a group looks for members.
AHEAD = 64

_COSTLY = frozenset([np.exp, np.log, np.tanh, np.sin, np.cos, np.power, np.expm1, np.log1p])
_REDUCTIONS = frozenset(["sum", "max", "min", "mean", "products_along"])
_ROW_BY_ROW = frozenset(["relu", "sigmoid", "where", "astype", "cast"])


def fuse(program: Program) -> Program:
    """Gather chains of row-by-row operations on large arrays into groups."""
    body: list[Instr] = []
    number = 0
    for phase in range(len(program.reverses) + 1):
        left = program.phase(phase)
        if not any(map(_is_local, left)):
            body += left
            continue
        results = set(program.results(phase))
        while left:
            first = left[0]
            before, group, after = _gather(left, results) if _is_local(first) else ([], [], left)
            if sum(map(_cost, group)) < WORTH:
                body.append(first)
                left = left[1:]
                continue
            number += 1
            body += before
            body += [dataclasses.replace(instr, group=number) for instr in group]
            left = after
    return dataclasses.replace(program, body=body)


def _gather(left: list[Instr], results: set[Var]) -> tuple[list[Instr], list[Instr], list[Instr]]:
    """What must come before the group that begins here, the group, and what is left."""
    rows = left[0].out.shape[0]
    before: list[Instr] = []
    group: list[Instr] = []
    inside: set[Var] = set()
    later: set[Var] = set()
    for instr in left[:AHEAD]:
        inputs = instr.inputs
        if later.isdisjoint(inputs):
            parts = [v for v in inputs if v in inside]
            if (
                _is_local(instr)
                and instr.out.shape[0] == rows
                and all(by_row(v, instr) for v in parts)
            ):
                group.append(instr)
                inside.add(instr.out)
                continue
            if view_of(instr) is not None:
                if inside.isdisjoint(inputs):
                    before.append(instr)
                    continue
                made = next((i for i in group if i.out is inputs[0]), None)
                whole = made is not None and view_of(made) is None and made.out not in results
                if whole and _keeps_rows(instr):
                    group.append(instr)
                    inside.add(instr.out)
                    continue
        later.add(instr.out)
    joined = _joined(group)
    group = [instr for instr in group if instr.out in joined]
    here = {instr.out for instr in (*before, *group)}
    return before, group, [instr for instr in left if instr.out not in here]


def _joined(group: list[Instr]) -> set[Var]:
    """The results that hang together with the first one, as operands of one another."""
    joined = {group[0].out}
    size = 0
    while size < len(joined):
        size = len(joined)
        for instr in group:
            inputs = set(instr.inputs)
            if instr.out in joined:
                joined.update(v.out for v in group if v.out in inputs)
            elif not joined.isdisjoint(inputs):
                joined.add(instr.out)
    return joined


def _is_local(instr: Instr) -> bool:
    """Whether each row of a large result depends on that row of the operands alone."""
    out, name = instr.out, instr.op.name
    if not out.shape or out.shape[0] < 2 or not _rows_outermost(out):
        return False
    if all(math.prod(a.shape) < BLOCK for a in (out, *instr.args) if hasattr(a, "shape")):
        return False
    if kernel_for(instr) is None:
        return False
    if not all(_rows_outermost(a) for a in instr.inputs):
        return False
    if name in _REDUCTIONS:
        x, params = instr.args[0], instr.params or {}
        axis = params.get("axes" if name == "products_along" else "axis")
        if axis is None or x.shape[0] != out.shape[0]:
            return False
        axes = axis if isinstance(axis, tuple) else (axis,)
        return all(a % len(x.shape) for a in axes)
    if name == "matmul":
        if min(len(out.shape), *(len(np.shape(a)) for a in instr.args)) < 3:
            return False
        return math.prod(out.shape[-2:]) * instr.args[0].shape[-1] <= ALONE
    return ufunc_of(instr) is not None or name in _ROW_BY_ROW


def by_row(v: Any, instr: Instr) -> bool:
    """Whether an instruction looks, for a row of its result, at one row of an operand."""
    rows = instr.out.shape[0]
    if not np.shape(v) or v.shape[0] != rows:
        return False
    return len(v.shape) == len(instr.out.shape) or instr.op.name in _REDUCTIONS


def _rows_outermost(x: Var) -> bool:
    return x.layout is None or x.layout[0] == 0


def _keeps_rows(instr: Instr) -> bool:
    """Whether row i of a view looks at row i of its operand."""
    x, out = instr.args[0], instr.out
    if not out.shape or not x.shape or out.shape[0] != x.shape[0]:
        return False
    params = instr.params or {}
    match instr.op.name:
        case "reshape" | "expand_dims" | "squeeze":
            return x.layout is None
        case "transpose":
            axes = params.get("axes")
            return axes is not None and axes[0] % len(x.shape) == 0
        case "matrix_transpose":
            return len(x.shape) > 2
        case "getitem":
            index = params["index"]
            first = index[0] if isinstance(index, tuple) and index else index
            return first is Ellipsis or first == slice(None)
    return False


def _cost(instr: Instr) -> float:
    if view_of(instr) is not None:
        return 0
    size = math.prod(instr.out.shape)
    if instr.op.name == "matmul":
        return size * instr.args[0].shape[-1] / 16
    if instr.op.name in _REDUCTIONS:
        return 2 * math.prod(instr.args[0].shape)
    costly = instr.op.name == "sigmoid" or ufunc_of(instr) in _COSTLY
    return size * (3 if costly else 1)


def rows_of(group: list[Instr], workers: int) -> tuple[int, int]:
    """How many rows a group has, and how many of them make a block."""
    count = next(i.out.shape[0] for i in group if view_of(i) is None)
    widest = max(math.prod(v.shape) // count for v in _aligned(group, count))
    return count, max(1, min(BLOCK // max(widest, 1), -(-count // workers)))


def _aligned(group: list[Instr], count: int) -> Iterator[Any]:
    for instr in group:
        for v in (instr.out, *instr.inputs):
            if v.shape and v.shape[0] == count:
                yield v
