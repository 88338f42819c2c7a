"""A compiled function gives what the function gives: results, gradients, errors, side by side."""

import gc
import threading
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import JitWarning, Value, jit
from autograd.jit import outlines


def gradients_of(loss, leaves):
    for leaf in leaves:
        leaf.grad = None
    loss.backward()
    return [leaf.grad for leaf in leaves]


def same_as_eager(fn, *inputs, leaves=(), calls=5, **options):
    """Call both on fresh inputs and compare bit by bit; returns the compiled function."""
    compiled = jit(fn, **options)
    for call in range(calls):
        mine = [Value(x + call) if isinstance(x, np.ndarray) else x for x in inputs]
        theirs = [Value(x + call) if isinstance(x, np.ndarray) else x for x in inputs]
        ours, eager = compiled(*mine), fn(*theirs)
        np.testing.assert_array_equal(ours.data, eager.data)
        for a, b in zip(
            gradients_of(ours, [*mine, *leaves]), gradients_of(eager, [*theirs, *leaves])
        ):
            np.testing.assert_array_equal(a, b)
    return compiled


def replays(compiled):
    return sum(r.replays for group in compiled.recordings.values() for r in group)


def reasons(compiled):
    return [r.reason for group in compiled.recordings.values() for r in group if r.reason]


ROW = np.array([0.5, -1.0, 2.0])
MATRIX = np.arange(6.0).reshape(2, 3) / 5 - 0.4


@pytest.mark.parametrize(
    "fn",
    [
        lambda x, w: (x * w).sum(),
        lambda x, w: ((x - w) ** 2).mean(),
        lambda x, w: (x @ w).tanh().sum(),
        lambda x, w: autograd.softmax(w * x).max(),
        lambda x, w: (x[0] * w[1:].sum()).exp().sum(),
        lambda x, w: (x.T * 2.0).reshape(2, 3).sum() + w.sum(),
        lambda x, w: autograd.where(x > 0, x, w).sum(),
        lambda x, w: autograd.concatenate([w, x[0]]).sigmoid().sum(),
        lambda x, w: autograd.relu(x + w).var(),
        lambda x, w: (x / (np.exp(w) + 1)).sum(axis=0, keepdims=True).sum(),
        lambda x, w: autograd.maximum(x, w).sum() * autograd.clip(w, 0.0, 1.0).sum(),
    ],
)
def test_results_and_gradients_are_those_of_the_function(fn):
    assert replays(same_as_eager(fn, MATRIX, ROW)) == 3


def test_numbers_alone_are_a_program_too():
    compiled = jit(lambda x, y: x * y + x)
    for _ in range(4):
        x = Value(3.0)
        compiled(x, 2.0).backward()
        assert x.grad == 3.0


def test_a_closed_over_parameter_is_read_at_every_call_and_gets_its_gradient():
    w = Value(ROW)
    compiled = jit(lambda x: (x * w).sum())
    for call in range(4):
        w.data = ROW * call
        w.grad = None
        out = compiled(ROW)
        assert out.data == (ROW * ROW * call).sum()
        out.backward()
        np.testing.assert_array_equal(w.grad, ROW)
    assert replays(compiled) == 2


def test_a_module_with_dropout_draws_anew_and_draws_the_same_as_eager():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2))
    compiled = jit(model)
    x = np.ones((3, 4), np.float32)
    autograd.manual_seed(3)
    ours = [compiled(x).data for _ in range(5)]
    autograd.manual_seed(3)
    for mine in ours:
        np.testing.assert_array_equal(mine, model(x).data)
    assert not np.array_equal(ours[3], ours[4])
    model.eval()
    for _ in range(4):
        np.testing.assert_array_equal(compiled(x).data, model(x).data)


def test_every_shape_is_a_signature_of_its_own():
    compiled = jit(lambda x: (x * 2).sum())
    for size in (3, 3, 3, 2, 2, 2):
        assert compiled(np.ones(size)) == 2 * size
    assert compiled.report().startswith("<lambda>") or "2 signatures" in compiled.report()


def test_a_static_argument_is_part_of_the_signature():
    compiled = jit(lambda x, power, axis=None: (x**power).sum(axis=axis))
    for _ in range(3):
        assert compiled(ROW, 2) == (ROW**2).sum()
        assert compiled(ROW, 3, axis=0) == (ROW**3).sum()


def test_results_are_not_overwritten_by_the_next_call():
    compiled = jit(lambda x: autograd.tanh(x * 2) + 1)
    kept = [compiled(Value(ROW * k)) for k in range(6)]
    for k, value in enumerate(kept):
        np.testing.assert_array_equal(value.data, np.tanh(ROW * k * 2) + 1)


