"""Targets: the ideal answers, checked before a loss compares predictions with them.

Most first attempts at training fail here: labels that count from 1, one-hot rows where class
numbers were meant, a column against a row. Each check says what it found and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ShapeError, Value
from autograd.ops.labels import all_in_range
from autograd.primitive import Primitive
from autograd.recorder import record


def numbers(target: Any, name: str) -> Any:
    """The target as an array of real numbers; a stand-in, which a trace gives, stays one."""
    if isinstance(target, Value) and target.traced:
        return target.detach() if target.requires_grad else target
    if isinstance(target, Value):
        return np.asarray(target._seen())
    try:
        array = np.asarray(target)
    except ValueError:
        raise ShapeError(f"{name}: the rows of the target differ in length") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name}: the target must hold numbers, got {array.dtype} such as "
            f"{array.flat[0]!r:.40}; np.unique(y, return_inverse=True) gives class names numbers"
        )
    return array


def cast(array: Any, dtype: Any) -> Any:
    """The same numbers in another dtype."""
    return array if array.dtype == dtype else array.astype(dtype)


def checked(check: Callable[..., Any], target: Any, **settings: Any) -> Any:
    """`check(target, **settings)`, and if a compiled function is given the target, at every call.

    Args:
        check: looks at the numbers, raises what is wrong with them and returns them.
    """
    if not (isinstance(target, Value) and target.traced):
        return check(target, **settings)
    key = (check, settings["name"])
    if key not in _CHECKS:
        _CHECKS[key] = Primitive("checked_target", check, (None,), ("target",), tuple(settings))
    return record(_CHECKS[key], (target,), settings)


_CHECKS: dict[Any, Primitive] = {}


def like(target: Any, shape: tuple[int, ...], dtype: Any, name: str) -> Any:
    """The target in the prediction's shape and dtype; a last axis of 1 may be missing or extra."""
    array = numbers(target, name)
    if array.shape != shape:
        if (*array.shape, 1) != shape and array.shape != (*shape, 1):
            raise ShapeError(
                f"{name}: prediction and target need the same shape, got prediction {shape} and "
                f"target {array.shape}{_hint(array, shape)}"
            )
        array = array.reshape(shape)
    return cast(array, dtype)


def _hint(target: np.ndarray, shape: tuple[int, ...]) -> str:
    """What to do about a target that does not fit, as a clause; nothing if there is no telling."""
    if len(shape) < 2 or shape[:-1] not in (target.shape, target.shape[:-1]):
        return ""
    if target.shape == shape[:-1] and target.dtype.kind in "iu":
        return (
            "; for class numbers use loss='sparse_categorical_crossentropy', or "
            f"nn.one_hot(y, {shape[-1]})"
        )
    outputs = target.shape[-1] if target.ndim == len(shape) else 1
    return f"; the last layer needs {outputs} output{'s' * (outputs != 1)} for this target"


def probabilities(target: Any, name: str) -> Any:
    """The target, if all of it lies in [0, 1]."""
    return checked(_probabilities, target, name=name)


def wanted(target: Any, shape: tuple[int, ...]) -> bool:
    """Whether it is a Value in the prediction's shape that wants a gradient itself."""
    return isinstance(target, Value) and target.requires_grad and target.shape == shape


def _probabilities(target: np.ndarray, name: str) -> np.ndarray:
    if target.size and not (target.min() >= 0 and target.max() <= 1):
        lost = np.isnan(target)
        if lost.any():
            raise ValueError(
                f"{name}: targets are probabilities from 0 to 1, but {np.count_nonzero(lost):,} of "
                f"them are NaN, first at index {_show(_first(lost))}; remove or replace them"
            )
        bad = _first(~((target >= 0) & (target <= 1)))
        raise ValueError(
            f"{name}: targets are probabilities from 0 to 1, found {target.min():g} to "
            f"{target.max():g}, first at index {_show(bad)}: {target[bad]:g}; "
            "use 0 for no and 1 for yes, or loss='mse' for other numbers"
        )
    return target


