"""Activations as modules follow their formulas; shapes, products of inputs, dropped channels."""

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)
ERF = np.vectorize(math.erf)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (nn.ReLU(inplace=True), lambda x: np.maximum(x, 0)),
        (nn.ReLU6(), lambda x: np.clip(x, 0, 6)),
        (nn.LeakyReLU(0.2), lambda x: np.maximum(x, 0.2 * x)),
        (nn.PReLU(dtype=np.float64), lambda x: np.maximum(x, 0.25 * x)),
        (nn.ELU(0.7), lambda x: np.where(x > 0, x, 0.7 * (np.exp(x) - 1))),
        (nn.CELU(0.7), lambda x: np.where(x > 0, x, 0.7 * (np.exp(x / 0.7) - 1))),
        (nn.GELU(), lambda x: x * (1 + ERF(x / math.sqrt(2))) / 2),
        (nn.SiLU(), lambda x: x * sigmoid(x)),
        (nn.Mish(), lambda x: x * np.tanh(np.log(1 + np.exp(x)))),
        (nn.GLU(), lambda x: x[..., :2] * sigmoid(x[..., 2:])),
        (nn.GLU(0), lambda x: x[:3] * sigmoid(x[3:])),
        (nn.Softplus(2.0), lambda x: np.log(1 + np.exp(2 * x)) / 2),
        (nn.Softsign(), lambda x: x / (1 + np.abs(x))),
        (nn.Hardtanh(-0.5, 2.0), lambda x: np.clip(x, -0.5, 2.0)),
        (nn.Hardsigmoid(), lambda x: np.clip(x / 6 + 0.5, 0, 1)),
        (nn.Hardswish(), lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
        (nn.LogSigmoid(), lambda x: np.log(sigmoid(x))),
        (nn.LogSoftmax(dim=0), lambda x: x - np.log(np.exp(x).sum(axis=0))),
        (nn.Identity(), lambda x: x),
    ],
    ids=repr,
)
def test_activations_follow_their_formula(layer, formula):
    x = RNG.normal(size=(6, 3, 4)) * 3
    np.testing.assert_allclose(layer(Value(x)).data, formula(x), rtol=1e-9, atol=1e-12)
    check_grad(layer, x)


def test_beyond_its_threshold_softplus_is_the_number_itself():
    np.testing.assert_array_equal(nn.Softplus(2.0, 3.0)(Value([1.6, 40.0])).data, [1.6, 40.0])
    assert nn.Softplus(2.0, 3.0)(Value(1.4)).data > 1.4


def test_a_learned_slope_for_each_channel():
    layer = nn.PReLU(2, dtype=np.float64)
    layer.weight.data = [0.5, 0.1]
    np.testing.assert_array_equal(layer(-np.ones((1, 2, 1))).data, [[[-0.5], [-0.1]]])
    layer(-np.ones((3, 2, 4))).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, [-12.0, -12.0])


def test_unflatten_undoes_flatten():
    x = RNG.normal(size=(2, 3, 4, 5))
    flat = nn.Flatten(1, 2)(Value(x))
    assert flat.shape == (2, 12, 5)
    for sizes in ((3, 4), (-1, 4), (3, -1)):
        np.testing.assert_array_equal(nn.Unflatten(1, sizes)(flat).data, x)


def test_bilinear_sums_all_products():
    layer = nn.Bilinear(3, 4, 2, dtype=np.float64)
    x1, x2 = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 4))
    expected = np.einsum("bi,kij,bj->bk", x1, layer.weight.data, x2) + layer.bias.data
    np.testing.assert_allclose(layer(x1, x2).data, expected, rtol=1e-12)
    check_grad(layer, x1, x2)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_channels_are_dropped_whole_and_keep_the_mean(axes):
    autograd.manual_seed(0)
    layer = getattr(nn, f"Dropout{axes}d")(p=0.25)
    x = Value(np.ones((100, 100, *(2,) * axes), np.float32))
    out = layer(x)
    assert out.dtype == np.float32
    channels = out.data.reshape(100, 100, -1)
    assert (channels.min(axis=-1) == channels.max(axis=-1)).all()
    assert np.mean(channels == 0) == pytest.approx(0.25, abs=0.02)
    assert set(np.unique(channels)) == {np.float32(0), np.float32(1 / 0.75)}
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, out.data)
    assert layer.eval()(x) is x


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 5, 6)])
def test_channels_are_dropped_without_a_batch_too(shape):
    axes = len(shape) - 1
    dropped = getattr(nn, f"Dropout{axes}d")(0.5)(Value(np.ones(shape))).data
    channels = dropped.reshape(shape[0], -1)
    np.testing.assert_array_equal(channels.min(axis=1), channels.max(axis=1))


