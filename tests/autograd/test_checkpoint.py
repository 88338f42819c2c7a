"""checkpoint computes again what it did not keep; gradients are those of the plain function."""

import gc
import weakref

import numpy as np
import pytest

import autograd
from autograd import Value, checkpoint
from autograd.testing import check_grad


def block(x, w):
    return autograd.tanh(x @ w) * autograd.sin(x)


X = np.array([[0.3, -0.2], [1.0, 0.4]])
W = np.array([[0.5, -1.0], [0.7, 0.2]])


def test_gradients_are_those_of_the_plain_function():
    check_grad(lambda x, w: checkpoint(block)(checkpoint(block)(x, w), w), X, W, order=2)


def test_weights_used_from_outside_get_theirs():
    x, w = Value(X), Value(W)
    checkpoint(lambda v: block(v, w * 2.0))(x).sum().backward()
    plain_x, plain_w = Value(X), Value(W)
    block(plain_x, plain_w * 2.0).sum().backward()
    np.testing.assert_allclose(x.grad, plain_x.grad)
    np.testing.assert_allclose(w.grad, plain_w.grad)


def test_forward_mode_passes_through():
    v = np.array([[1.0, 0.0], [0.5, -1.0]])
    found = autograd.jvp(lambda x: checkpoint(block)(x, W), (X,), (v,))[1]
    np.testing.assert_allclose(found, autograd.jvp(lambda x: block(x, W), (X,), (v,))[1])


def test_random_draws_are_repeated():
    autograd.manual_seed(0)
    x = Value(np.ones(1000))
    y = checkpoint(lambda v: autograd.dropout(v * 1.0, 0.5))(x)
    after = autograd.generator().random()
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)
    autograd.manual_seed(0)
    autograd.dropout(Value(np.ones(1000)), 0.5)
    assert autograd.generator().random() == after


def test_the_inside_is_not_kept():
    ghosts = []

    def watched(x):
        inside = autograd.exp(x)
        ghosts.append(weakref.ref(inside))
        return autograd.sin(inside)

    gc.disable()
    try:
        x = Value(X)
        y = checkpoint(watched)(x)
        assert ghosts[0]() is None
        y.sum().backward()
        assert [ghost() for ghost in ghosts] == [None, None]
    finally:
        gc.enable()


def test_without_anything_to_differentiate_it_is_the_function():
    assert checkpoint(lambda a: a * 2)(Value(3)).data == 6
    with pytest.raises(TypeError, match="must return one Value"):
        checkpoint(lambda a: [a])(Value(3.0))
