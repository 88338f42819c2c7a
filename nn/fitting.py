"""Fitting: one call of `fit`, which can stop at any batch and go on from a file.

`run` reads from top to bottom as what training is: for every epoch, for every batch, predict,
measure the loss, send it back, correct the weights; then judge the validation data.
"""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from autograd import generator
from nn import checkpoint, examples
from nn.callbacks.callback import CallbackList
from nn.callbacks.lambda_callback import LambdaCallback
from nn.data.batches import Batch
from nn.history import History
from nn.metrics.scores import Scores
from nn.mode import mode
from nn.progress import Progress
from nn.step import Step, computing


class LossNotFiniteError(ValueError):
    """The loss became NaN or infinite: from here on there is nothing to learn."""


class Fitting:
    """Where a running `fit` stands, and how it goes on.

    Args:
        model: a compiled model.
        batches: `ArrayBatches` or `StreamBatches` to learn from.
        validation: batches to judge after an epoch, or None.
        epochs: the epoch to end before.
        initial_epoch: the epoch to begin with.
        verbose: 0, 1 or 2, see `Progress`.
        callbacks: who watches.
        validation_freq: judge after every so many epochs, or after those of these numbers.
        path: where a checkpoint is kept, or None.
        every: write it after every so many batches too.

    Attributes:
        epoch, batch: how many epochs are done, and how many batches of the running one.
        steps: how many batches were learned from in all.
        history: the scores of the epochs that are done.
    """

    def __init__(
        self,
        model: Any,
        batches: Any,
        validation: Any = None,
        *,
        epochs: int = 1,
        initial_epoch: int = 0,
        verbose: int = 1,
        callbacks: Any = None,
        validation_freq: int | Collection[int] = 1,
        path: str | os.PathLike[str] | None = None,
        every: int | None = None,
    ) -> None:
        self.model = model
        self.batches = batches
        self.validation = validation
        self.epochs = epochs
        self.verbose = verbose
        self.validation_freq = validation_freq
        self.path = path
        self.every = every
        self.step = Step(model)
        self.history = History()
        self.scores = Scores(model.metrics, model.weighted_metrics)
        self.epoch = initial_epoch
        self.batch = 0
        self.steps = 0
        self.random: Any = {}  # the generator's state when the running epoch began
        self.resumed: Any = None  # its state where an interrupted run stopped
        self.wanted: list[str | os.PathLike[str]] = []  # checkpoints to write at this boundary
        params = {"epochs": epochs, "steps": batches.steps, "verbose": verbose}
        self.history.params = params
        self.callbacks = CallbackList(callbacks, model, params, self)
        # Whether nobody comes by who may look at gradients, save after the last batch of an epoch.
        self.alone = batches.steps is not None and all(map(_looks_away, self.callbacks))
        model.stop_training = False

    # -------------------------------------------------------------------------------- the loop

    def run(self, resume: str | os.PathLike[str] | None = None) -> History:
        """Train until `epochs` are done or a callback stops it; returns the scores.

        Args:
            resume: a checkpoint to go on from.

        Raises:
            LossNotFiniteError: the loss became NaN or infinite, and no callback minds it.
        """
        self.model.history = self.history
        self.callbacks.tell("on_train_begin", {})
        if resume is not None:
            self.load(resume)
        elif self.path is not None:
            self.write(self.path)  # so that there is something to resume from at any moment
        try:
            while self.epoch < self.epochs and not self.model.stop_training:
                self._epoch()
            if self.model.ema is not None:
                for p, average in zip(self.model.ema.parameters, self.model.ema.averages):
                    p.data = average
            self.callbacks.tell("on_train_end", self._last())
        finally:
            self.model.eval()
            for callback in self.callbacks:
                callback.fitting = None
        return self.history

    def _epoch(self) -> None:
        batches = self._begin_epoch()
        before = self.callbacks.watching("on_train_batch_begin")
        after = self.callbacks.watching("on_train_batch_end")
        self.watch = self._on_backward_end if self.callbacks.watching("on_backward_end") else None
        title = f"Epoch {self.epoch + 1}/{self.epochs}"
        self.model.train()
        with Progress(title, self.batches.steps, self.verbose, self.batch) as progress:
            for batch in batches:
                for method in before:
                    method(self.batch, {})
                self._learn(batch)
                progress.batch(self.scores)
                if after:
                    logs = self.scores.means()
                    for method in after:
                        method(self.batch - 1, logs)
                self._boundary()
                if self.model.stop_training:
                    break
            logs = self.scores.means()
            if self.validation is not None and self._judges(self.epoch + 1):
                with self.model.ema or nullcontext():
                    judged = judge(
                        self.model, self.validation, self.callbacks, "fit, validation data"
                    )
                logs |= {f"val_{name}": score for name, score in judged.items()}
            progress.epoch(logs)
        self.callbacks.tell("on_epoch_end", self.epoch, logs)
        self.history.add(logs, self.epoch)
        self.epoch += 1
        self.batch = 0
        self._boundary(epoch_ended=True)

    def _judges(self, epoch: int) -> bool:
        """Whether validation data are judged after this epoch, counted from 1."""
        freq = self.validation_freq
        return epoch in freq if isinstance(freq, Collection) else epoch % freq == 0

    def _begin_epoch(self) -> Iterator[Batch]:
        """The batches that are still to come in this epoch."""
        bits = generator().bit_generator
        if self.resumed is not None:
            bits.state = self.random  # the order is drawn again as it was ...
            batches = self.batches.epoch(self.epoch, skip=self.batch)
            bits.state = self.resumed  # ... and everything after it goes on
            self.resumed = None
            return batches
        self.random = bits.state
        self.scores = Scores(self.model.metrics, self.model.weighted_metrics)
        self.callbacks.tell("on_epoch_begin", self.epoch, {})
        return self.batches.epoch(self.epoch)

    def _learn(self, batch: Batch) -> None:
        """One batch: learn from it and count it."""
        x, target, weight = batch
        self.step.unseen = self.alone and self.batch + 1 != self.batches.steps
        loss, prediction = self.step(x, target, weight, self.watch)
        if not math.isfinite(loss) and not any(c.handles_nan for c in self.callbacks):
            raise LossNotFiniteError(self._diagnosis(loss, batch))
        self.scores.add(loss, prediction, target, weight)
        self.batch += 1
        self.steps += 1

    def _on_backward_end(self, loss: Any) -> None:
        self.callbacks.tell("on_backward_end", self.batch, loss)

    def _last(self) -> dict[str, Any]:
        return {name: scores[-1] for name, scores in self.history.history.items()}

    def _diagnosis(self, loss: float, batch: Batch) -> str:
        of = f"/{self.batches.steps}" if self.batches.steps else ""
        happened = (
            f"fit: the loss became {loss} in epoch {self.epoch + 1}/{self.epochs}, "
            f"batch {self.batch + 1}{of}"
        )
        x, y = getattr(self.batches, "x", None), getattr(self.batches, "y", None)
        if x is None or any(examples.in_a_file(part) for part in (*examples.parts(x), y)):
            return diagnosis(happened + " (counted in this batch)", self.model, batch.x, batch.y)
        return diagnosis(happened, self.model, x, y)

    # ------------------------------------------------------------------------------ interruption

    def _boundary(self, epoch_ended: bool = False) -> None:
        """Between two batches everything is in order: the moment to write checkpoints."""
        if self.path is not None and (
            epoch_ended or (self.every is not None and self.steps % self.every == 0)
        ):
            self.wanted.append(self.path)
        for path in dict.fromkeys(self.wanted):
            self.write(path)
        self.wanted.clear()

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write all of this training to a file, whole or not at all."""
        checkpoint.write(path, self.state_dict())

    def load(self, path: str | os.PathLike[str]) -> None:
        """Go on where the training in a file was interrupted.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is no checkpoint, or that of another training.
        """
        state = checkpoint.read(path)
        try:
            self.load_state_dict(state)
        except ValueError as error:
            raise ValueError(f"resume: {os.fspath(path)!r}: {error}") from None

    def state_dict(self) -> dict[str, Any]:
        """Everything that makes the rest of the training what it will be."""
        model = self.model
        accumulated = [p._grad for p in model.parameters()] if self.step.pending else []
        return {
            "model": model.state_dict(),
            "optimizer": model.optimizer.state_dict(),
            "ema": None if model.ema is None else model.ema.state_dict(),
            "accumulated": {"batches": self.step.pending, "gradients": accumulated},
            "random": {"epoch": self.random, "now": generator().bit_generator.state},
            "position": {
                "epoch": self.epoch,
                "batch": self.batch,
                "steps": self.steps,
                "stop": bool(model.stop_training),
            },
            "data": self.batches.describe(),
            "history": self.history.state_dict(),
            "scores": self.scores.state_dict(),
            "callbacks": self.callbacks.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: model, optimiser, data or callbacks are others than they were.
        """
        model = self.model
        if state["data"] != self.batches.describe():
            raise ValueError(
                f"the interrupted fit had the data {_show(state['data'])}, this one has "
                f"{_show(self.batches.describe())}; give the same to go on exactly there"
            )
        if (state["ema"] is None) != (model.ema is None):
            raise ValueError("one of the interrupted fit and this one has an ema, the other not")
        model.load_state_dict(state["model"])
        model.optimizer.load_state_dict(state["optimizer"])
        if model.ema is not None:
            model.ema.load_state_dict(state["ema"])
        self.step.pending = state["accumulated"]["batches"]
        for p, gradient in zip(model.parameters(), state["accumulated"]["gradients"]):
            p.grad = gradient
        position = state["position"]
        self.epoch, self.batch = position["epoch"], position["batch"]
        self.steps = position["steps"]
        model.stop_training = position["stop"]
        self.history.load_state_dict(state["history"])
        self.scores.load_state_dict(state["scores"])
        self.callbacks.load_state_dict(state["callbacks"])
        self.random = state["random"]["epoch"]
        generator().bit_generator.state = state["random"]["now"]
        if self.batch:  # otherwise the epoch begins as every epoch does
            self.resumed = state["random"]["now"]

    def resumable(self, path: str | os.PathLike[str]) -> bool:
        """Whether there is a file to go on from; a run that itself writes `path` may be its first.

        Raises:
            FileNotFoundError: nothing is there, and this run would not write it either.
        """
        if Path(path).exists():
            return True
        own = [self.path, *(getattr(c, "path", None) for c in self.callbacks)]
        if any(p is not None and Path(p) == Path(path) for p in own):
            return False
        raise FileNotFoundError(
            f"fit: there is no file {os.fspath(path)!r} to resume from; "
            f"fit(checkpoint={os.fspath(path)!r}, ...) writes it while it trains"
        )


