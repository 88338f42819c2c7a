"""x[i] = v: x stands for the result, and whoever read it before keeps what it read."""

import gc
import operator
import weakref

import numpy as np
import pytest

import autograd
from autograd import GradientError, Value, grad
from autograd.graph import Graph
from autograd.testing import check_grad


def test_what_was_overwritten_gets_no_gradient_and_what_was_written_does():
    x, v = Value([1.0, 2.0, 3.0]), Value([10.0, 20.0])
    y = x * 2.0
    y[:2] = v
    (y * [1.0, 2.0, 3.0]).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 6])
    np.testing.assert_array_equal(v.grad, [1, 2])


def test_an_earlier_reader_keeps_the_old_value():
    x = Value([1.0, 2.0])
    y = x * 3.0
    before = y * y
    y[0] = 0.0
    after = y * y
    np.testing.assert_array_equal(before.data, [9, 36])
    np.testing.assert_array_equal(after.data, [0, 36])
    (before.sum() + after.sum()).backward()
    np.testing.assert_array_equal(x.grad, [2 * 9 * 1, 2 * 9 * 2 + 2 * 9 * 2])


@pytest.mark.parametrize("start", [lambda x: x, lambda x: x * 1.0], ids=["leaf", "result"])
def test_many_writes_between_many_readers(start):
    def program(x, v, w):
        y = start(x * 1.0)
        first = y.sum()
        y[0] = v * y[1]
        second = (y * y).sum()
        y[1:] += w
        third = autograd.sin(y).sum()
        y[...] = y * y
        return first * second + third + y.sum()

    check_grad(program, np.array([0.5, -1.0, 2.0]), 0.7, np.array([0.1, 0.2]), order=2)


def test_a_reader_that_is_walked_only_later_still_finds_its_version():
    x = Value([1.0, 2.0])
    y = x * 1.0
    reader = y * y
    y[0] = 5.0
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 1])
    reader.sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 5])


def test_of_two_numbers_written_to_one_place_the_last_gets_the_gradient():
    y, v = Value(np.zeros(3)) * 1.0, Value([1.0, 2.0, 3.0])
    y[[1, 1, 2]] = v
    np.testing.assert_array_equal(y.data, [0, 2, 3])
    y.sum().backward()
    np.testing.assert_array_equal(v.grad, [0, 1, 1])


def test_a_constant_that_is_written_with_a_value_wants_a_gradient_from_then_on():
    table, w = Value(np.zeros(3), requires_grad=False), Value(2.0)
    table[1] = w * w
    assert table.requires_grad
    table.sum().backward()
    assert w.grad == 4.0
    with pytest.raises(TypeError, match="int64"):
        Value(np.zeros(3, int))[0] = w


def test_adding_in_place_counts_both():
    x = Value([1.0, 2.0])
    y = x * 1.0
    y[0] += x[1] * 3.0
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 4])


def test_inside_no_grad_a_leaf_changes_its_numbers_only():
    w = Value([1.0, 2.0])
    with autograd.no_grad():
        w[0] = 7.0
    assert w.is_leaf
    np.testing.assert_array_equal(w.data, [7, 2])
    y = w * 2.0
    with autograd.no_grad(), pytest.raises(GradientError, match="only leaves"):
        y[0] = 1.0


def test_index_errors_name_the_operation():
    with pytest.raises(IndexError, match="set_at: index 5 is out of bounds"):
        Value([1.0])[5] = 1.0
    with pytest.raises(ValueError, match="set_at"):
        Value([1.0, 2.0])[:] = [1.0, 2.0, 3.0]


def test_a_picture_shows_the_write_and_both_versions():
    x = Value([1.0, 2.0], name="x")
    y = x * 2.0
    before = y.sum()
    y[0] = 3.0
    loss = before + y.sum()
    names = [node.op.name for node in Graph(loss).nodes if node.op is not None]
    assert sorted(names) == ["add", "multiply", "set_at", "sum", "sum"]


def test_everything_is_freed_without_the_collector():
    gc.disable()
    try:
        y = Value([1.0, 2.0]) * 1.0
        y[0] = Value(3.0)
        ghost = weakref.ref(y)
        y.sum().backward()
        del y
        assert ghost() is None
    finally:
        gc.enable()


@pytest.mark.filterwarnings("ignore::autograd.JitWarning")
def test_a_compiled_function_that_writes_stays_eager_and_right():
    @autograd.jit
    def program(x, v):
        y = x * 2.0
        before = y.sum()
        y[0] = v
        return before * y.sum()

    for v in (1.0, 3.0, 5.0):
        x = Value([1.0, 2.0])
        program(x, v).backward()
        np.testing.assert_array_equal(x.grad, [2 * (4 + v), 2 * (4 + v) + 2 * 6])


@pytest.mark.parametrize("grad", [True, False], ids=["variable", "constant"])
def test_a_write_into_a_view_is_a_write_into_what_it_shows_as_in_numpy(grad):
    w = Value(5.0)

    def program(x, v):
        row, column = x[0], x.T[2]
        x[0][1] = v
        x.reshape(-1)[3] = 2 * v
        x[...][None][0][1][:] += 1.0
        column[0] = v * v
        column[1:] = row[:1] + v
        return row, column

    x, plain = Value(np.zeros((2, 3)), requires_grad=grad), np.zeros((2, 3))
    shown, expected = program(x, w), program(plain, 5.0)
    np.testing.assert_array_equal(x.data, plain)
    for view, array in zip(shown, expected, strict=True):
        np.testing.assert_array_equal(view.data, array)
    (x.sum() + shown[1].sum()).backward()
    assert w.grad == 1 + 2 + 2 * (10 + 1)


