"""Hooks see the complete gradient of a node, and may put another in its place."""

import numpy as np
import pytest

import autograd
from autograd import GradientError, ShapeError, Value


def test_a_hook_sees_the_sum_of_all_messages_once():
    seen = []
    x = Value(3.0)
    y = x * 2.0
    y.register_hook(seen.append)
    (y * y + y).backward()
    assert seen == [13.0]


def test_what_it_returns_goes_on():
    x = Value([1.0, 2.0])
    y = x * 2.0
    y.register_hook(lambda g: np.clip(g, -1, 1))
    (y * [10.0, 0.1]).sum().backward()
    np.testing.assert_allclose(y.grad, [1, 0.1])
    np.testing.assert_allclose(x.grad, [2, 0.2])


def test_a_hook_on_a_leaf_changes_what_is_added():
    x = Value(1.0)
    handle = x.register_hook(lambda g: -g)
    (3.0 * x).backward()
    handle.remove()
    handle.remove()
    (5.0 * x).backward()
    assert x.grad == -3.0 + 5.0


def test_hooks_work_in_graphs_of_gradients_too():
    x = Value(2.0)
    y = x * x
    y.register_hook(lambda g: g * g)
    (3.0 * y).backward(create_graph=True)
    assert x.grad.data == 9.0 * 4.0


def test_wrong_hooks_are_told_so():
    x = Value([1.0, 2.0])
    with pytest.raises(TypeError, match="function"):
        x.register_hook(3)
    with pytest.raises(GradientError, match="no gradient"):
        Value(1).register_hook(print)
    x.register_hook(lambda g: g[:1])
    with pytest.raises(ShapeError, match=r"a hook of .* must have shape \(2,\)"):
        autograd.sum(x).backward()
