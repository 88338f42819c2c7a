"""Each pass alone: what it takes away, and that the result stays what it was."""

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.jit import passes
from autograd.jit.expand import expand
from autograd.jit.program import interpret
from tests.autograd.jit import tracing

X = np.array([0.5, -1.0, 2.0])


def traced(fn):
    return tracing.traced(fn, X)


def names(program, phase=0):
    return [instr.op.name for instr in program.phase(phase)]


def result(program):
    return interpret(program, [Value(X)], {})[0].data


def test_dead_code_drops_what_no_result_needs():
    program = traced(lambda x: (autograd.exp(x), x.sum())[1])
    after = passes.dead_code(program)
    assert names(program) == ["exp", "sum"]
    assert names(after) == ["sum"]
    assert result(after) == X.sum()


def test_dead_code_keeps_random_draws():
    program = traced(lambda x: (autograd.dropout(x, 0.5), x.sum())[1])
    assert names(passes.dead_code(program)) == ["dropout_mask", "sum"]


def test_common_subexpressions_are_computed_once():
    program = traced(lambda x: (autograd.exp(x) * autograd.exp(x)).sum())
    after = passes.common_subexpressions(program)
    assert names(after) == ["exp", "multiply", "sum"]
    assert result(after) == result(program)


def test_minus_zero_is_not_zero():
    program = traced(lambda x: (x * 0.0).sum() + (x * -0.0).sum())
    assert names(passes.common_subexpressions(program)).count("multiply") == 2


def test_identities_are_passed_over():
    program = traced(lambda x: (+x).reshape(3).sum())
    after = passes.identities(program)
    assert names(after) == ["sum"]


def test_unbroadcast_lets_the_operation_broadcast():
    program = traced(lambda x: (x * autograd.broadcast_to(x[0], (3,))).sum())
    after = passes.dead_code(passes.unbroadcast(program))
    multiply = next(i for i in after.phase(0) if i.op.name == "multiply")
    assert [a.shape for a in multiply.args] == [(3,), ()]
    assert result(after) == result(program)


def test_the_reverse_pass_never_multiplies_for_a_constant():
    program = passes.dead_code(traced(lambda x: (x * 2.0).sum()))
    assert names(program, 1).count("multiply") == 1


def test_expanded_operations_are_their_own_steps_to_the_last_bit():
    for fn in (
        lambda x: autograd.softmax(x),
        lambda x: autograd.log_softmax(x),
        lambda x: autograd.softplus(x),
        lambda x: autograd.layer_norm(x, 3),
        lambda x: autograd.var(x, ddof=1) * x,
        lambda x: autograd.gelu(x, approximate="tanh"),
    ):
        program = traced(fn)
        after = expand(program)
        assert names(after) != names(program)
        np.testing.assert_array_equal(result(after), result(program))


def test_after_expansion_the_reverse_pass_computes_no_exponential_again():
    program = expand(traced(lambda x: autograd.cross_entropy(x, X)))
    names_of = [instr.op.name for instr in program.body]
    assert names_of.count("exp") == 2
    program = passes.common_subexpressions(program)
    assert [instr.op.name for instr in program.body].count("exp") == 1


def test_what_depends_on_no_input_is_computed_once():
    program = traced(lambda x: x * (autograd.exp(Value(np.ones(3), requires_grad=False)) + 1.0))
    after = passes.constant_folding(program)
    assert names(after) == ["multiply"]
    np.testing.assert_array_equal(result(after), result(program))


def test_an_array_from_outside_is_never_folded():
    outside = np.ones(3)
    compiled = autograd.jit(lambda x: x * (Value(np.ones(3), requires_grad=False) + outside))
    for number in range(5):
        outside[:] = number
        assert compiled(Value(1.0)).data[0] == 1 + number


def test_gradients_of_slices_are_put_side_by_side():
    program = traced(lambda x: (x[:1] * 2.0).sum() + x[1:].square().sum())
    after = passes.dead_code(passes.assemble(program))
    assert "assemble" in names(after, 1)
    assert "add" not in names(after, 1)


def test_overlapping_slices_are_added_up():
    program = traced(lambda x: (x[:2] * 2.0).sum() + x[1:].square().sum())
    after = passes.dead_code(passes.assemble(program))
    assert "assemble" not in names(after, 1)


def test_equal_slices_are_one():
    program = traced(lambda x: x[..., :2].sum() + x[..., :2].exp().sum())
    assert names(passes.common_subexpressions(program)).count("getitem") == 1


def test_parts_are_computed_where_they_are_put():
    compiled = autograd.jit(lambda x: (autograd.concatenate([x * 2.0, x + 1.0]) ** 2).sum())
    for number in range(5):
        x = Value(X * number)
        compiled(x).backward()
        np.testing.assert_array_equal(x.grad, 2 * (X * number * 2) * 2 + 2 * (X * number + 1))
    assert "[0:3]" in compiled.source()
    assert "concatenate" not in compiled.source()


def test_every_pass_tells_what_it_did_and_shows_it():
    compiled = autograd.jit(lambda x: (autograd.softmax(+x) * (x * 1.0).sum()).sum())
    for _ in range(3):
        compiled(Value(X))
    told = compiled.report()
    assert "expand +" in told
    assert "identities -1" in told
    assert "softmax" in str(compiled.program("traced"))
    assert "softmax" not in str(compiled.program("expand"))
    assert "softmax" in compiled.draw("traced").source
    assert "reverse pass of result 0" in compiled.draw().source
    with pytest.raises(ValueError, match="no pass 'polish' ran; there are traced, dead_code"):
        compiled.program("polish")
    with pytest.raises(ValueError, match="has recorded no program 2"):
        compiled.draw(signature=2)


def test_a_pass_left_out_is_not_run():
    compiled = autograd.jit(lambda x: autograd.softmax(x).sum(), disable=("expand",))
    for _ in range(3):
        compiled(Value(X))
    assert "expand" not in compiled.report()
    assert "softmax" in str(compiled.program())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", [0.0, -0.0, 1, -1, 0.1, 1e-8, 16777217])
def test_a_number_beside_an_array_is_to_the_last_bit_what_it_is_beside_a_value(dtype, x):
    def fn(v):
        return v + x, x - v, v * x, x / (v + 3.5), autograd.maximum(v, x) * (v > x)

    compiled = autograd.jit(fn)
    for number in range(4):
        v = Value((X * number).astype(dtype))
        for ours, theirs in zip(compiled(v), fn(v)):
            assert ours.data.dtype == theirs.data.dtype
            assert ours.data.tobytes() == theirs.data.tobytes()
