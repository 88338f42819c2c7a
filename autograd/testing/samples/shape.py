"""Operands of operations that rearrange or join."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from autograd.testing.samples.draws import (
    SIDE,
    Draw,
    array,
    shapes,
    signed,
)
from autograd.testing.samples.kinds import Sample, kind


@kind("reshape")
def _reshape(draw: Draw) -> Sample:
    old = draw(shapes)
    size = int(np.prod(old))
    options: list[Any] = [size, (size,), -1, old[::-1], (1, *old), (*old, 1), (*old[1:], *old[:1])]
    if size:
        options += [(1, -1), (*old[:-1], -1) if old else (), (*old[1:], -1)]
    return Sample((array(draw, old),), {"shape": draw(st.sampled_from(options))})


@kind("transpose")
def _transpose(draw: Draw) -> Sample:
    shape = draw(shapes)
    order = draw(st.permutations(range(len(shape))))
    axes = tuple(signed(draw, a, len(shape)) for a in order)
    return Sample((array(draw, shape),), draw(st.sampled_from([{}, {"axes": axes}])))


@kind("matrix")
def _matrix(draw: Draw) -> Sample:
    shape = draw(array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=SIDE))
    return Sample((array(draw, shape),))


@kind("broadcast")
def _broadcast(draw: Draw) -> Sample:
    target = draw(shapes)
    kept = target[draw(st.integers(0, len(target))) :]
    shape = tuple(draw(st.sampled_from([1, n])) for n in kept)
    return Sample((array(draw, shape),), {"shape": target})


@kind("expand_dims")
def _expand_dims(draw: Draw) -> Sample:
    shape = draw(shapes)
    count = draw(st.integers(1, 2))
    ndim = len(shape) + count
    places = draw(st.lists(st.integers(0, ndim - 1), min_size=count, max_size=count, unique=True))
    axes = tuple(signed(draw, a, ndim) for a in places)
    return Sample((array(draw, shape),), {"axis": axes[0] if count == 1 else axes})


@kind("squeeze")
def _squeeze(draw: Draw) -> Sample:
    shape = tuple(draw(st.lists(st.sampled_from([1, 1, 0, 2, 3]), max_size=4)))
    ones = [i for i, n in enumerate(shape) if n == 1]
    some = draw(st.lists(st.sampled_from(ones), unique=True)) if ones else []
    axes = tuple(signed(draw, a, len(shape)) for a in some)
    params = [{}, {"axis": None}, {"axis": axes}, *({"axis": a} for a in axes)]
    return Sample((array(draw, shape),), draw(st.sampled_from(params)))


@kind("concatenate")
def _concatenate(draw: Draw) -> Sample:
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=SIDE))
    axis = draw(st.integers(0, len(shape) - 1))
    sizes = draw(st.lists(st.integers(0, SIDE), min_size=1, max_size=4))
    pieces = [(*shape[:axis], n, *shape[axis + 1 :]) for n in sizes]
    named = axis or draw(st.booleans())
    params = {"axis": signed(draw, axis, len(shape))} if named else {}
    return Sample(tuple(array(draw, s) for s in pieces), params)


@kind("stack")
def _stack(draw: Draw) -> Sample:
    shape = draw(shapes)
    axis = draw(st.integers(0, len(shape)))
    named = axis or draw(st.booleans())
    count = draw(st.integers(1, 4))
    params = {"axis": signed(draw, axis, len(shape) + 1)} if named else {}
    return Sample(tuple(array(draw, shape) for _ in range(count)), params)
