"""Replays: what happens at every call of a compiled function, and when its result goes backward.

Everything else is done once; this runs at every step of a training, so it is written for speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from autograd.backprop import _match, gradients
from autograd.hooks import hooks
from autograd.inplace import written
from autograd.jit.codegen import Lease
from autograd.jit.program import Program, interpret
from autograd.primitive import Primitive
from autograd.recording import enable_grad, thread
from autograd.tree import LEAF, unflatten
from autograd.value import Value, _set_writeable, next_seq

#: What a result becomes: a node of the graph, an array, or what Python knew all along.
NODE, ARRAY, CONSTANT = "node", "array", "constant"


class Operand(NamedTuple):
    """A result that is one of the operands itself."""

    number: int


class Earlier(NamedTuple):
    """A result that is an earlier result itself."""

    number: int


ndarray = np.ndarray
_new = object.__new__


class Replayed(Value):
    """A result of a compiled function: an ordinary node, whose reverse pass is a single call."""

    __slots__ = ()

    def backward(
        self, gradient: Any = None, *, keep: Any = "all", create_graph: bool = False
    ) -> None:
        """See `Value.backward`."""
        quick = gradient is None and not create_graph and keep in ("leaves", "all")
        if quick and self._send({}):
            if keep == "all":
                self._grad = self._data.dtype.type(1)
            return
        super().backward(gradient, keep=keep, create_graph=create_graph)

    def backward_into(self, places: Mapping[Value, ndarray]) -> None:
        """As `backward(keep="leaves")`, with gradients written straight to where they are wanted.

        Args:
            places: arrays of the leaves' shapes and dtypes, which become their `grad`.
        """
        if not self._send(places):
            super().backward(keep="leaves")

    def _send(self, places: Mapping[Value, ndarray]) -> bool:
        """Where all operands are leaves there is nothing to walk; says whether that was so."""
        if self.op is None or hooks or written or thread.observer is not None:
            return False
        data = self._data
        if data.__class__ is ndarray:
            return False
        seq, parents = self.seq, self.parents
        for p in parents:
            if p is not None and (p.op is not None or p.seq > seq):
                return False
        known: Any = self.params
        into = _NOWHERE
        if places:
            into = tuple(
                [None if p is None or p._grad is not None else places.get(p) for p in parents]
            )
            if not any(place is not None for place in into):
                into = _NOWHERE
        found = _run_backward(known["lease"], known["number"], data.dtype.type(1), self.saved, into)
        gradients: dict[Value, Any] = {}
        saved: Any = self.saved
        for p, g, x, place in zip(parents, found, saved, into or repeat(None)):
            if p is None:
                continue
            if p in gradients:  # the same leaf twice
                return False
            if g.__class__ is not x.__class__ or g.shape != x.shape or g.dtype is not x.dtype:
                g = _match(g, x)
            if place is not None and g is not place:
                place[...] = g
                g = place
            gradients[p] = g
        for p, g in gradients.items():
            p._grad = g if p._grad is None else p._grad + g
        return True


_NOWHERE: tuple[Any, ...] = ()


def _run_backward(lease: Lease, number: int, seed: Any, inputs: Any, into: Any = _NOWHERE) -> Any:
    frame = lease.frame
    with frame.lock:
        if into:
            return frame.backward[number](seed, *inputs, into=into)
        return frame.backward[number](seed, *inputs)


def replay(recording: Any, operands: list, effects: list | None = None) -> Any:
    """Run the compiled forward phase; its results are nodes that know the compiled reverse pass.

    Args:
        operands: Values and arrays, in the order of the program's inputs.
        effects: receives what leaves should become, which otherwise is assigned to them.
    """
    code, program = recording.code, recording.program
    lease = code.lease()
    inputs = []
    for x in operands:
        if isinstance(x, Value):
            data = x._data
            if data.__class__ is ndarray and x.op is None and data.flags.writeable:
                _set_writeable(data, False)
            inputs.append(data)
        else:
            inputs.append(x)
    found = lease.frame.forward(*inputs)
    if program.effects:
        count = len(program.outputs)
        if effects is not None:
            effects += found[count:]
        else:
            for (leaf, _), new in zip(program.effects, found[count:]):
                leaf.data = new
        found = found[:count]
    saved = tuple(inputs)
    if recording.structure is LEAF and recording.results[0] is NODE and not recording.names:
        return _node(recording.ops[0], 0, found[0], operands, saved, lease)
    results: list[Any] = []
    for i, (what, x) in enumerate(zip(recording.results, found)):
        if what is NODE:
            x = _node(recording.ops[i], i, x, operands, saved, lease)
        elif what.__class__ is Operand:
            x = operands[what.number]
        elif what.__class__ is Earlier:
            x = results[what.number]
        results.append(x)
    for i, others in recording.through:
        node = results[i]
        node.parents += tuple([results[k] for k in others])
        node.saved += tuple([results[k]._data for k in others])
        node.seq = next_seq()
    for i, name in recording.names.items():
        results[i].name = name
    return unflatten(recording.structure, results)


def _node(
    known: Any, number: int, data: Any, operands: list, saved: tuple[Any, ...], lease: Lease
) -> Value:
    """A result as a node of the graph; `known` is its operation, and which operands it reaches."""
    if data.__class__ is ndarray:
        _set_writeable(data, False)
    out: Any = _new(Replayed)
    out._data = data
    out._grad = out.name = None
    out.seq = next_seq()
    if known is None:
        out.op = out.scope = None
        out.requires_grad = False
        return out
    out.op, reached = known
    out.parents = tuple([x if wanted else None for x, wanted in zip(operands, reached)])
    out.saved = saved
    out.params = {"lease": lease, "number": number}
    out.requires_grad = True
    out.scope = thread.scope
    return out


def as_primitive(name: str, code: Any, program: Program) -> Primitive:
    """The compiled function as an operation like any other; `number` says which of its results."""
    count = len(program.inputs)  # other results may follow: those it is computed through

    def forward(*inputs: Any, number: int, lease: Any = None) -> Any:
        return code.lease().frame.forward(*inputs[:count])[number]

    def rule(g: Any, out: Any, *inputs: Any, lease: Lease, number: int) -> tuple[Any, ...]:
        if not isinstance(g, Value):
            return _run_backward(lease, number, g, inputs[:count])
        # A gradient that is to be differentiated again: record the operations one by one.
        with enable_grad():
            sources = [x if isinstance(x, Value) else Value(x) for x in inputs]
            sources = [+x if x.requires_grad else x for x in sources]
            found = gradients(record(sources, lease, number), g, create_graph=True)
        return tuple(found.get(x) for x in sources)

    def record(sources: list[Value], lease: Lease, number: int) -> Value:
        known = dict(zip([i.out for i in program.phase(0) if not i.args], lease.frame.kept()))
        reverse = program.reverses[number] if program.reverses else None
        for i, met in zip(reverse.through if reverse else (), sources[count:]):
            known[program.outputs[i]] = met
        return interpret(program, sources[:count], known)[number]

    forward.record = record  # type: ignore[attr-defined] # see `inside`
    settings = ("lease", "number")
    return Primitive(name, forward, (rule,), ("inputs",), settings, joint=True, variadic=True)


def inside(node: Value, operands: list[Value]) -> Value | None:
    """The result of a compiled function, recorded anew operation by operation; None for another.

    Args:
        node: what the compiled function returned.
        operands: Values with the numbers of its operands.
    """
    record = getattr(node.op.forward, "record", None) if node.op is not None else None
    return None if record is None else record(operands, **(node.params or {}))
