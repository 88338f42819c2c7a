"""Attention looks where it may: never ahead, never at padding."""

import numpy as np
import pytest

import nn
from autograd import ShapeError
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


def test_causal_attention_ignores_the_future():
    layer = nn.MultiheadAttention(6, 2, batch_first=True, dtype=np.float64)
    x = RNG.normal(size=(2, 5, 6))
    changed = x.copy()
    changed[:, 3:] += 1
    (a, weights), (b, _) = (layer(t, t, t, is_causal=True) for t in (x, changed))
    np.testing.assert_array_equal(a.data[:, :3], b.data[:, :3])
    assert not np.allclose(a.data[:, 3:], b.data[:, 3:])
    np.testing.assert_allclose(weights.data.sum(-1), 1, rtol=1e-12)
    assert not weights.data[:, nn.causal_mask(5)].any()


def test_one_head_by_formula():
    layer = nn.MultiheadAttention(3, 1, bias=False, dtype=np.float64)
    x = RNG.normal(size=(4, 3))
    q, k, v = (x @ w.T for w in np.split(layer.in_proj_weight.data, 3))
    scores = np.exp(q @ k.T / np.sqrt(3))
    expected = scores / scores.sum(1, keepdims=True) @ v @ layer.out_proj.weight.data.T
    np.testing.assert_allclose(layer(x, x, x)[0].data, expected, rtol=1e-12)
    np.testing.assert_allclose(layer(x, x.copy(), x)[0].data, expected, rtol=1e-12)


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("shape", [(5, 6), (3, 5, 6)])
def test_self_attention_takes_one_product_and_gives_what_three_do(shape, batch_first):
    layer = nn.MultiheadAttention(6, 3, batch_first=batch_first, dtype=np.float64)
    layer.in_proj_bias.data = RNG.normal(size=18)
    x = RNG.normal(size=shape)
    for one, three in zip(layer(x, x, x), layer(x, x.copy(), x.copy())):
        np.testing.assert_allclose(one.data, three.data, rtol=1e-12)


def test_gradients_agree_with_central_differences():
    layer = nn.MultiheadAttention(4, 2, dtype=np.float64)
    check_grad(lambda x: layer(x, x, x, is_causal=True)[0], RNG.normal(size=(3, 2, 4)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"attn_mask": np.zeros((2, 2))}, "attn_mask must be of shape (3, 3)"),
        ({"key_padding_mask": np.zeros((3, 1), bool)}, "key_padding_mask must be of shape (1, 3)"),
    ],
)
def test_masks_that_do_not_fit(call, message):
    x = np.ones((3, 1, 4))
    with pytest.raises(ShapeError) as caught:
        nn.MultiheadAttention(4, 2)(x, x, x, **call)
    assert message in str(caught.value)


def test_heads_share_the_size():
    with pytest.raises(ValueError, match="multiple of num_heads 3"):
        nn.MultiheadAttention(4, 3)
