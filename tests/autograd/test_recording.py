"""Recording can pause, per thread; scopes say which module a node belongs to."""

import threading

import numpy as np
import pytest

from autograd import Value, enable_grad, is_recording, no_grad, scope


def test_nothing_is_recorded_inside_no_grad():
    w = Value(3.0)
    with no_grad():
        y = w * 2
        z = np.tanh(Value([1.0, 2.0])).sum()
    assert not y.requires_grad
    assert not z.requires_grad
    assert y.is_leaf
    assert (w * 2).requires_grad


def test_no_grad_is_a_decorator_each_call_anew():
    @no_grad()
    def predict(w):
        assert not is_recording()
        return w * 2

    for _ in range(2):
        assert not predict(Value(1.0)).requires_grad
        assert is_recording()


def test_recording_resumes_inside_enable_grad():
    w = Value(3.0)
    with no_grad():
        with enable_grad():
            assert (w * 2).requires_grad
        assert not (w * 2).requires_grad


def test_recording_resumes_after_an_error():
    with pytest.raises(RuntimeError, match="inside"), no_grad():
        raise RuntimeError("inside")
    assert is_recording()


def test_a_leaf_made_inside_no_grad_wants_its_gradient_afterwards():
    with no_grad():
        w = Value(3.0)
    (w * w).backward()
    assert w.grad == 6.0


def test_threads_pause_independently():
    paused, checked = threading.Event(), threading.Event()
    seen = {}

    def pauses():
        with no_grad():
            paused.set()
            checked.wait(10)
            seen["inside"] = is_recording()

    thread = threading.Thread(target=pauses)
    thread.start()
    paused.wait(10)
    seen["outside"] = is_recording()
    checked.set()
    thread.join()
    assert seen == {"inside": False, "outside": True}


def test_threads_record_and_backpropagate_side_by_side():
    x = np.linspace(-1, 1, 50)
    expected = 1 - np.tanh(x) ** 2
    failures = []

    def work():
        for _ in range(50):
            v = Value(x)
            np.tanh(v).sum().backward()
            if not np.allclose(v.grad, expected):
                failures.append(v.grad)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures


def test_a_node_knows_the_modules_it_was_recorded_in():
    w = Value(3.0)
    with scope("model", "MLP"), scope("fc1", "Linear", call=2):
        y = w * 2
    assert [s.name for s in y.scope.path] == ["model", "fc1"]
    assert (y.scope.kind, y.scope.call) == ("Linear", 2)
    assert (w * 2).scope is None


def test_a_scope_inside_no_grad_does_not_resume_recording():
    with no_grad(), scope("model", "MLP"):
        assert not is_recording()
