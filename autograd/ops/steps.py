"""Steps and remainders: functions that jump, and the digits and signs of numbers.

Where a function is flat its derivative is 0, and at a jump it is taken as the slope beside it.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.ops.either import where
from autograd.ops.elementwise import AWAY_FROM_0, astype, multiply
from autograd.primitive import answers, binary, unary
from autograd.value import seen

__all__ = [
    "ceil",
    "copysign",
    "divmod",
    "floor",
    "floor_divide",
    "fmod",
    "frexp",
    "heaviside",
    "ldexp",
    "mod",
    "modf",
    "nextafter",
    "rint",
    "round",
    "sign",
    "trunc",
]

BETWEEN_INTEGERS = [(-1.4, -1.1), (-0.4, -0.1), (0.1, 0.4), (1.1, 1.4)]


def _flat(g: Any, out: Any, *operands: Any) -> Any:
    """The derivative of a step function: 0 everywhere but at its steps, and taken as 0 there."""
    return np.zeros_like(g)


# fmt: off
sign = unary("sign", np.sign, _flat, samples=AWAY_FROM_0,
    doc="""-1, 0 or 1; the derivative is 0.

    >>> sign(Value([-3.0, 0.0]))
    Value([-1.,  0.])
    """)
floor = unary("floor", np.floor, _flat, samples=BETWEEN_INTEGERS,
    doc="""The largest integer <= x; the derivative is 0.

    >>> floor(Value(-1.5))
    Value(-2.0)
    """)
ceil = unary("ceil", np.ceil, _flat, samples=BETWEEN_INTEGERS,
    doc="""The smallest integer >= x; the derivative is 0.

    >>> ceil(Value(1.5))
    Value(2.0)
    """)
rint = unary("rint", np.rint, _flat, samples=BETWEEN_INTEGERS,
    doc="""The nearest integer, the even one at a tie; the derivative is 0.

    >>> rint(Value(2.5))
    Value(2.0)
    """)
trunc = unary("trunc", np.trunc, _flat, numpy=(np.trunc, np.fix), samples=BETWEEN_INTEGERS,
    doc="""The nearest integer towards 0; the derivative is 0.

    >>> trunc(Value(-1.5))
    Value(-1.0)
    """)

# ------------------------------------------------------------------------------ of two numbers

mod = binary("mod", np.mod, numpy=np.mod,
    rule_x=lambda g, out, x, y: g,
    rule_y=lambda g, out, x, y: g * np.rint((out - x) / y),
    samples="remainder",
    doc="""x - y * floor(x / y), the remainder with the sign of y; at a jump, the slope beside it.

    >>> mod(Value(-1.0), 3.0)
    Value(2.0)
    """)
floor_divide = binary("floor_divide", np.floor_divide, numpy=np.floor_divide,
    rule_x=_flat,
    rule_y=_flat,
    samples="remainder",
    doc="""floor(x / y); the derivative is 0.

    >>> floor_divide(Value(7.0), 2.0)
    Value(3.0)
    """)
fmod = binary("fmod", np.fmod, numpy=np.fmod,
    rule_x=lambda g, out, x, y: g,
    rule_y=lambda g, out, x, y: g * np.rint((out - x) / y),
    samples="remainder",
    doc="""x - y * trunc(x / y), the remainder with the sign of x; at a jump, the slope beside it.

    >>> fmod(Value(-1.0), 3.0)
    Value(-1.0)
    """)
nextafter = binary("nextafter", np.nextafter, numpy=np.nextafter,
    rule_x=lambda g, out, x, y: np.where(out == out, g, 0.0),
    rule_y=_flat,
    doc="""The next number a float can hold after x on the way to y; the derivative by x is 1.

    >>> nextafter(Value(1.0), 2.0) > 1
    np.True_
    """)
copysign = binary("copysign", np.copysign, numpy=np.copysign,
    rule_x=lambda g, out, x, y: g * np.sign(x) * np.sign(out),
    rule_y=_flat,
    samples=AWAY_FROM_0,
    doc="""|x| with the sign of y; the derivative in x at 0 is taken as 0.

    >>> copysign(Value(3.0), -0.0)
    Value(-3.0)
    """)
# fmt: on

# ------------------------------------------------------------------------------------ put together


@answers(np.round, np.around)
def round(x: Any, decimals: int = 0) -> Any:
    """x to so many decimals, the even one at a tie; the derivative is 0.

    >>> round(Value(3.14159), 2)
    Value(3.14)
    """
    decimals = operator.index(decimals)
    if not -300 <= decimals <= 300:
        raise ValueError(f"round: decimals={decimals} is beyond what a float holds")
    scale = 10.0 ** (decimals if decimals > 0 else -decimals)
    if decimals == 0:
        return rint(x)
    return rint(x * scale) / scale if decimals > 0 else rint(x / scale) * scale


@answers(np.heaviside)
def heaviside(x: Any, y: Any) -> Any:
    """0 where x < 0, 1 where x > 0, and y where x is 0; the derivative by x is 0.

    >>> heaviside(Value([-3.0, 0.0, 3.0]), 0.5)
    Value([0. , 0.5, 1. ])
    """
    x = astype(x, np.result_type(x, np.float16))
    return where(x == 0, y, 0.5 * (sign(x) + 1))


@answers(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """The fractional and the whole part of x, both with its sign; the whole part has derivative 0.

    >>> modf(Value(-3.5))
    (Value(-0.5), Value(-3.0))
    """
    whole = trunc(x)
    return np.where(np.isinf(x), copysign(0.0, x), x - whole), whole


@answers(np.divmod)
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """floor_divide and mod at once.

    >>> divmod(Value(7.0), 2.0)
    (Value(3.0), Value(1.0))
    """
    return floor_divide(x, y), mod(x, y)


@answers(np.ldexp)
def ldexp(x: Any, n: Any) -> Any:
    """x times 2 to the power n, a whole number.

    >>> ldexp(Value(3.0), 2)
    Value(12.0)
    """
    n = np.asarray(seen(n))
    if n.dtype.kind not in "iub":
        raise TypeError(f"ldexp: n must be whole numbers, not {n.dtype}")
    return multiply(x, np.ldexp(np.ones((), np.result_type(x, np.float16)), n))


@answers(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """x as mantissa * 2**exponent: the mantissa in (-1, -0.5] or [0.5, 1), plain exponents.

    >>> frexp(Value(12.0))
    (Value(0.75), np.int32(4))
    """
    exponent = np.frexp(seen(x))[1]
    return ldexp(x, -exponent), exponent
