"""Products of matrices and tensors: where a network spends its time.

`matmul` and `linear` have rules; the others rearrange axes around them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.ops.shape import reshape, transpose
from autograd.primitive import answers, primitive
from autograd.value import Value

__all__ = [
    "cross",
    "dot",
    "inner",
    "kron",
    "linear",
    "matmul",
    "matvec",
    "multi_dot",
    "outer",
    "tensordot",
    "vdot",
    "vecdot",
    "vecmat",
]


def _left(g: Any, out: Any, x: Any, y: Any) -> Any:
    """d(x @ y) with respect to x: g @ yᵀ, with care for operands of one axis."""
    if y.ndim == 1:
        return g * y if x.ndim == 1 else g[..., None] * y
    if x.ndim == 1:
        return (g[..., None, :] @ y.mT)[..., 0, :]
    return g @ y.mT


def _right(g: Any, out: Any, x: Any, y: Any) -> Any:
    """d(x @ y) with respect to y: xᵀ @ g, with care for operands of one axis."""
    if x.ndim == 1:
        return g * x if y.ndim == 1 else x[:, None] * g[..., None, :]
    if y.ndim == 1:
        return (x.mT @ g[..., None])[..., 0]
    return x.mT @ g


@primitive(_left, _right, jvp="product", numpy=np.matmul, samples="matmul", symbol="@")
def matmul(x: Any, y: Any) -> Any:
    """The matrix product x @ y, over any batch axes in front, with NumPy's rules.

    Args:
        x: (..., n, k), or (k,).
        y: (..., k, m), or (k,).

    Returns:
        (..., n, m), without the axes an operand of one axis does not have.

    Raises:
        ShapeError: the inner sizes differ.

    >>> matmul(Value([[1.0, 2.0]]), np.ones((2, 3)))
    Value([[3., 3., 3.]])
    """
    return np.matmul(x, y)


def _rows(x: Any) -> Any:
    """The vectors along the last axis as the rows of one matrix, which is quicker than many."""
    return x if x.ndim == 2 else x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))


@primitive(
    lambda g, out, y: np.broadcast_to(g, np.shape(y)),
    jvp="linear",
    samples="rows",
    name="row_sum",
)
def _row_sum(y: Any) -> Any:
    rows = _rows(y)
    return np.ones(len(rows), y.dtype) @ rows  # a matrix product adds rows quicker than a sum does


#: A product of more multiplications has more to gain from another core than from a copy.
_SMALL = 1 << 19


def rows_for(x: Any, outputs: int) -> Any:
    """The rows of x as OpenBLAS multiplies them with a transposed weight quickest.

    Few rows lie best column by column: that halves the time, and copying them is next to nothing.
    """
    rows = _rows(x)
    if len(rows) <= 32 <= outputs // 2 and rows.size * outputs <= _SMALL:
        return np.asfortranarray(rows)
    return rows


def _to_x(g: Any, out: Any, x: Any, weight: Any, bias: Any = None) -> Any:
    return g @ weight if x.ndim <= 2 else _linear(g, weight.T, None)


def _to_weight(g: Any, out: Any, x: Any, weight: Any, bias: Any = None) -> Any:
    return g.T @ x if x.ndim == 2 else _row_products(g, x)


@primitive(
    lambda g, out, x, y: linear(y, g),
    lambda g, out, x, y: linear(x, g.T),
    jvp="product",
    samples="pairs of rows",
    name="row_products",
)
def _row_products(x: Any, y: Any) -> Any:
    """Σ of the outer products of the vectors along the last axes of x and y."""
    return _rows(x).T @ _rows(y)


@primitive(
    _to_x,
    _to_weight,
    lambda g, out, x, weight, bias: _row_sum(g) if g.ndim > np.ndim(bias) == 1 else g,
    jvp=(
        lambda t, out, x, weight, bias: t @ weight.T,
        lambda t, out, x, weight, bias: x @ t.T,
        lambda t, out, x, weight, bias: t,
    ),
    samples="linear",
    name="linear",
)
def _linear(x: Any, weight: Any, bias: Any) -> Any:
    if getattr(weight, "ndim", 0) != 2:
        raise TypeError("the weight is no matrix")
    if x.ndim == 1:
        out = x @ weight.T
    else:
        outputs = weight.shape[0]
        out = (rows_for(x, outputs) @ weight.T).reshape((*x.shape[:-1], outputs))
    if bias is not None:
        out += bias
    return out


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x @ weight.T + bias: a layer's weighted sums.

    Args:
        x: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,), or None.

    Returns:
        (..., out_features).

    Raises:
        ShapeError: the sizes do not fit.

    >>> linear(Value([1.0, 2.0]), np.ones((3, 2)), np.zeros(3))
    Value([3., 3., 3.])
    """
    return _linear(x, weight, bias)


