"""Reductions, accumulations and order where ties, zeros and NaN meet, and by NumPy's own names."""

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value, grad
from autograd.testing import check_grad

NAN, INF = np.nan, np.inf
M = np.array([[0.5, -1.0, 1.5, 0.2], [2.0, 2.5, -3.0, 0.9], [1.1, -0.7, 0.3, -2.2]])
T = np.stack([M, M[::-1] * 1.3 + 0.01])


def slope(function, x):
    return grad(lambda x: function(x).sum())(np.asarray(x, float))


@pytest.mark.parametrize(
    "call",
    [
        lambda m: np.prod(m),
        lambda m: np.prod(m, axis=0),
        lambda m: np.prod(m, axis=(-1, 0), keepdims=True),
        lambda m: np.std(m, axis=1, ddof=1),
        lambda m: np.std(m, keepdims=True),
        lambda m: np.ptp(m, axis=0),
        lambda m: np.ptp(m, axis=(0, 1), keepdims=True),
        lambda m: np.median(m),
        lambda m: np.median(m, axis=0),
        lambda m: np.median(m, axis=(0, -1), keepdims=True),
        lambda m: np.quantile(m, 0.3),
        lambda m: np.quantile(m, [[0.0, 0.3], [0.5, 1.0]], axis=1),
        lambda m: np.quantile(m, [0.25, 0.8], axis=-1, keepdims=True),
        lambda m: np.cumsum(m),
        lambda m: np.cumsum(m, axis=-1),
        lambda m: np.cumprod(m),
        lambda m: np.cumprod(m, axis=0),
        lambda m: np.add.accumulate(m),
        lambda m: np.logaddexp.accumulate(m, axis=1),
        lambda m: np.multiply.reduce(m, axis=1),
        lambda m: np.logaddexp.reduce(m, axis=1),
        lambda m: np.nansum(m, axis=0),
        lambda m: np.nanmean(m, axis=1, keepdims=True),
        lambda m: np.average(m, axis=0),
        lambda m: np.average(m, axis=1, weights=[1.0, 2.0, 3.0, 0.5]),
        lambda m: np.average(m, weights=M**2, keepdims=True),
        lambda m: np.linalg.norm(m),
        lambda m: np.linalg.norm(m, axis=0),
        lambda m: np.linalg.norm(m, 1),
        lambda m: np.linalg.norm(m, -1),
        lambda m: np.linalg.norm(m, np.inf, keepdims=True),
        lambda m: np.linalg.norm(m, -np.inf),
        lambda m: np.linalg.norm(m, "fro", axis=(1, 0), keepdims=True),
        lambda m: np.linalg.norm(m, np.inf, axis=(1, 0)),
        lambda m: np.linalg.norm(m, 3, axis=1),
        lambda m: np.linalg.norm(m, np.inf, axis=0),
        lambda m: np.linalg.norm(m, -np.inf, axis=-1),
        lambda m: np.percentile(m, [25, 60], axis=0),
        lambda m: np.diff(m),
        lambda m: np.diff(m, 2, axis=0),
        lambda m: np.trapezoid(m, axis=0),
        lambda m: np.trapezoid(m, [0.0, 1.0, 1.5, 4.0]),
        lambda m: np.trapezoid(m, m + 2, dx=3),
        lambda m: np.append(m, m[:1], axis=0),
        lambda m: np.append(m, 3.0),
        lambda m: np.nanmax(m, axis=0),
        lambda m: np.nanmin(m, keepdims=True),
        lambda m: np.nanvar(m, axis=1, ddof=1),
        lambda m: np.nanstd(m, axis=0),
        lambda m: np.sort(m),
        lambda m: np.sort(m, axis=0),
        lambda m: np.sort(m, axis=None),
    ],
)
def test_numpys_functions_record_and_equal_numpy(call):
    np.testing.assert_allclose(call(Value(M)).data, call(M), rtol=1e-14)
    check_grad(call, M, order=2)


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
def test_products_are_differentiated_beside_zeros(zeros):
    x = np.array([2.0, 3.0, -1.5, 0.5])
    x[:zeros] = 0
    check_grad(autograd.prod, x, order=2)
    check_grad(autograd.cumprod, x, order=2)


def test_the_derivative_of_a_spread_of_nothing_is_zero():
    np.testing.assert_array_equal(slope(autograd.std, [2.0, 2.0]), 0)
    np.testing.assert_array_equal(slope(autograd.norm, [0.0, 0.0]), 0)


def test_ties_share_where_a_maximum_decides():
    np.testing.assert_array_equal(slope(autograd.ptp, [1.0, 5.0, 5.0]), [-1, 0.5, 0.5])
    norm = lambda x: autograd.norm(x, INF)
    np.testing.assert_array_equal(slope(norm, [-2.0, 2.0, 1.0]), [-0.5, 0.5, 0])


