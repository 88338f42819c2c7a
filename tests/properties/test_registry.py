"""What must hold for every primitive in the registry, so that none is added unchecked.

Each test walks the registry by name. Hypothesis draws the operands, from what the primitive
itself declares in `samples`.
"""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd import Value, grad, primitive
from autograd.forward import tangents
from autograd.ops.steps import _flat
from autograd.primitive import numpy_functions, registry
from autograd.testing import GradientMismatch, check_grad, samples_for

every_primitive = pytest.mark.parametrize("name", sorted(registry))
every_rule = pytest.mark.parametrize(
    ("name", "operand"),
    [
        pytest.param(name, i, id=f"{name}-{op.operand_names(i + 1)[i]}")
        for name, op in sorted(registry.items())
        for i, rule in enumerate(op.rules)
        if rule is not None
    ],
)
elementwise = sorted(
    name
    for name, op in registry.items()
    if len(op.operands) > 1
    and (not isinstance(op.samples, str) or op.samples in ("distinct pair", "where", "clip"))
)
TAKE_AN_ARRAY_FIRST = ("clip", "binary_cross_entropy", "binary_cross_entropy_with_logits")


def is_float(x):
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def as_values(args, dtype=np.float64):
    """The float operands as leaves, the constants as they are."""
    return [Value(x.astype(dtype)) if is_float(x) else x for x in args]


def call(name, args, params):
    return registry[name].function(*args, **params)


def differentiable(name, args):
    op = registry[name]
    return [i for i, rule in enumerate(op.rules_for(len(args))) if rule and is_float(args[i])]


def hold_against_central_differences(name, sample, order):
    """The check itself: by every operand that has a rule, the others held constant."""
    args, params = sample
    wanted = differentiable(name, args)

    def by_the_wanted(*xs):
        chosen = iter(xs)
        return call(name, [next(chosen) if i in wanted else a for i, a in enumerate(args)], params)

    check_grad(by_the_wanted, *(args[i] for i in wanted), order=order)


@every_primitive
@settings(max_examples=30)
@given(data=st.data())
def test_gradient_equals_central_differences(name, data):
    hold_against_central_differences(name, data.draw(samples_for(registry[name])), order=1)


@every_primitive
@settings(max_examples=12)
@given(data=st.data())
def test_second_derivative_equals_central_differences(name, data):
    hold_against_central_differences(name, data.draw(samples_for(registry[name])), order=2)


def a_direction(data, x):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    return np.asarray(rng.uniform(-1, 1, np.shape(x)))[()]


@every_primitive
@settings(max_examples=30)
@given(data=st.data())
def test_forward_mode_is_the_transpose_of_reverse_mode(name, data):
    """<u, J v> = <Jᵀ u, v>, for every operand alone and for all of them together."""
    args, params = data.draw(samples_for(registry[name]))
    wanted = differentiable(name, args)
    for moving in [[i] for i in wanted] + [wanted] * (len(wanted) > 1):
        values = [Value(x) if i in moving else x for i, x in enumerate(args)]
        out = call(name, values, params)
        if not out.requires_grad:
            continue
        v = {values[i]: a_direction(data, args[i]) for i in moving}
        u = a_direction(data, out.data)
        pushed = tangents([out], v)[out]
        assert pushed.shape == out.shape
        assert pushed.dtype == out.dtype
        out.backward(u)
        pulled = sum(np.sum(leaf.grad * t) for leaf, t in v.items())
        scale = np.sum(np.abs(u * pushed)) + 1
        np.testing.assert_allclose(np.sum(u * pushed), pulled, rtol=0, atol=1e-11 * scale)


@every_primitive
def test_every_primitive_of_ours_has_a_forward_rule(name):
    assert registry[name].jvp is not None


@every_primitive
@given(data=st.data())
def test_a_forward_rule_derived_from_the_reverse_rule_agrees(name, data):
    args, params = data.draw(samples_for(registry[name]))
    wanted = differentiable(name, args)
    values = [Value(x) if i in wanted else x for i, x in enumerate(args)]
    out = call(name, values, params)
    v = {values[i]: a_direction(data, args[i]) for i in wanted}
    with pytest.MonkeyPatch.context() as patch:
        declared = tangents([out], v)
        patch.setattr(registry[name], "jvp", None)
        derived = tangents([out], v)
    if out in declared:
        np.testing.assert_allclose(derived[out], declared[out], rtol=1e-10, atol=1e-10)


