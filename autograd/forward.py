"""Forward mode: tangents travel along the graph, the way the values went.

A tangent says how fast a node changes when the inputs move in a given direction. Each node takes
its operands' tangents through its primitive's forward-mode rule, oldest first (Griewank and Walther
2008, section 3.1). Reverse mode asks "what does the loss owe to each input?" and costs one pass a
result; forward mode asks "what does one input do to everything?" and costs one pass an input.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd import ops
from autograd.backprop import gradients, nodes_below, recorded_inputs
from autograd.primitive import Primitive
from autograd.recorder import record
from autograd.value import Value


def tangents(
    roots: Iterable[Value], seeds: dict[Value, Any], *, create_graph: bool = False
) -> dict[Value, Any]:
    """The tangent of every node between `seeds` and `roots`; a node missing here has none: it is 0.

    Args:
        roots: the results.
        seeds: the direction in which each input moves, of its shape and dtype.
        create_graph: the rules run on Values and the tangents are Values; otherwise arrays.

    Raises:
        GradientError: with `create_graph`, a leaf was changed after an operation used it.
    """
    below: set[Value] = set()
    for root in roots:
        below.update(nodes_below(root))
    found = dict(seeds)
    for node in sorted(below, key=lambda node: node.seq):
        if node.op is None or node in seeds:
            continue
        moving = [None if parent is None else found.get(parent) for parent in node.parents]
        if any(t is not None for t in moving):
            inputs = recorded_inputs(node) if create_graph else node.inputs
            out = node if create_graph else node._data
            found[node] = push(node.op, moving, out, inputs, node.params or {})
    return found


def push(
    op: Primitive, moving: Sequence[Any], out: Any, inputs: Sequence[Any], params: dict[str, Any]
) -> Any:
    """The tangent of `out = op(*inputs)`, given its operands' (None for one that stands still)."""
    rules = op.rules_for(len(inputs))
    which = [i for i, t in enumerate(moving) if t is not None and rules[i] is not None]
    if op.jvp == "linear":
        still = [
            x if rule is None or x is None else np.zeros(np.shape(x), out.dtype)
            for x, rule in zip(inputs, rules, strict=True)
        ]
        operands = [moving[i] if i in which else still[i] for i in range(len(inputs))]
        return _like(record(op, tuple(operands), params), out)
    return _sum(_share(op, i, moving[i], out, inputs, params, rules) for i in which)


def _share(
    op: Primitive, i: int, t: Any, out: Any, inputs: Sequence[Any], params: Any, rules: Any
) -> Any:
    """What operand i's tangent contributes to the result's."""
    jvp = op.jvp
    if jvp == "elementwise":
        share = rules[i](_broadcast(t, out), out, *inputs, **params)
    elif jvp == "product":
        share = record(op, (*inputs[:i], t, *inputs[i + 1 :]), params)
    elif jvp is None:
        share = _transposed(rules[i], t, out, inputs, params)
    else:
        rule: Any = jvp[0] if op.variadic else jvp[i]
        share = rule(*((i,) if op.variadic else ()), t, out, *inputs, **params)
    return _like(share, out)


def _transposed(rule: Any, t: Any, out: Any, inputs: Sequence[Any], params: Any) -> Any:
    """J·t by reverse mode alone: g ↦ Jᵀ·g is linear, and its own transpose is J."""
    g = Value(np.zeros(out.shape, out.dtype))
    message = rule(g, out, *inputs, **params)
    if not isinstance(message, Value) or not message.requires_grad:
        return np.zeros(out.shape, out.dtype)
    nested = any(isinstance(x, Value) for x in (t, out, *inputs))
    seed = _broadcast(t, message)
    if nested and not isinstance(seed, Value):
        seed = Value(seed, requires_grad=False)
    return gradients(message, seed, create_graph=nested)[g]


def _broadcast(t: Any, like: Any) -> Any:
    return t if t.shape == like.shape else ops.broadcast_to(t, like.shape)


def _like(share: Any, out: Any) -> Any:
    """A share with the shape and dtype of the result."""
    if not isinstance(share, (Value, np.ndarray, np.generic)):
        share = np.asarray(share, out.dtype)
    share = _broadcast(share, out)
    if share.dtype != out.dtype:
        share = ops.astype(share, out.dtype)
    return share if isinstance(share, Value) or share.ndim else share[()]


def _sum(shares: Iterable[Any]) -> Any:
    total = None
    for share in shares:
        total = share if total is None else total + share
    return total
