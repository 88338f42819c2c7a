"""Rows in order are added up, searched and bent by quicker calls, with the same results."""

import numpy as np
import pytest

import autograd
from autograd import Value, jit
from autograd.ops.reduce import largest

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 4, 31, 32, 100, 4097])
@pytest.mark.parametrize("keepdims", [False, True])
def test_rows_are_reduced_as_numpy_does(dtype, size, keepdims):
    near = {"rtol": 1e-4 if dtype == np.float32 else 1e-12, "atol": 1e-4 * (dtype == np.float32)}
    for name in ("sum", "mean", "max"):
        compiled = jit(lambda x, name=name: getattr(x * 2, name)(axis=-1, keepdims=keepdims))
        for _ in range(4):
            x = RNG.normal(size=(3, 5, size)).astype(dtype)
            expected = getattr(x * 2, name)(axis=-1, keepdims=keepdims)
            found = compiled(Value(x)).data
            assert (found.shape, found.dtype) == (expected.shape, dtype)
            np.testing.assert_allclose(found, expected, **near)


def test_the_largest_number_is_found_among_infinite_and_undefined_ones():
    x = RNG.normal(size=(2, 50, 64)).astype(np.float32)
    x[0, 0, 3], x[0, 1], x[1, 2, :2], x[1, 3, 5] = np.inf, -np.inf, [np.nan, np.inf], -np.inf
    out = np.empty((2, 50, 1), np.float32)
    np.testing.assert_array_equal(largest(x, out), x.max(axis=-1, keepdims=True))
    weights = autograd.softmax(x[:, 4:])
    shifted = np.exp(x[:, 4:] - x[:, 4:].max(axis=-1, keepdims=True))
    np.testing.assert_allclose(weights, shifted / shifted.sum(-1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("size", [3, 64])
def test_relu_of_rows_keeps_what_is_undefined(size):
    x = RNG.normal(size=(4, size)).astype(np.float32)
    x[0, 0], x[1, 1], x[2, 2] = np.nan, np.inf, -np.inf
    compiled = jit(lambda x: autograd.relu(x + 0.0))
    for _ in range(4):
        np.testing.assert_array_equal(compiled(Value(x)).data, np.maximum(x, 0))


@pytest.mark.parametrize("shape", [(7,), (4, 3), (2, 3, 5), (1100, 300)])
def test_relu_of_any_size_is_that_of_numpy(shape):
    x = RNG.normal(size=shape)
    compiled = jit(lambda x: autograd.relu(x * 1.0))
    for _ in range(4):
        np.testing.assert_array_equal(compiled(Value(x)).data, np.maximum(x, 0))
