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


@kind("rows")
def _rows(draw: Draw) -> Sample:
    return Sample((array(draw, draw(array_shapes(min_dims=1, min_side=0, max_side=SIDE))),))


@kind("pairs of rows")
def _pairs_of_rows(draw: Draw) -> Sample:
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    sizes = (draw(st.integers(0, SIDE)) for _ in range(2))
    return Sample(tuple(array(draw, (*rows, size)) for size in sizes))


@kind("linear")
def _linear(draw: Draw) -> Sample:
    inputs, outputs = draw(st.integers(0, SIDE)), draw(st.integers(0, SIDE))
    rows = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=SIDE))
    bias = draw(st.none() | st.just(array(draw, (outputs,))))
    return Sample((array(draw, (*rows, inputs)), array(draw, (outputs, inputs)), bias))


#: A sum, a trace, diagonals, letters that only one operand has, three operands.
EXPRESSIONS = (
    *("ij,jk->ik", "i,i->", "ij->", "ij->ji", "ii->", "ii->i", "iij->ji", "iji->j", "iii->i"),
    *("i,j->ij", "ij,kl->il", "aij,ajk->aik", "ij,ij->ij", "ii,ij->j", "ij,jk,kl->il"),
    *("i,ij,j->", "ij,i,ij->j", "i,i,i->i", "a,->a", "ij,k->i"),
)


@kind("einsum")
def _einsum(draw: Draw) -> Sample:
    """Letters of any size; an axis that an operand does not repeat may be 1 and broadcast."""
    subscripts = draw(st.sampled_from(EXPRESSIONS))
    sizes = {c: draw(st.integers(0, SIDE)) for c in sorted(set(subscripts) - set(",->"))}
    operands = []
    for term in subscripts.split("->")[0].split(","):
        thin = draw(st.sampled_from([None, None, *term]))
        shape = tuple(1 if c == thin and term.count(c) == 1 else sizes[c] for c in term)
        operands.append(array(draw, shape))
    return Sample(tuple(operands), {"subscripts": subscripts, "optimize": draw(st.booleans())})
