"""Tracing: run a function once on stand-ins, and write down every operation they meet."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import weakref
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from autograd.backprop import gradients, seed_for
from autograd.inplace import elsewhere, is_shared, show_again
from autograd.jit.guards import settings_of
from autograd.jit.outlines import outline
from autograd.jit.passes import dead_code
from autograd.jit.program import Instr, Program, Reverse, Var, layout_of
from autograd.jit.recall import Known, recalled
from autograd.jit.repeat import Repeats
from autograd.jit.sameness import same_bits
from autograd.jit.settings import settings_inside, under
from autograd.jit.standins import CAST, COMPARISONS, STATE, UNKNOWN, Traced, UntraceableError
from autograd.observer import Observer
from autograd.ops.index import set_at
from autograd.primitive import Primitive
from autograd.recorder import _leaf, observed, record
from autograd.recording import PAUSED, no_grad, thread
from autograd.value import Value, next_seq

_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARY = tuple(
    os.path.join(folder, "")
    for folder in (_HOME, os.path.join(os.path.dirname(_HOME), "nn"), os.path.dirname(np.__file__))
)


class Tracer(Observer):
    """Writes down the operations of one thread while it is the thread's observer."""

    def __init__(self, known: Known | None = None, careful: bool = False) -> None:
        self.start = next_seq()
        self.careful = careful  # the function may set `np.errstate`
        self.known = known or {}  # numbers of the run before
        self.body: list[Instr] = []
        self.results: list[Any] = []  # those that want a gradient
        self.inputs: list[Traced] = []
        self.live: dict[int, Traced] = {}  # Values from outside, by identity
        self.current: dict[int, Traced] = {}  # leaves that were assigned to
        self.own: dict[int, Value] = {}  # leaves the function made from what Python knows
        self.arrays: dict[int, tuple[np.ndarray, np.ndarray]] = {}  # and each as it was last seen
        self.copied: dict[int, Traced] = {}  # of those, the ones with numbers of another Value
        self.shown: dict[int, weakref.ref[Traced]] = {}  # views, and what they are views of
        self.effects: list[tuple[Value, Any]] = []
        self.before: dict[int, tuple[Value, Any]] = {}  # their numbers at first
        self.modules: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self.closed = False
        self.phase = 0

    # ------------------------------------------------------------------------------ the observer

    def record(self, op: Primitive, args: tuple, params: dict | None) -> Any:
        """Run the operation as ever, on the real Values, and note it."""
        given, reals, variables = list(args), list(args), list(args)
        plain = True  # a random draw is an array too
        for i, a in enumerate(args):
            if isinstance(a, Value):
                stand_in = given[i] = self._stand_in(a)
                reals[i] = stand_in.actual
                variables[i] = stand_in.variable
                plain = plain and stand_in.plain
            elif a.__class__ is np.ndarray:
                given[i] = variables[i] = self._as_it_is(a)
        thread.observer = None  # `observed(None)`, written out: this runs for every operation
        try:
            out: Any = self._without_computing(op, reals, params)
            if out is None:
                out = record(op, tuple(reals), params)
        finally:
            thread.observer = self
        if not isinstance(out, Value):
            if args:
                return out  # of what Python knows: a constant
            with observed(None):
                out = Value(out, requires_grad=False)  # a random draw
        if params and _holds_values(params.values()):
            self.stop("uses a value as a parameter")
        result = self._new(out, out.requires_grad, type(out._data) if plain else None)
        if out.requires_grad and thread.scope is not PAUSED:
            result.op, result.saved, result.params = op, tuple(given), params
            self.results.append(result)
        if self.careful and (set_inside := settings_inside(self)):
            op = under(op, set_inside)
        self.body.append(Instr(op, tuple(variables), params, result.variable, self.phase))
        if op.views and not self.phase:
            for x in (given[0], result):
                self.shown[id(x.actual)] = weakref.ref(x)
        return result

    def _as_it_is(self, array: np.ndarray) -> np.ndarray:
        """An array from outside, or made inside, which Python may write into later on."""
        if not array.flags.writeable and array.base is None:
            return array
        _, found = self.arrays.get(id(array), (None, None))
        if found is None or array.shape != found.shape or not same_bits(array, found):
            found = array.copy("K")
            found.flags.writeable = False
            self.arrays[id(array)] = array, found
        return found

    def _without_computing(self, op: Primitive, reals: list[Any], params: Any) -> Value | None:
        """A result of which the numbers are known, or asked for by nobody."""
        inputs = [x._data if isinstance(x, Value) else x for x in reals]
        if self.phase:  # the numbers of the function itself are compared
            data = outline(op, inputs, params)
        else:
            data = recalled(self.known, op, inputs, params)
        if data is None:
            return None
        out = _leaf(data)
        out.requires_grad = not self.phase and _wanted(op, reals)
        return out

    def assign(self, leaf: Value, new: Any) -> None:
        """A leaf takes new numbers: now, and after every replay."""
        if isinstance(leaf, Traced):
            self.stop("assigns to an argument")
        if not isinstance(new, Value):
            self.stop("assigns an array from outside")
        if leaf.requires_grad:
            self.stop("assigns to a leaf that wants a gradient")
        new = self._stand_in(new)
        if (new.shape, new.dtype) != (leaf.shape, leaf.dtype):
            new = record(CAST, (new,), {"shape": leaf.shape, "dtype": leaf.dtype})
        if id(leaf) not in self.own:  # of several assignments the last counts
            self.effects = [effect for effect in self.effects if effect[0] is not leaf]
            self.effects.append((leaf, new.variable))
        as_leaf = self._new(new.actual, False)  # no gradient flows into what a leaf was given
        as_leaf.variable = new.variable
        self.current[id(leaf)] = as_leaf
        self.before.setdefault(id(leaf), (leaf, leaf._data))
        with observed(None):
            leaf.data = new.actual

    def undo(self) -> None:
        """Give the leaves that were assigned to their numbers back: all of it is done again."""
        for leaf, numbers in self.before.values():
            leaf._data = numbers

    def differentiates(self) -> None:
        """A transform walks a graph of its own, which stand-ins are no part of."""
        self.stop("differentiates inside (compile what is differentiated, as in grad(jit(f)))")

    def entered(self, module: Any) -> None:
        """A module was called: the trace holds for its present mode only."""
        if id(module) not in self.modules:
            self.modules[id(module)] = (module, settings_of(module))

    def reads(self, value: Value) -> None:
        """Python looks at the numbers of a Value from outside: they may differ the next time."""
        self.stop()

    def made(self, leaf: Value, source: Any) -> None:
        """A leaf the function makes anew at every call, with numbers of its own or of `source`."""
        self.own[id(leaf)] = leaf
        if isinstance(source, Value):
            given, stand_in = self._stand_in(source), self._new(leaf, leaf.requires_grad)
            if given.plain:  # the array may be written into afterwards
                given = record(CAST, (given,), {"shape": given.shape, "dtype": given.dtype})
            stand_in.variable = given.variable
            self.copied[id(leaf)] = self.current[id(leaf)] = stand_in

    def draws(self, what: str) -> None:
        """Each call draws others, and what it does with them nobody knows."""
        self.stop(what)

    def replaced(self, leaf: Value) -> None:
        """Python writes numbers of its own, which a replay would not."""
        self.stop("writes numbers of a Value")

    def detach(self, value: Value) -> Value:
        """The numbers of a Value from outside, without its past."""
        return self._stand_in(value).detach()

    def write(self, x: Value, index: Any, new: Any) -> None:
        """A write into a result of this function gives a new result, which x is from now on."""
        if thread.scope is PAUSED:
            self.stop("writes into a Value without recording it")
        old = self._stand_in(x)
        shared = is_shared(old.actual)
        if any(old is leaf for leaf in self.inputs) or (shared and (old.plain or x is not old)):
            self.stop("writes into an array that others see")
        out = set_at(old, new, index)
        if shared:
            self._write_views(old, out, index, new)
        elif x is not old:  # a leaf that was made inside
            self.current[id(x)] = out
        else:
            self._become(old, out)

    def _write_views(self, old: Traced, out: Traced, index: Any, new: Any) -> None:
        """What a write gives `old`, and everyone who shows some of the same numbers."""
        made = [(old, out)]
        for view, places, numbers in elsewhere(old.actual, index, new):
            seen = self.shown.get(id(view), lambda: None)()
            if seen is None or seen.actual is not view or any(seen is x for x in self.inputs):
                self.stop("writes into a Value that others see")
            made.append((seen, set_at(seen, numbers, places)))
        for view, result in made:
            known, view.actual = view.actual, _leaf(view.actual._data)
            known._data, known.requires_grad = result.actual._data, result.requires_grad
            self._become(view, result)
            view.actual = known  # and knows who shows the same numbers
        show_again(old.actual)

    def _become(self, old: Traced, out: Traced) -> None:
        """All names of `old` stand for `out` from now on; who read it before keeps what it was."""
        before: Any = object.__new__(Traced)
        for name in STATE:  # what was read so far is `before`, and x is what was written
            setattr(before, name, getattr(old, name))
            setattr(old, name, getattr(out, name))
        self.results = [
            before if node is old else old if node is out else node for node in self.results
        ]
        for node in self.results:
            if any(a is old for a in node.saved):
                node.saved = tuple([before if a is old else a for a in node.saved])

    def change(self, x: Traced, out: Any) -> Traced:
        """`x += y`, of which `out` is the result: every name of x sees it."""
        if any(x is leaf for leaf in self.inputs):
            self.stop("writes into an argument")
        if not isinstance(out, Traced) or out.shape != x.shape:
            self.stop("changes in place what has another shape")
        if out.plain != x.plain:
            self.stop("writes into an array what is computed with a Value")
        if is_shared(x.actual):
            self.write(x, ..., out)
            return x
        if out.dtype != x.dtype:  # it keeps its own
            out = set_at(x, out, ...)
        self._become(x, out)
        return x

    def compare(self, name: str, x: Value, y: Any) -> Any:
        """A comparison is an operation without derivative."""
        return record(COMPARISONS[name], (x, y), None)

    # ------------------------------------------------------------------------------------ values

    def input(self, real: Value, plain: type | None = None) -> Traced:
        """A stand-in for an argument; `plain` is the class of one that is no Value."""
        traced = self._new(real, real.requires_grad, plain)
        traced.called = UNKNOWN
        self.inputs.append(traced)
        return traced

    def _new(self, real: Value, requires_grad: bool, plain: type | None = None) -> Traced:
        traced = object.__new__(Traced)
        data = real._data
        traced.plain, traced.actual, traced.tracer = plain, real, self
        layout = layout_of(data) if data.ndim > 1 else None
        traced.variable = Var(data.shape, data.dtype, requires_grad, layout)
        traced.op = traced.saved = traced.params = traced._grad = None
        traced.called = None
        traced.scope = thread.scope
        traced.requires_grad = requires_grad
        traced.seq = next_seq()
        return traced

    def _stand_in(self, value: Value) -> Traced:
        if isinstance(value, Traced):
            if value.tracer is self:
                return value
            self.stop("uses a result of another call")
        traced = self.current.get(id(value), self.live.get(id(value)))
        if traced is None:
            if id(value) in self.own:
                traced = self.current[id(value)] = self._new(value, value.requires_grad)
                traced.variable = value._data  # a constant
                return traced
            if value.seq > self.start:
                self.stop("uses a Value that was written, or made from another's numbers,")
            traced = self.live[id(value)] = self.input(value)
        return traced

    def stand_in_of(self, x: Any) -> Any:
        """What stands in for a result: for a leaf made inside too, and for what is outside."""
        if not isinstance(x, Value):
            return x
        found = self._stand_in(x)
        if found is self.copied.get(id(x)):  # it would wait for a gradient in vain
            raise UntraceableError("returns a Value that it makes from another")
        return found

    def stop(self, what: str = "reads a value", way_out: str = "") -> NoReturn:
        """Give up: the trace would hold for this run only. Says where Python did what."""
        raise UntraceableError(f"{what} at {_users_line()}{way_out}")

    def close(self) -> None:
        """Forget the stand-ins, which know their tracer: no cycle is left for the collector."""
        self.closed = True
        self.known = {}
        self.inputs, self.live, self.current, self.own, self.results = [], {}, {}, {}, []
        self.copied, self.arrays, self.shown = {}, {}, {}

    def again(self, like: Traced, variable: Var) -> Traced:
        """A stand-in like another, for another variable."""
        traced = self._new(like.actual, like.requires_grad, like.plain)
        traced.variable = variable
        return traced

    # ----------------------------------------------------------------------------------- program

    def forward(self, outputs: list[Any]) -> Program:
        """What was traced, from inputs to outputs."""
        variables = [out.variable if isinstance(out, Traced) else out for out in outputs]
        inputs = [t.variable for t in self.inputs]
        return Program(inputs, self.body, variables, [], self.effects)

    def program(self, outputs: list[Any]) -> Program:
        """Trace the reverse pass of every output as well, and close the trace."""
        reverses: list[Reverse | None] = []
        repeats = Repeats(self)
        numbers = {x: i for i, x in reversed([*enumerate(outputs)]) if _has_reverse(x)}
        for number, out in enumerate(outputs):
            self.phase = number + 1
            others = {x: i for x, i in numbers.items() if x is not out}
            known = self._reverse(out, others, repeats) if isinstance(out, Traced) else None
            reverses.append(known)
        return dataclasses.replace(self.forward(outputs), reverses=reverses)

    def _reverse(self, out: Traced, others: dict[Any, int], repeats: Repeats) -> Reverse | None:
        if not out.requires_grad:
            return None
        with observed(None):
            seed = Value(seed_for(out.actual, np.ones(out.shape, out.dtype)), requires_grad=False)
        gradient = self._new(seed, False)
        with no_grad(), observed(self):
            found = gradients(out, gradient, create_graph=True, stop=others, apply=repeats)
        met = [x for x in others if found.get(x) is not None]
        arrived = [found.get(t) if t.requires_grad else None for t in self.inputs]
        arrived += [found[x] for x in met]
        return Reverse(
            gradient.variable,
            [g.variable if isinstance(g, Traced) else g for g in arrived],
            tuple([others[x] for x in met]),
        )


