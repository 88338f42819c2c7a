"""Indices that are operands: in a compiled function, numbers that each call looks up anew.

`x[i, :, j]` is taken apart into an index with gaps and the Values that fill them. Where integers
stand side by side at the front, they are one flat index, and picking is `take`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.ops.along import _take
from autograd.ops.index import (
    _getitem,
    _is_integers,
    _last_written,
    _plain_index,
    _set_at,
    put_back,
)
from autograd.primitive import Primitive
from autograd.recorder import record
from autograd.value import Value


def picked(x: Any, parts: tuple[Any, ...]) -> Any:
    """x[parts] with integers that are operands: a compiled function looks them up at each call."""
    if not all(_is_integers(part) for part in parts if isinstance(part, Value)):
        return _getitem(x, index=_plain_index(parts))  # this reads their numbers
    whole = 0
    while isinstance(parts[whole], slice) and parts[whole] == slice(None):
        whole += 1
    numbers = parts[whole:]
    if len(parts) > np.ndim(x) or not all(_is_integers(part) for part in numbers):
        index, gaps = _taken_apart(parts)
        return record(_PICK, (x, *gaps), {"index": index})
    shape = np.shape(x)
    sizes = shape[whole : whole + len(numbers)]
    if len(numbers) == 1:
        return _take(x, numbers[0], axis=whole)
    flat = record(_FLAT, numbers, {"sizes": sizes})
    rest = shape[whole + len(numbers) :]
    return _take(x.reshape((*shape[:whole], math.prod(sizes), *rest)), flat, axis=whole)


def _taken_apart(parts: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any]]:
    """An index with a gap for every Value in it, and the Values that fill the gaps."""
    numbers = [part for part in parts if isinstance(part, Value)]
    index = tuple([_GAP if isinstance(part, Value) else _plain_index(part) for part in parts])
    return index, numbers


def _filled(index: tuple[Any, ...], numbers: Any) -> tuple[Any, ...]:
    rest = iter(numbers)
    return tuple([next(rest) if part is _GAP else part for part in index])


def _pick(x: Any, *numbers: Any, index: tuple[Any, ...]) -> Any:
    return np.array(x[_filled(index, numbers)])  # single numbers alone would give a view


def _unpick(x: Any, *numbers: Any, index: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    return put_back(x, _filled(index, numbers), shape)


def _to_picked(i: int, g: Any, out: Any, x: Any, *numbers: Any, index: Any) -> Any:
    return record(_UNPICK, (g, *numbers), {"index": index, "shape": np.shape(x)})


def _to_unpicked(i: int, g: Any, out: Any, x: Any, *numbers: Any, index: Any, shape: Any) -> Any:
    return record(_PICK, (g, *numbers), {"index": index})


_GAP = object()
_PICK = Primitive("pick", _pick, (_to_picked,), ("x",), ("index",), variadic=True)
_UNPICK = Primitive("unpick", _unpick, (_to_unpicked,), ("x",), ("index", "shape"), variadic=True)


def _flat_index(*numbers: Any, sizes: tuple[int, ...]) -> Any:
    """Several indices as one, into the axes of `sizes` made one; negative ones from the end."""
    flat: Any = 0
    for axis, (n, size) in enumerate(zip(numbers, sizes, strict=True)):
        n = np.asarray(n)
        if n.size and not (-size <= n.min() and n.max() < size):
            bad = n[(n < -size) | (n >= size)].flat[0] if n.ndim else n
            raise IndexError(f"index {bad} is out of bounds for axis {axis} with size {size}")
        flat = flat * size + np.where(n < 0, n + size, n)
    return flat


_FLAT = Primitive("flat_index", _flat_index, (None,), ("numbers",), ("sizes",), variadic=True)


def _put(x: Any, new: Any, *numbers: Any, index: tuple[Any, ...]) -> Any:
    forward: Any = _set_at.__wrapped__  # type: ignore[attr-defined]
    return forward(x, new, _filled(index, numbers))


def _through_put(i: int, g: Any, out: Any, x: Any, new: Any, *numbers: Any, index: Any) -> Any:
    """As for `set_at`: of two numbers at one place, the last gets the gradient."""
    if i == 0:
        return record(_PUT, (g, 0.0, *numbers), {"index": index})
    picked = record(_PICK, (g, *numbers), {"index": index})
    sizes = {"index": index, "shape": np.shape(x), "written": np.shape(picked)}
    return picked * record(_LAST, tuple(numbers), sizes)


def _last_of(*numbers: Any, index: Any, shape: Any, written: Any) -> Any:
    return _last_written(_filled(index, numbers), shape, written)


_PUT = Primitive("put", _put, (_through_put,), ("x",), ("index",), variadic=True)
_LAST = Primitive(
    "last_written", _last_of, (None,), ("numbers",), ("index", "shape", "written"), variadic=True
)


def put(x: Any, new: Any, parts: tuple[Any, ...]) -> Any:
    """A copy of x with `new` written at an index of integers, Values among them."""
    index, numbers = _taken_apart(parts)
    return record(_PUT, (x, new, *numbers), {"index": index})
