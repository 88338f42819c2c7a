"""Convolutions and poolings in compiled functions: they write into buffers, and relu waits."""

import numpy as np
import pytest

import autograd
from autograd import Value, jit

rng = np.random.default_rng(0)
X = rng.standard_normal((4, 2, 6, 6)).round(1)  # with ties
W = rng.standard_normal((3, 2, 3, 3)).round(1)


def gradients_of(fn, *arrays):
    """What a function gives, and the gradients of its operands, eager and replayed."""
    found = []
    for f in (fn, jit(fn)):
        for _ in range(3):
            values = [Value(a) for a in arrays]
            out = f(*values)
            (out * np.linspace(0, 1, out.size).reshape(out.shape)).sum().backward()
        found.append([out.data, *(v.grad for v in values)])
    return found


def source_of(fn, *arrays):
    compiled = jit(fn)
    for _ in range(3):
        compiled(*map(Value, arrays)).sum().backward()
    return compiled.source()


def pooled(x):
    return autograd.max_pool2d(autograd.relu(x), 2)


def test_relu_waits_for_max_pooling():
    source = source_of(pooled, X)
    assert source.index("max_pool_into(") < source.index("maximum(")
    assert source.index("multiply(") < source.index("to_winners_into(")


@pytest.mark.parametrize(
    "others",
    [
        lambda y: y[:, :, ::2, ::2],
        lambda y: (y > 0.5)[:, :, ::2, ::2],
        lambda y: (y > 0).sum(),
    ],
    ids=["a part", "a comparison", "the same comparison"],
)
def test_a_relu_that_others_look_at_stays_where_it_is(others):
    def both(x):
        y = autograd.relu(x)
        return autograd.max_pool2d(y, 2) + others(y)

    source = source_of(both, X)
    assert source.index("maximum(") < source.index("max_pool_into(")
    for a, b in zip(*gradients_of(both, X), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("settings", [{}, {"stride": 1}, {"stride": 3}, {"padding": 1}])
@pytest.mark.parametrize("shift", [-3.0, 0.0, 0.3])
def test_relu_after_pooling_is_relu_before_pooling(settings, shift):
    def pool(x):
        return autograd.max_pool2d(autograd.relu(x), 2, **settings)

    for a, b in zip(*gradients_of(pool, X + shift), strict=True):
        np.testing.assert_array_equal(a, b)


def test_nan_goes_the_same_way_in_either_order():
    x = X.copy()
    x[1, 0, :3, :3] = np.nan
    for a, b in zip(*gradients_of(pooled, x), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "settings",
    [{}, {"padding": 1}, {"stride": 2, "padding": 2}, {"dilation": 2}, {"padding": "same"}],
)
def test_a_replayed_convolution_is_the_eager_one(settings):
    def conv(x, weight, bias):
        return autograd.conv2d(x, weight, bias, **settings)

    for a, b in zip(*gradients_of(conv, X, W, W[:, 0, 0, 0]), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_convolution_writes_into_memory_that_is_there():
    def conv(x, weight):
        return autograd.relu(autograd.conv2d(x, weight)) * 2.0

    assert "conv_into(b0, " in source_of(conv, X, W)


def test_a_convolution_of_many_pixels_is_the_sum_it_says(monkeypatch):
    from autograd.ops import convolution, windows

    x, w = rng.standard_normal((5, 4, 9, 7)), rng.standard_normal((6, 2, 3, 2))
    y = autograd.conv2d(x, w, groups=2)
    expected = np.zeros_like(y)
    for i, j in np.ndindex(3, 2):
        for g in range(2):
            part = x[:, 2 * g : 2 * g + 2, i : i + 7, j : j + 6]
            expected[:, 3 * g : 3 * g + 3] += np.einsum(
                "nchw,oc->nohw", part, w[3 * g : 3 * g + 3, :, i, j]
            )
    for settings in ({}, {"_ALONE": 1 << 14, "_WORTH": 0}, {"_SUMMED": 1, "_WORTH": 0}):
        for name, number in settings.items():
            monkeypatch.setattr(convolution, name, number)
        for most in (1 << 19, 1 << 9, 1):
            monkeypatch.setattr(windows, "OWN", most)
            monkeypatch.setattr(windows, "COMMON", most)
            np.testing.assert_allclose(autograd.conv2d(x, w, groups=2), expected, atol=1e-12)
            a, b = Value(x), Value(w)
            autograd.conv2d(a, b, groups=2).sum().backward()
            np.testing.assert_allclose((a.grad * x).sum(), y.sum())
            np.testing.assert_allclose((b.grad * w).sum(), y.sum())


def test_settings_may_be_numbers_of_numpy():
    one = np.int64(1)

    def fn(x, weight):
        y = autograd.conv2d(x, weight, padding=one, dilation=(one, 1), groups=np.int32(1))
        y = autograd.max_pool2d(y, np.int64(2), padding=one)
        return autograd.avg_pool2d(y, (one, 2), divisor_override=np.float32(2.5))

    assert "avg_pool_into(" in source_of(fn, X, W)
    for a, b in zip(*gradients_of(fn, X, W), strict=True):
        np.testing.assert_array_equal(a, b)
