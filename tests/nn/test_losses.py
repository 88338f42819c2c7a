"""Losses are the textbook's formulas, and stay finite where those overflow."""

import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError, Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(6, 4)) * 3
LABELS = np.array([0, 3, 1, 1, 2, 0])
ROWS = np.eye(4)[LABELS]
SPARSE = nn.SparseCategoricalCrossentropy()
YES = RNG.integers(0, 2, size=(6, 4)).astype(float)


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


CROSS_ENTROPY = -np.log(softmax(SCORES)[np.arange(6), LABELS]).mean()
BINARY = -(YES * np.log(sigmoid(SCORES)) + (1 - YES) * np.log(1 - sigmoid(SCORES))).mean()


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "expected"),
    [
        (nn.MSELoss(), Value(SCORES), YES, ((SCORES - YES) ** 2).mean()),
        (nn.BCELoss(), autograd.sigmoid(Value(SCORES)), YES, BINARY),
        (nn.BCELoss(), sigmoid(SCORES), YES, BINARY),
        (nn.BCEWithLogitsLoss(), Value(SCORES), YES, BINARY),
        (nn.CrossEntropyLoss(), Value(SCORES), LABELS, CROSS_ENTROPY),
        (nn.CrossEntropyLoss(), Value(SCORES), ROWS, CROSS_ENTROPY),
        (nn.CategoricalCrossentropy(), autograd.softmax(Value(SCORES)), ROWS, CROSS_ENTROPY),
        (nn.CategoricalCrossentropy(), softmax(SCORES), ROWS, CROSS_ENTROPY),
        (
            nn.SparseCategoricalCrossentropy(),
            autograd.softmax(Value(SCORES)),
            LABELS,
            CROSS_ENTROPY,
        ),
        (SPARSE, softmax(SCORES), LABELS, CROSS_ENTROPY),
    ],
)
def test_a_loss_is_its_formula(loss, prediction, target, expected):
    value = loss(prediction, target)
    assert np.shape(value) == ()
    assert float(value) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("loss", "target"),
    [
        (lambda x, t: nn.MSELoss()(x, t), YES),
        (lambda x, t: nn.BCEWithLogitsLoss()(x, t), YES),
        (lambda x, t: nn.BCELoss()(autograd.sigmoid(x), t), YES),
        (lambda x, t: nn.BCELoss()(autograd.sigmoid(x) * 0.9 + 0.05, t), YES),
        (lambda x, t: nn.CrossEntropyLoss()(x, t), LABELS),
        (lambda x, t: nn.CategoricalCrossentropy()(autograd.softmax(x), t), ROWS),
        (lambda x, t: nn.CategoricalCrossentropy()(autograd.softmax(x) * 0.5, t), ROWS),
        (lambda x, t: SPARSE(autograd.softmax(x), t), LABELS),
    ],
)
def test_gradients_of_losses_agree_with_central_differences(loss, target):
    check_grad(lambda x: loss(x, target), SCORES / 3)


FAR = np.array([[1000.0, -1000.0, 0.0]])


def test_a_probability_rounded_to_zero_costs_what_its_score_says():
    x = Value(FAR)
    loss = nn.CategoricalCrossentropy()(autograd.softmax(x), [[0, 1, 0]])
    loss.backward()
    assert loss.item() == 2000
    np.testing.assert_array_equal(x.grad, [[1, -1, 0]])


def test_a_sigmoid_rounded_to_one_costs_what_its_score_says():
    x = Value(FAR)
    loss = nn.BCELoss()(autograd.sigmoid(x), [[0, 1, 1]])
    loss.backward()
    assert loss.item() == pytest.approx((1000 + 1000 + np.log(2)) / 3)
    np.testing.assert_allclose(x.grad, [[1 / 3, -1 / 3, -0.5 / 3]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bare_probabilities_of_zero_and_one_cost_a_finite_amount(dtype):
    p = np.array([0.0, 1.0], dtype)
    assert nn.BCELoss()(p, [1, 0]).item() == 100  # PyTorch's bound
    assert nn.BCELoss()(p, [0, 1]).item() == 0
    loss = nn.losses.BinaryCrossentropy()(p, [1, 0])  # Keras's
    assert float(loss) == pytest.approx(-np.log(1e-7), rel=1e-2 if dtype == np.float32 else 1e-6)


def test_softmax_along_another_axis_is_not_taken_for_one_along_the_last():
    x = Value(SCORES[:4])
    p = autograd.softmax(x, axis=0)
    rows = p.data / p.data.sum(axis=-1, keepdims=True)
    expected = -np.log(rows[np.arange(4), LABELS[:4]]).mean()
    loss = SPARSE(p, LABELS[:4])
    assert loss.item() == pytest.approx(expected)


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.BCELoss(), nn.BCEWithLogitsLoss()])
def test_a_column_against_a_row_is_compared_number_by_number(loss):
    column, row = Value(np.full((4, 1), 0.3)), np.array([0.0, 1.0, 1.0, 0.0])
    assert loss(column, row).item() == pytest.approx(loss(Value(np.full(4, 0.3)), row).item())
    with pytest.raises(ShapeError, match=r"prediction \(4, 1\) and target \(3,\)"):
        loss(column, row[:3])


