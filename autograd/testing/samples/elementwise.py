"""Operands of choices and conversions; plain elementwise operations only name a domain."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples.draws import (
    Draw,
    array,
    broadcasting,
    distinct,
    shapes,
)
from autograd.testing.samples.kinds import Sample, kind


@kind("distinct pair")
def _distinct_pair(draw: Draw) -> Sample:
    a, b = draw(broadcasting(2))
    return Sample((distinct(draw, a), distinct(draw, b, 0.1)))


@kind("where")
def _where(draw: Draw) -> Sample:
    condition, x, y = draw(broadcasting(3))
    return Sample((array(draw, condition) > 0, array(draw, x), array(draw, y)))


@kind("clip")
def _clip(draw: Draw) -> Sample:
    x, low, high = draw(broadcasting(3))
    args = (
        array(draw, x, [(-2.0, -0.7), (-0.3, 0.3), (0.7, 2.0)]),
        draw(st.none() | st.just(array(draw, low, (-0.6, -0.4)))),
        draw(st.none() | st.just(array(draw, high, (0.4, 0.6)))),
    )
    return Sample(args)


@kind("astype")
def _astype(draw: Draw) -> Sample:
    dtype = draw(st.sampled_from([np.float64, np.longdouble]))  # as precise as the check needs
    return Sample((array(draw, draw(shapes)),), {"dtype": dtype})
