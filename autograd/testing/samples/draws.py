"""Drawing numbers, shapes, axes and memory layouts: what every kind of operand is made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

Shape = tuple[int, ...]
Draw = Callable[[st.SearchStrategy], Any]
ANY = (-2.0, 2.0)
SIDE = 3  # small arrays fail as readily as large ones, and each element costs two evaluations

seeds = st.integers(0, 2**32 - 1)
shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=SIDE)
layouts = st.sampled_from(["rows", "columns", "every second", "backwards"])


def array(draw: Draw, shape: Shape, domain: Any = ANY) -> np.ndarray:
    """Numbers from a domain (an interval, or a list of them), in any memory layout."""
    rng = np.random.default_rng(draw(seeds))
    pieces = np.array(domain if isinstance(domain, list) else [domain])
    low, high = pieces[rng.integers(len(pieces), size=shape)].T
    return lay_out(draw, rng.uniform(low.T, high.T))


def distinct(draw: Draw, shape: Shape, offset: float = 0.0) -> np.ndarray:
    """Numbers at least 0.1 apart from each other, multiples of 0.2 plus `offset`."""
    rng = np.random.default_rng(draw(seeds))
    size = int(np.prod(shape))
    return lay_out(draw, 0.2 * (rng.permutation(size).reshape(shape) - size // 2) + offset)


def lay_out(draw: Draw, array: Any) -> np.ndarray:
    """The same array with other strides: what a transpose or a slice leaves behind."""
    array = np.asarray(array)
    if not array.ndim:
        return array
    layout = draw(layouts)
    if layout == "columns":
        return np.asfortranarray(array)
    if layout == "every second":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if layout == "backwards":
        return array[..., ::-1].copy()[..., ::-1]
    return array


def broadcasting(count: int) -> st.SearchStrategy[tuple[Shape, ...]]:
    return mutually_broadcastable_shapes(
        num_shapes=count, max_dims=3, min_side=0, max_side=SIDE
    ).map(lambda drawn: drawn.input_shapes)


def signed(draw: Draw, axis: int, ndim: int) -> int:
    """The same axis, counted from either end."""
    return draw(st.sampled_from([axis, axis - ndim]))


def some_axes(draw: Draw, ndim: int) -> Any:
    """None, one axis, or a tuple of several (or of none), counted from either end."""
    if not ndim or draw(st.booleans()):
        return draw(st.sampled_from([None, ()])) if not ndim else None
    if draw(st.booleans()):
        return signed(draw, draw(st.integers(0, ndim - 1)), ndim)
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim))
    return tuple(signed(draw, a, ndim) for a in axes)