@every_primitive
@given(data=st.data())
def test_values_are_those_of_plain_numpy(name, data):
    args, params = data.draw(samples_for(registry[name]))
    found = call(name, as_values(args), params)
    expected = registry[name].forward(*args, **params)
    assert found.shape == np.shape(expected)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.data, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (f, ours.primitive.name)
        for f, ours in numpy_functions.items()
        if hasattr(ours, "primitive") and not ours.primitive.variadic
    ],
)
@given(data=st.data())
def test_numpy_called_on_values_gives_what_it_gives_on_arrays(function, name, data):
    args, params = data.draw(samples_for(registry[name]))
    by_place = tuple(params.values()) if function is np.astype else ()  # as NumPy insists
    by_name = {} if by_place else params
    found = function(*as_values(args), *by_place, **by_name)
    assert isinstance(found, Value)
    expected = function(*args, *by_place, **by_name)
    np.testing.assert_allclose(found.data, expected, rtol=1e-14, atol=1e-14)


@every_primitive
@given(data=st.data())
def test_operands_are_never_written_to(name, data):
    args, params = data.draw(samples_for(registry[name]))
    before = [np.copy(x) if isinstance(x, np.ndarray) else x for x in args]
    values = as_values(args)
    call(name, args, params)
    call(name, values, params).sum().backward()
    for x, value, old in zip(args, values, before, strict=True):
        if isinstance(x, np.ndarray):
            np.testing.assert_array_equal(x, old)
        if isinstance(value, Value):
            np.testing.assert_array_equal(value.data, old)


@every_primitive
@given(data=st.data())
def test_gradients_have_the_shape_and_dtype_of_their_operands(name, data):
    args, params = data.draw(samples_for(registry[name]))
    dtypes = [data.draw(st.sampled_from([np.float64, np.float32])) for _ in args]
    values = [as_values([x], dtype)[0] for x, dtype in zip(args, dtypes, strict=True)]
    call(name, values, params).sum().backward()
    for i in differentiable(name, args):
        assert values[i].grad.shape == values[i].shape
        assert values[i].grad.dtype == values[i].dtype
        assert isinstance(values[i].grad, np.ndarray if values[i].ndim else np.generic)


