"""Sums of two products with weights that several of them share: one product, the same numbers."""

import numpy as np

import autograd
from autograd import Value
from autograd.jit.join import SEVERAL, join
from autograd.jit.passes import dead_code
from autograd.jit.program import interpret
from tests.autograd.jit.tracing import traced

RNG = np.random.default_rng(0)
W, V = RNG.normal(size=(9, 3)), RNG.normal(size=(9, 4))


def steps(w, v, *states):
    pairs = zip(states[::2], states[1::2], strict=True)
    return sum(autograd.tanh(w @ x + v @ h).sum() for x, h in pairs)


def states(count, columns=2):
    return [RNG.normal(size=(k, columns)) for _ in range(count) for k in (3, 4)]


def names(program, phase=0):
    return [instr.op.name for instr in program.phase(phase)]


def test_steps_with_the_same_weights_multiply_once_each():
    arrays = [W, V, *states(SEVERAL)]
    program = traced(steps, *arrays)
    after = dead_code(join(program))
    assert names(program).count("matmul") == 2 * SEVERAL
    assert names(after).count("matmul") == SEVERAL
    assert names(after).count("concatenate") == SEVERAL + 1  # the weights are laid out once
    given = [Value(a) for a in arrays]
    np.testing.assert_allclose(
        interpret(after, given, {})[0].data, interpret(program, given, {})[0].data, rtol=1e-12
    )


def test_few_steps_are_left_alone():
    program = traced(steps, W, V, *states(SEVERAL - 1))
    assert names(join(program)) == names(program)


def test_where_copies_would_cost_more_than_the_addition_there_is_none():
    small = [W[:5], V[:5]]
    program = traced(steps, *small, *states(SEVERAL))
    assert names(join(program)) == names(program)


def test_a_product_that_others_read_stays():
    def reading(w, v, *given):
        total = 0.0
        for x, h in zip(given[::2], given[1::2], strict=True):
            product = w @ x
            total = total + (product + v @ h).sum() + autograd.exp(product).sum()
        return total

    program = traced(reading, W, V, *states(SEVERAL))
    assert names(join(program)) == names(program)


def test_a_state_is_computed_where_the_next_step_reads_it():
    w, v = Value(RNG.normal(size=(20, 3))), Value(RNG.normal(size=(20, 10)) / 10)
    xs = [RNG.normal(size=(3, 2)) for _ in range(6)]

    def loss(*xs):
        h = np.zeros((10, 2))
        for x in xs:
            sums = autograd.tanh(w @ x + v @ h)
            h = sums[:10] * sums[10:]
        return (h * h).sum()

    compiled, plain = autograd.jit(loss), autograd.jit(loss, disable=("join",))
    for _ in range(3):
        ours, theirs = compiled(*xs), plain(*xs)
    assert names(compiled.program()).count("matmul") == 2 + 5  # the first state is a constant
    np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-12)
    found = []
    for out in (ours, theirs):
        w.grad = v.grad = None
        out.backward()
        found.append((w.grad, v.grad))
    for mine, others in zip(*found, strict=True):
        np.testing.assert_allclose(mine, others, rtol=1e-10)
