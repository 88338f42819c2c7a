"""Messages: the reverse pass of a vectorised program, as steps like those that lead forward.

The derivative rule of an operation runs once for a whole group of nodes. What it sends lies where
it is read: the messages to a node are a column of a block, in the order in which backprop would
add them, newest sender first, and one sum over the rows is the gradient of a whole group.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.layout import Kind, Layout, fits, function_of, held_by, into
from autograd.jit.steps import Given, Part, Steps, copy
from autograd.jit.trace import traced_rule


class Letters(NamedTuple):
    """The messages of a group along one operand; of a chain (`operand` None) along all of them."""

    group: int
    operand: int | None
    columns: np.ndarray  # which nodes of the group send
    senders: np.ndarray
    receivers: np.ndarray


class Reverse:
    """The reverse pass from one node: its steps, over a vector of gradients and messages.

    It ends at other results of the program that are met on the way: those have their own.
    """

    def __init__(self, layout: Layout, root: int, rules: Rules) -> None:
        self.layout = layout
        self.rules = rules
        self.size = layout.size  # the places of gradients follow those of numbers, in their order
        self.top = 2 * layout.size
        self.seed = int(layout.slot[root])
        self.steps = Steps(layout)
        self.sums: dict[int, list[tuple[int, int, np.ndarray]]] = defaultdict(list)
        reached = np.zeros(layout.count, bool)
        reached[root] = layout.wants[root]
        self.ends = np.zeros(layout.count, bool)
        self.ends[layout.outputs] = True
        self.ends[[*range(layout.inputs), root]] = False
        backwards = range(len(layout.groups) - 1, -1, -1)
        letters = [letter for g in backwards for letter in self._letters(g, reached)]
        self.reached = reached[: layout.inputs]
        self.met = np.flatnonzero(reached & self.ends)
        waiting: dict[int, list[tuple[Letters, np.ndarray]]] = defaultdict(list)
        for letter, address in zip(letters, self._addresses(letters) if letters else ()):
            waiting[letter.group].append((letter, address))
        for g in backwards:
            self._collect(g)
            for letter, address in waiting[g]:
                self._send(letter, address)
        self._collect(-1)

    def _letters(self, g: int, reached: np.ndarray) -> list[Letters]:
        """What a group has to send, and note whom it reaches."""
        group = self.layout.groups[g]
        live = np.flatnonzero(reached[group.nodes] & ~self.ends[group.nodes])
        rows: list[int | None] = [None]
        if group.block is None:
            rows = [k for k in range(len(group.operands)) if self.rules.of(group.kind, k)]
        letters = []
        for k in rows if len(live) else ():
            every = slice(None) if k is None else slice(k, k + 1)
            receivers = group.operands[every, live].ravel()
            senders = group.senders[every, live].ravel()
            columns = np.tile(live, len(receivers) // len(live))
            wanted = self.layout.wants[receivers]
            if wanted.any():
                reached[receivers[wanted]] = True
                letters.append(Letters(g, k, columns[wanted], senders[wanted], receivers[wanted]))
        return letters

    def _addresses(self, letters: list[Letters]) -> list[np.ndarray]:
        """Where messages go: straight to a gradient, or to their row of a sum, newest first."""
        layout, slot = self.layout, self.layout.slot
        lengths = [len(letter.columns) for letter in letters]
        receivers = np.concatenate([letter.receivers for letter in letters])
        senders = np.concatenate([letter.senders for letter in letters])
        position = np.repeat([letter.operand or 0 for letter in letters], lengths)
        order = np.lexsort((position, -senders, receivers))
        ordered = receivers[order]
        starts = np.flatnonzero(np.r_[True, np.diff(ordered) != 0])
        counts = np.diff(np.r_[starts, len(ordered)])
        rank = np.arange(len(ordered)) - np.repeat(starts, counts)
        who = ordered[starts]
        home = np.full(layout.count, -1)
        for g, group in enumerate(layout.groups):
            home[group.nodes] = g
        home = home[who]
        first = layout.size + slot[who]  # of each receiver
        apart = np.zeros(len(who), int)
        several = np.flatnonzero(counts > 1)
        several = several[np.lexsort((slot[who[several]], counts[several], home[several]))]
        change = (np.diff(home[several]) != 0) | (np.diff(counts[several]) != 0)
        for same in np.split(several, np.flatnonzero(change) + 1) if len(several) else ():
            rows, columns = int(counts[same[0]]), len(same)
            self.sums[int(home[same[0]])].append((self.top, rows, first[same]))
            first[same] = self.top + np.arange(columns)
            apart[same] = columns
            self.top += rows * columns
        address = np.empty(len(ordered), int)
        address[order] = np.repeat(first, counts) + rank * np.repeat(apart, counts)
        return np.split(address, np.cumsum(lengths)[:-1])

    def _collect(self, g: int) -> None:
        """The gradients of a group's nodes that several messages make."""
        for start, rows, out in self.sums[g]:
            self.steps.add_rows(start, rows, out)

    def _send(self, letter: Letters, to: np.ndarray) -> None:
        layout, group = self.layout, self.layout.groups[letter.group]
        slot = layout.slot
        nodes = group.nodes[letter.columns]
        gradient = layout.size + slot[nodes]
        if letter.operand is not None:
            operands = [slot[row[letter.columns]] for row in group.operands]
            parts = self.rules.of(group.kind, letter.operand) or []
            self.steps.add_all(parts, [gradient, slot[nodes], *operands], to)
            return
        # Terms nobody else uses lie side by side, those that others use lie elsewhere.
        jumps = np.flatnonzero(np.diff(to >= 2 * layout.size)) + 1
        cuts = [0, *(jumps.tolist() if len(jumps) < 16 else ()), len(to)]
        for a, b in itertools.pairwise(cuts):
            self.steps.add(copy, [gradient[a:b]], to[a:b])


class Rules:
    """Derivative rules as a few functions in a row, traced once for every kind of node."""

    def __init__(self) -> None:
        self.known: dict[Any, list[Part] | None] = {}

    def of(self, kind: Kind, k: int) -> list[Part] | None:
        """The functions of operand k's rule, given gradient, result and operands."""
        key = (kind, k)
        if key not in self.known:
            rule = kind.op.rules[k]
            self.known[key] = None if rule is None else _parts(kind, rule)
        return self.known[key]


def _parts(kind: Kind, rule: Any) -> list[Part]:
    """The instructions of a rule; all of it as one function where they are no simple ones."""
    count = 2 + len(kind.op.rules) - len(kind.constants)
    operands = [Given(i) for i in range(count)]
    program = traced_rule(rule, count, kind.constants)
    if program is None or not all(fits(instr) for instr in program.body):
        return [Part(into(rule, kind.constants), operands)]
    names: dict[Any, Given] = dict(zip(program.inputs, operands))
    (result,) = program.outputs
    if not program.body:
        return [Part(copy, [names[result]])]
    return [
        Part(
            function_of(instr),
            [names.get(a, a) for a in instr.args[: len(instr.args) - len(held_by(instr))]],
            instr.out,
        )
        for instr in program.body
    ]
