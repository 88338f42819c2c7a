"""Predictions and their ideals."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from autograd.testing.samples.draws import (
    SIDE,
    Draw,
    array,
)
from autograd.testing.samples.kinds import Sample, kind


@kind("cross_entropy")
def _cross_entropy(draw: Draw) -> Sample:
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    shape = (*rows, draw(st.integers(1, SIDE)))
    return Sample((array(draw, shape), array(draw, shape, (0.05, 1.0))))
