"""Sums of products over the steps of a sequence: one product, and the same numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from autograd.jit.batch import batch
from autograd.jit.passes import dead_code
from tests.autograd.jit.tracing import traced

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape)


def counted(program, name, phase=1):
    return sum(instr.op.name == name for instr in program.phase(phase))


def gradients(fn, leaves, *args):
    """Those of all results of `fn`, each for itself."""
    found = []
    for number in range(len(fn(*args))):
        for leaf in leaves:
            leaf.grad = None
        fn(*args)[number].backward()
        found.append([leaf.grad for leaf in leaves])
    return found


def same_under_jit(fn, leaves, *args):
    compiled = autograd.jit(fn)
    for _ in range(3):
        outs = compiled(*args)
    assert "stays eager" not in compiled.report(), compiled.report()
    for ours, theirs in zip(outs, fn(*args), strict=True):
        np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-12, atol=1e-14)
    for ours, theirs in zip(
        gradients(compiled, leaves, *args), gradients(fn, leaves, *args), strict=True
    ):
        for g, expected in zip(ours, theirs, strict=True):
            if expected is None:
                assert g is None
            else:
                np.testing.assert_allclose(g, expected, rtol=1e-10, atol=1e-12)
    return compiled


def shared(w, *xs):
    return sum(autograd.tanh(autograd.linear(x, w)).sum() for x in xs)


def test_the_gradient_of_a_weight_used_at_many_steps_is_one_product():
    program = traced(shared, normal(3, 4), *(normal(2, 4) for _ in range(5)))
    program.reverses[0].gradients[1:] = [None] * 5
    program = dead_code(program)
    after = dead_code(batch(program))
    assert counted(program, "matmul") == 5
    assert counted(after, "matmul") == 1
    assert counted(after, "concatenate") == 2


def test_the_gradient_of_a_bias_used_at_many_steps_is_one_sum():
    program = traced(
        lambda b, w, *xs: sum(autograd.tanh(autograd.linear(x, w, b)).sum() for x in xs),
        *(normal(3), normal(3, 4), *(normal(2, 4) for _ in range(5))),
    )
    after = dead_code(batch(program))
    assert (counted(program, "row_sum"), counted(after, "row_sum")) == (5, 1)


def test_gradients_that_are_summed_for_weight_and_bias_are_laid_out_once():
    w, b = Value(normal(3, 4)), Value(normal(3))
    xs = [normal(2, 4) for _ in range(5)]

    def loss(*xs):
        return [sum(autograd.tanh(autograd.linear(x, w, b)).sum() for x in xs)]

    compiled = same_under_jit(loss, [w, b], *xs)
    assert counted(compiled.program(), "concatenate") == 2  # of gradients, and of inputs


def test_what_the_forward_phase_made_is_laid_out_there():
    w = Value(normal(4, 4) / 4)

    def loss(x):
        for _ in range(6):
            x = autograd.tanh(autograd.linear(x, w))
        return [(x * x).sum()]

    compiled = same_under_jit(loss, [w], Value(normal(3, 4)))
    assert counted(compiled.program(), "concatenate", phase=0) == 1


def test_steps_may_have_different_numbers_of_rows():
    w = Value(normal(3, 4))
    same_under_jit(lambda *xs: [shared(w, *xs)], [w], *(normal(n, 4) for n in (2, 5, 1, 3)))


def test_a_weight_may_be_used_twice_on_the_same_rows():
    w, x = Value(normal(4, 4) / 4), Value(normal(3, 4))

    def loss(x):
        h = autograd.linear(x, w)
        return [(autograd.linear(h, w) * h).sum() + autograd.linear(x, w).sum()]

    same_under_jit(loss, [w, x], x)


def test_what_is_handed_out_is_no_part_of_a_larger_array():
    w = Value(normal(4, 4) / 4)

    def states(x):
        found = []
        for _ in range(3):
            x = autograd.tanh(autograd.linear(x, w))
            found.append(x)
        return [*found, sum(s.sum() for s in found)]

    compiled = autograd.jit(states)
    x = Value(normal(3, 4))
    for _ in range(3):
        first = compiled(x)
    kept = [s.data.copy() for s in first]
    compiled(Value(normal(3, 4)))[-1].backward()
    for s, before in zip(first, kept, strict=True):
        np.testing.assert_array_equal(s.data, before)
        assert s.data.base is None or s.data.shape == ()


def test_a_reverse_pass_may_run_again():
    w = Value(normal(4, 4) / 4)

    @autograd.jit
    def loss(x):
        for _ in range(4):
            x = autograd.tanh(autograd.linear(x, w))
        return x.sum()

    x = normal(3, 4)
    for _ in range(3):
        out = loss(x)
    w.grad = None
    out.backward()
    once = w.grad.copy()
    out.backward()
    np.testing.assert_array_equal(w.grad, 2 * once)


def test_the_pass_can_be_left_out():
    w = Value(normal(3, 4))
    compiled = autograd.jit(lambda *xs: shared(w, *xs), disable=("batch",))
    for _ in range(3):
        compiled(*(normal(2, 4) for _ in range(3)))
    assert counted(compiled.program(), "concatenate") == 0


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}, {"bias": False}])
def test_recurrent_layers(kind, options):
    layer = kind(3, 4, dtype=np.float64, **options)

    def results(x):
        out, last = layer(x)
        return [(out * out).sum(), *(s.sum() for s in (last if kind is nn.LSTM else (last,)))]

    x = Value(normal(5, 2, 3))
    same_under_jit(results, [x, *layer.parameters()], x)


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.GRUCell, nn.LSTMCell])
@pytest.mark.parametrize("batch", [(), (1,), (3,), (2, 3)])
def test_cells_called_by_hand(kind, batch):
    cell = kind(3, 4, dtype=np.float64)
    xs = [normal(*batch, 3) for _ in range(5)]

    def results(*xs):
        state = None
        for x in xs:
            state = cell(x, state)
        return [s.sum() for s in (state if kind is nn.LSTMCell else (state,))]

    same_under_jit(results, cell.parameters(), *xs)


#: What a step of a random program does to a state h, with weights that others use as well.
STEPS = {
    "layer": lambda h, x, w: autograd.tanh(autograd.linear(h, w)),
    "layer, by columns": lambda h, x, w: autograd.tanh((w @ h.T).T),
    "both": lambda h, x, w: autograd.tanh((w @ x.T + w.T @ h.T).T),
    "both, by rows": lambda h, x, w: autograd.tanh(autograd.linear(x, w) + h @ w),
    "gate": lambda h, x, w: h * autograd.sigmoid(x @ w),
    "halves": lambda h, x, w: autograd.concatenate([h[:, 2:] * x[:, :2], h[:, :2]], axis=1),
    "turned": lambda h, x, w: (h.T * 1.0).T + x,
    "input": lambda h, x, w: x * 0.5,
}


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9), st.integers(0, 1)),
        min_size=3,
        max_size=12,
    ),
    st.sets(st.integers(0, 11), max_size=3),
    st.booleans(),
)
def test_random_programs_with_shared_weights(steps, shown, by_columns):
    rng = np.random.default_rng(len(steps))
    weights = [Value(rng.normal(size=(4, 4)) / 2) for _ in range(2)]
    x = rng.normal(size=(3, 4))
    x = Value(np.asfortranarray(x) if by_columns else x)

    def results(x):
        states = [x]
        for kind, where, which in steps:
            h = states[-1]
            states.append(STEPS[kind](h, states[where % len(states)], weights[which]))
        chosen = [states[i + 1] for i in sorted(shown) if i + 1 < len(states)]
        return [*((s * s).sum() for s in chosen), sum(s.sum() for s in states)]

    same_under_jit(results, [x, *weights], x)