def test_a_reverse_pass_belongs_to_its_own_call():
    compiled = jit(lambda x: (autograd.exp(x) * x).sum())
    xs = [Value(ROW * k) for k in range(6)]
    losses = [compiled(x) for x in xs]
    for loss in reversed(losses):
        loss.backward()
    for x in xs:
        np.testing.assert_allclose(x.grad, np.exp(x.data) * (x.data + 1))


def test_gradients_have_memory_of_their_own():
    compiled = jit(lambda x, y: (x + y).sum())
    for _ in range(4):
        x, y = Value(ROW), Value(ROW)
        compiled(x, y).backward()
        x.grad[0] = 7
        assert y.grad[0] == 1


def test_several_results_each_have_their_reverse_pass():
    compiled = jit(lambda x: {"loss": (x * x).sum(), "rest": [x * 3, x.sum()]})
    for _ in range(4):
        x = Value(ROW)
        out = compiled(x)
        out["loss"].backward()
        out["rest"][1].backward()
        np.testing.assert_array_equal(x.grad, 2 * ROW + 1)
        out["rest"][0].backward(ROW)
        np.testing.assert_array_equal(x.grad, 2 * ROW + 1 + 3 * ROW)


def test_it_is_an_operation_like_any_other():
    square = jit(lambda x: x * x)
    for _ in range(4):
        x = Value(3.0)
        (square(x * 2) + square(square(x))).backward()
        assert x.grad == 8 * 3.0 + 4 * 27.0


def test_second_derivatives_fall_back_to_recording():
    cube = jit(lambda x: (x**3).sum())
    for _ in range(4):
        assert autograd.grad(autograd.grad(cube))(2.0) == 12.0


def test_a_compiled_function_inside_another_becomes_a_part_of_it():
    inner = jit(lambda x: x * x)
    outer = same_as_eager(lambda x: inner(inner(x)).sum(), ROW)
    assert replays(outer) == 3
    assert inner.recordings  # by the eager side only


def test_running_statistics_are_updated_at_every_call():
    mean = Value(np.zeros(3), requires_grad=False)

    def step(x):
        autograd.assign(mean, 0.5 * mean + 0.5 * x)
        return (x - mean).sum()

    compiled, expected = jit(step), np.zeros(3)
    for call in range(5):
        out = compiled(Value(ROW * call))
        expected = 0.5 * expected + 0.5 * ROW * call
        np.testing.assert_array_equal(mean.data, expected)
        assert out.data == (ROW * call - expected).sum()


def test_plain_arrays_in_give_plain_arrays_out():
    compiled = jit(lambda x: autograd.exp(x) + 1)
    for _ in range(4):
        assert type(compiled(ROW)) is np.ndarray


# ---------------------------------------------------------------------------------------- sound


@pytest.mark.parametrize(
    ("what", "fn"),
    [
        ("if", lambda x: x.sum() if x.sum() > 0 else -x.sum()),
        ("item", lambda x: x.sum() * x.sum().item()),
        ("data", lambda x: (x * x.data.max()).sum()),
        ("float", lambda x: (x * float(x[0])).sum()),
        ("array", lambda x: (x * np.median(x.data)).sum()),
        ("index", lambda x: x[int(x[0] > 0)] * 1.0),
        ("allclose", lambda x: x.sum() * (2.0 if np.allclose(x, 1) else 3.0)),
    ],
)
def test_who_looks_at_a_number_stays_eager_with_one_warning(what, fn):
    compiled = jit(fn)
    with pytest.warns(JitWarning, match=r"reads a value at .*test_jit\.py:\d+"):
        compiled(Value(ROW))
    for scale in (1, -1, 2, -3):
        assert compiled(Value(ROW * scale)).data == fn(Value(ROW * scale)).data
    assert replays(compiled) == 0


def test_a_generator_of_numpys_is_found_by_what_it_drew():
    rng = np.random.default_rng(0)
    compiled = jit(lambda x: (x * rng.random(3)).sum())
    with pytest.warns(JitWarning, match="draws from rng"):
        compiled(Value(ROW))
    assert compiled(Value(ROW)).data != compiled(Value(ROW)).data


def test_a_counter_outside_is_found():
    count = 0

    def fn(x):
        nonlocal count
        count += 1
        return x * count

    compiled = jit(fn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JitWarning)
        for call in range(12):
            assert compiled(Value(1.0)).data == call + 1


