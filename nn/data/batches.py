"""Batches: what training and judging walk through, wherever the examples come from.

`ArrayBatches` cuts them from arrays, `StreamBatches` takes them from anything that yields batches:
a DataLoader, a list of batches, a generator, or a function that makes one.

An epoch can begin in its midst (`skip`): that is how an interrupted training goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd import ShapeError, Value, generator
from nn import examples


class Batch(NamedTuple):
    """Some examples: inputs, ideal answers (None to predict), and how much each counts."""

    x: Any
    y: Any = None
    weight: np.ndarray | None = None


#: Casts a batch's inputs and checks its ideal answers.
Prepare = Callable[[Batch], Batch]


class ArrayBatches:
    """Batches of arrays, in a new order in every epoch if `shuffle`.

    Args:
        x: inputs, checked by `examples.rows`.
        y: ideal answers, or None.
        weight: how much each example counts, or None.
        batch_size: examples a batch; the last one may be smaller.
        shuffle: whether each epoch has an order of its own, drawn from `autograd.generator()`.
        drop_last: leave out a last batch that is smaller.
        prepare: what is done with the examples: with all of them at once if they are in memory, so
            that what does not fit is found before any training, otherwise batch by batch.
        steps: batches an epoch, as in Keras: the next epoch goes on behind them, and the one that
            comes to the end of the arrays is shorter. None: all in every epoch.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        weight: np.ndarray | None = None,
        batch_size: int = 32,
        shuffle: bool = False,
        drop_last: bool = False,
        prepare: Prepare | None = None,
        steps: int | None = None,
    ) -> None:
        if prepare and not any(examples.in_a_file(part) for part in (*examples.parts(x), y)):
            x, y, weight = prepare(Batch(x, y, weight))
            prepare = None
        self.x, self.y, self.weight = x, y, weight
        self.prepare = prepare
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.examples = examples.count(x)
        exact = self.examples / batch_size
        self.batches = math.floor(exact) if drop_last else math.ceil(exact)
        self.given = steps
        self.steps = min(steps or self.batches, self.batches)

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of epoch `number` from the one numbered `skip` on."""
        # Drawn now, not when the first batch is asked for: the caller owns the generator's state.
        order = generator().permutation(self.examples) if self.shuffle else None
        epochs = -(-self.batches // self.steps) if self.steps else 1  # to come through once
        first = number % epochs * self.steps
        return self._cut(order, range(first, min(first + self.steps, self.batches))[skip:])

    def _cut(self, order: np.ndarray | None, numbers: range) -> Iterator[Batch]:
        for i in numbers:
            rows = slice(i * self.batch_size, (i + 1) * self.batch_size)
            chosen = rows if order is None else order[rows]
            batch = Batch(
                examples.take(self.x, chosen),
                None if self.y is None else examples.take(self.y, chosen),
                None if self.weight is None else self.weight[chosen],
            )
            yield self.prepare(batch) if self.prepare else batch

    def describe(self) -> dict[str, Any]:
        """What must be the same when an interrupted training goes on."""
        return {
            "examples": self.examples,
            "batch_size": self.batch_size,
            "shuffle": bool(self.shuffle),
            **({"steps_per_epoch": self.given} if self.given else {}),
        }


class StreamBatches:
    """Batches from something that yields (x, y) or (x, y, sample_weight).

    Args:
        stream: an iterable that starts anew each time (a DataLoader, a list), an iterator such as a
            generator, or a function without arguments that makes either.
        steps: batches an epoch; needed for an endless stream.
        asked: who wants them, for messages.
        targets: whether each batch must bring its ideal answers.
        prepare: what is done with each batch.
        class_weight: how much each class counts, for batches without weights.
        anew: whether every epoch begins where the stream does, though it takes `steps` only.
    """

    def __init__(
        self,
        stream: Any,
        steps: int | None = None,
        asked: str = "fit",
        targets: bool = True,
        prepare: Prepare | None = None,
        class_weight: dict[int, float] | None = None,
        anew: bool = False,
    ) -> None:
        self.stream = stream
        self.asked = asked
        self.targets = targets
        self.prepare = prepare
        self.class_weight = class_weight
        self.anew = anew
        self.given = steps
        self.steps = steps
        if steps is None and hasattr(stream, "__len__"):
            self.steps = len(stream)
        self.running: Iterator[Any] | None = None

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of epoch `number` from the one numbered `skip` on."""
        batches = self._iterator(number, skip)
        return self._checked(batches, number, skip)

    def _iterator(self, number: int, skip: int) -> Iterator[Any]:
        source = self.stream
        is_long = callable(source) and self.given is not None and not self.anew
        if hasattr(source, "__next__") or is_long:
            # One long stream, cut into epochs; what an earlier run has seen is passed over.
            if self.running is None:
                self.running = iter(source() if callable(source) else source)
                skip += number * (self.given or 0)
            else:
                return self.running
        else:
            source = source() if callable(source) else source
            if hasattr(source, "epoch"):
                return source.epoch(number, skip)
            if not hasattr(source, "__iter__") and not hasattr(source, "__getitem__"):
                raise TypeError(
                    f"{self.asked}: the function must return something that yields batches, got "
                    f"{type(source).__name__}"
                )
        if not hasattr(source, "__iter__") and hasattr(source, "__len__"):
            batches = self._in_turn(source)
        else:
            batches = self.running or iter(source)
        for _ in range(skip):
            next(batches, None)
        return batches

    def _in_turn(self, source: Any) -> Iterator[Any]:
        """The batches of something with `len` and `[i]`, as Keras's PyDataset has them."""
        for i in range(len(source)):
            yield source[i]
        if hasattr(source, "on_epoch_end"):
            source.on_epoch_end()

    def _checked(self, batches: Iterator[Any], number: int, skip: int) -> Iterator[Batch]:
        i = skip
        while self.given is None or i < self.given:
            raw = next(batches, None)
            if raw is None:
                break
            where = f"{self.asked}: batch {i} of the stream"
            batch = as_batch(raw, where, self.targets)
            if self.class_weight is not None:
                if batch.weight is not None:
                    raise ValueError(f"{where} has weights; give no class_weight beside them")
                weight = examples.class_weights(self.class_weight, batch.y, where)
                batch = batch._replace(weight=weight)
            if self.prepare:
                try:
                    batch = self.prepare(batch)
                except (ValueError, TypeError) as error:
                    said = str(error).removeprefix(f"{self.asked}: ")
                    raise type(error)(f"{where}: {said}") from None
            yield batch
            i += 1
        if i < (self.given or 1):
            raise ValueError(
                f"{self.asked}: the stream ended in epoch {number + 1} after {i} batches"
                f"{f' of {self.given}' if self.given else ''}; give a DataLoader, or a function "
                "that makes the generator (model.fit(make_batches)), to begin anew in every epoch"
            )

    def describe(self) -> dict[str, Any]:
        """What must be the same when an interrupted training goes on."""
        return {"steps": self.steps}