@every_primitive
@given(data=st.data())
def test_float32_stays_float32_and_agrees_with_float64(name, data):
    args, params = data.draw(samples_for(registry[name]))
    single, double = as_values(args, np.float32), as_values(args)
    out, exact = call(name, single, params), call(name, double, params)
    assert out.dtype == params.get("dtype", np.float32)
    np.testing.assert_allclose(out.data, exact.data, rtol=1e-4, atol=1e-5)
    out.sum().backward()
    exact.sum().backward()
    for i in differentiable(name, args):
        assert single[i].grad.dtype == np.float32
        np.testing.assert_allclose(single[i].grad, double[i].grad, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", elementwise)
@given(data=st.data())
def test_a_python_number_leaves_float32_alone(name, data):
    args, params = data.draw(samples_for(registry[name]))
    values = as_values(args, np.float32)
    floats = [i for i, v in enumerate(values) if isinstance(v, Value)]
    if len(floats) > 1:
        values[data.draw(st.sampled_from(floats[name in TAKE_AN_ARRAY_FIRST :]))] = 0.5
        out = call(name, values, params)
        assert out.dtype == np.float32
        out.sum().backward()
        assert all(v.grad.dtype == np.float32 for v in values if isinstance(v, Value))


@every_primitive
@given(data=st.data())
def test_views_inside_a_graph_get_the_gradient_of_copies(name, data):
    args, params = data.draw(samples_for(registry[name]))
    contiguous = as_values(args)
    wide = [Value(np.repeat(v.data[None], 2, axis=0)) if isinstance(v, Value) else v
            for v in contiguous]  # fmt: skip
    views = [w.transpose()[..., 1].transpose() if isinstance(w, Value) else w for w in wide]
    call(name, contiguous, params).sum().backward()
    call(name, views, params).sum().backward()
    for i in differentiable(name, args):
        np.testing.assert_allclose(wide[i].grad[1], contiguous[i].grad, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(wide[i].grad[0], 0)


# ------------------------------------------------------------------------- the checks themselves


def search_for_a_mistake(name):
    """The first check of the walk, without its reports and its database of failures."""

    @settings(phases=[Phase.generate], database=None, derandomize=True, max_examples=100)
    @given(samples_for(registry[name]))
    def walk(sample):
        hold_against_central_differences(name, sample, order=1)

    walk()


@pytest.fixture
def unchecked_primitive():
    @primitive(lambda g, out, x: g, name="added_in_a_hurry")
    def added_in_a_hurry(x):
        return x

    yield added_in_a_hurry
    del registry["added_in_a_hurry"]


def test_a_primitive_without_samples_fails_the_walk_by_name(unchecked_primitive):
    assert "added_in_a_hurry" in registry
    with pytest.raises(LookupError, match=r"'added_in_a_hurry' has no samples.*samples=\(lo, hi\)"):
        test_gradient_equals_central_differences("added_in_a_hurry")


def test_samples_of_an_unknown_kind_fail_by_name(unchecked_primitive):
    unchecked_primitive.primitive.samples = "reductoin"
    with pytest.raises(LookupError, match=r"'added_in_a_hurry'.*'reductoin'.*reduction"):
        samples_for(unchecked_primitive)


_left_of_matmul = registry["matmul"].rules[0]
PLANTED = {
    "tanh": lambda g, out, x: g * (1 - out),
    "matmul": lambda g, out, x, y: _left_of_matmul(g[..., ::-1] if g.ndim else g, out, x, y),
    "max": lambda g, out, x, axis=None, keepdims=False: np.ones_like(x) * np.sum(g),
    "getitem": lambda g, out, x, index: np.ones_like(x) * np.sum(g),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_caught(name, monkeypatch):
    op = registry[name]
    monkeypatch.setattr(op, "rules", (PLANTED[name], *op.rules[1:]))
    with pytest.raises(GradientMismatch, match="analytic"):
        search_for_a_mistake(name)


@every_rule
def test_a_rule_that_is_wrong_by_a_thousandth_is_caught(name, operand, monkeypatch):
    op = registry[name]
    right = op.rules[operand]
    rules = list(op.rules)
    if right is _flat:  # a thousandth of 0 is 0
        rules[operand] = lambda g, *args, **params: 0.001 * g
    else:
        rules[operand] = lambda *args, **params: 1.001 * right(*args, **params)
    monkeypatch.setattr(op, "rules", tuple(rules))
    with pytest.raises(GradientMismatch):
        search_for_a_mistake(name)


def test_a_wrong_second_derivative_is_caught(monkeypatch):
    op = registry["tanh"]
    forgets_the_graph = lambda g, out, x: g * (1 - np.square(getattr(out, "_data", out)))
    monkeypatch.setattr(op, "rules", (forgets_the_graph,))
    check_grad(op.function, np.array([0.3, 0.7]))
    with pytest.raises(GradientMismatch, match="order 2"):
        check_grad(op.function, np.array([0.3, 0.7]), order=2)


def test_a_mismatch_names_argument_place_and_both_numbers(monkeypatch):
    op = registry["tanh"]
    monkeypatch.setattr(op, "rules", (lambda g, out, x: 2 * g,))
    with pytest.raises(GradientMismatch) as caught:
        check_grad(lambda x, w: op.function(x) * w, Value([0.0, 0.5], name="x"), np.ones(2))
    title, header, *rows = str(caught.value).splitlines()
    assert title == "check_grad: 2 of 4 entries of the gradient disagree"
    assert header.split() == ["argument", "index", "analytic", "numeric", "relative", "error"]
    assert {row.split()[0] for row in rows} == {"x"}


def test_large_inputs_are_checked_along_random_directions(monkeypatch):
    op = registry["sin"]
    x = np.linspace(-1, 1, 5000).reshape(50, 100)
    check_grad(op.function, x)
    cosine = op.rules[0]
    monkeypatch.setattr(op, "rules", (lambda g, out, x: cosine(g, out, x) * (np.abs(x) < 0.99),))
    with pytest.raises(GradientMismatch, match="direction"):
        check_grad(op.function, x)


def test_check_grad_needs_a_float():
    with pytest.raises(TypeError, match="needs a float"):
        check_grad(lambda x: x, 3)


def test_check_grad_reaches_the_third_order():
    check_grad(lambda x: x**5 / (1 + x * x), 0.7, order=3)
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48.0