def class_indices(
    target: Any, shape: tuple[int, ...], name: str, ignored: int | None = None
) -> Any:
    """The target as class numbers, one for each row of predictions of `shape` (..., classes).

    The class number `ignored` may be out of range.
    """
    array = numbers(target, name)
    *rows, classes = shape
    if array.shape == (*rows, 1) and classes > 1:
        array = array.reshape(rows)
    if array.shape == shape:
        raise ShapeError(
            f"{name}: the target has the prediction's shape {shape}, like one-hot rows, but needs "
            "one class number per row: use loss='categorical_crossentropy' (or "
            "nn.CrossEntropyLoss()) for one-hot rows, or y.argmax(axis=-1)"
        )
    if array.shape != tuple(rows):
        raise ShapeError(
            f"{name}: needs one class number for each prediction: prediction {shape}, "
            f"so target {tuple(rows)}, got {array.shape}"
        )
    if array.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: class numbers are integers, got {array.dtype}"
            + (f" such as {array.flat[0]}" if array.size else "")
            + "; use y.astype(int) if they are whole numbers"
        )
    return in_range(array, classes, name, ignored)


def in_range(labels: Any, classes: int, name: str, ignored: int | None = None) -> Any:
    """The labels, if each is one of 0 .. classes - 1 (or `ignored`)."""
    return checked(_in_range, labels, classes=classes, name=name, ignored=ignored)


def _in_range(labels: np.ndarray, classes: int, name: str, ignored: int | None) -> np.ndarray:
    if not all_in_range(labels, classes):
        wrong = (labels < 0) | (labels >= classes)
        if ignored is not None:
            wrong &= labels != ignored
            if not wrong.any():
                return labels
        bad = _first(wrong)
        raise ValueError(
            f"{name}: labels must be 0 to {classes - 1} for {classes} classes, found "
            f"{labels.min()} to {labels.max()}, first at index {_show(bad)}: {labels[bad]}; "
            + (
                "give room for more classes, or let labels count from 0"
                if name == "one_hot"
                else "give the last layer more outputs, or let labels count from 0"
            )
        )
    return labels


def one_hot(labels: Any, classes: int, dtype: Any = np.float32) -> np.ndarray:
    """The ideal answer to each label: 1 for its class, 0 elsewhere.

    Args:
        labels: (...) integers from 0 to classes - 1.
        classes: how many there are.

    Returns:
        (..., classes).

    Raises:
        ValueError: the labels are no integers, or out of range.

    >>> nn.one_hot([1, 0], 3)
    array([[0., 1., 0.],
           [1., 0., 0.]], dtype=float32)
    """
    array = numbers(labels, "one_hot")
    if array.dtype.kind not in "iu" and array.size:
        raise ValueError(
            f"one_hot: labels are integers, got {array.dtype} such as {array.flat[0]}; "
            "use labels.astype(int) if they are whole numbers"
        )
    return rows_of(in_range(array, classes, "one_hot"), classes, dtype)


def rows_of(labels: Any, classes: int, dtype: Any) -> Any:
    """`one_hot` without its checks; of labels that a compiled function is given, too."""
    return record(_ROWS, (labels,), {"classes": classes, "dtype": dtype})


def _rows_of(labels: Any, classes: int, dtype: Any) -> np.ndarray:
    labels = np.asarray(labels)
    rows = np.zeros((labels.size, classes), dtype)
    rows[np.arange(labels.size), labels.astype(np.intp, copy=False).ravel()] = 1
    return rows.reshape(*labels.shape, classes)


_ROWS = Primitive("one_hot", _rows_of, (None,), ("labels",), ("classes", "dtype"))


def _first(bad: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), bad.shape))


def _show(index: tuple[int, ...]) -> str:
    return str(index[0]) if len(index) == 1 else str(index)
