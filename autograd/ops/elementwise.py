"""Elementwise operations: one number in, one number out, at every place of an array.

Read a line of the table as in a textbook: name, function, derivative. In a rule `g` is the
gradient that arrived at the result, `out` the result, `x` and `y` the operands. (Derivatives:
Abramowitz and Stegun 1964, chapters 3 to 4.)
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.primitive import binary, primitive, unary

__all__ = [
    "abs",
    "absolute",
    "add",
    "astype",
    "clip",
    "cos",
    "divide",
    "exp",
    "expm1",
    "log",
    "log1p",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "positive",
    "power",
    "relu",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "square",
    "subtract",
    "tanh",
    "where",
]

AWAY_FROM_0 = [(-2.0, -0.3), (0.3, 2.0)]  # where functions with a kink or a pole at 0 are smooth
POSITIVE = (0.2, 3.0)

# ------------------------------------------------------------------------------------ arithmetic


def _less_one(y: Any) -> Any:
    """The exponent y - 1 of a derivative, and 1 where y is 0: there 0 * x**1 is 0 at x = 0 too."""
    if y.__class__ is int or y.__class__ is float:
        return y - 1 if y else 1
    return np.where(y == 0, 1, y - 1)


def _log_base(x: Any) -> Any:
    """log x, and 0 at x = 0, where x**y does not change with y > 0."""
    return np.log(np.where(x == 0, 1, x))


def _share(x: Any, y: Any, wins: Any, g: Any) -> Any:
    """The gradient of a choice between x and y: all to the winner, half each at a tie."""
    return np.where(wins, g, np.where(x == y, 0.5 * g, 0.0))


# fmt: off
add = binary("add", operator.add, symbol="+", numpy=np.add,
    rule_x=lambda g, out, x, y: g,
    rule_y=lambda g, out, x, y: g,
    doc="""x + y.

    >>> add(Value(1.0), [1.0, 2.0])
    Value([2., 3.])
    """)
subtract = binary("subtract", operator.sub, symbol="−", numpy=np.subtract,
    rule_x=lambda g, out, x, y: g,
    rule_y=lambda g, out, x, y: -g,
    doc="""x - y.

    >>> subtract(Value(3.0), 1.0)
    Value(2.0)
    """)
multiply = binary("multiply", operator.mul, symbol="×", numpy=np.multiply,
    rule_x=lambda g, out, x, y: g * y,
    rule_y=lambda g, out, x, y: g * x,
    doc="""x * y, elementwise.

    >>> multiply(Value(3.0), 2.0)
    Value(6.0)
    """)
divide = binary("divide", operator.truediv, symbol="÷", numpy=np.divide,
    rule_x=lambda g, out, x, y: g / y,
    rule_y=lambda g, out, x, y: -g * out / y,
    samples=((-2.0, 2.0), AWAY_FROM_0),
    doc="""x / y, elementwise.

    >>> divide(Value(3.0), 2.0)
    Value(1.5)
    """)
power = binary("power", operator.pow, symbol="xʸ", numpy=np.power,
    rule_x=lambda g, out, x, y: g * (y * x ** _less_one(y)),
    rule_y=lambda g, out, x, y: g * (out * _log_base(x)),
    samples=(POSITIVE, (-2.0, 3.0)),
    doc="""x ** y; at x = 0 the derivative in y is taken as 0.

    >>> power(Value(3.0), 2)
    Value(9.0)
    """)
negative = unary("negative", operator.neg, lambda g, out, x: -g,
    doc="""-x.

    >>> negative(Value(3.0))
    Value(-3.0)
    """)
positive = unary("positive", operator.pos, lambda g, out, x: g,
    doc="""+x: the same numbers as a new node.

    >>> positive(Value(3.0))
    Value(3.0)
    """)
absolute = unary("absolute", operator.abs, lambda g, out, x: g * np.sign(x),
    samples=AWAY_FROM_0,
    doc="""|x|; the derivative at 0 is taken as 0.

    >>> absolute(Value(-3.0))
    Value(3.0)
    """)

abs = absolute

# ---------------------------------------------------------------- exponentials, roots, trigonometry

exp = unary("exp", np.exp, lambda g, out, x: g * out,
    doc="""e to the power x.

    >>> exp(Value(0.0))
    Value(1.0)
    """)
expm1 = unary("expm1", np.expm1, lambda g, out, x: g * (out + 1),
    doc="""exp(x) - 1, exact also for tiny x.

    >>> expm1(Value(0.0))
    Value(0.0)
    """)
log = unary("log", np.log, lambda g, out, x: g / x, samples=POSITIVE,
    doc="""The natural logarithm.

    >>> log(Value(1.0))
    Value(0.0)
    """)
log1p = unary("log1p", np.log1p, lambda g, out, x: g / (1 + x), samples=(-0.7, 3.0),
    doc="""log(1 + x), exact also for tiny x.

    >>> log1p(Value(0.0))
    Value(0.0)
    """)
sqrt = unary("sqrt", np.sqrt, lambda g, out, x: g * 0.5 / out, samples=POSITIVE,
    doc="""The square root.

    >>> sqrt(Value(9.0))
    Value(3.0)
    """)
square = unary("square", np.square, lambda g, out, x: g * 2 * x,
    doc="""x * x.

    >>> square(Value(3.0))
    Value(9.0)
    """)
sin = unary("sin", np.sin, lambda g, out, x: g * np.cos(x),
    doc="""The sine of an angle in radians.

    >>> sin(Value(0.0))
    Value(0.0)
    """)
cos = unary("cos", np.cos, lambda g, out, x: -g * np.sin(x),
    doc="""The cosine of an angle in radians.

    >>> cos(Value(0.0))
    Value(1.0)
    """)
tanh = unary("tanh", np.tanh, lambda g, out, x: g * (1 - out * out),
    doc="""The hyperbolic tangent, from -1 to 1.

    >>> tanh(Value(0.0))
    Value(0.0)
    """)
# fmt: on

# ----------------------------------------------------------------------------------- activations


def _sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))  # never overflows
    return np.where(x >= 0, 1, e) / (1 + e)


def _relu(x: Any) -> Any:
    if isinstance(x, np.floating):  # a comparison is quicker than a ufunc
        return x if not x <= 0 else x.__class__(0)  # a NaN stays one
    return np.maximum(x, 0)


# fmt: off
sigmoid = unary("sigmoid", _sigmoid, lambda g, out, x: g * (out * (1 - out)),
    doc="""1 / (1 + exp(-x)): any number becomes a probability; safe for large |x|.

    >>> sigmoid(Value(0.0))
    Value(0.5)
    """)
relu = unary("relu", _relu, lambda g, out, x: g * (out > 0), samples=AWAY_FROM_0,
    doc="""max(x, 0); the derivative at 0 is taken as 0 (Nair and Hinton 2010).

    >>> relu(Value([-1.0, 2.0]))
    Value([0., 2.])
    """)
softplus = unary("softplus", lambda x: np.logaddexp(x, 0), lambda g, out, x: g * sigmoid(x),
    doc="""log(1 + exp(x)), a smooth relu (Dugas et al. 2001); safe for large |x|.

    >>> softplus(Value(800.0))
    Value(800.0)
    """)

# --------------------------------------------------------------------------------------- choices

maximum = binary("maximum", np.maximum, numpy=np.maximum,
    rule_x=lambda g, out, x, y: _share(x, y, x > y, g),
    rule_y=lambda g, out, x, y: _share(x, y, y > x, g),
    samples="distinct pair",
    doc="""The larger of x and y at every place; at a tie each gets half of the gradient.

    >>> maximum(Value([1.0, 5.0]), 3.0)
    Value([3., 5.])
    """)
minimum = binary("minimum", np.minimum, numpy=np.minimum,
    rule_x=lambda g, out, x, y: _share(x, y, x < y, g),
    rule_y=lambda g, out, x, y: _share(x, y, y < x, g),
    samples="distinct pair",
    doc="""The smaller of x and y at every place; at a tie each gets half of the gradient.

    >>> minimum(Value([1.0, 5.0]), 3.0)
    Value([1., 3.])
    """)
# fmt: on


@primitive(
    None,
    lambda g, out, condition, x, y: np.where(condition, g, 0.0),
    lambda g, out, condition, x, y: np.where(condition, 0.0, g),
    jvp="linear",
    numpy=np.where,
    samples="where",
)
def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y; the gradient goes to the one chosen.

    >>> where([True, False], Value(1.0), Value(2.0))
    Value([1., 2.])
    """
    return np.where(condition, x, y)


