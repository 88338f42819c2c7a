"""Scaled sums: the weight is scaled once, and the numbers are the same."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.jit.passes import dead_code
from autograd.jit.scales import scales
from tests.autograd.jit.tracing import traced

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape)


def closed(rows):
    found = np.array(rows, float)
    found.flags.writeable = False
    return found


HALVES = closed([[0.5, 1.0, 0.25]] * 2)


def chain(scale, steps=5):
    def fn(w, b, h):
        for _ in range(steps):
            h = autograd.tanh((w @ h + b).T * scale).T
        return h

    return fn


def multiplied(fn):
    """How many products with numbers there are before and after the pass."""
    program = dead_code(traced(fn, normal(3, 3), normal(3, 2), normal(3, 2)))
    return tuple(
        sum(instr.op.name == "multiply" for instr in p.phase(0)) for p in (program, scales(program))
    )


def test_weight_and_bias_are_scaled_once_for_all_steps():
    assert multiplied(chain(HALVES)) == (5, 2)


def test_few_steps_are_not_worth_it():
    assert multiplied(chain(HALVES, steps=2)) == (2, 2)


@pytest.mark.parametrize(
    "scale",
    [
        pytest.param(closed([[0.5, 0.3, 1.0]] * 2), id="no power of two"),
        pytest.param(closed([[0.5, 1.0, 1.0], [1.0, 1.0, 1.0]]), id="rows differ"),
        pytest.param(closed([[0.5, 0.0, 1.0]] * 2), id="zero"),
    ],
)
def test_other_scales_stay_where_they_are(scale):
    assert multiplied(chain(scale)) == (5, 5)


def test_sums_somebody_else_looks_at_are_not_scaled():
    def fn(w, b, h):
        for _ in range(5):
            sums = w @ h + b
            h = autograd.tanh(sums.T * HALVES).T + sums
        return h

    assert multiplied(fn) == (5, 5)


def test_an_lstm_computes_the_same_to_the_last_bit():
    cell = nn.LSTMCell(3, 4)
    xs = [normal(5, 3) for _ in range(6)]

    def loss(*xs):
        state = None
        for x in xs:
            state = cell(x, state)
        return (state[0] * state[1]).sum()

    found = []
    for disable in ((), ("scales",)):
        compiled = autograd.jit(loss, disable=disable)
        for _ in range(3):
            for p in cell.parameters():
                p.grad = None
            out = compiled(*xs)
            out.backward()
        found.append([out.data, *(p.grad for p in cell.parameters())])
        assert "stays eager" not in compiled.report(), compiled.report()
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_gradients_flow_through_scaled_sums():
    w, b, h = Value(normal(3, 3)), Value(normal(3, 2)), Value(normal(3, 2))

    def loss(w, b, h):
        return (chain(HALVES)(w, b, h) ** 2).sum()

    expected = autograd.grad(loss, (0, 1, 2))(w, b, h)
    compiled = autograd.jit(loss)
    for _ in range(3):
        for leaf in (w, b, h):
            leaf.grad = None
        compiled(w, b, h).backward()
    for leaf, g in zip((w, b, h), expected, strict=True):
        np.testing.assert_allclose(leaf.grad, np.asarray(getattr(g, "data", g)), rtol=1e-12)
