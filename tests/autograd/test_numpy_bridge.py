"""NumPy's own names on Values: recorded, answered plainly, or refused; never silently dropped."""

import numpy as np
import pytest

from autograd import NotDifferentiableError, Value
from autograd.testing import check_grad

V = [0.5, 1.0, 1.5]
M = [[0.5, 1.0, 1.5], [2.0, 2.5, 3.0]]


@pytest.mark.parametrize("name", ["tanh", "exp", "log", "sqrt", "sin", "cos", "square", "log1p",
                                  "expm1", "negative", "positive", "abs", "absolute"])  # fmt: skip
def test_ufuncs_record(name):
    function = getattr(np, name)
    x = Value(V)
    assert isinstance(function(x), Value)
    np.testing.assert_array_equal(function(x).data, function(np.array(V)))
    check_grad(function, np.array(V))


@pytest.mark.parametrize(
    "call",
    [
        lambda m: np.sum(m, axis=0),
        lambda m: np.sum(m, axis=(0, 1), keepdims=True),
        lambda m: np.mean(m, -1),
        lambda m: np.var(m, axis=1, ddof=1),
        lambda m: np.max(m, axis=0),
        lambda m: np.amin(m),
        lambda m: np.reshape(m, (3, 2)),
        lambda m: np.transpose(m, (1, 0)),
        lambda m: np.matrix_transpose(m),
        lambda m: np.ravel(m),
        lambda m: np.squeeze(np.expand_dims(m, 0)),
        lambda m: np.broadcast_to(m, (2, 2, 3)),
        lambda m: np.concatenate([m, np.ones((1, 3)), m]),
        lambda m: np.concatenate([m, m], axis=None),
        lambda m: np.stack([m, m], axis=-1),
        lambda m: np.where(np.array([True, False, True]), m, -m),
        lambda m: np.clip(m, 0.7, 2.2),
        lambda m: np.clip(m, a_min=0.7, a_max=2.2),
        lambda m: np.clip(m, min=0.7),
        lambda m: np.maximum(m, 1.2),
        lambda m: np.minimum(1.2, m),
        lambda m: np.matmul(m, np.ones(3)),
        lambda m: np.add.reduce(m),
        lambda m: np.maximum.reduce(m, axis=1),
        lambda m: np.power(m, 3),
        lambda m: np.true_divide(2, m),
        lambda m: np.astype(m, np.float64),
    ],
)
def test_functions_record_and_equal_numpy(call):
    np.testing.assert_allclose(call(Value(M)).data, call(np.array(M)))
    check_grad(call, np.array(M), order=2)


@pytest.mark.parametrize(
    "call",
    [
        lambda a, v: a @ v,
        lambda a, v: v @ a,
        lambda a, v: a * v,
        lambda a, v: v - a,
        lambda a, v: a[0] / v,
        lambda a, v: np.float64(2) * v,
        lambda a, v: np.float32(2) + v,
        lambda a, v: np.int64(2) ** v,
        lambda a, v: [1.0, 2.0, 3.0] - v,
    ],
)
def test_an_array_on_the_left_records_too(call):
    array, v = np.arange(1.0, 10.0).reshape(3, 3), np.array(V)
    result = call(array, Value(v))
    assert isinstance(result, Value)
    assert result.requires_grad
    np.testing.assert_allclose(result.data, call(array, v))


@pytest.mark.parametrize(
    "call",
    [
        lambda v: np.greater(v, 1),
        lambda v: v == v,
        lambda v: np.isnan(v),
        lambda v: np.argmax(v),
        lambda v: np.argsort(v),
        lambda v: np.allclose(v, v),
        lambda v: np.shape(v),
        lambda v: np.size(v),
        lambda v: np.zeros_like(v),
        lambda v: np.where(v > 1),
    ],
)
def test_questions_with_constant_answers_get_numpys(call):
    answer = call(Value(V))
    assert not isinstance(answer, Value)
    np.testing.assert_array_equal(answer, call(np.array(V)))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda v: np.fft.fft(v), "np.fft.fft"),
        (lambda v: np.roots(v), "np.roots"),
        (lambda v: np.multiply.reduceat(v, [0]), "np.multiply.reduceat"),
    ],
)
def test_what_we_lack_says_so_by_name(call, name):
    with pytest.raises(NotDifferentiableError, match=rf"{name} has no derivative.*\.data"):
        call(Value(V))


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda v: np.exp(v, out=np.ones(3)), r"np\.exp: out= is a plain array"),
        (lambda v: np.add(np.ones(3), v, out=np.ones(3)), r"np\.add: out="),
        (lambda v: np.sum(v, out=np.ones(())), r"np\.sum: out="),
        (lambda v: np.exp(v, signature="d->d"), r"np\.exp: signature="),
        (lambda v: np.average(v, out=3), "unexpected keyword argument 'out'"),
        (lambda v: np.ptp(v, out=np.ones(())), r"np\.ptp: out= is a plain"),
        (lambda v: np.var(v, mean=0.0), r"mean is not supported"),
    ],
)
def test_options_we_lack_are_refused_by_name(call, what):
    with pytest.raises(TypeError, match=what):
        call(Value(V))


def test_an_array_is_never_added_to_in_place_by_a_value():
    array = np.ones(3)
    with pytest.raises(TypeError, match="out= is a plain array"):
        array += Value(V)
    np.testing.assert_array_equal(array, 1)


@pytest.mark.parametrize("convert", [np.asarray, np.array, np.float64, lambda v: np.array([v, v])])
def test_a_value_does_not_turn_into_a_plain_array_unasked(convert):
    with pytest.raises(TypeError, match=r"'v' would lose its gradient.*\.data"):
        convert(Value(V, name="v"))


def test_a_constant_value_does():
    np.testing.assert_array_equal(np.asarray(Value(V).detach()), V)
    np.testing.assert_array_equal(np.asarray(Value([1, 2])), [1, 2])
