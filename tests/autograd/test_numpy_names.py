"""NumPy's public functions on Values: its own numbers, and a gradient that check_grad confirms."""

import numpy as np
import pytest

from autograd import NotDifferentiableError, Value
from autograd.testing import check_grad

M = np.array([[0.5, -1.0, 1.5, 0.2], [2.0, 2.5, -3.0, 0.9], [1.1, -0.7, 0.3, -2.2]])
MASK = np.array([[True, False, True, True], [True, True, False, True], [False, True, True, True]])
holes = lambda m: np.where(MASK, m, np.nan)
SIDE = np.array([[0.2, 1.0, -0.5], [0.7, -0.3, 2.0], [1.5, 0.4, -1.2], [0.1, 0.6, 0.9]])
CUBE = np.stack([M, M[::-1] * 1.3 + 0.01])
SQUARE = SIDE[:3] + 2 * np.eye(3)
REAL_SPECTRUM = np.array([[1.0, 0.2, 0.1], [0.3, 3.0, 0.2], [0.1, 0.2, 5.0]])
LINE = M[0]

CALLS = [
    # reductions, as NumPy takes their arguments
    lambda m: np.sum(m, 0, None, None, True),
    lambda m: np.sum(m, axis=1, where=MASK),
    lambda m: np.sum(m, initial=2.0),
    lambda m: np.sum(m, where=MASK, keepdims=True, initial=1.0),
    lambda m: np.sum(a=m, axis=0),
    lambda m: np.sum(m[:0], axis=0, initial=2.0),
    lambda m: np.prod(m, 1, None, None, True),
    lambda m: np.prod(m, axis=0, where=MASK, initial=3.0),
    lambda m: np.mean(m, 0, None, None, True),
    lambda m: np.mean(m, axis=0, where=MASK),
    lambda m: np.var(m, 0, None, None, 1, True),
    lambda m: np.var(m, axis=1, where=MASK, ddof=1),
    lambda m: np.var(m, axis=1, correction=1),
    lambda m: np.std(m, where=MASK),
    lambda m: np.max(m, 0, None, True),
    lambda m: np.max(m, axis=1, initial=0.6),
    lambda m: np.max(m, axis=1, initial=-9.0, where=MASK),
    lambda m: np.min(m, axis=1, initial=9.0, where=MASK),
    lambda m: np.nansum(holes(m), axis=0, initial=1.0),
    lambda m: np.nanprod(holes(m), axis=0),
    lambda m: np.nanmean(m, axis=1, where=MASK),
    lambda m: np.nanvar(holes(m), 1, None, None, 1),
    lambda m: np.nanmax(holes(m), axis=0),
    lambda m: np.nancumsum(holes(m), axis=0),
    lambda m: np.nancumprod(holes(m), axis=1),
    lambda m: np.nanmedian(holes(m), axis=0),
    lambda m: np.nanmedian(holes(m)),
    lambda m: np.nanquantile(holes(m), [0.2, 0.7], axis=1),
    lambda m: np.nanquantile(holes(m), 0.3, axis=0, method="lower", keepdims=True),
    lambda m: np.nanpercentile(holes(m), 40, axis=0),
    lambda m: np.percentile(m, [10, 90], axis=1, method="higher"),
    lambda m: np.quantile(m, 0.3, 0, None, False, "nearest", True),
    lambda m: np.cumulative_sum(m, axis=0),
    lambda m: np.cumulative_sum(m[0, 0]),
    lambda m: np.nan_to_num(m * 1.0, copy=False),
    lambda m: np.tril(m[0]),
    lambda m: np.triu(m[0], 1),
    lambda m: np.trim_zeros(m * [0, 1, 1, 0] * [[0], [0], [1]]),
    lambda m: np.trim_zeros(m * [0, 1, 1, 0], "b", axis=1),
    lambda m: np.concatenate([m, m], dtype=np.float64),
    lambda m: np.stack([m, m], dtype=np.float64),
    lambda m: np.linspace(m, 1.0, 3, dtype=np.float64),
    lambda m: np.polyval(m, m[0]),
    lambda m: np.polymul(m[0] * [0, 1, 1, 1], m[1]),
    lambda m: np.poly(REAL_SPECTRUM + 0.05 * (m @ SIDE)),
    lambda m: np.trapezoid(m[0, :3], m[:, :3]),
    lambda m: np.linalg.multi_dot(m[:2]),
    lambda m: np.cumulative_sum(m, axis=1, include_initial=True),
    lambda m: np.cumulative_prod(m, axis=1, include_initial=True),
    lambda m: np.cumsum(m, 0, np.float64),
    lambda m: np.add.reduce(m, axis=1, keepdims=True),
    lambda m: np.add.reduce(m, where=MASK),
    lambda m: np.multiply.reduce(m, axis=None),
    lambda m: np.maximum.accumulate(m, axis=1),
    lambda m: np.minimum.accumulate(m),
    lambda m: np.multiply.outer(m[0], m[1]),
    lambda m: np.subtract.outer(m, m[0]),
    # elementwise
    lambda m: np.heaviside(m, m),
    lambda m: np.ldexp(m, [1, -2, 3, 0]),
    lambda m: np.nextafter(m, 0.0),
    lambda m: np.modf(m * 1.01)[0],
    lambda m: np.divmod(m * 1.01, 0.7)[1],
    lambda m: np.frexp(m * 1.01)[0],
    lambda m: np.i0(m),
    lambda m: np.conjugate(m) + np.real(m) + np.conj(m) + np.real_if_close(m),
    lambda m: np.unwrap(m * 4, axis=0),
    lambda m: np.full_like(m, m[0, 0]) * m,
    lambda m: np.copy(m),
    # arranged
    lambda m: np.reshape(m, (4, 3), order="F"),
    lambda m: np.reshape(m, (2, -1), "C"),
    lambda m: np.ravel(m, order="F"),
    lambda m: np.rollaxis(m, 1),
    lambda m: np.hsplit(m, 2)[1],
    lambda m: np.vsplit(m, [1])[1],
    lambda m: np.dsplit(m[None], 2)[1],
    lambda m: np.unstack(m, axis=1)[2],
    lambda m: np.block([[m, m[:, :1]], [m[:1], np.ones((1, 1))]]),
    lambda m: np.block([m[0], 3.0, m[1]]),
    lambda m: np.diagflat(m, -1),
    lambda m: np.resize(m, (2, 9)),
    lambda m: np.append(m, m[:1], 0),
    lambda m: np.insert(m, 1, m[0], axis=0),
    lambda m: np.insert(m, [0, 2, 2], 7.0, axis=1),
    lambda m: np.insert(m, slice(0, 3), m[0, :3]),
    lambda m: np.insert(m, 1, [[1.0], [2.0], [3.0]], axis=1),
    lambda m: np.insert(m, [1], [[1.0], [2.0], [3.0]], axis=1),
    lambda m: np.delete(m, [0, -1], axis=1),
    lambda m: np.delete(m, slice(None, None, 2)),
    lambda m: np.trim_zeros(m[0] * [0, 1, 1, 0]),
    lambda m: np.compress([True, False, True], m, axis=0),
    lambda m: np.extract(MASK, m),
    lambda m: np.select([m > 1, m > 0], [m * 2, m * m], 7.0),
    lambda m: np.select([MASK], [m], 3.0),
    lambda m: np.choose([2, 0, 1, 0], m),
    lambda m: np.choose(MASK.astype(int), [m, -m[0]]),
    lambda m: np.choose([[5, -1, 1, 0]], m, mode="wrap"),
    lambda m: np.piecewise(m, [m < 0, m > 1], [lambda x: x * x, 3.0, lambda x: -x]),
    lambda m: np.piecewise(m[0], m[0] < 0, [lambda x: x * x, lambda x: -x]),
    lambda m: np.apply_along_axis(lambda x: x[::2] * x.sum(), 0, m),
    lambda m: np.apply_along_axis(np.prod, 1, m),
    lambda m: np.apply_over_axes(np.sum, m, [0, 1]),
    lambda m: np.partition(m, 2, axis=1)[:, 2],
    lambda m: np.unique(m),
    lambda m: np.unique(m, axis=0),
    lambda m: np.unique_values(m),
    lambda m: np.union1d(m[0], m[1]),
    lambda m: np.where(MASK, m, -m),
    # sampled functions
    lambda m: np.diff(m, prepend=0.0, append=m[:, :1]),
    lambda m: np.ediff1d(m, to_begin=1.0, to_end=m[0, :2]),
    lambda m: np.gradient(m)[0],
    lambda m: np.gradient(m)[1],
    lambda m: np.gradient(m, 0.5, axis=1, edge_order=2),
    lambda m: np.gradient(m, [0.0, 1.0, 3.0], [0.0, 0.3, 1.0, 1.5], edge_order=2)[1],
    lambda m: np.gradient(LINE, np.cumsum(m[1] ** 2)),
    lambda m: np.gradient(m[:2], axis=0),
    lambda m: np.interp(m * 1.01, [-2.0, 0.1, 1.0, 2.0], [1.0, 3.0, 2.0, 5.0]),
    lambda m: np.interp(m, [-2.0, 0.1, 1.0], [1.0, 3.0, 2.0], left=-1.0, right=9.0),
    lambda m: np.interp([-9.0, 0.3, 0.7, 2.2, 3.0], [0.0, 0.5, 1.0, 2.5], m[0]),
    lambda m: np.interp([0.3, 2.2], np.cumsum(m[1] ** 2), m[0]),
    lambda m: np.interp(m, [0.1, 1.3, 0.6], [1.0, 3.0, 2.0], period=1.7),
    *(
        lambda m, a=a, b=b, f=f, mode=mode: f(m[0, :a], SIDE[:b, 0], mode)
        for a, b in ((4, 2), (4, 3), (2, 4), (3, 4), (4, 4), (4, 1))
        for f in (np.convolve, np.correlate)
        for mode in ("full", "same", "valid")
    ),
    lambda m: np.convolve(LINE, m[1]),
    lambda m: np.trapezoid(m, [0.0, 1.0, 1.5, 4.0]),
    # polynomials
    lambda m: np.polyval(m[0], 1.3),
    lambda m: np.polyval([1.0, 2.0, 3.0], m),
    lambda m: np.polyadd(m[0], m[1, :2]),
    lambda m: np.polysub([1.0], m[0]),
    lambda m: np.polymul(m[0], m[1, :2]),
    lambda m: np.polyder(m[0], 2),
    lambda m: np.polyint(m[0], 2, [1.0, 2.0]),
    lambda m: np.poly(m[0]),
    lambda m: np.vander(m[0]),
    lambda m: np.vander(m[0], 3, increasing=True),
    lambda m: np.polyfit([0.0, 1.0, 1.5, 3.0], m[0], 2),
    lambda m: np.polyfit([0.0, 1.0, 1.5, 3.0], m.T, 1, w=[1.0, 2.0, 1.0, 1.0]),
    # statistics
    lambda m: np.cov(m),
    lambda m: np.cov(m, rowvar=False, ddof=0),
    lambda m: np.cov(m[0], m[1]),
    lambda m: np.cov(m[0]),
    lambda m: np.cov(m, fweights=[1, 2, 1, 3], aweights=[1.0, 0.5, 2.0, 1.0]),
    lambda m: np.cov(m, aweights=[1.0, 0.5, 2.0, 1.0], bias=True),
    lambda m: np.corrcoef(m),
    lambda m: np.corrcoef(m[0], m[1]),
    lambda m: np.bincount([0, 3, 3, 1], m[0], 6),
    lambda m: np.histogram(LINE, 3, weights=m[0])[0],
    lambda m: np.histogram(LINE, [-1.0, 0.1, 1.5], weights=m[0] ** 2, density=True)[0],
    lambda m: np.linspace(m[0], 2.0, 5),
    lambda m: np.linspace(0.0, m, 4, endpoint=False, axis=-1),
    lambda m: np.linspace(0.0, m[0], 4, retstep=True)[1],
    lambda m: np.logspace(m[0], 1.0, 3),
    lambda m: np.geomspace(m[0] ** 2, 4.0, 3),
    # linear algebra
    lambda m: np.linalg.cond(m @ SIDE),
    lambda m: np.linalg.cond(m @ SIDE, 1),
    lambda m: np.linalg.cond(m, -2),
    lambda m: np.linalg.matrix_norm(m),
    lambda m: np.linalg.matrix_norm(np.stack([m, -m]), ord=2, keepdims=True),
    lambda m: np.linalg.vector_norm(m),
    lambda m: np.linalg.vector_norm(m, axis=(0, 1), ord=3, keepdims=True),
    lambda m: np.linalg.vector_norm(m, axis=0, ord=-0.5),
    lambda m: np.linalg.norm(m, 0.5, axis=1),
    lambda m: np.linalg.diagonal(np.stack([m, m * m]), offset=1),
    lambda m: np.linalg.trace(np.stack([m, m * m])),
    lambda m: np.linalg.matmul(m, SIDE),
    lambda m: np.linalg.matrix_transpose(m),
    lambda m: np.linalg.vecdot(m, m[0]),
    lambda m: np.vecdot(m, SIDE.T, axis=0),
    lambda m: np.matvec(m, SIDE.T),
    lambda m: np.vecmat(m[:, :3], SIDE[:3]),
    lambda m: np.linalg.tensorinv((m @ SIDE + 3 * np.eye(3)).reshape(3, 3, 1), ind=1),
    lambda m: np.linalg.tensorsolve((m @ SIDE + 3 * np.eye(3)).reshape(3, 1, 3), m[:, :1]),
    lambda m: np.linalg.tensorsolve(
        (m @ SIDE + 3 * np.eye(3)).reshape(3, 1, 3), m[:1, :3], axes=(0,)
    ),
    lambda m: np.linalg.eig(REAL_SPECTRUM + 0.05 * (m @ SIDE))[0],
    lambda m: np.linalg.eig(REAL_SPECTRUM + 0.05 * (m @ SIDE))[1],
    lambda m: np.linalg.eigvals(REAL_SPECTRUM + 0.05 * (m @ SIDE)),
    lambda m: np.linalg.svd(m)[2] ** 2,
    lambda m: np.linalg.svd(m.T)[0] ** 2,
    lambda m: np.linalg.qr(m.T, mode="complete")[0] ** 2,
    lambda m: np.linalg.qr(m.T, mode="complete")[1] ** 2,
    # margins
    lambda m: np.pad(m, 1, "linear_ramp"),
    lambda m: np.pad(m, ((0, 2), (3, 1)), "linear_ramp", end_values=((1, 2), (3, 4))),
    lambda m: np.pad(m, 1, "maximum"),
    lambda m: np.pad(m, (2, 0), "minimum", stat_length=2),
    lambda m: np.pad(m, ((0, 1), (2, 2)), "mean", stat_length=((1, 2), (2, 3))),
    lambda m: np.pad(m, 1, "median"),
    lambda m: np.pad(m, {1: (1, 2)}, "symmetric"),
    lambda m: np.pad(m, 3, "reflect"),
]


