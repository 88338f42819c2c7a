"""Settings: operations of a function that says itself what floating-point errors come to.

Inside `with np.errstate(divide="raise")` an operation is another one: a replay runs it under the
same settings. Outside, the settings of whoever calls hold, as ever.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.primitive import Primitive

if TYPE_CHECKING:
    from autograd.jit.trace import Tracer


def _nothing(kind: str, flag: int) -> None:
    """What a trace does about floating-point errors: its numbers were computed before."""


def untouched() -> contextlib.AbstractContextManager[None]:
    """Settings that no function makes, so that those it does make can be told apart."""
    return np.errstate(all="call", call=_nothing)


def settings_inside(tracer: Tracer) -> tuple[tuple[str, str], ...]:
    """What the function that is traced has set at this point."""
    if np.geterrcall() is not _nothing:
        tracer.stop("handles floating-point errors itself")
    return tuple([(k, str(how)) for k, how in np.geterr().items() if how != "call"])


@functools.cache
def under(op: Primitive, settings: tuple[tuple[str, str], ...]) -> Primitive:
    """An operation under settings; no pass or kernel knows it, nor drops it."""

    def forward(*args: Any, **params: Any) -> Any:
        with np.errstate(**dict(settings)):  # type: ignore[arg-type]
            return op.forward(*args, **params)

    forward.__module__ = "user"  # who is asked what an operation is, and says it is none of ours
    name = f"{op.name} under {' '.join([f'{k}={how}' for k, how in settings])}"
    return dataclasses.replace(op, name=name, forward=forward, jvp=None)
