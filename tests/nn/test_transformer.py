"""Transformer layers add attention and a small network to what they are given."""

import numpy as np
import pytest

import nn

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("kind", [nn.TransformerEncoderLayer, nn.TransformerDecoderLayer])
def test_with_the_norms_first_silent_blocks_pass_everything_through(kind):
    layer = kind(4, 2, 8, norm_first=True, dtype=np.float64).eval()
    for name, p in layer.named_parameters():
        if name.startswith(("linear2", "self_attn.out", "multihead_attn.out")):
            nn.init.zeros_(p)
    x = RNG.normal(size=(5, 2, 4))
    memory = [RNG.normal(size=(3, 2, 4))] if kind is nn.TransformerDecoderLayer else []
    np.testing.assert_array_equal(layer(x, *memory).data, x)


def test_causal_layers_ignore_the_future():
    layer = nn.TransformerEncoderLayer(4, 2, 8, dtype=np.float64).eval()
    x = RNG.normal(size=(5, 2, 4))
    changed = x + (np.arange(5) > 2)[:, None, None]
    a, b = (layer(t, is_causal=True).data for t in (x, changed))
    np.testing.assert_allclose(a[:3], b[:3], rtol=1e-12)
    assert not np.allclose(a[3:], b[3:])


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="'relu', 'gelu' or a function"):
        nn.TransformerEncoderLayer(4, 2, activation="swishy")
