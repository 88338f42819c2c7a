"""Passes: each makes a program smaller or cheaper, and never changes what it computes.

(`join`, `batch` and `fuse`, in files of their own, and the kernels of long rows add numbers up in
another order: the last bits may differ.)

A pass takes a `Program` and returns one. They run in the order of `pipeline.PASSES`; `jit(fn,
disable=("name", ...))` leaves some out, and `fn.report()` shows the instructions before and after
each. A newcomer can print a program at any point: `print(program)`.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograd.jit.kernels import parts_of
from autograd.jit.places import apart, shown
from autograd.jit.program import Instr, Program, Reverse, Var, empty
from autograd.primitive import Primitive


def dead_code(program: Program) -> Program:
    """Drop what no result needs; random draws stay, so that the next ones are the same.

    So does what would be an error for some numbers: an index that is out of bounds.
    """
    needed = {v for phase in range(len(program.reverses) + 1) for v in program.results(phase)}
    kept: list[Instr] = []
    for instr in reversed(program.body):
        if instr.out in needed or (instr.phase == 0 and _is_heard_of(instr)):
            kept.append(instr)
            needed.update(instr.inputs)
    return dataclasses.replace(program, body=kept[::-1])


def _is_heard_of(instr: Instr) -> bool:
    """Whether an operation whose result nobody looks at makes a difference all the same."""
    return not instr.args or instr.op.name in _RAISE or not instr.op.builtin


#: Operations that raise an error because of numbers, and not of shapes.
_RAISE = frozenset(
    {"cholesky", "cross_entropy", "eig", "eigh", "eigvalsh", "embedding", "flat_index"}
    | {"inv", "pick", "pinv", "put_along_axis", "solve", "svd", "svdvals", "take"}
    | {"take_along_axis"}
)


def common_subexpressions(program: Program) -> Program:
    """Compute once what is computed twice from the same operands.

    A phase may take results from itself and from the forward phase, which always ran before it.
    """
    first: list[dict[Hashable, Var]] = [{} for _ in range(len(program.reverses) + 1)]
    forward = first[0]
    same: dict[Var, Var] = {}
    kept: list[Instr] = []
    for instr in program.body:
        if same:
            instr = with_names(instr, same)
        key = _key(instr)
        if key is None:
            kept.append(instr)
            continue
        earlier = forward.get(key) or first[instr.phase].get(key)
        if earlier is not None:
            same[instr.out] = earlier
        else:
            first[instr.phase][key] = instr.out
            kept.append(instr)
    return renamed(dataclasses.replace(program, body=kept), same) if same else program


def _key(instr: Instr) -> Hashable | None:
    """Equal for instructions that compute the same; None where that cannot be known."""
    if not instr.args:
        return None  # a random draw
    args = [a if a.__class__ is Var else _constant_key(a) for a in instr.args]
    params = [(k, _constant_key(v)) for k, v in instr.params.items()] if instr.params else ()
    return (id(instr.op), *args, *params)


def _constant_key(x: Any) -> Hashable:
    if x is None or x.__class__ is int:
        return (x.__class__, x)
    if isinstance(x, (float, np.floating)):
        return (type(x), x.hex() if isinstance(x, float) else x.tobytes())  # -0.0 is not 0.0
    if isinstance(x, slice):  # not every Python can hash one
        return (slice, *map(_constant_key, (x.start, x.stop, x.step)))
    if isinstance(x, tuple):
        return (tuple, *map(_constant_key, x))
    try:
        hash(x)
    except TypeError:
        return (type(x), id(x))
    return (type(x), x)


def constant_folding(program: Program) -> Program:
    """Compute now what depends on no input: every operand is a number, or an array made inside."""
    known: dict[Var, Any] = {}
    kept: list[Instr] = []
    for instr in program.body:
        if known:
            instr = with_names(instr, known)
        if not instr.inputs and instr.args and _is_foldable(instr):
            found = instr.op.forward(*instr.args, **(instr.params or {}))
            if isinstance(found, np.ndarray):
                found.flags.writeable = False
            known[instr.out] = found
        else:
            kept.append(instr)
    return renamed(dataclasses.replace(program, body=kept), known) if known else program


def _is_foldable(instr: Instr) -> bool:
    return instr.op.builtin and all(map(_is_fixed, instr.args))


def _is_fixed(x: Any) -> bool:
    """Whether nobody can change it: a number, or an array that is closed and no view of another."""
    if isinstance(x, np.ndarray):
        return not x.flags.writeable and x.base is None
    return x is None or isinstance(x, (int, float, np.generic))


def unbroadcast(program: Program) -> Program:
    """Let an elementwise operation broadcast by itself, where its other operand has the shape.

    A column that is broadcast along rows makes for short loops: where several operations want it,
    it is written out once.
    """
    if not program.has("broadcast_to"):
        return program
    source: dict[Var, Var] = {}
    uses = Counter(v for instr in program.body for v in instr.inputs)
    body = []
    for instr in program.body:
        x = instr.args[0] if instr.args else None
        if not isinstance(x, Var):
            pass
        elif instr.op.name == "broadcast_to":
            if uses[instr.out] < _SEVERAL or not _is_column(x, instr.out):
                source[instr.out] = source.get(x, x)
        elif x in source and not source[x].shape and instr.op.name in _REARRANGE:
            source[instr.out] = source[x]  # one number everywhere, however it is looked at
        if source and instr.op.jvp == "elementwise" and len(instr.args) == 2:
            args = _smaller(instr, source)
            instr = Instr(instr.op, args, instr.params, instr.out, instr.phase)
        body.append(instr)
    return dataclasses.replace(program, body=body)


#: So many operations are worth an array of their own to read from.
_SEVERAL = 4


def _is_column(x: Var, out: Var) -> bool:
    """Whether every number of x is repeated along the innermost axis of a small array."""
    along = bool(x.shape) and x.shape[-1] == 1 != out.shape[-1]
    return along and out.layout is None and math.prod(out.shape) <= _SMALL


#: A larger array would not stay in the cache.
_SMALL = 1 << 16
_REARRANGE = frozenset(
    {"reshape", "expand_dims", "squeeze", "transpose", "matrix_transpose", "getitem"}
)


def _smaller(instr: Instr, source: dict[Var, Var]) -> tuple[Any, ...]:
    args = list(instr.args)
    for i in (0, 1):
        small = source.get(args[i]) if isinstance(args[i], Var) else None
        other = args[1 - i]
        if small is not None and isinstance(other, Var) and other.shape == instr.out.shape:
            args[i] = small
    return tuple(args)


def assemble(program: Program) -> Program:
    """Put parts side by side in one array, where each was put among zeros and these were added up.

    That is what the reverse pass of slicing comes to.
    """
    if not program.has("put_back", "concatenate"):
        return program
    uses: dict[Var, int] = defaultdict(int)
    for instr in program.body:
        for v in instr.inputs:
            uses[v] += 1
    for phase in range(len(program.reverses) + 1):
        for v in program.results(phase):
            uses[v] += 1
    zeros = {instr.out for instr in program.body if instr.op.name == "zeros_like"}
    parts: dict[Var, list[tuple[Any, Any]]] = {}  # array -> what lies where
    body = []
    for instr in program.body:
        out = instr.out
        if instr.op.name in ("put_back", "concatenate") and (indices := parts_of(instr)):
            there = [
                (a, i)
                for a, i in zip(instr.args, indices)
                if not (isinstance(a, Var) and a in zeros)
            ]
            parts[out] = there
            if len(there) < len(instr.args) and there:
                instr = _assembly(instr, there)
        elif instr.op.name == "add" and all(
            isinstance(a, Var) and a in parts and uses[a] == 1 for a in instr.args
        ):
            x, y = instr.args
            both = parts[x] + parts[y]
            same = x.shape == y.shape == out.shape and x.dtype == y.dtype
            if same and apart([index for _, index in both], out.shape):
                parts[out] = both
                instr = _assembly(instr, both)
        body.append(instr)
    return dataclasses.replace(program, body=body)


def _assembly(instr: Instr, parts: list[tuple[Any, Any]]) -> Instr:
    params = {"indices": tuple(index for _, index in parts), "shape": instr.out.shape}
    return Instr(ASSEMBLED, tuple(part for part, _ in parts), params, instr.out, instr.phase)


def _assembled(*parts: Any, indices: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, parts[0].dtype)
    for part, index in zip(parts, indices, strict=True):
        out[index] = part
    return out


ASSEMBLED = Primitive("assemble", _assembled, (None,), ("parts",), ("indices", "shape"), True)


def copies(program: Program) -> Program:
    """Say of a reshape that its operand's order in memory does not allow that it is a copy.

    So it may be computed with its neighbours (`fuse`), or what it copies right where it goes.
    """
    body = []
    for instr in program.body:
        x = instr.args[0] if instr.args else None
        if instr.op.name == "reshape" and isinstance(x, Var) and x.layout is not None:
            like = empty(x.shape, x.dtype, x.layout)
            if shown(like, f".reshape({instr.out.shape!r})") is None:
                instr = Instr(COPIED, (x,), {"shape": instr.out.shape}, instr.out, instr.phase)
        body.append(instr)
    return dataclasses.replace(program, body=body)


def _copied(x: Any, shape: tuple[int, ...]) -> Any:
    return x.reshape(shape)


COPIED = Primitive("copied", _copied, (None,), ("x",), ("shape",), True)


def identities(program: Program) -> Program:
    """Pass over what changes nothing: a reshape to the same shape, `+x` inside a program."""
    same: dict[Var, Var] = {}
    kept = []
    for instr in program.body:
        if same:
            instr = with_names(instr, same)
        if instr.op.name in ("reshape", "positive", "broadcast_to") and instr.inputs:
            (x,) = instr.inputs
            if (x.shape, x.dtype) == (instr.out.shape, instr.out.dtype):
                same[instr.out] = x
                continue
        kept.append(instr)
    return renamed(dataclasses.replace(program, body=kept), same) if same else program


def with_names(instr: Instr, same: dict[Var, Var]) -> Instr:
    """The instruction with its operands under the names that remain."""
    if same.keys().isdisjoint(instr.inputs):
        return instr
    args = tuple([same.get(a, a) if isinstance(a, Var) else a for a in instr.args])
    return Instr(instr.op, args, instr.params, instr.out, instr.phase)


def renamed(program: Program, same: dict[Var, Var]) -> Program:
    """The results under the names that remain."""

    def now(x: Any) -> Any:
        return same.get(x, x) if isinstance(x, Var) else x

    reverses = [
        None if r is None else Reverse(r.seed, list(map(now, r.gradients)), r.through)
        for r in program.reverses
    ]
    effects = [(leaf, now(new)) for leaf, new in program.effects]
    return dataclasses.replace(
        program, outputs=list(map(now, program.outputs)), reverses=reverses, effects=effects
    )


Pass = Callable[[Program], Program]
