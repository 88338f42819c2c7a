"""Primitives: the named operations, and how calling one records a node of the graph.

A primitive is data: a name, a forward function on arrays, and one derivative rule per operand.
The engine knows no operation by name; a file in `ops/` is a table of them, and a user adds one
with the same decorators:

    @primitive(lambda g, out, x: g * 3 * x**2)
    def cube(x):
        return x**3

A rule is a vector-Jacobian product: `rule(g, out, *operands, **params)` receives the gradient that
arrived at the result and returns the operand's share of it. Rules are written with NumPy's own
names and operators (comparisons too), never with the numbers inside a Value, so one rule serves
plain arrays (first order, fast, nothing recorded), Values (gradients that are themselves
differentiable) and a trace of the reverse pass. Broadcasting is undone by the engine, and a rule is
called only for an operand that wants a gradient.

Forward mode asks for the opposite, a Jacobian-vector product, and `jvp` says where it comes from:

    "elementwise"  the vjp itself: each number of the result depends on one of each operand
    "linear"       the operation itself, on the tangents of all operands that have a rule
    "product"      the operation is linear in each operand alone: a term each, (uv)' = u'v + uv'
    (rule, ...)    a rule per operand: `rule(t, out, *operands, **params)` is its tangent's share
    None           reverse mode applied twice (Townsend 2017), as for a user's own operation
"""

from __future__ import annotations

import contextlib
import inspect
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np

from autograd.errors import explain_failure
from autograd.recording import PAUSED, thread
from autograd.value import Value, _set_writeable, as_array, next_seq

Rule = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])

ndarray = np.ndarray
_new = object.__new__
_PLAIN = frozenset(
    {float, int, bool, np.bool, np.float64, np.float32, np.float16}
    | {np.int64, np.int32, np.int16, np.int8, np.uint64, np.uint32, np.uint16, np.uint8}
)

#: Every primitive by name; the checks walk it, so none can be added without being checked.
registry: dict[str, Primitive] = {}
#: NumPy function -> ours, filled by the tables in `ops/`, read by `numpy_bridge`.
numpy_functions: dict[Callable, Callable] = {}


@dataclass(eq=False, slots=True)
class Primitive:
    """A named operation: `forward` on arrays, and one vector-Jacobian product per operand.

    `rules[i](g, out, *operands, **params)` is operand i's; an operand with `None` is a constant
    (a condition, a mask). A `variadic` primitive takes any number of operands of one kind, and its
    single rule receives the operand's position first. A `joint` one is variadic too, and its single
    rule returns the gradients of all operands at once, for what is costly to take apart. `jvp` is
    the forward-mode rule (see above). The result of one that `views` may show its operand's own
    numbers, as a slice does. `samples` says which example operands the checks draw: a key of
    `autograd.testing.samples`, or a domain such as `(0.1, 3.0)`.
    """

    name: str
    forward: Callable[..., Any]
    rules: tuple[Rule | None, ...]
    operands: tuple[str, ...]
    params: tuple[str, ...] = ()
    variadic: bool = False
    samples: Any = None
    symbol: str = ""
    jvp: Literal["elementwise", "linear", "product"] | tuple[Rule | None, ...] | None = None
    joint: bool = False
    views: bool = False
    function: Callable[..., Any] = field(init=False, repr=False)

    @property
    def builtin(self) -> bool:
        """Whether the library itself declared it; only a user's own may be declared again."""
        home = (self.forward.__module__ or "numpy").split(".")[0]
        return home in ("autograd", "nn", "numpy", "_operator")

    def rules_for(self, count: int) -> tuple[Rule | None, ...]:
        """The rule of each of `count` operands."""
        if not self.variadic:
            return self.rules
        rule: Any = self.rules[0]
        if self.joint:
            together = _Together(rule)
            return tuple(together.at(i) for i in range(count))
        return tuple(_at_position(rule, i) for i in range(count))

    def operand_names(self, count: int) -> tuple[str, ...]:
        """What to call each operand in a message."""
        if not self.variadic:
            return self.operands[:count]
        return tuple(f"{self.operands[0]}[{i}]" for i in range(count))


def _at_position(rule: Rule, i: int) -> Rule:
    return lambda *args, **params: rule(i, *args, **params)


class _Together:
    """A joint rule, run once for the operands of one node; each then takes its own gradient."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.arrived: Any = None  # the gradient that was taken apart last
        self.gradients: tuple[Any, ...] = ()

    def at(self, i: int) -> Rule:
        def its_own(g: Any, *args: Any, **params: Any) -> Any:
            if self.arrived is not g:
                self.arrived, self.gradients = g, self.rule(g, *args, **params)
            return self.gradients[i]

        return its_own


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


# --------------------------------------------------------------------------------- watching


class Observer:
    """Someone who takes over the recording of a thread: a trace, a search for NaNs."""

    #: Whether the reverse pass shows it every message, by `check(sender, position, message)`.
    checks_messages = False

    def record(self, op: Primitive, args: tuple, params: dict | None) -> Any:
        """Instead of `record(op, args, params)`."""
        raise NotImplementedError

    def assign(self, leaf: Value, new: Any) -> None:
        """Instead of `leaf.data = new`."""
        leaf.data = new

    def entered(self, module: Any) -> None:
        """A module of `nn` is being called."""

    def differentiates(self) -> None:
        """A transform, such as `grad`, is about to run a function of its own."""

    def reads(self, value: Value) -> None:
        """Python looks at the numbers, or the gradient, of `value`."""

    def made(self, leaf: Value, source: Any) -> None:
        """A leaf was made by hand, from `source`."""

    def draws(self, what: str) -> None:
        """Python asks for random numbers, or sets their seed."""

    def replaced(self, leaf: Value) -> None:
        """Python is about to write `leaf.data = ...`, or `leaf.grad`."""

    def detach(self, value: Value) -> Value:
        """Instead of `value.detach()`."""
        value._freeze()
        return _leaf(value._data)

    def write(self, x: Value, index: Any, new: Any) -> None:
        """Instead of `x[index] = new`."""
        from autograd.inplace import write

        write(x, index, new)

    def compare(self, name: str, x: Value, y: Any) -> Any:
        """Instead of comparing numbers; `name` is NumPy's."""
        return getattr(np, name)(x._data, y._data if isinstance(y, Value) else y)


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


