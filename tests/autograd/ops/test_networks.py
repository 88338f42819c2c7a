"""Operations of networks: what they refuse, and how they say so."""

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value, grad

X, W = np.ones((2, 4, 5, 5)), np.ones((6, 4, 3, 3))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: autograd.conv2d(X, W[:, :3]), ShapeError, r"conv2d: channels.*\(2, 4, 5, 5\)"),
        (lambda: autograd.conv2d(X, W, groups=4), ShapeError, "multiples of groups"),
        (lambda: autograd.conv2d(X, W, groups=0), ValueError, "groups must be an int"),
        (lambda: autograd.conv2d(X, W, dilation=3), ShapeError, r"reaches over \(7, 7\)"),
        (lambda: autograd.conv2d(X, W, np.ones(4)), ShapeError, r"shape \(6,\)"),
        (
            lambda: autograd.conv2d(X, W, stride=0),
            ValueError,
            "stride must be an int",
        ),
        (lambda: autograd.conv2d(X, W, stride=1.5), ValueError, "got 1.5"),
        (lambda: autograd.conv2d(X, W, padding=(1, 2, 3)), ValueError, "or 2 of them"),
        (lambda: autograd.conv2d(X, W, padding="full"), ValueError, "'valid' or 'same'"),
        (lambda: autograd.conv2d(X, W, padding="same", stride=2), ValueError, "stride of 1"),
        (lambda: autograd.conv2d(X[0, 0], W), ShapeError, "must have 4 axes"),
        (lambda: autograd.conv1d(X[0], W), ShapeError, "weight.* must have 3 axes"),
        (lambda: autograd.conv2d("image", W), TypeError, "expected numbers"),
        (lambda: autograd.conv_transpose2d(X, W), ShapeError, "takes 6"),
        (lambda: autograd.conv_transpose2d(X, W[:4], padding=9), ShapeError, "nothing is left"),
        (lambda: autograd.conv_transpose2d(X, W[:4], output_padding=1), ValueError, "smaller than"),
        (lambda: autograd.max_pool2d(X, 6), ShapeError, "larger than"),
        (lambda: autograd.max_pool2d(X, 2, padding=2), ValueError, "at most half"),
        (lambda: autograd.avg_pool2d(X, 0), ValueError, "kernel_size"),
        (lambda: autograd.adaptive_max_pool2d(X, 0), ValueError, "output_size must be an int"),
        (lambda: autograd.adaptive_max_pool2d(X[..., :0], 2), ShapeError, "no places"),
        (lambda: autograd.embedding([3], np.ones((3, 2))), IndexError, "0 to 2, found 3"),
        (lambda: autograd.embedding([-1], np.ones((3, 2))), IndexError, "found -1"),
        (lambda: autograd.embedding([0.5], np.ones((3, 2))), TypeError, "must be integers"),
        (lambda: autograd.embedding([0], np.ones(3)), ValueError, r"\(rows, features\)"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_result_is_not_overwritten_by_the_next():
    rng = np.random.default_rng(0)
    images = [rng.normal(size=X.shape) for _ in range(2)]
    first = autograd.conv2d(images[0], W)
    kept = first.copy()
    autograd.conv2d(images[1], W)
    np.testing.assert_array_equal(first, kept)


def test_a_convolution_is_differentiable_three_times():
    def loss(w):
        return (autograd.conv2d(X, w) ** 4).sum()

    def slope(w):
        return (grad(loss)(w) * W).sum()

    def curvature(w):
        return (grad(slope)(w) * W).sum()

    places = X.shape[0] * 9 * 6
    assert (grad(curvature)(W) * W).sum() == pytest.approx(24 * places * 36**4)


def test_a_picked_row_gets_all_that_was_said_of_it():
    table = Value(np.zeros((3, 2)))
    autograd.embedding(np.array([[1, 1], [2, 1]]), table).sum().backward()
    np.testing.assert_array_equal(table.grad, [[0, 0], [3, 3], [1, 1]])


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: autograd.layer_norm(X, 4), ShapeError, r"end in normalized_shape \(4,\)"),
        (lambda: autograd.layer_norm(X, 5, np.ones(4)), ShapeError, r"weight \(4,\) must have"),
        (lambda: autograd.rms_norm(X, (4, 5)), ShapeError, "normalized_shape"),
        (lambda: autograd.group_norm(X, 3), ShapeError, "must divide the 4 channels"),
        (lambda: autograd.instance_norm(X[0, 0]), ShapeError, "three axes"),
        (lambda: autograd.batch_norm(X, np.ones(3), np.ones(4)), ShapeError, "running_mean"),
        (lambda: autograd.batch_norm(X[:1, :, 0, 0], training=True), ShapeError, "too few"),
        (
            lambda: autograd.batch_norm(X, [1.0] * 4, [1.0] * 4, training=True),
            TypeError,
            "must be a Value",
        ),
        (lambda: autograd.scaled_dot_product_attention(X, X, X[..., :3, :]), ShapeError, "second"),
        (lambda: autograd.scaled_dot_product_attention(X, X[..., :3], X), ShapeError, "last axis"),
        (
            lambda: autograd.scaled_dot_product_attention(X, X, X, np.ones((3, 3))),
            ShapeError,
            "attn_mask",
        ),
        (
            lambda: autograd.scaled_dot_product_attention(X, X, X, np.ones((5, 5)), 0.0, True),
            ValueError,
            "not both",
        ),
    ],
)
def test_norms_and_attention_say_what_does_not_fit(call, error, says):
    with pytest.raises(error, match=says):
        call()