def traced_rule(rule: Any, count: int, constants: tuple[Any, ...]) -> Program | None:
    """A derivative rule of `count` numbers and some constants, as a program; None if it is none."""
    with contextlib.closing(Tracer()) as tracer, contextlib.suppress(UntraceableError):
        given = [tracer.input(Value(0.5, requires_grad=False)) for _ in range(count)]
        with np.errstate(all="ignore"), no_grad(), observed(tracer):
            out = rule(*given, *constants)
        if not isinstance(out, Traced):
            return None
        return dead_code(tracer.forward([out]))
    return None


class _Screen:
    """Standard output during a trace, which a replay would not write to."""

    def __init__(self, tracer: Tracer, out: Any) -> None:
        self.tracer = tracer
        self.out = out
        self.over = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.out, name)

    def write(self, text: str) -> Any:
        if thread.observer is self.tracer:
            self.tracer.stop("prints")
        return self.out.write(text)


@contextlib.contextmanager
def quiet(tracer: Tracer) -> Iterator[None]:
    """End the trace where something is printed."""
    screen: Any = _Screen(tracer, sys.stdout)
    sys.stdout = screen
    try:
        yield
    finally:
        screen.over = True
        out: Any = sys.stdout  # of another thread's trace, perhaps, which takes ours away then
        while isinstance(out, _Screen) and out.over:
            out = sys.stdout = out.out


def _has_reverse(x: Any) -> bool:
    return isinstance(x, Traced) and x.requires_grad and x.op is not None


def _real(x: Any) -> Any:
    """`x` with the Values of this run in place of their stand-ins."""
    if isinstance(x, (tuple, list)):
        return x.__class__([_real(part) for part in x])
    return x.actual if isinstance(x, Traced) else x


def _wanted(op: Primitive, operands: list[Any]) -> bool:
    """Whether the result of an operation wants a gradient."""
    return thread.scope is not PAUSED and any(
        isinstance(x, Value) and x.requires_grad and (op.variadic or op.rules[i] is not None)
        for i, x in enumerate(operands)
    )


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