def numbers(x):
    return getattr(x, "data", x)


@pytest.mark.parametrize("call", CALLS)
def test_numpys_number_and_a_gradient(call):
    found, expected = call(Value(M)), call(M)
    assert found.shape == np.shape(expected)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.data, expected, rtol=1e-9, atol=1e-11)
    check_grad(call, M)


METHODS = [
    "linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf", "averaged_inverted_cdf",
    "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased",
    "normal_unbiased",
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_every_method_of_quantiles(method, n):
    x = np.array([0.5, -1.0, 1.5, 0.2, 2.1, -0.4])[:n]
    q = [0.0, 0.1, 0.25, 0.5, 0.77, 1.0]
    call = lambda x: np.quantile(x, q, method=method)
    np.testing.assert_allclose(call(Value(x)).data, call(x), rtol=1e-12)
    check_grad(call, x)


@pytest.mark.parametrize("method", METHODS)
def test_a_quantile_moves_with_q(method):
    x = np.array([0.5, -1.0, 1.5, 0.2, 2.1, -0.4])
    for n in (1, 5, 6):
        check_grad(
            lambda q, n=n: np.quantile(x[:n], q, method=method), np.array([0.07, 0.31, 0.63])
        )
    check_grad(lambda q: np.nanpercentile(holes(M), q, axis=0), np.array([12.0, 61.0]))


CONSTANTS = [
    lambda m: np.argpartition(m, 2, axis=1),
    lambda m: np.lexsort((m[0], m[1])),
    lambda m: np.isreal(m),
    lambda m: np.iscomplex(m),
    lambda m: np.spacing(m),
    lambda m: np.imag(m),
    lambda m: np.angle(m),
    lambda m: np.histogram(m, 3)[0],
    lambda m: np.where(m)[1],
    lambda m: np.where(m > 0)[1],
    lambda m: np.histogram_bin_edges(m, 3),
    lambda m: np.linalg.matrix_rank(m),
    lambda m: np.tril_indices_from(m),
    lambda m: np.einsum_path("ij,jk", m, SIDE)[0],
    lambda m: np.full_like(m, 3.0),
    lambda m: np.bitwise_and(np.ones(2, int), 3),
    lambda m: np.shares_memory(m, np.ones(3)),
]


@pytest.mark.parametrize("call", CONSTANTS)
def test_a_constant_answer_is_numpys(call):
    found, expected = call(Value(M)), call(M)
    assert not isinstance(found, Value)
    assert str(found) == str(expected)


UNSUPPORTED = [
    lambda m: np.exp(m, out=np.ones(4)),
    lambda m: np.sum(m, out=np.ones(())),
    lambda m: np.sum(m, 0, None, np.ones(4)),
    lambda m: np.concatenate([m, m], out=np.ones((6, 4))),
    lambda m: np.exp(m, signature="d->d"),
    lambda m: np.max(m, where=MASK),
    lambda m: np.mean(m, initial=1.0),
    lambda m: np.var(m, mean=0.0),
    lambda m: np.sum(m, where=[1, 0, 1, 0]),
    lambda m: np.sum(m, initial=[1.0, 2.0]),
    lambda m: np.exp(m, where=[1, 0, 1, 0]),
    lambda m: np.exp(m, order="B"),
    lambda m: np.modf(m, where=MASK),
    lambda m: np.geomspace(m, 0.0),
    lambda m: np.matvec(m[0], m),
    lambda m: np.exp(m, dtype=m),
    lambda m: np.quantile(m, 0.5, weights=np.ones(12), method="inverted_cdf"),
    lambda m: np.ravel(m, order="K"),
    lambda m: np.pad(m, 1, "empty"),
    lambda m: np.pad(m, 1, "reflect", reflect_type="odd"),
    lambda m: np.fft.fft(m),
    lambda m: np.roots(m[0]),
    lambda m: np.savetxt("nowhere", m),
    lambda m: np.add.reduceat(m, [0, 1]),
    lambda m: np.multiply.at(np.ones((3, 4)), [0], m[0]),
    lambda m: np.add.at(np.ones((3, 4)), [0], m[0]),
    lambda m: np.copyto(np.ones((3, 4)), m),
    lambda m: np.put_along_axis(np.ones((3, 4)), np.zeros((3, 1), int), m[:, :1], 1),
    lambda m: np.full((3, 4), m),
    lambda m: np.linalg.eigvals(np.array([[0.0, 1.0], [-1.0, 0.0]]) * m[0, 0]),
    lambda m: m.sum(0, np.float32),
]


@pytest.mark.parametrize("call", UNSUPPORTED)
def test_what_is_not_done_is_an_error_that_says_so(call):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(Value(M))
    assert len(str(caught.value)) > 20


def after(change):
    """The function that changes a copy of its argument and returns it."""

    def program(m):
        m = m * 1.0
        assert change(m) is None
        return m

    return program


@pytest.mark.parametrize(
    "change",
    [
        lambda m: np.put_along_axis(m, np.array([[1], [0], [3]]), m[:, :1] * 2, 1),
        lambda m: np.put_along_axis(m, np.array([1, 5]), [7.0, 8.0], None),
        lambda m: np.put(m, [0, -2, 5], m[0, :2]),
        lambda m: np.put(m, [1, 14], 3.0, mode="wrap"),
        lambda m: np.place(m, MASK, m[0, :2] * 3),
        lambda m: np.putmask(m, MASK, m[1] * 2),
        lambda m: np.copyto(m, m[0] * 2),
        lambda m: np.copyto(m, -m, where=MASK),
        lambda m: np.fill_diagonal(m, m[2, :2]),
        lambda m: np.add.at(m, ([0, 0, 1], [1, 1, 2]), m[2, :3]),
        lambda m: np.subtract.at(m, [0, 0], m[1:]),
        lambda m: m.sort(),
        lambda m: m.sort(axis=0),
        lambda m: m.fill(m[0, 0]),
        lambda m: m.put([0, 1], m[2, :2]),
    ],
)
def test_what_numpy_changes_in_place_is_a_recorded_write(change):
    program = after(change)
    np.testing.assert_allclose(program(Value(M)).data, program(M), rtol=1e-14)
    check_grad(program, M, order=2)


def into(call):
    """The function that calls with a copy of its argument as the target, and returns that."""

    def program(m):
        target = m * 1.0
        assert call(m, target) is target
        return target

    return program


@pytest.mark.parametrize(
    "call",
    [
        lambda m, out: np.exp(m, out=out),
        lambda m, out: np.multiply(m, m[0], out=out),
        lambda m, out: np.multiply(out, m[0], out=out, where=MASK),
        lambda m, out: np.log(out, out=out, where=M > 0),
        lambda m, out: np.negative(m, out, where=MASK),
        lambda m, out: np.cumsum(m, axis=0, out=out),
        lambda m, out: np.concatenate([m[:1], m[:2]], out=out),
        lambda m, out: np.clip(m, -1.1, 1.2, out=out),
    ],
)
def test_out_is_written_into_and_returned(call):
    program = into(call)
    np.testing.assert_allclose(program(Value(M)).data, program(M), rtol=1e-14)
    check_grad(program, M, order=2)


def test_out_may_be_a_view():
    x, array = Value(M), M.copy()
    np.add(x[0], x[1], out=x[:, :].T[:, 2])
    np.add(array[0], array[1], out=array[:, :].T[:, 2])
    np.testing.assert_array_equal(x.data, array)


def test_a_ufunc_at_some_places_is_zero_at_the_others_and_has_no_gradient_there():
    x = Value([1.0, 0.0, 4.0])
    y = np.log(x, where=[True, False, True])
    np.testing.assert_array_equal(y.data, np.log([1, 1, 4]))
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 0, 0.25])


