"""Decompositions: a matrix as a product of simpler ones, QR, eigenvectors, singular vectors.

A decomposition has several results, and a node of the graph has one: so the primitive packs the
parts of each matrix into a row of numbers, its rule unpacks them, and the functions below return
slices of the row. First, second and forward derivatives then work as for any other operation.

The parts are not unique. An eigenvector may be reversed, and so may a pair of singular vectors;
vectors with equal values may be mixed. Signs are as LAPACK leaves them and stay so under a small
change; a loss should not depend on them. Where values are equal only losses that do not depend on
the mixture have a derivative, and the mixture's part of it is taken as 0.

(Giles 2008, "Collected matrix derivative results", sections 3.1 and 3.2; Townsend 2016,
"Differentiating the singular value decomposition"; Walter and Lehmann 2010, "Algorithmic
differentiation of linear algebra functions", for QR.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.shape import concatenate
from autograd.primitive import answers, primitive

__all__ = ["eigh", "eigvalsh", "qr", "svd", "svdvals"]

Shape = tuple[int, ...]


def _pack(*parts: Any, ndims: Sequence[int]) -> Any:
    """Parts of `ndims` axes each, as one row for every place of the batch."""
    batch = np.shape(parts[0])[: np.ndim(parts[0]) - ndims[0]]
    rows = [part.reshape((*batch, math.prod(np.shape(part)[len(batch) :]))) for part in parts]
    return concatenate(rows, axis=-1)


def _unpack(row: Any, *shapes: Shape) -> Any:
    """The parts of a row again: views of it."""
    parts, start = [], 0
    for shape in shapes:
        size = math.prod(shape)
        parts.append(row[..., start : start + size].reshape(np.shape(row)[:-1] + shape))
        start += size
    return parts


def _matrix(x: Any, asked: str) -> Any:
    """x as an array, if it holds matrices."""
    x = _array(x, asked)
    if x.ndim < 2:
        raise ShapeError(f"{asked}: needs matrices (..., n, m), got {x.shape}")
    return x


def square(x: Any, asked: str, way_out: str = "pinv and lstsq take any shape") -> Any:
    """x, if it holds square matrices."""
    shape = np.shape(x)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"{asked}: needs square matrices (..., n, n), got {shape}; {way_out}")
    return x


def _square(x: Any, asked: str) -> Any:
    return square(_matrix(x, asked), asked, "svd takes any shape")


def converged(asked: str, function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)`, or an error that says why LAPACK gave up."""
    try:
        return function(*args)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"{asked}: did not converge (given {args[0].shape}): look for NaN or infinity among "
            "the numbers; autograd.detect_anomaly() finds where they come from"
        ) from None


def _one_over_differences(values: Any) -> Any:
    """F[i, j] = 1 / (values[j] - values[i]), and 0 on the diagonal and where they are equal.

    Equal is what LAPACK cannot tell apart: their difference is rounding, and so is its inverse.
    """
    apart = values[..., None, :] - values[..., :, None]
    size = np.max(np.abs(values), axis=-1) if values.shape[-1] else np.zeros(())
    equal = np.abs(apart) <= 8 * np.finfo(values.dtype).eps * size[..., None, None]
    return ~equal / (apart + equal)


def _on_diagonal(values: Any) -> Any:
    return values[..., None] * np.eye(values.shape[-1], dtype=values.dtype)


def _diagonal(x: Any) -> Any:
    return (x * np.eye(x.shape[-1], dtype=x.dtype)).sum(axis=-1)


def _without_rest(q: Any, to_q: Any, k: int) -> Any:
    """The first k columns of an orthogonal q, and their gradient: the rest turns along with them.

    The rest is any basis of what is left of space; that it stays orthogonal to the first columns
    fixes its derivative up to the mixture within, which is taken as 0.
    """
    if q.shape[-1] == k:
        return q, to_q
    first = q[..., :k]
    return first, to_q[..., :k] - q[..., k:] @ (to_q[..., k:].mT @ first)


