"""Networks of single numbers, compiled into a few large steps."""

import random
from unittest import mock

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

import autograd
import nn
from autograd import Value, jit
from autograd.jit import layout, strides, vector
from autograd.jit.vector import VectorCode


def moons(model, points=20):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(points, 2)).tolist()
    labels = rng.choice([-1, 1], points).tolist()

    def loss():
        hinges = [(1 + -label * model(x)).relu() for label, x in zip(labels, inputs)]
        return sum(hinges) * (1.0 / points) + 1e-4 * sum(p * p for p in model.parameters())

    return loss


def gradients(model, loss):
    model.zero_grad()
    loss.backward()
    return [p.grad for p in model.parameters()]


def test_a_scalar_network_gives_the_same_to_the_last_bit_in_a_few_groups():
    random.seed(1)
    model = nn.scalar.MLP(2, [4, 4, 1])
    eager = moons(model)
    compiled = jit(eager)
    for _ in range(5):
        ours, theirs = compiled(), eager()
        assert ours.data == theirs.data
        expected = gradients(model, theirs)
        assert gradients(model, ours) == expected
        for p, g in zip(model.parameters(), expected):
            p.data -= 0.1 * g
    (recording,) = next(iter(compiled.recordings.values()))
    assert recording.reason is None
    assert isinstance(recording.code, VectorCode)
    assert recording.code.groups < 60
    assert "groups" in compiled.report()


def test_vectorising_can_be_switched_off():
    random.seed(1)
    model = nn.scalar.MLP(2, [4, 1])
    eager = moons(model)
    compiled = jit(eager, disable=("vectorise",))
    for _ in range(4):
        assert gradients(model, compiled()) == gradients(model, eager())
    (recording,) = next(iter(compiled.recordings.values()))
    assert not isinstance(recording.code, VectorCode)


def test_earlier_runs_keep_their_own_numbers():
    x = Value(0.5)

    def power_series(y):
        total, term = 0.0 * y, y
        for k in range(300):
            total = total + term.tanh() * x
            term = term * y / (k + 1.0)
        return total

    compiled = jit(power_series)
    runs = [(compiled(Value(v)), power_series(Value(v))) for v in np.linspace(0.1, 1.0, 6)]
    for ours, theirs in reversed(runs):
        x.grad = None
        ours.backward()
        mine, x.grad = x.grad, None
        theirs.backward()
        assert (ours.data, mine) == (theirs.data, x.grad)


STEPS = [
    lambda x, y: x + y,
    lambda x, y: x - 2.0 * y,
    lambda x, y: x * y,
    lambda x, y: x / (1.5 + y * y),
    lambda x, y: (x + 1) + x,
    lambda x, y: x.tanh() ** 2,
    lambda x, y: (0.1 * x).exp() + y,
    lambda x, y: autograd.maximum(x, y) - x.relu(),
    lambda x, y: x.sigmoid() * (x > y),
    lambda x, y: autograd.where(x < y, x, 3.0 * y),
    lambda x, y: (x * x + 1) ** -0.5,
    lambda x, y: autograd.clip(x, -1.0, y),
    lambda x, y: sum([x, y, x, 1.0, y]),
    lambda x, y: x.detach() * y,
]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=14,
    ),
    st.integers(1, 9),
    st.integers(0, 99),
)
def test_random_scalar_programs_are_the_same_to_the_last_digits(steps, width, seed):
    rng = np.random.default_rng(seed)
    shared = [Value(x) for x in rng.normal(size=3)]
    points = rng.normal(size=(width, 2)).tolist()

    def loss():
        ends = []
        for point in points:
            values = [*shared, *map(Value, point)]
            for step, i, j in steps:
                values.append(step(values[-1 - i % len(values)], values[-1 - j % len(values)]))
            ends.append(values[-1] * shared[0])
        return sum(ends) + shared[1], 2.0 * ends[0]

    with mock.patch.multiple(vector, FEWEST=0, NARROWEST=0.0):
        compiled = jit(loss)
        for call in range(4):
            for p in shared:
                p.data = p.data + 0.1 * call
            for ours, theirs in zip(compiled(), loss()):
                np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-13)
                mine, expected = (
                    [_gradient(p, out, shared) for p in shared] for out in (ours, theirs)
                )
                np.testing.assert_allclose(mine, expected, rtol=1e-12, atol=1e-13)
    (recording,) = next(iter(compiled.recordings.values()))
    assert recording.reason is None
    assert isinstance(recording.code, VectorCode)


def _gradient(p, out, everyone):
    for other in everyone:
        other.grad = None
    out.backward()
    return 0.0 if p.grad is None else p.grad


def test_a_narrow_program_is_left_to_plain_code():
    def logistic_map(x):
        for _ in range(400):
            x = 3.9 * x * (1 - x)
        return x

    compiled = jit(logistic_map)
    for start in (0.3, 0.4, 0.5):
        assert compiled(Value(start)).data == logistic_map(Value(start)).data
    (recording,) = next(iter(compiled.recordings.values()))
    assert not isinstance(recording.code, VectorCode)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 9)), min_size=1, max_size=4))
def test_a_regular_pattern_is_read_as_a_view(axes):
    numbers = np.arange(200.0)
    index = np.array([80])
    for length, step in axes:
        index = (index[None] + step * np.arange(length)[:, None]).ravel()
    shape, (view,) = strides.together([index])
    if isinstance(view, strides.View):
        np.testing.assert_array_equal(view.of(numbers, shape).ravel(), index)
    else:
        np.testing.assert_array_equal(view.ravel(), index)


def test_patterns_of_one_step_find_a_common_shape():
    weights = np.tile(np.repeat(np.arange(10), 20), 10)
    points = np.tile(np.arange(50, 70), 100)
    shape, views = strides.together([weights, points])
    assert shape == (10, 10, 20)
    assert [v.strides for v in views] == [(0, 1, 0), (0, 0, 1)]


def test_a_negative_of_every_eighth_number_is_right():
    numbers = np.arange(100.0)
    out = numbers[50:90:2]
    layout.negative(numbers[:24:8], out=out[:3])
    np.testing.assert_array_equal(out[:3], [-0.0, -8.0, -16.0])


def test_sums_are_reassociated_only_when_asked():
    rng = np.random.default_rng(0)
    numbers = [Value(x) for x in rng.normal(size=3000)]

    def total():
        rest = numbers[1000]
        for x in numbers[1001:]:
            rest = rest + x
        return sum(numbers[:1000]) * 1.0 + (sum(numbers[1:500]) + rest)

    exact, quick = jit(total), jit(total, reassociate=True)
    for _ in range(3):
        assert exact().data == total().data
        np.testing.assert_allclose(quick().data, total().data, rtol=1e-12)
    (recording,) = next(iter(quick.recordings.values()))
    assert recording.reason is None
    assert quick().data != total().data
    expected = gradients_of(numbers, total())
    assert gradients_of(numbers, exact()) == expected
    np.testing.assert_allclose(gradients_of(numbers, quick()), expected)


def gradients_of(leaves, out):
    for leaf in leaves:
        leaf.grad = None
    out.backward()
    return [leaf.grad for leaf in leaves]
