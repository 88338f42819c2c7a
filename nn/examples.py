"""Examples: inputs and ideal answers, an example in each row, checked before training.

Inputs are an array, or a tuple or dict of arrays for a model whose `forward` takes several. An
array that lives in a file (a memory map, an HDF5 dataset) is left there and read row by row.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograd import ShapeError, Value


def plain(x: Any) -> np.ndarray:
    """The numbers of an array-like or a Value."""
    return x._data if isinstance(x, Value) else np.asarray(x)


def in_a_file(x: Any) -> bool:
    """Whether `x` is an array that should not be read as a whole.

    A column of a table (pandas) is in memory, and its [i] looks for a label: it is none of these.
    """
    if isinstance(x, np.ndarray):
        return isinstance(x, np.memmap)
    return (
        not isinstance(x, Value)
        and not hasattr(x, "to_numpy")
        and all(hasattr(x, a) for a in ("shape", "dtype", "__getitem__"))
    )


def each(x: Any, do: Callable[[Any], Any]) -> Any:
    """`do` with every array of a tuple or dict of inputs, or with the only one."""
    if isinstance(x, tuple):
        return tuple(do(part) for part in x)
    if isinstance(x, dict):
        return {name: do(part) for name, part in x.items()}
    return do(x)


def parts(x: Any) -> list[Any]:
    """The arrays of `x` in a list."""
    return list(x) if isinstance(x, tuple) else list(x.values()) if isinstance(x, dict) else [x]


def rows(x: Any, asked: str, name: str) -> Any:
    """`x` as an array with an example in each row, or as several of one length."""
    if isinstance(x, dict) or (isinstance(x, tuple) and x and all(map(_is_array, x))):
        if isinstance(x, dict):
            x = {key: _rows(part, asked, f"{name}[{key!r}]") for key, part in x.items()}
        else:
            x = tuple(_rows(part, asked, f"{name}[{i}]") for i, part in enumerate(x))
        lengths = {len(part) for part in parts(x)}
        if len(lengths) > 1:
            raise ShapeError(
                f"{asked}: the inputs in {name} differ in length: {sorted(lengths)}; every input "
                "needs a row for each example"
            )
        return x
    return _rows(x, asked, name)


def _rows(x: Any, asked: str, name: str) -> Any:
    if in_a_file(x):
        array = x
    else:
        try:
            array = plain(x)
        except ValueError:
            raise ShapeError(
                f"{asked}: the examples in {name} differ in length{_where_ragged(name, x)}; cut or "
                "pad them to one"
            ) from None
    if not len(array.shape):
        file = "; read the file first: np.load or np.loadtxt" if isinstance(x, (str, Path)) else ""
        raise ShapeError(f"{asked}: {name} must hold one example a row, got {x!r:.60}{file}")
    if not len(array):
        raise ValueError(f"{asked}: {name} is empty, shape {array.shape}; there are no examples")
    return array


def _where_ragged(name: str, x: Any) -> str:
    """Which row is the first that is longer or shorter than the one before, as a clause."""
    lengths = [len(row) if hasattr(row, "__len__") else 0 for row in x]
    odd = next((i for i, n in enumerate(lengths) if n != lengths[0]), None)
    return "" if odd is None else f": {name}[0] has {lengths[0]}, {name}[{odd}] has {lengths[odd]}"


def _is_array(x: Any) -> bool:
    return hasattr(x, "shape") and len(x.shape) > 0


def count(x: Any) -> int:
    """How many examples there are."""
    return len(parts(x)[0])


def take(x: Any, chosen: Any) -> Any:
    """The chosen rows, by slice or by index, as arrays in memory."""
    return each(x, lambda part: _take(part, chosen))


def _take(x: Any, chosen: Any) -> np.ndarray:
    if not in_a_file(x):
        return x[chosen]
    if isinstance(chosen, slice):
        return np.array(x[chosen])
    order = np.argsort(chosen)  # a file is read from front to back
    found = np.asarray(x[chosen[order]])
    out = np.empty_like(found)
    out[order] = found
    return out


def pairs(x: Any, y: Any, asked: str) -> tuple[Any, Any]:
    """Inputs and targets as arrays of the same length."""
    x, y = rows(x, asked, "x"), _rows(y, asked, "y")
    if count(x) != len(y):
        raise ShapeError(
            f"{asked}: x has {count(x)} examples and y has {len(y)}; every x[i] needs its y[i]"
        )
    return x, y


def weights(sample_weight: Any, length: int, asked: str) -> np.ndarray | None:
    """How much each example counts, checked."""
    if sample_weight is None:
        return None
    array = np.asarray(plain(sample_weight))
    if not array.ndim or len(array) != length:
        raise ShapeError(
            f"{asked}: sample_weight must hold a number for each of the {length} examples, got "
            f"shape {array.shape}"
        )
    if array.dtype.kind not in "fiub" or not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{asked}: sample_weight must hold finite numbers that are at least 0")
    return array.astype(np.float64)


def class_weights(class_weight: Any, y: np.ndarray, asked: str) -> np.ndarray:
    """Each example's weight from that of its class, 1 where it has none, as in Keras.

    Args:
        class_weight: a dict from class number to weight.
        y: class numbers, or one-hot rows.

    >>> from nn.examples import class_weights
    >>> class_weights({1: 3.0}, np.array([0, 1, 1]), "fit")
    array([1., 3., 3.])
    """
    if not isinstance(class_weight, dict):
        raise TypeError(
            f"{asked}: class_weight must be a dict such as {{0: 1.0, 1: 5.0}}, got "
            f"{type(class_weight).__name__} {class_weight!r:.60}"
        )
    y = np.asarray(y)
    if y.ndim > 2:
        raise ShapeError(
            f"{asked}: class_weight needs one class for each example, got targets of shape "
            f"{y.shape}; use sample_weight"
        )
    if y.ndim == 2:
        y = y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)
    out = np.ones(len(y))
    for label, weight in class_weight.items():
        if not isinstance(label, (int, np.integer, float, np.floating)) or label % 1:
            raise TypeError(f"{asked}: class_weight's keys are class numbers, got {label!r}")
        weight = weight.item() if isinstance(weight, np.ndarray) and not weight.ndim else weight
        if not (
            isinstance(weight, (int, float, np.number, np.bool))
            and np.isfinite(weight)
            and weight >= 0
        ):
            raise ValueError(
                f"{asked}: class_weight must hold finite numbers that are at least 0, got "
                f"{label}: {weight!r}"
            )
        out[np.round(y) == label] = weight
    return out


def split(part: float, *arrays: Any) -> tuple[list[Any], list[Any]]:
    """Of each array the first rows to learn from, and the last `part` of them to judge."""
    if not isinstance(part, numbers.Real) or not 0 <= part < 1:
        raise ValueError(f"fit: validation_split must be at least 0 and below 1, got {part!r}")
    length = count(arrays[0])
    at = int(length * (1 - part))
    if not 0 < at < length:
        raise ValueError(
            f"fit: validation_split={part} of {length} examples leaves {at} to learn from and "
            f"{length - at} to judge; both need some"
        )

    def cut(array: Any, rows: slice) -> Any:
        return None if array is None else each(array, lambda a: a[rows])

    return [cut(a, slice(at)) for a in arrays], [cut(a, slice(at, None)) for a in arrays]


def check_counts(asked: str, **counts: Any) -> None:
    """Each of `counts` must be a positive integer; `asked` is who wants to know."""
    for name, number in counts.items():
        if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or number < 1:
            raise ValueError(f"{asked}: {name} must be a positive integer, got {number!r}")
