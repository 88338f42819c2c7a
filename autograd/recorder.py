"""Recording: how calling an operation adds a node to the graph, unless it need not.

`record` is the whole story. For one or two operands it is unrolled, because graphs of single
numbers live there. Whether anybody watches (see `observer`) is known by one look at a global.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import explain_failure
from autograd.recording import PAUSED, thread
from autograd.value import Value, _set_writeable, as_array, next_seq

if TYPE_CHECKING:
    from autograd.observer import Observer
    from autograd.primitive import Primitive

ndarray = np.ndarray
_new = object.__new__
_PLAIN = frozenset(
    {float, int, bool, np.bool, np.float64, np.float32, np.float16}
    | {np.int64, np.int32, np.int16, np.int8, np.uint64, np.uint32, np.uint16, np.uint8}
)

#: How many observers there are, in all threads: one look at a global tells an operation enough.
_watching = 0


@contextlib.contextmanager
def observed(observer: Observer | None) -> Iterator[None]:
    """Let `observer` take over the recording in this thread (None: nobody, as usual)."""
    global _watching
    before = thread.observer
    thread.observer = observer
    with _count_lock:
        _watching += 1
    try:
        yield
    finally:
        thread.observer = before
        with _count_lock:
            _watching -= 1


_count_lock = threading.Lock()


def constant(x: Any, name: str) -> Any:
    """`x` as NumPy should see it: plain numbers and arrays pass (numbers stay weakly typed)."""
    if x.__class__ in _PLAIN or (x.__class__ is ndarray and x.dtype.kind in "fiub"):
        return x
    array = as_array(x, name)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name}: expected numbers, got {type(x).__name__} {x!r:.60} (dtype {array.dtype})"
        )
    return array


def _leaf(data: Any) -> Value:
    """A result nobody needs the gradient of."""
    out = _new(Value)
    out._data = data
    out._grad = out.op = out.name = out.scope = None
    out.requires_grad = False
    out.seq = next_seq()
    return out


def _result(op: Primitive, data: Any) -> Any:
    """What a user's forward returned, as NumPy would have: a scalar or a read-only array."""
    if data is None or isinstance(data, tuple):
        raise TypeError(f"{op.name}: must return one number or array, not {data!r:.60}")
    array = np.array(constant(data, f"{op.name}: the result"))
    _set_writeable(array, False)
    return array if array.ndim else array[()]


def record(op: Primitive, args: tuple, params: dict | None) -> Any:
    """Run `op` and, if an operand wants a gradient, add the result to the graph.

    With no Value among the operands this is the forward function itself.
    """
    if _watching and (observer := thread.observer) is not None:
        return observer.record(op, args, params)
    inputs = list(args)
    parents: list[Value | None] = [None] * len(inputs)
    values = wanted = False
    for i, arg in enumerate(args):
        if isinstance(arg, Value):
            values = True
            inputs[i] = arg._data
            if arg.requires_grad and (op.variadic or op.rules[i] is not None):
                wanted = True
                parents[i] = arg
        elif arg.__class__ not in _PLAIN and arg is not None:
            inputs[i] = constant(arg, op.name)
    try:
        data = op.forward(*inputs, **params) if params else op.forward(*inputs)
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        raise explain_failure(op, args, params, error) from None
    if not values:
        return data
    if data.__class__ is ndarray:
        if data.ndim:
            _set_writeable(data, False)
        else:
            data = data[()]
    if data.__class__ is not ndarray and not isinstance(data, np.generic):
        data = _result(op, data)
    for arg in args:  # also where nothing is recorded: the result may be a view of it
        if isinstance(arg, Value) and arg.op is None:
            arg._freeze()
    scope = thread.scope
    kind = data.dtype.kind
    if kind not in "fiub":
        raise TypeError(f"{op.name}: gave {data.dtype} numbers; only real numbers are supported")
    if not wanted or scope is PAUSED or kind != "f":
        out = _leaf(data)
    else:
        out = _new(Value)
        out._data = data
        out._grad = out.name = None
        out.requires_grad = True
        out.op = op
        out.parents = tuple(parents)
        out.saved = tuple(inputs)
        out.params = params
        out.scope = scope
        out.seq = next_seq()
    if op.views and data.__class__ is ndarray:
        _link(out, data, args[0], op, params)
    return out


