"""Functions known by samples: their differences, slopes and areas, values in between, convolutions.

Each is made of indexing, arithmetic and `conv1d`.
"""

from __future__ import annotations

import operator
from typing import Any, Literal

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.along import _upright, _whole, take
from autograd.ops.asked import _array, _axis
from autograd.ops.conv import conv1d
from autograd.ops.shape import broadcast_to, concatenate, reshape
from autograd.primitive import answers
from autograd.value import seen

__all__ = [
    "convolve",
    "correlate",
    "diff",
    "ediff1d",
    "gradient",
    "interp",
    "trapezoid",
    "unwrap",
]


def _along(line: Any, axis: int, ndim: int) -> Any:
    """A line of numbers as an array that varies along one axis only."""
    return reshape(line, _upright(axis, ndim))


# ---------------------------------------------------------------------------- slopes and areas


@answers(np.diff)
def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Each element along `axis` less the one before it, n times over.

    Args:
        x: any shape with at least one axis.
        prepend: what to put in front along `axis` first: a number, or an array that fits.
        append: what to put behind.

    >>> diff(Value([1.0, 4.0, 9.0]))
    Value([3., 5.])
    """
    x, n = _array(x, "diff"), operator.index(n)
    axis = _axis(axis, x, "diff")
    if n < 0:
        raise ValueError(f"diff: n must not be negative, and is {n}")
    edge = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    grown = [
        broadcast_to(part, edge) if np.ndim(part) == 0 else part
        for part in (prepend, x, append)
        if part is not None
    ]
    if n and len(grown) > 1:
        x = concatenate(grown, axis=axis)
    for _ in range(min(n, x.shape[axis])):
        x = x[_whole(axis, slice(1, None))] - x[_whole(axis, slice(None, -1))]
    return x


@answers(np.ediff1d)
def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of the flattened x, with other numbers before and after them.

    >>> ediff1d(Value([1.0, 4.0, 9.0]), to_begin=0.0)
    Value([0., 3., 5.])
    """
    steps = diff(reshape(x, -1))
    parts = [p for p in (to_begin, steps, to_end) if p is not None]
    return concatenate([reshape(p, -1) for p in parts]) if len(parts) > 1 else steps


