"""DataLoader: batches of a dataset, shuffled, and made ahead by a thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import ShapeError, generator
from nn import examples
from nn.data.prefetch import prefetch


class ArrayDataset:
    """Arrays of one length as a dataset: example i is the tuple of their rows i.

    Args:
        arrays: one or more; memory maps stay in their files.

    Raises:
        ShapeError: they differ in length.

    >>> dataset = nn.data.ArrayDataset(np.arange(6).reshape(3, 2), np.array([0, 1, 0]))
    >>> len(dataset), dataset[1]
    (3, (array([2, 3]), np.int64(1)))
    """

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise ValueError("ArrayDataset: give at least one array")
        self.arrays = tuple(
            examples.rows(a, "ArrayDataset", f"array {i}") for i, a in enumerate(arrays)
        )
        lengths = [examples.count(a) for a in self.arrays]
        if len(set(lengths)) > 1:
            raise ShapeError(f"ArrayDataset: the arrays differ in length: {lengths}")

    def __len__(self) -> int:
        return examples.count(self.arrays[0])

    def __getitem__(self, i: Any) -> tuple[Any, ...]:
        """Example i; with a slice or an array of numbers, a batch of them."""
        return tuple(examples.each(a, lambda part: part[i]) for a in self.arrays)

    def batch(self, chosen: np.ndarray) -> tuple[Any, ...]:
        """The chosen examples."""
        return tuple(examples.take(a, chosen) for a in self.arrays)


TensorDataset = ArrayDataset  #: Its name in PyTorch.


class DataLoader:
    """Batches of a dataset, as in PyTorch: iterate over it, or give it to `fit`.

    Args:
        dataset: an `ArrayDataset`, a tuple of arrays, or anything with `len` and `[i]`, whose
            examples are numbers, arrays, or tuples of them.
        batch_size: examples a batch.
        shuffle: a new order each time, drawn from `autograd.generator()`.
        drop_last: leave out a last batch that is smaller.
        collate: makes a batch of a list of examples; by default their parts are stacked.
        prefetch: how many batches a thread makes ahead; 0 for none.

    Raises:
        ValueError: a count is not positive, or the dataset is empty.

    >>> x, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> [labels.tolist() for _, labels in nn.data.DataLoader((x, y), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        drop_last: bool = False,
        collate: Callable[[list[Any]], Any] | None = None,
        prefetch: int = 0,
    ) -> None:
        examples.check_counts("DataLoader", batch_size=batch_size)
        if isinstance(dataset, tuple):
            dataset = ArrayDataset(*dataset)
        elif isinstance(dataset, np.ndarray):
            dataset = ArrayDataset(dataset)
        if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
            raise TypeError(
                f"DataLoader: a dataset has len() and [i], got {type(dataset).__name__}; batches "
                "from a generator go into fit as they are"
            )
        if not len(dataset):
            raise ValueError("DataLoader: the dataset is empty")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.collate = collate or _stack
        self.prefetch = prefetch

    def __len__(self) -> int:
        """Batches an epoch."""
        exact = len(self.dataset) / self.batch_size
        return math.floor(exact) if self.drop_last else math.ceil(exact)

    def __iter__(self) -> Iterator[Any]:
        return self.epoch()

    def epoch(self, number: int = 0, skip: int = 0) -> Iterator[Any]:
        """The batches from the one numbered `skip` on; the order is drawn now, by the caller."""
        length = len(self.dataset)
        order = generator().permutation(length) if self.shuffle else np.arange(length)
        batches = self._batches(order, skip)
        return prefetch(batches, self.prefetch) if self.prefetch else batches

    def _batches(self, order: np.ndarray, skip: int) -> Iterator[Any]:
        whole = getattr(self.dataset, "batch", None) if self.collate is _stack else None
        for i in range(skip, len(self)):
            chosen = order[i * self.batch_size : (i + 1) * self.batch_size]
            if whole is not None:
                yield whole(chosen)
            else:
                yield self.collate([self.dataset[int(j)] for j in chosen])


def _stack(batch: Sequence[Any]) -> Any:
    """Examples as one array, or as a tuple of one for each of their parts."""
    if isinstance(batch[0], (tuple, list)):
        return tuple(_stack_part(part) for part in zip(*batch, strict=True))
    return _stack_part(batch)


def _stack_part(part: Sequence[Any]) -> np.ndarray:
    try:
        return np.stack([examples.plain(example) for example in part])
    except ValueError:
        shapes = sorted({np.shape(example) for example in part})
        raise ShapeError(
            f"DataLoader: the examples of a batch differ in shape: {shapes[:4]}; pad them, or give "
            "collate= to make a batch of them"
        ) from None
