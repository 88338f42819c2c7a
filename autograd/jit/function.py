"""Jitted: a function that is recorded once for each signature, and replayed afterwards.

The first call with a signature runs the function as ever. Where that left nothing behind, it is
traced on stand-ins. The second call runs the function once more, and compares what came out with
what a replay computes: results, updates and gradients (those of a loss when it goes backward, see
`comparing.Doubt`). From the third call on there are only replays. A function that cannot be
replayed stays as it was, with one warning that says why.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.jit.codegen import Code
from autograd.jit.comparing import Doubt, difference, gradient_difference
from autograd.jit.guards import ModuleGuard
from autograd.jit.pipeline import Stage, optimise, told
from autograd.jit.program import Program, Var
from autograd.jit.recall import computed
from autograd.jit.replay import ARRAY, CONSTANT, NODE, Earlier, Operand, as_primitive, replay
from autograd.jit.reporting import counted, input_names, signature_text, summary
from autograd.jit.settings import untouched
from autograd.jit.signature import (
    CONSTANTS,
    Before,
    Call,
    call_of,
    is_operand,
    shares,
    unusual,
)
from autograd.jit.surroundings import Surroundings
from autograd.jit.trace import Traced, Tracer, UntraceableError, quiet
from autograd.jit.vector import VectorCode, vectorised
from autograd.jit.wrap import JitWarning
from autograd.memory import without_collector
from autograd.ops.random import generator, the_generator
from autograd.primitive import Primitive
from autograd.recorder import observed
from autograd.recording import thread
from autograd.tree import flatten, unflatten
from autograd.value import Value, next_seq

if TYPE_CHECKING:
    from autograd.viz.drawing import Drawing


@dataclass(eq=False)
class Recording:
    """What is known of one signature of a function."""

    key: Any
    surroundings: Surroundings | None = None
    reason: str | None = None  # why it stays eager
    verified: bool = False
    doubt: Doubt | None = None  # a first replay that has not gone backward
    lost: bool = False  # a Value that it cannot do without was replaced
    draws: bool = False  # random numbers
    replays: int = 0
    program: Program | None = None
    code: Code | VectorCode | None = None
    live: list[Value] = field(default_factory=list)
    structure: Any = None
    results: list[Any] = field(default_factory=list)  # what becomes of each, see `replay`
    names: dict[int, str] = field(default_factory=dict)  # of results
    through: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)  # results in results
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
        if self.surroundings is None:
            return True
        return self.surroundings.changed(follow=True) is None and self._follow()

    def _follow(self) -> bool:
        """Read those Values that have taken the places of others, if that is all there is to it."""
        moved = self.surroundings.moved if self.surroundings else []
        if not moved:
            return not self.lost
        if self.program is None:
            moved.clear()
            return True
        now = {id(old): new for old, new in moved}
        fixed = [leaf for leaf, _ in self.program.effects]
        if self.lost or any(id(x) in now for x in (*fixed, *self.modules.expected)):
            self.lost = True  # and of no use any more
            return False
        self.live = [now.get(id(leaf), leaf) for leaf in self.live]
        self.leaves = [(now.get(id(leaf), leaf), *state) for leaf, *state in self.leaves]
        moved.clear()
        return True


_SIMPLE = frozenset({*CONSTANTS, tuple, np.dtype})
_MOST_LINKS = 25  # between single numbers and results, for each operation
_MOST_SIGNATURES = 64
_MOST = 8  # recordings of one signature, and signatures that differ in constants alone


class Jitted:
    """See `jit`."""

    def __init__(
        self,
        fn: Callable[..., Any],
        disable: tuple[str, ...] = (),
        reassociate: bool = False,
        also: tuple[Any, ...] = (),
        steady: bool = False,
    ) -> None:
        self.fn = fn
        self.disable = disable
        self.reassociate = reassociate
        self.recordings: dict[Any, list[Recording]] = {}
        self._settling: set[Any] = set()  # keys with one call that changed something
        self._forgotten = 0  # signatures that were recorded in vain
        self._notes: list[str] = []  # why what was not recorded stays eager
        self._steady = steady  # all calls give the numbers of a replay, from the first one on
        self._variants: dict[Any, list[Any]] = collections.defaultdict(list)
        self._lock = threading.RLock()
        self._warned = False
        self._name = getattr(fn, "__qualname__", type(fn).__name__).rpartition("<locals>.")[2]
        self._roots = [(self._name, fn), *(("the loss", x) for x in also)]
        functools.update_wrapper(self, fn, updated=())

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<jit of {self.report()}>"

    def __reduce__(self) -> Any:
        """A copy has recordings of its own."""
        return Jitted, (self.fn, self.disable, self.reassociate)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.observer is not None:  # inside another trace: a part of that program
            return self.fn(*args, **kwargs)
        call = call_of(args, kwargs)
        recording = self._recording(call)
        if recording is None:
            with self._lock:
                recording = self._recording(call)  # another thread may have been quicker
                if recording is None:
                    return self._record(call, args, kwargs)
        if recording.reason is not None:
            return self.fn(*args, **kwargs)
        operands = call.operands
        program: Any = recording.program
        if program.effects and any(x is leaf for x in operands for leaf, _ in program.effects):
            return self.fn(*args, **kwargs)  # an argument is written by another name
        operands += recording.live
        if not recording.verified:
            with self._lock:
                return self._verify(recording, operands, args, kwargs)
        recording.replays += 1
        random = the_generator().bit_generator if recording.draws else None
        drawn = None if random is None else random.state
        try:
            return replay(recording, operands)
        except Exception:  # the function may have an answer to that, or says it in its own words
            if random is not None and drawn is not None:
                random.state = drawn
            return self.fn(*args, **kwargs)

    # ----------------------------------------------------------------------------------- record

    def _recording(self, call: Call) -> Recording | None:
        for recording in self.recordings.get(call.key, ()):
            if recording.holds():
                return recording
        return None

    def _record(self, call: Call, args: tuple, kwargs: dict) -> Any:
        """Run the function as ever; where that left nothing behind, trace it as well."""
        recording = Recording(call.key)
        recording.reason = self._restless(call)
        if recording.reason is not None:
            if self.recordings.get(call.key):
                self._keep(recording, first=True)
            elif not self._notes:
                self._notes.append(recording.reason)
            self._warn(recording)
            return self.fn(*args, **kwargs)
        given = [(f"the argument {x!r:.40}", x) for x in call.objects]
        surroundings = Surroundings([*self._roots, *given])
        before = Before(call, args, kwargs, surroundings)
        random = generator().bit_generator
        drawn = random.state
        numbers = {id(x): (x, x._data) for x in surroundings.values()} if self._steady else {}
        out = self.fn(*args, **kwargs)
        plain = any(not isinstance(x, Value) for x in call.operands)
        recording.reason = (
            surroundings.reason
            or before.effect()
            or surroundings.asks_types(plain)
            or unusual(call, out)
        )
        if recording.reason is None:
            after, random.state = random.state, drawn
            careful = "errstate" in surroundings.names
            with contextlib.closing(Tracer(computed(flatten(out)[0]), careful)) as tracer:
                self._trace(recording, tracer, surroundings, call, out)
            random.state = after
        elif surroundings.changed() and call.key not in self._settling:
            self._settling.add(call.key)  # it may have set something up, once and for all
            return out
        self._keep(recording)
        self._warn(recording)
        if not (self._steady and recording.reason is None and recording.holds()):
            return out
        leaves = [leaf for leaf, _ in recording.program.effects] if recording.program else []
        kept = [numbers.get(id(leaf), (leaf, leaf._data)) for leaf in leaves]
        if any(data is leaf._data for leaf, data in kept):  # what was written cannot be taken back
            return out
        del out, numbers, before  # two more are to come, and one graph is enough to hold
        return self._replayed(recording, args, kwargs, kept, drawn)

    def _replayed(
        self, recording: Recording, args: tuple, kwargs: dict, kept: list, drawn: Any
    ) -> Any:
        """Compare the first replay now and return the second, in place of the function's result.

        A replay may round differently than the function. Training that is resumed begins with a
        first call where training that never stopped is long past it: both must get the same bits.

        Args:
            kept: the leaves that the function writes, with their numbers before.
            drawn: the generator's state before.
        """

        def again(call: Callable[..., Any]) -> Any:
            for leaf, data in kept:
                leaf._data = data
            generator().bit_generator.state = drawn
            return call(*args, **kwargs)

        again(self)  # and its frame is free for the second
        return again(self if recording.holds() else self.fn)

    def _restless(self, call: Call) -> str | None:
        """Whether there have been too many recordings already."""
        full = call.key not in self.recordings and len(self.recordings) >= _MOST_SIGNATURES
        if full and not self._forget():
            return (
                "takes arguments of another shape nearly every time; rows that are filled up to "
                "one of a few lengths can be replayed"
            )
        earlier = self.recordings.get(call.key, [])
        if len(earlier) >= _MOST:
            what = earlier[-1].surroundings and earlier[-1].surroundings.changed()
            return f"depends on {what or 'settings'}, which changes from call to call"
        variants = self._variants[call.kinds]
        if call.key[1] in variants:
            return None
        if len(variants) >= _MOST:
            pairs = zip(call.leaves, call.key[1], variants[-1])
            x = next(x for x, one, other in pairs if one != other)
            return (
                f"takes another argument nearly every time, such as {x!r:.40}; "
                "np.asarray(...) of a number makes it an operand"
            )
        variants.append(call.key[1])
        return None

    def _forget(self) -> bool:
        """Make room for another signature, if there is one that was never met again."""
        idle = (k for k, found in self.recordings.items() if not any(r.replays for r in found))
        key = next(idle, None)
        if key is None or self._forgotten >= _MOST_SIGNATURES:
            return False
        self._forgotten += 1
        del self.recordings[key]
        return True

    def _trace(
        self,
        recording: Recording,
        tracer: Tracer,
        surroundings: Surroundings,
        call: Call,
        out: Any,
    ) -> None:
        """Run the function once more, on stand-ins, and make what was written down quick."""
        stand_ins = {
            id(x): tracer.input(x)
            if isinstance(x, Value)
            else tracer.input(_looking_at(x), type(x))
            for x in call.operands
        }
        args, kwargs = unflatten(call.structure, [stand_ins.get(id(x), x) for x in call.leaves])
        try:
            with without_collector(), untouched():
                with quiet(tracer), observed(tracer):
                    traced = self.fn(*args, **kwargs)
                self._compile(recording, tracer, traced, call.operands, out)
        except UntraceableError as reason:
            recording.reason = str(reason)
        except Exception as error:  # about stand-ins: the function itself did not raise
            recording.reason = f"raises {type(error).__name__} when traced: {error}"
        tracer.undo()
        surroundings.put_back(_real)
        recording.surroundings = surroundings.without(x for x, _ in tracer.modules.values())
        recording.modules = ModuleGuard(tracer.modules.values())
        recording.leaves = [
            (leaf, leaf.requires_grad, leaf._data.shape, leaf._data.dtype)
            for leaf in recording.live
        ]

    def _results(
        self, recording: Recording, outputs: list, eager: list, operands: list, effects: list
    ) -> None:
        """What becomes of each result: a node, an array, an operand or an earlier result itself."""
        known = {id(x): i for i, x in enumerate(operands)}
        first: dict[int, int] = {}
        for i, (traced, x) in enumerate(zip(outputs, eager)):
            what: Any = NODE if isinstance(x, Value) else ARRAY
            if id(x) in known and is_operand(x):
                what = Operand(known[id(x)])
            elif id(x) in first and is_operand(x):
                what = Earlier(first[id(x)])
            elif is_operand(x):
                first[id(x)] = i
                if getattr(x, "name", None) is not None:
                    recording.names[i] = x.name
                if not (isinstance(traced, Traced) and isinstance(traced.variable, Var)):
                    recording.reason = "returns numbers that Python made"
                elif isinstance(x, np.ndarray) and not x.ndim:  # a replay gives np.float64
                    recording.reason = "returns an array without axes"
                elif any(shares(x, y) for y in (*operands, *eager[:i])):
                    recording.reason = "returns a view of an argument, or of another result"
                elif not effects and (
                    found := difference(f"result {i}", _numbers(traced), _numbers(x))
                ):
                    recording.reason = f"gave something else when traced: {found}"
            else:
                what = CONSTANT
                if isinstance(traced, Traced) or type(traced) is not type(x) or traced != x:
                    recording.reason = f"returned {traced!r:.40} when traced, and not {x!r:.40}"
            recording.results.append(what)

    def _compile(
        self, recording: Recording, tracer: Tracer, traced: Any, operands: list, out: Any
    ) -> None:
        outputs, recording.structure = flatten(traced)
        outputs = list(map(tracer.stand_in_of, outputs))
        eager, structure = flatten(out)
        recording.live = [t.actual for t in tracer.live.values()]
        if structure != recording.structure:
            recording.reason = "returned another structure when traced"
            return
        self._results(recording, outputs, eager, [*operands, *recording.live], tracer.effects)
        if recording.reason is not None:
            return
        program = tracer.forward(outputs)
        recording.draws = any(not instr.args for instr in program.body)
        code: Any = None if "vectorise" in self.disable else vectorised(program, self.reassociate)
        if code is not None:
            links = len(outputs) * len(program.inputs)
            if len(outputs) > 1 and links > _MOST_LINKS * len(program.body):
                recording.reason = (
                    f"returns {len(outputs)} numbers, each a node with {len(program.inputs)} "
                    "operands, which takes longer than computing them"
                )
                return
            program.reverses = list(map(code.as_reverse, range(len(outputs))))
            recording.stages = [("traced", program)]
        else:
            program = tracer.program(outputs)
            recording.stages = optimise(program, self.disable)
            code = Code(recording.stages[-1][1])
        recording.program, recording.code = code.program, code
        recording.through = [
            (i, reverse.through)
            for i, reverse in sorted(
                enumerate(program.reverses), key=lambda pair: getattr(outputs[pair[0]], "seq", 0)
            )
            if recording.results[i] is NODE and reverse is not None and reverse.through
        ]
        operation = as_primitive(self._name, code, program)
        recording.ops = [
            None
            if reverse is None
            else (operation, tuple(g is not None for g in reverse.gradients))
            for reverse in code.program.reverses
        ]

    def _keep(self, recording: Recording, first: bool = False) -> None:
        group = self.recordings.setdefault(recording.key, [])
        group.insert(0 if first else len(group), recording)

    def _warn(self, recording: Recording) -> None:
        if recording.reason is not None and not self._warned:
            self._warned = True
            warnings.warn(
                f"jit: {self._name} stays eager, because it {recording.reason}; "
                "its results are right, only no sooner",
                JitWarning,
                stacklevel=4,
            )

    # ------------------------------------------------------------------------------------ verify

    def _verify(self, recording: Recording, operands: list, args: tuple, kwargs: dict) -> Any:
        """Run the function and a replay on the same operands; what differs keeps it eager."""
        if recording.verified or recording.reason is not None:  # another thread was quicker
            return self.fn(*args, **kwargs)
        doubted, recording.doubt = recording.doubt, None
        if doubted is not None and doubted.settled():
            recording.verified = True
            del doubted  # and its frame is free
            recording.replays += 1
            return replay(recording, operands)
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
            problem = problem or difference(f"result {i}", a, b)
        assert recording.program is not None
        for (leaf, _), new in zip(recording.program.effects, effects):
            problem = problem or difference("an assigned value", new, leaf._data)
        if problem is None and doubted is None:
            results = self._doubted(recording, replayed, eager, operands)
            if results is not None:
                return unflatten(structure, results)
        for i, (a, b) in enumerate(zip(replayed, eager)):
            problem = problem or gradient_difference(i, a, b, operands)
        if problem:
            recording.reason = f"gave something else when replayed: {problem}"
            self._warn(recording)
        recording.verified = True
        return out

    def _doubted(
        self, recording: Recording, replayed: list, eager: list, operands: list
    ) -> list[Any] | None:
        """The results, one of which compares when it goes backward; None if that must be now."""
        wanted = {i: x for i, x in enumerate(eager) if isinstance(x, Value) and x.requires_grad}
        if len(set(map(id, wanted.values()))) != 1:
            return None
        number, out = next(iter(wanted.items()))
        if out.shape or out.op is None or recording.results[number] is not NODE:
            return None  # what arrives at several numbers may hide what is wrong
        if len(set(map(id, operands))) < len(operands):
            return None
        node = replayed[number]
        doubt = recording.doubt = Doubt(node, out, operands)
        node.params = {"lease": doubt, "number": number}
        node._data, node.seq = out._data, next_seq()
        return [node if x is out else x for x in eager]

    def report(self) -> str:
        """What was recorded, per signature, as text.

        A frame is a set of buffers: every result that is still held, and may go backward, has one.
        Below each signature stands what the passes did: how many instructions each of them added
        or left out, or wrote anew, and those that found nothing to do.

        >>> square = autograd.jit(lambda x: x * x)
        >>> for _ in range(3):
        ...     y = square(Value(3.0))
        >>> print(square.report())
        <lambda>: 1 signature
          1. float64 (): 1 replay of 3 instructions, 0 buffers of 0 bytes in 2 frames, ...
             traced 4 instructions, ...
        """
        found = [r for group in self.recordings.values() for r in group]
        lines = [f"{self._name}: {counted(len(found), 'signature')}"]
        for number, r in enumerate(found, 1):
            lines.append(f"  {number}. {signature_text(r)}: {summary(r)}")
            if r.stages:
                lines.append(f"     {told(r.stages)}")
        lines += [f"  else: stays eager, because it {note}" for note in self._notes]
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
        inputs x: float64 (1,)
        [0] v1 = positive(x)
        [0] v2 = multiply(v1, 2.0)
        [0] result 0: v2
        [1] v3: gradient that arrives at result 0
        [1] v4 = multiply(v3, 2.0)
        [1] gradient of x: v4
        """
        return self._stages(after, signature)[-1]

    def _stages(self, after: str | None, signature: int) -> list[Program]:
        """The program as traced, and after each pass up to the one asked for."""
        found = [r for group in self.recordings.values() for r in group]
        if not found:
            raise ValueError(f"{self._name} has recorded no program yet: call it first")
        if not 1 <= signature <= len(found) or not found[signature - 1].stages:
            raise ValueError(f"{self._name} has recorded no program {signature}: {self.report()}")
        recording = found[signature - 1]
        passes = [name for name, _ in recording.stages]
        if after is not None and after not in passes:
            raise ValueError(
                f"{self._name}: no pass {after!r} ran; there are {', '.join(dict.fromkeys(passes))}"
            )
        last = len(passes) if after is None else len(passes) - passes[::-1].index(after)
        names = input_names(self.fn, recording)
        return [dataclasses.replace(stage, names=names) for _, stage in recording.stages[:last]]

    def draw(self, after: str | None = None, signature: int = 1) -> Drawing:
        """A picture of `program(after, signature)`: operations, phases, and groups that are fused.

        What the pass wrote anew has a thick rim.

        >>> double = autograd.jit(lambda x: +x * 2.0)
        >>> y = double(Value([3.0]))
        >>> "multiply" in double.draw("traced").source
        True
        """
        from autograd.jit.picture import draw_program

        stages = self._stages(after, signature)
        return draw_program(stages[-1], stages[max(len(stages) - 2, 0)])

    def source(self) -> str:
        """The generated Python of every signature."""
        found = [r for group in self.recordings.values() for r in group if r.code]
        return "\n\n".join(r.code.source for r in found if r.code)


def _looking_at(x: Any) -> Value:
    """An argument that is no Value as one: its own memory, so that what it led to is recalled."""
    value = Value(0.0, requires_grad=False)
    value._data = x.view() if x.ndim else x[()]
    return value


def _numbers(x: Any) -> Any:
    x = _real(x)
    return x._data if isinstance(x, Value) else x


def _real(x: Any) -> Any:
    return x.actual if isinstance(x, Traced) else x


def _unchanged(now: Any, expected: Any) -> bool:
    return len(now) == len(expected) and all(
        a is b or (a.__class__ is b.__class__ in _SIMPLE and a == b) for a, b in zip(now, expected)
    )
