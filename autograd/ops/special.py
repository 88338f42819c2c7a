"""Special functions: the integrals that have a name. SciPy computes them, and is only asked for
when one is used.

(Derivatives: Abramowitz and Stegun 1964, chapters 6, 7 and 9.)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitive import primitive, unary

__all__ = ["digamma", "erf", "erfc", "i0", "i1", "lgamma", "polygamma"]


def _scipy(name: str, asked: str) -> Callable[..., Any]:
    """The function `scipy.special.NAME`, imported at the first call."""

    def forward(*args: Any) -> Any:
        try:
            from scipy import special
        except ImportError:
            raise ImportError(
                f"{asked} is computed by SciPy, which is not installed: "
                "pip install 'chainrule[special]'"
            ) from None
        out, x = getattr(special, name)(*args), args[-1]
        half = isinstance(x, (np.ndarray, np.generic)) and x.dtype == np.float16
        return out.astype(np.float16) if half else out

    return forward


def _i1_slope(out: Any, x: Any) -> Any:
    """i0(x) - i1(x) / x, and 1/2 at 0."""
    return i0(x) - np.where(x == 0, 0.5, out / np.where(x == 0, 1.0, x))


# fmt: off
erf = unary("erf", _scipy("erf", "erf"),
    lambda g, out, x: g * ((2 / math.sqrt(math.pi)) * np.exp(-x * x)),
    doc="""The error function: 2 / sqrt(pi) times the integral of exp(-t*t) from 0 to x.

    >>> erf(Value(0.0))
    Value(0.0)
    """)
erfc = unary("erfc", _scipy("erfc", "erfc"),
    lambda g, out, x: g * ((-2 / math.sqrt(math.pi)) * np.exp(-x * x)),
    doc="""1 - erf(x), exact also where that is tiny.

    >>> erfc(Value(0.0))
    Value(1.0)
    """)
i0 = unary("i0", _scipy("i0", "i0"), lambda g, out, x: g * i1(x), numpy=np.i0,
    doc="""The modified Bessel function of the first kind, of order 0.

    >>> i0(Value(0.0))
    Value(1.0)
    """)
i1: Any = unary("i1", _scipy("i1", "i1"), lambda g, out, x: g * _i1_slope(out, x),
    doc="""The modified Bessel function of the first kind, of order 1.

    >>> i1(Value(0.0))
    Value(0.0)
    """)
digamma = unary("digamma", _scipy("digamma", "digamma"), lambda g, out, x: g * polygamma(1, x),
    samples=[(-0.8, -0.3), (0.5, 3.0)],
    doc="""The derivative of lgamma.

    >>> digamma(Value(1.0)).data.round(6)
    np.float64(-0.577216)
    """)
lgamma = unary("lgamma", _scipy("gammaln", "lgamma"), lambda g, out, x: g * digamma(x),
    samples=[(-0.8, -0.2), (0.3, 3.0)],
    doc="""log(|gamma(x)|); gamma(n) is (n - 1)!.

    >>> lgamma(Value(1.0))
    Value(0.0)
    """)
# fmt: on


@primitive(
    lambda g, out, x, n: g * polygamma(n + 1, x),
    jvp="elementwise",
    samples="polygamma",
    name="polygamma",
)
def _polygamma(x: Any, n: int) -> Any:
    return _scipy("polygamma", "polygamma")(n, x).astype(getattr(x, "dtype", float))


def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of digamma, for x > 0.

    >>> polygamma(1, Value(1.0)).data.round(6)
    np.float64(1.644934)
    """
    if not isinstance(n, (int, np.integer)) or n < 0:
        raise ValueError(f"polygamma: the order must be a whole number from 0 on, got {n!r:.60}")
    return digamma(x) if n == 0 else _polygamma(x, n=n)
