"""Operands of reductions: which axes go, and how many elements each must have."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples.draws import (
    SIDE,
    Draw,
    Shape,
    array,
    distinct,
    some_axes,
)
from autograd.testing.samples.kinds import Sample, kind


def _reduction(draw: Draw, *, least: int) -> tuple[Shape, dict[str, Any]]:
    """A shape and what to reduce of it; every axis that goes has at least `least` elements."""
    ndim = draw(st.integers(0, 3))
    axis = some_axes(draw, ndim)
    gone = range(ndim) if axis is None else np.atleast_1d(np.array(axis, int)) % max(ndim, 1)
    shape = tuple(draw(st.integers(least if i in gone else 0, SIDE)) for i in range(ndim))
    params: dict[str, Any] = {} if axis is None and draw(st.booleans()) else {"axis": axis}
    return shape, params | draw(st.sampled_from([{}, {"keepdims": True}, {"keepdims": False}]))


@kind("sum")
def _sum(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=0)
    return Sample((array(draw, shape),), params)


@kind("reduction")
def _any_reduction(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=1)
    return Sample((array(draw, shape),), params)


@kind("variance")
def _variance(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=2)
    count_is_one = not shape or params.get("axis") == ()
    ddof = 0 if count_is_one else draw(st.integers(0, 1))
    return Sample((array(draw, shape),), params | ({"ddof": ddof} if ddof else {}))


@kind("distinct reduction")
def _distinct_reduction(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=1)
    return Sample((distinct(draw, shape),), params)


@kind("axis")
def _along_one_axis(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    axis = draw(st.integers(-ndim, ndim - 1))
    shape = tuple(draw(st.integers(int(i == axis % ndim), SIDE)) for i in range(ndim))
    named = axis != -1 or draw(st.booleans())
    return Sample((array(draw, shape),), {"axis": axis} if named else {})


@kind("products along")
def _products_along(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(0, SIDE)) for _ in range(ndim))
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1, max_size=ndim))
    return Sample((array(draw, shape), array(draw, shape)), {"axes": tuple(axes)})


@kind("sort")
def _sort(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(0, SIDE)) for _ in range(ndim))
    return Sample((distinct(draw, shape),), {"axis": draw(st.integers(0, ndim - 1))})


@kind("along an axis")
def _along_an_axis(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(0, SIDE)) for _ in range(ndim))
    return Sample((array(draw, shape),), {"axis": draw(st.integers(0, ndim - 1))})


@kind("recurrence")
def _recurrence(draw: Draw) -> Sample:
    (b,), params = _along_an_axis(draw)
    return Sample((b, array(draw, b.shape)), params)


@kind("norm")
def _norm(draw: Draw) -> Sample:
    shape, params = _reduction(draw, least=1)
    order = draw(st.sampled_from([1, 2, 3, 1.5]))
    return Sample((array(draw, shape, [(-2.0, -0.3), (0.3, 2.0)]),), params | {"ord": order})