def test_a_target_that_is_a_value_gets_its_gradient_in_mse():
    x, t = Value([1.0, 2.0]), Value([3.0, 5.0])
    nn.MSELoss()(x, t).backward()
    np.testing.assert_array_equal(t.grad, -x.grad)


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "said"),
    [
        (nn.BCELoss(), [0.5], [2], r"probabilities from 0 to 1, found 2 to 2, first at index 0"),
        (nn.BCELoss(), [3.0], [1], r"like scores: end the model with nn.Sigmoid\(\)"),
        (nn.CategoricalCrossentropy(), [[3.0, -1.0]], [[1, 0]], r"with nn.Softmax\(\)"),
        (nn.CategoricalCrossentropy(), [[0.5, 0.5]], [1], "sparse_categorical_crossentropy"),
        (SPARSE, [[0.5, 0.5]], [[1, 0]], "like one-hot rows"),
        (SPARSE, [[0.5, 0.5]], [2], "labels must be 0 to 1 for 2"),
        (
            nn.SparseCategoricalCrossentropy(),
            [[0.5, 0.5]],
            [-1],
            "found -1 to -1, first at index 0",
        ),
        (SPARSE, [[0.5, 0.5]], [1.0], r"integers, got float64"),
        (SPARSE, [[0.5]], [0], "at least two classes"),
        (nn.CrossEntropyLoss(), [[0.5, 0.5]], [0, 1], r"prediction \(1, 2\), so target \(1,\)"),
    ],
)
def test_a_target_that_does_not_fit_is_answered_with_a_way_out(loss, prediction, target, said):
    with pytest.raises(ValueError, match=said):
        loss(np.array(prediction), target)


def test_class_names_are_answered_with_how_to_number_them():
    with pytest.raises(TypeError, match="return_inverse=True"):
        nn.CrossEntropyLoss()(np.zeros((2, 2)), ["cat", "dog"])


@pytest.mark.parametrize(
    "given",
    ["mse", "MSE", "mean_squared_error", nn.MSELoss, nn.MSELoss(), nn.mean_squared_error],
)
def test_a_loss_by_name_class_instance_or_function(given):
    assert isinstance(nn.losses.get(given), nn.MSELoss)


def test_a_mistyped_loss_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'binary_crossentropy'"):
        nn.losses.get("binary_crosentropy")
    with pytest.raises(TypeError, match="expected a name such as 'mse'"):
        nn.losses.get(3)


@pytest.mark.parametrize(
    ("labels", "said"),
    [([0, 3], "labels must be 0 to 2 for 3 classes, found 0 to 3"), ([0.5], "labels are integers")],
)
def test_one_hot_takes_class_numbers_in_range(labels, said):
    with pytest.raises(ValueError, match=said):
        nn.one_hot(labels, 3)


def test_one_hot_of_any_shape():
    np.testing.assert_array_equal(nn.one_hot([[0, 2]], 3), [[[1, 0, 0], [0, 0, 1]]])
    assert nn.one_hot(np.array([], int), 3).shape == (0, 3)


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.MSELoss(), nn.BCEWithLogitsLoss()])
def test_a_compiled_loss_replays_and_still_checks_the_target_of_every_call(loss):
    compiled = autograd.jit(lambda p, t: loss(autograd.softmax(p), t))
    scores = Value(np.array([[0.1, 0.4, -0.2], [1.0, 0.0, 0.5]]))
    for shift in range(4):
        target = np.eye(3)[[shift % 3, 1]]
        assert compiled(scores, target).data == loss(autograd.softmax(scores), target).data
    assert "2 replays" in compiled.report()
    if not isinstance(loss, nn.MSELoss):
        with pytest.raises(ValueError, match="probabilities"):
            compiled(scores, target + 1)
