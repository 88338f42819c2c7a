"""Guards: whether what a recording took for granted is as it was. Checked at every call.

Settings of modules are compared by identity, all at once; only where one differs is it worth
asking whether it is an equal number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import is_
from typing import Any


class ModuleGuard:
    """The attributes, parameters, modules, buffers and hooks of every module that was called.

    Args:
        modules: each with what `settings_of` said when it was called first.
    """

    __slots__ = ("expected", "parts", "total")

    def __init__(self, modules: Iterable[tuple[Any, tuple[Any, ...]]]) -> None:
        self.parts: list[Any] = []
        self.expected: list[Any] = []
        for module, settings in modules:
            self.parts += _parts(module)
            self.expected += settings
        self.total = len(self.expected)

    def __call__(self) -> list[Any]:
        """All settings as they are now."""
        return list(chain.from_iterable(self.parts))

    def holds(self) -> bool:
        """Whether every setting is the very same object."""
        now = list(chain.from_iterable(self.parts))
        return len(now) == self.total and all(map(is_, now, self.expected))


def settings_of(module: Any) -> tuple[Any, ...]:
    """What a module's result may depend on besides numbers: its attributes, by identity."""
    return tuple(chain.from_iterable(_parts(module)))


def _parts(module: Any) -> tuple[Any, ...]:
    here = module.__dict__
    apart = module._of_training
    own = here.values() if apart.isdisjoint(here) else _Apart(here, apart)
    inside = ("_parameters", "_modules", "_buffers", "_hooks")
    return own, *(here[name].values() for name in inside)


class _Apart:
    """The attributes of a module without those that only say how to train it."""

    __slots__ = ("apart", "here")

    def __init__(self, here: dict[str, Any], apart: frozenset[str]) -> None:
        self.here = here
        self.apart = apart

    def __iter__(self) -> Iterator[Any]:
        return iter([x for name, x in self.here.items() if name not in self.apart])

    def __len__(self) -> int:
        return len(self.here) - sum(map(self.here.__contains__, self.apart))
