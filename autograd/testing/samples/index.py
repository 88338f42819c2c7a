"""Operands of indexing: any index NumPy takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.samples.draws import (
    SIDE,
    Draw,
    Shape,
    array,
    seeds,
    shapes,
)
from autograd.testing.samples.kinds import Sample, kind


def _slice(draw: Draw) -> slice:
    ends = st.none() | st.integers(-SIDE - 1, SIDE + 1)
    return slice(draw(ends), draw(ends), draw(st.sampled_from([None, 1, 2, -1, -2])))


def _integers(draw: Draw, n: int, shape: Shape) -> np.ndarray:
    """Places on an axis of length n, from either end, some of them repeatedly."""
    rng = np.random.default_rng(draw(seeds))
    return rng.integers(-n, n, size=shape)


def _mask(draw: Draw, shape: Shape) -> np.ndarray:
    return np.random.default_rng(draw(seeds)).random(shape) < 0.5


def _index(draw: Draw, shape: Shape) -> Any:
    """Any index NumPy takes for an array of this shape."""
    whole = draw(st.sampled_from(["by axis", "by axis", "mask", "list", "0-d mask"]))
    if whole == "mask":
        return _mask(draw, shape[: draw(st.integers(1, max(len(shape), 1)))])
    if whole == "0-d mask":
        return draw(st.sampled_from([True, False, (None, True), np.True_]))
    if whole == "list" and shape and shape[0]:
        return _integers(draw, shape[0], (2,)).tolist()
    return _index_by_axis(draw, shape)


def _index_by_axis(draw: Draw, shape: Shape) -> Any:
    """One part per axis, with new axes and an ellipsis between them."""
    picked = draw(st.sampled_from([(), (1,), (2,), (2, 1), (0,)]))  # of all the integer arrays
    parts: list[Any] = []
    for n in shape:
        what = draw(st.sampled_from(["slice", "slice", "int", "ints", "mask"]))
        if what == "slice" or not n:
            parts.append(_slice(draw))
        elif what == "int":
            parts.append(draw(st.integers(-n, n - 1)))
        elif what == "ints":
            parts.append(_integers(draw, n, draw(st.sampled_from([picked, (1,), ()]))))
        elif not any(isinstance(p, np.ndarray) for p in parts):
            parts.append(_one_mask(draw, n, picked))
    parts = parts[: draw(st.integers(0, len(parts)))]
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), None)
    if len(parts) and draw(st.booleans()):
        parts.append(Ellipsis)
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else tuple(parts)


def _one_mask(draw: Draw, n: int, picked: Shape) -> np.ndarray:
    """A mask of one axis whose count of True broadcasts with the integer arrays around it."""
    count = min(picked[-1], n) if picked else 1
    mask = np.zeros(n, bool)
    mask[np.random.default_rng(draw(seeds)).permutation(n)[:count]] = True
    return mask


def _can_index(array: np.ndarray, index: Any) -> bool:
    try:
        array[index]
    except IndexError:  # a mask and an integer array of different counts
        return False
    return True


def index_of(draw: Draw, base: np.ndarray) -> Any:
    """An index that NumPy takes for `base`."""
    index = _index(draw, base.shape)
    return index if _can_index(base, index) else ...


def _indexed(draw: Draw) -> tuple[np.ndarray, Any]:
    base = array(draw, draw(shapes))
    return base, index_of(draw, base)


@kind("getitem")
def _getitem(draw: Draw) -> Sample:
    base, index = _indexed(draw)
    return Sample((base,), {"index": index})


@kind("put_back")
def _put_back(draw: Draw) -> Sample:
    base, index = _indexed(draw)
    return Sample((array(draw, np.shape(base[index])),), {"index": index, "shape": base.shape})


@kind("set_at")
def _set_at(draw: Draw) -> Sample:
    base, index = _indexed(draw)
    shape = np.shape(base[index])
    kept = shape[draw(st.integers(0, len(shape))) :]
    new = array(draw, tuple(draw(st.sampled_from([n, 1])) for n in kept))
    return Sample((base, new), {"index": index})


def _line(draw: Draw) -> tuple[Shape, int]:
    """A shape with something on one axis, and that axis."""
    ndim = draw(st.integers(1, 3))
    axis = draw(st.integers(0, ndim - 1))
    return tuple(draw(st.integers(int(i == axis), SIDE)) for i in range(ndim)), axis


@kind("take")
def _take(draw: Draw) -> Sample:
    shape, axis = _line(draw)
    indices = _integers(draw, shape[axis], draw(st.sampled_from([(), (0,), (3,), (2, 2)])))
    return Sample((array(draw, shape), np.asarray(indices)), {"axis": axis})


@kind("put_taken")
def _put_taken(draw: Draw) -> Sample:
    (x, indices), params = _take(draw)
    taken = array(draw, np.take(x, indices, **params).shape)
    return Sample((taken, indices), params | {"shape": x.shape})


@kind("take_along_axis")
def _take_along_axis(draw: Draw) -> Sample:
    shape, axis = _line(draw)
    picks = draw(st.integers(0, SIDE))
    others = [draw(st.sampled_from([n, 1])) for n in shape]
    wanted = tuple(picks if i == axis else n for i, n in enumerate(others))
    return Sample((array(draw, shape), _integers(draw, shape[axis], wanted)), {"axis": axis})


@kind("put_along")
def _put_along(draw: Draw) -> Sample:
    (x, indices), params = _take_along_axis(draw)
    taken = array(draw, np.take_along_axis(x, indices, **params).shape)
    return Sample((taken, indices), params | {"shape": x.shape})


@kind("put_along_axis")
def _put_along_axis(draw: Draw) -> Sample:
    (x, indices), params = _take_along_axis(draw)
    put = np.take_along_axis(x, indices, **params).shape
    values = array(draw, draw(st.sampled_from([put, put[1:], ()])))
    return Sample((x, indices, values), params)
