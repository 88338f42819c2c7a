"""Embeddings are rows of a table; normalised activations have the moments they should."""

import numpy as np
import pytest

import nn
from autograd import ShapeError
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


def test_a_row_looked_up_twice_gets_both_gradients():
    table = nn.Embedding(4, 2, padding_idx=0, dtype=np.float64)
    indices = np.array([[1, 1], [0, 3]])
    out = table(indices)
    np.testing.assert_array_equal(out.data, table.weight.data[indices])
    out.sum().backward()
    assert table.weight.grad.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]
    assert table.weight.data[0].tolist() == [0, 0]


def test_layer_norm_centres_and_scales_every_example():
    out = nn.LayerNorm((3, 8), eps=0.0, dtype=np.float64)(RNG.normal(3, 5, size=(4, 3, 8))).data
    np.testing.assert_allclose(out.mean(axis=(1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=(1, 2)), 1, rtol=1e-12)


def test_rms_norm_scales_but_does_not_centre():
    x = RNG.normal(3, 5, size=(4, 8))
    out = nn.RMSNorm(8, eps=0.0, dtype=np.float64)(x).data
    np.testing.assert_allclose((out**2).mean(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(out / x, (out / x)[:, :1].repeat(8, axis=1), rtol=1e-12)


@pytest.mark.parametrize("layer", [nn.LayerNorm(4), nn.RMSNorm(4)], ids=repr)
def test_gradients_agree_with_central_differences(layer):
    layer.double()
    layer.weight.data = RNG.normal(size=4)
    check_grad(layer, RNG.normal(size=(3, 4)))


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (lambda: nn.Embedding(3, 2)(np.array([0.5])), TypeError, ".astype(int)"),
        (lambda: nn.Embedding(3, 2)(np.array([3])), IndexError, "go from 0 to 2"),
        (lambda: nn.Embedding(3, 2)(np.array([-1])), IndexError, "got -1"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), ValueError, "padding_idx 3"),
        (lambda: nn.LayerNorm(4)(np.ones((2, 3))), ShapeError, "(4,) (normalized_shape)"),
        (lambda: nn.LayerNorm(0), ValueError, "positive integer"),
    ],
)
def test_wrong_use_says_what_to_do(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert message in str(caught.value)
