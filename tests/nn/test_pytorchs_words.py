"""What programs written for PyTorch say is understood: devices, places of settings, inplace."""

import inspect

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Value
from autograd.testing import check_grad

LAYERS = [
    ("Linear", (3, 2)), ("Bilinear", (3, 2, 2)), ("Conv2d", (3, 2, 3)), ("LSTM", (3, 2)),
    ("ConvTranspose1d", (3, 2, 3)), ("BatchNorm1d", (3,)), ("LayerNorm", (3,)), ("RMSNorm", (3,)),
    ("GroupNorm", (1, 2)), ("InstanceNorm1d", (3,)), ("Embedding", (3, 2)), ("PReLU", ()),
    ("EmbeddingBag", (3, 2)), ("GRUCell", (3, 2)), ("MultiheadAttention", (4, 2)),
    ("TransformerEncoderLayer", (4, 2)), ("TransformerDecoderLayer", (4, 2)),
    ("Transformer", (4, 2, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sizes"), LAYERS)
def test_a_layer_may_be_made_on_the_one_device_there_is(name, sizes):
    layer = getattr(nn, name)(*sizes, device="cpu", dtype=None)
    assert {p.dtype for p in layer.parameters()} <= {np.dtype(np.float32)}
    layer = getattr(nn, name)(*sizes, device=None, dtype=np.float64)
    assert {p.dtype for p in layer.parameters()} <= {np.dtype(np.float64)}
    with pytest.raises(ValueError, match="device 'cuda:0': arrays are NumPy's"):
        getattr(nn, name)(*sizes, device="cuda:0")


def test_a_layer_of_ones_own_passes_the_device_on():
    class Wide(nn.Linear):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    assert Wide(3, 2, device="cpu").weight.shape == (2, 3)
    assert list(inspect.signature(nn.Linear).parameters)[:2] == ["in_features", "out_features"]


def test_a_model_moves_to_where_it_is():
    model = nn.Sequential(nn.Linear(3, 2))
    assert model.to("cpu") is model.cpu() is model
    assert model.to("cpu", np.float64)[0].weight.dtype == np.float64
    assert model.to(device="cpu", dtype=np.float32)[0].weight.dtype == np.float32
    assert model.half()[0].weight.dtype == np.float16
    with pytest.raises(ValueError, match="leave the device out, or say 'cpu'"):
        model.to("cuda")
    with pytest.raises(TypeError, match="weights are floats"):
        model.to(int)


def test_gradients_may_become_zeros():
    layer = nn.Linear(3, 2)
    layer.zero_grad(set_to_none=False)
    np.testing.assert_array_equal(layer.weight.grad, np.zeros((2, 3)))
    layer.zero_grad()
    assert layer.weight.grad is None


@pytest.mark.parametrize("name", ["relu", "relu6", "selu", "silu", "mish", "elu", "leaky_relu"])
def test_an_activation_in_place_gives_the_same(name):
    x = Value([-1.0, 0.5, 9.0])
    expected = getattr(autograd, name)(x).data
    np.testing.assert_array_equal(getattr(F, name)(x, inplace=True).data, expected)
    np.testing.assert_array_equal(getattr(F, name)(input=x).data, expected)
    assert x.data[0] == -1.0


def test_settings_of_functions_go_by_place_as_in_pytorch():
    x = Value([-1.0, 2.0])
    assert F.leaky_relu(x, 0.5, True).data.tolist() == [-0.5, 2.0]
    scores, labels, weight = Value([[1.0, 2.0], [0.0, 1.0]]), [0, 1], np.array([1.0, 3.0])
    by_place = F.cross_entropy(scores, labels, weight)
    assert by_place.data == F.cross_entropy(input=scores, target=labels, weight=weight).data
    assert F.huber_loss(x, [0.0, 0.0], "sum", 0.5).data == nn.HuberLoss("sum", 0.5)(x, [0, 0]).data
    with pytest.raises(TypeError, match="give them by name, such as reduction='sum'"):
        F.cross_entropy(scores, labels, weight, "sum")


def test_a_sample_of_a_class_has_the_gradient_of_the_soft_one():
    autograd.manual_seed(0)
    logits = Value(np.tile([0.0, 1.0, 2.0], (20_000, 1)))
    sample = F.gumbel_softmax(logits, hard=True)
    assert set(np.unique(sample.data)) == {0.0, 1.0}
    shares = np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum()
    np.testing.assert_allclose(sample.data.mean(axis=0), shares, atol=0.01)
    sample[:, 0].sum().backward()
    np.testing.assert_allclose(logits.grad.sum(axis=1), 0, atol=1e-12)
    assert np.abs(logits.grad).max() > 0.1


def test_margins_that_cut_and_surround():
    x = np.arange(4.0).reshape(1, 4)
    np.testing.assert_array_equal(F.pad(x, (-1, 2)), [[1, 2, 3, 0, 0]])
    np.testing.assert_array_equal(F.pad(x[None], (2, 0), "reflect"), [[[2, 1, 0, 1, 2, 3]]])
    with pytest.raises(ValueError, match="two numbers for each"):
        F.pad(x, (1, 1, 1))
    with pytest.raises(ValueError, match="mode is 'constant'"):
        F.pad(x, (1, 1), "mirror")


def test_parameters_of_a_module_alone_and_under_a_path():
    model = nn.Sequential(nn.Linear(3, 2))
    model.scale = nn.Parameter(np.ones(1))
    assert [name for name, _ in model.named_parameters("net", recurse=False)] == ["net.scale"]
    names = [name for name, _ in model.named_parameters(prefix="net")]
    assert names == ["net.scale", "net.0.weight", "net.0.bias"]
    assert len(model.parameters(recurse=False)) == 1


def test_an_image_sampled_where_its_places_are_is_itself():
    x = Value(np.arange(24.0).reshape(1, 2, 3, 4))
    for align in (True, False):
        grid = F.affine_grid(np.array([[[1.0, 0, 0], [0, 1, 0]]]), x.shape, align_corners=align)
        for mode in ("bilinear", "nearest"):
            found = F.grid_sample(x, grid, mode, align_corners=align)
            np.testing.assert_allclose(found.data, x.data)
    with pytest.raises(ValueError, match="mode is 'bilinear' or 'nearest'"):
        F.grid_sample(x, grid, "bicubic")
    with pytest.raises(ValueError, match="needs images"):
        F.grid_sample(x, grid[0])


def test_places_to_sample_can_be_learned():
    check_grad(
        lambda x, grid: F.grid_sample(x, grid, align_corners=True),
        np.random.default_rng(0).normal(size=(1, 2, 3, 4)),
        np.array([[[[0.1, -0.3], [0.7, 0.2]]]]),
    )