def _with_rest(q: Any, moved: Any) -> Any:
    """How all columns of an orthogonal q move, if the first ones move so."""
    k = moved.shape[-1]
    if q.shape[-1] == k:
        return moved
    return concatenate([moved, -q[..., :k] @ (moved.mT @ q[..., k:])], axis=-1)


# ------------------------------------------------------------------------------------ eigenvectors


def _eigen_parts(row: Any, x: Any) -> Any:
    n = np.shape(x)[-1]
    return _unpack(row, (n,), (n, n))


def _eigh_rule(g: Any, out: Any, x: Any, **params: Any) -> Any:
    w, v = _eigen_parts(out, x)
    to_w, to_v = _eigen_parts(g, x)
    inside = _on_diagonal(to_w) + (v.mT @ to_v) * _one_over_differences(w)
    full = v @ inside @ v.mT
    return (full + full.mT) / 2


def _eigh_forward(t: Any, out: Any, x: Any, **params: Any) -> Any:
    w, v = _eigen_parts(out, x)
    inside = v.mT @ ((t + t.mT) / 2) @ v
    moved = v @ (inside * _one_over_differences(w))
    return _pack(_diagonal(inside), moved, ndims=(1, 2))


@primitive(_eigh_rule, jvp=(_eigh_forward,), samples="symmetric", name="eigh")
def _eigh(x: Any, UPLO: Any = "L") -> Any:
    return _pack(*converged("eigh", np.linalg.eigh, (x + x.mT) / 2, UPLO), ndims=(1, 2))


@primitive(
    lambda g, out, x: _from_eigenvalues(g, x),
    jvp=(lambda t, out, x: _eigenvalues_move(t, x),),
    samples="symmetric",
    name="eigvalsh",
)
def _eigvalsh(x: Any) -> Any:
    return converged("eigvalsh", np.linalg.eigvalsh, (x + x.mT) / 2)


def _from_eigenvalues(g: Any, x: Any) -> Any:
    v = eigh(x).eigenvectors
    return (v * g[..., None, :]) @ v.mT


def _eigenvalues_move(t: Any, x: Any) -> Any:
    v = eigh(x).eigenvectors
    return (v * (t @ v)).sum(axis=-2)


class EighResult(NamedTuple):
    """x = eigenvectors @ diag(eigenvalues) @ eigenvectors.mT."""

    eigenvalues: Any
    eigenvectors: Any


def _check_triangle(asked: str, UPLO: str) -> None:
    if not isinstance(UPLO, str) or UPLO not in ("L", "U", "l", "u"):
        raise ValueError(f"{asked}: UPLO must be 'L' or 'U', got {UPLO!r:.60}")


@answers(np.linalg.eigh)
def eigh(x: Any, UPLO: str = "L") -> EighResult:
    """The eigenvalues and eigenvectors of symmetric matrices.

    x is read as (x + xᵀ) / 2, so the gradient is symmetric, as in PyTorch and JAX; NumPy looks at
    one triangle alone (`UPLO`), which makes a difference for matrices that are not symmetric.

    Args:
        x: (..., n, n).
        UPLO: "L" or "U"; both triangles count here, but LAPACK's choice of signs depends on it.

    Returns:
        `eigenvalues` (..., n), the smallest first, and `eigenvectors` (..., n, n), one a column,
        of length 1 and either sign.

    Raises:
        ShapeError: the matrices are not square.

    >>> eigh(Value([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    Value([1., 2.])
    """
    _check_triangle("eigh", UPLO)
    x = _square(x, "eigh")
    return EighResult(*_eigen_parts(_eigh(x, UPLO=UPLO), x))