def test_nan_is_passed_over_or_passed_on():
    x = np.array([1.0, NAN, 3.0])
    np.testing.assert_array_equal(slope(autograd.nansum, x), [1, 0, 1])
    np.testing.assert_array_equal(slope(autograd.nanmean, x), [0.5, 0, 0.5])
    np.testing.assert_array_equal(slope(autograd.nanmax, x), [0, 0, 1])
    np.testing.assert_array_equal(slope(autograd.nanvar, x), [-1, 0, 1])
    np.testing.assert_array_equal(slope(autograd.nanstd, x), [-0.5, 0, 0.5])
    np.testing.assert_array_equal(slope(autograd.nanstd, [2.0, NAN, 2.0]), 0)
    assert np.isnan(autograd.median(Value(x)).item())
    assert np.isnan(autograd.quantile(Value(x), 0.0).item())


def test_average_returns_its_weights_on_request_and_is_differentiable_by_them():
    mean, weight = np.average(Value([1.0, 5.0]), weights=[3.0, 1.0], returned=True)
    assert (mean.item(), weight) == (2.0, 4.0)
    check_grad(lambda w: np.average(M, axis=1, weights=w), np.array([1.0, 2.0, 3.0, 0.5]))
    with pytest.raises(ShapeError, match=r"average: weights \(2,\) fit neither x \(3, 4\)"):
        np.average(Value(M), weights=[1.0, 2.0], axis=0)


def test_logcumsumexp_is_safe_far_out():
    x = np.array([-INF, -1000.0, 1000.0, 999.0])
    out = autograd.logcumsumexp(x)
    np.testing.assert_allclose(out, np.logaddexp.accumulate(x))
    np.testing.assert_allclose(slope(lambda x: autograd.logcumsumexp(x)[-1:], x)[1:],
                               [0, 1 / (1 + np.exp(-1)), 1 / (1 + np.e)])  # fmt: skip


def test_softmax_of_nothing_is_nothing():
    for function in (autograd.softmax, autograd.log_softmax):
        x = Value(np.ones((5, 0)))
        out = function(x)
        out.sum().backward()
        assert out.shape == x.grad.shape == (5, 0)


def test_the_logarithm_of_no_sum_is_minus_infinity():
    assert autograd.logsumexp(np.zeros(0)) == -INF
    np.testing.assert_array_equal(autograd.logsumexp(np.zeros((2, 0)), axis=1), [-INF, -INF])
    x = np.array([[-INF, -INF], [-INF, 1.0]])
    np.testing.assert_array_equal(autograd.logsumexp(x, axis=1), [-INF, 1])
    np.testing.assert_array_equal(slope(lambda x: autograd.logsumexp(x, axis=1), x),
                                  [[0, 0], [0, 1]])  # fmt: skip


def test_in_a_sorted_line_equal_elements_keep_their_order():
    weights = np.array([10.0, 20.0, 30.0])
    np.testing.assert_array_equal(slope(lambda x: np.sort(x) * weights, [2.0, 1.0, 1.0]),
                                  [30, 10, 20])  # fmt: skip


@pytest.mark.parametrize("largest", [True, False])
def test_topk_gives_values_and_indices(largest):
    values, indices = autograd.topk(Value(M), 2, axis=1, largest=largest)
    order = np.argsort(-M if largest else M, axis=1)[:, :2]
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(values.data, np.take_along_axis(M, order, 1))
    check_grad(lambda x: autograd.topk(x, 2, axis=0, largest=largest)[0], M)
    with pytest.raises(ValueError, match="topk: k=5 of the 4 elements along axis 1"):
        autograd.topk(Value(M), 5)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda m: autograd.quantile(m, 1.5), ValueError, "q lies between 0 and 1"),
        (lambda m: np.quantile(m, 0.5, method="lowest"), ValueError, "lowest"),
        (lambda m: autograd.median(m[:0]), ValueError, "nothing to reduce"),
        (
            lambda m: autograd.cumsum(m, 2),
            ShapeError,
            "axis 2 is out of bounds for shape",
        ),
        (lambda m: autograd.norm(m, 3), ValueError, "ord=3 of a matrix"),
        (lambda m: autograd.norm(m, "no"), ValueError, "ord='no' of a matrix"),
        (lambda m: autograd.norm(m, "fro", axis=0), ValueError, "ord='fro' of a vector"),
    ],
)
def test_impossible_requests_say_so(call, error, text):
    with pytest.raises(error, match=text):
        call(Value(M))


@pytest.mark.parametrize("name", ["argmax", "argmin", "any", "all", "count_nonzero", "argsort"])
def test_questions_answer_with_plain_arrays(name):
    answer = getattr(autograd, name)(Value(M), axis=0)
    assert isinstance(answer, np.ndarray)
    np.testing.assert_array_equal(answer, getattr(np, name)(M, axis=0))


def test_softmax_over_all_axes_sends_gradients_back():
    x = Value(np.array([[1.0, 2.0], [0.5, -1.0]]))
    weights = np.array([[1.0, 0.0], [3.0, 2.0]])
    (autograd.softmax(x, axis=None) * weights).sum().backward()
    flat = Value(x.data.ravel())
    (autograd.softmax(flat) * weights.ravel()).sum().backward()
    np.testing.assert_allclose(x.grad.ravel(), flat.grad)
