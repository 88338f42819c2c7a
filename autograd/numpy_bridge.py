"""NumPy's own functions on Values: `np.tanh(v)`, `np.sum(v, axis=0)`, `array @ v`.

NumPy hands a call with a Value among its arguments to us. It goes to the primitive declared for
that function; to plain NumPy where the answer is no differentiable number (a comparison, a shape);
else it is an error that says so. The graph is never dropped silently, and neither is an argument.
"""

from __future__ import annotations

import functools
import inspect
import re
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import NotDifferentiableError
from autograd.ops.accumulate import cumulative_extreme
from autograd.ops.chosen import REDUCTIONS, as_mask, reduced
from autograd.ops.writes import add_at
from autograd.primitive import numpy_functions
from autograd.value import Value

#: Functions whose answer is constant almost everywhere: booleans, indices, counts, shapes, text.
_CONSTANT: frozenset[Any] = frozenset(
    {
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
        *(np.isnan, np.isinf, np.isfinite, np.signbit, np.logical_and, np.logical_or),
        *(np.logical_not, np.logical_xor, np.argmax, np.argmin, np.argsort, np.any, np.all),
        *(np.zeros_like, np.ones_like, np.empty_like),
        *(np.array_equal, np.allclose, np.isclose, np.count_nonzero, np.nonzero, np.flatnonzero),
        *(np.argwhere, np.searchsorted, np.digitize, np.isin, np.isposinf, np.isneginf),
        *(np.nanargmax, np.nanargmin, np.array_equiv, np.can_cast, np.isscalar),
        *(np.array_repr, np.array_str),
        *(np.argpartition, np.lexsort, np.isreal, np.iscomplex, np.spacing, np.array2string),
        *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift),
        *(np.right_shift, np.bitwise_count, np.gcd, np.lcm, np.histogram_bin_edges),
        *(np.common_type, np.min_scalar_type, np.imag, np.angle, np.diag_indices_from),
        *(np.tril_indices_from, np.triu_indices_from),
        *(np.shares_memory, np.may_share_memory, np.einsum_path),
        *(np.ravel_multi_index, np.unravel_index, np.packbits, np.unpackbits, np.ix_),
        np.linalg.matrix_rank,
    }
)
#: Functions whose answer depends on shapes and dtypes alone.
STATIC: frozenset[Any] = frozenset(
    {np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj}
)

#: Keywords that say nothing where they are None.
_MAY_BE_NONE = frozenset({"out", "dtype", "order", "like"})

_REDUCE: dict[Any, Any] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logaddexp: ops.logsumexp,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATE: dict[Any, Any] = {
    np.add: ops.cumsum,
    np.multiply: ops.cumprod,
    np.logaddexp: ops.logcumsumexp,
    np.maximum: functools.partial(cumulative_extreme, np.maximum),
    np.minimum: functools.partial(cumulative_extreme, np.minimum),
}


def _where(condition: Any, *choices: Any) -> Any:
    """`np.where` of a condition alone asks where it holds."""
    return ops.where(condition, *choices) if choices else np.nonzero(_plain(condition))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """`np.clip` knows its bounds by two pairs of names."""
    return ops.clip(a, a_min if min is None else min, a_max if max is None else max)


numpy_functions |= {
    np.negative: ops.negative,
    np.positive: ops.positive,
    np.conjugate: ops.positive,
    np.real: ops.positive,
    np.real_if_close: lambda a, tol=100: ops.positive(a),
    np.absolute: ops.absolute,
    np.clip: _clip,
    np.where: _where,
    np.astype: ops.astype,
    np.concatenate: ops.concatenate,
    np.stack: ops.stack,
}


def array_ufunc(ufunc: Any, method: str, inputs: tuple, kwargs: dict[str, Any]) -> Any:
    """Answer `ufunc(*inputs)` where one of them is a Value."""
    if method == "__call__":
        return _answer(ufunc, inputs, kwargs)
    if method == "reduce" and ufunc in _REDUCE:
        return _REDUCE[ufunc](*inputs, **{"axis": 0, **kwargs})
    if method == "accumulate" and ufunc in _ACCUMULATE:
        return _known(ufunc.accumulate, _ACCUMULATE[ufunc], inputs, {"axis": 0, **kwargs})
    if method == "outer" and ufunc in numpy_functions:
        x, y = (np.reshape(x, np.shape(x)) for x in inputs)
        return _answer(ufunc, (np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y), kwargs)
    if method == "at" and ufunc in (np.add, np.subtract):
        target, indices, added = inputs
        return add_at(target, indices, added if ufunc is np.add else -added)
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
        if len(args) > 2 or not args:
            args, kwargs = _by_name(func, args, kwargs)
        if kwargs:
            kwargs = {k: v for k, v in kwargs.items() if v is not np._NoValue}
            kwargs = {k: v for k, v in kwargs.items() if v is not None or k not in _MAY_BE_NONE}
        return _known(func, ours, args, kwargs)
    if func in STATIC:
        return func(*(getattr(a, "_data", a) for a in args), **kwargs)
    if func in _CONSTANT:
        return func(*(_plain(a) for a in args), **{k: _plain(v) for k, v in kwargs.items()})
    raise NotDifferentiableError(
        f"{_name(func)} has no derivative in autograd yet: "
        f"add it with @autograd.primitive, or pass .data for just the numbers"
    )


