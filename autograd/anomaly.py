"""detect_anomaly: stop at the first NaN or infinity, and say which line of the program made it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.errors import AnomalyError, describe
from autograd.observer import Observer
from autograd.primitive import Primitive
from autograd.recorder import observed, record
from autograd.recording import thread
from autograd.value import Value

_OURS = ("autograd.", "nn.", "optim.")


class Anomaly(Observer):
    """Watches a thread's operations, and remembers where each was recorded."""

    checks_messages = True

    def __init__(self) -> None:
        self.lines: dict[Value, str] = {}

    def record(self, op: Primitive, args: tuple, params: dict | None) -> Any:
        """Run the operation as usual, then look at its result."""
        thread.observer = None
        try:
            out = record(op, args, params)
        finally:
            thread.observer = self
        line = _source_line()
        if isinstance(out, Value):
            self.lines[out] = line
        if not _finite(getattr(out, "_data", out)):
            named = zip(args, op.operand_names(len(args)))
            operands = ", ".join(f"{describe(a, role)}{_range(a)}" for a, role in named)
            raise AnomalyError(
                f"{op.name} gave {_what(getattr(out, '_data', out))} at {line}; "
                f"its operands were {operands}"
            )
        return out

    def check(self, sender: Value, position: int, message: Any) -> None:
        """Look at a message of the reverse pass."""
        data = getattr(message, "_data", message)
        if not _finite(data):
            op: Any = sender.op
            role = op.operand_names(len(sender.parents))[position]
            operand = sender.inputs[position]
            where = self.lines.get(sender, "a line outside detect_anomaly()")
            raise AnomalyError(
                f"backward: {op.name} sent {_what(data)} to its operand {role} "
                f"{np.shape(operand)}{_range(operand)}; it was recorded at {where}"
            )


@contextlib.contextmanager
def detect_anomaly() -> Iterator[None]:
    """Stop at the first NaN or infinity, forward or backward. It costs time: use it to look.

    Raises:
        AnomalyError: inside, as soon as an operation's result or a message of the reverse pass is
            not finite; the message names the operation, its operands and the source line.

    >>> with detect_anomaly(), np.errstate(all="ignore"):
    ...     autograd.log(Value([1.0, 0.0], name="x"))
    Traceback (most recent call last):
        ...
    autograd.errors.AnomalyError: log gave -inf at [1] ... its operands were x (2,) from 0 to 1
    """
    with observed(Anomaly()):
        yield


def _finite(data: Any) -> bool:
    kind = getattr(getattr(data, "dtype", None), "kind", "f" if isinstance(data, float) else "")
    return kind != "f" or bool(np.isfinite(data).all())


def _what(data: Any) -> str:
    """The first number that is not finite, and its place."""
    array = np.asarray(data)
    place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    return f"{array[place]}" + (f" at {list(place)}" if place else "")


def _range(x: Any) -> str:
    data = np.asarray(getattr(x, "_data", x))
    if data.dtype.kind != "f" or not data.size:
        return ""
    return f" from {data.min():g} to {data.max():g}" if data.ndim else f" = {data:g}"


def _source_line() -> str:
    """The innermost line that is not the library's own."""
    frame: Any = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_OURS):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
