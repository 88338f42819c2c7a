"""Arrangements and indices along an axis, by NumPy's names and, where NumPy has none, PyTorch's."""

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value
from autograd.testing import check_grad

M = np.arange(12.0).reshape(3, 4) / 7 - 0.5
T = np.arange(24.0).reshape(2, 3, 4) / 9 - 1
NUMPYS = [
    lambda t: np.ravel(t),
    lambda t: np.moveaxis(t, 0, -1),
    lambda t: np.moveaxis(t, (0, 1), (-1, 0)),
    lambda t: np.swapaxes(t, 0, 2),
    lambda t: np.atleast_1d(t[0, 0, 0]),
    lambda t: np.atleast_2d(t[0, 0]),
    lambda t: np.atleast_2d(t[0, 0, 0]),
    lambda t: np.atleast_3d(t[0, 0]),
    lambda t: np.atleast_3d(t[0]),
    lambda t: np.atleast_3d(t[0, 0, 0]),
    lambda t: np.flip(t),
    lambda t: np.flip(t, 1),
    lambda t: np.flip(t, (0, -1)),
    lambda t: np.flipud(t),
    lambda t: np.fliplr(t),
    *(lambda t, k=k: np.rot90(t, k) for k in (0, 1, 2, 3, -1, 5)),
    lambda t: np.rot90(t, 1, (2, 1)),
    lambda t: np.rot90(t, 3, (0, -1)),
    lambda t: np.roll(t, 5),
    lambda t: np.roll(t, -1, 1),
    lambda t: np.roll(t, (1, -6), (0, 2)),
    lambda t: np.roll(t, 1, (0, 1)),
    lambda t: np.tile(t, 2),
    lambda t: np.tile(t, (2, 1)),
    lambda t: np.tile(t, (2, 1, 1, 2)),
    lambda t: np.tile(t, 0),
    lambda t: np.repeat(t, 2),
    lambda t: np.repeat(t, 3, axis=1),
    lambda t: np.repeat(t, [2, 0, 1], axis=-2),
    lambda t: np.pad(t, 1),
    lambda t: np.pad(t, (1, 2), constant_values=3.0),
    lambda t: np.pad(t, [(0, 0), (1, 0), (2, 3)], "constant", constant_values=(1.0, 2.0)),
    lambda t: np.pad(t, [(0, 1), (1, 0), (2, 3)], mode="edge"),
    lambda t: np.pad(t, [(0, 1), (5, 4), (2, 3)], mode="reflect"),
    lambda t: np.pad(t, [(0, 1), (5, 4), (2, 3)], mode="symmetric"),
    lambda t: np.pad(t, 4, mode="wrap"),
    lambda t: np.diagonal(t),
    lambda t: np.diagonal(t, 1, 1, 2),
    lambda t: np.diagonal(t, -1, axis1=-1, axis2=1),
    lambda t: np.diagonal(t, 9),
    lambda t: np.diag(t[0]),
    lambda t: np.diag(t[0], -1),
    lambda t: np.diag(t[0, 0]),
    lambda t: np.diag(t[0, 0], 2),
    lambda t: np.diag(t[0, 0], -1),
    lambda t: np.trace(t),
    lambda t: np.trace(t, offset=-1, axis1=2, axis2=0),
    lambda t: np.tril(t),
    lambda t: np.tril(t, -1),
    lambda t: np.triu(t, 1),
    lambda t: np.triu(t, -2),
    lambda t: np.hstack([t, t]),
    lambda t: np.hstack([t[0, 0], t[0, 1], np.ones(1, np.float32)]),
    lambda t: np.vstack([t[0, 0], t[1]]),
    lambda t: np.dstack([t[0, 0], t[0, 1]]),
    lambda t: np.column_stack([t[0, :, 0], t[1]]),
    lambda t: np.take(t, [3, 3, -1, 0], axis=-1),
    lambda t: np.take(t, [[0, 23], [5, 5]]),
    lambda t: np.take(t, 1, axis=1),
    lambda t: np.take(t, [-7, 11], axis=2, mode="wrap"),
    lambda t: np.take(t, [-7, 11], axis=2, mode="clip"),
    lambda t: np.take_along_axis(t, np.argsort(-T, axis=1), 1),
    lambda t: np.take_along_axis(t, np.array([[[1], [0], [0]]]), -1),
    lambda t: np.take_along_axis(t, np.array([3, 3, 0]), None),
]


@pytest.mark.parametrize("call", NUMPYS)
def test_numpys_functions_record_and_equal_numpy(call):
    out = call(Value(T))
    assert isinstance(out, Value)
    assert out.shape == call(T).shape
    np.testing.assert_array_equal(out.data, call(T))
    check_grad(call, T)


