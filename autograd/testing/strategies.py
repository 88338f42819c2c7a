"""Hypothesis strategies for tests of one's own: arrays, operands that broadcast, indices.

@given(operands(2))
def test_my_operation(pair):
    check_grad(my_operation, *pair)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples import draws
from autograd.testing.samples.index import index_of


def arrays(
    shape: tuple[int, ...] | None = None, domain: Any = draws.ANY
) -> st.SearchStrategy[np.ndarray]:
    """float64 arrays in any memory layout, 0-d and empty ones among them.

    Args:
        shape: theirs; any of up to 3 axes by default.
        domain: the interval `(lo, hi)` of the numbers, or a list of intervals.

    >>> import hypothesis
    >>> hypothesis.find(arrays((2,), domain=(0.5, 0.5)), lambda x: True)
    array([0.5, 0.5])
    """

    @st.composite
    def drawn(draw: draws.Draw) -> np.ndarray:
        return draws.array(draw, draw(draws.shapes) if shape is None else shape, domain)

    return drawn()


def operands(count: int, domain: Any = draws.ANY) -> st.SearchStrategy[tuple[np.ndarray, ...]]:
    """Arrays whose shapes broadcast with each other.

    >>> import hypothesis
    >>> pair = hypothesis.find(operands(2), lambda pair: pair[0].ndim > pair[1].ndim)
    >>> np.broadcast_shapes(*(x.shape for x in pair)) == pair[0].shape
    True
    """

    @st.composite
    def drawn(draw: draws.Draw) -> tuple[np.ndarray, ...]:
        shapes = draw(draws.broadcasting(count))
        return tuple(draws.array(draw, shape, domain) for shape in shapes)

    return drawn()


def indices(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    """Any index NumPy takes for an array of this shape: basic, integer, boolean and mixed.

    >>> import hypothesis
    >>> hypothesis.find(indices((3,)), lambda i: isinstance(i, slice))
    slice(None, None, None)
    """

    @st.composite
    def drawn(draw: draws.Draw) -> Any:
        return index_of(draw, np.empty(shape))

    return drawn()
