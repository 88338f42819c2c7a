"""QR, eigenvectors and singular vectors: wholes, conventions, bad input."""

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value, grad, linalg
from autograd.testing import check_grad

RNG = np.random.default_rng(0)
A = RNG.uniform(-1, 1, (2, 3, 3))
TALL, WIDE = RNG.uniform(-1, 1, (2, 4, 2)), RNG.uniform(-1, 1, (2, 2, 4))
SYMMETRIC = A + A.mT


def parts_of(result):
    return [result] if isinstance(result, Value | np.ndarray | np.generic) else list(result)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: np.linalg.qr(x), A),
        (lambda x: np.linalg.qr(x), TALL),
        (lambda x: np.linalg.qr(x), WIDE),
        (lambda x: np.linalg.qr(x, mode="r"), TALL),
        (lambda x: np.linalg.qr(x, mode="complete"), WIDE),
        (lambda x: np.linalg.eigh(x), SYMMETRIC),
        (lambda x: np.linalg.eigh(x, UPLO="U"), SYMMETRIC),
        (lambda x: np.linalg.eigvalsh(x), SYMMETRIC),
        (lambda x: np.linalg.svd(x), A),
        (lambda x: np.linalg.svd(x, full_matrices=False), WIDE),
        (lambda x: np.linalg.svd(x, compute_uv=False), TALL),
        (lambda x: np.linalg.svdvals(x), TALL),
        *(
            (lambda x, o=o: np.linalg.norm(x, o, axis=(1, 2)), TALL)
            for o in (1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")
        ),
        (lambda x: np.linalg.norm(x, "nuc", axis=(-1, 0)), TALL),
        (lambda x: np.linalg.norm(x, 2, axis=(2, 0), keepdims=True), TALL),
        (lambda x: np.linalg.norm(x, 2), TALL[0]),
        (lambda x: np.linalg.norm(x, 3), TALL[0, 0]),
    ],
)
def test_numpys_names_give_numpys_numbers_and_have_gradients(call, x):
    for found, expected in zip(parts_of(call(Value(x))), parts_of(call(x)), strict=True):
        assert found.shape == expected.shape
        np.testing.assert_allclose(found.data, expected, rtol=1e-12, atol=1e-13)
    same = (lambda x: (x + x.mT) / 2) if x is SYMMETRIC else (lambda x: x)
    for i in range(len(parts_of(call(x)))):
        check_grad(lambda x, i=i: parts_of(call(same(x)))[i], x)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: linalg.qr(x).Q, TALL),
        (lambda x: linalg.qr(x).R, WIDE),
        (lambda x: linalg.eigh(x).eigenvectors, SYMMETRIC),
        (lambda x: linalg.svd(x, full_matrices=False).U, TALL),
        (lambda x: linalg.svd(x, full_matrices=False).Vh, WIDE),
        (lambda x: linalg.norm(x, "nuc", axis=(-2, -1)), A),
    ],
)
def test_second_derivatives(call, x):
    check_grad(call, x[0], order=2)


def test_the_parts_multiply_to_the_matrix_and_so_do_their_gradients():
    """d sum(weights * x) / dx = weights, whichever way x is taken apart and put together."""
    weights = RNG.uniform(-1, 1, TALL.shape)

    def by_qr(x):
        q, r = linalg.qr(x)
        return (weights * (q @ r)).sum()

    def by_svd(x):
        u, s, vt = linalg.svd(x, full_matrices=False)
        return (weights * ((u * s[..., None, :]) @ vt)).sum()

    for function in (by_qr, by_svd):
        np.testing.assert_allclose(grad(function)(TALL), weights, atol=1e-12)


