"""A replay is compared with the function: results at once, gradients when they are asked for."""

import gc
import weakref

import numpy as np
import pytest

import autograd
from autograd import JitWarning, Value, jit
from autograd.jit import comparing
from autograd.jit.comparing import difference

SIZE = 70_000  # more than is compared at a time


def recording_of(compiled):
    return next(iter(compiled.recordings.values()))[0]


def breaks(compiled, at):
    """Let one number of the compiled reverse pass be wrong, in every frame."""
    code = recording_of(compiled).code
    make = code._make

    def wrong(right):
        def reverse_pass(*args, **into):
            (gradient,) = right(*args, **into)
            gradient[at] *= 1.001
            return (gradient,)

        return reverse_pass

    def broken(**arrays):
        forward, kept, backward = make(**arrays)
        return forward, kept, wrong(backward)

    code._make = broken


@pytest.mark.parametrize("large", [0, 1 << 30])
@pytest.mark.parametrize("at", [0, 65_535, 65_536, SIZE - 1])
def test_one_wrong_number_of_a_gradient_is_found(at, large, monkeypatch):
    monkeypatch.setattr(comparing, "_LARGE", large)
    w = Value(np.linspace(1, 2, SIZE).astype(np.float32))
    compiled = jit(lambda w: (w * w).sum())
    compiled(w)
    breaks(compiled, at)
    compiled(w).backward()
    np.testing.assert_array_equal(w.grad, 2 * w.data)  # those of the function count
    with pytest.warns(JitWarning, match="the gradient of result 0 at .* differs by up to"):
        compiled(w)
    assert recording_of(compiled).reason


def test_a_wrong_gradient_is_found_where_no_loss_goes_backward():
    w = Value(np.ones(5))
    compiled = jit(lambda w: (w * w).sum())
    compiled(w)
    breaks(compiled, 3)
    compiled(w)
    with pytest.warns(JitWarning, match="the gradient of result 0"):
        compiled(w)


@pytest.mark.parametrize("seed", [0.0, np.inf, np.nan])
def test_a_gradient_that_hides_what_is_wrong_settles_nothing(seed):
    w = Value(np.ones(5))
    compiled = jit(lambda w: (w * w).sum())
    compiled(w)
    breaks(compiled, 3)
    with np.errstate(all="ignore"):
        compiled(w).backward(seed)
    with pytest.warns(JitWarning, match="the gradient of result 0"):
        compiled(w)


def test_a_first_replay_that_went_backward_is_compared_once(monkeypatch):
    calls = []
    reverse = comparing.gradients
    monkeypatch.setattr(comparing, "gradients", lambda *a, **k: calls.append(1) or reverse(*a, **k))
    w = Value(np.ones(3))
    compiled = jit(lambda w: (w**3).sum())
    for _ in range(4):
        w.grad = None
        compiled(w).backward()
        np.testing.assert_array_equal(w.grad, [3, 3, 3])
    assert recording_of(compiled).verified
    assert len(calls) == 1  # the function's own reverse pass of the second call
    assert recording_of(compiled).replays == 2


def test_a_gradient_that_is_differentiated_again_is_right_at_every_call():
    compiled = jit(lambda w: (w**3).sum())
    for _ in range(4):
        slope = autograd.grad(lambda w: autograd.grad(compiled)(w).sum())
        np.testing.assert_array_equal(slope(np.array([1.0, 2.0])), [6.0, 12.0])


def test_the_graph_of_the_function_is_forgotten_after_the_comparison():
    w = Value(np.ones(4))
    compiled = jit(lambda w: ((w * 2.0) ** 2).sum())
    gc.disable()
    try:
        for _ in range(2):
            compiled(w).backward()
        doubt = recording_of(compiled).doubt
        assert doubt.agreed
        assert doubt.eager is None
        known = weakref.ref(doubt)
        del doubt
        compiled(w)
        assert known() is None
    finally:
        gc.enable()


def test_equal_numbers_and_numbers_equal_to_rounding_do_not_differ():
    b = np.linspace(-1, 1, SIZE)
    b[7] = np.nan
    b[8] = np.inf
    assert difference("x", b.copy(), b) is None
    near = b + 1e-13
    assert difference("x", near, b) is None
    for wrong in (np.nan, 2.0, np.inf):
        far = b.copy()
        far[-1] = wrong
        assert difference("x", far, b).startswith("x differs by up to")
    far = b.copy()
    far[7] = 0.0
    assert difference("x", far, b).startswith("x differs")
