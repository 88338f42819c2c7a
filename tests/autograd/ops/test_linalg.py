"""Linear algebra where the walk of the registry does not look: wholes, edges, bad input."""

import sys

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value, grad, linalg
from autograd.testing import check_grad

RNG = np.random.default_rng(0)
A = RNG.uniform(-1, 1, (2, 3, 3)) + 2 * np.eye(3)
TALL, WIDE = RNG.uniform(-1, 1, (2, 4, 3)), RNG.uniform(-1, 1, (2, 3, 4))
SPD = A @ A.mT
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


def parts_of(result):
    return [result] if isinstance(result, Value | np.ndarray) else list(result)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: np.linalg.inv(x), A),
        (lambda x: np.linalg.det(x), A),
        (lambda x: np.linalg.slogdet(x), A),
        (lambda x: np.linalg.pinv(x), WIDE),
        (lambda x: np.linalg.pinv(x, rcond=0.4), TALL),
        (lambda x: np.linalg.solve(x, np.ones(3)), A),
        (lambda x: np.linalg.solve(x, np.ones((3, 2))), A),
        (lambda x: np.linalg.lstsq(x, np.ones(4), rcond=None), TALL[0]),
        (lambda x: np.linalg.lstsq(x, np.ones((3, 2)), rcond=None), WIDE[0]),
        (lambda x: np.linalg.cholesky(x), SPD),
        (lambda x: np.linalg.cholesky(x, upper=True), SPD),
        (lambda x: np.linalg.matrix_power(x, 5), A),
        (lambda x: np.linalg.matrix_power(x, -2), A),
        (lambda x: np.linalg.matrix_power(x, 0), A),
    ],
)
def test_numpys_names_give_numpys_numbers(call, x):
    for found, expected in zip(parts_of(call(Value(x))), parts_of(call(x)), strict=True):
        found = getattr(found, "data", found)
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: linalg.slogdet(x).logabsdet, A),
        (lambda x: linalg.pinv(x, rcond=0.01), WIDE),
        (lambda x: linalg.lstsq(x, np.arange(4.0)).x, TALL[0]),
        (lambda x: linalg.lstsq(x, np.ones((4, 2))).residuals, TALL[0]),
        (lambda x: linalg.lstsq(TALL[0], x).x, np.arange(4.0)),
        (lambda x: linalg.lstsq(x, np.ones((3, 2))).x, WIDE),
        (lambda x: linalg.cholesky(x @ x.mT, upper=True), A),
        (lambda x: linalg.matrix_power(x, 5), A[0]),
        (lambda x: linalg.matrix_power(x, -3), A),
        (lambda x: linalg.matrix_power(x, 0), A),
        (lambda x: linalg.solve(x, np.ones((2, 3, 2))), A[0]),
        (lambda x: linalg.solve(A, x), np.ones(3)),
    ],
)
def test_gradients_of_first_and_second_order(call, x):
    check_grad(call, x, order=2)


def test_the_determinant_of_a_singular_matrix_has_a_gradient():
    np.testing.assert_allclose(grad(linalg.det)(SINGULAR), [[4, -2], [-2, 1]], atol=1e-12)
    check_grad(linalg.det, np.zeros((2, 2)), order=2)
    check_grad(linalg.det, SINGULAR, order=2)
    check_grad(linalg.det, np.outer([1.0, 2.0, 0.5], [1.0, -1.0, 3.0]), order=2)
    check_grad(linalg.det, A[0], order=3)


def test_a_matrix_with_a_nan_has_gradient_nan_and_leaves_its_neighbours_alone():
    x = np.stack([np.eye(2), np.full((2, 2), np.nan)])
    with np.errstate(invalid="ignore"):  # NumPy's own det warns
        slope = grad(lambda x: linalg.det(x).sum())(x)
    np.testing.assert_allclose(slope[0], np.eye(2))
    assert np.isnan(slope[1]).all()


def test_the_pseudo_inverse_of_a_singular_matrix_has_a_gradient_along_its_rank():
    check_grad(lambda v: linalg.pinv(autograd.outer(v, v)), np.array([1.0, 2.0]))


def test_a_gradient_by_a_symmetric_matrix_is_symmetric():
    slope = grad(lambda x: linalg.cholesky(x).sum())(SPD)
    np.testing.assert_array_equal(slope, slope.mT)


def test_the_sign_of_a_determinant_is_plain():
    sign, _ = linalg.slogdet(Value(A[0]))
    assert isinstance(sign, np.float64)


def test_an_empty_batch_and_an_empty_matrix_pass_through():
    for name in ("inv", "det", "cholesky", "expm", "pinv"):
        x = Value(np.ones((0, 2, 2)))
        getattr(linalg, name)(x).sum().backward()
        assert x.grad.shape == (0, 2, 2)
    assert linalg.det(Value(np.ones((0, 0)))).item() == 1.0


V, M, T = np.ones(3), np.ones((3, 3)), np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: linalg.inv(c(T)), r"inv: needs square matrices.*\(2, 3\); pinv"),
        (lambda c: linalg.inv(c(V)), r"inv: needs square matrices.*\(3,\)"),
        (lambda c: linalg.det(c(T)), r"det: needs square matrices.*\(2, 3\)"),
        (lambda c: linalg.slogdet(c(T)), "slogdet: needs square"),
        (lambda c: linalg.pinv(c(V)), r"pinv: needs matrices.*\(3,\)"),
        (lambda c: linalg.solve(c(T), V), "solve: needs square.*lstsq"),
        (lambda c: linalg.solve(c(np.eye(3)), np.ones(2)), r"solve: b \(2,\).*a \(3, 3\)"),
        (lambda c: linalg.solve(c(np.eye(3)), 2.0), r"solve: b \(\)"),
        (lambda c: linalg.solve(2.0, c(V)), r"solve: needs square.*\(\)"),
        (lambda c: linalg.lstsq(c(T), V), r"lstsq: .* a \(2, 3\) and b \(3,\)"),
        (lambda c: linalg.cholesky(c(T)), "cholesky: needs square"),
        (lambda c: linalg.matrix_power(c(T), 2), "matrix_power: needs square"),
        (lambda c: linalg.expm(c(T)), "expm: needs square"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    for convert in (Value, np.asarray):
        with pytest.raises(ShapeError, match=message):
            call(convert)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: linalg.inv(c(SINGULAR)), r"^inv: a matrix is singular \(given \(2, 2\)\)"),
        (lambda c: linalg.solve(c(SINGULAR), np.ones(2)), "^solve: a matrix is singular"),
        (lambda c: linalg.pinv(c(SINGULAR * np.nan)), "^pinv: did not converge.*look for NaN"),
        (lambda c: linalg.cholesky(c(-np.eye(2))), "^cholesky: a matrix is not positive definite"),
    ],
)
def test_a_matrix_without_an_answer_is_named(call, message):
    for convert in (Value, np.asarray):
        with pytest.raises(np.linalg.LinAlgError, match=message):
            call(convert)


def test_a_power_is_an_integer():
    with pytest.raises(TypeError, match=r"matrix_power: n must be an integer, got 0\.5"):
        linalg.matrix_power(Value(M), 0.5)


def test_without_scipy_expm_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ImportError, match=r"expm is computed by SciPy.*chainrule\[special\]"):
        linalg.expm(Value(M))
