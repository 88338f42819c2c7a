"""Norms over batches, groups and single channels: means, variances, running statistics."""

import numpy as np
import pytest

import nn
from autograd import Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


def images(*shape):
    return RNG.normal(size=shape) * 3 + 2


@pytest.mark.parametrize(
    ("layer", "shape", "over"),
    [
        (nn.BatchNorm1d(4, eps=0), (5, 4), (0,)),
        (nn.BatchNorm1d(4, eps=0), (5, 4, 3), (0, 2)),
        (nn.BatchNorm2d(4, eps=0), (5, 4, 3, 2), (0, 2, 3)),
        (nn.BatchNorm3d(4, eps=0), (5, 4, 3, 2, 2), (0, 2, 3, 4)),
        (nn.InstanceNorm1d(4, eps=0), (5, 4, 3), (2,)),
        (nn.InstanceNorm2d(4, eps=0), (5, 4, 3, 2), (2, 3)),
        (nn.InstanceNorm2d(4, eps=0), (4, 3, 2), (1, 2)),
        (nn.InstanceNorm3d(4, eps=0), (5, 4, 3, 2, 2), (2, 3, 4)),
        (nn.GroupNorm(1, 4, eps=0), (5, 4, 3, 2), (1, 2, 3)),
        (nn.GroupNorm(4, 4, eps=0), (5, 4, 3, 2), (2, 3)),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else None,
)
def test_a_norm_leaves_mean_0_and_variance_1(layer, shape, over):
    x = images(*shape)
    out = layer(Value(x)).data
    assert out.shape == shape
    expected = (x - x.mean(over, keepdims=True)) / x.std(over, keepdims=True)
    np.testing.assert_allclose(out, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "layer", [nn.BatchNorm2d(4), nn.InstanceNorm2d(4, affine=True), nn.GroupNorm(2, 4)]
)
def test_gradients_of_norms(layer):
    layer.double()
    layer.weight.data, layer.bias.data = RNG.normal(size=(2, 4))
    weights = RNG.normal(size=(3, 4, 2, 2))
    x = images(3, 4, 2, 2)
    check_grad(lambda x: (layer(x) * weights).sum(), x)
    (layer(x) * weights).sum().backward()
    np.testing.assert_allclose(layer.bias.grad, weights.sum((0, 2, 3)), rtol=1e-9)


def test_running_statistics_move_by_momentum_and_serve_in_evaluation():
    layer = nn.BatchNorm1d(1, momentum=0.25, eps=0.0).double()
    layer([[1.0], [3.0]])  # mean 2, unbiased variance 2
    assert layer.running_mean.data == 0.25 * 2
    assert layer.running_var.data == 0.75 + 0.25 * 2
    assert layer.num_batches_tracked.data == 1
    out = layer.eval()([[1.0], [3.0]])
    np.testing.assert_allclose(out.data.ravel(), [0.5 / 1.25**0.5, 2.5 / 1.25**0.5])
    assert layer.num_batches_tracked.data == 1


def test_without_momentum_every_batch_counts_the_same():
    layer = nn.BatchNorm1d(1, momentum=None).double()
    for mean in (1.0, 2.0, 6.0):
        layer([[mean - 1], [mean + 1]])
    np.testing.assert_allclose(layer.running_mean.data, 3.0)
    np.testing.assert_allclose(layer.running_var.data, 2.0)
    layer.reset_running_stats()
    assert (layer.running_mean.data, layer.running_var.data, layer.num_batches_tracked.data) == (
        0, 1, 0,
    )  # fmt: skip


def test_running_statistics_are_kept_with_the_weights_but_not_learned():
    model = nn.Sequential(nn.BatchNorm1d(2))
    model(images(5, 2))
    state = model.state_dict()
    assert list(state) == [
        "0.weight", "0.bias", "0.running_mean", "0.running_var", "0.num_batches_tracked",
    ]  # fmt: skip
    assert len(model.parameters()) == 2
    other = nn.Sequential(nn.BatchNorm1d(2))
    other.load_state_dict(state)
    x = images(3, 2)
    np.testing.assert_array_equal(other.eval()(x).data, model.eval()(x).data)


def test_without_running_statistics_evaluation_uses_the_batch():
    layer = nn.BatchNorm1d(2, track_running_stats=False)
    x = images(5, 2)
    np.testing.assert_array_equal(layer(x).data, layer.eval()(x).data)
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_running_statistics_of_instances_are_their_mean():
    layer = nn.InstanceNorm1d(1, momentum=0.5, track_running_stats=True, eps=0.0).double()
    layer([[[1.0, 3.0]], [[4.0, 8.0]]])  # means 2 and 6, unbiased variances 2 and 8
    assert layer.running_mean.data == 2.0
    assert layer.running_var.data == 3.0
    np.testing.assert_allclose(layer.eval()([[[2.0, 5.0]]]).data, [[[0.0, 3**0.5]]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.Sequential(nn.BatchNorm2d(3))(images(5, 3)), r"BatchNorm2d '0': .*\(5, 3\)"),
        (lambda: nn.BatchNorm2d(3)(images(5, 4, 2, 2)), "num_features in axis 1"),
        (lambda: nn.Sequential(nn.BatchNorm1d(3))(images(1, 3)), "BatchNorm1d '0': .*larger batch"),
        (lambda: nn.InstanceNorm1d(3)(images(2, 3)), "got shape"),
        (lambda: nn.InstanceNorm2d(3)(images(2, 3, 1, 1)), "at least two numbers"),
        (lambda: nn.GroupNorm(2, 4)(images(2, 3)), "expects 4 channels"),
        (lambda: nn.GroupNorm(3, 4), "multiple of num_groups 3"),
        (lambda: nn.BatchNorm1d(0), "num_features must be a positive integer"),
        (lambda: nn.BatchNorm1d(2, momentum=2.0), "momentum must be from 0 to 1"),
    ],
)
def test_wrong_use_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
