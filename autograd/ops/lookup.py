"""Embeddings: rows of a table picked by number, and their gradients added up row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.asked import _array
from autograd.primitive import primitive

__all__ = ["embedding"]


def _unless_padding(rows: Any, indices: Any, padding_idx: int | None) -> Any:
    """Nothing where a row stands for nothing."""
    return rows if padding_idx is None else rows * (indices != padding_idx)[..., None]


def _to_table(g: Any, out: Any, indices: Any, table: Any, padding_idx: int | None = None) -> Any:
    return _add_rows(indices, _unless_padding(g, indices, padding_idx), rows=len(table))


def _from_table(t: Any, out: Any, indices: Any, table: Any, padding_idx: int | None = None) -> Any:
    return _unless_padding(_embedding(indices, t), indices, padding_idx)


@primitive(None, _to_table, jvp=(None, _from_table), samples="embedding", name="embedding")
def _embedding(indices: Any, table: Any, padding_idx: int | None = None) -> Any:
    _check(indices, table)
    return table[indices]


@primitive(
    None,
    lambda g, out, indices, y, rows: _embedding(indices, g),
    jvp="linear",
    samples="add_rows",
    name="add_rows",
)
def _add_rows(indices: Any, y: Any, rows: int) -> Any:
    """The transpose: each row of y is added to the row of the result that it came from."""
    width = np.shape(y)[-1]
    out = np.zeros((rows, width), y.dtype)
    places = np.ravel(indices)
    if places.size:
        order = np.argsort(places, kind="stable")  # far quicker than np.add.at
        found, starts = np.unique(places[order], return_index=True)
        y = np.reshape(y, (places.size, width))[order]
        out[found] = np.add.reduceat(y, starts, axis=0)
    return out


def _check(indices: Any, table: Any) -> None:
    if np.asarray(indices).dtype.kind not in "iu":
        raise TypeError("the indices must be integers; convert them with .astype(int)")
    if np.ndim(table) != 2:
        raise ValueError("the table needs the shape (rows, features)")
    low, high = (np.min(indices), np.max(indices)) if np.size(indices) else (0, -1)
    if low < 0 or high >= len(table):
        raise IndexError(
            f"indices must be from 0 to {len(table) - 1}, found {low} to {high}; "
            "give the table more rows, or correct the indices"
        )


def embedding(indices: Any, table: Any, padding_idx: int | None = None) -> Any:
    """The rows of a table at `indices`: a vector for each word (Bengio et al. 2003).

    Args:
        indices: (...) integers from 0 to rows - 1.
        table: (rows, features).
        padding_idx: a row that stands for "nothing": it is read, but receives no gradient.

    Returns:
        (..., features).

    Raises:
        IndexError: an index is out of range.
        TypeError: the indices are no integers.

    >>> embedding([2, 0], Value([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    Value([[5., 6.],
           [1., 2.]])
    """
    indices, table = _array(indices, "embedding"), _array(table, "embedding")
    if padding_idx is None:
        return _embedding(indices, table)
    rows = np.shape(table)[0] if np.ndim(table) else 0
    if not isinstance(padding_idx, (int, np.integer)):
        raise TypeError(f"embedding: padding_idx must be an int, got {padding_idx!r:.60}")
    if not -rows <= padding_idx < rows:
        raise IndexError(f"embedding: padding_idx {padding_idx} is no row of a table of {rows}")
    return _embedding(indices, table, padding_idx=padding_idx % rows)
