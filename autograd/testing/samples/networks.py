"""Operands of networks: images with kernels that fit, windows, tables and their indices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples.draws import SIDE, Draw, Shape, array, distinct, seeds
from autograd.testing.samples.kinds import Sample, kind


def _geometry(draw: Draw) -> tuple[Shape, Shape, Shape, dict[str, Any]]:
    """Shapes of an input, a weight and an output that fit, and the parameters of `conv`."""
    axes = draw(st.sampled_from([1, 1, 2, 2, 3]))
    groups, per_group, outputs = (draw(st.integers(1, 2)) for _ in range(3))
    params: dict[str, Any] = {"stride": (), "padding": (), "dilation": ()}
    size, kernel, out = [], [], []
    for _ in range(axes):
        k, m, s, d = (draw(st.integers(1, 2)) for _ in range(4))
        lo, hi = draw(st.integers(0, 1)), draw(st.integers(-1, 1))
        n = (m - 1) * s + d * (k - 1) + 1 - lo - hi
        if n < 1:
            n, lo, hi = n + lo + hi, 0, 0
        size.append(n)
        kernel.append(k)
        out.append(m)
        for name, item in zip(params, (s, (lo, hi), d), strict=True):
            params[name] += (item,)
    images = draw(st.integers(0, 2))
    return (
        (images, groups * per_group, *size),
        (groups * outputs, per_group, *kernel),
        (images, groups * outputs, *out),
        params | {"groups": groups},
    )


@kind("conv")
def _conv(draw: Draw) -> Sample:
    x, weight, _, params = _geometry(draw)
    bias = draw(st.none() | st.just(array(draw, weight[:1])))
    return Sample((array(draw, x), array(draw, weight), bias), params)


@kind("by channel")
def _by_channel(draw: Draw) -> Sample:
    return Sample((array(draw, _geometry(draw)[2]),))


@kind("conv_transpose")
def _conv_transpose(draw: Draw) -> Sample:
    _, weight, y, params = _geometry(draw)
    return Sample((array(draw, y), array(draw, weight)), params)


@kind("conv_weight")
def _conv_weight(draw: Draw) -> Sample:
    x, _, y, params = _geometry(draw)
    return Sample((array(draw, x), array(draw, y)), params)


def _pooled(draw: Draw, *, dilated: bool) -> tuple[Shape, Shape, dict[str, Any]]:
    """Shapes of an input and an output, and the parameters of pooling."""
    axes = draw(st.integers(1, 3))
    names = ("kernel", "stride", "padding", *(("dilation",) * dilated))
    params: dict[str, Any] = dict.fromkeys(names, ())
    size, out = [], []
    for _ in range(axes):
        k, m, s, d = (draw(st.integers(1, 2)) for _ in range(4))
        d = d if dilated else 1
        lo, hi = draw(st.integers(0, k // 2)), draw(st.integers(-1, k // 2))
        n = (m - 1) * s + d * (k - 1) + 1 - lo - hi
        if n < max(1, d):
            n, lo, hi = n + lo + hi, 0, 0
        size.append(n)
        out.append(m)
        for name, item in zip(names, (k, s, (lo, hi), d), strict=False):
            params[name] += (item,)
    batch = draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (0, 1)]))
    return (*batch, *size), (*batch, *out), params


@kind("max_pool")
def _max_pool(draw: Draw) -> Sample:
    x, _, params = _pooled(draw, dilated=True)
    return Sample((distinct(draw, x),), params)


@kind("im2col")
def _im2col(draw: Draw) -> Sample:
    x, _, params = _pooled(draw, dilated=True)
    return Sample((array(draw, x),), params)


@kind("col2im")
def _col2im(draw: Draw) -> Sample:
    x, out, params = _pooled(draw, dilated=True)
    rows = x[1] * math.prod(params["kernel"])
    return Sample((array(draw, (x[0], rows, math.prod(out[2:]))),), params | {"size": x[2:]})


def _tops(draw: Draw) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    from autograd.primitive import registry

    shape, _, params = _pooled(draw, dilated=True)
    x = distinct(draw, shape)
    return registry["max_pool"].forward(x, **params), x, params


@kind("pool_to_winners")
def _to_winners(draw: Draw) -> Sample:
    top, x, params = _tops(draw)
    return Sample((array(draw, top.shape), top, x), params)


@kind("pool_from_winners")
def _from_winners(draw: Draw) -> Sample:
    top, x, params = _tops(draw)
    return Sample((array(draw, x.shape), top, x), params)


def _mean_windows(draw: Draw) -> tuple[Shape, Shape, dict[str, Any]]:
    x, y, params = _pooled(draw, dilated=False)
    inside = all(lo == 0 and hi <= 0 for lo, hi in params["padding"])
    divisor = draw(st.sampled_from(["inside", "all", 3] if inside else ["all", 3]))
    return x, y, params | {"divisor": divisor}


@kind("avg_pool")
def _avg_pool(draw: Draw) -> Sample:
    x, _, params = _mean_windows(draw)
    return Sample((array(draw, x),), params)


@kind("avg_unpool")
def _avg_unpool(draw: Draw) -> Sample:
    x, y, params = _mean_windows(draw)
    return Sample((array(draw, y),), params | {"size": x[2:]})


def _indices(draw: Draw, rows: int) -> Any:
    shape = draw(st.sampled_from([(), (1,), (4,), (2, 2), (0,)]))
    return np.random.default_rng(draw(seeds)).integers(0, rows, size=shape)


@kind("embedding")
def _embedding(draw: Draw) -> Sample:
    rows = draw(st.integers(1, SIDE))
    return Sample((_indices(draw, rows), array(draw, (rows, draw(st.integers(0, SIDE))))))


@kind("add_rows")
def _add_rows(draw: Draw) -> Sample:
    rows = draw(st.integers(1, SIDE))
    indices = _indices(draw, rows)
    y = array(draw, (*indices.shape, draw(st.integers(0, SIDE))))
    return Sample((indices, y), {"rows": rows})


@kind("standardize")
def _standardize(draw: Draw) -> Sample:
    ndim = draw(st.integers(1, 3))
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1, max_size=ndim))
    shape = tuple(draw(st.integers(2 if i in axes else 0, SIDE)) for i in range(ndim))
    eps = draw(st.sampled_from([0.1, 1.0]))  # curvature, and so a difference's error, stays small
    return Sample((array(draw, shape),), {"axes": tuple(axes), "eps": eps})


@kind("lstm")
def _lstm(draw: Draw) -> Sample:
    batch = draw(st.sampled_from([(), (0,), (1,), (3,), (2, 2)]))
    hidden = draw(st.integers(0, SIDE))
    return Sample((array(draw, (*batch, 4 * hidden)), array(draw, (*batch, hidden))))


@kind("recurrent sums")
def _recurrent_sums(draw: Draw) -> Sample:
    batch = draw(st.sampled_from([(), (0,), (1,), (3,), (2, 2)]))
    inputs, hidden, sums = (draw(st.integers(1, SIDE)) for _ in range(3))
    shapes: list[Any] = [(*batch, inputs), (*batch, hidden), (sums, inputs), (sums, hidden)]
    given = [array(draw, shape) for shape in shapes]
    biases = [None, None] if draw(st.booleans()) else [array(draw, (sums,)) for _ in range(2)]
    return Sample((*given, *biases))


@kind("lstm sums")
def _lstm_sums(draw: Draw) -> Sample:
    return Sample((_lstm(draw).args[0],))
