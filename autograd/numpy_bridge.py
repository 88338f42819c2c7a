"""NumPy's own functions on Values: `np.tanh(v)`, `np.sum(v, axis=0)`, `array @ v`.

NumPy hands a call with a Value among its arguments to us. It goes to the primitive declared for
that function; to plain NumPy where the answer is no differentiable number (a comparison, a shape);
else it is an error that says so. The graph is never dropped silently.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import NotDifferentiableError
from autograd.primitive import numpy_functions
from autograd.value import Value

#: Functions whose answer is constant almost everywhere: booleans, indices, shapes.
_CONSTANT: frozenset[Any] = frozenset(
    {
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
        *(np.isnan, np.isinf, np.isfinite, np.signbit, np.logical_and, np.logical_or),
        *(np.logical_not, np.logical_xor, np.argmax, np.argmin, np.argsort, np.any, np.all),
        *(np.zeros_like, np.ones_like, np.empty_like, np.full_like),
        *(np.array_equal, np.allclose, np.isclose, np.count_nonzero, np.nonzero, np.flatnonzero),
        *(np.argwhere, np.searchsorted, np.digitize, np.isin, np.isposinf, np.isneginf),
        *(np.nanargmax, np.nanargmin, np.array_equiv, np.can_cast, np.isscalar),
        *(np.array_repr, np.array_str),
    }
)
#: Functions whose answer depends on shapes and dtypes alone.
STATIC: frozenset[Any] = frozenset(
    {np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj}
)

#: Keywords that say nothing where they are None.
_MAY_BE_NONE = frozenset({"out", "dtype", "order", "like"})

#: `np.add.reduce(v)` and `np.add.accumulate(v)`, and their like.
_REDUCTIONS: dict[Any, Any] = {
    np.add: ops.sum,
    np.multiply: ops.prod,
    np.maximum: ops.max,
    np.minimum: ops.min,
    np.logaddexp: ops.logsumexp,
}
_ACCUMULATIONS: dict[Any, Any] = {
    np.add: ops.cumsum,
    np.multiply: ops.cumprod,
    np.logaddexp: ops.logcumsumexp,
}


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """`np.clip` knows its bounds by two pairs of names."""
    return ops.clip(a, a_min if min is None else min, a_max if max is None else max)


numpy_functions |= {
    np.negative: ops.negative,
    np.positive: ops.positive,
    np.absolute: ops.absolute,
    np.clip: _clip,
    np.astype: ops.astype,
    np.concatenate: ops.concatenate,
    np.stack: ops.stack,
}


def array_ufunc(ufunc: Any, method: str, inputs: tuple, kwargs: dict[str, Any]) -> Any:
    """Answer `ufunc(*inputs)` where one of them is a Value."""
    if method == "__call__":
        return _answer(ufunc, inputs, kwargs)
    if method == "reduce" and ufunc in _REDUCTIONS:
        return _REDUCTIONS[ufunc](*inputs, **{"axis": 0, **kwargs})
    if method == "accumulate" and ufunc in _ACCUMULATIONS:
        return _ACCUMULATIONS[ufunc](*inputs, **{"axis": 0, **kwargs})
    raise NotDifferentiableError(
        f"np.{ufunc.__name__}.{method} has no derivative here; "
        "use a function of autograd, or .data for just the numbers"
    )


def array_function(func: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Answer `func(*args)` where one of them is, or holds, a Value."""
    return _answer(func, args, kwargs)


def _answer(func: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    ours = numpy_functions.get(func)
    if ours is not None:
        kwargs = {k: v for k, v in kwargs.items() if v is not np._NoValue}
        kwargs = {k: v for k, v in kwargs.items() if v is not None or k not in _MAY_BE_NONE}
        if isinstance(func, np.ufunc) or "out" in kwargs:
            for key in kwargs:
                raise TypeError(f"{_name(func)}: {key}= is not supported for Values")
        try:
            return ours(*args, **kwargs)
        except TypeError as error:  # Python's own, about a function made of primitives
            found = re.search("unexpected keyword argument '(.*)'", str(error))
            if not found or found[1] not in kwargs:
                raise
            raise TypeError(f"{_name(func)}: {found[1]}= is not supported for Values") from None
    if func in STATIC:
        return func(*(getattr(a, "_data", a) for a in args), **kwargs)
    if func in _CONSTANT:
        return func(*(_plain(a) for a in args), **{k: _plain(v) for k, v in kwargs.items()})
    raise NotDifferentiableError(
        f"{_name(func)} has no derivative in autograd yet: "
        f"add it with @autograd.primitive, or pass .data for just the numbers"
    )


def _name(func: Any) -> str:
    """`np.linalg.norm`, as people write it."""
    module = (getattr(func, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module}.{getattr(func, '__name__', func)}"


def _plain(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)(_plain(v) for v in x)
    return x._seen() if isinstance(x, Value) else x
