"""still: a copy of a recorded graph that later training leaves as it is.

An optimiser writes a parameter's new numbers where the old ones were, so a graph is good for one
moment only. A picture of many moments keeps a still of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.arrays import memory_of
from autograd.backprop import nodes_below
from autograd.value import Value, next_seq


class PairError(ValueError):
    """Two graphs that are not the same operations in the same places."""


def still(root: Value) -> dict[Value, Value]:
    """For every node below `root` its copy, in a graph with numbers of its own.

    >>> from autograd.viz.still import still
    >>> w = Value(3.0, name="w")
    >>> loss = w * w
    >>> copies = still(loss)
    >>> w.data = 5.0
    >>> autograd.explain(copies[loss], copies[w]).total
    6.0
    """
    copies: dict[Value, Value] = {}
    arrays: dict[Any, Any] = {}
    places = {node: i for i, node in enumerate(_walk(root))}
    # A step writes all parameters at once, so they may be of one age: then as the walk meets them.
    for node in sorted(nodes_below(root), key=lambda node: (node.seq, places[node])):
        copies[node] = copy_of(node, copies, arrays)
    return copies


def pair(root: Value, other: Value) -> dict[Value, Value]:
    """For every node below `root` the one in its place below `other`.

    Raises:
        PairError: the graphs differ in an operation or a shape.
    """
    found = {root: other}
    stack = [(root, other)]
    while stack:
        a, b = stack.pop()
        if a.op is not b.op or a.shape != b.shape or a.dtype != b.dtype:
            raise PairError(f"{a._label()} became {b._label()}")
        for p, q in zip(_parents(a), _parents(b), strict=True):
            if (p is None) != (q is None) or (p in found and found[p] is not q):
                raise PairError(f"{a._label()} is computed from something else")
            if p is not None and q is not None and p not in found:
                found[p] = q
                stack.append((p, q))
    return found


def _parents(node: Value) -> tuple[Value | None, ...]:
    return () if node.op is None else node.parents


def _walk(root: Value) -> Iterator[Value]:
    """Every node once, in an order that the operands' places alone decide."""
    seen, stack = {root}, [root]
    while stack:
        node = stack.pop()
        yield node
        for parent in reversed(_parents(node)):
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)


def copy_of(node: Value, copies: dict[Value, Value], arrays: dict[Any, Any] | None = None) -> Value:
    """A copy of a node whose operands have been copied; with `arrays` also of its numbers."""
    copy = object.__new__(Value)
    leaf = node.op is None
    copy._data = _own(node._data, arrays) if leaf else node._data  # a result stays as it is
    copy._grad = None
    copy.op, copy.name, copy.scope = node.op, node.name, node.scope
    copy.requires_grad = node.requires_grad
    copy.seq = next_seq()
    if leaf:
        return copy
    copy.parents = tuple(None if p is None else copies[p] for p in node.parents)
    copy.params = node.params
    copy.saved = node.saved and tuple(
        _own(x, arrays) if p is None or p.op is None else x
        for p, x in zip(copy.parents, node.saved, strict=True)
    )
    return copy


def _own(x: Any, arrays: dict[Any, Any] | None) -> Any:
    """A copy of an array: one for all that are the same memory."""
    if arrays is None or not isinstance(x, np.ndarray):
        return x
    key = memory_of(x)
    if key not in arrays:
        arrays[key] = x.copy()
        arrays[key].setflags(write=False)
    return arrays[key]
