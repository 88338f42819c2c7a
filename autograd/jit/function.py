"""jit: a function that is recorded once for each signature, and replayed afterwards.

The first call with a signature runs the function and traces it. The second runs it once more, as
ever, and compares what came out with what a replay computes: results, updates and gradients. From
the third call on there are only replays. A function that cannot be replayed stays as it was, with
one warning that says why.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import gc
import itertools
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.backprop import gradients
from autograd.errors import GradientError
from autograd.jit.codegen import Code
from autograd.jit.guards import ModuleGuard
from autograd.jit.pipeline import Stage, optimise, told
from autograd.jit.program import Program
from autograd.jit.replay import as_primitive, replay
from autograd.jit.trace import Traced, Tracer, UntraceableError
from autograd.jit.tree import flatten, unflatten
from autograd.jit.vector import VectorCode, vectorised
from autograd.ops.random import generator
from autograd.primitive import Primitive, observed
from autograd.recording import PAUSED, thread
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.viz.drawing import Drawing


class JitWarning(UserWarning):
    """A compiled function stays eager: right, but not faster."""


@dataclass(eq=False)
class Recording:
    """What is known of one signature of a function."""

    key: Any
    guards: list[tuple[Any, tuple[Any, ...]]]
    reason: str | None = None  # why it stays eager
    verified: bool = False
    replays: int = 0
    program: Program | None = None
    code: Code | VectorCode | None = None
    live: list[Value] = field(default_factory=list)
    structure: Any = None
    plain: bool = False  # without any Value among the operands, results are arrays
    ops: list[tuple[Primitive, tuple[bool, ...]] | None] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)  # the program after each pass
    modules: ModuleGuard = field(default_factory=lambda: ModuleGuard(()))
    leaves: list[tuple[Value, bool, tuple[int, ...], Any]] = field(default_factory=list)

    def holds(self) -> bool:
        """Whether everything the recording took for granted is as it was."""
        for leaf, wanted, shape, dtype in self.leaves:
            data = leaf._data
            if (
                leaf.requires_grad is not wanted
                or data.shape != shape
                or (data.dtype is not dtype and data.dtype != dtype)
            ):
                return False
        modules = self.modules
        if not (modules.holds() or _unchanged(modules(), modules.expected)):
            return False
        return all(_unchanged(place(), expected) for place, expected in self.guards)


_CONSTANTS = (int, float, bool, str, type(None))
_ANYTHING = object()
_MOST = 8  # recordings of one signature, before it is left to run as ever


class Jitted:
    """See `jit`."""

    def __init__(self, fn: Callable[..., Any], disable: tuple[str, ...]) -> None:
        self.fn = fn
        self.disable = disable
        self.recordings: dict[Any, list[Recording]] = {}
        self._lock = threading.RLock()
        self._warned = False
        self._closure = _closure_guards(fn)
        self._name = getattr(fn, "__qualname__", type(fn).__name__)
        functools.update_wrapper(self, fn, updated=())

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.observer is not None:  # inside another trace: a part of that program
            return self.fn(*args, **kwargs)
        leaves, structure = flatten((args, kwargs))
        key = (structure, tuple(map(_leaf_key, leaves)), thread.scope is PAUSED)
        for recording in self.recordings.get(key, ()):
            if recording.holds():
                break
        else:
            with self._lock, contextlib.closing(Tracer()) as tracer:
                return self._trace(tracer, key, args, kwargs)
        if recording.reason is not None:
            return self.fn(*args, **kwargs)
        operands = [x for x in leaves if isinstance(x, _ARRAYS)]
        operands += recording.live
        if not recording.verified:
            with self._lock:
                return self._verify(recording, operands, args, kwargs)
        recording.replays += 1
        return replay(recording, operands)

    # ----------------------------------------------------------------------------------- record

    def _trace(self, tracer: Tracer, key: Any, args: tuple, kwargs: dict) -> Any:
        """Run the function as ever, and write down what it does."""
        earlier = self.recordings.setdefault(key, [])
        if len(earlier) >= _MOST:
            recording = Recording(key, [], "depends on settings that change from call to call")
            self._warn(recording)
            earlier.insert(0, recording)
            return self.fn(*args, **kwargs)
        before = [(place, tuple(place())) for place in self._closure]
        leaves, structure = flatten((args, kwargs))
        operands = [x for x in leaves if isinstance(x, _ARRAYS)]
        stand_ins = [
            tracer.input(x if isinstance(x, Value) else Value(x, requires_grad=False))
            for x in operands
        ]
        given = iter(stand_ins)
        leaves = [next(given) if isinstance(x, _ARRAYS) else x for x in leaves]
        traced_args, traced_kwargs = unflatten(structure, leaves)
        state = generator().bit_generator.state
        try:
            with _without_collector(), observed(tracer):
                out = self.fn(*traced_args, **traced_kwargs)
        except Exception as error:  # it may be about stand-ins alone: let the function itself say
            tracer.undo()
            generator().bit_generator.state = state
            result = self.fn(*args, **kwargs)
            about = f"raises {type(error).__name__} when traced: {error}"
            reason = tracer.read if isinstance(error, UntraceableError) else about
            recording = Recording(key, [], reason)
            self._warn(recording)
            earlier.append(recording)
            return result
        for x, stand_in in zip(operands, stand_ins):
            if tracer.read and isinstance(x, np.ndarray) and x.flags.writeable:
                x[...] = stand_in.real._data  # it may have been written into
        outputs, shape = flatten(out)
        recording = Recording(key, [])
        recording.plain = not tracer.live and not any(isinstance(x, Value) for x in operands)
        reals = [x.real if isinstance(x, Traced) else x for x in outputs]
        if any(isinstance(x, Value) and not isinstance(x, Traced) for x in outputs):
            tracer.mark_read("returns a Value from outside")
        elif not all(isinstance(x, (Traced, *_CONSTANTS)) for x in outputs):
            tracer.mark_read("returns something else than Values")
        if tracer.read is None:
            with _without_collector():
                self._compile(recording, tracer, outputs, shape)
        else:
            recording.reason = tracer.read
            self._warn(recording)
        recording.guards = before
        recording.modules = ModuleGuard(tracer.modules.values())
        recording.leaves = [
            (leaf, leaf.requires_grad, leaf._data.shape, leaf._data.dtype)
            for leaf in recording.live
        ]
        earlier.append(recording)
        if recording.plain:
            reals = [x._data if isinstance(x, Value) else x for x in reals]
        return unflatten(shape, reals)

    def _compile(self, recording: Recording, tracer: Tracer, outputs: list, shape: Any) -> None:
        recording.live = [t.real for t in tracer.live.values()]
        recording.structure = shape
        program = tracer.forward(outputs)
        code = None if "vectorise" in self.disable else vectorised(program)
        if code is not None:
            recording.program, recording.code = program, code
            recording.stages = [("traced", program)]
            operation = as_primitive(self._name, code, program)
            recording.ops = [
                None if (reached := code.reached(number)) is None else (operation, reached)
                for number in range(len(outputs))
            ]
            return
        program = tracer.program(outputs)
        if tracer.read is not None:
            recording.reason = f"a derivative rule {tracer.read}"
            self._warn(recording)
            return
        recording.stages = optimise(program, self.disable)
        recording.program = recording.stages[-1][1]
        recording.code = Code(recording.program)
        operation = as_primitive(self._name, recording.code, program)
        recording.ops = [
            None
            if reverse is None
            else (operation, tuple(g is not None for g in reverse.gradients))
            for reverse in recording.program.reverses
        ]

    def _warn(self, recording: Recording) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"jit: {self._name} stays eager, because it {recording.reason}; a replay would not "
                "compute the same",
                JitWarning,
                stacklevel=4,
            )

    # ------------------------------------------------------------------------------------ verify

    def _verify(self, recording: Recording, operands: list, args: tuple, kwargs: dict) -> Any:
        """Run the function and a replay on the same operands; what differs keeps it eager."""
        if recording.verified or recording.reason is not None:  # another thread was quicker
            return self.fn(*args, **kwargs)
        random = generator()
        state = random.bit_generator.state
        effects: list[Any] = []
        try:
            replayed, _ = flatten(replay(recording, operands, effects))
            problem = None
        except Exception as error:
            replayed, problem = [], f"{type(error).__name__}: {error}"
        random.bit_generator.state = state
        out = self.fn(*args, **kwargs)
        eager, structure = flatten(out)
        if structure != recording.structure:
            problem = problem or "returned another structure"
        for i, (a, b) in enumerate(zip(replayed, eager)):
            problem = problem or _difference(f"result {i}", a, b)
        assert recording.program is not None
        for (leaf, _), new in zip(recording.program.effects, effects):
            problem = problem or _difference("an assigned value", new, leaf._data)
        for i, (a, b) in enumerate(zip(replayed, eager)):
            problem = problem or _gradient_difference(i, a, b, operands)
        if problem:
            recording.reason = f"gave something else when replayed: {problem}"
            self._warn(recording)
        recording.verified = True
        return out

    def report(self) -> str:
        """What was recorded, per signature, as text.

        >>> square = autograd.jit(lambda x: x * x)
        >>> for _ in range(3):
        ...     y = square(Value(3.0))
        >>> print(square.report())
        <lambda>: 1 signature
          1. float64 (): 1 replay of 3 instructions, 0 buffers of 0 bytes in 1 frame
             traced 4, dead_code -, ...
        """
        found = [r for group in self.recordings.values() for r in group]
        lines = [f"{self._name}: {len(found)} signature{'s' * (len(found) != 1)}"]
        for number, r in enumerate(found, 1):
            lines.append(f"  {number}. {_signature_text(r)}: {_summary(r)}")
            if r.stages:
                lines.append(f"     {told(r.stages)}")
        return "\n".join(lines)

    def program(self, after: str | None = None, signature: int = 1) -> Program:
        """What was recorded, as a list of instructions to print or to draw.

        Args:
            after: the name of a pass, or "traced" for what was there before them all; the end of
                the line by default.
            signature: which one, as `report` counts them.

        Raises:
            ValueError: nothing was recorded under that number, or no such pass ran.

        >>> double = autograd.jit(lambda x: +x * 2.0)
        >>> y = double(Value([3.0]))
        >>> print(double.program("traced"))
        inputs v0
        [0] v1 = positive(v0)
        [0] v2 = multiply(v1, 2.0)
        [1] v4 = multiply(v3, 2.0)
        """
        found = [r for group in self.recordings.values() for r in group]
        if not 1 <= signature <= len(found) or not found[signature - 1].stages:
            raise ValueError(f"{self._name} has recorded no program {signature}: {self.report()}")
        stages = found[signature - 1].stages
        programs = dict(stages)
        if after is None:
            return stages[-1][1]
        if after not in programs:
            raise ValueError(
                f"{self._name}: no pass {after!r} ran; there are {', '.join(programs)}"
            )
        return programs[after]

    def draw(self, after: str | None = None, signature: int = 1) -> Drawing:
        """A picture of `program(after, signature)`: operations, phases, and groups that are fused.

        >>> double = autograd.jit(lambda x: +x * 2.0)
        >>> y = double(Value([3.0]))
        >>> "multiply" in double.draw("traced").source
        True
        """
        from autograd.jit.picture import draw_program

        return draw_program(self.program(after, signature))

    def source(self) -> str:
        """The generated Python of every signature."""
        found = [r for group in self.recordings.values() for r in group if r.code]
        return "\n\n".join(r.code.source for r in found if r.code)


_ARRAYS = (Value, np.ndarray, np.generic)


def jit(fn: Callable[..., Any] | None = None, *, disable: tuple[str, ...] = ()) -> Any:
    """Record `fn` once for each signature, and replay it afterwards: same results, less time.

    A signature is the structure of the arguments, the shapes and dtypes of Values and arrays, and
    every other argument itself. The first call traces, the second is compared with a replay.
    A function that looks at the numbers (`if loss > 1`, `.item()`), or gives something else when
    replayed, stays eager, with one warning that says why.

    Args:
        fn: takes and returns Values, arrays, and lists, tuples and dicts of them. A module works.
        disable: names of passes to leave out, to find what one of them does: "expand",
            "common_subexpressions", "fuse" and so on, as `report` lists them, or "vectorise".

    Returns:
        A function with the arguments of `fn`; its result can be differentiated as ever.

    >>> @autograd.jit
    ... def loss(w, x):
    ...     return ((w * x) ** 2).sum()
    >>> w = Value([1.0, 2.0])
    >>> for _ in range(3):
    ...     w.grad = None
    ...     loss(w, np.array([3.0, 1.0])).backward()
    >>> w.grad
    array([18.,  4.])
    """
    if fn is None:
        return functools.partial(jit, disable=disable)
    return Jitted(fn, disable)


def quietly(fn: Callable[..., Any], *also: Any) -> Jitted:
    """`jit(fn)` that warns of nothing, for who can do without and asks `report` when in doubt.

    Args:
        also: objects whose attributes, and functions whose globals, the result depends on too.
    """
    compiled = Jitted(fn, ())
    compiled._warned = True
    for x in also:
        compiled._closure += _closure_guards(x)
        if hasattr(x, "__dict__") and not isinstance(x, types.FunctionType):
            compiled._closure.append(vars(x).values)
    return compiled


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of new objects, none of them garbage: let nobody look through them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


# ------------------------------------------------------------------------------------- comparing


#: Numbers compared at a time, so that comparing needs no memory to speak of.
_COMPARED = 65_536


def _difference(what: str, a: Any, b: Any, largest: float = 0.0) -> str | None:
    """How a replayed result differs from an eager one, in words; None if it does not.

    `largest` is that of the numbers it is computed along with, which it may round as.
    """
    if isinstance(a, Value) != isinstance(b, Value):
        return f"{what} is {type(a).__name__}, not {type(b).__name__}"
    if isinstance(a, Value):
        if a.requires_grad != b.requires_grad:
            return f"{what} wants a gradient, or not"
        a, b = a._data, b._data
    if not isinstance(b, (np.ndarray, np.generic)):
        return None if type(a) is type(b) and a == b else f"{what} is {a!r:.60}, not {b!r:.60}"
    if np.shape(a) != b.shape or a.dtype != b.dtype:
        return f"{what} is {a.dtype} {np.shape(a)}, not {b.dtype} {b.shape}"
    if b.dtype.kind != "f":
        return None if np.array_equal(a, b) else f"{what} differs"
    eps = float(np.finfo(b.dtype).eps)
    tolerance = eps**0.75
    with np.errstate(all="ignore"):
        allowed = max(tolerance * _largest(b), 16 * eps * largest)
        one, other = np.ravel(a), np.ravel(b)
        parts = (slice(at, at + _COMPARED) for at in range(0, b.size, _COMPARED))
        if all(
            np.allclose(one[part], other[part], rtol=tolerance, atol=allowed, equal_nan=True)
            for part in parts
        ):
            return None
        worst = float(np.nanmax(np.abs(np.asarray(a, float) - b)))
    return f"{what} differs by up to {worst:.3g}"


def _largest(x: Any) -> float:
    flat = np.ravel(x)
    parts = (flat[at : at + _COMPARED] for at in range(0, flat.size, _COMPARED))
    return max(
        (float(np.max(np.abs(p), where=np.isfinite(p), initial=0.0)) for p in parts), default=0.0
    )


def _gradient_difference(i: int, a: Any, b: Any, operands: list) -> str | None:
    """Compare the compiled reverse pass with the one through the eager graph."""
    if not isinstance(b, Value) or not b.requires_grad or b.op is None:
        return None
    seed = np.linspace(0.5, 1.5, b.size).reshape(b.shape).astype(b.dtype)
    seed = seed if seed.ndim else b.dtype.type(1)
    parents = [x for x in operands if isinstance(x, Value) and x.requires_grad]
    try:
        ours, theirs = gradients(a, seed), gradients(b, seed)
    except GradientError:
        return None  # a leaf was changed meanwhile; there is nothing to compare
    # A bias in front of a norm has a gradient of 0: what is computed of it is rounding alone.
    largest = max((_largest(g) for g in map(theirs.get, parents) if g is not None), default=0.0)
    for x in parents:
        mine, other = ours.get(x), theirs.get(x)
        if other is None and mine is not None and np.any(mine):
            return f"the gradient of result {i} reaches {x._label()}"
        if other is not None:
            mine = np.zeros_like(other) if mine is None else mine
            at = f"the gradient of result {i} at {x._label()}"
            problem = _difference(at, mine, other, largest)
            if problem:
                return problem
    return None


# ------------------------------------------------------------------------------ what is guarded


def _leaf_key(x: Any) -> Any:
    if isinstance(x, Value):
        return (Value, x._data.shape, x._data.dtype, x.requires_grad)
    if isinstance(x, (np.ndarray, np.generic)):
        return (np.ndarray, x.shape, x.dtype)
    try:
        hash(x)
    except TypeError:
        return (type(x), id(x))
    return (type(x), x)


def _closure_guards(fn: Any) -> list[Any]:
    """What the names inside a function, and inside functions it calls by name, stand for."""
    places: list[Any] = []
    seen: set[int] = set()
    stack = [fn]
    while stack and len(places) < 64:
        f: Any = stack.pop()
        f = getattr(f, "__func__", f)
        f = getattr(f, "fn", f)
        if not isinstance(f, types.FunctionType) or id(f) in seen:
            continue
        seen.add(id(f))
        names = [n for n in f.__code__.co_names if n in f.__globals__]
        places.append(functools.partial(_named, f.__globals__, tuple(names)))
        stack += [f.__globals__[n] for n in names if _users(f.__globals__[n])]
        if f.__closure__:
            places.append(functools.partial(_cells, f.__closure__))
            stack += [c for c in _cells(f.__closure__) if _users(c)]
    return places


def _users(x: Any) -> bool:
    """Whether it is a function of the user's own."""
    return isinstance(x, types.FunctionType) and (x.__module__ or "").split(".")[0] not in (
        "autograd",
        "nn",
        "optim",
        "numpy",
    )


