"""Layout: a program of scalars as groups of nodes, and where every number lies in one flat vector.

Nodes of the same operation at the same depth do not depend on each other: they are a group, which
is one step on arrays. A chain of additions is one node with many terms. Places are chosen from the
last group to the first, so that each group's operands lie as the group reads them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.kernels import ufunc_of
from autograd.jit.program import Instr, Program, Var
from autograd.primitive import Primitive

_COMPARISONS = frozenset(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])


class Kind(NamedTuple):
    """What nodes of one group have in common: the operation, and what it holds constant."""

    op: Primitive
    constants: tuple[Any, ...]
    function: Callable[..., Any]  # function(*operands, out=...)


class Group(NamedTuple):
    """Nodes of one kind at one depth: row k of `operands` holds everyone's operand k."""

    kind: Kind
    nodes: np.ndarray
    operands: np.ndarray
    senders: np.ndarray  # the addition that a term of a chain belongs to; else the nodes
    block: int | None  # where the rows of a chain lie side by side
    copied: tuple[np.ndarray, np.ndarray] | None  # from where to where terms are copied into it


class Layout:
    """The program as groups of nodes, and the place of every number in the flat vector."""

    def __init__(self, program: Program, reassociate: bool = False) -> None:
        self.size = 0
        self.reassociate = reassociate  # sums of sums are one sum, in whatever order is quick
        self.inputs = len(program.inputs)
        self._read(program)
        self._link(program)
        self._place()
        del self.kinds, self.terms, self.senders, self.uses, self.depth, self.alive, self.block

    def _read(self, program: Program) -> None:
        """Numbers for nodes: inputs, instructions, then constants."""
        number = {v: i for i, v in enumerate(program.inputs)}
        self.constants: dict[str, float] = {}
        first: dict[str, int] = {}
        for i, instr in enumerate(program.body, self.inputs):
            number[instr.out] = i
        count = len(number)
        known: dict[Any, Kind] = {}
        self.kinds: list[Any] = [None] * self.inputs
        self.terms: list[Any] = [()] * self.inputs
        for instr in program.body:
            op, args = instr.op, instr.args
            held = held_by(instr)
            key = (op, *[(x.__class__, x) for x in held])
            kind = known.get(key)
            if kind is None:
                kind = known[key] = Kind(op, held, function_of(instr))
            terms = []
            for a in args[:1] if held else args:
                if a.__class__ is Var:
                    terms.append(number[a])
                else:
                    name = float(a).hex()
                    if name not in first:
                        first[name] = count + len(first)
                        self.constants[name] = float(a)
                    terms.append(first[name])
            self.kinds.append(kind)
            self.terms.append(terms)
        self.outputs = [number[v] for v in program.outputs]
        self.count = count + len(first)
        self.wants = np.zeros(self.count, bool)
        self.wants[: len(number)] = [v.wants for v in number]
        uses = np.bincount([t for terms in self.terms for t in terms], minlength=self.count)
        uses[self.outputs] += 2
        self.uses = uses

    def _link(self, program: Program) -> None:
        """The depth of every node; additions to a sum nobody else looks at make one chain."""
        depth = [0] * self.count
        terms, kinds, wants = self.terms, self.kinds, self.wants.tolist()
        alone = (self.uses == 1).tolist()
        senders: dict[int, list[int]] = {}
        absorbed = np.zeros(self.count, bool)
        for i in range(self.inputs, len(kinds)):
            mine = terms[i]
            if kinds[i].function is np.add:
                a, b = mine
                for so_far, term in ((a, b), (b, a)):
                    if so_far in senders and alone[so_far] and wants[so_far] == wants[i]:
                        terms[i] = terms[so_far]
                        terms[i].append(term)
                        senders[i] = senders.pop(so_far)
                        senders[i].append(i)
                        absorbed[so_far] = True
                        depth[i] = max(depth[so_far], depth[term] + 1)
                        if self.reassociate and self._joins(term, i, senders):
                            terms[i][-1:] = terms[term]
                            senders[i][-1:] = senders.pop(term)
                            absorbed[term] = True
                            depth[i] = max(depth[so_far], depth[term])
                        break
                else:
                    senders[i] = [i, i]
                    depth[i] = 1 + max(depth[a], depth[b])
            else:
                depth[i] = 1 + max([depth[t] for t in mine])
        self.senders = senders
        self.depth = np.array(depth)
        self.alive = np.flatnonzero(~absorbed & (self.depth > 0))

    def _joins(self, term: int, i: int, senders: dict[int, list[int]]) -> bool:
        """Whether a term is a sum itself that nobody else looks at."""
        return term in senders and self.uses[term] == 1 and self.wants[term] == self.wants[i]

    def _place(self) -> None:
        """Places for all nodes, from the last to the first: operands as their users read them."""
        count = self.count
        self.slot = np.full(count, -1)
        self.block = np.full(count, -1)
        key, widest = np.arange(count), np.zeros(count, int)
        code: dict[Any, int] = {}
        kind = np.zeros(count, int)
        for i in self.alive.tolist():
            kind[i] = code.setdefault((self.kinds[i], len(self.terms[i])), len(code))
        groups: list[Group] = []
        stop = len(self.alive)
        by_depth = self.alive[np.argsort(self.depth[self.alive], kind="stable")]
        depths = self.depth[by_depth]
        next_key = count
        while stop:
            start = int(np.searchsorted(depths, depths[stop - 1]))
            level = by_depth[start:stop]
            stop = start
            order = np.lexsort((key[level], self.block[level], kind[level]))
            level = level[order]
            ends = (np.diff(kind[level]) != 0) | (np.diff(self.block[level]) != 0)
            for nodes in np.split(level, np.flatnonzero(ends) + 1):
                group = self._group(nodes)
                groups.append(group)
                flat = group.operands.ravel()
                wider = widest[flat] < len(flat)
                keys = np.arange(next_key, next_key + len(flat))
                next_key += len(flat)
                flat, keys = flat[wider][::-1], keys[wider][::-1]
                key[flat] = keys  # the first place in the widest group that reads it
                widest[flat] = group.operands.size
        self.groups = groups[::-1]
        leaves = np.flatnonzero(self.depth == 0)
        leaves = leaves[np.argsort(key[leaves], kind="stable")]
        self.slot[leaves] = self._room(len(leaves)) + np.arange(len(leaves))

    def _group(self, nodes: np.ndarray) -> Group:
        """Make nodes a group; those of a chain find their terms in rows side by side."""
        members = nodes.tolist()
        kind = self.kinds[members[0]]
        operands = np.array([self.terms[i] for i in members]).T
        if self.slot[members[0]] < 0:
            self.slot[nodes] = self._room(len(nodes)) + np.arange(len(nodes))
        if len(operands) < 3 or kind.function is not np.add:
            senders = np.broadcast_to(nodes, operands.shape)
            return Group(kind, nodes, operands, senders, None, None)
        senders = np.array([self.senders[i] for i in members]).T
        block = self._room(operands.size)
        flat = operands.ravel()
        own = (self.uses[flat] == 1) & (self.depth[flat] > 0)
        lying = block + np.arange(len(flat))
        self.slot[flat[own]] = lying[own]
        self.block[flat[own]] = block
        return Group(kind, nodes, operands, senders, block, (flat[~own], lying[~own]))

    def _room(self, count: int) -> int:
        start = self.size
        self.size += count
        return start


