"""checkpoint: forget what happened inside a function, and compute it again on the way back.

A long chain of operations keeps every intermediate array until `backward`. A checkpointed part
keeps its inputs only, and costs one more forward pass (Griewank and Walther 2000; Chen et al.
2016).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd import ops
from autograd.backprop import gradients
from autograd.inplace import as_given
from autograd.ops.random import the_generator
from autograd.primitive import Primitive
from autograd.recorder import record
from autograd.recording import PAUSED, enable_grad, no_grad, thread
from autograd.tree import leaves_of, refill
from autograd.value import Value, next_seq


class Segment:
    """A function with the arguments of one call, ready to run again."""

    def __init__(self, fn: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> None:
        self.fn = fn
        self.tree = (args, kwargs)
        self.leaves = leaves_of(self.tree)
        self.places = [
            i for i, x in enumerate(self.leaves) if isinstance(x, Value) and x.requires_grad
        ]
        self.inputs = [self.leaves[i] for i in self.places]
        for i in self.places:
            self.leaves[i] = None  # they are operands; the segment itself keeps no graph alive
        self.draws = the_generator().bit_generator.state
        self.outside: list[Value] = []  # what it uses besides and wants a gradient
        self.first: Any = None  # the first call's result, until it is asked for

    def __repr__(self) -> str:
        return getattr(self.fn, "__name__", type(self.fn).__name__)

    def run(self, inputs: Any) -> Value:
        """The function's result on other inputs, with the random numbers of the first call."""
        leaves = list(self.leaves)
        for i, x in zip(self.places, inputs):
            leaves[i] = x
        args, kwargs = refill(self.tree, leaves)
        now = the_generator().bit_generator.state
        the_generator().bit_generator.state = self.draws
        try:
            return self.fn(*args, **kwargs)
        finally:
            the_generator().bit_generator.state = now


def checkpoint(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn` as one node of the graph: its inside is computed again when a gradient comes back.

    Args:
        fn: takes arrays, Values, or trees of them, and returns one Value. What it uses besides,
            such as the weights of a module, gets its gradients as well. It must compute the same
            again when called again; random draws are repeated.

    Returns:
        A function with the same arguments and result.

    Raises:
        TypeError: on a call, `fn` returns something else than one Value.

    >>> x = Value([0.5, 1.0])
    >>> y = checkpoint(lambda v: autograd.exp(autograd.sin(v)))(x)
    >>> y.op.name
    'checkpoint'
    >>> y.sum().backward()
    >>> x.grad
    array([1.41742422, 1.25338077])
    """

    @wraps(fn)
    def run(*args: Any, **kwargs: Any) -> Any:
        if thread.scope is PAUSED or thread.observer is not None:
            return fn(*args, **kwargs)
        segment = Segment(fn, args, kwargs)
        start = next_seq()
        fresh = [_copy(x) for x in segment.inputs]
        leaves = list(segment.leaves)
        for i, x in zip(segment.places, fresh):
            leaves[i] = x
        args, kwargs = refill(segment.tree, leaves)
        out = fn(*args, **kwargs)
        if not isinstance(out, Value):
            raise TypeError(f"checkpoint: the function must return one Value, got {out!r:.60}")
        segment.outside = _outside(out, fresh, start)
        if not segment.outside and not segment.inputs:
            return out
        segment.first = out._data
        return record(_CHECKPOINT, (*segment.inputs, *segment.outside), {"segment": segment})

    return run


def _copy(x: Any) -> Value:
    """A leaf with the same numbers, in the place of an input."""
    copy = x.detach() if isinstance(x, Value) else Value(x)
    copy.requires_grad = True
    return copy


def _outside(out: Value, fresh: list[Value], start: int) -> list[Value]:
    """What the function used that was there before and wants a gradient, such as weights."""
    found: dict[Value, None] = {}
    seen = {out, *fresh}
    stack = [out]
    if out.seq < start and out.requires_grad:
        return [out]
    while stack:
        node = stack.pop()
        for parent in node.parents if node.op is not None else ():
            if parent is None or parent in seen:
                continue
            seen.add(parent)
            if parent.seq < start:
                found[parent] = None
            else:
                stack.append(parent)
    return list(found)


def _forward(*operands: Any, segment: Segment) -> Any:
    """The first call's result, which is at hand; after that the function runs again."""
    if segment.first is not None:
        result, segment.first = segment.first, None
        return result
    with no_grad():
        return segment.run([_copy(x) for x in operands[: len(segment.inputs)]])._data


def _rule(g: Any, out: Any, *operands: Any, segment: Segment) -> tuple[Any, ...]:
    with enable_grad():
        inputs = [
            ops.positive(x) if isinstance(x, Value) and x.requires_grad else _copy(x)
            for x in operands[: len(segment.inputs)]
        ]
        sources = [*inputs, *segment.outside]
        entered = [x.seq for x in inputs]
        again = segment.run(inputs)
        sources[: len(inputs)] = map(as_given, inputs, entered)  # it may write into them
        found = gradients(again, g, create_graph=isinstance(g, Value), stop=sources)
    return tuple(np.zeros(x.shape) if found[x] is None else found[x] for x in sources)


#: Not in the registry: what it computes is the function it is given.
_CHECKPOINT = Primitive("checkpoint", _forward, (_rule,), ("x",), ("segment",), True, joint=True)