@answers(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Literal[1, 2] = 1) -> Any:
    """The slope of a sampled function along each axis, by NumPy's second order differences.

    Args:
        f: the samples.
        varargs: nothing (places 1 apart), one spacing for all axes, or one for each: a number, or
            a line with the place of every sample.
        axis: one axis or several; None means all.
        edge_order: the order of the differences at both ends.

    Returns:
        An array of the shape of f, or a tuple of them for several axes.

    Raises:
        ShapeError: an axis too short, a spacing of another length.

    >>> gradient(Value([1.0, 2.0, 4.0]))
    Value([1. , 1.5, 2. ])
    """
    f = _array(f, "gradient")
    asked = range(f.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = [_axis(a, f, "gradient") for a in asked]
    spacings = varargs or (1.0,)
    if len(spacings) == 1 and (np.ndim(spacings[0]) == 0 or len(axes) == 1):
        spacings *= len(axes)
    if len(spacings) != len(axes):
        raise TypeError(f"gradient: {len(varargs)} spacings for {len(axes)} axes")
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order is 1 or 2, not {edge_order!r}")
    slopes = tuple(_slope(f, h, a, edge_order) for h, a in zip(spacings, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """The parabola through three neighbours, its slope at the middle one and at the ends."""
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ShapeError(f"gradient: axis {axis} of shape {f.shape} needs {edge_order + 1} samples")
    if np.ndim(h) == 0:
        steps: Any = _along(np.ones(n - 1), axis, f.ndim) * h
    elif np.shape(h) == (n,):
        steps = _along(diff(h), axis, f.ndim)
    else:
        raise ShapeError(f"gradient: spacing {np.shape(h)} for {n} samples along axis {axis}")
    rise = diff(f, axis=axis) / steps
    at = lambda x, part: x[_whole(axis, part)]
    if n == 2:
        return concatenate([rise, rise], axis=axis)
    before, after = at(steps, slice(None, -1)), at(steps, slice(1, None))
    left, right = at(rise, slice(None, -1)), at(rise, slice(1, None))
    middle = (after * left + before * right) / (before + after)
    first, last = at(rise, slice(None, 1)), at(rise, slice(-1, None))
    if edge_order == 2:
        first, last = _end(rise, steps, axis, 0, 1), _end(rise, steps, axis, n - 2, n - 3)
    return concatenate([first, middle, last], axis=axis)


def _end(rise: Any, steps: Any, axis: int, near: int, far: int) -> Any:
    """The slope at an end of the parabola through the three samples there."""
    at = lambda x, i: x[_whole(axis, slice(i, i + 1))]
    curve = (at(rise, near) - at(rise, far)) / (at(steps, near) + at(steps, far))
    return at(rise, near) + at(steps, near) * curve


@answers(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral along `axis` of the straight lines that join the points (x, y).

    Args:
        y: any shape.
        x: where the points lie, one number for each place along `axis` or of the shape of y;
            None: `dx` apart.

    >>> trapezoid(Value([1.0, 3.0]))
    Value(2.0)
    """
    y = _array(y, "trapezoid")
    given, axis = axis, _axis(axis, y, "trapezoid")
    width = dx
    if x is not None:
        x = _array(x, "trapezoid")
        alone = x.ndim == 1
        width = diff(x, axis=0 if alone else given)
        if alone:
            width = _along(width, axis, y.ndim)
    middle = (y[_whole(axis, slice(1, None))] + y[_whole(axis, slice(None, -1))]) / 2
    return np.sum(width * middle, axis=given)


@answers(np.unwrap)
def unwrap(
    p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * np.pi
) -> Any:
    """Angles without jumps: whole periods are added where neighbours lie too far apart.

    >>> unwrap(Value([0.0, 6.0])).data.round(3)
    array([ 0.   , -0.283])
    """
    p = _array(p, "unwrap")
    numbers = np.asarray(seen(p))
    return p + (np.unwrap(numbers, discont, axis, period=period) - numbers)


# ------------------------------------------------------------------------------- in between


@answers(np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None
) -> Any:
    """The function through the points (xp, fp), straight in between, at the places x.

    Args:
        x: any shape.
        xp: (n,), ascending.
        fp: (n,).
        left: the value before xp[0]; by default fp[0].
        right: the value after xp[-1]; by default fp[-1].
        period: repeat the points with this period; then xp may be in any order.

    At a point the slope is that of the piece on its right. It is differentiable by x, xp and fp.

    >>> interp(Value(1.5), [1.0, 2.0], [10.0, 20.0])
    Value(15.0)
    """
    x, xp, fp = (_array(v, "interp") for v in (x, xp, fp))
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.size:
        raise ShapeError(f"interp: xp {xp.shape} and fp {fp.shape} must be lines of equal length")
    if period is not None:
        if not isinstance(period, (int, float)) or period == 0:
            raise ValueError(f"interp: period must be a number other than 0, got {period!r:.60}")
        period = abs(period)
        x, xp = np.mod(x, period), np.mod(xp, period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = concatenate([fp[-1:], fp, fp[:1]])
        left = right = None
    first = fp[0] if left is None else left
    last = fp[-1] if right is None else right
    if xp.size == 1:
        return np.where(x < xp[0], first, np.where(x > xp[0], last, fp[0] + 0 * x))
    piece = np.clip(np.searchsorted(xp, x, "right") - 1, 0, xp.size - 2)
    x0, f0 = take(xp, piece), take(fp, piece)
    width = take(xp, piece + 1) - x0
    slope = (take(fp, piece + 1) - f0) / np.where(width == 0, 1.0, width)
    inside = f0 + slope * (x - x0)
    return np.where(x < xp[0], first, np.where(x > xp[-1], last, inside))


# ---------------------------------------------------------------------------------- convolutions


def _full(a: Any, v: Any, asked: str) -> tuple[Any, int, int]:
    """All products of a and v summed by the sum of their places, and both lengths, long first."""
    a, v = (reshape(x, (-1,)) if np.ndim(x) == 0 else _array(x, asked) for x in (a, v))
    if a.ndim != 1 or v.ndim != 1 or not a.size or not v.size:
        raise ShapeError(f"{asked}: needs two lines of numbers, got {a.shape} and {v.shape}")
    if a.size < v.size:
        a, v = v, a
    dtype = np.result_type(a.dtype, v.dtype, np.float16)
    a, v = (x if x.dtype == dtype else x.astype(dtype) for x in (a, v))
    out = conv1d(a[None, None], v[::-1][None, None], padding=v.size - 1)[0, 0]
    return out, a.size, v.size


def _part(full: Any, n: int, m: int, mode: str, start: int, asked: str) -> Any:
    if mode == "full":
        return full
    if mode == "same":
        return full[start : start + n]
    if mode == "valid":
        return full[m - 1 : n]
    raise ValueError(f"{asked}: mode is 'full', 'same' or 'valid', not {mode!r:.60}")


@answers(np.convolve)
def convolve(a: Any, v: Any, mode: Literal["full", "same", "valid"] = "full") -> Any:
    """The convolution of two lines: the coefficients of the product of two polynomials.

    Args:
        a: (n,).
        v: (m,).
        mode: all n + m - 1 places, as many as the longer line has, or those where both overlap.

    >>> convolve(Value([1.0, 2.0]), [1.0, 10.0])
    Value([ 1., 12., 20.])
    """
    full, n, m = _full(a, v, "convolve")
    return _part(full, n, m, mode, (m - 1) // 2, "convolve")


@answers(np.correlate)
def correlate(a: Any, v: Any, mode: Literal["full", "same", "valid"] = "valid") -> Any:
    """The sums of products of a with v moved along it.

    >>> correlate(Value([1.0, 2.0, 3.0]), [1.0, 10.0])
    Value([21., 32.])
    """
    v = _array(v, "correlate")
    full, n, m = _full(a, v[::-1] if v.ndim == 1 else v, "correlate")
    swapped = np.size(a) < v.size
    return _part(full, n, m, mode, m // 2 if swapped else (m - 1) // 2, "correlate")
