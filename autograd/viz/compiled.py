"""Compiled functions opened: the operations inside take the place of the one node they were."""

from __future__ import annotations

from autograd.backprop import nodes_below
from autograd.graph import Graph
from autograd.jit.replay import inside
from autograd.memory import without_collector
from autograd.primitive import Primitive
from autograd.recording import enable_grad, scope, thread
from autograd.value import Value
from autograd.viz.still import copy_of


def opened(root: Value) -> Value:
    """`root` computed from the same leaves, with what `jit` compiled recorded step by step.

    >>> from autograd.viz.compiled import opened
    >>> square = autograd.jit(lambda x: x * x + 1.0)
    >>> x = Value(3.0)
    >>> for _ in range(3):
    ...     y = square(x)
    >>> y.op.name, opened(y).op.name
    ('<lambda>', 'add')
    """
    now: dict[Value, Value] = {}
    for node in reversed(nodes_below(root)):
        parents = () if node.op is None else node.parents
        operands = [
            Value(x, requires_grad=False) if p is None else now[p]
            for p, x in zip(parents, node.inputs, strict=True)
        ]
        found = _inside(node, operands)
        if found is None:
            changed = any(p is not None and now[p] is not p for p in parents)
            found = copy_of(node, now) if changed else node
        now[node] = found
    return now[root]


def graph_of(*roots: Value, gradients: bool = True, open_jit: bool = False) -> Graph:
    """The graph of `roots`, with compiled functions opened or not."""
    with without_collector():
        if open_jit and all(isinstance(root, Value) for root in roots):
            roots = tuple(map(opened, roots))
        return Graph(*roots, with_gradients=gradients)


def is_compiled(op: Primitive) -> bool:
    """Whether it is a function that `jit` compiled."""
    return hasattr(op.forward, "record")


def _inside(node: Value, operands: list[Value]) -> Value | None:
    """The last operation inside a compiled function, in a scope of the function's name."""
    if node.op is None or not is_compiled(node.op):
        return None
    before, thread.scope = thread.scope, node.scope
    try:
        with enable_grad(), scope(node.op.name, "jit"):
            found = inside(node, operands)
    finally:
        thread.scope = before
    if found is not None and found.op is not None and node.name:
        found.name = node.name
    return found
