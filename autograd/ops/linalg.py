"""Linear algebra: inverses, determinants, equations, and functions of a matrix; all in batches.

Every function takes matrices (..., n, m) with any batch axes in front. A derivative is a product of
matrices again, so most rules are one line; a differential dX turns into a rule by moving
everything but dX to the other side of <g, dX>.

(Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation"; Murray 2016, "Differentiation of the Cholesky decomposition".)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.factors import converged, square
from autograd.ops.products import matmul
from autograd.ops.shape import concatenate
from autograd.primitive import answers, primitive
from autograd.value import seen

__all__ = [
    "cholesky",
    "expm",
    "inv",
    "lstsq",
    "matrix_power",
    "pinv",
    "solve",
    "tensorinv",
    "tensorsolve",
]


def _regular(asked: str, function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)`, or an error that says which matrix has no inverse."""
    try:
        return function(*args)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"{asked}: a matrix is singular (given {np.shape(args[0])}): its rows depend on each "
            "other; pinv and lstsq take such matrices, or add a little to the diagonal"
        ) from None


# ----------------------------------------------------------------------------------------- inverses


@primitive(
    lambda g, out, x: -out.mT @ g @ out.mT,
    jvp=(lambda t, out, x: -out @ t @ out,),
    numpy=np.linalg.inv,
    samples="invertible",
)
def inv(x: Any) -> Any:
    """The inverse of each matrix; `solve(x, b)` is faster and more exact than `inv(x) @ b`.

    Args:
        x: (..., n, n).

    Raises:
        ShapeError: the matrices are not square.
        numpy.linalg.LinAlgError: a matrix is singular.

    >>> inv(Value([[2.0, 0.0], [0.0, 4.0]]))
    Value([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return _regular("inv", np.linalg.inv, square(x, "inv"))


def _pinv_rule(g: Any, out: Any, x: Any, **params: Any) -> Any:
    p = out
    beside = g.mT - x @ (p @ g.mT)  # (1 - x p) gᵀ: outside the columns of x
    below = g.mT - (g.mT @ p) @ x
    return -p.mT @ g @ p.mT + beside @ (p @ p.mT) + (p.mT @ p) @ below


def _pinv_forward(t: Any, out: Any, x: Any, **params: Any) -> Any:
    p = out
    beside = t.mT - (t.mT @ x) @ p
    below = t.mT - p @ (x @ t.mT)
    return -p @ t @ p + (p @ p.mT) @ beside + below @ (p.mT @ p)


@primitive(_pinv_rule, jvp=(_pinv_forward,), numpy=np.linalg.pinv, samples="full rank", symbol="x⁺")
def pinv(x: Any, rcond: Any = None, rtol: Any = None) -> Any:
    """The Moore-Penrose inverse of each matrix: `pinv(x) @ b` is the least squares solution.

    It is smooth where the rank does not change (Golub and Pereyra 1973, equation 4.12).

    Args:
        x: (..., n, m).
        rcond: singular values below this share of the largest count as 0 (1e-15).
        rtol: the same by its newer name.

    Returns:
        (..., m, n).

    >>> pinv(Value([[2.0], [0.0]]))
    Value([[0.5, 0. ]])
    """
    if np.ndim(x) < 2:
        raise ShapeError(f"pinv: needs matrices (..., n, m), got {np.shape(x)}; expand_dims it")
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rcond and rtol are two names of one thing; give one of them")
    return converged("pinv", np.linalg.pinv, x, rcond if rtol is None else rtol)


# --------------------------------------------------------------------------------------- equations


def _columns(b: Any) -> Any:
    """A right side as a matrix; one axis is a single column, as NumPy 2 reads it."""
    return b[..., None] if np.ndim(b) == 1 else b


def _solve_transposed(g: Any, out: Any, a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return solve(a.mT, g[..., None])[..., 0]
    return solve(a.mT, g)


def _solve_rule(g: Any, out: Any, a: Any, b: Any) -> Any:
    y = _solve_transposed(g, out, a, b)
    if np.ndim(b) == 1:
        return -y[..., None] * out[..., None, :]
    return -y @ out.mT


def _solve_forward_a(t: Any, out: Any, a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return -solve(a, t @ out[..., None])[..., 0]
    return -solve(a, t @ out)


def _solve_forward_b(t: Any, out: Any, a: Any, b: Any) -> Any:
    return solve(a, t)


@primitive(
    _solve_rule,
    _solve_transposed,
    jvp=(_solve_forward_a, _solve_forward_b),
    numpy=np.linalg.solve,
    samples="solve",
)
def solve(a: Any, b: Any) -> Any:
    """The x with a @ x = b.

    Args:
        a: (..., n, n).
        b: (n,), or (..., n, m); batch axes broadcast.

    Returns:
        (..., n) or (..., n, m).

    Raises:
        ShapeError: a is not square, or b has not n rows.
        numpy.linalg.LinAlgError: a matrix is singular.

    >>> solve(Value([[2.0, 0.0], [0.0, 4.0]]), [1.0, 1.0])
    Value([0.5 , 0.25])
    """
    square(a, "solve", "lstsq takes any shape")
    rows = np.shape(b)[-2:][:1]
    if rows != a.shape[-1:]:
        raise ShapeError(
            f"solve: b {np.shape(b)} must have as many rows as a {a.shape}: (n,) or (..., n, m)"
        )
    return _regular("solve", np.linalg.solve, a, b)


class LstsqResult(NamedTuple):
    """The solution, the squared distances that remain, and what is known of the matrix."""

    x: Any
    residuals: Any
    rank: Any
    s: Any


@answers(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> LstsqResult:
    """The x that brings a @ x closest to b; the shortest, if there are several.

    It is smooth where the rank of `a` does not change.

    Args:
        a: (..., n, m).
        b: (n,), or (..., n, k).
        rcond: singular values below this share of the largest count as 0.

    Returns:
        `x` (..., m) or (..., m, k); `residuals`, the sum of squares of each column of b - a @ x,
        empty unless n > m = rank; `rank` and the singular values `s` of `a`, plain.

    Raises:
        ShapeError: a holds no matrices, or b has not n rows.

    >>> lstsq(Value([[1.0], [1.0]]), [1.0, 3.0]).x
    Value([2.])
    """
    a, b = _array(a, "lstsq"), _array(b, "lstsq")
    if a.ndim < 2 or b.shape[-2:][:1] != a.shape[-2:-1]:
        raise ShapeError(
            f"lstsq: needs a matrix a (..., n, m) and b (n,) or (..., n, k); "
            f"got a {a.shape} and b {b.shape}"
        )
    n, m = a.shape[-2:]
    s = converged("lstsq", np.linalg.svdvals, seen(a))
    if rcond is None:
        rcond = max(n, m) * np.finfo(s.dtype).eps
    rank = np.sum(s > rcond * s.max(axis=-1, initial=0, keepdims=True), axis=-1)
    columns = _columns(b)
    x = matmul(pinv(a, rcond=rcond), columns)
    apart = columns - matmul(a, x)
    residuals = (apart * apart).sum(axis=-2)
    if n <= m or np.any(rank < m):
        residuals = np.empty(0, s.dtype)
    return LstsqResult(x[..., 0] if b.ndim == 1 else x, residuals, rank[()], s)


def _sides(x: Any, places: int, asked: str) -> tuple[int, int]:
    """How many numbers the first `places` axes hold, and how many the others: as many."""
    rows, columns = math.prod(x.shape[:places]), math.prod(x.shape[places:])
    if rows != columns:
        raise ShapeError(
            f"{asked}: the first {places} axes of {x.shape} hold {rows} numbers and the others "
            f"{columns}; they must be as many"
        )
    return rows, columns


@answers(np.linalg.tensorinv)
def tensorinv(x: Any, ind: int = 2) -> Any:
    """The inverse of x as a map from its last axes to its first `ind`.

    Args:
        x: its first `ind` axes hold as many numbers as the others together.
        ind: how many axes come first, at least 1.

    Returns:
        The axes of x, the last ones first.

    Raises:
        ShapeError: the two groups of axes differ in size.

    >>> tensorinv(Value(np.eye(4).reshape(4, 2, 2)), ind=1).shape
    (2, 2, 4)
    """
    x, ind = _array(x, "tensorinv"), operator.index(ind)
    if ind < 1:
        raise ValueError(f"tensorinv: ind must be at least 1, got {ind}")
    return inv(x.reshape(_sides(x, ind, "tensorinv"))).reshape((*x.shape[ind:], *x.shape[:ind]))


@answers(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    """The x with tensordot(a, x, x.ndim) = b.

    Args:
        a: the axes of b, then those of x; the two groups hold as many numbers.
        b: any shape.
        axes: axes of `a` to move behind the others first.

    Raises:
        ShapeError: the two groups of axes differ in size.

    >>> tensorsolve(np.eye(4).reshape(2, 2, 4), Value([[1.0, 2.0], [3.0, 4.0]]))
    Value([1., 2., 3., 4.])
    """
    a, b = _array(a, "tensorsolve"), _array(b, "tensorsolve")
    if axes is not None:
        last = [operator.index(i) % max(a.ndim, 1) for i in axes]
        a = a.transpose((*(i for i in range(a.ndim) if i not in last), *last))
    sides = _sides(a, b.ndim, "tensorsolve")
    if b.size != sides[0]:
        raise ShapeError(f"tensorsolve: b {b.shape} is not the first {b.ndim} axes of a {a.shape}")
    return solve(a.reshape(sides), b.reshape(-1)).reshape(a.shape[b.ndim :])


# --------------------------------------------------------------------------- factors and functions


def _half_lower(x: Any) -> Any:
    """The lower triangle with half its diagonal: the inverse of y ↦ y + yᵀ there."""
    n = x.shape[-1]
    return x * ((np.tri(n) + np.tri(n, k=-1)) / 2).astype(x.dtype)


def _cholesky_rule(g: Any, out: Any, x: Any) -> Any:
    half = solve(out.mT, _half_lower(out.mT @ g))
    full = solve(out.mT, half.mT)
    return (full + full.mT) / 2


def _cholesky_forward(t: Any, out: Any, x: Any) -> Any:
    left = solve(out, (t + t.mT) / 2)
    return out @ _half_lower(solve(out, left.mT))


@primitive(_cholesky_rule, jvp=(_cholesky_forward,), samples="positive definite", name="cholesky")
def _cholesky(x: Any) -> Any:
    square(x, "cholesky", "x.mT @ x is square, symmetric and often positive definite")
    try:
        return np.linalg.cholesky((x + x.mT) / 2)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"cholesky: a matrix is not positive definite (given {x.shape}); add a little to the "
            "diagonal, or use eigh, which takes any symmetric matrix"
        ) from None


@answers(np.linalg.cholesky)
def cholesky(x: Any, upper: bool = False) -> Any:
    """The lower triangular L with L Lᵀ = x, for symmetric positive definite x.

    x is read as (x + xᵀ) / 2, so the gradient is symmetric, as in PyTorch and JAX; NumPy itself
    looks at the lower triangle alone, which makes a difference for matrices that are not symmetric.

    Args:
        x: (..., n, n).
        upper: return Lᵀ.

    Raises:
        ShapeError: the matrices are not square.
        numpy.linalg.LinAlgError: a matrix is not positive definite.

    >>> cholesky(Value([[4.0, 2.0], [2.0, 2.0]]))
    Value([[2., 0.],
           [1., 1.]])
    """
    if not isinstance(upper, (bool, np.bool, int)):
        raise TypeError(f"cholesky: upper must be True or False, got {upper!r:.60}")
    lower = _cholesky(x)
    return lower.mT if upper else lower


@answers(np.linalg.matrix_power)
def matrix_power(x: Any, n: int) -> Any:
    """x @ x @ ... @ x, n times, by squaring; the inverse for negative n.

    Args:
        x: (..., n, n).
        n: an integer.

    Raises:
        ShapeError: the matrices are not square.
        TypeError: n is no integer.

    >>> matrix_power(Value([[1.0, 1.0], [0.0, 1.0]]), 5)
    Value([[1., 5.],
           [0., 1.]])
    """
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(f"matrix_power: n must be an integer, got {n!r:.60}") from None
    x = square(_array(x, "matrix_power"), "matrix_power", "only those have powers")
    if n < 0:
        x, n = inv(x), -n
    if n == 0:
        return x * 0 + np.eye(x.shape[-1], dtype=x.dtype)
    power = None
    while n:
        if n % 2:
            power = x if power is None else power @ x
        n //= 2
        x = x @ x if n else x
    return power


def _along(x: Any, direction: Any) -> Any:
    """How expm(x) changes when x moves: the corner of a matrix twice as large."""
    n = x.shape[-1]
    upper = concatenate([x, direction], axis=-1)
    lower = concatenate([x * 0, x], axis=-1)
    return expm(concatenate([upper, lower], axis=-2))[..., :n, n:]


@primitive(lambda g, out, x: _along(x.mT, g), jvp=(lambda t, out, x: _along(x, t),), samples="expm")
def expm(x: Any) -> Any:
    """The matrix exponential 1 + x + x @ x / 2! + ..., computed by SciPy.

    (Its derivative: Najfeld and Havel 1995, "Derivatives of the matrix exponential".)

    Args:
        x: (..., n, n).

    Raises:
        ShapeError: the matrices are not square.
        ImportError: SciPy is not installed.

    >>> expm(Value([[0.0, 1.0], [0.0, 0.0]]))
    Value([[1., 1.],
           [0., 1.]])
    """
    try:
        from scipy import linalg
    except ImportError:
        raise ImportError(
            "expm is computed by SciPy, which is not installed: pip install 'chainrule[special]'"
        ) from None
    square(x, "expm", "only those have powers")
    return linalg.expm(x).astype(np.result_type(x, np.float32)) if x.size else x * 1.0
