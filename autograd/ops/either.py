"""One number or another at every place: by a condition, by size, by bounds.

The gradient goes to the one that was taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import answers, binary, primitive

__all__ = [
    "clip",
    "fmax",
    "fmin",
    "maximum",
    "minimum",
    "nan_to_num",
    "where",
]


def _share(x: Any, y: Any, loses: Any, g: Any) -> Any:
    """The gradient of a choice between x and y: all to the winner, half each at a tie."""
    return np.where(loses, 0.0, np.where(x == y, 0.5 * g, g))


# fmt: off
maximum = binary("maximum", np.maximum, numpy=np.maximum,
    rule_x=lambda g, out, x, y: _share(x, y, x < y, g),
    rule_y=lambda g, out, x, y: _share(x, y, y < x, g),
    samples="distinct pair",
    doc="""The larger of x and y at every place; at a tie each gets half of the gradient.

    >>> maximum(Value([1.0, 5.0]), 3.0)
    Value([3., 5.])
    """)
minimum = binary("minimum", np.minimum, numpy=np.minimum,
    rule_x=lambda g, out, x, y: _share(x, y, x > y, g),
    rule_y=lambda g, out, x, y: _share(x, y, y > x, g),
    samples="distinct pair",
    doc="""The smaller of x and y at every place; at a tie each gets half of the gradient.

    >>> minimum(Value([1.0, 5.0]), 3.0)
    Value([1., 3.])
    """)
fmax = binary("fmax", np.fmax, numpy=np.fmax,
    rule_x=lambda g, out, x, y: _share(x, y, (x < y) | (x != x), g),
    rule_y=lambda g, out, x, y: _share(x, y, (y < x) | (y != y), g),
    samples="distinct pair",
    doc="""maximum, but a NaN loses against any number; at a tie each gets half of the gradient.

    >>> fmax(Value([1.0, np.nan]), 3.0)
    Value([3., 3.])
    """)
fmin = binary("fmin", np.fmin, numpy=np.fmin,
    rule_x=lambda g, out, x, y: _share(x, y, (x > y) | (x != x), g),
    rule_y=lambda g, out, x, y: _share(x, y, (y > x) | (y != y), g),
    samples="distinct pair",
    doc="""minimum, but a NaN loses against any number; at a tie each gets half of the gradient.

    >>> fmin(Value([1.0, np.nan]), 3.0)
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
    lambda g, out, x, low, high: np.where((x < low) & (out == low), g, 0.0),
    lambda g, out, x, low, high: np.where((x > high) | _crossed(low, high), g, 0.0),
    jvp="elementwise",
    samples="clip",
    name="clip",
)
def _clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    inside = np.ones(np.shape(x), bool) if low is None else x >= low
    return inside if high is None else inside & (x <= high)


def _crossed(low: Any, high: Any) -> Any:
    """Where the bounds are the wrong way round; NumPy answers with the upper one."""
    return False if low is None else low > high


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """x limited to [min, max]; the gradient passes inside, bounds included.

    A bound of None does not limit; a bound that is a Value receives the gradient of what it cut.

    >>> clip(Value([-1.0, 0.5, 7.0]), 0.0, 1.0)
    Value([0. , 0.5, 1. ])
    """
    return _clip(x, min, max)


@primitive(
    lambda g, out, x, nan=0.0, posinf=None, neginf=None: np.where(np.isfinite(x), g, 0.0),
    jvp="elementwise",
    samples=(-2.0, 2.0),
    name="nan_to_num",
)
def _nan_to_num(
    x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@answers(np.nan_to_num)
def nan_to_num(
    x: Any,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Any:
    """x with NaN and infinities replaced, by 0 and the largest numbers of its dtype if not said.

    What was replaced gets no gradient. Without `copy`, x itself is changed and returned.

    >>> nan_to_num(Value([1.0, np.nan]))
    Value([1., 0.])
    """
    out = _nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    if copy or not np.ndim(x):
        return out
    x[...] = out
    return x