def test_three_axes_are_a_batch_of_sequences_to_dropout2d():
    autograd.manual_seed(0)
    dropped = nn.Dropout2d(0.5)(Value(np.ones((40, 3, 5)))).data
    np.testing.assert_array_equal(dropped.min(axis=2), dropped.max(axis=2))
    assert (dropped.min(axis=(1, 2)) < dropped.max(axis=(1, 2))).any()


@pytest.mark.parametrize("p", [0.1, 0.5])
@pytest.mark.parametrize("shape", [(200_000,), (4000, 50, 2)])
def test_alpha_dropout_keeps_mean_and_variance(shape, p):
    autograd.manual_seed(0)
    x = Value(RNG.normal(size=shape))
    layer = (nn.AlphaDropout if len(shape) == 1 else nn.FeatureAlphaDropout)(p)
    out = layer(x)
    assert out.data.mean() == pytest.approx(x.data.mean(), abs=0.01)
    assert out.data.std() == pytest.approx(1, abs=0.01)
    out.sum().backward()
    assert np.unique(x.grad).size == 2  # dropped, or scaled
    assert layer.eval()(x) is x


@pytest.mark.parametrize(("p", "ends"), [(0.1, (-1.45773873, 1.08325549)),
                                         (0.5, (-0.77919393, 1.66559883))])  # fmt: skip
def test_alpha_dropout_has_the_numbers_of_pytorch(p, ends):
    for layer in (nn.AlphaDropout(p), nn.FeatureAlphaDropout(p)):
        found = np.unique(layer(Value(np.ones((50, 50)))).data)
        np.testing.assert_allclose(found, ends, rtol=1e-8)


def test_a_number_alone_has_a_slope_to_learn_too():
    x, layer = Value(-2.0), nn.PReLU(dtype=np.float64)
    out = layer(x)
    out.backward()
    assert (out.shape, out.item(), x.grad) == ((), -0.5, 0.25)


def test_constants_surround_any_number_of_leading_axes():
    for leading in ((), (2,), (2, 3, 1)):
        assert nn.ZeroPad2d(1)(np.ones((*leading, 2, 2))).shape == (*leading, 4, 4)


def test_hardsigmoid_rises_by_exactly_a_sixth():
    """PyTorch's derivative in float64 is the float32 next to 1/6, off by 5e-9; this is 1/6."""
    x = Value(np.array([-2.9, 0.0, 2.9]))
    nn.Hardsigmoid()(x).sum().backward()
    np.testing.assert_array_equal(x.grad, np.full(3, 1 / 6))


def test_dropout_takes_pytorchs_word():
    assert nn.Dropout(p=0.2).rate == nn.Dropout(0.2).p == 0.2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.Sequential(nn.PReLU(3))(np.ones((2, 4))), r"PReLU '0': expects 3 channels"),
        (lambda: nn.GLU()(Value(np.ones((2, 3)))), r"even size along axis -1 .*\(2, 3\)"),
        (lambda: nn.Flatten(3)(np.ones((2, 3))), r"no axes 3 to -1"),
        (lambda: nn.Unflatten(1, (2, 2))(np.ones((2, 3))), r"cannot be split into \(2, 2\)"),
        (lambda: nn.Unflatten(1, (2, -1))(np.ones((2, 3))), r"cannot be split into \(2, -1\)"),
        (lambda: nn.Bilinear(3, 4, 2)(np.ones((5, 3)), np.ones((5, 3))), "last axis is 4"),
        (lambda: nn.Bilinear(3, 4, 2)(np.ones((5, 3)), np.ones((6, 4))), "same axes in front"),
        (lambda: nn.Dropout2d()(np.ones((2, 3))), "with 4 axes, or one less, got shape"),
        (lambda: nn.Softplus(beta=0), "beta must not be 0"),
        (lambda: nn.GELU("fast"), "approximate is 'none' or 'tanh'"),
        (lambda: nn.Hardtanh(1, 0), "must be below max_val"),
        (lambda: nn.CELU(0), "alpha must not be 0"),
        (lambda: nn.Dropout2d(p=1.5), "Dropout2d: the rate must be from 0"),
    ],
)
def test_wrong_use_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
