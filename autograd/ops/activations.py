"""Activations: the elementwise bends of a network. Parameters and defaults are PyTorch's.

Read a line as in a textbook: name, function, derivative; `g` is the gradient that arrived at the
result, `out` the result, `x` the operand. At a kink the derivative is the one from the left, where
nothing else is said.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from autograd.ops.special import erfc
from autograd.primitive import primitive, unary

__all__ = [
    "celu",
    "elu",
    "gelu",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
]

AWAY_FROM_0 = [(-2.0, -0.3), (0.3, 2.0)]
AWAY_FROM_3 = [(-4.0, -3.2), (-2.8, 2.8), (3.2, 4.0)]
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017, eq. 14


def _sigmoid(x: Any) -> Any:
    if isinstance(x, np.floating):
        e = np.exp(-abs(x))  # never overflows
        return (1 if x >= 0 else e) / (1 + e)
    with np.errstate(over="ignore"):  # 1 / infinity is the right 0
        e = np.exp(-x)
    e += 1
    return np.reciprocal(e, out=e) if e.ndim else 1 / e


def _relu(x: Any) -> Any:
    if isinstance(x, np.floating):  # a comparison is quicker than a ufunc
        return x if not x <= 0 else x.__class__(0)  # a NaN stays one
    return np.maximum(x, 0)


def _elu(x: Any, alpha: float, scale: float) -> Any:
    return np.where(x <= 0, scale * alpha * np.expm1(np.minimum(x, 0)), scale * x)[()]


def _gate(x: Any) -> Any:
    """The share of x that mish lets through."""
    return np.tanh(np.logaddexp(x, 0))


def _inner(x: Any) -> Any:
    """What the tanh of gelu(approximate="tanh") is taken of."""
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)


def _inner_slope(x: Any) -> Any:
    return math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)


#: log(Φ(x) / Φ(-x)) / x is P(x²) / Q(x²) up to |x| = 6: a fit of our own, good to 5e-7.
_P = (1.5957659119759176, 0.23581946901995904, 0.020797491700282725, 7.2455206059327188e-4,
      3.7450678328148873e-6)  # fmt: skip
_Q = (1.0, 0.1022318894675119, 8.429304505680949e-3, 1.378188285098793e-4, 1.685955229001151e-7)
_BLOCK = 1 << 14  # numbers whose intermediate results stay in a core's own cache


def _polynomial(coefficients: tuple[float, ...], u: Any) -> Any:
    *lower, top = coefficients
    total = u * top
    for c in lower[:0:-1]:
        total += c
        total *= u
    total += lower[0]
    return total


def _normal_cdf(x: Any) -> Any:
    """Φ(x), the probability that a standard normal number is below x."""
    if x.__class__ is not np.ndarray or x.dtype != np.float32:
        return 0.5 * erfc(x * -math.sqrt(0.5))
    flat = x.reshape(-1)  # NumPy's own functions are several times as quick as SciPy's
    out = np.empty_like(flat)
    with np.errstate(over="ignore"):
        for i in range(0, len(flat), _BLOCK):
            z = flat[i : i + _BLOCK]
            u = np.minimum(z * z, 36)
            logit = _polynomial(_P, u)
            logit /= _polynomial(_Q, u)
            logit *= z
            np.exp(np.negative(logit, out=logit), out=logit)
            logit += 1
            np.reciprocal(logit, out=out[i : i + _BLOCK])
    return out.reshape(x.shape)


def _normal_pdf(x: Any) -> Any:
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


# fmt: off
sigmoid = unary("sigmoid", _sigmoid, lambda g, out, x: g * (out * (1 - out)),
    doc="""1 / (1 + exp(-x)): any number becomes a probability; safe for large |x|.

    >>> sigmoid(Value(0.0))
    Value(0.5)
    """)
logsigmoid = unary("logsigmoid", lambda x: -np.logaddexp(-x, 0), lambda g, out, x: g * sigmoid(-x),
    doc="""log(sigmoid(x)), safe for large |x|.

    >>> logsigmoid(Value(-800.0))
    Value(-800.0)
    """)
softplus = unary("softplus", lambda x: np.logaddexp(x, 0), lambda g, out, x: g * sigmoid(x),
    doc="""log(1 + exp(x)), a smooth relu (Dugas et al. 2001); safe for large |x|.

    >>> softplus(Value(800.0))
    Value(800.0)
    """)
softsign = unary("softsign", lambda x: x / (1 + np.abs(x)),
    lambda g, out, x: g / np.square(1 + np.abs(x)),
    samples=AWAY_FROM_0,
    doc="""x / (1 + |x|), from -1 to 1 (Bergstra et al. 2009).

    >>> softsign(Value(1.0))
    Value(0.5)
    """)
relu = unary("relu", _relu, lambda g, out, x: g * (out > 0), samples=AWAY_FROM_0,
    doc="""max(x, 0); the derivative at 0 is taken as 0 (Nair and Hinton 2010).

    >>> relu(Value([-1.0, 2.0]))
    Value([0., 2.])
    """)
relu6 = unary("relu6", lambda x: np.clip(x, 0, 6), lambda g, out, x: g * ((x > 0) & (x < 6)),
    samples=[(-2.0, -0.3), (0.3, 5.7), (6.3, 8.0)],
    doc="""relu that ends at 6; the derivative at both kinks is taken as 0 (Howard et al. 2017).

    >>> relu6(Value([-1.0, 2.0, 9.0]))
    Value([0., 2., 6.])
    """)
selu = unary("selu", lambda x: _elu(x, SELU_ALPHA, SELU_SCALE),
    lambda g, out, x: np.where(x <= 0, g * (out + SELU_SCALE * SELU_ALPHA), g * SELU_SCALE),
    samples=AWAY_FROM_0,
    doc="""elu scaled to keep mean 0 and variance 1 through layers (Klambauer et al. 2017).

    >>> selu(Value(1.0))
    Value(1.0507009873554805)
    """)
silu = unary("silu", lambda x: x * _sigmoid(x),
    lambda g, out, x: g * (sigmoid(x) * (1 + x - out)),
    doc="""x * sigmoid(x), also called swish (Hendrycks and Gimpel 2016).

    >>> silu(Value(0.0))
    Value(0.0)
    """)
mish = unary("mish", lambda x: x * _gate(x),
    lambda g, out, x: g * (_gate(x) + x * sigmoid(x) * (1 - np.square(_gate(x)))),
    doc="""x * tanh(softplus(x)) (Misra 2019).

    >>> mish(Value(0.0))
    Value(0.0)
    """)
hardsigmoid = unary("hardsigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1),
    lambda g, out, x: g * (np.abs(x) < 3) / 6,
    samples=AWAY_FROM_3,
    doc="""A sigmoid of three straight lines: clip(x / 6 + 1/2, 0, 1); flat at both kinks.

    >>> hardsigmoid(Value([-4.0, 0.0, 4.0]))
    Value([0. , 0.5, 1. ])
    """)
hardswish = unary("hardswish", lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    lambda g, out, x: np.where(x < 3, g * (x / 3 + 0.5) * (x > -3), g),
    samples=AWAY_FROM_3,
    doc="""x * hardsigmoid(x) (Howard et al. 2019).

    >>> hardswish(Value([-4.0, 0.0, 4.0]))
    Value([-0.,  0.,  4.])
    """)
normal_cdf = unary("normal_cdf", _normal_cdf, lambda g, out, x: g * _normal_pdf(x),
    doc="Φ(x), the probability that a standard normal number is below x.")
_gelu = unary("gelu", lambda x: x * _normal_cdf(x),
    lambda g, out, x: g * (normal_cdf(x) + x * _normal_pdf(x)),
    doc="x times the probability that a standard normal number is below x.")
_gelu_tanh = unary("gelu_tanh", lambda x: 0.5 * x * (1 + np.tanh(_inner(x))),
    lambda g, out, x: g * (0.5 * (1 + np.tanh(_inner(x)))
                           + 0.5 * x * (1 - np.square(np.tanh(_inner(x)))) * _inner_slope(x)),
    doc="gelu with the normal distribution approximated by a tanh.")
# fmt: on


def gelu(x: Any, approximate: Literal["none", "tanh"] = "none") -> Any:
    """x times the probability that a standard normal number is below x (Hendrycks and Gimpel 2016).

    Args:
        x: numbers of any shape.
        approximate: "none" needs SciPy, except for arrays of float32; "tanh" is the paper's
            approximation and never does.

    Raises:
        ValueError: another `approximate`.
        ImportError: "none" without SciPy, where it needs that.

    >>> gelu(Value(0.0), approximate="tanh")
    Value(0.0)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    return _gelu(x) if approximate == "none" else _gelu_tanh(x)