# ------------------------------------------------------------------------------- by other names


def _operands(asked: str, *xs: Any) -> Any:
    return (_array(x, asked) for x in xs)


@answers(np.dot)
def dot(x: Any, y: Any) -> Any:
    """NumPy's dot: the sum over x's last axis and y's second last (or only) one.

    Unlike `matmul` it pairs every matrix of x with every matrix of y, and scales by a scalar.

    Args:
        x: (..., k), or a scalar.
        y: (..., k, m), (k,), or a scalar.

    Raises:
        ShapeError: the sizes k differ.

    >>> dot(Value([1.0, 2.0]), [3.0, 4.0])
    Value(11.0)
    """
    x, y = _operands("dot", x, y)
    if not x.ndim or not y.ndim:
        return x * y
    if y.ndim <= 2:
        return matmul(x, y)
    if x.shape[-1] != y.shape[-2]:
        raise ShapeError(
            f"dot: x's last axis {x.shape} must be as long as y's second last {y.shape}"
        )
    return tensordot(x, y, ((-1,), (-2,)))


@answers(np.vdot)
def vdot(x: Any, y: Any) -> Any:
    """The sum of the products of all elements; x and y are flattened first.

    >>> vdot(Value([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    Value(11.0)
    """
    x, y = _operands("vdot", x, y)
    if x.size != y.size:
        raise ShapeError(f"vdot: needs as many numbers in x {x.shape} as in y {y.shape}")
    return matmul(reshape(x, -1), reshape(y, -1))


@answers(np.vecdot)
def vecdot(x: Any, y: Any, *, axis: int = -1) -> Any:
    """The dot products of vectors that lie along `axis`; the other axes broadcast.

    >>> vecdot(Value([[1.0, 2.0], [0.0, 1.0]]), [3.0, 4.0])
    Value([11.,  4.])
    """
    x, y = (_move(_vectors(v, axis, "vecdot"), axis, -1) for v in (x, y))
    if x.shape[-1] != y.shape[-1]:
        raise ShapeError(f"vecdot: the vectors of x {x.shape} and y {y.shape} differ in size")
    return np.sum(x * y, axis=-1)


@answers(np.matvec)
def matvec(x: Any, y: Any) -> Any:
    """Matrices (..., n, k) times vectors (..., k): (..., n); the axes in front broadcast.

    >>> matvec(Value([[1.0, 2.0]]), [[3.0, 4.0], [0.0, 1.0]])
    Value([[11.],
           [ 2.]])
    """
    y = _vectors(y, -1, "matvec")
    return matmul(_matrices(x, "matvec"), y[..., None])[..., 0]


@answers(np.vecmat)
def vecmat(x: Any, y: Any) -> Any:
    """Vectors (..., k) times matrices (..., k, n): (..., n); the axes in front broadcast.

    >>> vecmat(Value([1.0, 2.0]), [[3.0], [4.0]])
    Value([11.])
    """
    x = _vectors(x, -1, "vecmat")
    return matmul(x[..., None, :], _matrices(y, "vecmat"))[..., 0, :]


def _matrices(x: Any, asked: str) -> Any:
    x = _array(x, asked)
    if x.ndim < 2:
        raise ShapeError(f"{asked}: needs matrices (..., n, k), got shape {x.shape}")
    return x


