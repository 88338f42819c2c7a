"""Tiles: a product of matrices cut into small ones, each of which a core computes alone.

OpenBLAS shares a large product out between threads of its own. These go on looking for work for
a while, and keep a core busy that `run_rows` wants. A small product stays on the thread that asks
for it, and is not copied to be rearranged first; so blocks of rows that are multiplied tile by tile
run side by side as fast as two cores can.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: OpenBLAS computes a product of so many multiplications, or fewer, on the calling thread.
ALONE = 1 << 18
#: A larger weight does not stay in a core's cache: OpenBLAS multiplies it quicker.
MOST = 1 << 18
#: Tiles of fewer columns are not worth their calls.
THIN = 32
#: Rows of a tile, if there may be so many.
ROWS = 64
#: OpenBLAS adds up fewer than 9,216 numbers on the calling thread.
FEW = 8192

_sum: Any = np.add.reduce


def tile(inner: int, columns: int) -> tuple[int, int] | None:
    """Rows and columns of the tiles of a product; None where they would be too thin.

    Args:
        inner: how many numbers each number of the product is the sum of.
        columns: how many columns the product has.

    >>> from autograd.jit.tiles import tile
    >>> tile(64, 192), tile(256, 1024), tile(1024, 256), tile(512, 512), tile(1024, 1024)
    ((21, 192), (16, 64), (8, 32), (8, 64), None)
    """
    if not 0 < inner * columns <= MOST:
        return None
    for least, thin in ((16, 2 * THIN), (8, 2 * THIN), (8, THIN)):
        for parts in range(1, max(columns // thin, 1) + 1):
            width = columns // parts
            rows = min(ROWS, ALONE // max(inner * width, 1))
            if columns % parts == 0 and rows >= least:
                return rows, width
    return None


def side(columns: int) -> int | None:
    """How many columns at a time `row_products` takes; None where they would be too thin.

    >>> from autograd.jit.tiles import side
    >>> side(256), side(100), side(10), side(67)
    (32, 25, 10, None)
    """
    for parts in range(1, max(2 * columns // THIN, 1) + 1):
        if columns % parts == 0 and columns // parts <= THIN:
            return columns // parts
    return None


def multiply(x: Any, y: Any, out: Any, rows: int, columns: int) -> None:
    """out[...] = x @ y, `rows` and `columns` at a time.

    Args:
        x: (..., inner), whose vectors are the rows of one matrix.
        y: (inner, outputs), in order.
        out: (..., outputs), in order.
    """
    inner, outputs = y.shape
    x, out = x.reshape(-1, inner), out.reshape(-1, outputs)
    parts = y.reshape(inner, -1, columns).transpose(1, 0, 2)
    whole = len(x) // rows * rows
    for a, b, size in ((0, whole, rows), (whole, len(x), len(x) - whole)):
        if a < b:
            tiles = out[a:b].reshape(-1, size, len(parts), columns).transpose(0, 2, 1, 3)
            np.matmul(x[a:b].reshape(-1, 1, size, inner), parts, tiles)


def row_products(x: Any, y: Any, out: Any) -> None:
    """out[...] = xᵀ @ y, as a sum of products of a few rows each.

    Args:
        x: (..., m), whose vectors are the rows of one matrix.
        y: (..., n), likewise.
        out: (m, n), in order.
    """
    m, n = out.shape
    x, y = x.reshape(-1, m), y.reshape(-1, n)
    high, wide = side(m) or m, side(n) or n
    rows = max(1, min(len(x), ALONE // (high * wide)))
    whole = len(x) // rows * rows
    parts = np.empty((-(-len(x) // rows), m, n), out.dtype)
    tiles = parts.reshape(-1, m // high, high, n // wide, wide).transpose(0, 1, 3, 2, 4)
    for a, b, size in ((0, whole, rows), (whole, len(x), len(x) - whole)):
        if a < b:
            left = x[a:b].reshape(-1, size, m // high, 1, high).transpose(0, 2, 3, 4, 1)
            right = y[a:b].reshape(-1, size, 1, n // wide, wide).transpose(0, 2, 3, 1, 4)
            np.matmul(left, right, tiles[a // rows : -(-b // rows)])
    _sum(parts, 0, None, out)


def row_sum(x: Any, out: Any) -> None:
    """out[...] = the sum of the rows of x, by products with ones: that is quicker.

    Args:
        x: (..., n), whose vectors are the rows of one matrix.
        out: (n,).
    """
    x = x.reshape(-1, len(out))
    rows = max(1, min(len(x), FEW // len(out)))
    whole = len(x) // rows * rows
    parts = np.ones((1, rows), x.dtype) @ x[:whole].reshape(-1, rows, len(out))
    _sum(parts, (0, 1), None, out)
    if whole < len(x):
        out += _sum(x[whole:], 0)