def assign(leaf: Value, new: Any) -> None:
    """Replace the numbers of a leaf, outside the graph: how running statistics are kept.

    Unlike `leaf.data = new`, a compiled function (`jit`) repeats it at every call.

    Args:
        leaf: a Value made by hand.
        new: numbers of its shape; cast to its dtype. A Value counts as its numbers.

    Raises:
        GradientError: `leaf` is the result of an operation.
        ShapeError: `new` has another shape.

    >>> mean = Value(np.zeros(2), requires_grad=False)
    >>> autograd.assign(mean, [1.0, 2.0])
    >>> mean.data
    array([1., 2.])
    """
    if _watching and thread.observer is not None:
        thread.observer.assign(leaf, new)
    else:
        leaf.data = new


# ------------------------------------------------------------------------------------- recording


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


# ------------------------------------------------------------------------------------- declaring


def _declare(op: Primitive, numpy: Any, doc: str | None) -> Callable[..., Any]:
    if op.name in registry and registry[op.name].builtin:
        raise ValueError(f"a primitive named {op.name!r} exists already; choose another name")
    if op.variadic:

        def recorder(*args: Any, **params: Any) -> Any:
            return record(op, args, params)
    elif op.params:
        recorder = _general_recorder(op)
    elif len(op.operands) == 1 and op.builtin and not op.views:
        recorder = _unary_recorder(op)
    elif len(op.operands) == 2 and None not in op.rules and op.builtin:
        recorder = _binary_recorder(op)
    else:
        recorder = _general_recorder(op)
    recorder.__name__ = recorder.__qualname__ = op.name
    recorder.__doc__ = doc
    recorder.primitive = op  # type: ignore[attr-defined]
    op.function = recorder
    registry[op.name] = op
    for function in numpy if isinstance(numpy, tuple) else (numpy,) if numpy else ():
        numpy_functions[function] = recorder
    return recorder


def answers(*numpy: Callable) -> Callable[[F], F]:
    """Let a function made of primitives answer for these functions of NumPy."""

    def register(function: F) -> F:
        numpy_functions.update(dict.fromkeys(numpy, function))
        return function

    return register


def unary(
    name: str,
    forward: Callable,
    rule: Rule,
    doc: str,
    *,
    numpy: Any = None,
    samples: Any = (-2.0, 2.0),
    symbol: str = "",
) -> Callable[[Any], Value]:
    """Declare an elementwise operation of one operand; a line of a table.

    `samples` is the interval in which it is smooth, or several of them.
    """
    op = Primitive(
        name, forward, (rule,), ("x",), samples=samples, symbol=symbol, jvp="elementwise"
    )
    return _declare(op, numpy or (forward if isinstance(forward, np.ufunc) else None), doc)


def binary(
    name: str,
    forward: Callable,
    rule_x: Rule,
    rule_y: Rule,
    doc: str,
    *,
    numpy: Callable | None = None,
    samples: Any = (-2.0, 2.0),
    symbol: str = "",
) -> Callable[[Any, Any], Value]:
    """Declare an elementwise operation of two operands that broadcast; a line of a table."""
    op = Primitive(
        name,
        forward,
        (rule_x, rule_y),
        ("x", "y"),
        samples=samples,
        symbol=symbol,
        jvp="elementwise",
    )
    return _declare(op, numpy, doc)


def primitive(
    *rules: Rule | None,
    jvp: Any = None,
    numpy: Any = None,
    samples: Any = None,
    variadic: bool = False,
    joint: bool = False,
    name: str | None = None,
    symbol: str = "",
    views: bool = False,
) -> Callable[[F], F]:
    """Make a function on arrays a differentiable operation: one rule per operand, in order.

    Arguments beyond the operands are parameters (an axis, a shape) and keep their names.

    Args:
        rules: for each operand `rule(g, out, *operands, **params)`, or None for a constant.
        jvp: the forward-mode rule, see this module's docstring; None derives it from `rules`.
        numpy: the NumPy function, or functions, that this answers for Values.
        samples: what the checks may draw as operands.
        variadic: any number of operands of one kind, and one rule that gets a position first.
        joint: as variadic, with one rule that returns a tuple of all gradients.
        name: what errors and pictures call it; the function's own name by default.
        symbol: what a picture writes instead of the name.
        views: whether the result may be a view of the operand, as NumPy's slices are.

    >>> from autograd import Value
    >>> @primitive(lambda g, out, x: g * 3 * x**2, name="cube_of_the_docstring")
    ... def cube(x):
    ...     return x**3
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    np.float64(12.0)
    """

    def declare(forward: F) -> F:
        names = tuple(inspect.signature(forward).parameters)
        arity = 1 if variadic or joint else len(rules)
        op = Primitive(
            name or forward.__name__.rstrip("_"),
            forward,
            rules,
            names[:arity],
            names[arity:],
            variadic or joint,
            samples,
            symbol,
            jvp,
            joint,
            views,
        )
        function: Any = _declare(op, numpy, forward.__doc__)
        function.__module__ = forward.__module__
        function.__wrapped__ = forward
        return function

    return declare
