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
from autograd.ops.shape import concatenate
from autograd.primitive import answers, constant, primitive
from autograd.value import Value

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
    """x as an array, if it holds matrices with numbers in them."""
    x = x if isinstance(x, Value) else np.asarray(constant(x, asked))
    if x.ndim < 2 or not min(x.shape[-2:]):
        raise ShapeError(f"{asked}: needs matrices (..., n, m) that are not empty, got {x.shape}")
    return x


def _square(x: Any, asked: str) -> Any:
    x = _matrix(x, asked)
    if x.shape[-1] != x.shape[-2]:
        raise ShapeError(
            f"{asked}: needs square matrices (..., n, n), got {x.shape}; svd takes any shape"
        )
    return x


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
    """F[i, j] = 1 / (values[j] - values[i]), and 0 on the diagonal and where they are equal."""
    apart = values[..., None, :] - values[..., :, None]
    equal = apart == 0
    return ~equal / (apart + equal)


def _on_diagonal(values: Any) -> Any:
    return values[..., None] * np.eye(values.shape[-1], dtype=values.dtype)


def _diagonal(x: Any) -> Any:
    return (x * np.eye(x.shape[-1], dtype=x.dtype)).sum(axis=-1)


# ------------------------------------------------------------------------------------ eigenvectors


def _eigh_parts(row: Any, x: Any) -> Any:
    n = np.shape(x)[-1]
    return _unpack(row, (n,), (n, n))


def _eigh_rule(g: Any, out: Any, x: Any, **params: Any) -> Any:
    w, v = _eigh_parts(out, x)
    to_w, to_v = _eigh_parts(g, x)
    inside = _on_diagonal(to_w) + (v.mT @ to_v) * _one_over_differences(w)
    full = v @ inside @ v.mT
    return (full + full.mT) / 2


def _eigh_forward(t: Any, out: Any, x: Any, **params: Any) -> Any:
    w, v = _eigh_parts(out, x)
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
    return EighResult(*_eigh_parts(_eigh(x, UPLO=UPLO), x))


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


def _qr_parts(row: Any, x: Any) -> Any:
    m, n = np.shape(x)[-2:]
    return _unpack(row, (m, n), (n, n))


def _below(x: Any) -> Any:
    return x * np.tri(x.shape[-1], k=-1, dtype=x.dtype)


def _qr_rule(g: Any, out: Any, x: Any) -> Any:
    q, r = _qr_parts(out, x)
    to_q, to_r = _qr_parts(g, x)
    inside = r @ to_r.mT - to_q.mT @ q
    lower = _below(inside)
    mirrored = lower + lower.mT + _on_diagonal(_diagonal(inside))
    return np.linalg.solve(r, (to_q + q @ mirrored).mT).mT


def _qr_forward(t: Any, out: Any, x: Any) -> Any:
    q, r = _qr_parts(out, x)
    relative = np.linalg.solve(r.mT, t.mT).mT  # t @ inv(r)
    inside = q.mT @ relative
    turn = _below(inside) - _below(inside).mT
    return _pack(relative - q @ (inside - turn), (inside - turn) @ r, ndims=(2, 2))


@primitive(_qr_rule, jvp=(_qr_forward,), samples="tall", name="qr")
def _qr(x: Any) -> Any:
    return _pack(*np.linalg.qr(x), ndims=(2, 2))


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
        mode: "reduced", or "r" for R alone; "complete" where that is the same (n <= m).

    Returns:
        `Q` (..., n, k) and `R` (..., k, m), with k = min(n, m). The diagonal of R may have either
        sign.

    Raises:
        ShapeError: x holds no matrices.
        ValueError: another mode; the columns that "complete" adds are arbitrary.

    >>> abs(qr(Value([[3.0], [4.0]])).R)
    Value([[5.]])
    """
    x = _matrix(x, "qr")
    n, m = x.shape[-2:]
    fitting = ("reduced", "r", "complete") if n <= m else ("reduced", "r")
    if not isinstance(mode, str) or mode not in fitting:
        raise ValueError(
            f"qr: mode must be 'reduced' or 'r', got {mode!r:.60} for {x.shape}; the columns that "
            "'complete' adds to Q are arbitrary and have no derivative"
        )
    front = x[..., :n]
    q, r = _qr_parts(_qr(front), front)
    if m > n:
        r = concatenate([r, q.mT @ x[..., n:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)


# -------------------------------------------------------------------------------- singular vectors


def _svd_parts(row: Any, x: Any) -> Any:
    n, m = np.shape(x)[-2:]
    k = min(n, m)
    return _unpack(row, (n, k), (k,), (k, m))


def _svd_rule(g: Any, out: Any, x: Any) -> Any:
    u, s, vt = _svd_parts(out, x)
    to_u, to_s, to_vt = _svd_parts(g, x)
    row, f = s[..., None, :], _one_over_differences(s * s)
    left, right = u.mT @ to_u, vt @ to_vt.mT
    inside = (f * (left - left.mT)) * row + row.mT * (f * (right - right.mT)) + _on_diagonal(to_s)
    to_x = u @ inside @ vt
    if u.shape[-2] > u.shape[-1]:  # there is room beside the columns of u
        to_x = to_x + ((to_u - u @ left) / row) @ vt
    if vt.shape[-1] > vt.shape[-2]:
        to_x = to_x + u @ ((to_vt - right.mT @ vt) / row.mT)
    return to_x


def _svd_forward(t: Any, out: Any, x: Any) -> Any:
    u, s, vt = _svd_parts(out, x)
    row, f = s[..., None, :], _one_over_differences(s * s)
    inside = u.mT @ t @ vt.mT
    turn_u = f * (inside * row + row.mT * inside.mT)
    turn_v = f * (row.mT * inside + inside.mT * row)
    moved_u, moved_vt = u @ turn_u, turn_v.mT @ vt
    if u.shape[-2] > u.shape[-1]:
        moved_u = moved_u + (t @ vt.mT - u @ inside) / row
    if vt.shape[-1] > vt.shape[-2]:
        moved_vt = moved_vt + (u.mT @ t - inside @ vt) / row.mT
    return _pack(moved_u, _diagonal(inside), moved_vt, ndims=(2, 1, 2))


@primitive(_svd_rule, jvp=(_svd_forward,), samples="full rank", name="svd")
def _svd(x: Any) -> Any:
    return _pack(*converged("svd", np.linalg.svd, x, False), ndims=(2, 1, 2))


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
        full_matrices: must be False unless n = m: more vectors than k = min(n, m) are arbitrary.
        compute_uv: False returns S alone.

    Returns:
        `U` (..., n, k), `S` (..., k), the largest first, and `Vh` (..., k, m). A column of U and
        its row of Vh may both be reversed. The vectors are smooth where the values differ and,
        unless n = m, none is 0.

    Raises:
        ShapeError: x holds no matrices.
        ValueError: full_matrices, for matrices that are not square.

    >>> svd(Value([[3.0, 0.0], [0.0, 4.0]])).S
    Value([4., 3.])
    """
    x = _matrix(x, "svd")
    for name, flag in (("full_matrices", full_matrices), ("compute_uv", compute_uv)):
        if not isinstance(flag, (bool, np.bool, int)):
            raise TypeError(f"svd: {name} must be True or False, got {flag!r:.60}")
    if not compute_uv:
        return _svdvals(x)
    if full_matrices and x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"svd: the vectors beyond the first {min(x.shape[-2:])} of a matrix {x.shape} are "
            "arbitrary and have no derivative: pass full_matrices=False"
        )
    return SVDResult(*_svd_parts(_svd(x), x))


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
