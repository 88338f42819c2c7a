"""A derivative rule runs once for operands of a kind; the program is as if it had run each time."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.jit import repeat
from tests.autograd.jit.tracing import traced


def _unrolled(w, x):
    for _ in range(4):
        x = np.tanh(x @ w) * x
    return x.sum()


def _several_shapes(w, x):
    return ((x @ w) * (x[:2] @ w).sum() + x * 2.0 - x * 3.0).sum()


def _twice(w, x):
    y = x * (x @ w)
    return (y * y).sum()


@pytest.mark.parametrize("function", [_unrolled, _several_shapes, _twice])
def test_program_is_as_if_each_rule_had_run(function, monkeypatch):
    operands = np.ones((3, 3)), np.ones((4, 3))
    quick = str(traced(function, *operands))
    monkeypatch.setattr(repeat, "_key", lambda rule, operands, params: None)
    assert quick == str(traced(function, *operands))


def test_a_rule_runs_for_the_first_two_steps(monkeypatch):
    ran = []
    again = repeat.Repeats._again
    monkeypatch.setattr(
        repeat.Repeats, "_again", lambda self, *given: ran.append(1) or again(self, *given)
    )
    traced(_unrolled, np.ones((3, 3)), np.ones((4, 3)))
    assert len(ran) >= 2 * 4  # of four steps


def test_rules_of_other_constants_are_not_repeated():
    def powers(w, x):
        return (x**3 + x**4 + x**3.0).sum() + w.sum()

    x = Value(np.linspace(0.5, 1.5, 4))
    compiled = autograd.jit(powers)
    for _ in range(4):
        x.grad = None
        compiled(Value(1.0), x).backward()
    np.testing.assert_allclose(x.grad, 6 * x.data**2 + 4 * x.data**3)


def test_an_unrolled_network_has_the_gradients_of_the_function():
    cell = nn.LSTMCell(3, 5)
    steps = list(np.random.default_rng(0).normal(size=(6, 4, 3)).astype(np.float32))

    def loss(steps):
        state = None
        for x in steps:
            state = cell(x, state)
        return (state[0] ** 2).sum()

    loss(steps).backward()
    expected = [p.grad for p in cell.parameters()]
    compiled = autograd.jit(loss)
    for _ in range(3):
        cell.zero_grad()
        compiled(steps).backward()
    assert "stays eager" not in compiled.report()
    for p, wanted in zip(cell.parameters(), expected):
        np.testing.assert_allclose(p.grad, wanted, rtol=1e-4, atol=1e-6)
