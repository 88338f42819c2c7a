"""Eigenvalues and eigenvectors of square matrices that need not be symmetric.

Such a matrix may have complex eigenvalues (a rotation has); here all numbers are real, so those are
refused. (Giles 2008, "Collected matrix derivative results", section 3.1.)
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.ops.factors import (
    _diagonal,
    _eigen_parts,
    _on_diagonal,
    _one_over_differences,
    _pack,
    _square,
    converged,
)
from autograd.ops.linalg import inv
from autograd.primitive import answers, primitive

__all__ = ["eig", "eigvals"]


def _tangent_to_unit(v: Any, moved: Any) -> Any:
    """`moved` without what would change the length of the columns of v."""
    return moved - v * (v * moved).sum(axis=-2, keepdims=True)


def _eig_rule(g: Any, out: Any, x: Any) -> Any:
    w, v = _eigen_parts(out, x)
    to_w, to_v = _eigen_parts(g, x)
    inside = (v.mT @ _tangent_to_unit(v, to_v)) * _one_over_differences(w)
    return inv(v).mT @ (_on_diagonal(to_w) + inside) @ v.mT


def _eig_forward(t: Any, out: Any, x: Any) -> Any:
    w, v = _eigen_parts(out, x)
    inside = inv(v) @ t @ v
    moved = v @ (inside * _one_over_differences(w))
    return _pack(_diagonal(inside), _tangent_to_unit(v, moved), ndims=(1, 2))


@primitive(_eig_rule, jvp=(_eig_forward,), samples="real eigenvalues", name="eig")
def _eig(x: Any) -> Any:
    w, v = converged("eig", np.linalg.eig, x)
    if w.dtype.kind == "c":
        raise ValueError(
            f"eig: a matrix has complex eigenvalues (given {x.shape}), and only real numbers are "
            "supported; eigh takes symmetric matrices, which have none"
        )
    return _pack(w, v, ndims=(1, 2))


class EigResult(NamedTuple):
    """x @ eigenvectors = eigenvectors @ diag(eigenvalues)."""

    eigenvalues: Any
    eigenvectors: Any


@answers(np.linalg.eig)
def eig(x: Any) -> EigResult:
    """The eigenvalues and eigenvectors of square matrices whose eigenvalues are all real.

    Args:
        x: (..., n, n).

    Returns:
        `eigenvalues` (..., n), in no order, and `eigenvectors` (..., n, n), one a column, of
        length 1 and either sign. They are smooth where the eigenvalues differ.

    Raises:
        ShapeError: the matrices are not square.
        ValueError: an eigenvalue is complex.

    >>> eig(Value([[2.0, 1.0], [0.0, 1.0]])).eigenvalues
    Value([2., 1.])
    """
    x = _square(x, "eig")
    return EigResult(*_eigen_parts(_eig(x), x))


@answers(np.linalg.eigvals)
def eigvals(x: Any) -> Any:
    """The eigenvalues of square matrices, where they are all real.

    Args:
        x: (..., n, n).

    Returns:
        (..., n), in no order.

    Raises:
        ShapeError: the matrices are not square.
        ValueError: an eigenvalue is complex.

    >>> eigvals(Value([[2.0, 1.0], [0.0, 1.0]]))
    Value([2., 1.])
    """
    return eig(x).eigenvalues
