"""Operands of matrix products."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from autograd.testing.samples.draws import (
    SIDE,
    Draw,
    array,
)
from autograd.testing.samples.kinds import Sample, kind


@kind("matmul")
def _matmul(draw: Draw) -> Sample:
    n, k, m = (draw(st.integers(0, SIDE)) for _ in range(3))
    batch_x, batch_y = draw(
        mutually_broadcastable_shapes(num_shapes=2, max_dims=2, min_side=0, max_side=2)
    ).input_shapes
    x = draw(st.sampled_from([(*batch_x, n, k), (n, k), (k,)]))
    y = draw(st.sampled_from([(*batch_y, k, m), (k, m), (k,)]))
    return Sample((array(draw, x), array(draw, y)))


@kind("linear")
def _linear(draw: Draw) -> Sample:
    inputs, outputs = draw(st.integers(0, SIDE)), draw(st.integers(0, SIDE))
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    bias = draw(st.none() | st.just(array(draw, (outputs,))))
    return Sample((array(draw, (*rows, inputs)), array(draw, (outputs, inputs)), bias))