def test_a_number_closed_over_may_change():
    scale = 1.0
    compiled = jit(lambda x: x * scale)
    for call in range(9):
        scale = float(call // 3)
        assert compiled(Value(2.0)).data == 2.0 * scale


def test_an_array_closed_over_may_be_written_into():
    array = ROW.copy()
    compiled = jit(lambda x: (x * array).sum())
    for call in range(5):
        array[:] = call
        assert compiled(Value(ROW)).data == (ROW * call).sum()


def test_a_setting_of_a_module_may_change():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    compiled = jit(lambda x: model(x).sum())
    dropout = next(m for m in model.modules() if isinstance(m, nn.Dropout))
    for rate in (0.5, 0.5, 0.5, 0.0, 0.0, 0.0):
        dropout.rate = rate
        autograd.manual_seed(1)
        ours = compiled(np.ones((4, 2), np.float32))
        autograd.manual_seed(1)
        assert ours.data == model(np.ones((4, 2), np.float32)).sum().data


def test_a_parameter_may_be_replaced_or_frozen():
    layer = nn.Linear(2, 1)
    compiled = jit(lambda x: layer(x).sum())
    x = np.ones((3, 2), np.float32)
    for _ in range(3):
        compiled(x).backward()
    layer.weight.requires_grad_(False)
    layer.weight.grad = None
    for _ in range(3):
        compiled(x).backward()
        assert layer.weight.grad is None
    layer.weight = nn.Parameter(np.full((1, 2), 5.0, np.float32))
    for _ in range(3):
        assert compiled(x).data == layer(x).sum().data


def test_an_error_passes_through_and_leaves_nothing_behind():
    def fn(x):
        raise KeyError("mine")

    compiled = jit(fn)
    for _ in range(3):
        with pytest.raises(KeyError, match="mine"):
            compiled(Value(1.0))
    assert (Value(1.0) > 0) is np.True_


def test_a_parameter_compared_with_a_number_is_compared_at_every_call():
    w = Value(ROW)
    compiled = jit(lambda x: (x * autograd.where(w > 0, w, 0.0)).sum())
    for sign in (1, 1, -1, 1, -1):
        w.data = ROW * sign
        assert compiled(ROW).data == (ROW * np.maximum(ROW * sign, 0)).sum()
    assert replays(compiled) == 3


@pytest.mark.parametrize(
    "look", [lambda w: w.item(), float, lambda w: w.data, lambda w: 2.0 if w else 3.0]
)
def test_looking_at_a_parameter_is_looking_at_a_number(look):
    w = Value(2.0)
    compiled = jit(lambda x: x * look(w))
    with pytest.warns(JitWarning, match="reads a value"):
        compiled(Value(1.0))
    for number in (3.0, 4.0, 0.0):
        w.data = number
        assert compiled(Value(1.0)).data == look(w)


def test_a_write_into_an_intermediate_result_is_replayed():
    def fn(x):
        y = x * 1.0
        z = y * 2.0
        y[0] = x[1] * x[2]
        buffer = Value(np.zeros(3))
        buffer[1:] = y[:2] * z[1:]
        return (y * z * buffer).sum() + buffer[1] + y[0]

    assert replays(same_as_eager(fn, ROW)) == 3


def test_a_function_that_writes_into_its_argument_stays_eager():
    def fn(x):
        x[2] = 7.0
        return (x * x).sum()

    compiled = jit(fn)
    with pytest.warns(JitWarning, match="writes into an argument"):
        compiled(Value(ROW))
    for _ in range(3):
        ours, theirs = Value(ROW), Value(ROW)
        compiled(ours).backward()
        fn(theirs).backward()
        np.testing.assert_array_equal(ours.grad, theirs.grad)
        np.testing.assert_array_equal(ours.data, theirs.data)


def test_an_array_written_into_while_traced_is_written():
    def fill(x):
        x[0] = 9.0
        return x * 2.0

    compiled = jit(fill)
    array = ROW.copy()
    with pytest.warns(JitWarning):
        compiled(array)
    assert array[0] == 9.0


def test_a_closed_over_value_written_in_place_is_written_at_every_call():
    w = Value(ROW)

    def fn(x):
        with autograd.no_grad():
            w[0] = 1.0 + w[0]
        return (w * x).sum()

    compiled = jit(fn)
    with pytest.warns(JitWarning, match="writes into a Value"):
        compiled(ROW)
    for call in range(3):
        compiled(ROW)
        assert w.data[0] == ROW[0] + call + 2


def test_writing_into_a_used_leaf_is_still_an_error():
    compiled = jit(lambda x: (x * x).sum())
    for _ in range(3):
        compiled(Value(ROW))
    x = Value(ROW)
    loss = compiled(x)
    x.data = ROW * 2
    with pytest.raises(autograd.GradientError, match="changed after it was used"):
        loss.backward()


def test_threads_do_not_disturb_each_other():
    compiled = jit(lambda x: (autograd.tanh(x) * x).sum())
    wrong = []

    def work(k):
        for i in range(30):
            x = Value(np.full(50, 0.1 * k + 0.01 * i))
            loss = compiled(x)
            loss.backward()
            t = np.tanh(x.data)
            if not np.allclose(x.grad, t + x.data * (1 - t * t)):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_grad_gives_constants():
    compiled = jit(lambda x: (x * x).sum())
    for _ in range(3):
        with autograd.no_grad():
            assert not compiled(Value(ROW)).requires_grad
        assert compiled(Value(ROW)).requires_grad


def test_a_forgotten_run_gives_its_buffers_back_without_the_collector():
    compiled = jit(lambda x: (autograd.exp(x) * x).sum())
    gc.disable()
    try:
        for _ in range(10):
            compiled(Value(ROW)).backward()
    finally:
        gc.enable()
    (recording,) = next(iter(compiled.recordings.values()))
    assert recording.code.frames <= 2


def test_report_names_the_reason():
    compiled = jit(lambda x: x * x.item())
    with pytest.warns(JitWarning):
        compiled(Value(2.0))
    assert "stays eager, because it reads a value at" in compiled.report()


@pytest.mark.filterwarnings("ignore::autograd.JitWarning")
def test_a_function_that_differentiates_inside_is_right_from_the_first_call():
    slopes = autograd.jit(autograd.value_and_grad(lambda x: autograd.sin(x).sum()))
    for _ in range(4):
        np.testing.assert_allclose(slopes(np.ones(3))[1], np.cos(np.ones(3)))


def test_products_that_a_trace_does_not_compute_are_replayed_all_the_same(monkeypatch):
    monkeypatch.setattr(outlines, "SMALL", 2)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3))
    compiled = same_as_eager(
        lambda x: (model(x) @ model(x).T).sum(), MATRIX, leaves=model.parameters()
    )
    assert replays(compiled) == 3


