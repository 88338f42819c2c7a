"""Signatures: what of its arguments a recording depends on, and what a call may do to them.

Numbers in Values and arrays are operands: their shapes and dtypes count, and which of them is given
twice. Everything else is a constant, known by its value or by its identity.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from autograd.inplace import relatives
from autograd.jit.sameness import same_bits
from autograd.jit.surroundings import Surroundings
from autograd.recording import PAUSED, thread
from autograd.tree import LEAF, flatten
from autograd.value import Value

#: Constants known by their value.
CONSTANTS = (int, float, bool, str, type(None))
_BY_VALUE = frozenset({*CONSTANTS, complex, bytes, range, type})


class Call(NamedTuple):
    """The arguments of a call, taken apart."""

    leaves: list[Any]
    structure: Any
    operands: list[Any]  # each once
    key: tuple[Any, ...]  # of its recordings

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The key without the values of constants."""
        structure, leaves, *rest = self.key
        return (structure, tuple([k[:1] if len(k) == 2 else k for k in leaves]), *rest)

    @property
    def objects(self) -> list[Any]:
        """Constants that may change inside."""
        return [x for x in self.leaves if not is_operand(x) and not is_by_value(x)]


def call_of(args: tuple, kwargs: dict) -> Call:
    """Take the arguments of a call apart."""
    if not kwargs and (plain := _plain_call(args)) is not None:
        return plain
    leaves, structure = flatten((args, kwargs))
    operands = [x for x in leaves if is_operand(x)]
    once = {id(x): x for x in operands}
    twice = None
    if len(once) < len(operands):
        places = {key: i for i, key in enumerate(once)}
        twice = tuple([places[id(x)] for x in operands])
        operands = list(once.values())
    key = (structure, tuple(map(_leaf_key, leaves)), thread.scope is PAUSED, twice)
    return Call(leaves, structure, operands, key)


def _plain_call(args: tuple) -> Call | None:
    """The same for arrays, Values and None, each once and by position: how most calls are."""
    operands = [x for x in args if x is not None]
    keys: list[tuple[Any, ...]] = []
    for x in operands:
        if x.__class__ is np.ndarray:
            dtype = x.dtype
            if dtype.kind not in "fiub":
                return None
            keys.append((np.ndarray, x.shape, dtype))
        elif isinstance(x, Value):
            data = x._data
            keys.append((x.__class__, data.shape, data.dtype, x.requires_grad))
        else:
            return None
    if len(set(map(id, operands))) < len(operands):
        return None
    structure = _structure(tuple([x is None for x in args]))
    key = (structure, tuple(keys), thread.scope is PAUSED, None)
    return Call(operands, structure, operands.copy(), key)


@functools.lru_cache(256)
def _structure(absent: tuple[bool, ...]) -> Any:
    """What `flatten` says of positional arguments, of which some are None."""
    return flatten((tuple([None if no else 0 for no in absent]), {}))[1]


def is_operand(x: Any) -> bool:
    """Whether it is a Value or an array of numbers, and not of a subclass that computes its own."""
    return isinstance(x, Value) or (
        (x.__class__ is np.ndarray or isinstance(x, np.generic)) and x.dtype.kind in "fiub"
    )


def is_by_value(x: Any) -> bool:
    """Whether equal ones cannot be told apart; those of a subclass may have attributes."""
    return type(x) in _BY_VALUE or isinstance(x, np.dtype)


def _leaf_key(x: Any) -> tuple[Any, ...]:
    if isinstance(x, Value):
        return (x.__class__, x._data.shape, x._data.dtype, x.requires_grad)
    if is_operand(x):
        return (x.__class__, x.shape, x.dtype)  # np.float64 is a float, and an array is not
    if type(x) is float:
        return (float, x.hex())  # -0.0 is not 0.0
    if isinstance(x, slice):
        return (slice, (type(x.start), x.start, type(x.stop), x.stop, type(x.step), x.step))
    return (type(x), x if is_by_value(x) else id(x))


def unusual(call: Call, out: Any) -> str | None:
    """What is given or returned that no trace can put together again, if anything."""
    if own := _own_container(call.structure):
        return f"takes a {own}"
    leaves, structure = flatten(out)
    kinds = [type(x) for x in leaves if not is_operand(x)]
    own = next((kind.__name__ for kind in kinds if kind not in CONSTANTS), None)
    own = own or _own_container(structure)
    return f"returns a {own}" if own else None


def _own_container(structure: Any) -> str | None:
    """The name of a class of containers with a will of its own."""
    if structure is None or structure is LEAF:
        return None
    kind, *_, parts = structure
    if kind not in (tuple, list, dict, OrderedDict) and not hasattr(kind, "_fields"):
        return str(kind.__name__)
    return next(filter(None, map(_own_container, parts)), None)


class Before:
    """How things were before a call, to see what it did besides computing its result."""

    def __init__(self, call: Call, args: tuple, kwargs: dict, surroundings: Surroundings) -> None:
        self.call = call
        self.args, self.kwargs = args, kwargs
        self.surroundings = surroundings
        self.states = list(map(_state, call.operands))
        self.names = [(x, x.name) for x in surroundings.values()]

    def effect(self) -> str | None:
        """What was changed, if anything."""
        what = self.surroundings.changed()
        if what is not None:
            return f"changes {what}"
        what = self.surroundings.drawn()
        if what is not None:
            return f"draws from {what}"
        leaves, structure = flatten((self.args, self.kwargs))
        if structure != self.call.structure or any(
            a is not b for a, b in zip(leaves, self.call.leaves)
        ):
            return "changes a list or dict that it is given"
        if not all(map(_unchanged, self.call.operands, self.states)):
            return "writes into an argument"
        if any(x.name != name for x, name in self.names):
            return "gives a Value a name"
        return None


def _state(x: Any) -> Any:
    """What a function changes if it writes into an argument."""
    return (x._data, x.op, x._grad, x.name, x.requires_grad) if isinstance(x, Value) else x.copy()


def _unchanged(x: Any, before: Any) -> bool:
    if isinstance(x, Value):
        return all(a is b for a, b in zip(_state(x), before))
    return same_bits(np.asarray(x), np.asarray(before))


def shares(x: Any, y: Any) -> bool:
    """Whether writing into one would write into the other."""
    if isinstance(x, Value) and isinstance(y, Value):
        return any(relative is y for relative in relatives(x))
    return (
        isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and bool(np.may_share_memory(x, y))
    )
