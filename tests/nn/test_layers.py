"""Layers compute what their formulas say, in the dtype they are given."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3), (0, 3)])
def test_linear_is_a_weighted_sum_and_a_bias(shape):
    layer = nn.Linear(3, 2, dtype=np.float64)
    x = RNG.normal(size=shape)
    expected = x @ layer.weight.data.T + layer.bias.data
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)


def test_linear_starts_within_one_over_the_root_of_its_inputs():
    layer = nn.Linear(100, 200)
    for p in layer.parameters():
        assert 0.09 < np.abs(p.data).max() <= 0.1


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (nn.ReLU(), lambda x: np.maximum(x, 0)),
        (nn.Tanh(), np.tanh),
        (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
        (nn.Softmax(), lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
        (nn.Softmax(axis=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
        (nn.Flatten(), lambda x: x.reshape(len(x), -1)),
    ],
    ids=repr,
)
def test_layers_without_weights_follow_their_formula(layer, formula):
    x = RNG.normal(size=(4, 3, 2))
    np.testing.assert_allclose(layer(Value(x)).data, formula(x), rtol=1e-12)


def test_gradients_of_a_network_agree_with_central_differences():
    model = nn.Sequential(
        nn.Linear(3, 4, dtype=np.float64),
        nn.Tanh(),
        nn.Linear(4, 2, dtype=np.float64),
        nn.Softmax(),
    )
    weights = [RNG.normal(size=p.shape) for p in model.parameters()]

    def loss(x, w0, b0, w1, b1):
        hidden = autograd.tanh(autograd.linear(x, w0, b0))
        return (autograd.softmax(autograd.linear(hidden, w1, b1)) ** 2).sum()

    x = RNG.normal(size=(5, 3))
    check_grad(loss, x, *weights)
    for p, w in zip(model.parameters(), weights, strict=True):
        p.data = w
    (model(x) ** 2).sum().backward()
    leaves = [Value(w) for w in weights]
    loss(x, *leaves).backward()
    for p, leaf in zip(model.parameters(), leaves, strict=True):
        np.testing.assert_allclose(p.grad, leaf.grad, rtol=1e-12)


def test_float32_stays_float32_from_pixels_to_gradients():
    model = nn.Sequential(
        nn.Linear(4, 3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 2), nn.Softmax()
    )
    out = model(np.ones((2, 4)))  # plain float64 inputs are cast to the weights' dtype
    loss = nn.CategoricalCrossentropy()(out, [[1, 0], [0, 1]])
    loss.backward()
    assert {out.dtype, loss.dtype, *(p.grad.dtype for p in model.parameters())} == {
        np.dtype(np.float32)
    }


def test_dropout_drops_its_part_and_keeps_the_mean():
    autograd.manual_seed(0)
    out = nn.Dropout(0.3)(Value(np.ones(100_000))).data
    assert np.mean(out == 0) == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(out)) == {0.0, 1 / 0.7}


def test_dropout_sends_nothing_back_through_what_it_dropped():
    x = Value(np.ones(50))
    out = nn.Dropout(0.5)(x)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, out.data)


def test_dropout_draws_anew_and_the_seed_repeats_it():
    layer, x = nn.Dropout(0.5), Value(np.ones(64))
    autograd.manual_seed(3)
    first, second = layer(x).data, layer(x).data
    autograd.manual_seed(3)
    assert (first != second).any()
    np.testing.assert_array_equal(layer(x).data, first)


@pytest.mark.parametrize("rate", [-0.1, 1.01, 2])
def test_a_dropout_rate_out_of_range_is_refused(rate):
    with pytest.raises(ValueError, match="rate must be from 0 to 1"):
        nn.Dropout(rate)


@pytest.mark.parametrize(
    ("layer", "x", "said"),
    [
        (
            nn.Linear(4, 2),
            np.ones((3, 5)),
            r"last axis is 4 .*got shape \(3, 5\); nn.Linear\(5, 2\)",
        ),
        (nn.Linear(6, 2), np.ones((3, 2, 3)), r"put nn.Flatten\(\) in front"),
        (nn.Linear(1, 2), np.ones(3), r"x.reshape\(-1, 1\)"),
        (nn.Sequential(nn.ReLU(), nn.Linear(4, 2)), np.ones((3, 5)), "Linear '1'"),
        (nn.Flatten(), 3.0, "needs a batch axis"),
    ],
)
def test_an_input_that_does_not_fit_is_answered_with_a_way_out(layer, x, said):
    with pytest.raises(autograd.ShapeError, match=said):
        layer(x)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [((0, 2), "in_features must be a positive integer, got 0"), ((2, 1.5), "got 1.5")],
)
def test_a_layer_needs_whole_sizes(sizes, said):
    with pytest.raises(ValueError, match=said):
        nn.Linear(*sizes)


def test_a_layer_needs_a_floating_dtype():
    with pytest.raises(ValueError, match="must be a floating one, got int64"):
        nn.Linear(1, 1, dtype=int)


def test_the_seed_repeats_the_weights():
    def weights(seed):
        autograd.manual_seed(seed)
        return nn.Linear(5, 5).weight.data

    np.testing.assert_array_equal(weights(1), weights(1))
    assert (weights(1) != weights(2)).all()
