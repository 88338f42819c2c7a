"""Whole random programs, compiled: results and gradients are those of the recorded graph."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

import autograd
from autograd import Value, jit

STEPS = {
    "add": lambda x, y: x + y,
    "multiply": lambda x, y: autograd.tanh(x) * y,
    "divide": lambda x, y: x / (1.5 + autograd.sin(y)),
    "square": lambda x, y: autograd.tanh(x) ** 2,
    "constant": lambda x, y: 0.5 * x - 1.0,
    "index": lambda x, y: x[..., 0] if x.ndim else x,
    "twice the same row": lambda x, y: x[[0, 0]] if x.ndim else x + x,
    "transpose": lambda x, y: autograd.exp(x.T * 0.1).T,
    "reshape": lambda x, y: x.T.reshape(x.shape),
    "sum": lambda x, y: autograd.sum(x, axis=-1, keepdims=True) if x.ndim else -x,
    "mean": lambda x, y: autograd.mean(x),
    "max": lambda x, y: autograd.max(x),
    "choose": lambda x, y: autograd.where(x > y, x, y * 2),
    "softmax": lambda x, y: autograd.softmax(x) if x.ndim else autograd.sigmoid(x),
    "unused": lambda x, y: (autograd.exp(x * 0.1), y)[1],
}
SHAPES = [(), (2,), (3, 2), (1, 2)]


@st.composite
def programs(draw):
    """A function of leaves, as a list of steps on a stack of values, and the leaves' shapes."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    steps = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 99), st.integers(0, 99)),
            min_size=1,
            max_size=12,
        )
    )
    return shapes, steps


def run(steps, leaves):
    values = list(leaves)
    for name, i, j in steps:
        x, y = values[i % len(values)], values[j % len(values)]
        try:
            np.broadcast_shapes(x.shape, y.shape)
        except ValueError:
            y = x
        values.append(STEPS[name](x, y))
    loss = autograd.sum(values[0]) * 2 + autograd.sum(values[-2]) + autograd.sum(values[-1])
    return loss, values[-1] + 0.0  # not a view of a leaf


@settings(max_examples=40)
@given(programs(), st.integers(0, 2**32 - 1))
def test_a_random_program_compiled_gives_what_it_gives_recorded(program, seed):
    shapes, steps = program
    rng = np.random.default_rng(seed)
    compiled = jit(lambda *leaves: run(steps, leaves))
    kept = []
    for _ in range(4):
        arrays = [rng.normal(size=shape) for shape in shapes]
        ours, eager = [Value(a) for a in arrays], [Value(a) for a in arrays]
        (loss, last), (expected, expected_last) = compiled(*ours), run(steps, eager)
        kept.append((last, expected_last))
        np.testing.assert_allclose(loss.data, expected.data, rtol=1e-12)
        loss.backward(keep="leaves")
        expected.backward(keep="leaves")
        for a, b in zip(ours, eager):
            assert (a.grad is None) == (b.grad is None)
            if b.grad is not None:
                np.testing.assert_allclose(a.grad, b.grad, rtol=1e-9, atol=1e-12)
    for last, expected in kept:
        np.testing.assert_allclose(last.data, expected.data, rtol=1e-12)
    assert not any(r.reason for group in compiled.recordings.values() for r in group)
