"""Elementwise operations: one number in, one number out, at every place of an array.

Read a line of the table as in a textbook: name, function, derivative. In a rule `g` is the
gradient that arrived at the result, `out` the result, `x` and `y` the operands. (Derivatives:
Abramowitz and Stegun 1964, chapters 3 to 4.)
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.ops.activations import sigmoid
from autograd.primitive import answers, binary, primitive, unary
from autograd.value import Value

__all__ = [
    "abs",
    "absolute",
    "add",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "astype",
    "cbrt",
    "cos",
    "cosh",
    "deg2rad",
    "divide",
    "equal",
    "exp",
    "exp2",
    "expm1",
    "float_power",
    "greater",
    "greater_equal",
    "hypot",
    "lerp",
    "less",
    "less_equal",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logaddexp2",
    "multiply",
    "negative",
    "not_equal",
    "positive",
    "power",
    "rad2deg",
    "reciprocal",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
]

AWAY_FROM_0 = [(-2.0, -0.3), (0.3, 2.0)]  # where functions with a kink or a pole at 0 are smooth
POSITIVE = (0.2, 3.0)
INSIDE_1 = (-0.8, 0.8)
LN_2, LN_10 = math.log(2), math.log(10)

# ------------------------------------------------------------------------------------ arithmetic


def _less_one(y: Any) -> Any:
    """The exponent y - 1 of a derivative, and 1 where y is 0: there 0 * x**1 is 0 at x = 0 too."""
    if y.__class__ is int or y.__class__ is float:
        return y - 1 if y else 1
    return np.where(y == 0, 1, y - 1)


def _log_base(x: Any) -> Any:
    """log x, and 0 at x = 0, where x**y does not change with y > 0."""
    return np.log(np.where(x == 0, 1, x))


def _nonzero(x: Any) -> Any:
    return np.where(x == 0, 1.0, x)


def _gap(x: Any, y: Any) -> Any:
    """x - y, and 0 where both are the same infinity."""
    same = (x == y) & np.isinf(x)
    return np.where(same, 0.0, x) - np.where(same, 0.0, y)


def _sinc_slope(out: Any, x: Any) -> Any:
    """(cos(pi x) - sinc(x)) / x, by its series near 0, where the difference loses its digits."""
    near = np.abs(x) < 0.01
    u = np.square(math.pi * x)
    series = (-(math.pi**2) / 3) * x * (1 - u / 10 + u * u / 280)
    return np.where(near, series, (np.cos(math.pi * x) - out) / np.where(near, 1.0, x))


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
    numpy=(np.absolute, np.fabs), samples=AWAY_FROM_0,
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
expm1 = unary("expm1", np.expm1, lambda g, out, x: g * np.exp(x),
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
deg2rad = unary("deg2rad", np.deg2rad, lambda g, out, x: g * (math.pi / 180),
    numpy=(np.deg2rad, np.radians),
    doc="""Degrees as radians.

    >>> deg2rad(Value(0.0))
    Value(0.0)
    """)
rad2deg = unary("rad2deg", np.rad2deg, lambda g, out, x: g * (180 / math.pi),
    numpy=(np.rad2deg, np.degrees), samples=(-0.1, 0.1),
    doc="""Radians as degrees.

    >>> rad2deg(Value(0.0))
    Value(0.0)
    """)
tanh = unary("tanh", np.tanh, lambda g, out, x: g * (1 - out * out),
    doc="""The hyperbolic tangent, from -1 to 1.

    >>> tanh(Value(0.0))
    Value(0.0)
    """)
exp2 = unary("exp2", np.exp2, lambda g, out, x: g * (out * LN_2),
    doc="""2 to the power x.

    >>> exp2(Value(3.0))
    Value(8.0)
    """)
log2 = unary("log2", np.log2, lambda g, out, x: g / (x * LN_2), samples=POSITIVE,
    doc="""The logarithm to base 2.

    >>> log2(Value(8.0))
    Value(3.0)
    """)
log10 = unary("log10", np.log10, lambda g, out, x: g / (x * LN_10), samples=POSITIVE,
    doc="""The logarithm to base 10.

    >>> log10(Value(100.0))
    Value(2.0)
    """)
cbrt = unary("cbrt", np.cbrt, lambda g, out, x: g / (3 * out * out), samples=AWAY_FROM_0,
    doc="""The cube root, of negative numbers too.

    >>> cbrt(Value(-8.0))
    Value(-2.0)
    """)
reciprocal = unary("reciprocal", np.reciprocal, lambda g, out, x: -g * out * out,
    samples=AWAY_FROM_0,
    doc="""1 / x.

    >>> reciprocal(Value(4.0))
    Value(0.25)
    """)
tan = unary("tan", np.tan, lambda g, out, x: g * (1 + out * out), samples=(-1.0, 1.0),
    doc="""The tangent of an angle in radians.

    >>> tan(Value(0.0))
    Value(0.0)
    """)
arcsin = unary("arcsin", np.arcsin, lambda g, out, x: g / np.sqrt((1 - x) * (1 + x)),
    samples=INSIDE_1,
    doc="""The angle between -pi/2 and pi/2 whose sine is x.

    >>> arcsin(Value(0.0))
    Value(0.0)
    """)
arccos = unary("arccos", np.arccos, lambda g, out, x: -g / np.sqrt((1 - x) * (1 + x)),
    samples=INSIDE_1,
    doc="""The angle between 0 and pi whose cosine is x.

    >>> arccos(Value(1.0))
    Value(0.0)
    """)
arctan = unary("arctan", np.arctan, lambda g, out, x: g / (1 + x * x),
    doc="""The angle between -pi/2 and pi/2 whose tangent is x.

    >>> arctan(Value(0.0))
    Value(0.0)
    """)
sinh = unary("sinh", np.sinh, lambda g, out, x: g * np.cosh(x),
    doc="""The hyperbolic sine.

    >>> sinh(Value(0.0))
    Value(0.0)
    """)
cosh = unary("cosh", np.cosh, lambda g, out, x: g * np.sinh(x),
    doc="""The hyperbolic cosine.

    >>> cosh(Value(0.0))
    Value(1.0)
    """)
arcsinh = unary("arcsinh", np.arcsinh, lambda g, out, x: g / np.sqrt(x * x + 1),
    doc="""The number whose hyperbolic sine is x.

    >>> arcsinh(Value(0.0))
    Value(0.0)
    """)
arccosh = unary("arccosh", np.arccosh, lambda g, out, x: g / np.sqrt((x - 1) * (x + 1)),
    samples=(1.3, 3.0),
    doc="""The number >= 0 whose hyperbolic cosine is x >= 1.

    >>> arccosh(Value(1.0))
    Value(0.0)
    """)
arctanh = unary("arctanh", np.arctanh, lambda g, out, x: g / ((1 - x) * (1 + x)), samples=INSIDE_1,
    doc="""The number whose hyperbolic tangent is x, between -1 and 1.

    >>> arctanh(Value(0.0))
    Value(0.0)
    """)
sinc = unary("sinc", np.sinc, lambda g, out, x: g * _sinc_slope(out, x), numpy=np.sinc,
    doc="""sin(pi x) / (pi x), and 1 at 0.

    >>> sinc(Value(0.0))
    Value(1.0)
    """)

# ----------------------------------------------------------------------------------- of two numbers

arctan2 = binary("arctan2", np.arctan2, numpy=np.arctan2,
    rule_x=lambda g, out, x, y: g * y / np.square(_nonzero(np.hypot(x, y))),
    rule_y=lambda g, out, x, y: -g * x / np.square(_nonzero(np.hypot(x, y))),
    samples=AWAY_FROM_0,
    doc="""The angle of the point (y, x), from -pi to pi; the derivatives at (0, 0) are taken as 0.

    >>> arctan2(Value(0.0), Value(1.0))
    Value(0.0)
    """)
hypot = binary("hypot", np.hypot, numpy=np.hypot,
    rule_x=lambda g, out, x, y: g * x / _nonzero(out),
    rule_y=lambda g, out, x, y: g * y / _nonzero(out),
    samples=AWAY_FROM_0,
    doc="""sqrt(x*x + y*y); the derivatives at (0, 0) are taken as 0.

    >>> hypot(Value(3.0), Value(4.0))
    Value(5.0)
    """)
logaddexp = binary("logaddexp", np.logaddexp, numpy=np.logaddexp,
    rule_x=lambda g, out, x, y: g * sigmoid(_gap(x, y)),
    rule_y=lambda g, out, x, y: g * sigmoid(_gap(y, x)),
    doc="""log(exp(x) + exp(y)), safe for large numbers.

    >>> logaddexp(Value(1000.0), Value(0.0))
    Value(1000.0)
    """)
logaddexp2 = binary("logaddexp2", np.logaddexp2, numpy=np.logaddexp2,
    rule_x=lambda g, out, x, y: g * sigmoid(LN_2 * _gap(x, y)),
    rule_y=lambda g, out, x, y: g * sigmoid(LN_2 * _gap(y, x)),
    doc="""log2(2**x + 2**y), safe for large numbers.

    >>> logaddexp2(Value(1.0), Value(1.0))
    Value(2.0)
    """)
# fmt: on


@primitive(lambda g, out, x, dtype: g.astype(x.dtype), jvp="linear", samples="astype")
def astype(x: Any, dtype: Any) -> Any:
    """x in another dtype; the gradient comes back in the dtype of x.

    >>> astype(Value([1.0]), np.float32)
    Value([1.], dtype=float32)
    """
    if isinstance(dtype, (np.ndarray, Value)) or np.dtype(dtype).kind not in "fiub":
        raise TypeError(f"expected a dtype of real numbers, got {dtype!r}")
    return np.asarray(x).astype(dtype)


# ------------------------------------------------------------------------------------ put together

#: Comparisons are NumPy's own: of Values too they answer with plain booleans.
equal, not_equal = np.equal, np.not_equal
less, less_equal = np.less, np.less_equal
greater, greater_equal = np.greater, np.greater_equal


@answers(np.float_power)
def float_power(x: Any, y: Any) -> Any:
    """x ** y in float64, whatever the operands are.

    >>> float_power(Value([2.0], requires_grad=False), -1)
    Value([0.5])
    """
    return power(astype(x, np.float64), astype(y, np.float64))


def lerp(x: Any, y: Any, weight: Any) -> Any:
    """x + weight * (y - x): from x at weight 0 to y at weight 1.

    >>> lerp(Value(1.0), Value(3.0), 0.5)
    Value(2.0)
    """
    return add(x, multiply(weight, subtract(y, x)))
