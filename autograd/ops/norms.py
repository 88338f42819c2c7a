"""Norms: how long a vector is, how far a matrix stretches, and how badly it is conditioned."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.elementwise import _nonzero
from autograd.ops.factors import square, svdvals
from autograd.ops.linalg import inv
from autograd.ops.reduce import Axis, _restore, max, min, sum
from autograd.primitive import answers, primitive

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]


def _norm_slope(out: Any, x: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    """(|x| / norm)**(ord - 1), with the sign of x: what each element weighs in its norm."""
    if ord == 1:
        return np.sign(x)
    length = _restore(_nonzero(out), x, axis, keepdims)
    if ord == 2:
        return x / length
    return np.sign(x) * (np.where(x == 0, 1.0, np.abs(x)) / length) ** (ord - 1)


def _norm_rule(
    g: Any, out: Any, x: Any, ord: float = 2, axis: Axis = None, keepdims: bool = False
) -> Any:
    return _restore(g, x, axis, keepdims) * _norm_slope(out, x, ord, axis, keepdims)


def _norm_forward(
    t: Any, out: Any, x: Any, ord: float = 2, axis: Axis = None, keepdims: bool = False
) -> Any:
    slope = _norm_slope(out, x, ord, axis, keepdims)
    return (t * slope).sum(axis=axis, keepdims=keepdims)


@primitive(_norm_rule, jvp=(_norm_forward,), samples="norm", name="norm")
def _norm(x: Any, ord: Any = 2, axis: Axis = None, keepdims: bool = False) -> Any:
    if ord == 2:
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)


@answers(np.linalg.norm)
def norm(x: Any, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """The length of vectors, or the norm of matrices, by the rules of np.linalg.norm.

    Args:
        x: any shape.
        ord: of vectors any number, inf or -inf; of matrices "fro", "nuc", 1, -1, 2, -2, inf or
            -inf; None is the root of the sum of squares.
        axis: an integer for vectors, two for matrices; None: x itself, of any shape where `ord`
            is None.

    Raises:
        ValueError: an `ord` that x does not have.

    The derivative at 0 is taken as 0; elements that tie for a maximum share it equally.

    >>> norm(Value([3.0, 4.0]))
    Value(5.0)
    """
    ndim = np.ndim(x)
    if not isinstance(ord, (int, float, str, np.number, type(None))):
        raise TypeError(f"norm: ord must be a number, 'fro', 'nuc' or None, got {ord!r:.60}")
    if ord is None and (axis is None or not isinstance(axis, tuple) or len(axis) < 3):
        return _norm(x, axis=axis, keepdims=keepdims)
    if axis is None:
        axis = tuple(range(ndim)) if ndim > 1 else 0
    if not isinstance(axis, tuple) or len(axis) == 1:
        return _vector_norm(x, ord, axis, keepdims)
    if len(axis) != 2:
        raise ValueError(f"norm: a vector has one axis and a matrix two, not {axis}")
    if ord == "fro":
        return _norm(x, axis=axis, keepdims=keepdims)
    if ord in (1, -1, np.inf, -np.inf):
        added, compared = axis if np.abs(ord) == 1 else axis[::-1]
        sums = sum(np.abs(x), axis=added, keepdims=True)
        extreme = (max if ord > 0 else min)(sums, axis=compared, keepdims=True)
        return extreme if keepdims else np.squeeze(extreme, axis)
    if ord in (2, -2, "nuc"):
        rows, columns = (a % ndim for a in axis)
        others = tuple(a for a in range(ndim) if a not in (rows, columns))
        values = svdvals(np.transpose(x, (*others, rows, columns)))
        out = sum(values, axis=-1) if ord == "nuc" else values[..., 0 if ord == 2 else -1]
        return np.expand_dims(out, (rows, columns)) if keepdims else out
    raise ValueError(
        f"norm: ord={ord!r} of a matrix; it is 'fro', 'nuc', 1, -1, 2, -2, inf, -inf or None"
    )


def _vector_norm(x: Any, ord: Any, axis: Axis, keepdims: bool) -> Any:
    if ord == np.inf:
        return max(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return min(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum(np.abs(np.sign(x)), axis=axis, keepdims=keepdims)
    if isinstance(ord, (int, float, np.number)) and ord == ord:
        return _norm(x, ord=ord, axis=axis, keepdims=keepdims)
    raise ValueError(f"norm: ord={ord!r} of a vector; it is a number, inf, -inf or None")


@answers(np.linalg.vector_norm)
def vector_norm(x: Any, *, axis: Axis = None, keepdims: bool = False, ord: float | None = 2) -> Any:
    """The length of the vectors along `axis`, which may be several axes; of all of x where None.

    Args:
        x: any shape.
        ord: any number, inf or -inf.

    The derivative at 0 is taken as 0; elements that tie for a maximum share it equally.

    >>> vector_norm(Value([[3.0], [4.0]]))
    Value(5.0)
    """
    if isinstance(ord, str):
        raise ValueError(f"vector_norm: ord={ord!r} of a vector; it is a number, inf or -inf")
    return _vector_norm(_array(x, "vector_norm"), 2 if ord is None else ord, axis, keepdims)


@answers(np.linalg.matrix_norm)
def matrix_norm(x: Any, *, keepdims: bool = False, ord: float | str | None = "fro") -> Any:
    """The norm of the matrices on the last two axes.

    Args:
        x: (..., n, m).
        ord: "fro", "nuc", 1, -1, 2, -2, inf or -inf.

    Raises:
        ShapeError: x holds no matrices.

    >>> matrix_norm(Value([[3.0, 0.0], [0.0, 4.0]]), ord="nuc")
    Value(7.0)
    """
    if np.ndim(x) < 2:
        raise ShapeError(f"matrix_norm: needs matrices (..., n, m), got {np.shape(x)}")
    return norm(x, ord, (-2, -1), keepdims)


@answers(np.linalg.cond)
def cond(x: Any, p: float | str | None = None) -> Any:
    """The condition number: how much `solve` may magnify a relative error.

    Args:
        x: (..., n, m); square unless p is None, 2 or -2.
        p: the order of norm; None is 2, the largest singular value over the smallest.

    Raises:
        ShapeError: the matrices are not square and p is another norm.

    >>> cond(Value([[3.0, 0.0], [0.0, 6.0]]))
    Value(2.0)
    """
    if p is None or (isinstance(p, (int, float)) and np.abs(p) == 2):
        s = svdvals(x)
        return s[..., 0] / s[..., -1] if p != -2 else s[..., -1] / s[..., 0]
    square(x, "cond", "p=2 takes any shape")
    return norm(x, p, (-2, -1)) * norm(inv(x), p, (-2, -1))


#: Of Values too, NumPy's own answer with plain integers.
matrix_rank = np.linalg.matrix_rank