@primitive(
    lambda g, out, x, negative_slope=0.01: np.where(x > 0, g, g * negative_slope),
    jvp="elementwise",
    samples="leaky_relu",
)
def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x, and `negative_slope` times x below 0 (Maas et al. 2013).

    >>> leaky_relu(Value([-1.0, 2.0]))
    Value([-0.01,  2.  ])
    """
    return np.where(x > 0, x, x * negative_slope)


@primitive(
    lambda g, out, x, alpha=1.0: np.where(x <= 0, g * (out + alpha), g),
    jvp="elementwise",
    samples="elu",
)
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x, and alpha * (exp(x) - 1) below 0 (Clevert et al. 2015).

    >>> elu(Value([-800.0, 2.0]))
    Value([-1.,  2.])
    """
    return _elu(x, alpha, 1.0)


@primitive(
    lambda g, out, x, alpha=1.0: np.where(x <= 0, g * (out / alpha + 1), g),
    jvp="elementwise",
    samples="elu",
)
def celu(x: Any, alpha: float = 1.0) -> Any:
    """x, and alpha * (exp(x / alpha) - 1) below 0: smooth at 0 for every alpha (Barron 2017).

    >>> celu(Value([-800.0, 2.0]), alpha=2.0)
    Value([-2.,  2.])
    """
    if not alpha:
        raise ValueError("alpha must not be 0")
    return np.where(x <= 0, alpha * np.expm1(np.minimum(x, 0) / alpha), x)


@primitive(
    lambda g, out, x, min_val=-1.0, max_val=1.0: np.where((x > min_val) & (x < max_val), g, 0.0),
    jvp="elementwise",
    samples="hardtanh",
)
def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x limited to [min_val, max_val]; flat at both kinks (Collobert 2004).

    >>> hardtanh(Value([-4.0, 0.5, 4.0]))
    Value([-1. ,  0.5,  1. ])
    """
    if min_val is None or max_val is None:
        raise TypeError("min_val and max_val are numbers; clip takes a single bound")
    return np.clip(x, min_val, max_val)