def test_the_last_gradient_at_a_replayed_loss_is_there_as_after_any_backward():
    x = Value(np.array([1.0, 2.0]))
    square = autograd.jit(lambda x: (x * x).sum())
    for keep, at_loss in (("all", 1.0), ("leaves", None)) * 3:
        x.grad = None
        loss = square(x)
        loss.backward(keep=keep)
        assert loss.grad == at_loss
        np.testing.assert_array_equal(x.grad, [2.0, 4.0])


def test_arguments_by_position_have_the_signature_of_those_that_are_taken_apart():
    from autograd.jit.signature import call_of
    from autograd.tree import flatten

    x, a = Value([1.0]), np.arange(3)
    for args in ((x, a), (x, None, a), (None,), (), (x, x), (x, [a]), (x, 2.0), (x, np.float32(2))):
        call = call_of(args, {})
        leaves, structure = flatten((args, {}))
        assert (call.structure, call.key[0]) == (structure, structure)
        assert [id(leaf) for leaf in call.leaves] == [id(leaf) for leaf in leaves]


def test_the_check_of_labels_has_a_name_of_its_own():
    compiled = autograd.jit(lambda x, y: autograd.cross_entropy(x, y).mean())
    compiled(Value(np.eye(3)), np.arange(3))
    assert str(compiled.program("traced")).count(" = cross_entropy(") == 1
    with pytest.raises(ValueError, match=r"^cross_entropy: class numbers must be from 0 to 2"):
        compiled(Value(np.eye(3)), np.arange(3) + 1)


def test_a_compiled_function_shows_what_was_recorded():
    compiled = jit(lambda x: x * 2.0)
    assert repr(compiled) == "<jit of <lambda>: 0 signatures>"
    compiled(Value([1.0]))
    assert "1. float64 (1,): 0 replays of 2 instructions" in repr(compiled)


@pytest.mark.parametrize(
    "transform",
    [autograd.grad, autograd.value_and_grad, autograd.elementwise_grad, autograd.jacobian],
)
def test_of_a_derivative_what_is_compiled_is_the_function(transform):
    def cubes(x, scale):
        return (x**3 * scale).sum()

    compiled, eager = jit(transform(cubes)), transform(cubes)
    for call in range(5):
        x = ROW + call
        for ours, theirs in zip(
            autograd.tree.leaves_of(compiled(x, 2.0)), autograd.tree.leaves_of(eager(x, 2.0))
        ):
            np.testing.assert_array_equal(ours, theirs)
    assert replays(compiled) >= 3
    assert not reasons(compiled)


def test_a_derivative_of_a_derivative_is_compiled_as_far_as_it_goes():
    def cubes(x):
        return (x**3).sum()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compiled = jit(autograd.hessian(cubes))
        for _ in range(4):
            np.testing.assert_array_equal(compiled(ROW), np.diag(6 * ROW))
    assert "cubes" in compiled.report()


def test_who_wraps_a_derivative_is_compiled_as_he_is():
    import functools

    inner = autograd.grad(lambda x: (x**2).sum())

    @functools.wraps(inner)
    def twice(x):
        return 2.0 * inner(x)

    with pytest.warns(JitWarning, match="differentiates inside"):
        np.testing.assert_array_equal(jit(twice)(ROW), 4 * ROW)