@answers(np.linalg.eigvalsh)
def eigvalsh(x: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of symmetric matrices, read as (x + xᵀ) / 2, the smallest first.

    Args:
        x: (..., n, n).
        UPLO: "L" or "U"; the same here.

    Returns:
        (..., n). Where some are equal, their sum has a gradient, each alone has not.

    Raises:
        ShapeError: the matrices are not square.

    >>> eigvalsh(Value([[2.0, 0.0], [0.0, 1.0]]))
    Value([1., 2.])
    """
    _check_triangle("eigvalsh", UPLO)
    return _eigvalsh(_square(x, "eigvalsh"))


# ---------------------------------------------------------------------------------------------- QR


def _qr_parts(row: Any, x: Any, complete: bool = False) -> Any:
    m, n = np.shape(x)[-2:]
    return _unpack(row, (m, m if complete else n), (n, n))


def _below(x: Any) -> Any:
    return x * np.tri(x.shape[-1], k=-1, dtype=x.dtype)


def _qr_rule(g: Any, out: Any, x: Any, complete: bool = False) -> Any:
    q, r = _qr_parts(out, x, complete)
    to_q, to_r = _qr_parts(g, x, complete)
    q, to_q = _without_rest(q, to_q, r.shape[-1])
    inside = r @ to_r.mT - to_q.mT @ q
    lower = _below(inside)
    mirrored = lower + lower.mT + _on_diagonal(_diagonal(inside))
    return np.linalg.solve(r, (to_q + q @ mirrored).mT).mT


def _qr_forward(t: Any, out: Any, x: Any, complete: bool = False) -> Any:
    q, r = _qr_parts(out, x, complete)
    first = q[..., : r.shape[-1]]
    relative = np.linalg.solve(r.mT, t.mT).mT  # t @ inv(r)
    inside = first.mT @ relative
    turn = _below(inside) - _below(inside).mT
    moved = _with_rest(q, relative - first @ (inside - turn))
    return _pack(moved, (inside - turn) @ r, ndims=(2, 2))


@primitive(_qr_rule, jvp=(_qr_forward,), samples="qr", name="qr")
def _qr(x: Any, complete: bool = False) -> Any:
    q, r = np.linalg.qr(x, "complete" if complete else "reduced")
    return _pack(q, r[..., : x.shape[-1], :], ndims=(2, 2))


class QRResult(NamedTuple):
    """x = Q @ R."""

    Q: Any
    R: Any


@answers(np.linalg.qr)
def qr(x: Any, mode: str = "reduced") -> Any:
    """x = Q @ R: orthonormal columns, times an upper triangle.

    It is smooth where the first columns of x, as many as it has rows, are independent.

    Args:
        x: (..., n, m).
        mode: "reduced"; "complete" for a square Q; "r" for R alone.

    Returns:
        `Q` (..., n, k) and `R` (..., k, m), with k = min(n, m), or n if complete. The diagonal of
        R may have either sign. The columns that "complete" adds are any basis of the space left:
        a loss should not depend on which.

    Raises:
        ShapeError: x holds no matrices.
        ValueError: another mode.

    >>> abs(qr(Value([[3.0], [4.0]])).R)
    Value([[5.]])
    """
    x = _matrix(x, "qr")
    n, m = x.shape[-2:]
    if not isinstance(mode, str) or mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode must be 'reduced', 'complete' or 'r', got {mode!r:.60}")
    complete = mode == "complete" and n > m
    front = x[..., :n]
    q, r = _qr_parts(_qr(front, complete=complete), front, complete)
    if m > n:
        r = concatenate([r, q.mT @ x[..., n:]], axis=-1)
    if complete:
        r = concatenate([r, np.zeros((*x.shape[:-2], n - m, m), x.dtype)], axis=-2)
    return r if mode == "r" else QRResult(q, r)


# -------------------------------------------------------------------------------- singular vectors


def _svd_parts(row: Any, x: Any, full: bool = False) -> Any:
    n, m = np.shape(x)[-2:]
    k = min(n, m)
    return _unpack(row, (n, n if full else k), (k,), (m if full else k, m))


def _svd_rule(g: Any, out: Any, x: Any, full: bool = False) -> Any:
    u, s, vt = _svd_parts(out, x, full)
    to_u, to_s, to_vt = _svd_parts(g, x, full)
    k = s.shape[-1]
    u, to_u = _without_rest(u, to_u, k)
    v, to_v = _without_rest(vt.mT, to_vt.mT, k)
    row, f = s[..., None, :], _one_over_differences(s * s)
    left, right = u.mT @ to_u, v.mT @ to_v
    inside = (f * (left - left.mT)) * row + row.mT * (f * (right - right.mT)) + _on_diagonal(to_s)
    to_x = u @ inside @ v.mT
    if u.shape[-2] > k:  # there is room beside the columns of u
        to_x = to_x + ((to_u - u @ left) / row) @ v.mT
    if v.shape[-2] > k:
        to_x = to_x + u @ ((to_v - v @ right) / row).mT
    return to_x


def _svd_forward(t: Any, out: Any, x: Any, full: bool = False) -> Any:
    all_u, s, all_vt = _svd_parts(out, x, full)
    k = s.shape[-1]
    u, v = all_u[..., :k], all_vt.mT[..., :k]
    row, f = s[..., None, :], _one_over_differences(s * s)
    inside = u.mT @ t @ v
    turn_u = f * (inside * row + row.mT * inside.mT)
    turn_v = f * (row.mT * inside + inside.mT * row)
    moved_u, moved_v = u @ turn_u, v @ turn_v
    if u.shape[-2] > k:
        moved_u = moved_u + (t @ v - u @ inside) / row
    if v.shape[-2] > k:
        moved_v = moved_v + (t.mT @ u - v @ inside.mT) / row
    moved_u, moved_v = _with_rest(all_u, moved_u), _with_rest(all_vt.mT, moved_v)
    return _pack(moved_u, _diagonal(inside), moved_v.mT, ndims=(2, 1, 2))


@primitive(_svd_rule, jvp=(_svd_forward,), samples="svd", name="svd")
def _svd(x: Any, full: bool = False) -> Any:
    return _pack(*converged("svd", np.linalg.svd, x, full), ndims=(2, 1, 2))


@primitive(
    lambda g, out, x: _from_singular_values(g, x),
    jvp=(lambda t, out, x: _singular_values_move(t, x),),
    samples="full rank",
    name="svdvals",
)
def _svdvals(x: Any) -> Any:
    return converged("svdvals", np.linalg.svdvals, x)


def _from_singular_values(g: Any, x: Any) -> Any:
    u, _, vt = svd(x, full_matrices=False)
    return (u * g[..., None, :]) @ vt


def _singular_values_move(t: Any, x: Any) -> Any:
    u, _, vt = svd(x, full_matrices=False)
    return (u * (t @ vt.mT)).sum(axis=-2)


class SVDResult(NamedTuple):
    """x = U @ diag(S) @ Vh."""

    U: Any
    S: Any
    Vh: Any


@answers(np.linalg.svd)
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition x = U @ diag(S) @ Vh.

    Args:
        x: (..., n, m).
        full_matrices: whether U and Vh are square, or have k = min(n, m) vectors each.
        compute_uv: False returns S alone.

    Returns:
        `U` (..., n, n) or (..., n, k), `S` (..., k), the largest first, and `Vh` (..., m, m) or
        (..., k, m). A column of U and its row of Vh may both be reversed. The vectors are smooth
        where the values differ and, unless n = m, none is 0. Vectors beyond the first k are any
        basis of the space left: a loss should not depend on which.

    Raises:
        ShapeError: x holds no matrices.

    >>> svd(Value([[3.0, 0.0], [0.0, 4.0]])).S
    Value([4., 3.])
    """
    x = _matrix(x, "svd")
    for name, flag in (("full_matrices", full_matrices), ("compute_uv", compute_uv)):
        if not isinstance(flag, (bool, np.bool, int)):
            raise TypeError(f"svd: {name} must be True or False, got {flag!r:.60}")
    if not compute_uv:
        return _svdvals(x)
    full = bool(full_matrices) and x.shape[-1] != x.shape[-2]
    return SVDResult(*_svd_parts(_svd(x, full=full), x, full))


@answers(np.linalg.svdvals)
def svdvals(x: Any) -> Any:
    """The singular values of each matrix, the largest first.

    Args:
        x: (..., n, m).

    Returns:
        (..., min(n, m)). Where some are equal, their sum has a gradient, each alone has not.

    Raises:
        ShapeError: x holds no matrices.

    >>> svdvals(Value([[3.0, 0.0], [0.0, 4.0]]))
    Value([4., 3.])
    """
    return _svdvals(_matrix(x, "svdvals"))
