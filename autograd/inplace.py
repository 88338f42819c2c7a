"""Writing into a Value: `x[i] = v` is an operation whose result `x` stands for from then on.

Whoever computed with `x` before keeps what it read. The reader's record still names `x`, so the old
state moves into a node of its own, and before a graph is walked its readers are pointed at the
version they read: the newest one that is older than they are.

Slices, transposes and reshapes are views, as in NumPy: they and what they are views of show the
same numbers, so a write into one is a write into each of them, at the places where they meet.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import GradientError, ShapeError
from autograd.ops.index import _plain_index, set_at
from autograd.recording import PAUSED, thread
from autograd.value import Value, next_seq

#: The Values alive that were written into and had a gradient before, by identity.
written: dict[int, weakref.ref[Value]] = {}

_STATE = ("op", "name", "scope", "requires_grad", "seq", "_data", "_grad")
_RECORD = ("parents", "saved", "params")


def write(x: Value, index: Any, new: Any) -> None:
    """See `Value.__setitem__`."""
    alone = not is_shared(x)
    if thread.scope is PAUSED:
        _write_numbers(x, index, new)
        for view, places, numbers in () if alone else elsewhere(x, index, new):
            if view.op is None:
                _write_numbers(view, places, numbers)
        return
    made = [(x, set_at(x, new, index))]
    if not alone:
        made += [(view, set_at(view, v, at)) for view, at, v in elsewhere(x, index, new)]
    for view, out in made:
        _stand_for(view, out)
    if not alone:
        show_again(x)


def replace(x: Value, out: Any) -> None:
    """Let x stand for what an operation computed from it, `x += 1`: `x[...] = out`, or simpler.

    Raises:
        ShapeError: the result has another shape than x.
        TypeError: it has another dtype.
    """
    if out.shape != x.shape:
        raise ShapeError(
            f"{x._label()} is changed in place and keeps its shape {x.shape}, and the result would "
            f"broadcast to {out.shape}: write x = x + y for a new Value"
        )
    if not is_shared(x) and out.dtype == x.dtype and out.op is not None and not out.traced:
        _stand_for(x, out)
    else:
        x[...] = out


def show_again(x: Value) -> None:
    """Let every view in the family be one of the new numbers, with the strides it had."""
    for view, _ in _family(x):
        if (link := getattr(view, "view_of", None)) is not None:
            whole, op, params = link
            data = op.forward(whole._data, **params)
            view._data = data if data.ndim else data[()]


def is_shared(x: Value) -> bool:
    """Whether writing into x also writes into another Value."""
    views = getattr(x, "views", None) or ()
    return getattr(x, "view_of", None) is not None or any(v() is not None for v in views)


def relatives(x: Value) -> Iterator[Value]:
    """The other Values in which a write into x is seen."""
    return (view for view, _ in _family(x) if view is not x)


def elsewhere(x: Value, index: Any, new: Any) -> Iterator[tuple[Value, Any, Any]]:
    """The other Values that show what `x[index] = new` changes: where in them, and to what."""
    family = list(_family(x))
    target = next(places for view, places in family if view is x)[_plain_index(index)]
    shape = np.shape(new)[max(np.ndim(new) - target.ndim, 0) :]  # axes of size 1 in front may go
    numbers = ops.broadcast_to(ops.reshape(new, shape), target.shape).reshape(-1)
    which = np.full(family[0][1].size, -1)
    which[target.reshape(-1)] = np.arange(target.size)  # of two at one place the last counts
    for view, places in family:
        found = which[places]
        if view is not x and (found >= 0).any():
            yield view, found >= 0, numbers[found[found >= 0]]


def _family(x: Value) -> Iterator[tuple[Value, Any]]:
    """What x is a view of, and all views of that: each with the places its numbers have there."""
    while (link := getattr(x, "view_of", None)) is not None:
        x = link[0]
    todo = [(x, np.arange(x.size).reshape(x.shape))]
    while todo:
        whole, places = todo.pop()
        yield whole, places
        for reference in getattr(whole, "views", None) or ():
            view = reference()
            if view is not None:
                _, op, params = view.view_of
                todo.append((view, op.forward(places, **params)))


def _stand_for(x: Value, out: Value) -> None:
    """From now on x is what was just computed from it."""
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


def as_given(x: Value, seq: int) -> Value:
    """The node that x was when it had the number `seq`, whatever was written into it since."""
    if not written:
        return x
    found = _version(x, seq)
    return x if found is None else found


def _version(x: Value | None, seq: int) -> Value | None:
    """What x was when the node of that number read it."""
    while x is not None and x.seq > seq and id(x) in written and x.op is not None:
        x = x.parents[0]
    return x
