"""Random programs: reverse mode, forward mode and differences agree, at first and second order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.primitive import registry
from autograd.testing import programs

STEP = float(np.cbrt(np.finfo(np.float64).eps))


def directions(program, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1, 1, x.shape) for x in program.leaves)


def inner(xs, ys):
    return sum(float(np.sum(x * y)) for x, y in zip(xs, ys, strict=True))


def moved(program, v, h):
    return [x + h * d for x, d in zip(program.leaves, v, strict=True)]


def gradient(program, leaves):
    return autograd.grad(program, tuple(range(len(leaves))))(*leaves)


def differ(a, b, tolerance):
    return abs(a - b) > tolerance * max(1.0, abs(a), abs(b))


def by_differences(f):
    """The slope of `f` at 0: central differences at two steps, extrapolated (Richardson 1911).

    One step alone is wrong by its square times the third derivative: a wave of a large number has
    a large one.
    """
    wide, narrow = ((f(h) - f(-h)) / (2 * h) for h in (2 * STEP, STEP))
    return (4 * narrow - wide) / 3


def three_derivations_agree(program, seed):
    v = directions(program, seed)
    reverse = inner(gradient(program, program.leaves), v)
    _, forward = autograd.jvp(program, tuple(program.leaves), v)
    assert not differ(reverse, forward, 1e-11), (reverse, forward)
    numeric = by_differences(lambda h: float(program(*moved(program, v, h))))
    assert not differ(reverse, numeric, 1e-6), (reverse, numeric)


@settings(max_examples=2000)
@given(programs(), st.integers(0, 2**32 - 1))
def test_reverse_mode_forward_mode_and_differences_agree(program, seed):
    three_derivations_agree(program, seed)


@settings(max_examples=300)
@given(programs(max_steps=5), st.integers(0, 2**32 - 1))
def test_second_derivatives_agree_with_differences_of_gradients(program, seed):
    v = directions(program, seed)

    def slope(*leaves):
        return autograd.jvp(program, leaves, v)[1]

    curvature = inner(gradient(slope, program.leaves), v)
    numeric = by_differences(lambda h: inner(gradient(program, moved(program, v, h)), v))
    assert not differ(curvature, numeric, 1e-5)


@given(programs())
def test_a_value_program_gives_the_numbers_of_the_array_program(program):
    values = [Value(x) for x in program.leaves]
    np.testing.assert_allclose(
        program(*values).data, program(*program.leaves), rtol=1e-13, atol=1e-13
    )


def test_a_planted_bug_is_caught_and_shrunk_to_a_small_program(monkeypatch):
    right = registry["multiply"].rules[0]
    wrong = lambda g, out, x, y: right(g, out, x, y) * 1.0001
    monkeypatch.setattr(registry["multiply"], "rules", (wrong, registry["multiply"].rules[1]))

    @settings(max_examples=500, database=None, derandomize=True)
    @given(programs())
    def search(program):
        three_derivations_agree(program, 0)

    with pytest.raises(AssertionError) as caught:
        search()
    program = str(caught.value.__notes__)
    assert program.count("np.array") <= 2
    assert len(program.splitlines()) < 12