def test_a_write_is_seen_by_the_views_taken_before_and_not_by_copies():
    def program(x, v):
        y = x * 1.0
        row, part, copy = y[0], y[:, ::2], y[[0]]
        y[0] = row * v
        row[1:] = row[:-1] * row[1:]
        return (y**3).sum() + row.sum() + (part * part).sum() + autograd.sin(copy).sum()

    check_grad(program, np.array([[0.5, -1.0, 2.0], [0.3, 0.2, 0.1]]), 0.7, order=2)


def test_views_that_are_gone_are_forgotten():
    x = Value(np.zeros(4))
    for _ in range(1000):
        x[1:]
    assert len(x.views) < 3
    row = x[1:]
    ghost = weakref.ref(x)
    del x, row
    assert ghost() is None


def test_inside_no_grad_a_leaf_is_corrected_in_place():
    w, b = Value([1.0, 2.0], name="w"), Value(3.0, name="b")
    leaves = w, b
    (w.sum() * b).backward()
    with autograd.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
        w *= 2.0
        w /= 2.0
        w[:1][0] = 9.0
    assert w is leaves[0]
    assert b is leaves[1]
    assert w.is_leaf
    assert w.requires_grad
    np.testing.assert_allclose(w.data, [9.0, 1.7])
    np.testing.assert_allclose(b.data, 2.7)
    with autograd.no_grad(), pytest.raises(ValueError, match="broadcast"):
        w += np.ones((3, 2))


CHANGES = {
    "+=": lambda x, y: operator.iadd(x, y),
    "-=": lambda x, y: operator.isub(x, y),
    "*=": lambda x, y: operator.imul(x, y),
    "/=": lambda x, y: operator.itruediv(x, y),
    "%=": lambda x, y: operator.imod(x, y),
    "**=": lambda x, y: operator.ipow(x, y),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("start", [lambda x: x, lambda x: x * 1.0], ids=["leaf", "result"])
def test_an_array_is_changed_in_place_under_all_its_names_and_in_its_views(change, start):
    array, x = np.array([3.0, 4.0]), start(Value([3.0, 4.0]))
    views, other_names = [(array[1:], x[1:])], [(array, x)]
    array, x = change(array, 2.1), change(x, 2.1)
    for plain, value in [(array, x), *views, *other_names]:
        np.testing.assert_array_equal(value.data, plain)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_in_place_has_the_derivative_of_the_change(change):
    def program(x, y):
        x = x * 1.0
        before = (x * x).sum()
        part = x[1:]
        x = change(x, y)
        part = change(part, y * y)
        return before * (x * x).sum() + part.sum()

    check_grad(program, np.array([1.3, 0.9, 2.2]), 1.7, order=2)


def test_a_matrix_is_multiplied_in_place():
    x = Value(np.arange(4.0).reshape(2, 2)) * 1.0
    same = x
    x @= np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_array_equal(same.data, [[1, 0], [3, 2]])


def test_what_is_written_into_a_shared_array_may_have_axes_of_size_one_in_front():
    x, array = Value(np.arange(3.0)), np.arange(3.0)
    view = x[None]
    x[1:], array[1:] = np.ones((1, 2)), np.ones((1, 2))
    np.testing.assert_array_equal(view.data, array[None])


def test_a_view_that_was_written_into_still_has_its_strides():
    """So that a reshape of it is a copy, where NumPy has to copy."""
    x, array = Value(np.arange(6.0).reshape(2, 3)), np.arange(6.0).reshape(2, 3)
    for whole in (x, array):
        turned = whole[::-1]
        turned *= 2.0
        whole[0] = 7.0
        turned.reshape(-1)[...] = -1.0
        turned.T[...] += 1.0
    np.testing.assert_array_equal(x.data, array)


def test_a_single_number_is_exchanged_for_another():
    x = Value(1.0)
    y = x
    y += 1.0
    assert y is not x
    assert (x.item(), y.item()) == (1.0, 2.0)


def test_an_array_that_is_changed_in_place_keeps_its_shape_and_its_dtype():
    x = Value(np.ones(2, np.float32))
    x += np.ones(2)
    assert x.dtype == np.float32
    with pytest.raises(ValueError, match=r"keeps its shape \(2,\)"):
        x += np.ones((3, 2))
    whole = Value([1, 2])
    with pytest.raises(TypeError, match="floats do not fit"):
        whole += 0.5


@pytest.mark.parametrize("transform", [grad, autograd.checkpoint, autograd.hessian])
def test_a_function_that_writes_into_its_argument_is_differentiated_by_what_it_was_given(transform):
    def writes(x):
        x[0] = x[1] * x[1]
        x *= x[2]
        return (x * x).sum()

    def does_not(x):
        return ((x[1] * x[1] * x[2]) ** 2) + (x[1] * x[2]) ** 2 + x[2] ** 4

    x = np.array([1.0, 2.0, 3.0])
    if transform is autograd.checkpoint:
        leaf = Value(x)
        transform(writes)(leaf).backward()
        np.testing.assert_allclose(leaf.grad, grad(does_not)(x))
    else:
        np.testing.assert_allclose(transform(writes)(x), transform(does_not)(x))
    np.testing.assert_array_equal(x, [1, 2, 3])


def test_forward_mode_too_starts_from_what_the_function_was_given():
    def writes(x):
        x[0] = x[1] * x[1]
        return (x * x).sum()

    x, t = np.array([1.0, 2.0, 3.0]), np.array([5.0, 1.0, 0.0])
    assert autograd.jvp(writes, (x,), (t,))[1] == 4 * 2.0**3 + 2 * 2.0
    np.testing.assert_array_equal(autograd.vjp(writes, x)[1](1.0)[0], [0, 36, 6])