def _vectors(x: Any, axis: int, asked: str) -> Any:
    x = _array(x, asked)
    if not isinstance(axis, (int, np.integer)):
        raise TypeError(f"{asked}: axis is an integer, not {axis!r:.60}")
    if not -x.ndim <= axis < x.ndim:
        raise ShapeError(f"{asked}: needs vectors along axis {axis}, got shape {x.shape}")
    return x


@answers(np.inner)
def inner(x: Any, y: Any) -> Any:
    """The sum over the last axis of both: (..., k) and (***, k) become (..., ***).

    >>> inner(Value([[1.0, 2.0], [0.0, 1.0]]), [3.0, 4.0])
    Value([11.,  4.])
    """
    x, y = _operands("inner", x, y)
    if not x.ndim or not y.ndim:
        return x * y
    if x.shape[-1] != y.shape[-1]:
        raise ShapeError(f"inner: the last axes of x {x.shape} and y {y.shape} differ in size")
    return tensordot(x, y, ((-1,), (-1,)))


@answers(np.outer, np.linalg.outer)
def outer(x: Any, y: Any) -> Any:
    """Every element of x times every element of y: (n,) and (m,) become (n, m).

    Operands of more axes are flattened first.

    >>> outer(Value([1.0, 2.0]), [3.0, 4.0])
    Value([[3., 4.],
           [6., 8.]])
    """
    x, y = _operands("outer", x, y)
    return reshape(x, -1)[:, None] * reshape(y, -1)


@answers(np.tensordot, np.linalg.tensordot)
def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    """The sum of products over chosen axes of x and y; the other axes remain, x's first.

    Args:
        x: an array.
        y: an array.
        axes: how many last axes of x meet as many first axes of y; or a pair: axes of x, and the
            axes of y they meet.

    Raises:
        ShapeError: axes that meet differ in size.

    >>> tensordot(Value(np.ones((2, 3, 4))), np.ones((4, 3)), ([1, 2], [1, 0]))
    Value([12., 12.])
    """
    x, y = _operands("tensordot", x, y)
    over_x, over_y = _meeting(x, y, axes)
    if [x.shape[a] for a in over_x] != [y.shape[a] for a in over_y]:
        raise ShapeError(
            f"tensordot: axes {over_x} of x {x.shape} meet axes {over_y} of y {y.shape}; "
            "there must be as many, of the same sizes"
        )
    kept_x = tuple(a for a in range(x.ndim) if a not in over_x)
    kept_y = tuple(a for a in range(y.ndim) if a not in over_y)
    rows, columns = tuple(x.shape[a] for a in kept_x), tuple(y.shape[a] for a in kept_y)
    summed = math.prod(x.shape[a] for a in over_x)
    left = reshape(transpose(x, kept_x + over_x), (math.prod(rows), summed))
    right = reshape(transpose(y, over_y + kept_y), (summed, math.prod(columns)))
    return reshape(matmul(left, right), rows + columns)


