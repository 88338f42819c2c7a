"""Sameness: whether what is there now cannot be told from what was there before."""

from __future__ import annotations

import marshal
import types
from typing import Any

import numpy as np

from autograd.value import Value

#: What cannot change, and is compared by its value.
SCALARS = (int, float, bool, complex, str, bytes, type(None))
_PLAIN = frozenset({*SCALARS, list, tuple, dict, set, frozenset})


def alike(a: Any, b: Any) -> bool:
    """Whether one Value may take the place of another: its numbers are read anew in any case."""
    return (
        isinstance(b, Value)
        and type(a) is type(b)
        and a.shape == b.shape
        and a.dtype == b.dtype
        and a.requires_grad == b.requires_grad
    )


def same(a: Any, b: Any) -> bool:
    """Whether two objects are equal and cannot be told apart: numbers, texts, tuples of them."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a.hex() == b.hex()
    if type(a) in SCALARS or isinstance(a, (np.dtype, range, slice)):
        return bool(a == b)
    if isinstance(a, np.generic):
        return a.tobytes() == b.tobytes() and a.dtype == b.dtype
    if type(a) is tuple:
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, types.MethodType):  # a new one at every look
        return a.__func__ is b.__func__ and a.__self__ is b.__self__
    return False


def same_state(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return all(same_state(a[k], b[k]) for k in a)
    if isinstance(a, (tuple, list)):
        if (data := dumped(a)) is not None:  # Python's own generator has 625 integers
            return data == dumped(b)
        return len(a) == len(b) and all(map(same_state, a, b))
    return bool(np.array_equal(a, b))


def same_bits(x: np.ndarray, before: np.ndarray) -> bool:
    """Whether two arrays of one shape and dtype hold the same, NaNs included, without copies."""
    if not (x.flags.c_contiguous and before.flags.c_contiguous and x.size):
        return x.tobytes() == before.tobytes()
    word = np.int64 if x.nbytes % 8 == 0 and 8 % x.itemsize == 0 else np.uint8
    return bool((x.reshape(-1).view(word) == before.reshape(-1).view(word)).all())


def is_plain(x: Any) -> bool:
    """Whether it is plain data all the way down, of which `marshal` makes bytes."""
    kind = type(x)
    if kind not in _PLAIN:
        return False
    try:
        if kind is dict:
            return all(map(is_plain, x)) and all(map(is_plain, x.values()))
        return kind in SCALARS or all(map(is_plain, x))
    except RecursionError:  # a list that holds itself
        return False


def dumped(x: Any) -> bytes | None:
    try:
        return marshal.dumps(x, 2)  # version 2: no references, equal data gives equal bytes
    except ValueError:
        return None


def hides_state(x: Any) -> bool:
    """Whether an object of somebody's extension may hold more than its attributes show.

    What is told apart by its numbers does not change; what is called is code.
    """
    kind = type(x)
    slots = {n for k in kind.__mro__ for n in getattr(k, "__slots__", ())}
    shown = len(slots - {"__dict__", "__weakref__"})
    shown += bool(kind.__dictoffset__) + bool(kind.__weakrefoffset__)
    return (
        kind.__basicsize__ > object.__basicsize__ + 8 * shown
        and kind.__hash__ in (object.__hash__, None)
        and not isinstance(x, _UNCHANGING)
        and not callable(x)
    )


_UNCHANGING = (slice, types.GetSetDescriptorType, types.MemberDescriptorType)


def writeable(base: Any) -> bool:
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return True
        base = base.base
    return base is not None
