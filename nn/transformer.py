"""Transformers: layers of attention and small networks, each added to what it was given.

Vaswani et al. 2017, "Attention Is All You Need". Names of the weights are PyTorch's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from nn import init
from nn.attention import MultiheadAttention, causal_mask
from nn.containers import ModuleList
from nn.dropout import Dropout
from nn.inputs import check_sizes
from nn.linear import Linear
from nn.module import Module
from nn.normalization import LayerNorm


def _activation(kind: str, activation: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if callable(activation):
        return activation
    if activation not in ("relu", "gelu"):
        raise ValueError(
            f"{kind}: activation is 'relu', 'gelu' or a function of autograd's, got {activation!r}"
        )
    return getattr(autograd, activation)


class _Layer(Module):
    """What encoder and decoder layers share: self-attention first, a small network last."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        dtype: Any = np.float32,
        *,
        crossed: bool = False,
    ) -> None:
        super().__init__()

        def attention() -> MultiheadAttention:
            return MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
            )

        self.self_attn = attention()
        if crossed:
            self.multihead_attn = attention()
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype)
        self.norm_first = norm_first
        self.activation = _activation(type(self).__name__, activation)
        for i in range(1, 4 if crossed else 3):
            setattr(self, f"norm{i}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
            setattr(self, f"dropout{i}", Dropout(dropout))

    def _added(self, i: int, x: Any, block: Callable[[Any], Any]) -> Any:
        """x plus what the block makes of it, normalised before or after."""
        norm, dropout = self._modules[f"norm{i}"], self._modules[f"dropout{i}"]
        if self.norm_first:
            return x + dropout(block(norm(x)))
        return norm(x + dropout(block(x)))

    def _network(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """Self-attention, then a small network for every position; each is added to its input.

    Args:
        d_model: the size of the last axis.
        nhead: how many attention heads; a divisor of d_model.
        dim_feedforward: the width of the small network.
        dropout: at which rate anything drops while training.
        activation: 'relu', 'gelu', or a function.
        layer_norm_eps: eps of the norms.
        batch_first: whether inputs are (batch, time, d_model); else (time, batch, d_model).
        norm_first: normalise what goes into a block, not what comes out.
        bias: whether linear layers and norms have biases.
        dtype: the dtype of the weights.

    Shapes:
        src and output: (time, batch, d_model) or (time, d_model); masks as MultiheadAttention's.

    >>> nn.TransformerEncoderLayer(4, 2, 8)(np.ones((5, 1, 4))).shape
    (5, 1, 4)
    """

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask,
                                  is_causal=is_causal)[0]  # fmt: skip

        return self._added(2, self._added(1, src, attend), self._network)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to an encoder's output (memory), then a small network.

    Args: as TransformerEncoderLayer's.

    Shapes:
        tgt and output: (targets, batch, d_model); memory: (sources, batch, d_model).

    >>> nn.TransformerDecoderLayer(4, 2, 8)(np.ones((5, 1, 4)), np.ones((3, 1, 4))).shape
    (5, 1, 4)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, crossed=True)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask,
                                  is_causal=tgt_is_causal)[0]  # fmt: skip

        def look_up(x: Any) -> Any:
            return self.multihead_attn(x, memory, memory, memory_key_padding_mask, False,
                                       memory_mask, is_causal=memory_is_causal)[0]  # fmt: skip

        x = self._added(1, tgt, attend)
        return self._added(3, self._added(2, x, look_up), self._network)


class _Stack(Module):
    """Copies of one layer, one after the other, and a norm at the end."""

    def __init__(self, layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        kind = type(self).__name__
        check_sizes(kind, num_layers=num_layers)
        if not isinstance(layer, Module):
            raise TypeError(f"{kind}: the layer must be a module, got {layer!r:.60}")
        self.layers = ModuleList([copy.deepcopy(layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def _through(self, x: Any, *args: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *args)
        return x if self.norm is None else self.norm(x)


class TransformerEncoder(_Stack):
    """Encoder layers one after the other: each position is told about all others again and again.

    Args:
        encoder_layer: the layer; the encoder has copies of it, which start with its weights.
        num_layers: how many.
        norm: a layer at the end, or None; layers made with norm_first need one.
        enable_nested_tensor, mask_check: accepted for the sake of programs that say them; they
            change no result in PyTorch either.

    Shapes:
        src and output: (time, batch, d_model), masks as TransformerEncoderLayer's.

    >>> encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 3)
    >>> encoder(np.ones((5, 1, 4))).shape, len(encoder.layers)
    ((5, 1, 4), 3)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__(encoder_layer, num_layers, norm)

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool | None = None,
    ) -> Any:
        return self._through(src, mask, src_key_padding_mask, bool(is_causal))


class TransformerDecoder(_Stack):
    """Decoder layers one after the other, all of which look at the same memory.

    Args:
        decoder_layer: the layer; the decoder has copies of it, which start with its weights.
        num_layers: how many.
        norm: a layer at the end, or None; layers made with norm_first need one.

    Shapes:
        tgt and output: (targets, batch, d_model); memory: (sources, batch, d_model); masks as
        TransformerDecoderLayer's.

    >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 3)
    >>> decoder(np.ones((5, 1, 4)), np.ones((7, 1, 4))).shape
    (5, 1, 4)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__(decoder_layer, num_layers, norm)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        return self._through(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
            bool(tgt_is_causal), memory_is_causal,
        )  # fmt: skip


class Transformer(Module):
    """An encoder that reads a sequence, and a decoder that writes another (Vaswani et al. 2017).

    Args:
        d_model: the size of the last axis of both sequences.
        nhead: how many attention heads; a divisor of d_model.
        num_encoder_layers, num_decoder_layers: how many layers each has.
        dim_feedforward: the width of the layers' small networks.
        dropout: at which rate anything drops while training.
        activation: 'relu', 'gelu', or a function.
        custom_encoder, custom_decoder: modules to use instead.
        layer_norm_eps: eps of the norms.
        batch_first: whether inputs are (batch, time, d_model); else (time, batch, d_model).
        norm_first: normalise what goes into a block, not what comes out.
        bias: whether linear layers and norms have biases.
        dtype: the dtype of the weights.

    Shapes:
        src: (sources, batch, d_model); tgt and output: (targets, batch, d_model); masks as
        MultiheadAttention's.

    >>> model = nn.Transformer(4, 2, 1, 1, 8)
    >>> model(np.ones((7, 1, 4)), np.ones((5, 1, 4))).shape
    (5, 1, 4)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__()
        settings: Any = (
            d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
            norm_first, bias, dtype,
        )  # fmt: skip

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*settings), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*settings), num_decoder_layers, norm()
        )
        for p in self.parameters():
            if p.ndim > 1:
                init.xavier_uniform_(p)
        self.d_model = d_model
        self.nhead = nhead

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
            tgt_is_causal, memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = np.float32) -> np.ndarray:
        """Minus infinity where a position must not look: at those after it; else 0.

        >>> nn.Transformer.generate_square_subsequent_mask(2)
        array([[  0., -inf],
               [  0.,   0.]], dtype=float32)
        """
        return np.where(causal_mask(sz), -np.inf, 0.0).astype(dtype)