def _meeting(x: Any, y: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of x and of y that are summed over, counted from the front."""
    try:
        n = operator.index(axes)
    except TypeError:
        pair = axes
    else:
        pair = (range(-n, 0), range(n))
    try:
        over_x, over_y = ((a,) if isinstance(a, int) else tuple(a) for a in pair)
        return (
            tuple(range(x.ndim)[a] for a in over_x),
            tuple(range(y.ndim)[a] for a in over_y),
        )
    except (TypeError, ValueError, IndexError):
        raise ShapeError(
            f"tensordot: axes must be a number of axes, or a pair of lists of axes of x {x.shape} "
            f"and y {y.shape}; got {axes!r:.60}"
        ) from None


@answers(np.kron)
def kron(x: Any, y: Any) -> Any:
    """The Kronecker product: a copy of y for every element of x, scaled by it.

    >>> kron(Value([1.0, 10.0]), [1.0, 2.0])
    Value([ 1.,  2., 10., 20.])
    """
    x, y = _operands("kron", x, y)
    ndim = max(x.ndim, y.ndim)
    a = (1,) * (ndim - x.ndim) + x.shape
    b = (1,) * (ndim - y.ndim) + y.shape
    left = reshape(x, tuple(n for size in a for n in (size, 1)))
    right = reshape(y, tuple(n for size in b for n in (1, size)))
    return reshape(left * right, tuple(n * m for n, m in zip(a, b, strict=True)))


@answers(np.cross, np.linalg.cross)
def cross(
    x: Any, y: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The cross product of vectors of three numbers.

    Args:
        x: vectors along the axis `axisa`, of size 3.
        y: vectors along the axis `axisb`; the other axes broadcast with x's.
        axisc: where the vectors of the result lie.
        axis: all three at once.

    Raises:
        ShapeError: the vectors have not three numbers.

    >>> cross(Value([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    Value([0., 0., 1.])
    """
    x, y = _operands("cross", x, y)
    if axis is not None:
        axisa = axisb = axisc = axis
    for place in (axisa, axisb, axisc):
        if not isinstance(place, (int, np.integer)):
            raise TypeError(f"cross: an axis is an integer, not {place!r:.60}")
    for vectors, along in ((x, axisa), (y, axisb)):
        if not -vectors.ndim <= along < vectors.ndim or vectors.shape[along] != 3:
            raise ShapeError(
                f"cross: needs vectors of 3 numbers along the axis: x {x.shape} axis {axisa}, "
                f"y {y.shape} axis {axisb}"
            )
    x, y = _move(x, axisa, -1), _move(y, axisb, -1)
    after, before = [1, 2, 0], [2, 0, 1]
    return _move(x[..., after] * y[..., before] - x[..., before] * y[..., after], -1, axisc)


def _move(x: Any, source: int, place: int) -> Any:
    """One axis elsewhere, the others in their order."""
    if source % x.ndim == place % x.ndim:
        return x
    axes = [a for a in range(x.ndim) if a != source % x.ndim]
    axes.insert(place % x.ndim, source % x.ndim)
    return transpose(x, tuple(axes))


@answers(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of a chain of matrices, in the order that multiplies the fewest numbers.

    (Cormen et al., "Introduction to Algorithms", section 15.2.)

    Args:
        arrays: two matrices or more; the first may be a row (k,), the last a column (k,).

    Raises:
        ShapeError: neighbours do not fit, or an array has another number of axes.

    >>> multi_dot([Value(np.ones((2, 9))), np.ones((9, 9)), np.ones(9)])
    Value([81., 81.])
    """
    if not isinstance(arrays, (list, tuple, Value)):
        raise TypeError(f"multi_dot: takes a list of matrices, got {arrays!r:.60}")
    chain = [_array(x, "multi_dot") for x in arrays]
    last = len(chain) - 1
    if last < 1 or any(
        x.ndim != 2 and not (x.ndim == 1 and i in (0, last)) for i, x in enumerate(chain)
    ):
        raise ShapeError(
            "multi_dot: needs at least two matrices, of which the first and the last may be "
            f"vectors; got shapes {', '.join(str(x.shape) for x in chain)}"
        )
    rows = [1 if x.ndim == 1 and i == 0 else x.shape[0] for i, x in enumerate(chain)]
    sizes = [*rows, 1 if chain[last].ndim == 1 else chain[last].shape[1]]
    cheapest: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(last + 1)}
    for length in range(1, last + 1):
        for i in range(last + 1 - length):
            j = i + length
            cheapest[i, j] = min(
                (
                    cheapest[i, k][0]
                    + cheapest[k + 1, j][0]
                    + sizes[i] * sizes[k + 1] * sizes[j + 1],
                    k,
                )
                for k in range(i, j)
            )

    def product(i: int, j: int) -> Any:
        if i == j:
            return chain[i]
        k = cheapest[i, j][1]
        return matmul(product(i, k), product(k + 1, j))

    return product(0, last)
