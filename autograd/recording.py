"""Whether operations are being recorded, and inside which module: one small state per thread.

`no_grad()` pauses recording, `enable_grad()` resumes it, `scope(...)` says which module the next
operations belong to, so that pictures can draw it as a box.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple


class Scope(NamedTuple):
    """One call of a module: its name in the parent, its kind, and the call it happened in."""

    name: str
    kind: str
    parent: Scope | None
    call: int

    @property
    def path(self) -> tuple[Scope, ...]:
        """The scopes from the outermost to this one."""
        path: list[Scope] = []
        here: Scope | None = self
        while here is not None:
            path.append(here)
            here = here.parent
        return tuple(reversed(path))


#: The scope while recording is paused: one comparison tells an operation enough.
PAUSED = Scope("paused", "no_grad", None, 0)


class _Thread(threading.local):
    scope: Scope | None = None
    observer: Any = None  # who takes over the recording, see recorder.observed
    transforms: int = 0  # how many grad/value_and_grad calls we are inside of


thread = _Thread()


def is_recording() -> bool:
    """Whether operations on Values are being recorded in this thread.

    >>> with no_grad():
    ...     is_recording()
    False
    """
    return thread.scope is not PAUSED


@contextlib.contextmanager
def _scope(scope: Scope | None) -> Iterator[None]:
    before = thread.scope
    thread.scope = scope
    try:
        yield
    finally:
        thread.scope = before


def no_grad() -> contextlib.AbstractContextManager[None]:
    """Pause recording: results inside are constants. A context manager, and a decorator.

    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> with no_grad():
    ...     y = w * 2
    >>> y.requires_grad
    False
    """
    return _scope(PAUSED)


def enable_grad() -> contextlib.AbstractContextManager[None]:
    """Record again inside a `no_grad()` block.

    >>> with no_grad(), enable_grad():
    ...     is_recording()
    True
    """
    return _scope(None if thread.scope is PAUSED else thread.scope)


@contextlib.contextmanager
def scope(name: str, kind: str, call: int = 0) -> Iterator[None]:
    """Mark the operations recorded inside as belonging to one call of the module `name`.

    >>> from autograd import Value
    >>> with scope("fc1", "Linear"):
    ...     y = Value(3.0) * 2
    >>> y.scope.name
    'fc1'
    """
    before = thread.scope
    if before is not PAUSED:
        thread.scope = Scope(name, kind, before, call)
    try:
        yield
    finally:
        thread.scope = before
