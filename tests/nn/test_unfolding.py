"""Images as columns of windows, bags of words, parameters by name."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    "geometry",
    [{}, {"stride": 2, "padding": 1}, {"dilation": (1, 2)}, {"kernel_size": (3, 1), "padding": 2}],
    ids=str,
)
def test_a_convolution_is_a_product_with_the_windows(geometry):
    geometry = {"kernel_size": (2, 3)} | geometry
    x, weight = RNG.normal(size=(2, 4, 7, 6)), RNG.normal(size=(5, 4, *geometry["kernel_size"]))
    columns = nn.Unfold(**geometry)(x)
    settings = {k: v for k, v in geometry.items() if k != "kernel_size"}
    expected = autograd.conv2d(x, weight, **settings)
    found = (weight.reshape(5, -1) @ columns).reshape(expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_fold_adds_where_windows_overlap():
    x = RNG.normal(size=(2, 3, 5, 6))
    geometry = {"kernel_size": 3, "padding": 1}
    count = autograd.col2im(autograd.im2col(np.ones_like(x), **geometry), (5, 6), **geometry)
    back = nn.Fold((5, 6), **geometry)(nn.Unfold(**geometry)(x))
    np.testing.assert_allclose(back, x * count, rtol=1e-12)


def test_windows_side_by_side_are_put_back_as_they_were():
    x = Value(RNG.normal(size=(3, 4, 6)))
    columns = nn.Unfold(2, stride=2)(x)
    assert columns.shape == (12, 6)
    np.testing.assert_array_equal(nn.Fold((4, 6), 2, stride=2)(columns).data, x.data)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.Sequential(nn.Unfold(2))(np.ones((2, 3))), r"Unfold '0': .* must be images"),
        (lambda: nn.Unfold(9)(np.ones((1, 3, 3))), r"do not fit images of \(3, 3\)"),
        (lambda: nn.Unfold((2, 2, 2))(np.ones((1, 3, 3))), "kernel_size must be an int .* or 2"),
        (lambda: nn.Fold(4, 2)(np.ones((1, 4, 7))), r"images of \(4, 4\) have 3 x 3 windows"),
        (lambda: nn.Fold(4, 2)(np.ones((1, 5, 9))), r"must be \(batch, channels · 4, 9\)"),
    ],
)
def test_windows_that_do_not_fit_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


BAG = np.array([1, 1, 4, 0, 2, 4])


@pytest.mark.parametrize(("mode", "gather"), [("sum", np.sum), ("mean", np.mean), ("max", np.max)])
def test_a_bag_is_the_sum_or_mean_or_largest_of_its_rows(mode, gather):
    layer = nn.EmbeddingBag(5, 3, mode=mode, dtype=np.float64)
    table = layer.weight.data
    expected = [gather(table[bag], axis=0) for bag in (BAG[:2], BAG[2:5], BAG[5:])]
    found = layer(BAG, np.array([0, 2, 5]))
    np.testing.assert_allclose(found.data, expected, rtol=1e-12)
    square = layer(BAG.reshape(2, 3))
    np.testing.assert_allclose(square.data, gather(table[BAG.reshape(2, 3)], axis=1), rtol=1e-12)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_an_empty_bag_is_zeros_and_what_is_padding_counts_in_none(mode):
    layer = nn.EmbeddingBag(5, 3, mode=mode, padding_idx=4)
    layer.weight.data = RNG.normal(size=(5, 3))
    out = layer(BAG, np.array([0, 2, 2, 5]))
    out.sum().backward()
    np.testing.assert_array_equal(out.data[[1, 3]], np.zeros((2, 3)))
    np.testing.assert_array_equal(layer.weight.grad[4], np.zeros(3))
    np.testing.assert_array_equal(out.data[2], layer(BAG[3:5], np.array([0])).data[0])


def test_the_words_of_a_bag_may_have_weights_to_learn():
    layer = nn.EmbeddingBag.from_pretrained(np.eye(5), freeze=False, mode="sum")
    weights = Value(np.arange(6.0))
    out = layer(BAG, np.array([0, 3]), weights)
    np.testing.assert_array_equal(out.data, [[0, 1, 0, 0, 2], [3, 0, 4, 0, 5]])
    (out * [[1.0], [10.0]]).sum().backward()
    np.testing.assert_array_equal(weights.grad, [1, 1, 1, 10, 10, 10])


def test_gradients_by_frequency_are_those_of_the_rows_one_by_one():
    """PyTorch divides those of a bag by the count of another row where some rows repeat."""
    table = RNG.normal(size=(5, 3))
    settings = {"freeze": False, "scale_grad_by_freq": True}
    bags = nn.EmbeddingBag.from_pretrained(table, mode="sum", **settings)
    rows = nn.Embedding.from_pretrained(table, **settings)
    bags(BAG.reshape(2, 3)).sum().backward()
    rows(BAG.reshape(2, 3)).sum().backward()
    np.testing.assert_array_equal(bags.weight.grad, rows.weight.grad)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.EmbeddingBag(5, 3, mode="median"), "one of sum, mean, max, got 'median'"),
        (lambda: nn.EmbeddingBag(5, 3)(BAG), "or .total. and offsets"),
        (lambda: nn.EmbeddingBag(5, 3)(BAG, np.array([1, 2])), "rise from 0 to at most 6"),
        (lambda: nn.EmbeddingBag(5, 3)(BAG, np.array([0, 4, 3])), "rise from 0 to at most 6"),
        (lambda: nn.EmbeddingBag(5, 3)(BAG, np.array([0]), np.ones(6)), "need mode 'sum'"),
    ],
)
def test_bags_that_do_not_fit_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_parameters_by_name_are_learned_and_saved():
    model = nn.Sequential(nn.Linear(2, 2))
    model.scales = nn.ParameterDict({"left": np.ones(2)})
    model.scales["right"] = nn.Parameter(np.zeros(3))
    assert [name for name, _ in model.named_parameters()][-2:] == ["scales.left", "scales.right"]
    assert ("left" in model.scales, len(model.scales)) == (True, 2)
    del model.scales["left"]
    assert list(model.scales) == ["right"]
    with pytest.raises(KeyError, match="there is no 'left'; it has right"):
        model.scales["left"]
    with pytest.raises(KeyError, match="cannot be the name"):
        model.scales["a.b"] = np.ones(1)