def test_a_ufunc_in_another_dtype():
    x = Value([1.0, 2.0])
    y = np.exp(x, dtype=np.float32)
    assert y.dtype == np.float32
    y.sum().backward()
    np.testing.assert_allclose(x.grad, np.exp([1, 2]), rtol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m // 0.7,
        lambda m: 3.0 // m,
        lambda m: divmod(m, 0.7)[1],
        lambda m: divmod(3.0, m)[1],
        lambda m: m.copy(),
        lambda m: m.sum(0, None, None, True),
        lambda m: m.sum(axis=1, where=MASK, initial=2.0),
        lambda m: m.mean(axis=0, where=MASK),
        lambda m: m.max(axis=1, initial=0.7),
        lambda m: m.min(axis=1, initial=9.0, where=MASK),
        lambda m: m.prod(axis=1, where=MASK, keepdims=True),
        lambda m: m.std(0, None, None, 1, True),
        lambda m: m.var(axis=0, where=MASK, ddof=1),
        lambda m: m.sum(dtype=np.float32).astype(float) * 0,
        lambda m: m.conj() + m.conjugate() + m.real + m.imag,
        lambda m: m.dot(SIDE),
        lambda m: m.compress([True, False, True], axis=0),
        lambda m: m.flatten("F"),
        lambda m: m.ravel(order="F"),
        lambda m: m.reshape(4, 3, order="F"),
        lambda m: m.argpartition(1).astype(float),
        lambda m: np.array(m.tolist()),
        lambda m: np.array([m.nbytes, m.itemsize, *m.strides, len(m.tobytes())]),
        lambda m: np.array(m.nonzero()),
        lambda m: np.array([0.5 in m, 0.25 in m]),
    ],
)
def test_methods_are_those_of_an_array(call):
    np.testing.assert_allclose(numbers(call(Value(M))), call(M), rtol=1e-12)


