"""Gradients kept within bounds, and weights averaged over steps."""

import numpy as np
import pytest

import optim
from autograd import Value


def with_gradients(dtype=np.float64):
    a, b, s, idle = (Value(np.zeros(n, dtype)) for n in ((2, 2), 3, (), 2))
    a.grad = np.array([[3, -4], [0, 1]], dtype)
    b.grad = np.array([-7, 2, 0.5], dtype)
    s.grad = dtype(-6.0)
    return a, b, s, idle


def joined(parameters):
    return np.concatenate([np.ravel(p.grad) for p in parameters])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, np.inf])
def test_all_gradients_shrink_by_one_factor_to_the_largest_norm(norm_type, dtype):
    *held, idle = with_gradients(dtype)
    before = joined(held)
    norm = optim.clip_grad_norm_([*held, idle], 2.0, norm_type)
    assert norm == pytest.approx(np.linalg.norm(before, norm_type), rel=1e-6)
    after = joined(held)
    assert np.linalg.norm(after, norm_type) == pytest.approx(2.0, rel=1e-5)
    np.testing.assert_allclose(after * norm / 2.0, before, rtol=1e-5)
    assert [p.grad.dtype for p in held] == [dtype] * 3
    assert idle.grad is None


def test_gradients_within_the_norm_stay_to_the_last_bit():
    *held, _ = with_gradients()
    before = joined(held)
    optim.clip_grad_norm_(held, 100.0)
    np.testing.assert_array_equal(joined(held), before)


def test_a_norm_that_is_not_finite_is_refused_on_request():
    *held, _ = with_gradients()
    held[1].grad = [1.0, np.nan, 2.0]
    with pytest.raises(ValueError, match="the norm of the gradients is nan"):
        optim.clip_grad_norm_(held, 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal(held[0].grad, [[3, -4], [0, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_entry_is_cut_to_the_largest_size(dtype):
    *held, idle = with_gradients(dtype)
    before = joined(held)
    optim.clip_grad_value_([*held, idle], 2.5)
    np.testing.assert_array_equal(joined(held), np.clip(before, -2.5, 2.5))
    assert [p.grad.dtype for p in held] == [dtype] * 3
    assert idle.grad is None


def test_clipped_gradients_are_those_the_next_step_sees():
    w = Value([0.0, 0.0])
    optimizer = optim.SGD([w], lr=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        (w * [30.0, -0.5]).sum().backward()
        optim.clip_grad_value_([w], 1.0)
        optimizer.step()
    np.testing.assert_array_equal(w.data, [-2, 1])


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_a_negative_bound_is_refused(bad):
    *held, _ = with_gradients()
    with pytest.raises(ValueError, match="clip_grad_norm_: max_norm must be at least 0"):
        optim.clip_grad_norm_(held, bad)
    with pytest.raises(ValueError, match="clip_grad_value_: clip_value must be at least 0"):
        optim.clip_grad_value_(held, bad)


def walked(ema, parameters, steps, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        for p in parameters:
            p.data = np.asarray(rng.normal(size=p.shape), p.dtype)[()]
        ema.update()
        yield [np.array(p.data) for p in parameters]


@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 1e-6), (np.float64, 1e-14)])
def test_an_average_weighs_each_step_by_the_decay_since(dtype, close):
    parameters = Value(np.full((2, 3), 5, dtype)), Value(dtype(2))
    ema = optim.EMA(parameters, decay=0.8)
    start = [np.array(p.data) for p in parameters]
    ways = list(walked(ema, parameters, 9))
    for i, average in enumerate(ema.averages):
        parts = [0.2 * 0.8 ** (8 - t) * way[i] for t, way in enumerate(ways)]
        assert average.dtype == dtype
        np.testing.assert_allclose(average, 0.8**9 * start[i] + sum(parts), rtol=close, atol=close)


def test_averages_stand_in_for_the_weights_and_give_them_back():
    parameters = Value(np.ones(3)), Value(2.0)
    ema = optim.EMA(parameters, decay=0.5)
    *_, weights = walked(ema, parameters, 3)
    with ema:
        for p, average in zip(parameters, ema.averages, strict=True):
            np.testing.assert_array_equal(p.data, average)
    for p, weight in zip(parameters, weights, strict=True):
        np.testing.assert_array_equal(p.data, weight)


def test_an_optimiser_steps_on_from_the_weights_after_the_averages_stood_in():
    w = Value([1.0, 2.0])
    optimizer, ema = optim.SGD([w], lr=1.0), optim.EMA([w], decay=0.5)
    for _ in range(3):
        w.grad = [1.0, 1.0]
        optimizer.step()
        ema.update()
        with ema:
            pass
    np.testing.assert_array_equal(w.data, [-2, -1])


def test_the_averages_take_in_nothing_while_they_stand_in():
    ema = optim.EMA([Value(1.0)])
    with ema:
        with pytest.raises(RuntimeError, match=r"EMA.update: inside `with ema:`"):
            ema.update()
        with pytest.raises(RuntimeError, match="in place already"):
            ema.__enter__()


def test_an_average_goes_on_where_its_state_was_taken():
    first, second = ((Value(np.ones(3, np.float32)), Value(2.0)) for _ in range(2))
    ema, resumed = optim.EMA(first, decay=0.9), optim.EMA(second)
    list(walked(ema, first, 4))
    resumed.load_state_dict(ema.state_dict())
    list(walked(ema, first, 4, seed=1))
    list(walked(resumed, second, 4, seed=1))
    for a, b in zip(ema.averages, resumed.averages, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype


def test_the_averages_of_other_parameters_are_refused():
    state = optim.EMA([Value(np.ones(3))]).state_dict()
    with pytest.raises(ValueError, match=r"averages have shapes \[\(3,\)\], the parameters"):
        optim.EMA([Value(np.ones(2))]).load_state_dict(state)


@pytest.mark.parametrize("decay", [-0.1, 1.1, np.nan])
def test_a_decay_out_of_range_is_refused(decay):
    with pytest.raises(ValueError, match="EMA: decay must be between 0 and 1"):
        optim.EMA([Value(1.0)], decay)