def test_equal_values_have_gradients_where_the_mixture_does_not_count():
    """The trace of a function of a matrix does not depend on the choice of eigenvectors."""

    def trace_of_the_exponential(x):
        w, v = linalg.eigh(x)
        return autograd.trace((v * np.exp(w)[..., None, :]) @ v.mT)

    np.testing.assert_allclose(
        grad(trace_of_the_exponential)(np.eye(3)), np.e * np.eye(3), atol=1e-12
    )
    nearly = np.ones((3, 3)) + np.eye(3)  # two eigenvalues of 1, a rounding apart
    np.testing.assert_allclose(
        grad(trace_of_the_exponential)(nearly), linalg.expm(nearly), rtol=1e-12
    )
    np.testing.assert_allclose(grad(lambda x: linalg.svdvals(x).sum())(np.eye(3)), np.eye(3))
    np.testing.assert_allclose(grad(lambda x: linalg.svd(x).S.sum())(np.eye(3)), np.eye(3))


def test_the_space_left_over_has_a_gradient_though_its_basis_is_arbitrary():
    """The projection onto it does not depend on the basis, and is what the columns leave."""
    x = RNG.uniform(-1, 1, (4, 2))
    weights = RNG.uniform(-1, 1, (4, 4))

    def onto_the_rest_of(q):
        rest = q[:, 2:]
        return (weights * (rest @ rest.T)).sum()

    left = lambda x: (weights * (np.eye(4) - x @ linalg.pinv(x))).sum()
    for part in (
        lambda x: linalg.svd(x).U,
        lambda x: linalg.svd(x.T).Vh.T,
        lambda x: linalg.qr(x, "complete").Q,
    ):
        np.testing.assert_allclose(
            grad(lambda x, part=part: onto_the_rest_of(part(x)))(x), grad(left)(x), atol=1e-12
        )
        check_grad(lambda x, part=part: onto_the_rest_of(part(x)), x, order=2)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (2, 0, 3), (0, 2, 2)])
def test_empty_matrices_have_empty_parts(shape):
    for call in (
        lambda x: np.linalg.svd(x),
        lambda x: np.linalg.svd(x, full_matrices=False),
        lambda x: np.linalg.svdvals(x),
        lambda x: np.linalg.qr(x),
        lambda x: np.linalg.qr(x, "complete"),
        lambda x: np.linalg.eigh(x),
        lambda x: np.linalg.eigvalsh(x),
        lambda x: np.linalg.eig(x),
    ):
        try:
            expected = parts_of(call(np.ones(shape)))
        except ValueError:
            continue
        x = Value(np.ones(shape))
        for found, like in zip(parts_of(call(x)), expected, strict=True):
            assert found.shape == like.shape
            found.sum().backward()
            assert x.grad.shape == shape


def test_a_gradient_by_a_symmetric_matrix_is_symmetric():
    slope = grad(lambda x: (linalg.eigh(x).eigenvectors ** 3).sum())(SYMMETRIC)
    np.testing.assert_array_equal(slope, slope.mT)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: linalg.eigh(v), r"eigh: needs square matrices.*\(2, 3\); svd"),
        (lambda v: linalg.eigvalsh(v), "eigvalsh: needs square"),
        (lambda v: linalg.svd(v[0]), r"svd: needs matrices.*\(3,\)"),
        (lambda v: linalg.qr(v[0]), r"qr: needs matrices.*got \(3,\)"),
        (lambda v: linalg.svdvals(v[0, 0]), r"svdvals: needs matrices.*\(\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    for x in (Value(np.ones((2, 3))), np.ones((2, 3))):
        with pytest.raises(ShapeError, match=message):
            call(x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: linalg.eig([[0.0, 1.0], [-1.0, 0.0]] * v[:, :2]), "eig: .*complex eigenvalues"),
        (lambda v: linalg.qr(v, "economic"), "qr: mode must be"),
        (lambda v: linalg.eigh(v @ v.mT, "X"), "eigh: UPLO must be"),
        (lambda v: linalg.norm(v, 3), "norm: ord=3 of a matrix"),
        (lambda v: linalg.eigh(v @ v.mT, np.ones(2)), "eigh: UPLO must be"),
        (lambda v: linalg.svdvals(v * np.nan), r"svdvals: did not converge.*look for NaN"),
    ],
)
def test_what_has_no_derivative_says_so(call, message):
    with pytest.raises(ValueError, match=message):
        call(Value(np.ones((2, 3))))
