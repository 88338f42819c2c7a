"""Class numbers: checked, counted, and where the score of each lies among all scores."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.along import take
from autograd.ops.asked import _array
from autograd.ops.losses import _numbers
from autograd.ops.reduce import row_starts
from autograd.primitive import Primitive
from autograd.recorder import record
from autograd.value import Value


def _float_like(scores: Any) -> np.dtype:
    """The dtype of losses of these scores."""
    return scores.dtype if scores.dtype.kind == "f" else np.dtype(np.float64)


def _class_weights(name: str, weight: Any, classes: int) -> Any:
    if weight is None:
        return None
    weight = _array(weight, name)
    if weight.shape != (classes,):
        raise ShapeError(
            f"{name}: {describe(weight, 'weight')} must hold a number for each of the {classes} "
            f"classes: shape ({classes},)"
        )
    return weight


def _labels(name: str, target: Any, scores: Any, weight: Any, ignore_index: int) -> tuple[Any, Any]:
    """Class numbers, each in its range, and how much each row counts: None where all count 1."""
    if not isinstance(ignore_index, (int, np.integer)):
        raise TypeError(f"{name}: ignore_index must be an int, got {ignore_index!r:.60}")
    labels = target if isinstance(target, Value) and target.traced else _numbers(target)
    classes = scores.shape[-1] if scores.ndim else 0
    if labels.dtype.kind not in "iu" or labels.shape != scores.shape[:-1]:
        raise ShapeError(
            f"{name}: needs an integer for each row of classes: {describe(scores, 'x')} wants a "
            f"target of shape {scores.shape[:-1]}, got {labels.dtype} of shape {labels.shape}"
        )
    dtype = _float_like(scores)
    settings = {"classes": classes, "ignore_index": int(ignore_index), "dtype": dtype}
    fixed = None if isinstance(weight, Value) else weight
    counts = record(_COUNTS, (labels,), {"name": name, **settings, "weight": fixed})
    if weight is not fixed:
        counts = counts * take(weight, places_of(labels, classes) % classes, 0)
    traced = isinstance(counts, Value)  # and other calls may have other labels
    return labels, None if not traced and all_count(counts) else counts


def all_in_range(labels: np.ndarray, classes: int) -> bool:
    """Whether class numbers are from 0 to classes - 1, at one look: -1 is a very large one."""
    if not labels.size:
        return True
    found = _unsigned(labels)
    return found.item(found.argmax()) < classes  # the place of the largest is found quicker than it


def _unsigned(labels: np.ndarray) -> np.ndarray:
    """The same bits, in which numbers below 0 are very large ones."""
    return labels.view(_unsigned_kind(labels.dtype))


@functools.cache
def _unsigned_kind(dtype: np.dtype) -> np.dtype:
    return np.dtype(dtype.str.replace("i", "u"))


@functools.lru_cache(32)
def _once_each(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Where nothing is ignored, and no class counts more than another: a single 1 everywhere."""
    return np.broadcast_to(np.ones((), dtype), shape)


def all_count(counts: np.ndarray) -> bool:
    """Whether every row counts once, as told by one number that stands for all."""
    strides = counts.strides
    return bool(strides) and not any(strides)


def _label_counts(
    labels: Any, name: str, classes: int, ignore_index: int, dtype: Any, weight: Any
) -> np.ndarray:
    """How much each label counts; raises where one is no class."""
    fit = all_in_range(labels, classes)
    if fit and not 0 <= ignore_index < classes:
        ones = _once_each(labels.shape, dtype)
        return ones if weight is None else weight[labels].astype(dtype, copy=False)
    kept = labels != ignore_index
    bad = kept & ((labels < 0) | (labels >= classes))
    if bad.any():
        raise ValueError(
            f"{name}: class numbers must be from 0 to {classes - 1}, found "
            f"{labels[bad].flat[0]}; count from 0, or name it with ignore_index"
        )
    found = kept.astype(dtype)
    return found if weight is None else found * weight[np.where(kept, labels, 0)].astype(dtype)


@functools.lru_cache(64)
def label_bounds(shape: tuple[int, ...], dtype: str, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """The last class, or the last number there is of that dtype; and where the rows begin."""
    last = min(max(classes - 1, 0), np.iinfo(dtype).max)
    starts = row_starts(math.prod(shape), classes).reshape(shape).astype(np.uint64)
    return np.array(last, _unsigned_kind(np.dtype(dtype))), starts


def _places(labels: Any, classes: int) -> np.ndarray:
    """Where the score of each label lies among all scores; of one that is ignored, the last."""
    last, starts = label_bounds(labels.shape, labels.dtype.str, classes)
    return (np.minimum(_unsigned(labels), last) + starts).view(np.int64)


def _total(counts: Any) -> Any:
    if all_count(counts):
        return counts.dtype.type(counts.size or np.nan)
    return np.add.reduce(counts, None) or counts.dtype.type(np.nan)


#: An operation, so that a compiled function checks the labels of every call.
_COUNTS = Primitive(
    "label_counts",
    _label_counts,
    (None,),
    ("labels",),
    ("name", "classes", "ignore_index", "dtype", "weight"),
)
_PLACES = Primitive("label_places", _places, (None,), ("labels",), ("classes",))
_TOTAL = Primitive("total_count", _total, (None,), ("counts",))


def places_of(labels: Any, classes: int) -> Any:
    """Where the score of each label lies among all scores."""
    if isinstance(labels, Value):
        return record(_PLACES, (labels,), {"classes": classes})
    return _places(labels, classes)


def total_of(counts: Any) -> Any:
    """How much all rows count together; NaN where none does: a mean of nothing, as in PyTorch."""
    return record(_TOTAL, (counts,), None)