def fits(instr: Instr) -> bool:
    """Whether this is one number from single numbers, by an operation that works on arrays too."""
    out = instr.out
    if out.shape or instr.params or not instr.args or _gives(instr.op) != out.dtype:
        return False
    return all(isinstance(a, (Var, float, int, np.floating, np.integer)) for a in instr.args)


@functools.cache
def _gives(op: Primitive) -> Any:
    """The dtype an elementwise operation of the library gives for float64 numbers."""
    if op.name in _COMPARISONS:
        return np.dtype(np.bool)
    elementwise = op.builtin and (op.jvp == "elementwise" or op.name == "where")
    return np.dtype(np.float64 if elementwise else np.void)


def held_by(instr: Instr) -> tuple[Any, ...]:
    """The constants that say which function it is: x**2 is another than x**3."""
    return (
        instr.args[1:] if instr.op.name == "power" and not isinstance(instr.args[-1], Var) else ()
    )


def function_of(instr: Instr) -> Callable[..., Any]:
    """`function(*operands, out=...)` on arrays, without the constants it holds."""
    ufunc, held = ufunc_of(instr), held_by(instr)
    if ufunc is None:
        return into(instr.op.forward, held)
    if held and ufunc.nin == 2:
        return lambda x, out: ufunc(x, *held, out=out)
    return negative if ufunc is np.negative else ufunc


def negative(x: np.ndarray, out: np.ndarray) -> None:
    """-x; np.negative itself (2.4) goes wrong between two views when 64 bytes part the operands."""
    np.multiply(x, -1.0, out=out)


def into(forward: Callable[..., Any], held: tuple[Any, ...]) -> Callable[..., Any]:
    """`forward(*operands, *held)`, written into an array."""

    def function(*operands: Any, out: np.ndarray) -> None:
        out[...] = forward(*operands, *held)

    function.__name__ = getattr(forward, "__name__", "function")
    return function