ROWS, LABELS = np.zeros((2, 3)), np.array([0, 2])


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: autograd.cross_entropy(ROWS, LABELS + 1), ValueError, "from 0 to 2, found 3"),
        (lambda: autograd.cross_entropy(ROWS, np.ones(3, int)), ShapeError, r"shape \(2,\)"),
        (lambda: autograd.cross_entropy(ROWS, [0.0, 2.0]), ShapeError, "one class number per row"),
        (lambda: autograd.cross_entropy(ROWS, LABELS, [1.0]), ShapeError, r"shape \(3,\)"),
        (lambda: autograd.cross_entropy(ROWS, LABELS, label_smoothing=2), ValueError, "from 0 to"),
        (lambda: autograd.cross_entropy(ROWS, LABELS, reduction="max"), ValueError, "'none', 'me"),
        (lambda: autograd.nll_loss(ROWS, LABELS - 1), ValueError, "found -1"),
        (lambda: autograd.nll_loss(ROWS, ROWS), ShapeError, "an integer for each row"),
        (lambda: autograd.binary_cross_entropy(ROWS - 1, ROWS), ValueError, "probabilities"),
        (lambda: autograd.mse_loss(ROWS, ROWS[:, :1]), ShapeError, "mse_loss: .*same shape"),
        (lambda: autograd.huber_loss(ROWS, ROWS, 0.0), ValueError, "more than 0"),
        (lambda: autograd.smooth_l1_loss(ROWS, ROWS, beta=-1), ValueError, "at least 0"),
        (lambda: autograd.kl_div(0.5, 0.5, "batchmean"), ShapeError, "axis of examples"),
    ],
)
def test_losses_say_what_does_not_fit(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_class_weights_may_want_a_gradient():
    weight = Value(np.ones(3))
    autograd.cross_entropy(ROWS, LABELS, weight, reduction="sum").backward()
    np.testing.assert_allclose(weight.grad, np.log(3) * np.array([1, 0, 1]))


def test_an_ignored_row_may_be_impossible():
    x = Value(np.array([[-1.0, -np.inf], [-np.inf, -2.0]]))
    loss = autograd.nll_loss(x, np.array([0, -100]))
    loss.backward()
    assert loss.item() == 1.0
    np.testing.assert_array_equal(x.grad, [[-1, 0], [0, 0]])


@pytest.mark.parametrize("weight", [None, np.array([1.0, 0.0, 3.0])])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_where_all_is_ignored_the_mean_is_nan_and_nothing_is_learned(weight, smoothing):
    ignored = np.full(4, -100)
    losses = [
        lambda x: autograd.cross_entropy(x, ignored, weight, -100, smoothing, "mean"),
        lambda x: autograd.nll_loss(x, ignored, weight),
    ]
    for loss in losses:
        for f in (loss, autograd.jit(loss)):
            for _ in range(3):
                x = Value(np.arange(12.0).reshape(4, 3))
                mean = f(x)
                mean.backward()
                assert np.isnan(mean.data)
                np.testing.assert_array_equal(x.grad, np.zeros((4, 3)))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, ">i4"])
