"""Reporting: what was recorded, in words for who reads `fn.report()` and `fn.program()`."""

from __future__ import annotations

import inspect
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograd.jit.vector import VectorCode
from autograd.tree import LEAF

if TYPE_CHECKING:
    from autograd.jit.function import Recording


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def signature_text(r: Recording) -> str:
    """Shapes and dtypes of operands, and every other argument."""
    kinds = [
        f"{rest[1]} {rest[0]}" if len(rest) > 1 else _constant(kind, rest[0])
        for kind, *rest in r.key[1]
    ]
    runs = [(kind, len([*same])) for kind, same in itertools.groupby(kinds)]
    told = [
        f"{count} of {kind}" if count > 3 else ", ".join([kind] * count) for kind, count in runs
    ]
    return ", ".join(told) or "no arguments"


def _constant(kind: type, known_by: Any) -> str:
    """A number is known by its bits, and an object by where it is."""
    if kind is float:
        return repr(float.fromhex(known_by))
    if isinstance(known_by, int) and not issubclass(kind, int):
        return f"a {kind.__name__}"
    return f"{known_by!r:.40}"


def summary(r: Recording) -> str:
    """How often it was replayed, and what that takes; or why it is not."""
    if r.reason is not None:
        return f"stays eager, because it {r.reason}"
    assert r.code is not None
    assert r.program is not None
    groups = f" in {r.code.groups:,} groups" if isinstance(r.code, VectorCode) else ""
    return (
        f"{counted(r.replays, 'replay')} of {counted(len(r.program.body), 'instruction')}{groups}, "
        f"{counted(len(r.code.buffers), 'buffer')} of {r.code.bytes:,} bytes "
        f"in {counted(r.code.frames, 'frame')}, "
        f"{counted(len(r.surroundings.checks) if r.surroundings else 0, 'check')} a call"
        + ("" if r.verified else "; the next call is compared with a replay")
        + ("" if r.holds() else "; waits until what it depends on is as it was")
    )


def input_names(fn: Callable[..., Any], r: Recording) -> list[str | None]:
    """What to call the inputs of a program: arguments as the function does, others by name."""
    structure, leaves, _, twice = r.key
    try:
        parameters = list(inspect.signature(fn).parameters.values())
    except (TypeError, ValueError):  # of a builtin
        parameters = []
    plain = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "argument")
    (_, given), (_, keys, named) = structure[1]
    places = [*plain, *(f"{rest}[{i}]" for i in range(len(given)))]
    paths = [p for name, s in zip(places, given) for p in _paths(s, name)]
    paths += [p for key, s in zip(keys, named) for p in _paths(s, str(key))]
    names: list[str | None] = [p for p, key in zip(paths, leaves) if len(key) > 2]
    if twice:
        names = [names[twice.index(i)] for i in range(max(twice) + 1)]
    names += [leaf.name for leaf in r.live]
    count = Counter(names)
    return [name if count[name] == 1 else None for name in names]


def _paths(structure: Any, name: str) -> Iterator[str]:
    """The way to every leaf of an argument: `x`, `x[0]`, `x['a']`."""
    if structure is LEAF:
        yield name
    elif structure is not None:
        keys = structure[1] if len(structure) == 3 else range(len(structure[1]))
        for key, part in zip(keys, structure[-1]):
            yield from _paths(part, f"{name}[{key!r}]")
