"""Operands of linear algebra: matrices far from singular, eigenvalues far from each other."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from autograd.testing.samples.draws import Draw, Shape, array, lay_out, seeds
from autograd.testing.samples.kinds import Sample, kind

sizes = st.integers(1, 3)
batches = array_shapes(min_dims=0, max_dims=1, min_side=0, max_side=2)


def _matrices(draw: Draw, batch: Shape, n: int, m: int, *, symmetric: bool = False) -> np.ndarray:
    """Random directions, and singular values (or eigenvalues) at least 0.3 apart and from 0."""
    rng = np.random.default_rng(draw(seeds))
    k = min(n, m)
    u = np.linalg.qr(rng.standard_normal((*batch, n, k))).Q
    v = u if symmetric else np.linalg.qr(rng.standard_normal((*batch, m, k))).Q
    spread = 0.5 * (1 + np.arange(k)) + rng.uniform(0, 0.2, (*batch, k))
    return (u * spread[..., None, :]) @ v.mT


@kind("invertible")
def _invertible(draw: Draw) -> Sample:
    n = draw(sizes)
    return Sample((lay_out(draw, _matrices(draw, draw(batches), n, n)),))


@kind("curvature of det")
def _curvature(draw: Draw) -> Sample:
    (x,), _ = _invertible(draw)
    return Sample((array(draw, x.shape), x))


@kind("full rank")
def _full_rank(draw: Draw) -> Sample:
    return Sample((lay_out(draw, _matrices(draw, draw(batches), draw(sizes), draw(sizes))),))


@kind("svd")
def _svd(draw: Draw) -> Sample:
    """Full where one vector is left over: its direction is no choice, so it can be checked."""
    n, m = draw(sizes), draw(sizes)
    full = draw(st.booleans()) and abs(n - m) == 1
    return Sample((lay_out(draw, _matrices(draw, draw(batches), n, m)),), {"full": full})


@kind("qr")
def _qr(draw: Draw) -> Sample:
    """At least as many rows as columns; complete as above."""
    m = draw(sizes)
    n = draw(st.integers(m, 3))
    x = lay_out(draw, _matrices(draw, draw(batches), n, m))
    return Sample((x,), {"complete": draw(st.booleans()) and n - m == 1})


@kind("positive definite")
def _positive_definite(draw: Draw) -> Sample:
    n = draw(sizes)
    x = _matrices(draw, draw(batches), n, n, symmetric=True)
    return Sample((lay_out(draw, (x + x.mT) / 2),))


@kind("symmetric")
def _symmetric(draw: Draw) -> Sample:
    """Eigenvalues of either sign."""
    n = draw(sizes)
    x = _matrices(draw, draw(batches), n, n, symmetric=True)
    return Sample((lay_out(draw, (x + x.mT) / 2 - 1.25 * np.eye(n)),))


@kind("solve")
def _solve(draw: Draw) -> Sample:
    n, m = draw(sizes), draw(sizes)
    batch = draw(batches)
    a = _matrices(draw, draw(st.sampled_from([batch, ()])), n, n)
    b = draw(st.sampled_from([(n,), (n, m), (*batch, n, m)]))
    return Sample((lay_out(draw, a), array(draw, b)))


@kind("expm")
def _expm(draw: Draw) -> Sample:
    n = draw(sizes)
    return Sample((array(draw, (*draw(batches), n, n), (-1.0, 1.0)),))


@kind("real eigenvalues")
def _real_eigenvalues(draw: Draw) -> Sample:
    """Triangles with their eigenvalues on the diagonal, far apart, seen from another basis."""
    n = draw(sizes)
    batch = draw(batches)
    rng = np.random.default_rng(draw(seeds))
    upper = np.triu(rng.uniform(-0.3, 0.3, (*batch, n, n)), 1)
    spread = np.eye(n) * (np.arange(n) - 1 + rng.uniform(0, 0.2, (*batch, n)))[..., None, :]
    q = np.linalg.qr(rng.standard_normal((*batch, n, n))).Q
    return Sample((lay_out(draw, q @ (upper + spread) @ q.mT),))
