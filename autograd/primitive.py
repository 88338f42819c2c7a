"""Primitives: the named operations, and how to declare one. `recorder`: what calling one does.

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

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np

from autograd.recorder import (
    _binary_recorder,
    _general_recorder,
    _unary_recorder,
    record,
)
from autograd.value import Value

Rule = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])

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
