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


def test_a_stack_is_its_layers_one_after_the_other():
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, dtype=np.float64)
    encoder = nn.TransformerEncoder(layer, 3, nn.LayerNorm(4, dtype=np.float64))
    assert len(encoder.parameters()) == 3 * len(layer.parameters()) + 2
    for p in encoder.parameters():
        p.data = p.data + RNG.normal(size=p.shape) * 0.1
    x = RNG.normal(size=(5, 2, 4))
    mask = nn.causal_mask(5)
    expected = x
    for one in encoder.layers:
        expected = one(expected, src_mask=mask)
    np.testing.assert_array_equal(encoder(x, mask).data, encoder.norm(expected).data)
    np.testing.assert_array_equal(encoder(x, is_causal=True).data, encoder(x, mask).data)


def test_every_layer_of_a_decoder_looks_at_the_memory():
    layer = nn.TransformerDecoderLayer(4, 2, 8, dropout=0.0, dtype=np.float64)
    decoder = nn.TransformerDecoder(layer, 2)
    x, memory = RNG.normal(size=(5, 2, 4)), RNG.normal(size=(3, 2, 4))
    expected = decoder.layers[1](decoder.layers[0](x, memory), memory)
    np.testing.assert_array_equal(decoder(x, memory).data, expected.data)
    assert decoder.layers[1].norm1.weight.name == "layers.1.norm1.weight"


@pytest.mark.parametrize("size", [4, 5])
def test_positions_are_sines_and_cosines(size):
    table = nn.sinusoidal_positions(7, size)
    for place in range(size):
        angles = np.arange(7) / 10000 ** (place // 2 * 2 / size)
        wave = np.cos if place % 2 else np.sin
        np.testing.assert_allclose(table[:, place], wave(angles), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", [nn.PositionalEncoding, nn.LearnedPositionalEncoding])
def test_every_sequence_is_told_its_positions(kind):
    x = RNG.normal(size=(5, 2, 4))
    layer = kind(4, dropout=0.0, max_len=9, dtype=np.float64)
    first = kind(4, dropout=0.0, max_len=9, batch_first=True, dtype=np.float64)
    first.load_state_dict(layer.state_dict())
    table = layer.table if kind is nn.PositionalEncoding else layer.weight
    np.testing.assert_array_equal(layer(x).data, x + table.data[:5, None])
    np.testing.assert_array_equal(first(x.swapaxes(0, 1)).data, layer(x).data.swapaxes(0, 1))
    np.testing.assert_array_equal(layer(x[:, 0]).data, layer(x).data[:, 0])
    np.testing.assert_array_equal(first(x[:, 0]).data, layer(x).data[:, 0])


def test_learned_positions_learn_only_where_there_was_a_vector():
    layer = nn.LearnedPositionalEncoding(3, dropout=0.0, max_len=4)
    layer(np.zeros((2, 5, 3))).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, [[5] * 3] * 2 + [[0] * 3] * 2)


def test_fixed_positions_are_neither_learned_nor_saved():
    layer = nn.PositionalEncoding(4)
    assert not layer.parameters()
    assert not layer.state_dict()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: nn.Sequential(nn.PositionalEncoding(4, max_len=3))(np.ones((5, 1, 4))),
            "PositionalEncoding '0': a sequence of 5 is longer than max_len 3",
        ),
        (lambda: nn.PositionalEncoding(4)(np.ones((5, 1, 3))), "last axis is 4"),
        (lambda: nn.PositionalEncoding(4)(np.ones((5, 1, 1, 4))), "got shape"),
        (
            lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 0),
            "num_layers must be a positive integer",
        ),
    ],
)
def test_wrong_use_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