def judge(
    model: Any, batches: Any, callbacks: CallbackList, asked: str = "evaluate"
) -> dict[str, Any]:
    """The scores of batches, in evaluation mode, without learning from them.

    Raises:
        LossNotFiniteError: the loss is NaN or infinite because of what the data hold.
    """
    scores = Scores(model.metrics, model.weighted_metrics)
    before = callbacks.watching("on_test_batch_begin")
    after = callbacks.watching("on_test_batch_end")
    callbacks.tell("on_test_begin", {})
    measure = computing(model)
    with mode(model, training=False):
        for i, batch in enumerate(batches.epoch(0)):
            for method in before:
                method(i, {})
            x, target, weight = batch
            # Recorded, though nothing is sent back: so the loss sees the scores (logits).
            loss, prediction = measure(x, target, weight)
            amount = float(loss)
            if not math.isfinite(amount) and (found := unusable(x, target)):
                raise LossNotFiniteError(
                    f"{asked}: the loss of batch {i + 1} is {amount}: in this batch {found}"
                )
            scores.add(amount, examples.plain(prediction), target, weight)
            del loss, prediction
            if after:
                logs = scores.means()
                for method in after:
                    method(i, logs)
    means = scores.means()
    callbacks.tell("on_test_end", means)
    return means


def unusable(x: Any, y: Any) -> str:
    """Which numbers of the data are none, in words; nothing if all are."""
    named = {"x": x} if isinstance(x, np.ndarray) else {}
    if isinstance(x, (tuple, dict)):
        keys = enumerate(x) if isinstance(x, tuple) else x.items()
        named = {f"x[{key!r}]": part for key, part in keys}
    for name, array in (named | {"y": y}).items():
        array = np.asarray(array)
        bad = ~np.isfinite(array)
        if bad.any():
            example = int(np.argmax(bad.reshape(len(bad), -1).any(axis=1)))
            return (
                f"{name} holds NaN or infinite numbers ({np.count_nonzero(bad):,}), the first in "
                f"{name}[{example}]; remove or replace them"
            )
    return ""


def diagnosis(happened: str, model: Any, x: Any, y: Any) -> str:
    """What most likely made the loss NaN or infinite, and what helps."""
    found = unusable(x, y)
    if found:
        return f"{happened}: {found}"
    low = min(part.min() for part in examples.parts(x))
    high = max(part.max() for part in examples.parts(x))
    return (
        f"{happened}: the numbers have grown out of range (x and y hold no NaN). Usual "
        f"remedies: a smaller learning rate (lr={model.optimizer.lr:g} now), inputs scaled to "
        f"about -1 to 1 (they are {low:g} to {high:g} now)"
    )


def _looks_away(callback: Any) -> bool:
    """Whether a callback is one of ours, none of which looks at gradients after a step."""
    ours = type(callback).__module__.startswith("nn.callbacks.")
    return ours and not isinstance(callback, LambdaCallback)


def _show(data: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in data.items())
