"""Networks of single numbers, compiled into a few large steps."""

import random

import numpy as np

import nn
from autograd import Value, jit
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
