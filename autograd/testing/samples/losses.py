"""Predictions and their ideals."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

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


@kind("class_numbers")
def _class_numbers(draw: Draw) -> Sample:
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    classes = draw(st.integers(1, SIDE))
    labels = draw(arrays(np.intp, rows, elements=st.integers(0, classes - 1)))
    return Sample((array(draw, (*rows, classes)), np.asarray(labels)))


@kind("counted")
def _counted(draw: Draw) -> Sample:
    rows = draw(array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=SIDE))
    labels = np.asarray(draw(arrays(np.intp, rows, elements=st.integers(0, 2))))
    if draw(st.booleans()):  # nothing is ignored
        return Sample((array(draw, rows), labels, np.broadcast_to(1.0, rows)), {"ignore_index": 3})
    return Sample((array(draw, rows), labels, array(draw, rows, (0.0, 2.0))), {"ignore_index": 2})