def _link(view: Value, data: Any, whole: Value, op: Primitive, params: dict | None) -> None:
    """Let a view know what it shows, and that know its views: who writes one writes both."""
    shown, base = whole._data, data.base
    if data is not shown and (base is None or (base is not shown and base is not shown.base)):
        return  # NumPy had to copy
    view.view_of = (whole, op, params or {})
    views = getattr(whole, "views", None)
    if views is None:
        whole.views = views = []
    elif not len(views) & (len(views) - 1):  # now and then, forget those that are gone
        views[:] = [v for v in views if v() is not None]
    views.append(weakref.ref(view))


def _binary_recorder(op: Primitive) -> Callable[[Any, Any], Any]:
    """`record` for two operands and no parameters, unrolled: scalar graphs live here."""
    forward, name = op.forward, op.name

    def recorder(x: Any, y: Any, /) -> Any:
        if _watching:
            return record(op, (x, y), None)
        if isinstance(x, Value):
            a = x._data
            px = x if x.requires_grad else None
            if isinstance(y, Value):
                b = y._data
                py = y if y.requires_grad else None
            else:
                b = y if y.__class__ in _PLAIN else constant(y, name)
                py = None
        elif isinstance(y, Value):
            a = x if x.__class__ in _PLAIN else constant(x, name)
            px = None
            b = y._data
            py = y if y.requires_grad else None
        else:
            return record(op, (x, y), None)
        try:
            data = forward(a, b)
        except (ValueError, TypeError) as error:
            raise explain_failure(op, (x, y), None, error) from None
        is_array = data.__class__ is ndarray
        if is_array:
            _set_writeable(data, False)
        scope = thread.scope
        if (px is None and py is None) or scope is PAUSED:
            return _leaf(data)
        out = _new(Value)
        if is_array or a.__class__ is ndarray or b.__class__ is ndarray:
            out.saved = (a, b)
            if isinstance(x, Value) and x.op is None:
                x._freeze()
            if isinstance(y, Value) and y.op is None:
                y._freeze()
        elif px is None or py is None or a.__class__ is not b.__class__:
            out.saved = (a, b)
        else:
            out.saved = None
        out._data = data
        out._grad = out.name = out.params = None
        out.requires_grad = True
        out.op = op
        out.parents = (px, py)
        out.scope = scope
        out.seq = next_seq()
        return out

    return recorder


def _unary_recorder(op: Primitive) -> Callable[[Any], Any]:
    """`record` for one operand and no parameters, unrolled."""
    forward = op.forward

    def recorder(x: Any, /) -> Any:
        if _watching:
            return record(op, (x,), None)
        if not isinstance(x, Value):
            return forward(constant(x, op.name))
        a = x._data
        data = forward(a)
        is_array = data.__class__ is ndarray
        if is_array:
            _set_writeable(data, False)
        scope = thread.scope
        if not x.requires_grad or scope is PAUSED:
            return _leaf(data)
        out = _new(Value)
        if is_array or a.__class__ is ndarray:
            out.saved = (a,)
            if x.op is None:
                x._freeze()
        else:
            out.saved = None
        out._data = data
        out._grad = out.name = out.params = None
        out.requires_grad = True
        out.op = op
        out.parents = (x,)
        out.scope = scope
        out.seq = next_seq()
        return out

    return recorder


def _general_recorder(op: Primitive) -> Callable[..., Any]:
    """`record` for any signature: operands first, then parameters, each by place or by name."""
    arity = len(op.operands)
    operands, keywords, known = op.operands, op.params, set(op.params)

    def recorder(*args: Any, **params: Any) -> Any:
        count = len(args)
        if count == arity and not params:
            return record(op, args, None)
        if count > arity:
            extra = dict(zip(keywords, args[arity:], strict=False))
            if count - arity > len(keywords) or extra.keys() & params.keys():
                raise TypeError(f"{op.name}: takes {_signature(op)}, got {count} arguments")
            params = extra | params
            args = args[:arity]
        elif count < arity:
            missing = [name for name in operands[count:] if name not in params]
            if missing:
                raise TypeError(f"{op.name}: takes {_signature(op)}; {missing[0]} is missing")
            args += tuple(params.pop(name) for name in operands[count:])
        if not params.keys() <= known:
            unknown = ", ".join(params.keys() - known)
            raise TypeError(f"{op.name}: takes {_signature(op)}; {unknown} is not supported")
        return record(op, args, params)

    return recorder


def _signature(op: Primitive) -> str:
    return f"({', '.join((*op.operands, *(f'{name}=' for name in op.params)))})"