def _known(func: Any, ours: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call what answers for `func`; an argument that it does not take is an error."""
    if kwargs:
        out = kwargs.pop("out", None)
        if out is not None:
            return _written_to(out, func, ours, args, kwargs)
        if isinstance(func, np.ufunc) and func not in _WITH_AXES:
            return _elementwise(func, ours, args, **kwargs)
        if "dtype" in kwargs and func in _CAST_AFTERWARDS:
            dtype = kwargs.pop("dtype")
            return ops.astype(_known(func, ours, args, kwargs), dtype)
        if func in REDUCTIONS and kwargs.keys() & {"where", "initial", "dtype", "correction"}:
            return reduced(func, ours, *args, **kwargs)
    try:
        return ours(*args, **kwargs)
    except TypeError as error:  # Python's own, about a function made of primitives
        found = re.search("unexpected keyword argument '(.*)'", str(error))
        if not found or found[1] not in kwargs:
            raise
        name, signature = found[1], _signature(func)
        if signature and kwargs[name] == signature.parameters[name].default:
            return _known(func, ours, args, {k: v for k, v in kwargs.items() if k != name})
        raise TypeError(f"{_name(func)}: {name}= is not supported for Values") from None


def _written_to(out: Any, func: Any, ours: Any, args: tuple, kwargs: dict[str, Any]) -> Value:
    """The result written into the Value `out`, which is returned."""
    target = out[0] if isinstance(out, tuple) and len(out) == 1 else out
    if not isinstance(target, Value):
        raise TypeError(
            f"{_name(func)}: out= is a plain array, which cannot hold a gradient: write into a "
            "Value, or assign the result (a = a + v in place of a += v)"
        )
    if isinstance(func, np.ufunc) and func not in _WITH_AXES:
        target[...] = _elementwise(func, ours, args, elsewhere=target, **kwargs)
    else:
        target[...] = _known(func, ours, args, kwargs)
    return target


def _elementwise(
    func: Any,
    ours: Any,
    args: tuple,
    *,
    where: Any = True,
    dtype: Any = None,
    elsewhere: Any = 0.0,
    casting: str = "same_kind",
    order: str = "K",
    subok: bool = True,
    **others: Any,
) -> Any:
    """A ufunc in another dtype, or only at some places; `elsewhere` stands at the others."""
    for key in others:
        raise TypeError(f"{_name(func)}: {key}= is not supported for Values")
    if not isinstance(order, str) or order not in "CFAK":
        raise ValueError(f"{_name(func)}: order is 'C', 'F', 'A' or 'K', not {order!r:.60}")
    if dtype is not None:
        args = tuple(ops.astype(x, dtype) for x in args)
    if where is True:
        return ours(*args)
    if func.nout > 1:
        raise TypeError(f"{_name(func)}: where= is not supported for Values")
    chosen = as_mask(where, _name(func))
    return np.where(chosen, ours(*(np.where(chosen, x, 1.0) for x in args)), elsewhere)


#: What takes a dtype for its result.
_CAST_AFTERWARDS = frozenset(
    {np.concatenate, np.stack, np.hstack, np.vstack, np.linspace, np.logspace, np.geomspace}
    | {np.corrcoef}
)
#: The ufuncs that work along axes; and those that reduce, which come here by another name.
_WITH_AXES = frozenset({np.vecdot})


@functools.cache
def _signature(func: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(func)
    except (TypeError, ValueError):
        return None


def _by_name(func: Any, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """NumPy's call with what stands behind an argument that we do not take passed by name.

    `np.sum(v, 0, None, None, True)` is `np.sum(v, 0, keepdims=True)`.
    """
    signature = None if isinstance(func, np.ufunc) else _signature(func)
    if signature is None:
        return args, kwargs
    given = signature.bind(*args, **kwargs)
    positions, by_name, first_gone = [], {}, False
    for name, value in given.arguments.items():
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positions.extend(value)
        elif parameter.kind is parameter.VAR_KEYWORD:
            by_name.update(value)
        elif name in _NUMPYS_OWN:
            first_gone = True
            if not (value is None or value is parameter.default):
                by_name[name] = value
        elif first_gone or (positions and name in kwargs) or parameter.kind is _BY_NAME_ONLY:
            by_name[name] = value
        else:
            positions.append(value)
    return tuple(positions), by_name


_BY_NAME_ONLY = inspect.Parameter.KEYWORD_ONLY
#: Arguments that only NumPy has a use for.
_NUMPYS_OWN = frozenset({"out", "dtype", "order", "like", "overwrite_input", "casting", "subok"})


def _name(func: Any) -> str:
    """`np.linalg.norm`, as people write it."""
    module = (getattr(func, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module}.{getattr(func, '__name__', func)}"


def _plain(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)(_plain(v) for v in x)
    return x._seen() if isinstance(x, Value) else x