def as_batch(raw: Any, where: str, targets: bool = True) -> Batch:
    """What a stream yielded, checked: (x, y), (x, y, sample_weight), or just x to predict."""
    raw = raw if isinstance(raw, (tuple, list)) else (raw,)
    if targets and len(raw) not in (2, 3):
        raise ValueError(
            f"{where} must be (x, y) or (x, y, sample_weight), got {len(raw)} "
            f"part{'s' * (len(raw) != 1)}"
        )
    x = examples.rows(raw[0], where, "x")
    if not targets:
        return Batch(x)
    y = examples.rows(raw[1], where, "y")
    if examples.count(x) != len(y):
        raise ShapeError(f"{where} has {examples.count(x)} inputs and {len(y)} ideal answers")
    weight = raw[2] if len(raw) == 3 else None
    return Batch(x, y, examples.weights(weight, len(y), where))


def is_stream(x: Any) -> bool:
    """Whether `x` yields batches, rather than being an array, or a list, of examples."""
    if isinstance(x, (np.ndarray, Value, list, tuple, dict, str, bytes)) or examples.in_a_file(x):
        return False
    if hasattr(x, "__array__"):  # a table is no stream of its columns
        return False
    return callable(x) or hasattr(x, "__next__") or hasattr(x, "__iter__") or _is_sequence(x)


def _is_sequence(x: Any) -> bool:
    return hasattr(x, "__getitem__") and hasattr(x, "__len__") and not hasattr(x, "__array__")