class _Contents:
    """What a list, dict or set held at a moment: a function may count or look things up in it."""

    __slots__ = ("items",)

    def __init__(self, container: Any, depth: int = 3) -> None:
        parts = [*container, *container.values()] if isinstance(container, dict) else container
        self.items = [_seen(x, depth - 1) for x in itertools.islice(parts, 64)]
        self.items.append(len(container))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Contents) and _unchanged(self.items, other.items)

    __hash__ = object.__hash__


def _seen(x: Any, depth: int = 3) -> Any:
    return _Contents(x, depth) if depth and x.__class__ in _CONTAINERS else x


def _unchanged(now: Any, expected: Any) -> bool:
    if len(now) != len(expected):
        return False
    return all(map(is_, now, expected)) or all(
        a is b or (a.__class__ is b.__class__ in _SIMPLE and a == b) for a, b in zip(now, expected)
    )


_CONTAINERS = frozenset({list, dict, set, collections.deque, collections.Counter})
_SIMPLE = frozenset({*_CONSTANTS, tuple, np.dtype, _Contents})


def _named(names: dict[str, Any], wanted: tuple[str, ...]) -> list[Any]:
    return [_seen(names.get(n, _ANYTHING)) for n in wanted]


def _cells(closure: tuple[Any, ...]) -> list[Any]:
    found = []
    for cell in closure:
        try:
            found.append(_seen(cell.cell_contents))
        except ValueError:  # not assigned yet
            found.append(_ANYTHING)
    return found


# -------------------------------------------------------------------------------------- reporting


def _signature_text(r: Recording) -> str:
    kinds = []
    for kind, *rest in r.key[1]:
        if kind in (Value, np.ndarray):
            kinds.append(f"{rest[1]} {rest[0]}")
        else:
            kinds.append(f"{rest[0]!r:.40}")
    return ", ".join(kinds) or "no arguments"


def _summary(r: Recording) -> str:
    if r.reason is not None:
        return f"stays eager, because it {r.reason}"
    assert r.code is not None
    assert r.program is not None
    replays = f"{r.replays} replay{'s' * (r.replays != 1)}"
    frames = f"{r.code.frames} frame{'s' * (r.code.frames != 1)}"
    groups = f" in {r.code.groups} groups" if isinstance(r.code, VectorCode) else ""
    return (
        f"{replays} of {len(r.program.body)} instructions{groups}, "
        f"{len(r.code.buffers)} buffers of {r.code.bytes:,} bytes in {frames}"
    )
