"""Convolutions and pooling as layers: cases computed by hand, sizes, invariants, wrong inputs."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


def with_weights(layer, weight, bias=None):
    layer.to(np.float64)
    layer.weight.data = np.reshape(weight, layer.weight.shape)
    if bias is not None:
        layer.bias.data = bias
    return layer


def test_a_window_of_differences_finds_the_edge():
    edge = with_weights(nn.Conv1d(1, 1, 2), [-1.0, 1.0], [0.5])
    np.testing.assert_array_equal(edge([[[0, 0, 3, 3]]]).data, [[[0.5, 3.5, 0.5]]])


def test_a_transposed_convolution_spreads_each_number():
    spread = with_weights(nn.ConvTranspose1d(1, 1, 2, stride=2), [1.0, 10.0], [0.0])
    np.testing.assert_array_equal(spread([[[1, 2]]]).data, [[[1, 10, 2, 20]]])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("zeros", [3, 6, 5]),
        ("reflect", [5, 6, 7]),
        ("replicate", [4, 6, 8]),
        ("circular", [6, 6, 6]),
    ],
)
def test_what_surrounds_an_image(mode, expected):
    layer = with_weights(nn.Conv1d(1, 1, 3, padding=1, padding_mode=mode, bias=False), [1.0] * 3)
    np.testing.assert_array_equal(layer([[[1, 2, 3]]]).data, [[expected]])
    check_grad(layer, RNG.normal(size=(2, 1, 5)))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_convolution_moves_with_its_image(axes):
    layer = getattr(nn, f"Conv{axes}d")(2, 3, 3, padding=1, padding_mode="circular").double()
    x = RNG.normal(size=(1, 2, *(5, 4, 6)[:axes]))
    moved = np.roll(layer(x).data, 2, axis=-1)
    np.testing.assert_allclose(layer(np.roll(x, 2, axis=-1)).data, moved, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_transposed_convolution_is_the_transpose(axes):
    options = {"stride": 2, "padding": 1, "bias": False}
    there = getattr(nn, f"Conv{axes}d")(2, 3, 3, **options).double()
    back = getattr(nn, f"ConvTranspose{axes}d")(3, 2, 3, **options).double()
    back.weight.data = there.weight.data
    x = RNG.normal(size=(1, 2, *(5, 7, 3)[:axes]))
    y = RNG.normal(size=there(x).shape)
    assert (there(x) * y).sum().item() == pytest.approx((back(y) * x).sum().item())
    check_grad(there, x)
    check_grad(back, y)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_weight_for_all_places_starts_within_one_over_the_root_of_its_inputs(axes):
    layer = getattr(nn, f"Conv{axes}d")(10, 200, 2)
    bound = (10 * 2**axes) ** -0.5
    for p in layer.parameters():
        assert p.dtype == np.float32
        assert 0.9 * bound < np.abs(p.data).max() <= bound


def test_a_single_image_needs_no_batch_axis():
    layer = nn.Conv2d(2, 3, 3, stride=2, padding="valid")
    x = RNG.normal(size=(2, 9, 8))
    np.testing.assert_allclose(layer(x).data, layer(x[None]).data[0], rtol=1e-5, atol=1e-6)


def test_a_size_asked_for_chooses_what_a_stride_leaves_open():
    layer = nn.ConvTranspose2d(1, 1, 3, stride=2)
    for size in ((11, 9), (12, 9), (12, 10)):
        assert layer(np.ones((1, 1, 5, 4)), output_size=size).shape[2:] == size


def test_pools_of_two_numbers():
    x = Value([[[1.0, 5.0, 2.0, 4.0]]])
    for layer, expected in (
        (nn.MaxPool1d(2), [5, 4]),
        (nn.MaxPool1d(2, 1), [5, 5, 4]),
        (nn.AvgPool1d(2), [3, 3]),
        (nn.AvgPool1d(2, 2, 1), [0.5, 3.5, 2]),
        (nn.AvgPool1d(2, 2, 1, count_include_pad=False), [1, 3.5, 4]),
        (nn.AdaptiveAvgPool1d(1), [3]),
        (nn.AdaptiveAvgPool1d(3), [3, 3.5, 3]),
        (nn.AdaptiveMaxPool1d(2), [5, 4]),
    ):
        np.testing.assert_array_equal(layer(x).data, [[expected]], err_msg=repr(layer))


@pytest.mark.parametrize("kind", ["MaxPool", "AvgPool", "AdaptiveAvgPool", "AdaptiveMaxPool"])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_gradients_of_pools(kind, axes):
    layer = getattr(nn, f"{kind}{axes}d")(2)
    x = RNG.permutation(2 * 4**axes).reshape(1, 2, *(4,) * axes) / 3
    assert layer(x).shape == (1, 2, *(2,) * axes)
    check_grad(layer, x)


def test_all_gradients_of_a_convolutional_network_agree_with_differences():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()).double()
    conv = model[0]

    def loss(x, w, b):
        hidden = autograd.avg_pool2d(autograd.tanh(autograd.conv2d(x, w, b)), 2)
        return (hidden**2).sum()

    x, w, b = RNG.normal(size=(3, 1, 6, 6)), conv.weight.data, conv.bias.data
    check_grad(loss, x, w, b)
    (model(x) ** 2).sum().backward()
    leaves = [Value(w), Value(b)]
    loss(x, *leaves).backward()
    for p, leaf in zip(conv.parameters(), leaves, strict=True):
        np.testing.assert_allclose(p.grad, leaf.grad, rtol=1e-12)


def test_the_repr_tells_what_is_unusual():
    assert repr(nn.Conv2d(1, 2, 3)) == "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))"
    layer = nn.Conv2d(2, 4, 3, padding="same", groups=2, bias=False, padding_mode="reflect")
    assert repr(layer) == (
        "Conv2d(2, 4, kernel_size=(3, 3), stride=(1, 1), padding='same', groups=2, bias=False, "
        "padding_mode=reflect)"
    )
    assert "stride=(2, 2), output_padding=(1, 1)" in repr(
        nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=1)
    )


CONV = nn.Sequential(nn.Conv2d(1, 2, 3))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: CONV(np.ones((5, 256))), r"Conv2d '0': .*nn.Unflatten\(1, \(1, height, width\)\)"),
        (lambda: CONV(np.ones((5, 16, 16))), r"Conv2d '0': .*x\[:, None\]"),
        (lambda: CONV(np.ones((5, 16, 16, 1))), r"Conv2d '0': .*np.moveaxis\(x, -1, 1\)"),
        (lambda: CONV(np.ones((5, 3, 16, 16))), r"in_channels in axis 1, got shape \(5, 3, 16"),
        (lambda: CONV(np.ones((5, 1, 2, 2))), "Conv2d '0': .*use a smaller kernel"),
        (lambda: nn.Sequential(nn.MaxPool2d(2))(np.ones((5, 16))), "MaxPool2d '0': .*4 axes"),
        (lambda: nn.Conv2d(3, 4, 2, groups=2), "multiples of groups 2"),
        (lambda: nn.Conv2d(0, 4, 2), "in_channels must be a positive integer"),
        (lambda: nn.Conv2d(1, 4, (2, 3, 4)), "kernel_size must be an int"),
        (lambda: nn.Conv2d(1, 4, 2, padding="full"), "'valid' or 'same'"),
        (lambda: nn.Conv2d(1, 4, 2, stride=2, padding="same"), "needs a stride of 1"),
        (lambda: nn.Conv2d(1, 4, 2, padding_mode="mirror"), "padding_mode is one of zeros"),
        (
            lambda: nn.Conv1d(1, 1, 3, padding=3, padding_mode="reflect")(np.ones((1, 1, 3))),
            "reflect padding of 3 is more",
        ),
        (
            lambda: nn.ConvTranspose1d(1, 1, 3, stride=2)(np.ones((1, 1, 3)), output_size=9),
            r"must be from \(7,\) to \(8,\)",
        ),
    ],
)
def test_wrong_use_is_named_with_a_way_out(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_padding_to_the_same_size_puts_the_odd_one_at_the_end(kernel, mode):
    layer = nn.Conv1d(1, 1, kernel, padding="same", padding_mode=mode, bias=False, dilation=1)
    x = RNG.normal(size=6)
    before, after = (kernel - 1) // 2, kernel // 2
    numpy_mode = {"zeros": "constant", "replicate": "edge", "circular": "wrap"}.get(mode, mode)
    wide = np.pad(x, (before, after), mode=numpy_mode)
    expected = np.correlate(wide, layer.double().weight.data.ravel(), mode="valid")
    np.testing.assert_allclose(layer(x[None, None]).data[0, 0], expected, rtol=1e-9, atol=1e-12)