@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.split(t, 2),
        lambda t: np.split(t, [1, 2, 7], axis=1),
        lambda t: np.split(t, 2, axis=-1),
        lambda t: np.array_split(t, 3, axis=-1),
        lambda t: np.array_split(t, 5),
        lambda t: np.array_split(t, [-1, 1], axis=1),
        lambda t: np.meshgrid(t[0, 0], t[0, 1, :2], t[1, 0]),
        lambda t: np.meshgrid(t[0, 0], t[0, 1, :2], indexing="ij"),
        lambda t: np.meshgrid(t[0, 0], t[0, 1, :2], sparse=True),
        lambda t: np.meshgrid(t[0, 0]),
        lambda t: np.broadcast_arrays(t, t[0, 0]),
        lambda t: np.atleast_1d(t, t[0, 0, 0]),
    ],
)
def test_functions_of_several_results_equal_numpy(call):
    found, expected = call(Value(T)), call(T)
    assert type(found) is type(expected)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.data, theirs)
    check_grad(lambda t: autograd.concatenate(call(t), axis=None), T)


def test_unfold_slides_a_window():
    windows = np.lib.stride_tricks.sliding_window_view(T, 2, axis=1)[:, ::2]
    np.testing.assert_array_equal(autograd.unfold(Value(T), 1, 2, 2).data, windows)
    check_grad(lambda t: autograd.unfold(t, -1, 3), T)


def test_put_along_axis_gives_a_new_array_and_the_last_value_written_counts():
    x, values = Value([[1.0, 2.0, 3.0]]), Value([[10.0, 20.0]])
    out = autograd.put_along_axis(x, np.array([[1, 1]]), values, 1)
    np.testing.assert_array_equal(out.data, [[1, 20, 3]])
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, [[1, 0, 1]])
    np.testing.assert_array_equal(values.grad, [[0, 1]])
    np.testing.assert_array_equal(x.data, [[1, 2, 3]])


def test_gather_takes_from_the_first_lines():
    indices = np.array([[2, 0, 0], [1, 1, 2]])
    found = autograd.gather(Value(M), 0, indices)
    np.testing.assert_array_equal(found.data, np.take_along_axis(M[:, :3], indices, 0))
    check_grad(lambda m: autograd.gather(m, 0, indices), M)


def test_scatter_add_adds_what_falls_together():
    indices = np.array([[2, 0, 2]])
    call = lambda x, src: autograd.scatter_add(x, 1, indices, src)
    expected = M.copy()
    np.add.at(expected, (np.array([[0]]), indices), T[0, :1, :3])
    np.testing.assert_allclose(call(Value(M), T[0]).data, expected)
    check_grad(call, M, T[0])


def test_a_float32_array_stays_one():
    for call in NUMPYS:
        assert call(Value(T.astype(np.float32))).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda m: np.flip(m, 2), ShapeError, r"flip: axis 2 is out of bounds for shape \(3, 4\)"),
        (lambda m: np.moveaxis(m, (0, 0), (0, 1)), ShapeError, "names one twice"),
        (lambda m: np.split(m, 3, axis=1), ValueError, "split: 4 elements .* array_split"),
        (lambda m: np.take(m, [9], axis=0), IndexError, "take: .*out of bounds"),
        (lambda m: np.take(m, [0.5], axis=0), IndexError, "indices are integers, not float64"),
        (lambda m: np.take_along_axis(m, np.array([1]), 0), ShapeError, "as many axes as x"),
        (lambda m: autograd.gather(m, 0, np.zeros((1, 9), int)), ShapeError, "exceed"),
        (lambda m: np.pad(m, 1, mode="empty"), ValueError, "pad: mode is"),
        (lambda m: np.pad(m, (1, 2, 3)), ValueError, "broadcast"),
        (lambda m: autograd.unfold(m, 0, 9), ValueError, "unfold: windows of 9"),
        (lambda m: np.repeat(m, Value(2.0)), TypeError, "counts and places have no derivative"),
        (lambda m: np.array_split(m, Value(2.0)), TypeError, "counts and places"),
        (lambda m: np.diag(m[None]), ShapeError, "diag: needs one axis or two"),
        (lambda m: np.tril(m[0, 0]), ShapeError, "tril: needs at least one axis"),
        (lambda m: autograd.hstack(3.0), TypeError, "hstack: expected a list"),
        (lambda m: autograd.flip(["a"]), TypeError, "flip: expected numbers"),
    ],
)
def test_impossible_requests_say_so(call, error, text):
    with pytest.raises(error, match=text):
        call(Value(M))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.std(axis=1, ddof=1),
        lambda t: t.prod(axis=(0, 1), keepdims=True),
        lambda t: t.cumsum(axis=1),
        lambda t: t.cumprod(0),
        lambda t: t.round(2),
        lambda t: t.take([1, 0], axis=1),
        lambda t: t.repeat(2, 0),
        lambda t: t.diagonal(1, 1, 2),
        lambda t: t.trace(),
        lambda t: t.swapaxes(0, 1),
        lambda t: t.flatten(),
    ],
)
def test_methods_are_those_of_an_array(call):
    out = call(Value(T))
    assert out.requires_grad
    np.testing.assert_allclose(out.data, call(T), rtol=1e-14)


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.argsort(axis=0),
        lambda t: t.argmax(1, keepdims=True),
        lambda t: t.any(axis=(0, 1)),
        lambda t: t.all(1, keepdims=True),
    ],
)
def test_questions_to_a_value_answer_with_plain_arrays(call):
    assert isinstance(call(Value(T)), np.ndarray)
    np.testing.assert_array_equal(call(Value(T)), call(T))
