"""Expansion: an operation of several NumPy calls becomes those calls, one instruction each.

`softmax` is a maximum, a difference, an exponential, a sum and a quotient. As one instruction its
steps are hidden; as five they share what the reverse pass computes again (`common_subexpressions`),
write into buffers that are there, and join neighbours in a block (`fuse`).

The steps are found by running the operation's own forward function on stand-ins, so they are in
its order, and not a bit changes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograd.jit.outlines import blank
from autograd.jit.program import Instr, Program, Var, layout_of
from autograd.jit.trace import Traced, Tracer, UntraceableError
from autograd.ops.crossentropy import less_one
from autograd.ops.labels import places_of
from autograd.ops.recurrent import gate, gate_constants
from autograd.ops.reduce import softmax
from autograd.primitive import registry
from autograd.recorder import observed
from autograd.recording import enable_grad
from autograd.value import Value


def _var(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """What `np.var` does, with the names by which `standardize` does the same."""
    centered = x - x.mean(axis=axis, keepdims=True)
    squares = centered * centered
    if not ddof:
        return squares.mean(axis=axis, keepdims=keepdims)
    total = squares.sum(axis=axis, keepdims=keepdims)
    count = x.size / max(math.prod(total.shape), 1) - ddof
    return total / count if count > 0 else NotImplemented


def _lstm_sums(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    """A batch's sums column by column, as the operation lays them out."""
    if x.ndim != 2:
        return NotImplemented
    sums = w_ih @ x.T + w_hh @ h.T
    if b_ih is not None:
        sums = sums + np.broadcast_to((b_ih + b_hh)[:, None], sums.shape)
    return sums.T


def _lstm_gates(sums: Any) -> Any:
    scale, shift, _ = gate_constants(sums.shape, sums.dtype)
    return np.tanh(sums * scale) * scale + shift


def _lstm_memory(gates: Any, c: Any) -> Any:
    return gate(gates, 1) * c + gate(gates, 0) * gate(gates, 2)


def _linear(instr: Instr) -> list[Instr]:
    """The product alone, and the bias added afterwards: that may join its neighbours."""
    x, weight, bias = instr.args
    if bias is None:
        return [instr]
    product = Var(instr.out.shape, instr.out.dtype)
    return [
        Instr(instr.op, (x, weight, None), instr.params, product, instr.phase),
        Instr(registry["add"], (product, bias), None, instr.out, instr.phase),
    ]


#: Operations whose steps stand here, for nearly every network has some: that saves the search.
WRITTEN: dict[str, Callable[[Instr], list[Instr]]] = {"linear": _linear}

#: Operations whose steps are found by running a function of theirs; None: their own forward.
EXPANDED: dict[str, Callable[..., Any] | None] = {
    "var": _var,
    "cross_entropy": None,
    "softmax_excess": lambda logits, target: less_one(
        softmax(logits), places_of(target, logits.shape[-1])
    ),
    **dict.fromkeys(("softmax", "log_softmax", "soft_cross_entropy", "standardize")),
    "rms_standardize": None,
    "lstm_sums": _lstm_sums,
    "lstm_gates": _lstm_gates,
    "lstm_memory": _lstm_memory,
    "lstm_output": None,
    **dict.fromkeys(("logsigmoid", "softplus", "softsign", "mish", "gelu_tanh")),
    **dict.fromkeys(("binary_cross_entropy_with_logits", "leaky_relu", "elu", "celu", "selu")),
}

#: Operations whose second operand are class numbers.
_OF_CLASSES = frozenset({"cross_entropy", "softmax_excess"})

_NAMES = WRITTEN.keys() | EXPANDED.keys()

Steps = tuple[list[Var], list[Instr], Var]


#: The steps found before, by operation, shapes and settings; more than so many are forgotten.
_known: dict[Hashable, Steps | None] = {}
_MOST = 1000


def expand(program: Program) -> Program:
    """Write operations of several steps as these steps."""
    if len(_known) > _MOST:
        _known.clear()
    body: list[Instr] = []
    for instr in program.body:
        body += _expanded(instr, _known) if instr.op.name in _NAMES else (instr,)
    return dataclasses.replace(program, body=body)


def _expanded(instr: Instr, known: dict[Hashable, Steps | None]) -> list[Instr]:
    """The steps of an instruction, or the instruction itself."""
    name = instr.op.name
    if registry.get(name) is not instr.op or not _is_plain(instr):
        return [instr]
    if name in WRITTEN:
        return WRITTEN[name](instr)
    params = instr.params or {}
    key = (name, *map(_kind, instr.args), *map(repr, params.items()))
    if key not in known:
        known[key] = _traced(EXPANDED[name] or instr.op.forward, instr)
    steps = known[key]
    if steps is None:
        return [instr]
    inputs, body, out = steps
    names: dict[Var, Any] = dict(zip(inputs, (a for a in instr.args if a is not None)))
    names[out] = instr.out
    found: list[Instr] = []
    for step in body:
        here = names.setdefault(
            step.out, Var(step.out.shape, step.out.dtype, layout=step.out.layout)
        )
        args = tuple(names[a] if isinstance(a, Var) else a for a in step.args)
        made = Instr(step.op, args, step.params, here, instr.phase)
        found += _expanded(made, known) if step.op.name in _NAMES else (made,)
    return found


def _is_plain(instr: Instr) -> bool:
    """Whether it computes with arrays of one ordinary float dtype."""
    out = instr.out
    operands = instr.args[:1] if instr.op.name in _OF_CLASSES else instr.args
    return (
        bool(out.shape or any(a.shape for a in instr.inputs))
        and out.dtype in (np.float32, np.float64)
        and all(
            a is None or (isinstance(a, (Var, np.ndarray)) and a.dtype == out.dtype)
            for a in operands
        )
    )


def _kind(a: Any) -> Any:
    return None if a is None else (a.shape, a.dtype, layout_of(a))


def _traced(function: Callable[..., Any], instr: Instr) -> Steps | None:
    """The steps of a function of the instruction's operands; None if it looks at numbers."""
    with contextlib.closing(Tracer()) as tracer:
        return _steps(tracer, function, instr)


def _steps(tracer: Tracer, function: Callable[..., Any], instr: Instr) -> Steps | None:
    tracer.phase = 1  # no numbers are asked for
    given: list[Any] = []
    for a in instr.args:
        if a is None:
            given.append(None)
            continue
        numbers = Value(0.5, requires_grad=False)
        numbers._data = blank(a.shape, a.dtype, layout_of(a))
        given.append(tracer.input(numbers))
    try:
        with np.errstate(all="ignore"), enable_grad(), observed(tracer):
            out = function(*given, **(instr.params or {}))
    except (Exception, UntraceableError):
        return None
    if not isinstance(out, Traced) or not tracer.body:
        return None
    if (out.shape, out.dtype) != (instr.out.shape, instr.out.dtype):
        return None
    return [t.variable for t in given if t is not None], tracer.body, out.variable
