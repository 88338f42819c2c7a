"""Tracing: run a function once on stand-ins, and write down every operation they meet.

A stand-in (`Traced`) has a shape and a dtype, and no numbers for Python to look at. Whoever reads
them all the same (`if loss > 1`, `.item()`, a NumPy function without a rule) gets the true number
of this one run, and the trace is marked: a replay would freeze that number, so there will be none.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from typing import Any

import numpy as np

from autograd import numpy_bridge
from autograd.backprop import gradients, seed_for
from autograd.jit.guards import settings_of
from autograd.jit.passes import dead_code
from autograd.jit.program import Instr, Program, Reverse, Var, layout_of
from autograd.primitive import Observer, Primitive, observed, record
from autograd.recording import PAUSED, no_grad, thread
from autograd.value import Value, next_seq

_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARY = tuple(
    os.path.join(os.path.dirname(_HOME), package) + os.sep for package in ("autograd", "nn")
)


def _plain_primitive(name: str, function: Any) -> Primitive:
    """An operation without derivative; its result is a constant to the reverse pass."""
    return Primitive(name, function, (None,) * 3, ("x", "y", "z"))


_comparisons = {
    name: _plain_primitive(name, getattr(np, name))
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
}
#: Functions of one or more arrays that give an array, and have no derivative.
_UNSMOOTH: dict[Any, Primitive] = {
    function: _plain_primitive(function.__name__, function)
    for function in (
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
        *(np.isnan, np.isinf, np.isfinite, np.signbit, np.sign, np.logical_and, np.logical_or),
        *(np.logical_not, np.logical_xor, np.argmax, np.argmin, np.argsort, np.any, np.all),
        *(np.zeros_like, np.ones_like, np.bitwise_and, np.bitwise_or, np.invert),
    )
}
_cast = _plain_primitive("cast", lambda x, shape, dtype: np.broadcast_to(x, shape).astype(dtype))


class Traced(Value):
    """A stand-in for a Value while a function is traced; `real` is the Value of this run."""

    __slots__ = ("real", "tracer", "variable")

    real: Value
    tracer: Tracer
    variable: Var
    __hash__ = object.__hash__
    traced = True

    def _read(self) -> Any:
        self.tracer.mark_read()
        return self.real._data

    _data = property(_read, lambda self, new: self.tracer.mark_read())

    @property
    def data(self) -> Any:
        """The numbers: reading them ends the trace."""
        return self._data

    @data.setter
    def data(self, new: Any) -> None:
        self.tracer.mark_read()
        self.real.data = new

    # What does not depend on the numbers is no secret.

    @property
    def shape(self) -> tuple[int, ...]:
        return self.variable.shape

    @property
    def dtype(self) -> np.dtype:
        return self.variable.dtype

    @property
    def ndim(self) -> int:
        return len(self.variable.shape)

    @property
    def size(self) -> int:
        return self.real._data.size

    def __len__(self) -> int:
        if not self.variable.shape:
            raise TypeError(f"len of {self._label()}: it is a single number")
        return self.variable.shape[0]

    def _freeze(self) -> None:
        self.real._freeze()

    def _label(self) -> str:
        return self.real._label()

    def __repr__(self) -> str:
        self.tracer.mark_read("shows a value")
        return repr(self.real)

    def backward(self, *args: Any, **kwargs: Any) -> None:
        self.tracer.mark_read("calls backward")
        with observed(None):
            self.real.backward(*args, **kwargs)

    def register_hook(self, hook: Any) -> Any:
        self.tracer.mark_read("registers a hook")
        return self.real.register_hook(hook)

    def requires_grad_(self, flag: bool = True) -> Any:
        self.tracer.mark_read("calls requires_grad_")
        self.real.requires_grad_(flag)
        return self

    def detach(self) -> Any:
        with no_grad():
            return self + 0 if self.dtype.kind == "b" else +self

    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return record(_UNSMOOTH[np.argmax], (self,), {"axis": axis, "keepdims": keepdims})

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return record(_UNSMOOTH[np.argmin], (self,), {"axis": axis, "keepdims": keepdims})

    def __and__(self, other: Any) -> Any:
        return record(_UNSMOOTH[np.bitwise_and], (self, other), None)

    def __or__(self, other: Any) -> Any:
        return record(_UNSMOOTH[np.bitwise_or], (self, other), None)

    def __invert__(self) -> Any:
        return record(_UNSMOOTH[np.invert], (self,), None)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        self.tracer.mark_read()
        return np.array(self.real._data, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        op = _UNSMOOTH.get(ufunc)
        if op is not None and method == "__call__" and not kwargs:
            return record(op, inputs, None)
        return numpy_bridge.array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in numpy_bridge.STATIC:
            return func(*map(_outline, args), **kwargs)
        op = _UNSMOOTH.get(func)
        if op is not None and kwargs.get("out") is None and isinstance(args[0], Value):
            return record(op, args[:1], dict(zip(("axis",), args[1:])) | kwargs)
        return numpy_bridge.array_function(func, args, kwargs)


def _outline(x: Any) -> Any:
    return x.real._data if isinstance(x, Traced) else getattr(x, "_data", x)


class UntraceableError(Exception):
    """What the function does next has no place in a trace; it has to run again, eagerly."""


class Tracer(Observer):
    """Writes down the operations of one thread while it is the thread's observer."""

    def __init__(self) -> None:
        self.start = next_seq()
        self.body: list[Instr] = []
        self.pending: list[
            Any
        ] = []  # results that want a gradient, whose parents are not known yet
        self.inputs: list[Traced] = []
        self.live: dict[int, Traced] = {}  # Values from outside, by identity
        self.current: dict[int, Traced] = {}  # leaves that were assigned to
        self.own: dict[int, Value] = {}  # leaves the function made from what Python knows
        self.effects: list[tuple[Value, Any]] = []
        self.before: dict[int, tuple[Value, Any]] = {}  # their numbers at first
        self.modules: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self.read: str | None = None
        self.phase = 0

    # ------------------------------------------------------------------------------ the observer

    def record(self, op: Primitive, args: tuple, params: dict | None) -> Any:
        """Run the operation as ever, on the real Values, and note it."""
        given, reals, variables = list(args), list(args), list(args)
        for i, a in enumerate(args):
            if isinstance(a, Value):
                stand_in = given[i] = self._stand_in(a)
                reals[i] = stand_in.real
                variables[i] = stand_in.variable
        thread.observer = None  # `observed(None)`, written out: this runs for every operation
        try:
            out = record(op, tuple(reals), params)
        finally:
            thread.observer = self
        if not isinstance(out, Value):
            if args and not any(isinstance(a, np.ndarray) and a.ndim for a in args):
                return out  # numbers only: a constant
            if args:
                self.mark_read("computes with arrays from outside")
                return out
            with observed(None):
                out = Value(out, requires_grad=False)  # a random draw
        if params and _holds_values(params.values()):
            self.mark_read("uses a value as a parameter")
        result = self._new(out, out.requires_grad)
        if out.requires_grad and thread.scope is not PAUSED:
            result.op, result.saved, result.params = op, tuple(given), params
            self.pending.append(result)
        self.body.append(Instr(op, tuple(variables), params, result.variable, self.phase))
        return result

    def assign(self, leaf: Value, new: Any) -> None:
        """A leaf takes new numbers: now, and after every replay."""
        if isinstance(leaf, Traced):
            self.mark_read("assigns to an argument")
            leaf = leaf.real
        if isinstance(new, Value):
            new = self._stand_in(new)
            if (new.shape, new.dtype) != (leaf.shape, leaf.dtype):
                new = record(_cast, (new,), {"shape": leaf.shape, "dtype": leaf.dtype})
            if id(leaf) not in self.own:
                self.effects.append((leaf, new.variable))
            if leaf.requires_grad:
                self.mark_read("assigns to a leaf that wants a gradient")
            as_leaf = self._new(new.real, False)  # no gradient flows into what a leaf was given
            as_leaf.variable = new.variable
            self.current[id(leaf)] = as_leaf
        else:
            self.effects.append((leaf, new))
            self.current.pop(id(leaf), None)
            self.mark_read("assigns an array from outside")
        self.before.setdefault(id(leaf), (leaf, leaf._data))
        with observed(None):
            leaf.data = new.real if isinstance(new, Traced) else new

    def undo(self) -> None:
        """Give the leaves that were assigned to their numbers back: all of it is done again."""
        for leaf, numbers in self.before.values():
            leaf._data = numbers

    def differentiates(self) -> None:
        """A transform walks a graph of its own, which stand-ins are no part of."""
        self.mark_read("differentiates inside")
        raise UntraceableError

    def entered(self, module: Any) -> None:
        """A module was called: the trace holds for its present mode only."""
        if id(module) not in self.modules:
            self.modules[id(module)] = (module, settings_of(module))

    def reads(self, value: Value) -> None:
        """Python looks at the numbers of a Value from outside: they may differ the next time."""
        self.mark_read()

    def made(self, leaf: Value) -> None:
        """A leaf the function makes anew at every call."""
        self.own[id(leaf)] = leaf

    def replaced(self, leaf: Value) -> None:
        """Python writes numbers of its own, which a replay would not."""
        self.mark_read("writes numbers of a Value")

    def detach(self, value: Value) -> Value:
        """The numbers of a Value from outside, without its past."""
        return self._stand_in(value).detach()

    def write(self, x: Value, index: Any, new: Any) -> None:
        """Writes happen as ever, and end the trace."""
        self.mark_read("writes into a Value")
        with observed(None):
            _real(x)[_real(index)] = _real(new)

    def compare(self, name: str, x: Value, y: Any) -> Any:
        """A comparison is an operation without derivative."""
        return record(_comparisons[name], (x, y), None)

    # ------------------------------------------------------------------------------------ values

    def input(self, real: Value) -> Traced:
        """A stand-in for an argument."""
        traced = self._new(real, real.requires_grad)
        self.inputs.append(traced)
        return traced

    def _new(self, real: Value, requires_grad: bool) -> Traced:
        traced = object.__new__(Traced)
        data = real._data
        traced.real = real
        traced.tracer = self
        layout = layout_of(data) if data.ndim > 1 else None
        traced.variable = Var(data.shape, data.dtype, requires_grad, layout)
        traced.op = traced._grad = None
        traced.name = real.name
        traced.scope = thread.scope
        traced.requires_grad = requires_grad
        traced.seq = next_seq()
        return traced

    def _stand_in(self, value: Value) -> Traced:
        if isinstance(value, Traced):
            if value.tracer is self:
                return value
            self.mark_read("uses a result of another call")
            value = value.real
        traced = self.current.get(id(value), self.live.get(id(value)))
        if traced is None:
            if id(value) in self.own:
                traced = self.current[id(value)] = self._new(value, value.requires_grad)
                traced.variable = value._data  # a constant
                return traced
            if value.seq > self.start:
                self.mark_read("uses a Value that was written, or made from another's numbers,")
            traced = self.live[id(value)] = self.input(value)
        return traced

    def mark_read(self, what: str = "reads a value") -> None:
        """Remember where Python first looked at a number."""
        if self.read is None:
            self.read = f"{what} at {_users_line()}"

    def close(self) -> None:
        """Forget the stand-ins, which know their tracer: no cycle is left for the collector."""
        self.inputs, self.live, self.current, self.own, self.pending = [], {}, {}, {}, []

    # ----------------------------------------------------------------------------------- program

    def forward(self, outputs: list[Any]) -> Program:
        """What was traced, from inputs to outputs."""
        variables = [out.variable if isinstance(out, Traced) else out for out in outputs]
        inputs = [t.variable for t in self.inputs]
        return Program(inputs, self.body, variables, [], self.effects)

    def program(self, outputs: list[Any]) -> Program:
        """Trace the reverse pass of every output as well, and close the trace."""
        reverses: list[Reverse | None] = []
        for number, out in enumerate(outputs):
            self.phase = number + 1
            reverses.append(self._reverse(out) if isinstance(out, Traced) else None)
        return dataclasses.replace(self.forward(outputs), reverses=reverses)

    def _reverse(self, out: Traced) -> Reverse | None:
        if not out.requires_grad:
            return None
        for node in self.pending:
            node.parents = tuple(
                a if isinstance(a, Traced) and a.requires_grad and rule is not None else None
                for a, rule in zip(node.saved, node.op.rules_for(len(node.saved)))
            )
        self.pending.clear()
        with observed(None):
            seed = Value(seed_for(out.real, np.ones(out.shape, out.dtype)), requires_grad=False)
        gradient = self._new(seed, False)
        with no_grad(), observed(self):
            found = gradients(out, gradient, create_graph=True)
        arrived = [found.get(t) if t.requires_grad else None for t in self.inputs]
        return Reverse(
            gradient.variable, [g.variable if isinstance(g, Traced) else g for g in arrived]
        )


def traced_rule(rule: Any, count: int, constants: tuple[Any, ...]) -> Program | None:
    """A derivative rule of `count` numbers and some constants, as a program; None if it is none."""
    with contextlib.closing(Tracer()) as tracer:
        given = [tracer.input(Value(0.5, requires_grad=False)) for _ in range(count)]
        with np.errstate(all="ignore"), no_grad(), observed(tracer):
            out = rule(*given, *constants)
        if tracer.read or not isinstance(out, Traced):
            return None
        return dead_code(tracer.forward([out]))


def _real(x: Any) -> Any:
    """`x` with the Values of this run in place of their stand-ins."""
    if isinstance(x, (tuple, list)):
        return x.__class__([_real(part) for part in x])
    return x.real if isinstance(x, Traced) else x


def _holds_values(items: Any) -> bool:
    return any(
        isinstance(x, Value) or (isinstance(x, (list, tuple)) and _holds_values(x)) for x in items
    )


def _users_line() -> str:
    """FILE:LINE of the innermost frame that is not the library's own."""
    frame: Any = sys._getframe(2)
    innermost = frame
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
        frame = frame.f_back
    frame = frame or innermost
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
