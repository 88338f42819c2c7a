"""L-BFGS learns a bowl's curvature and is at its bottom within a few calls of the loss."""

import numpy as np
import pytest

import optim
from autograd import Value

RNG = np.random.default_rng(2)
HALF = RNG.normal(size=(6, 6))
HESSIAN = HALF @ HALF.T + np.eye(6)
BOTTOM = RNG.normal(size=6)


def quadratic(calls, **settings):
    """A bowl over a matrix of four numbers, a number and a vector of one."""
    parameters = Value(np.zeros((2, 2))), Value(0.0), Value(np.zeros(1))
    optimizer = optim.LBFGS(parameters, **settings)

    def closure():
        calls.append(1)
        optimizer.zero_grad()
        x = where(parameters)
        slope = HESSIAN @ (x - BOTTOM)
        parameters[0].grad = slope[:4].reshape(2, 2)
        parameters[1].grad = slope[4]
        parameters[2].grad = slope[5:]
        return 0.5 * (x - BOTTOM) @ slope

    return parameters, optimizer, closure


def where(parameters):
    return np.concatenate([np.ravel(p.data) for p in parameters])


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_a_quadratic_is_solved_in_one_step(search):
    calls = []
    parameters, optimizer, closure = quadratic(
        calls, max_iter=60, tolerance_change=0, line_search_fn=search
    )
    before = optimizer.step(closure)
    np.testing.assert_allclose(where(parameters), BOTTOM, atol=1e-6)
    assert before == pytest.approx(0.5 * BOTTOM @ HESSIAN @ BOTTOM)
    assert len(calls) <= 45


def test_momentum_free_descent_needs_many_times_as_many_calls():
    x = np.zeros(6)
    for _ in range(45):
        x -= HESSIAN @ (x - BOTTOM) / np.linalg.eigvalsh(HESSIAN)[-1]
    assert np.abs(x - BOTTOM).max() > 1e-3


def test_after_the_bottom_a_step_changes_nothing():
    parameters, optimizer, closure = quadratic([], max_iter=60, tolerance_change=0)
    optimizer.step(closure)
    there = where(parameters)
    optimizer.step(closure)
    np.testing.assert_array_equal(where(parameters), there)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_step_calls_the_loss_much_more_often_than_it_may(search, most):
    """The calls are counted after an iteration, as in PyTorch: the first may be one too many."""
    calls = []
    _, optimizer, closure = quadratic(calls, max_iter=30, max_eval=most, line_search_fn=search)
    for _ in range(4):
        calls.clear()
        optimizer.step(closure)
        assert len(calls) <= most + 1


def test_a_search_copes_with_a_first_length_far_too_long():
    parameters, optimizer, closure = quadratic(
        [], lr=1e4, max_iter=60, tolerance_change=0, line_search_fn="strong_wolfe"
    )
    for _ in range(3):
        optimizer.step(closure)
    np.testing.assert_allclose(where(parameters), BOTTOM, atol=1e-5)


def test_a_parameter_without_gradient_stays():
    w, idle = Value([3.0, 1.0]), Value([7.0])
    optimizer = optim.LBFGS([w, idle], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    np.testing.assert_allclose(w.data, 0, atol=1e-6)
    assert idle.data == 7


def test_a_step_without_a_closure_says_what_is_needed():
    with pytest.raises(TypeError, match=r"LBFGS.step: needs a function that .*step\(closure\)"):
        optim.LBFGS([Value(1.0)]).step()


def test_several_groups_or_dtypes_are_refused():
    a, b = Value(1.0), Value(np.float32(1))
    with pytest.raises(ValueError, match="LBFGS: needs all parameters in one group"):
        optim.LBFGS([a, b])
    with pytest.raises(ValueError, match="LBFGS: needs all parameters in one group"):
        optim.LBFGS([{"params": [a]}, {"params": [Value(2.0)]}])
