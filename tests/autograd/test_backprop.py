"""The reverse pass: what accumulates, what is kept, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GradientError, ShapeError, Value
from autograd.backprop import gradients, seed_for


def test_leaves_add_up_over_several_passes():
    x = Value(3.0)
    for _ in range(3):
        (x * x).backward()
    assert x.grad == 18.0


def test_the_same_graph_may_be_walked_again():
    x = Value([1.0, 2.0])
    loss = (x * x).sum()
    loss.backward()
    loss.backward()
    np.testing.assert_array_equal(x.grad, [4, 8])


def test_intermediate_nodes_hold_the_latest_pass():
    x = Value(3.0)
    y = x * x
    z = y * 2
    z.backward()
    z.backward()
    assert (y.grad, z.grad, x.grad) == (2.0, 1.0, 24.0)


def test_keep_leaves_leaves_nothing_on_intermediate_nodes():
    x = Value(3.0)
    y = x * x
    (y * 2).backward(keep="leaves")
    assert y.grad is None
    assert x.grad == 12.0


def test_keep_takes_no_other_word():
    with pytest.raises(ValueError, match="'all' or 'leaves', got 'some'"):
        Value(1.0).backward(keep="some")


def test_a_diamond_collects_both_ways():
    x = Value(2.0)
    left, right = x * 3, x * x
    (left * right).backward()
    assert x.grad == 9 * 2.0**2


def test_one_operand_used_twice_gets_both_messages():
    x = Value(2.0)
    (x * x + x / x - x).backward()
    assert x.grad == 3.0


def test_a_leaf_is_its_own_loss():
    x = Value(2.0)
    x.backward()
    assert x.grad == 1.0


def test_broadcast_operands_get_the_sum_over_their_copies():
    row, column, number = Value(np.ones(3)), Value(np.ones((2, 1))), Value(1.0)
    (row * column * number).sum().backward()
    np.testing.assert_array_equal(row.grad, [2, 2, 2])
    np.testing.assert_array_equal(column.grad, [[3], [3]])
    assert number.grad == 6.0


def test_a_tensor_starts_from_the_gradient_given():
    x = Value([1.0, 2.0])
    (x * x).backward([1.0, 10.0])
    np.testing.assert_array_equal(x.grad, [2, 40])
    (x * x).backward(1.0)
    np.testing.assert_array_equal(x.grad, [4, 44])


def test_the_gradient_given_may_be_a_value_and_is_not_kept():
    x, start = Value([1.0, 2.0]), Value([1.0, 1.0])
    x.backward(start)
    x.grad *= 5
    np.testing.assert_array_equal(start.data, [1, 1])


@pytest.mark.parametrize("bad", [np.ones(3), np.ones((2, 1))])
def test_the_gradient_given_needs_the_shape(bad):
    with pytest.raises(ShapeError, match=r"the gradient has shape .*'x' has shape \(2,\)"):
        Value([1.0, 2.0], name="x").backward(bad)


@pytest.mark.parametrize("bad", ["one", 1j, [None, 1], {1.0}])
def test_the_gradient_given_must_be_numbers(bad):
    with pytest.raises(TypeError, match="backward: expected numbers"):
        Value(1.0).backward(bad)


def test_a_tensor_does_not_start_by_itself():
    with pytest.raises(GradientError, match=r"'x'.*\(2,\).*\.sum\(\)"):
        Value([1.0, 2.0], name="x").backward()


def test_an_array_of_one_number_does():
    x = Value([[2.0]])
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, [[4.0]])


def test_nothing_to_differentiate_says_why():
    with pytest.raises(GradientError, match="int64 numbers; make them float"):
        Value(3).backward()
    with pytest.raises(GradientError, match="nothing it was computed from"):
        (Value(3.0, requires_grad=False) * 2).backward()


@pytest.mark.parametrize(
    "loss",
    [
        lambda a, b: (a + b).sum(),
        lambda a, b: (a - b).sum(),
        lambda a, b: (a + a + b).sum(),
        lambda a, b: (a.reshape(3, 2) + b.reshape(3, 2)).sum(),
        lambda a, b: (+a + +b).sum(),
        lambda a, b: (a.T + b.T).sum(),
        lambda a, b: autograd.stack([a, b]).sum(),
        lambda a, b: autograd.concatenate([a, b]).sum(),
        lambda a, b: autograd.where(np.ones((2, 3), bool), a, b).sum(),
        lambda a, b: (a[:] + b[...]).sum(),
    ],
)
def test_every_leaf_owns_the_memory_of_its_gradient(loss):
    a, b = Value(np.ones((2, 3))), Value(np.ones((2, 3)))
    start = loss(a, b)
    start.backward()
    assert not np.shares_memory(a.grad, b.grad)
    before = b.grad.copy()
    a.grad *= 2
    np.testing.assert_array_equal(b.grad, before)
    b.grad[...] = 7
    start.backward()
    np.testing.assert_array_equal(b.grad, before + 7)


def test_a_gradient_never_shares_memory_with_the_one_given_or_with_another_node():
    x, start = Value(np.ones(3)), np.ones(3)
    y = x + 1
    y.backward(start)
    assert not np.shares_memory(x.grad, start)
    assert not np.shares_memory(x.grad, y.grad)
    y.grad[...] = 9
    np.testing.assert_array_equal(x.grad, 1)


class TestHigherOrders:
    def test_gradients_of_gradients_to_the_third(self):
        x = Value(2.0)
        y = x**4
        found = []
        for _ in range(3):
            x.grad = None
            y.backward(create_graph=True)
            y = x.grad
            found.append(float(y))
        assert found == [32.0, 48.0, 48.0]

    def test_a_penalty_on_the_gradient_reaches_the_weights(self):
        w, x = Value([1.0, 2.0], name="w"), Value([3.0, 4.0], name="x")
        np.tanh((w * x).sum() * 0.1).backward(create_graph=True)
        slope = x.grad
        w.grad = x.grad = None
        (slope * slope).sum().backward()

        def penalty(w):
            t = np.tanh((w * [3.0, 4.0]).sum() * 0.1)
            return ((0.1 * (1 - t * t) * w) ** 2).sum()

        np.testing.assert_allclose(w.grad, autograd.grad(penalty)(np.array([1.0, 2.0])))

    def test_intermediate_nodes_hold_plain_numbers(self):
        x = Value(2.0)
        y = x * x
        (y * y).backward(create_graph=True)
        assert isinstance(y.grad, np.float64)
        assert isinstance(x.grad, Value)

    def test_a_changed_leaf_is_noticed(self):
        x = Value([2.0], name="x")
        y = (x * x).sum()
        x.data = [3.0]
        with pytest.raises(GradientError, match=r"x .*changed after"):
            y.backward(create_graph=True)


class TestMessages:
    def test_the_gradient_of_a_node_is_the_sum_of_its_messages(self):
        x = Value(np.arange(3.0), name="x")
        loss = (np.tanh(x) * x + x[0]).sum()
        messages = []
        grads = gradients(loss, seed_for(loss, None), messages=messages)
        for node, gradient in grads.items():
            if node is not loss:
                arrived = [m.gradient for m in messages if m.receiver is node]
                np.testing.assert_allclose(sum(arrived), gradient)
        assert x.grad is None

    def test_messages_or_not_the_gradients_are_the_same(self):
        x, y = Value(0.5), Value(1.5)
        loss = (x * y + x**2 / y).tanh()
        plain = gradients(loss, seed_for(loss, None))
        told = gradients(loss, seed_for(loss, None), messages=[])
        assert plain == told


numbers = st.floats(-2, 2).filter(lambda x: abs(x) > 0.1)


@given(numbers, numbers, st.lists(st.sampled_from("+-*/t"), max_size=12))
def test_scalar_and_tensor_graphs_agree(a, b, steps):
    """The unrolled way for scalars and the general one are the same mathematics."""

    def run(a, b):
        for step in steps:
            a, b = b, {
                "+": lambda a=a, b=b: a + b,
                "-": lambda a=a, b=b: a - b,
                "*": lambda a=a, b=b: a * b * 0.5,
                "/": lambda a=a, b=b: a / (b * b + 1),
                "t": lambda a=a, b=b: (a + 0.5 * b).tanh(),
            }[step]()  # fmt: skip
        return b * a

    scalars = Value(a), Value(b)
    tensors = Value([a]), Value([b])
    run(*scalars).backward()
    run(*tensors).sum().backward()
    for scalar, tensor in zip(scalars, tensors, strict=True):
        np.testing.assert_allclose(scalar.grad, tensor.grad[0], rtol=1e-12, atol=1e-12)


def test_adding_up_messages_never_writes_into_an_array_that_a_rule_returned():
    slope = np.array([1.0, 2.0, 3.0])

    @autograd.primitive(lambda g, out, x: slope)
    def leaning(x):
        return x * 1.0

    x = Value(np.ones(3))
    total = leaning(x)
    for _ in range(4):
        total = total + leaning(x)
    total.sum().backward()
    np.testing.assert_array_equal(slope, [1, 2, 3])
    np.testing.assert_array_equal(x.grad, 5 * slope)


def test_a_leaf_changed_between_many_uses_is_noticed():
    w = Value(np.ones(3), name="w")
    before = (w * 2).sum()
    w.data = np.full(3, 5.0)
    after = (w * w).sum() + (np.exp(w) * w).sum()  # several messages: they are added up in place
    with pytest.raises(GradientError, match=r"w .* was changed after it was used"):
        (before + after).backward()
