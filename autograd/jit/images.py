"""Images in compiled code: convolutions and poolings write into buffers, and relu waits for them.

The largest number of a window is known before what is below 0 becomes 0, and the order does not
matter to the result. Afterwards there are fewer numbers to look at: with windows of 2 by 2, one
quarter, in the forward phase and in its reverse.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.jit.program import Instr, Program, Var
from autograd.ops.convolution import (
    channel_sum_into,
    conv_into,
    conv_transpose_into,
    conv_weight_into,
)
from autograd.ops.pooling import avg_pool_into, avg_unpool_into, max_pool_into, to_winners_into

#: What the generated code calls, by operation.
_INTO: dict[str, Callable[..., None]] = {
    "conv": conv_into,
    "conv_transpose": conv_transpose_into,
    "conv_weight": conv_weight_into,
    "channel_sum": channel_sum_into,
    "max_pool": max_pool_into,
    "pool_to_winners": to_winners_into,
    "avg_pool": avg_pool_into,
    "avg_unpool": avg_unpool_into,
}
FUNCTIONS: dict[str, Callable[..., None]] = {f.__name__: f for f in _INTO.values()}


def _into(instr: Instr, o: str, args: list[str]) -> list[str]:
    settings = [f"{name}={_plain(x)!r}" for name, x in (instr.params or {}).items()]
    return [f"{_INTO[instr.op.name].__name__}({', '.join([o, *args, *settings])})"]


def _plain(x: Any) -> Any:
    """A setting as Python's own numbers, which say nothing of NumPy when they are written."""
    if isinstance(x, tuple):
        return tuple(map(_plain, x))
    return x.item() if isinstance(x, np.generic) else x


KERNELS = dict.fromkeys(_INTO, _into)


def pool_first(program: Program) -> Program:
    """Let max pooling and relu change places, where nobody else looks at what lies between."""
    if not program.has("max_pool"):
        return program
    users: dict[Var, list[Instr]] = defaultdict(list)
    for instr in program.body:
        for v in instr.inputs:
            users[v].append(instr)
    ends = {v for phase in range(len(program.reverses) + 1) for v in program.results(phase)}
    instead: dict[Var, list[Instr]] = {}  # by the result of what stood there
    for instr in program.body:
        if instr.op.name == "relu" and instr.op.builtin and instr.out not in ends:
            instead |= _exchanged(instr, users, ends) or {}
    body = [new for old in program.body for new in instead.get(old.out, [old])]
    return dataclasses.replace(program, body=body)


def _exchanged(
    relu: Instr, users: dict[Var, list[Instr]], ends: set[Var]
) -> dict[Var, list[Instr]] | None:
    """What stands in place of relu, pooling and their reverse; None where they must stay."""
    between = relu.out
    pools = [u for u in users[between] if u.op.name == "max_pool"]
    if len(pools) != 1:
        return None
    (x,), (pool,) = relu.args, pools
    out = pool.out
    first = Var(out.shape, out.dtype, out.wants, out.layout)
    instead = {
        between: [],
        out: [
            dataclasses.replace(pool, args=(x,), out=first),
            dataclasses.replace(relu, args=(first,), out=out, phase=pool.phase),
        ],
    }
    others = [u for u in users[between] if u is not pool]
    masks = {u.out: u for u in others if u.op.name == "greater" and _is_zero(u.args[1])}
    backs = [u for u in others if u.op.name == "pool_to_winners" and u.args[1] is out]
    if len(masks) + len(backs) < len(others) or not ends.isdisjoint(masks):
        return None
    masked: set[int] = set()
    for back in backs:
        product = _only_user(back.out, users, ends)
        if product is None or product.op.name != "multiply" or len(product.inputs) != 2:
            return None
        mask = next((masks[v] for v in product.inputs if v in masks), None)
        if mask is None or mask.args[0] is not between:
            return None
        masked.add(id(product))
        open_ = Var(out.shape, mask.out.dtype, layout=out.layout)
        g = Var(out.shape, back.out.dtype, layout=out.layout)
        exchange: dict[Any, Any] = {back.out: back.args[0], mask.out: open_}
        instead |= {
            mask.out: [],
            product.out: [],
            back.out: [
                dataclasses.replace(mask, args=(out, mask.args[1]), out=open_, phase=product.phase),
                dataclasses.replace(product, args=tuple(exchange[v] for v in product.args), out=g),
                dataclasses.replace(back, args=(g, first, x), out=product.out),
            ],
        }
    if any(id(u) not in masked for v in masks for u in users[v]):
        return None
    return instead


def _is_zero(x: Any) -> bool:
    return x.__class__ in (int, float) and x == 0


def _only_user(v: Var, users: dict[Var, list[Instr]], ends: set[Var]) -> Instr | None:
    return users[v][0] if len(users[v]) == 1 and v not in ends else None
