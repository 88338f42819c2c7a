"""Products in tiles are products."""

import numpy as np
import pytest

from autograd.jit import tiles

RNG = np.random.default_rng(0)
SHAPES = [(64, 64, 192), (50, 64, 96), (7, 16, 16), (100, 256, 64), (33, 17, 61), (1, 1, 1)]


@pytest.mark.parametrize(("rows", "inner", "outputs"), SHAPES)
def test_a_product_in_tiles_is_the_product(rows, inner, outputs):
    x, y = RNG.normal(size=(3, rows, inner)), RNG.normal(size=(inner, outputs))
    out = np.empty((3, rows, outputs))
    tiles.multiply(x, y, out, *(tiles.tile(inner, outputs) or (rows, outputs)))
    np.testing.assert_allclose(out, x @ y, rtol=0, atol=1e-11)


@pytest.mark.parametrize(("rows", "m", "n"), SHAPES)
def test_products_of_rows_in_tiles_are_their_sum(rows, m, n):
    x, y = RNG.normal(size=(3, rows, m)), RNG.normal(size=(3, rows, n))
    out = np.empty((m, n))
    tiles.row_products(x, y, out)
    np.testing.assert_allclose(out, np.einsum("brm,brn->mn", x, y), rtol=0, atol=1e-11)


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (50, 256), (7, 3), (200, 100), (1, 1)])
def test_rows_are_added_up(rows, columns):
    x, out = RNG.normal(size=(3, rows, columns)), np.empty(columns)
    tiles.row_sum(x, out)
    np.testing.assert_allclose(out, x.sum((0, 1)), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("rows", "m", "n"), [(64, 100, 64), (171, 256, 256), (32, 192, 64)])
def test_no_product_is_large_enough_for_threads_of_openblas(rows, m, n, monkeypatch):
    sizes = []

    def matmul(x, y, out):
        sizes.append(x.shape[-2] * x.shape[-1] * y.shape[-1])

    monkeypatch.setattr(np, "matmul", matmul)
    x, y = np.ones((3, rows, m)), np.ones((3, rows, n))
    tiles.row_products(x, y, np.empty((m, n)))
    tiles.multiply(x, np.ones((m, n)), y, *tiles.tile(m, n))
    assert len(sizes) > 1
    assert max(sizes) <= tiles.ALONE


@pytest.mark.parametrize(("inner", "columns"), [(64, 192), (256, 1024), (300, 60), (1024, 64)])
def test_a_tile_is_computed_on_the_thread_that_asks_for_it(inner, columns):
    rows, width = tiles.tile(inner, columns)
    assert columns % width == 0
    assert rows * width * inner <= tiles.ALONE
    assert rows >= 8
    assert width >= tiles.THIN


def test_there_are_no_thin_tiles():
    assert tiles.tile(1500, 67) is None
    assert tiles.tile(4096, 4096) is None
    assert tiles.side(67) is None
