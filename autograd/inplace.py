"""Writing into a Value: `x[i] = v` is an operation whose result `x` stands for from then on.

Whoever read `x` before keeps what it read. The reader's record still names `x`, so the old state
moves into a node of its own, and before a graph is walked its readers are pointed at the version
they read: the newest one that is older than they are.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from autograd.errors import GradientError
from autograd.ops.index import set_at
from autograd.recording import PAUSED, thread
from autograd.value import Value, next_seq

#: The Values alive that were written into and had a gradient before, by identity.
written: dict[int, weakref.ref[Value]] = {}

_STATE = ("op", "name", "scope", "requires_grad", "seq", "_data", "_grad")
_RECORD = ("parents", "saved", "params")


def write(x: Value, index: Any, new: Any) -> None:
    """See `Value.__setitem__`."""
    if thread.scope is PAUSED:
        _write_numbers(x, index, new)
        return
    out = set_at(x, new, index)
    if out.requires_grad:
        if x.requires_grad:
            _make_way(x, out)
        x.op, x.parents, x.saved, x.params = out.op, out.parents, out.saved, out.params
        x.scope, x.requires_grad, x._grad = out.scope, True, None
    x._data = out._data
    x.seq = next_seq()


def _write_numbers(x: Value, index: Any, new: Any) -> None:
    """Inside `no_grad()`: other numbers in a leaf, and nothing is recorded."""
    if x.op is not None:
        raise GradientError(
            f"{x._label()} is the result of {x.op.name}, and inside no_grad() only leaves are "
            "written; record the write, or take x.detach() first"
        )
    data = np.array(x._data)
    data[getattr(index, "_data", index)] = getattr(new, "_data", new)
    x.data = data


def _make_way(x: Value, out: Value) -> None:
    """Move what x was into a node of its own, which `out` was computed from."""
    old: Any = object.__new__(Value)
    for name in _STATE + (_RECORD if x.op is not None else ()):
        setattr(old, name, getattr(x, name))
    out.parents = tuple(old if parent is x else parent for parent in out.parents)
    if id(x) in written:
        _remember(old)
    _remember(x)


def _remember(x: Value) -> None:
    key = id(x)
    written[key] = weakref.ref(x, lambda _: written.pop(key, None))


def settle(root: Value) -> None:
    """Point every reader below `root` at the version it read."""
    seen = {root}
    stack = [root]
    while stack:
        node = stack.pop()
        if node.op is None:
            continue
        if any(p is not None and p.seq > node.seq for p in node.parents):
            node.parents = tuple(_version(p, node.seq) for p in node.parents)
        for parent in node.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)


def _version(x: Value | None, seq: int) -> Value | None:
    """What x was when the node of that number read it."""
    while x is not None and x.seq > seq and id(x) in written and x.op is not None:
        x = x.parents[0]
    return x
