"""Hooks of modules: functions that run before or after every forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self


class Handle:
    """A registered hook; `remove()` takes it away again, as does leaving `with handle:`."""

    def __init__(self, hooks: dict[Handle, tuple[bool, Callable[..., Any]]]) -> None:
        self._hooks = hooks

    def remove(self) -> None:
        """Forget the hook; a second time does nothing."""
        self._hooks.pop(self, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