@pytest.mark.parametrize("shape", [(5,), (6, 5), (2, 3, 5), (0, 5)])
def test_class_numbers_are_one_hot_rows(shape, dtype):
    rng = np.random.default_rng(0)
    scores = np.moveaxis(rng.normal(size=(shape[-1], *shape[:-1])), 0, -1)  # not in order
    labels = rng.integers(0, 5, shape[:-1])
    rows = np.eye(5)[labels]
    by_number, by_row = Value(scores), Value(scores)
    found = autograd.cross_entropy(by_number, np.asarray(labels, dtype))
    expected = autograd.cross_entropy(by_row, rows)
    np.testing.assert_allclose(found.data, expected.data, rtol=1e-14)
    for loss in (found, expected):
        (loss * 2.0).sum().backward()
    np.testing.assert_allclose(by_number.grad, by_row.grad, atol=1e-15)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, np.array([1.0, 0.0, 3.0])])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_a_replay_ignores_what_it_was_recorded_with(reduction, weight, smoothing):
    def loss(x, t):
        return autograd.cross_entropy(x, t, weight, 7, smoothing, reduction)

    scores = np.random.default_rng(0).normal(size=(3, 4, 3)).transpose(1, 0, 2)
    compiled = autograd.jit(loss)
    for labels in ([0, 1, 2], [1, 1, 0], [2, 0, 1], [7, 1, 2], [7, 0, 7], [2, 2, 1]):
        eager, replayed = Value(scores), Value(scores)
        target = np.tile(labels, (4, 1))
        for f, x in ((loss, eager), (compiled, replayed)):
            f(x, target).sum().backward()
        np.testing.assert_allclose(replayed.grad, eager.grad, rtol=1e-13, atol=1e-16)
        assert not replayed.grad[:, np.array(labels) == 7].any()
    assert "stays eager" not in compiled.report()


def test_there_may_be_more_classes_than_small_labels_can_count():
    scores = np.random.default_rng(0).normal(size=(2, 300))
    found = autograd.cross_entropy(scores, np.array([255, 7], np.uint8))
    np.testing.assert_array_equal(found, autograd.cross_entropy(scores, np.array([255, 7])))


def test_an_infinite_gradient_reaches_its_winner_alone():
    x = Value(np.array([[[1.0, 3.0, 2.0, 0.0]]]))
    with np.errstate(invalid="ignore"):
        autograd.max_pool1d(x, 2).backward(np.array([[[np.inf, 1.0]]]))
    assert x.grad[0, 0, 1] == np.inf
    assert x.grad[0, 0, 2:].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(("stride", "wins"), [(3, [0, 1, 0, 0, 1, 0]), (1, [0, 2, 0, 0, 2, 0])])
def test_where_numbers_tie_the_first_in_a_window_wins(stride, wins):
    x = Value(np.array([[[1.0, 5.0, 5.0, 5.0, 7.0, 7.0]]]))
    autograd.max_pool1d(x, 3, stride).sum().backward()
    assert x.grad[0, 0].tolist() == wins


def test_a_compiled_loss_looks_at_labels_anew_whatever_counted_when_it_was_recorded():
    def loss(x, t):
        return autograd.cross_entropy(x, t, reduction="mean")

    compiled = autograd.jit(loss)
    scores = np.random.default_rng(1).normal(size=(4, 3))
    scores[1, 0] = np.inf  # an impossible row, which is ignored in every other call
    for i in range(6):
        labels = np.array([0, -100 if i % 2 else 2, 1, 2])
        both = Value(scores if i % 2 else np.nan_to_num(scores, posinf=2.0)), Value(scores)
        both[1].data = both[0].data
        for f, x in zip((loss, compiled), both, strict=True):
            with np.errstate(invalid="ignore"):
                f(x, labels).backward()
        np.testing.assert_allclose(both[1].grad, both[0].grad, rtol=1e-13)
    with pytest.raises(ValueError, match="class numbers must be from 0 to 2, found 3"):
        compiled(Value(scores), np.array([0, 1, 2, 3]))
    assert "stays eager" not in compiled.report()
