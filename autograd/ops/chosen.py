"""Reductions as NumPy calls them: of chosen elements, from a start, in another dtype.

`np.sum(v, where=mask, initial=1.0, dtype=float)` is made of the reductions and `np.where`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.elementwise import astype
from autograd.ops.reduce import Axis, _root
from autograd.value import seen

__all__: list[str] = []  # NumPy's functions lead here

#: Reduction -> the number that changes nothing, and how a start joins the result.
_FROM: dict[Any, tuple[float | None, Any]] = {
    np.sum: (0.0, np.add),
    np.prod: (1.0, np.multiply),
    np.max: (None, np.maximum),
    np.min: (None, np.minimum),
    np.amax: (None, np.maximum),
    np.amin: (None, np.minimum),
    np.nansum: (np.nan, np.add),
    np.nanprod: (np.nan, np.multiply),
    np.nanmax: (np.nan, np.fmax),
    np.nanmin: (np.nan, np.fmin),
    np.nanmean: (np.nan, None),
    np.nanvar: (np.nan, None),
    np.nanstd: (np.nan, None),
    np.mean: (None, None),
    np.var: (None, None),
    np.std: (None, None),
    np.cumsum: (None, None),
    np.cumprod: (None, None),
    np.nancumsum: (None, None),
    np.nancumprod: (None, None),
    np.trace: (None, None),
}
REDUCTIONS = frozenset(_FROM)
_SPREADS = (np.mean, np.var, np.std)


def as_mask(where: Any, asked: str) -> np.ndarray:
    """The places that are chosen, as booleans."""
    mask = np.asarray(seen(where))
    if mask.dtype != bool:
        raise TypeError(f"{asked}: where= takes booleans, not {mask.dtype} numbers")
    return mask


def reduced(
    func: Any,
    ours: Callable[..., Any],
    x: Any,
    *args: Any,
    where: Any = True,
    initial: Any = None,
    dtype: Any = None,
    **params: Any,
) -> Any:
    """`ours(x, *args, **params)`, with what NumPy's `func` can besides."""
    name = f"np.{func.__name__}"
    x = _array(x, name)
    if "correction" in params:
        params["ddof"] = params.pop("correction")
    if dtype is not None:
        x = astype(x, dtype)
    neutral, join = _FROM[func]
    if initial is not None and np.ndim(initial):
        raise ShapeError(f"{name}: initial= is a single number, not of shape {np.shape(initial)}")
    if initial is not None and join is None:
        raise TypeError(f"{name}: initial= is not supported for Values")
    if where is not True:
        chosen = as_mask(where, name)
        if chosen.ndim > np.ndim(x):
            raise ShapeError(f"{name}: where= {chosen.shape} has more axes than {np.shape(x)}")
        if func in _SPREADS:
            return _spread(func, x, chosen, *args, **params)
        if neutral is None:
            if initial is None or join is None:
                raise ValueError(
                    f"{name}: where= needs an initial=, the result where nothing is chosen"
                    if join
                    else f"{name}: where= is not supported for Values"
                )
            neutral = initial
        x = np.where(chosen, x, neutral)
    if initial is None:
        return ours(x, *args, **params)
    if not np.size(x):
        shape = np.shape(np.sum(np.zeros(np.shape(x)), *args, **params))
        return np.full(shape, initial, x.dtype)
    return join(ours(x, *args, **params), initial)


def _spread(
    func: Any, x: Any, chosen: Any, axis: Axis = None, keepdims: bool = False, ddof: float = 0
) -> Any:
    """The mean, variance or deviation of the elements that are chosen."""
    chosen = np.broadcast_to(chosen, np.broadcast_shapes(chosen.shape, np.shape(x)))
    count = np.sum(chosen, axis=axis, keepdims=True).astype(np.result_type(x.dtype, np.float16))
    mean = np.sum(np.where(chosen, x, 0.0), axis=axis, keepdims=True) / count
    if func is not np.mean:
        square = np.sum(np.where(chosen, np.square(x - mean), 0.0), axis=axis, keepdims=True)
        mean = square / np.maximum(count - ddof, 0)
        if func is np.std:
            mean = _root(mean)
    return mean if keepdims else np.squeeze(mean, axis)
