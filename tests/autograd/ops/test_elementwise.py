"""What the walk of the registry cannot see: kinks, ties, infinities, and what needs SciPy."""

import sys

import numpy as np
import pytest

import autograd
from autograd import Value, grad

INF, NAN = np.inf, np.nan


def slopes(function, *points):
    """The derivative by every argument, at one point."""
    return tuple(float(s) for s in grad(function, tuple(range(len(points))))(*points))


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_a_tie_is_shared_equally(name):
    assert slopes(getattr(autograd, name), 2.0, 2.0) == (0.5, 0.5)


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_the_number_beside_a_nan_gets_the_whole_gradient(name):
    assert slopes(getattr(autograd, name), 2.0, NAN) == (1.0, 0.0)
    assert slopes(getattr(autograd, name), NAN, 2.0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("absolute", 0.0, 0.0),
        ("sign", 0.0, 0.0),
        ("floor", 2.0, 0.0),
        ("relu6", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("hardtanh", 1.0, 0.0),
        ("hardsigmoid", 3.0, 0.0),
        ("leaky_relu", 0.0, 0.01),
        ("softsign", 0.0, 1.0),
        ("sinc", 0.0, 0.0),
        ("elu", 0.0, 1.0),
        ("silu", -800.0, 0.0),
        ("mish", -800.0, 0.0),
        ("logsigmoid", -800.0, 1.0),
        ("gelu", -40.0, 0.0),
    ],
)
def test_the_derivative_at_a_kink_or_far_out(name, x, slope):
    assert slopes(getattr(autograd, name), x) == (slope,)


def test_sinc_keeps_its_digits_near_zero():
    x = np.array([1e-7, 1e-4, 0.0099, 0.0101])
    exact = -(np.pi**2) * x / 3 * (1 - (np.pi * x) ** 2 / 10 + (np.pi * x) ** 4 / 280)
    np.testing.assert_allclose(grad(lambda x: autograd.sinc(x).sum())(x), exact, rtol=1e-11)
    assert grad(grad(autograd.sinc))(0.0) == pytest.approx(-(np.pi**2) / 3)


@pytest.mark.parametrize("name", ["arctan2", "hypot"])
def test_the_derivatives_at_the_origin_are_zero(name):
    assert slopes(getattr(autograd, name), 0.0, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["logaddexp", "logaddexp2"])
def test_logarithms_of_sums_of_infinities(name):
    function = getattr(autograd, name)
    assert slopes(function, -INF, -INF) == (0.5, 0.5)
    assert slopes(function, -INF, 1.0) == (0.0, 1.0)
    assert slopes(function, 1000.0, -1000.0) == (1.0, 0.0)


def test_clip_with_crossed_bounds_is_the_upper_bound():
    assert autograd.clip(Value(0.0), 2.0, 1.0).item() == 1.0
    assert slopes(autograd.clip, 0.0, 2.0, 1.0) == (0.0, 0.0, 1.0)


def test_a_remainder_counts_its_turns():
    assert slopes(autograd.mod, -7.5, 2.0) == (1.0, 4.0)
    assert slopes(autograd.fmod, -7.5, 2.0) == (1.0, 3.0)
    assert slopes(lambda x: (x % 2.0) + (5.0 % x), 3.0) == (0.0,)


def test_copysign_takes_the_sign_of_a_negative_zero():
    assert slopes(autograd.copysign, 3.0, -0.0) == (-1.0, 0.0)


def test_what_nan_to_num_replaces_gets_no_gradient():
    x = Value([1.0, NAN, INF, -INF])
    np.testing.assert_array_equal(np.nan_to_num(x, nan=5.0, posinf=6.0).data[:3], [1, 5, 6])
    np.nan_to_num(x).sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 0, 0, 0])


def test_float_power_is_float64():
    x = Value(np.array([2.0], np.float32))
    out = np.float_power(x, 3)
    assert out.dtype == np.float64
    out.sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad == [12.0]


def test_gelu_refuses_an_approximation_it_does_not_know():
    with pytest.raises(ValueError, match="gelu: approximate is 'none' or 'tanh', not 'fast'"):
        autograd.gelu(Value(1.0), approximate="fast")


@pytest.mark.parametrize("name", ["erf", "erfc", "lgamma", "digamma", "gelu"])
def test_without_scipy_a_special_function_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ImportError, match=r"SciPy.*chainrule\[special\]"):
        getattr(autograd, name)(Value(0.5))
    assert autograd.gelu(Value(0.0), approximate="tanh").item() == 0


@pytest.mark.parametrize("name", ["greater", "less_equal", "equal", "not_equal"])
def test_comparisons_answer_with_plain_booleans(name):
    answer = getattr(autograd, name)(Value([1.0, 2.0]), 1.0)
    assert isinstance(answer, np.ndarray)
    assert answer.dtype == bool


def test_integers_pass_like_constants():
    out = autograd.exp2(Value([1, 2]))
    assert not out.requires_grad
    np.testing.assert_array_equal(out.data, [2, 4])


def test_gelu_of_single_precision_is_as_exact_as_its_digits():
    x = np.linspace(-9, 9, 20_001, dtype=np.float32)
    exact = autograd.gelu(x.astype(np.float64))
    off = np.abs(autograd.gelu(x) - exact)
    assert off.max() < 6e-7
    assert (off[abs(x) < 3] / np.abs(exact[abs(x) < 3]).clip(1e-30)).max() < 2e-6
    value = Value(x)
    autograd.gelu(value).sum().backward()
    exactly = Value(x.astype(np.float64))
    autograd.gelu(exactly).sum().backward()
    np.testing.assert_allclose(value.grad, exactly.grad, rtol=0, atol=1e-6)
