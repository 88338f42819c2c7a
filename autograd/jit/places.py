"""Places: which elements of an array an index of integers and slices picks, told by its shape."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def is_basic(index: Any) -> bool:
    """Whether it holds only integers, slices, None and Ellipsis: the result is a view."""
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, (int, np.integer)) and not isinstance(part, bool))
        for part in (index if isinstance(index, tuple) else (index,))
    )


def text(index: Any) -> str:
    """The index as it is written between brackets.

    >>> from autograd.jit.places import text
    >>> text((Ellipsis, slice(0, 4), None, np.int64(2)))
    '..., 0:4, None, 2'
    """
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(map(_part, parts)) or "()"


@functools.lru_cache(1 << 12)
def look(seen: str) -> Callable[[Any], Any]:
    """What is written behind an array's name to look at it anew, as a function of the array.

    >>> from autograd.jit.places import look
    >>> look("[1:].T")(np.array([[1, 2], [3, 4]]))
    array([[3],
           [4]])
    """
    return eval(f"lambda x: x{seen}")


def shown(array: Any, seen: str) -> Any:
    """The array looked at anew, as for `look`; None if that would be a copy.

    >>> from autograd.jit.places import shown
    >>> shown(np.ones((2, 3)).T, ".reshape(6)")
    """
    found = look(seen)(array)
    return found if np.may_share_memory(found, array) else None


def _part(part: Any) -> str:
    if part is Ellipsis:
        return "..."
    if isinstance(part, slice):
        said = ["" if n is None else str(int(n)) for n in (part.start, part.stop, part.step)]
        return ":".join(said if said[2] else said[:2])
    return "None" if part is None else str(int(part))


def box(index: Any, shape: tuple[int, ...]) -> list[range]:
    """The places picked along each axis.

    >>> from autograd.jit.places import box
    >>> box((Ellipsis, slice(0, 2)), (3, 4))
    [range(0, 3), range(0, 2)]
    """
    parts = [p for p in (index if isinstance(index, tuple) else (index,)) if p is not None]
    missing = len(shape) - sum(p is not Ellipsis for p in parts)
    if Ellipsis not in parts:
        parts.append(Ellipsis)
    at = next(i for i, p in enumerate(parts) if p is Ellipsis)
    parts[at : at + 1] = [slice(None)] * missing
    return [
        range(size)[p] if isinstance(p, slice) else range(p % size, p % size + 1)
        for p, size in zip(parts, shape, strict=True)
    ]


def apart(indices: list[Any], shape: tuple[int, ...]) -> bool:
    """Whether no element is picked twice."""
    boxes = [box(index, shape) for index in indices]
    return all(any(map(_disjoint, boxes[i], boxes[j])) for i in range(len(boxes)) for j in range(i))


def _disjoint(a: range, b: range) -> bool:
    """Whether no place is in both; blocks that follow one another are soon told."""
    if not (a and b) or max(a[0], a[-1]) < min(b[0], b[-1]) or max(b[0], b[-1]) < min(a[0], a[-1]):
        return True
    return set(a).isdisjoint(b)


def covered(indices: list[Any], shape: tuple[int, ...]) -> bool:
    """Whether indices that are `apart` together pick every element."""
    return sum(math.prod(map(len, box(index, shape))) for index in indices) == math.prod(shape)
