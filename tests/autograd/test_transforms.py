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
        (
            lambda x: x * 2,
            (np.array([1.0, 2.0]),),
            GradientError,
            "grad: starts from a single number",
        ),
        (lambda x: np.ones(2), (1.0,), GradientError, "grad: "),
        (lambda: 1.0, (), ValueError, "argnums names argument 0, but there are 0"),
    ],
)
def test_errors_say_which_argument(function, arguments, error, text):
    with pytest.raises(error, match=text):
        grad(function)(*arguments)


# ------------------------------------------------------------------------- trees, and both modes

MATRIX = np.array([[1.0, 2.0, 0.5], [-1.0, 0.3, 2.0]])
POINT = np.array([0.3, -0.7, 1.1])


def curved(x):
    return np.tanh(MATRIX @ x) * x[0]


def bowl(x):
    return (np.sin(x) * x**3).sum() + x[0] * x[1] * x[2]


def test_gradients_have_the_structure_of_the_argument():
    parameters = {"layers": [(np.ones((2, 3)), np.zeros(2))], "scale": 2.0}

    def loss(p, x):
        weight, bias = p["layers"][0]
        return p["scale"] * (weight @ x + bias).sum()

    found = autograd.grad(loss)(parameters, POINT)
    weight, bias = found["layers"][0]
    np.testing.assert_allclose(weight, 2 * np.tile(POINT, (2, 1)))
    np.testing.assert_allclose(bias, [2.0, 2.0])
    np.testing.assert_allclose(found["scale"], 2 * POINT.sum())


def test_jvp_is_the_directional_derivative():
    v = np.array([1.0, -2.0, 0.5])
    out, moved = autograd.jvp(curved, (POINT,), (v,))
    h = 1e-6
    np.testing.assert_allclose(out, curved(POINT))
    np.testing.assert_allclose(
        moved, (curved(POINT + h * v) - curved(POINT - h * v)) / (2 * h), rtol=1e-8
    )


def test_vjp_is_the_transpose_of_jvp():
    v, u = np.array([1.0, -2.0, 0.5]), np.array([0.7, -0.1])
    _, moved = autograd.jvp(curved, (POINT,), (v,))
    _, pull = autograd.vjp(curved, POINT)
    np.testing.assert_allclose(u @ moved, pull(u)[0] @ v, rtol=1e-14)
    np.testing.assert_array_equal(pull(2 * u)[0], 2 * pull(u)[0])


def test_both_modes_give_the_same_jacobian():
    forward = autograd.jacobian(curved, mode="forward")(POINT)
    reverse = autograd.jacobian(curved, mode="reverse")(POINT)
    assert forward.shape == (2, 3)
    np.testing.assert_allclose(forward, reverse, rtol=1e-14)
    np.testing.assert_allclose(autograd.jacobian(curved)(POINT), reverse, rtol=1e-14)


def test_the_jacobian_of_trees_has_a_block_for_every_pair():
    blocks = autograd.jacobian(lambda p: {"sum": p[0] + p[1].sum(), "outer": p[0] * p[1]})(
        [2.0, POINT]
    )
    np.testing.assert_array_equal(blocks["sum"][1], np.ones(3))
    np.testing.assert_array_equal(blocks["outer"][0], POINT)
    np.testing.assert_array_equal(blocks["outer"][1], 2 * np.eye(3))


def test_an_empty_argument_has_an_empty_jacobian():
    for mode in ("forward", "reverse"):
        assert autograd.jacobian(lambda x: x * 2, mode=mode)(np.ones(0)).shape == (0, 0)
        assert autograd.jacobian(lambda x: x.sum(), mode=mode)(np.ones(0)).shape == (0,)


def test_the_hessian_is_symmetric_and_hvp_is_its_product():
    hessian = autograd.hessian(bowl)(POINT)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-14)
    v = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(autograd.hvp(bowl)(POINT, v), hessian @ v, rtol=1e-13)
    twice = autograd.jacobian(autograd.jacobian(bowl, mode="reverse"), mode="reverse")(POINT)
    np.testing.assert_allclose(twice, hessian, rtol=1e-13)
    np.testing.assert_allclose(
        autograd.jacobian(autograd.jacobian(bowl, mode="forward"), mode="forward")(POINT), hessian
    )


def test_modes_nest_in_any_order():
    def along(f):
        return lambda x: autograd.jvp(f, (x,), (1.0,))[1]

    cube = lambda x: x**3 + np.sin(x)
    third = 6.0 - np.cos(0.4)
    d = autograd.grad
    for nesting in (
        along(along(along(cube))),
        d(d(d(cube))),
        along(d(along(cube))),
        d(along(d(cube))),
        d(along(along(cube))),
        along(d(d(cube))),
    ):
        np.testing.assert_allclose(nesting(0.4), third, rtol=1e-14)


def test_perturbations_of_nested_derivatives_are_not_confused():
    # d/dx (x · d/dy (x + y)) = 1 (Siskind and Pearlmutter 2005)
    inner = lambda x: autograd.jvp(lambda y: x + y, (1.0,), (1.0,))[1]
    assert autograd.jvp(lambda x: x * inner(x), (1.0,), (1.0,))[1] == 1.0
    inner = lambda x: autograd.grad(lambda y: x + y)(1.0)
    assert autograd.grad(lambda x: x * inner(x))(1.0) == 1.0


def test_a_cotangent_that_is_a_value_is_differentiated_too():
    u = Value([1.0, 2.0])
    _, pull = autograd.vjp(curved, POINT)
    pull(u)[0].sum().backward()
    np.testing.assert_allclose(u.grad, autograd.jacobian(curved)(POINT).sum(axis=1))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: autograd.jvp(curved, (POINT,), (np.ones(2),)), ValueError, "needs .3,."),
        (lambda: autograd.jvp(curved, POINT, POINT), TypeError, "tuples"),
        (lambda: autograd.jvp(curved, (POINT,), ()), TypeError, "structure"),
        (lambda: autograd.vjp(curved, POINT)[1](1.0), ValueError, "shape"),
        (lambda: autograd.jacobian(curved, mode="up"), ValueError, "'forward', 'reverse'"),
        (lambda: autograd.hvp(bowl)(POINT), TypeError, "last, a vector"),
        (lambda: autograd.grad(lambda x: [x])(1.0), TypeError, "autograd.stack"),
        (lambda: autograd.grad(bowl)([1, 2.0, 3.0]), TypeError, "integers have no gradient"),
    ],
)
def test_transforms_say_what_does_not_fit(call, error, text):
    with pytest.raises(error, match=text):
        call()
