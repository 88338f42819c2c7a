"""Recall: what the function computed a moment ago, and its trace need not compute again.

A function runs as ever before it is traced. Where the trace meets the same operation on the same
arrays (the same memory, which nobody can have written since), the numbers of that run are those it
would compute.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from autograd.arrays import memory_of
from autograd.jit.outlines import is_small
from autograd.primitive import Primitive
from autograd.value import Value

#: Each with its operands, which thereby stay where they are.
Known = dict[Hashable, tuple[np.ndarray, Any]]


def computed(results: Iterable[Any]) -> Known:
    """The large arrays below these results, by what they were computed from."""
    known: Known = {}  # but views: those are quick, and know whom they show
    pending = [x for x in results if isinstance(x, Value)]
    seen = set(pending)
    while pending:
        node = pending.pop()
        if node.op is None:
            continue
        data = node._data
        inputs = node.inputs
        if not is_small(inputs) and not (node.op.views and np.may_share_memory(data, inputs[0])):
            known[_key(node.op, inputs, node.params)] = data, inputs
        for parent in node.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                pending.append(parent)
    known.pop(None, None)
    return known


def recalled(known: Known, op: Primitive, inputs: Any, params: dict | None) -> Any:
    """The numbers of `op` on these arrays, if it ran on them before; None if not."""
    if not known or is_small(inputs):
        return None
    return known.get(_key(op, inputs, params), (None,))[0] if op.builtin else None


def _key(op: Primitive, inputs: Any, params: dict | None) -> Hashable:
    """Equal where the same is computed."""
    settings = repr(params) if params else ""
    if "array" in settings:  # of which `repr` shows a part
        return None
    return (op, *map(_place, inputs), settings)


def _place(x: Any) -> Hashable:
    """Which memory an array is; a number as it is."""
    if not isinstance(x, np.ndarray):
        return (type(x), repr(x))
    return memory_of(x)
