"""Fusion: what works row by row on large arrays is done block by block, on all cores.

Each operation alone reads its operands from memory and writes its result back; a chain of them on
a million numbers is a chain of such journeys. But where every row of a result depends on the same
row of the operands alone, a few rows can go through the whole chain while they are in the cache,
and other rows at the same time on another core. (The idea of numexpr, and of every tensor
compiler; here a block is a plain Python function of NumPy calls.)

The pass only says what belongs together: instructions of one `group` are moved next to each other.
Within a row nothing is computed in another order. Sums over all rows, such as the gradient of a
weight, are added up from each block's share, and products from tiles: their last bits may differ.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.jit.kernels import kernel_for, parts_of, ufunc_of, view_of
from autograd.jit.places import shown
from autograd.jit.program import Instr, Program, Var, empty
from autograd.jit.tiles import ALONE, MOST, side, tile

#: Numbers of the widest array in a block: small enough for the cache, and large enough that the
#: interpreter lock is seldom asked for.
BLOCK = 1 << 16
#: What a group must cost, in additions of a number, to be worth the blocks: just after a product of
#: matrices a thread of OpenBLAS still waits for another one, on the core that the group would use.
WORTH = 1 << 20
#: A group begins with an array of at least so many numbers; smaller ones may join.
LARGE = 1 << 15
#: How many instructions ahead a group looks for members.
AHEAD = 400

_COSTLY = frozenset([np.exp, np.log, np.tanh, np.sin, np.cos, np.power, np.expm1, np.log1p])
_REDUCTIONS = frozenset(["sum", "max", "min", "mean", "products_along"])
_ROW_BY_ROW = frozenset(["relu", "sigmoid", "where", "astype", "cast", "broadcast_to", "copied"])
_OVER_ROWS = frozenset(["row_sum", "row_products", "sum"])


def fuse(program: Program) -> Program:
    """Gather chains of row-by-row operations on large arrays into groups."""
    body: list[Instr] = []
    number = 0
    for phase in range(len(program.reverses) + 1):
        left = program.phase(phase)
        if not any(map(_begins, left)):
            body += left
            continue
        results = set(program.results(phase))
        while left:
            first = left[0]
            before, group, after = _gather(left, results) if _begins(first) else ([], [], left)
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
    rows = _count(left[0])
    before: list[Instr] = []
    group: list[Instr] = []
    inside: set[Var] = set()
    later: set[Var] = set()
    models: dict[Var, Any] = {}  # arrays like those that views may look at
    for instr in left[:AHEAD]:
        inputs, out = instr.inputs, instr.out
        if not instr.args:  # a random draw: they stay in their order
            before.append(instr)
            continue
        if later.isdisjoint(inputs):
            over = _is_over_rows(instr)
            if (
                (over or _is_local(instr))
                and _count(instr) == rows
                and all(by_row(v, instr) for v in inputs if v in inside)
            ):
                group.append(instr)
                if over:
                    later.add(out)
                    continue
                inside.add(out)
                if out not in results:
                    models[out] = empty(out.shape, out.dtype, out.layout)
                continue
            if view_of(instr) is not None:
                if inside.isdisjoint(inputs):
                    before.append(instr)
                    continue
                model = _seen(instr, models) if _keeps_rows(instr) else None
                if model is not None:
                    group.append(instr)
                    inside.add(out)
                    models[out] = model
                    continue
        later.add(out)
    joined = _joined(group)
    group = [instr for instr in group if instr.out in joined]
    here = {instr.out for instr in (*before, *group)}
    return before, group, [instr for instr in left if instr.out not in here]


def _joined(group: list[Instr]) -> set[Var]:
    """The results that hang together with the first one, as operands of one another.

    Gradients of weights always do: OpenBLAS's own threads would be in the way of the group.
    """
    joined = {group[0].out} | {i.out for i in group if i.op.name == "row_products"}
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


def _begins(instr: Instr) -> bool:
    """Whether a group may begin here: with work on a large array."""
    shapes = [a.shape for a in (instr.out, *instr.args) if isinstance(a, (Var, np.ndarray))]
    if not any(math.prod(shape) >= LARGE for shape in shapes):
        return False
    return _is_local(instr) or (instr.op.name == "row_products" and _is_over_rows(instr))


def _count(instr: Instr) -> int:
    """How many rows an instruction works on."""
    return (instr.args[0] if is_over_rows(instr) else instr.out).shape[0]


def _is_local(instr: Instr) -> bool:
    """Whether each row of the result depends on that row of the operands alone."""
    out, name = instr.out, instr.op.name
    if not out.shape or out.shape[0] < 2 or not _rows_apart(out):
        return False
    if kernel_for(instr) is None and not _is_called(instr):
        return False
    if not all(_rows_apart(a) for a in instr.inputs if by_row(a, instr)):
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
    if name == "linear":
        return instr.args[2] is None and len(out.shape) > 2 and tile_of(instr) is not None
    if name == "assemble":
        return all(by_row(a, instr) for a in instr.inputs) and all(map(_every, parts_of(instr)))  # type: ignore[arg-type]
    return ufunc_of(instr) is not None or name in _ROW_BY_ROW or _is_called(instr)


def _is_called(instr: Instr) -> bool:
    """Whether it is a function of single numbers without a kernel: it is called for each block."""
    op, settings = instr.op, (instr.params or {}).values()
    alone = len(instr.args) == 1 and not any(isinstance(s, np.ndarray) for s in settings)
    return alone and op.jvp == "elementwise" and op.builtin


def tile_of(instr: Instr) -> tuple[int, int] | None:
    """Rows and columns in which to compute a product with a weight."""
    outputs, inputs = instr.args[1].shape
    return tile(inputs, outputs)


def _is_over_rows(instr: Instr) -> bool:
    """Whether the result is a sum over all rows, to which every block adds its share."""
    operands = instr.args
    if not is_over_rows(instr) or kernel_for(instr) is None or operands[0].shape[0] < 2:
        return False
    if not math.prod(operands[0].shape):
        return False
    if not all(isinstance(a, Var) and _rows_apart(a) for a in operands):
        return False
    if instr.op.name != "row_products":
        return True
    return math.prod(instr.out.shape) <= MOST and all(map(side, instr.out.shape))


def is_over_rows(instr: Instr) -> bool:
    """Whether all axes but the last are summed over."""
    if instr.op.name not in _OVER_ROWS:
        return False
    x = instr.args[0]
    if instr.op.name == "sum":
        axis = (instr.params or {}).get("axis")
        if (instr.params or {}).get("keepdims") or not isinstance(axis, tuple):
            return False
        axes = {a % len(x.shape) for a in axis}
        return len(x.shape) > 2 and axes == set(range(len(x.shape) - 1))
    return len(x.shape) > 2


def by_row(v: Any, instr: Instr) -> bool:
    """Whether an instruction looks, for a row of its result, at one row of an operand."""
    if is_over_rows(instr):
        return True
    rows = instr.out.shape[0]
    if not np.shape(v) or v.shape[0] != rows:
        return False
    name = instr.op.name
    return len(v.shape) == len(instr.out.shape) or name in _REDUCTIONS or name == "copied"


def _rows_apart(x: Var) -> bool:
    """Whether rows do not lie mixed up, number by number."""
    return x.layout is None or x.layout[-1] != 0


def _keeps_rows(instr: Instr) -> bool:
    """Whether row i of a view looks at row i of its operand."""
    x, out = instr.args[0], instr.out
    if not out.shape or not x.shape or out.shape[0] != x.shape[0]:
        return False
    params = instr.params or {}
    match instr.op.name:
        case "reshape" | "expand_dims" | "squeeze":
            return True
        case "transpose":
            axes = params.get("axes")
            return axes is not None and axes[0] % len(x.shape) == 0
        case "matrix_transpose":
            return len(x.shape) > 2
        case "getitem":
            return _every(params["index"])
    return False


def _every(index: Any) -> bool:
    """Whether an index takes all places of the first axis."""
    first = index[0] if isinstance(index, tuple) and index else index
    return first is Ellipsis or first == slice(None)


def _seen(instr: Instr, models: dict[Var, Any]) -> Any:
    """What a view looks like; None if it would be a copy."""
    x = instr.args[0]
    if x not in models:
        return None
    return shown(models[x], view_of(instr)(instr, ""))  # type: ignore[misc]


def _cost(instr: Instr) -> float:
    if view_of(instr) is not None:
        return 0
    size = math.prod(instr.out.shape)
    if instr.op.name in ("matmul", "linear"):
        return size * instr.args[0].shape[-1] / 16
    if instr.op.name == "row_products":
        return size * math.prod(instr.args[0].shape[:-1]) / 16
    if instr.op.name in _REDUCTIONS or is_over_rows(instr):
        return 2 * math.prod(instr.args[0].shape)
    if kernel_for(instr) is None:
        return 16 * size
    costly = instr.op.name == "sigmoid" or ufunc_of(instr) in _COSTLY
    return size * (3 if costly else 1)


def rows_of(group: list[Instr], workers: int) -> tuple[int, int]:
    """How many rows a group has, and how many of them make a block."""
    count = next(_count(i) for i in group if view_of(i) is None)
    widest = max(math.prod(v.shape) // count for v in _aligned(group, count))
    # Products reuse what is in the cache, so the fewer and larger blocks are quicker.
    block = 2 * BLOCK if any(i.op.name == "linear" for i in group) else BLOCK
    return count, max(1, min(block // max(widest, 1), -(-count // workers)))


def _aligned(group: list[Instr], count: int) -> Iterator[Any]:
    for instr in group:
        for v in (instr.out, *instr.inputs):
            if v.shape and v.shape[0] == count:
                yield v
