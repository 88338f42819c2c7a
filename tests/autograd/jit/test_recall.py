"""A trace computes again only what it does not know from the run before."""

import numpy as np

import autograd
import nn
from autograd import Value, jit
from autograd.jit.recall import computed, recalled
from autograd.primitive import registry

X = np.random.default_rng(0).normal(size=(100, 100))
add, tanh = registry["add"], registry["tanh"]


def test_the_same_operation_on_the_same_memory_is_known():
    x = Value(X)
    y = np.tanh(x) + x.T
    known = computed([y, "no Value"])
    inner = y.parents[0]._data
    assert recalled(known, tanh, [x._data], None) is inner
    assert recalled(known, add, [inner, x._data.T], None) is y._data


def test_another_operation_memory_view_or_setting_is_not_known():
    x = Value(X)
    known = computed([np.tanh(x), x.sum(axis=0)])
    assert recalled(known, registry["exp"], [x._data], None) is None
    assert recalled(known, tanh, [x._data.copy()], None) is None
    assert recalled(known, tanh, [x._data.T], None) is None
    assert recalled(known, registry["sum"], [x._data], {"axis": 1}) is None
    assert recalled(known, tanh, [x._data[:2, :2]], None) is None  # small


def test_arguments_that_are_no_values_are_the_same_memory_in_a_trace():
    known = []

    weight = Value(X)
    product = registry["matmul"]
    before = product.forward

    def noting(x, y):
        known.append(x)
        return before(x, y)

    noting.__module__ = "numpy"
    product.forward = noting
    try:
        jit(lambda x: (x @ weight).transpose().reshape(-1).sum())(X)
    finally:
        product.forward = before
    assert not known  # the function itself does not look for it there, and its trace need not
    assert X.flags.writeable


def test_what_users_declared_runs_whenever_it_is_met():
    @autograd.primitive(lambda g, out, x: g * 2.0, name="double_seen")
    def double(x):
        return x * 2.0

    x = Value(X)
    known = computed([double(x), np.tanh(x)])
    assert recalled(known, tanh, [x._data], None) is not None
    assert recalled(known, double.primitive, [x._data], None) is None


def test_a_gradient_is_wanted_where_it_was_even_of_known_numbers():
    def loss(x):
        return (np.tanh(x) * np.tanh(x.detach())).sum()

    compiled = jit(loss)
    for call in range(4):
        x, y = Value(X + call), Value(X + call)
        compiled(x).backward()
        loss(y).backward()
        np.testing.assert_array_equal(x.grad, y.grad)
    assert "replay" in compiled.report()
    assert "eager" not in compiled.report()


def test_masks_are_drawn_as_they_would_be_without_a_trace():
    dropout = nn.Dropout(0.5)
    draws = []
    for wrap in (lambda f: f, jit):
        autograd.manual_seed(3)
        f = wrap(lambda x: (dropout(x) * x).sum())
        draws.append([float(f(Value(X)).data) for _ in range(4)])
    np.testing.assert_allclose(draws[0], draws[1], rtol=1e-12)
