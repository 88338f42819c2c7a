"""Outlines look like results: the shape, dtype and layout of what the operation would compute."""

import numpy as np
import pytest

from autograd.jit import outlines
from autograd.jit.outlines import outline
from autograd.jit.program import layout_of
from autograd.jit.standins import UNSMOOTH
from autograd.primitive import registry


def numbers(*shape, dtype=np.float32):
    return np.random.default_rng(0).uniform(0.5, 1.5, shape).astype(dtype)


@pytest.fixture(autouse=True)
def _even_small_arrays(monkeypatch):
    monkeypatch.setattr(outlines, "SMALL", 2)


WINDOW = {"kernel": (2, 2), "stride": (2, 2), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
IMAGES, PIXELS = numbers(5, 3, 6, 8), numbers(5, 6, 8, 3).transpose(0, 3, 1, 2)
TOP = numbers(5, 3, 3, 4)
GEOMETRY = {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 1}
CASES = {
    "add": ("add", (numbers(4, 5), numbers(5)), None),
    "a number": ("multiply", (numbers(4, 5), 2.0), None),
    "float64 beside float32": ("multiply", (numbers(4, 5), numbers(4, 1, dtype=float)), None),
    "columns first": ("multiply", (numbers(4, 5).T, numbers(5, 4).T.copy("F").T), None),
    "columns": ("exp", (numbers(4, 5, 3).transpose(2, 0, 1),), None),
    "every second": ("tanh", (numbers(4, 6)[:, ::2],), None),
    "no rows": ("add", (numbers(0, 5), numbers(3, 1, 5)), None),
    "relu": ("relu", (numbers(3, 4).T,), None),
    "matrices": ("matmul", (numbers(4, 5), numbers(5, 3)), None),
    "transposed": ("matmul", (numbers(5, 4).T, numbers(5, 3)), None),
    "stacks": ("matmul", (numbers(2, 1, 4, 5), numbers(3, 5, 6)), None),
    "heads": ("matmul", (numbers(2, 4, 3, 5).swapaxes(1, 2), numbers(2, 3, 5, 4)), None),
    "linear": ("linear", (numbers(2, 4, 5), numbers(3, 5), numbers(3)), None),
    "linear without bias": ("linear", (numbers(5, 4).T, numbers(3, 5), None), None),
    "sum": ("sum", (numbers(2, 3, 4),), {"axis": 1}),
    "mean": ("mean", (numbers(2, 3, 4).transpose(2, 0, 1),), {"axis": -1, "keepdims": True}),
    "max": ("max", (numbers(2, 3, 4),), {"axis": (0, -1)}),
    "rows": ("row_sum", (numbers(2, 3, 4),), None),
    "products of rows": ("row_products", (numbers(2, 3, 4), numbers(2, 3, 5)), None),
    "products": ("products_along", (numbers(2, 3, 4), numbers(2, 3, 4)), {"axes": (-1,)}),
    "put back": ("put_back", (numbers(2, 5),), {"index": slice(1, 3), "shape": (6, 5)}),
    "conv": ("conv", (IMAGES, numbers(4, 3, 3, 3), None), GEOMETRY),
    "conv of pixels": ("conv", (PIXELS, numbers(4, 3, 3, 3), None), GEOMETRY),
    "transpose": ("conv_transpose", (IMAGES, numbers(3, 2, 3, 3)), GEOMETRY),
    "weight": ("conv_weight", (PIXELS, IMAGES), GEOMETRY),
    "pool": ("max_pool", (IMAGES,), WINDOW),
    "winners": ("pool_to_winners", (TOP, TOP, IMAGES), WINDOW),
}


@pytest.mark.parametrize("case", CASES)
def test_an_outline_looks_like_the_result(case):
    name, operands, params = CASES[case]
    op = registry[name]
    result = op.forward(*operands, **(params or {}))
    found = outline(op, list(operands), params)
    assert found is not None
    assert (found.shape, found.dtype) == (result.shape, result.dtype)
    assert layout_of(found) == layout_of(result)


def test_what_may_be_an_index_is_zero():
    found = outline(UNSMOOTH[np.greater], [numbers(4, 5), 0.0], None)
    assert found.dtype == bool
    assert not found.any()


def test_small_results_and_those_of_users_are_computed(monkeypatch):
    add = registry["add"]
    monkeypatch.setattr(outlines, "SMALL", 100)
    assert outline(add, [numbers(4, 5), numbers(5)], None) is None
    cube = type(add)("cube", lambda x: x**3, (None,), ("x",))
    assert outline(cube, [numbers(40, 50)], None) is None
