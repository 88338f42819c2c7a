"""All parameters lie in one buffer, and nobody can tell."""

import copy

import numpy as np
import pytest

import optim
from autograd import GradientError, Value
from optim import flat
from optim.flat import BLOCK


def stepped(parameters, optimizer, gradients):
    for g in gradients:
        for p in parameters:
            p.grad = np.full(p.shape, g)
        optimizer.step()
    return [p.data.copy() for p in parameters]


def test_tensors_are_views_of_one_array():
    a, b = Value(np.ones((2, 3))), Value(np.ones(4))
    stepped([a, b], optim.Adam([a, b]), [1.0])
    assert a._data.base is not None
    assert a._data.base is b._data.base


def test_numbers_of_another_dtype_get_a_buffer_of_their_own():
    a, b = Value(np.ones(3, np.float32)), Value(np.ones(3))
    stepped([a, b], optim.SGD([a, b], lr=0.5), [1.0])
    assert (a.dtype, b.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(a.data, b.data)


@pytest.mark.parametrize("start", [2.0, [2.0, 3.0]])
def test_new_numbers_assigned_between_steps_are_where_the_next_one_starts(start):
    w = Value(start)
    optimizer = optim.SGD([w], lr=0.1)
    stepped([w], optimizer, [1.0])
    w.data = w.data * 0 + 5.0
    stepped([w], optimizer, [10.0])
    np.testing.assert_allclose(w.data, np.zeros(w.shape) + 4.0)


def test_writing_into_data_between_steps_is_where_the_next_one_starts():
    w = Value(np.zeros(3))
    optimizer = optim.SGD([w], lr=1.0)
    (w * 2.0).sum().backward()  # the graph marks the numbers read-only ...
    optimizer.step()
    w.data[0] = 7.0  # ... and hands out a copy, which is the parameter from then on
    w.grad = np.ones(3)
    optimizer.step()
    np.testing.assert_array_equal(w.data, [6, -3, -3])


def test_more_elements_than_a_block_are_stepped_alike():
    n = BLOCK * 2 + 17
    large, small = Value(np.linspace(-1, 1, n)), Value(np.linspace(-1, 1, n)[-5:])
    for w in (large, small):
        optimizer = optim.Adam([w], lr=0.1)
        for _ in range(3):
            w.grad = np.sin(w.data)
            optimizer.step()
    np.testing.assert_array_equal(large.data[-5:], small.data)


EVERY_RULE = [
    getattr(optim, name)
    for name in optim.__all__
    if isinstance(getattr(optim, name), type)
    and issubclass(getattr(optim, name), optim.Optimizer)
    and name not in ("Optimizer", "LBFGS", "Muon")
]


@pytest.mark.parametrize("rule", EVERY_RULE)
@pytest.mark.parametrize("settings", [{}, {"maximize": True, "weight_decay": 0.1}])
def test_tensors_of_any_size_are_stepped_alike_and_keep_their_gradients(
    rule, settings, monkeypatch
):
    """Whether gradients are brought together, or read where they lie block by block."""
    if rule is optim.Rprop and settings:
        settings = {"maximize": True}
    rng = np.random.default_rng(0)
    shapes = [(3,), (40, 2), (2,), (), (70,), (90,)]
    starts = [rng.normal(size=shape)[()] for shape in shapes]
    ends = []
    for large, block in ((10**9, 10**9), (60, 16)):
        monkeypatch.setattr(flat, "LARGE", large)
        monkeypatch.setattr(flat, "BLOCK", block)
        parameters = [Value(start) for start in starts]
        optimizer = rule(parameters, lr=0.1, **settings)
        for t in range(4):
            gradients = [np.sin(start + t)[()] for start in starts]
            if t == 2:
                gradients[3] = gradients[4] = None
            for p, g in zip(parameters, gradients, strict=True):
                p.grad = g
            optimizer.step()
            for p, start in zip(parameters, starts, strict=True):
                if p.grad is not None:
                    np.testing.assert_array_equal(p.grad, np.sin(start + t))
        ends.append([p.data for p in parameters])
    for mine, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_rule_that_writes_into_a_large_gradient_is_stopped():
    class Careless(optim.Optimizer):
        def _update(self, p, g, step):
            g *= self.lr

    w = Value(np.ones(flat.LARGE))
    w.grad = np.ones(flat.LARGE)
    with pytest.raises(ValueError, match="read-only"):
        Careless([w], lr=0.1).step()


def test_a_graph_of_the_old_numbers_refuses_to_go_back():
    w = Value([1.0, 2.0], name="w")
    loss = (w * w).sum()
    w.grad = np.ones(2)
    optim.SGD([w]).step()
    with pytest.raises(GradientError, match="w"):
        loss.backward()


def test_gradients_that_are_values_step_as_their_numbers():
    w = Value([1.0, 2.0])
    (w * w).sum().backward(create_graph=True)
    optim.SGD([w], lr=0.5).step()
    np.testing.assert_array_equal(w.data, [0, 0])


@pytest.mark.parametrize(
    "rule",
    [
        optim.Adam,
        lambda p: optim.SGD(p, momentum=0.9),
        optim.NAdam,
        optim.Rprop,
        optim.LAMB,
        optim.Lion,
    ],
)
def test_a_saved_state_goes_on_bit_by_bit(rule):
    a, b = [Value(np.ones(3)), Value(2.0)], [Value(np.ones(3)), Value(2.0)]
    first, second = rule(a), rule(b)
    stepped(a, first, [0.3, -0.7])
    for p, q in zip(a, b, strict=True):
        q.data = p.data
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for p, q in zip(stepped(a, first, [0.1]), stepped(b, second, [0.1]), strict=True):
        np.testing.assert_array_equal(p, q)


def test_a_saved_state_does_not_move_with_the_optimiser():
    w = Value([1.0])
    optimizer = optim.Adam([w])
    stepped([w], optimizer, [1.0])
    state = optimizer.state_dict()
    before = copy.deepcopy(state)
    stepped([w], optimizer, [1.0])
    assert state["steps"] == before["steps"]
    np.testing.assert_array_equal(state["moments"][0][0], before["moments"][0][0])


def test_a_copied_optimiser_steps_the_copied_parameters():
    w = Value([1.0, 2.0])
    optimizer = optim.SGD([w], lr=1.0, momentum=0.9)
    stepped([w], optimizer, [1.0])
    other = copy.deepcopy(optimizer)
    (twin,) = other.parameters
    stepped([twin], other, [1.0])
    np.testing.assert_allclose(w.data, [0, 1])
    np.testing.assert_allclose(twin.data, [-1.9, -0.9])


def test_the_state_of_other_parameters_is_refused():
    state = optim.Adam([Value(np.ones(3))]).state_dict()
    with pytest.raises(ValueError, match="another optimiser or other parameters"):
        optim.Adam([Value(np.ones(4))]).load_state_dict(state)
    with pytest.raises(ValueError, match="another optimiser or other parameters"):
        optim.SGD([Value(np.ones(3))]).load_state_dict(state)


def test_a_gradient_written_into_its_place_is_stepped_as_it_is():
    w = Value([1.0, 2.0])
    optimizer = optim.SGD([w], lr=1.0)
    place = optimizer.gradient_of(w)
    place[...] = [0.5, 1.0]
    w._grad = place
    optimizer.step()
    np.testing.assert_array_equal(w.data, [0.5, 1.0])


def test_a_parameter_in_two_groups_is_refused():
    w = Value([1.0], name="w")
    with pytest.raises(ValueError, match="already in another group"):
        optim.SGD([{"params": [w]}, {"params": [w], "lr": 0.1}])
