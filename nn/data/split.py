"""Splitting and scaling: what happens to data before the first batch."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from autograd import ShapeError, Value, generator
from nn import examples


def train_test_split(
    *arrays: Any,
    test_size: float | int = 0.25,
    seed: int | None = None,
    shuffle: bool = True,
    stratify: Any = None,
) -> list[Any]:
    """Divide examples into those to learn from and those to be tested on.

    Args:
        arrays: one or more of one length, an example in each row.
        test_size: the part (below 1) or the number of the examples to test on.
        seed: for a split of its own; by default drawn from `autograd.generator()`.
        shuffle: draw at random; otherwise the last ones are for the test.
        stratify: (examples,) classes, each of which is divided in the same proportion.

    Returns:
        For each array its training part and its test part: `x_train, x_test, y_train, y_test`.

    Raises:
        ValueError: the arrays differ in length, or one of the parts would be empty.

    >>> x, y = np.arange(8).reshape(8, 1), np.arange(8) % 2
    >>> parts = nn.data.train_test_split(x, y, test_size=0.25, seed=0, stratify=y)
    >>> [len(part) for part in parts], sorted(parts[3].tolist())
    ([6, 2, 6, 2], [0, 1])
    """
    if not arrays:
        raise ValueError("train_test_split: give at least one array")
    arrays = tuple(
        a if isinstance(a, Value) or examples.in_a_file(a) else np.asarray(a) for a in arrays
    )
    lengths = [len(a) for a in arrays]
    if len(set(lengths)) > 1:
        raise ShapeError(f"train_test_split: the arrays differ in length: {lengths}")
    length = lengths[0]
    held = test_size if isinstance(test_size, (int, np.integer)) else round(length * test_size)
    if not 0 < held < length:
        raise ValueError(
            f"train_test_split: test_size={test_size} of {length} examples leaves "
            f"{length - held} to learn from and {held} to test on; both need some"
        )
    random = np.random.default_rng(seed) if seed is not None else generator()
    if stratify is not None:
        test = _stratified(np.asarray(stratify), held, length, random)
    elif shuffle:
        test = random.permutation(length)[:held]
    else:
        test = np.arange(length - held, length)
    rest = np.setdiff1d(np.arange(length), test)
    if shuffle:
        rest = random.permutation(rest)
    return [part for a in arrays for part in (a[rest], a[test])]


def _stratified(
    classes: np.ndarray, held: int, length: int, random: np.random.Generator
) -> np.ndarray:
    """Numbers of test examples, `held` in all, from each class its share."""
    if classes.shape != (length,):
        raise ShapeError(
            f"train_test_split: stratify must hold one class for each of the {length} examples, "
            f"got shape {classes.shape}"
        )
    # A random order within the classes, then every (length / held)-th of all of them.
    order = random.permutation(length)
    order = order[np.argsort(classes[order], kind="stable")]
    return random.permutation(order[((np.arange(held) + 0.5) * length / held).astype(int)])


class Standardizer:
    """Shift and scale each feature to mean 0 and deviation 1, as it is in the training data.

    Args:
        axis: which axes are averaged over; the examples' by default. (0, 2, 3) treats each channel
            of images as a feature.

    >>> scaler = nn.data.Standardizer().fit([[0.0, 5.0], [2.0, 5.0]])
    >>> scaler.transform([[1.0, 5.0], [3.0, 6.0]])
    array([[0., 0.],
           [2., 1.]])
    """

    def __init__(self, axis: int | tuple[int, ...] = 0) -> None:
        self.axis = axis
        self.mean: np.ndarray | None = None
        self.deviation: np.ndarray | None = None

    def fit(self, x: Any) -> Self:
        """Learn mean and deviation; a feature that never varies keeps its scale."""
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise TypeError(f"Standardizer: x must hold numbers, got {x.dtype}")
        if not x.size:
            raise ValueError(f"Standardizer: there are no examples, shape {x.shape}")
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(float)
        self.mean = x.mean(axis=self.axis, keepdims=True, dtype=np.float64).astype(dtype)
        deviation = x.std(axis=self.axis, keepdims=True, dtype=np.float64)
        self.deviation = np.where(deviation > 0, deviation, 1).astype(dtype)
        return self

    def transform(self, x: Any) -> np.ndarray:
        """Shift and scale `x` by what was learned."""
        return (np.asarray(x) - self._learned()) / self.deviation

    def inverse(self, x: Any) -> np.ndarray:
        """Bring standardised numbers back to their own scale."""
        mean = self._learned()
        return np.asarray(x) * self.deviation + mean

    def _learned(self) -> np.ndarray:
        if self.mean is None:
            raise ValueError("Standardizer: it has seen no data yet; call fit(x_train) first")
        return self.mean


def standardise(train: Any, *others: Any, axis: int | tuple[int, ...] = 0) -> Any:
    """Data with mean 0 and deviation 1 in each feature, and others scaled in the same way.

    Args:
        train: (examples, ...) numbers that the scale is taken from.
        others: such as the test data.
        axis: which axes are averaged over.

    Returns:
        The scaled `train`; with `others`, a list of all of them.

    >>> train, test = nn.data.standardise(np.array([[0.0], [2.0]]), np.array([[3.0]]))
    >>> train.ravel(), test.ravel()
    (array([-1.,  1.]), array([2.]))
    """
    scaler = Standardizer(axis).fit(train)
    scaled = [scaler.transform(x) for x in (train, *others)]
    return scaled if others else scaled[0]
