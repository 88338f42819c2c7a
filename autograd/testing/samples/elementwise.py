"""Operands of choices and conversions; plain elementwise operations only name a domain."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples.draws import (
    Draw,
    array,
    broadcasting,
    distinct,
    lay_out,
    shapes,
)
from autograd.testing.samples.kinds import Sample, kind

AWAY_FROM_0 = [(-2.0, -0.3), (0.3, 2.0)]
BETWEEN_INTEGERS = [(-1.8, -1.2), (-0.8, -0.2), (0.2, 0.8), (1.2, 1.8)]


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


@kind("remainder")
def _remainder(draw: Draw) -> Sample:
    """x far from a multiple of y, where the remainder jumps."""
    x, y = draw(broadcasting(2))
    divisor = array(draw, y, [(-2.0, -0.5), (0.5, 2.0)])
    turns = array(draw, np.broadcast_shapes(x, y), BETWEEN_INTEGERS)
    return Sample((lay_out(draw, turns * divisor), divisor))


@kind("polygamma")
def _polygamma(draw: Draw) -> Sample:
    return Sample((array(draw, draw(shapes), (1.0, 3.0)),), {"n": draw(st.integers(1, 2))})


@kind("leaky_relu")
def _leaky_relu(draw: Draw) -> Sample:
    params = draw(st.sampled_from([{}, {"negative_slope": 0.2}]))
    return Sample((array(draw, draw(shapes), AWAY_FROM_0),), params)


@kind("elu")
def _elu(draw: Draw) -> Sample:
    params = draw(st.sampled_from([{}, {"alpha": 0.7}]))
    return Sample((array(draw, draw(shapes), AWAY_FROM_0),), params)


@kind("hardtanh")
def _hardtanh(draw: Draw) -> Sample:
    params, high = draw(st.sampled_from([({}, 1.0), ({"max_val": 0.5}, 0.5)]))
    domain = [(-2.0, -1.2), (-0.8, high - 0.2), (high + 0.2, 2.0)]
    return Sample((array(draw, draw(shapes), domain),), params)
