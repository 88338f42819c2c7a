"""grad and value_and_grad: derivatives of ordinary functions, as often as one likes."""

import numpy as np
import pytest

import autograd
from autograd import GradientError, NotDifferentiableError, Value, grad, value_and_grad


def test_the_gradient_of_a_function_of_a_number():
    assert grad(lambda x: x**3)(2.0) == 12.0


def test_results_are_plain_numbers_and_arrays():
    value, gradient = value_and_grad(lambda x: (x * x).sum())(np.array([1.0, 2.0]))
    assert (type(value), type(gradient)) == (np.float64, np.ndarray)
    np.testing.assert_array_equal(gradient, [2, 4])


def test_argnums_choose_the_arguments():
    f = lambda x, y, z: x * y**2 * z
    assert grad(f, 1)(1.0, 2.0, 3.0) == 12.0
    assert grad(f, -1)(1.0, 2.0, 3.0) == 4.0
    assert grad(f, (0, 2))(1.0, 2.0, 3.0) == (12.0, 4.0)
    assert grad(f, (1,))(1.0, 2.0, 3.0) == (12.0,)


def test_other_arguments_may_be_anything():
    f = lambda x, how, scale=1.0: x * x * scale if how == "square" else None
    assert grad(f)(3.0, "square", scale=2.0) == 12.0
    assert grad(lambda x, ignored: 5.0)(3.0, None) == 0.0


def test_nested_gradients():
    assert grad(grad(lambda x: x**3))(2.0) == 12.0
    assert grad(grad(grad(lambda x: np.sin(x))))(0.0) == -1.0
    mixed = grad(lambda y: grad(lambda x: x**2 * y**3)(2.0))
    assert mixed(3.0) == 2 * 2.0 * 3 * 3.0**2


def test_an_inner_gradient_by_another_variable_is_no_confusion():
    """Confusing the two derivatives gives 2 (Siskind and Pearlmutter 2005)."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0


def test_the_gradient_of_a_gradients_length():
    def length(x):
        slope = grad(lambda x: (x**3).sum())(x)
        return (slope * slope).sum()

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(length)(x), 36 * x**3)


def test_a_value_given_keeps_the_result_in_its_graph():
    x = Value(2.0)
    slope = grad(lambda x: x**3)(x)
    assert isinstance(slope, Value)
    slope.backward()
    assert x.grad == 12.0


def test_a_closure_over_a_value_differentiates_by_the_argument_only():
    w = Value(3.0)
    assert grad(lambda x: w * x * x)(2.0) == 12.0
    assert w.grad is None


def test_a_closure_over_an_outer_argument_is_differentiated_by_both():
    f = lambda w: grad(lambda x: w * w * x * x)(2.0)
    assert grad(f)(3.0) == 2 * 3.0 * 2 * 2.0


def test_an_argument_the_result_does_not_need_gets_zeros():
    both = grad(lambda x, y: (x * 2).sum(), (0, 1))
    to_x, to_y = both(np.ones(2), np.array([np.nan, np.inf, 1.0]))
    np.testing.assert_array_equal(to_x, [2, 2])
    np.testing.assert_array_equal(to_y, [0, 0, 0])
    assert grad(lambda x: 7.0)(2.0) == 0.0
    assert grad(grad(lambda x: 3.0 * x))(2.0) == 0.0


def test_argument_and_result_may_be_the_same_value():
    assert grad(lambda x: x)(2.0) == 1.0


def test_float32_stays_float32():
    value, gradient = value_and_grad(lambda x: (x * x).mean())(np.ones(2, np.float32))
    assert value.dtype == gradient.dtype == np.float32


def test_it_records_inside_no_grad_and_then_pauses_again():
    with autograd.no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert not autograd.is_recording()


def test_an_error_inside_leaves_no_trace():
    def fails(x):
        raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        grad(fails)(1.0)
    assert isinstance(grad(lambda x: x * x)(3.0), np.float64)


def test_the_name_and_words_of_the_function_stay():
    def loss(x):
        """Its words."""
        return x

    assert (grad(loss).__name__, grad(loss).__doc__) == ("loss", "Its words.")


@pytest.mark.parametrize(
    ("function", "arguments", "error", "text"),
    [
        (lambda x: x, (3,), NotDifferentiableError, "argument 0 is 3, and integers have no"),
        (lambda x: x, ([1, 2],), NotDifferentiableError, "argument 0"),
        (lambda x: x, ("a",), TypeError, "grad: argument 0: expected numbers, got str 'a'"),
        (lambda x: x, (None,), TypeError, "grad: argument 0: expected numbers"),
        (lambda x: x, ([Value(1.0)],), TypeError, "autograd.stack"),
        (lambda x: None, (1.0,), TypeError, "the result of the function: expected numbers"),
        (lambda x: [x, x], (1.0,), TypeError, "the result of the function.*autograd.stack"),
        (lambda x: x * 2, ([1.0, 2.0],), GradientError, "grad: starts from a single number"),
        (lambda x: np.ones(2), (1.0,), GradientError, "grad: "),
        (lambda: 1.0, (), ValueError, "argnums names argument 0, but there are 0"),
    ],
)
def test_errors_say_which_argument(function, arguments, error, text):
    with pytest.raises(error, match=text):
        grad(function)(*arguments)
