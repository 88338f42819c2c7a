"""Stand-ins: what a function is given in place of Values while it is traced.

A stand-in (`Traced`) has a shape and a dtype, and no numbers for Python to look at. Whoever reads
them all the same (`if loss > 1`, `.item()`, a NumPy function without a rule) ends the trace: a
replay would freeze that number, so there will be none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import numpy_bridge
from autograd.jit.program import Var
from autograd.primitive import Primitive
from autograd.recorder import record
from autograd.recording import PAUSED, no_grad, thread
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.jit.trace import Tracer


def _plain_primitive(name: str, function: Any) -> Primitive:
    """An operation without derivative; its result is a constant to the reverse pass."""
    return Primitive(name, function, (None,) * 3, ("x", "y", "z"))


COMPARISONS = {
    name: _plain_primitive(name, getattr(np, name))
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
}
#: Functions of one or more arrays that give an array, and have no derivative.
UNSMOOTH: dict[Any, Primitive] = {
    function: _plain_primitive(function.__name__, function)
    for function in (
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
        *(np.isnan, np.isinf, np.isfinite, np.signbit, np.sign, np.logical_and, np.logical_or),
        *(np.logical_not, np.logical_xor, np.argmax, np.argmin, np.argsort, np.any, np.all),
        *(np.zeros_like, np.ones_like, np.bitwise_and, np.bitwise_or, np.invert),
    )
}
CAST = _plain_primitive("cast", lambda x, shape, dtype: np.broadcast_to(x, shape).astype(dtype))


class Traced(Value):
    """A stand-in for a Value while a function is traced; `actual` is the Value of this run."""

    __slots__ = ("actual", "called", "plain", "tracer", "variable")

    plain: Any  # what it is outside a trace, if computed from plain arrays alone
    actual: Value
    tracer: Tracer
    variable: Var
    called: Any
    __hash__ = object.__hash__
    traced = True

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """What `isinstance` goes by, besides the type."""
        return self.plain or type(self.actual)

    @property
    def _data(self) -> Any:
        """The numbers: reading them ends the trace."""
        if not self.tracer.closed:
            self.tracer.stop()
        return self.actual._data  # it outlived its trace

    @property
    def data(self) -> Any:
        """The numbers, as well."""
        return self._data

    @data.setter
    def data(self, new: Any) -> None:
        self.tracer.stop("writes numbers of a Value")

    # What does not depend on the numbers is no secret.

    def __getattr__(self, name: str) -> Any:
        if name[0] != "_" and hasattr(self.plain, name):
            self.tracer.stop(f"asks an array for its {name}")
        return Value.__getattr__(self, name)  # type: ignore[attr-defined]

    @property
    def is_leaf(self) -> bool:
        """An argument may have a past at one call, and none at another."""
        self.tracer.stop("asks whether a Value is a leaf")

    @property
    def name(self) -> str | None:
        """What it was called inside: an argument may have another name at every call."""
        if self.called is UNKNOWN:
            self.tracer.stop("asks for the name of a Value")
        return self.called

    @name.setter
    def name(self, new: str | None) -> None:
        self.called = new

    @property
    def parents(self) -> tuple[Value | None, ...]:  # type: ignore[override]
        given, op = self.saved or (), self.op
        return tuple(
            a if isinstance(a, Traced) and a.requires_grad and rule is not None else None
            for a, rule in zip(given, op.rules_for(len(given)) if op else ())
        )

    @property
    def shape(self) -> tuple[int, ...]:
        return self.variable.shape

    @property
    def dtype(self) -> np.dtype:
        return self.variable.dtype

    @property
    def ndim(self) -> int:
        return len(self.variable.shape)

    @property
    def size(self) -> int:
        return self.actual._data.size

    def __len__(self) -> int:
        if not self.variable.shape:
            raise TypeError(f"len of {self._label()}: it is a single number")
        return self.variable.shape[0]

    def _copied(self) -> Any:
        return self._data if self.tracer is not thread.observer else self.actual._data

    def _freeze(self) -> None:
        self.actual._freeze()

    def _label(self) -> str:
        return self.actual._label()

    def __repr__(self) -> str:
        if not self.tracer.closed:
            self.tracer.stop("shows a value")
        return repr(self.actual)

    def backward(self, *args: Any, **kwargs: Any) -> None:
        self.tracer.stop("calls backward")

    def _take(self, op: Any, other: Any) -> Any:
        """As for a Value, and an array: in place, but for what is a single number."""
        rebinds = not self.ndim or (thread.scope is PAUSED and self.op is not None)
        if rebinds and (not self.plain or self.plain is not np.ndarray):
            return NotImplemented
        return self.tracer.change(self, op(self, other))

    def register_hook(self, hook: Any) -> Any:
        self.tracer.stop("registers a hook")

    def requires_grad_(self, flag: bool = True) -> Any:
        self.tracer.stop("calls requires_grad_")

    def detach(self) -> Any:
        with no_grad():
            return self + 0 if self.dtype.kind == "b" else +self

    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return record(UNSMOOTH[np.argmax], (self,), {"axis": axis, "keepdims": keepdims})

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return record(UNSMOOTH[np.argmin], (self,), {"axis": axis, "keepdims": keepdims})

    def __and__(self, other: Any) -> Any:
        return record(UNSMOOTH[np.bitwise_and], (self, other), None)

    def __or__(self, other: Any) -> Any:
        return record(UNSMOOTH[np.bitwise_or], (self, other), None)

    def __invert__(self) -> Any:
        return record(UNSMOOTH[np.invert], (self,), None)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if not self.tracer.closed:
            way = "" if self.dtype.kind == "f" else "; autograd.take(array, index) can be replayed"
            self.tracer.stop("reads a value as a plain array", way)
        return np.array(self._data, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        op = UNSMOOTH.get(ufunc)
        if op is not None and method == "__call__" and not kwargs:
            return record(op, inputs, None)
        return numpy_bridge.array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in numpy_bridge.STATIC:
            return func(*map(_outline, args), **kwargs)
        op = UNSMOOTH.get(func)
        if op is not None and kwargs.get("out") is None and isinstance(args[0], Value):
            return record(op, args[:1], dict(zip(("axis",), args[1:])) | kwargs)
        return numpy_bridge.array_function(func, args, kwargs)


def _outline(x: Any) -> Any:
    return x.actual._data if isinstance(x, Traced) else getattr(x, "_data", x)


UNKNOWN: Any = object()
#: What makes a stand-in what it is.
STATE = (
    *("plain", "actual", "tracer", "variable", "op", "saved", "params"),
    *("requires_grad", "seq", "scope", "called", "_grad"),
)


class UntraceableError(BaseException):
    """What the function does next has no place in a trace; no `except` of the user's stops it."""