def test_integers_have_their_bits():
    x, y = Value([1, 2, 3]), np.array([3, 3, 3])
    np.testing.assert_array_equal(x & y, [1, 2, 3])
    np.testing.assert_array_equal(y | x, [3, 3, 3])
    np.testing.assert_array_equal(x ^ 1, [0, 3, 2])
    np.testing.assert_array_equal(~x, [-2, -3, -4])


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.copy(),
        lambda m: np.copy(m),
        lambda m: m.flatten(),
        lambda m: m.ravel(),
        lambda m: m.ravel("F"),
        lambda m: m[:, 0].ravel(),
        lambda m: m[:, 0][None].ravel(),
        lambda m: m[::-1].reshape(-1),
        lambda m: m.reshape(2, 6),
        lambda m: m.reshape(2, 6, order="F"),
        lambda m: m.T,
        lambda m: np.flip(m),
        lambda m: np.rollaxis(m, 1),
        lambda m: np.hsplit(m, 2)[0],
        lambda m: np.unstack(m)[0],
        lambda m: np.roll(m, 1),
        lambda m: np.atleast_3d(m),
        lambda m: np.squeeze(m[None]),
        lambda m: np.squeeze(m),
        lambda m: np.pad(m, 1),
        lambda m: np.repeat(m, 1),
    ],
)
def test_what_numpy_copies_is_a_copy_and_what_it_shows_is_a_view(call):
    x, array = Value(M), M.copy()
    call(x)[...] = 7.0
    call(array)[...] = 7.0
    np.testing.assert_array_equal(x.data, array)