@primitive(
    lambda g, out, x, low, high: np.where(_inside(x, low, high), g, 0.0),
    lambda g, out, x, low, high: np.where(x < low, g, 0.0),
    lambda g, out, x, low, high: np.where(x > high, g, 0.0),
    jvp="elementwise",
    samples="clip",
    name="clip",
)
def _clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    inside = np.ones(np.shape(x), bool) if low is None else x >= low
    return inside if high is None else inside & (x <= high)


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """x limited to [min, max]; the gradient passes inside, bounds included.

    A bound of None does not limit; a bound that is a Value receives the gradient of what it cut.

    >>> clip(Value([-1.0, 0.5, 7.0]), 0.0, 1.0)
    Value([0. , 0.5, 1. ])
    """
    return _clip(x, min, max)


@primitive(lambda g, out, x, dtype: g.astype(x.dtype), jvp="linear", samples="astype")
def astype(x: Any, dtype: Any) -> Any:
    """x in another dtype; the gradient comes back in the dtype of x.

    >>> astype(Value([1.0]), np.float32)
    Value([1.], dtype=float32)
    """
    if np.dtype(dtype).kind not in "fiub":
        raise TypeError(f"expected a dtype of real numbers, got {dtype!r}")
    return np.asarray(x).astype(dtype)