def test_equal_elements_of_unique_leave_the_gradient_to_the_first():
    x = Value([2.0, 1.0, 2.0])
    values, index, inverse, counts = np.unique(x, True, True, True)
    (values * [10.0, 20.0]).sum().backward()
    np.testing.assert_array_equal(x.grad, [20, 10, 0])
    np.testing.assert_array_equal(index, [1, 0])
    np.testing.assert_array_equal(inverse, [1, 0, 1])
    np.testing.assert_array_equal(counts, [1, 2])


@pytest.mark.parametrize(
    ("call", "slope"),
    [
        (lambda x: np.setdiff1d(x, [2.0, 7.0]), [0, 1, 1, 0]),
        (lambda x: np.setdiff1d(x, [2.0], assume_unique=True), [0, 1, 1, 1]),
        (lambda x: np.intersect1d(x, [2.0, 7.0, 3.0]), [1, 0, 1, 0]),
    ],
)
def test_elements_picked_by_membership_have_the_gradient(call, slope):
    x = Value([2.0, 1.0, 3.0, 1.0])
    np.testing.assert_array_equal(call(x).data, call(x.data))
    call(x).sum().backward()
    np.testing.assert_array_equal(x.grad, slope)


def test_a_message_about_fft_names_it():
    with pytest.raises(NotDifferentiableError, match=r"np\.fft\.fft"):
        np.fft.fft(Value(LINE))
