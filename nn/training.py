"""Training in Keras's words: compile, fit, evaluate, predict.

    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    history = model.fit(x, y, epochs=20, validation_split=0.1)
    model.evaluate(x_test, y_test)
    model.predict(x_new)

`fit` reads from top to bottom as what training is: for every epoch, for every batch, predict,
measure the loss, send it back, correct the weights.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import optim
from autograd import Value, generator, no_grad
from nn import examples, losses, summary, weights
from nn.history import History
from nn.metrics import Scores, check_metrics
from nn.mode import mode
from nn.progress import Progress

if TYPE_CHECKING:
    from nn.module import Module, Parameter


class LossNotFiniteError(ValueError):
    """The loss became NaN or infinite: from here on there is nothing to learn."""


class Training:
    """What every `Module` can do besides compute: be trained, judged, used and kept."""

    loss: losses.Loss
    optimizer: optim.Optimizer
    metrics: tuple[str, ...]

    if TYPE_CHECKING:  # what a Module brings along

        def __call__(self, x: Any) -> Any: ...
        def modules(self) -> Iterator[Module]: ...
        def parameters(self) -> list[Parameter]: ...
        def train(self, mode: bool = True) -> Any: ...
        def eval(self) -> Any: ...
        def state_dict(self) -> dict[str, np.ndarray]: ...
        def load_state_dict(self, state: dict[str, Any]) -> Any: ...

    def compile(
        self,
        loss: str | losses.Loss | Callable[[Any, Any], Any] = "mse",
        optimizer: str | optim.Optimizer | Callable[[Iterable[Value]], optim.Optimizer] = "adam",
        metrics: Sequence[str] = (),
    ) -> None:
        """Say what to make small, how, and what to report.

        Args:
            loss: a name ('mse', 'binary_crossentropy', 'categorical_crossentropy',
                'sparse_categorical_crossentropy'), a loss, or a function of (prediction, target).
            optimizer: 'adam', 'sgd', a class, or an optimiser of this model's parameters.
            metrics: names: 'accuracy', 'mae', 'mse'.

        Raises:
            ValueError: a name nobody has, or an optimiser of other parameters.

        >>> model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
        >>> model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
        """
        self.loss = losses.get(loss)
        self.metrics = check_metrics(metrics)
        self.optimizer = optim.get(optimizer, self.parameters())
        if not set(self.parameters()) & set(self.optimizer.parameters):
            raise ValueError(
                "compile: the optimizer steps none of this model's parameters; make it with "
                f"optim.{type(self.optimizer).__name__}(model.parameters())"
            )

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        verbose: int = 1,
    ) -> History:
        """Learn from examples; afterwards the model is in evaluation mode, ready for use.

        Args:
            x: (examples, ...) inputs.
            y: (examples, ...) ideal outputs, as the loss wants them.
            batch_size: examples per correction of the weights.
            epochs: how often every example is shown.
            validation_split: the part of the examples, taken from the end before any shuffling,
                that is only judged, never learned from.
            validation_data: (x, y) to judge instead.
            shuffle: show the examples in a new order in every epoch.
            verbose: 1 for a progress bar (where there is a terminal) and a line an epoch, 2 for
                the lines only, 0 for silence.

        Returns:
            The scores of every epoch.

        Raises:
            LossNotFiniteError: the loss became NaN or infinite.
            ValueError: the data are empty, differ in length, or do not fit model or loss.

        >>> _ = autograd.manual_seed(0)
        >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
        >>> model = nn.Sequential(nn.Linear(1, 1))
        >>> model.compile(loss="mse", optimizer=optim.SGD(model.parameters(), lr=0.1))
        >>> history = model.fit(x, 3 * x + 1, epochs=40, verbose=0)
        >>> history["loss"][-1] < 0.001
        True
        """
        if validation_data is not None:
            if validation_split:
                raise ValueError("fit: give validation_split or validation_data, not both")
            x_val, y_val = validation_data
            x, y = examples.pairs(x, y, "fit")
        else:
            x, y, x_val, y_val = examples.split(*examples.pairs(x, y, "fit"), validation_split)
        examples.check_counts("fit", batch_size=batch_size, epochs=epochs)
        x, y = self._prepared(x, y)
        if x_val is not None:
            x_val, y_val = self._prepared(*examples.pairs(x_val, y_val, "fit, validation data"))

        history = History()
        batches = math.ceil(len(x) / batch_size)
        for epoch in range(epochs):
            order = generator().permutation(len(x)) if shuffle else np.arange(len(x))
            scores = Scores(self.metrics, self.loss)
            self.train()
            with Progress(f"Epoch {epoch + 1}/{epochs}", batches, verbose) as progress:
                for i in range(batches):
                    chosen = order[i * batch_size : (i + 1) * batch_size]
                    target = y[chosen]
                    loss, prediction = self._step(x[chosen], target)
                    if not math.isfinite(loss):
                        where = f"in epoch {epoch + 1}/{epochs}, batch {i + 1}/{batches}"
                        raise LossNotFiniteError(
                            self._diagnosis(f"fit: the loss became {loss} {where}", x, y)
                        )
                    scores.add(loss, prediction, target)
                    progress.batch(scores)
                means = scores.means()
                if x_val is not None:
                    judged = self._judge(x_val, y_val, batch_size)
                    means |= {f"val_{name}": score for name, score in judged.items()}
                progress.epoch(means)
            history.add(means)
        self.eval()
        return history

    def train_on_batch(self, x: Any, y: Any) -> dict[str, float]:
        """Correct the weights once, on one batch; returns its loss and metrics.

        Raises:
            LossNotFiniteError: the loss is NaN or infinite; the weights stay as they are.
        """
        x, y = examples.pairs(x, y, "train_on_batch")
        x = self._inputs(x)
        with mode(self, training=True):
            prediction = self(x)
            target = self.loss.prepare(y, prediction.shape, prediction.dtype)
            loss = self._learn(prediction, target)
        if not math.isfinite(loss):
            raise LossNotFiniteError(
                self._diagnosis(f"train_on_batch: the loss is {loss}", x, target)
            )
        scores = Scores(self.metrics, self.loss)
        scores.add(loss, examples.plain(prediction), target)
        return scores.means()

    def evaluate(self, x: Any, y: Any, batch_size: int = 256) -> dict[str, float]:
        """Loss and metrics over all examples, without learning from them.

        Args:
            x: (examples, ...) inputs.
            y: (examples, ...) ideal outputs.
            batch_size: examples at a time; the result does not depend on it.

        Returns:
            The scores by name, 'loss' first.
        """
        x, y = examples.pairs(x, y, "evaluate")
        examples.check_counts("evaluate", batch_size=batch_size)
        return self._judge(*self._prepared(x, y), batch_size)

    def predict(self, x: Any, batch_size: int = 256) -> np.ndarray:
        """The model's outputs, as a plain array, in evaluation mode.

        Args:
            x: (examples, ...) inputs.
            batch_size: examples at a time.

        Returns:
            (examples, ...).

        >>> nn.Linear(3, 2).predict(np.zeros((5, 3))).shape
        (5, 2)
        """
        examples.check_counts("predict", batch_size=batch_size)
        x = self._inputs(examples.rows(x, "predict", "x"))
        with mode(self, training=False), no_grad():
            outputs = [
                examples.plain(self(x[i : i + batch_size])) for i in range(0, len(x), batch_size)
            ]
        return np.concatenate(outputs)

    def summary(self, input_shape: tuple[int, ...] | None = None) -> None:
        """Print the layers with their output shapes and parameters, as Keras does.

        Args:
            input_shape: of one example, without the batch axis; only needed where the first layer
                does not know it.

        >>> nn.Sequential(nn.Linear(4, 2), nn.Softmax()).summary()
        Sequential
        ────────────────────────────────────
        layer       output shape  parameters
        ────────────────────────────────────
        0  Linear   (batch, 2)            10
        1  Softmax  (batch, 2)             0
        ────────────────────────────────────
        10 parameters, all of them learned (0.0 KB)
        """
        print(summary.table(self, input_shape))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the weights to a safetensors file, whole or not at all.

        Raises:
            FileNotFoundError: the folder does not exist.
        """
        weights.write(path, self.state_dict())

    def load(self, path: str | os.PathLike[str]) -> None:
        """Take the weights from a file that `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is damaged, or holds the weights of another model.
        """
        state = weights.read(path)
        try:
            self.load_state_dict(state)
        except ValueError as error:
            raise ValueError(f"load: {os.fspath(path)!r}: {error}") from None

    # -------------------------------------------------------------------------------------- steps

    def _step(self, x: np.ndarray, target: Any) -> tuple[float, np.ndarray]:
        """Predict and learn; returns the loss and the prediction's numbers.

        The graph is gone when this returns, before the next one is built.
        """
        prediction = self(x)
        return self._learn(prediction, target), prediction._data

    def _learn(self, prediction: Any, target: Any) -> float:
        """Measure, send back, correct; returns the loss. Nothing is learned from one not finite."""
        loss = self.loss.compare(prediction, target)
        amount = loss.item()
        if math.isfinite(amount):
            self.optimizer.zero_grad()
            loss.backward(keep="leaves")
            self.optimizer.step()
        return amount

    def _judge(self, x: np.ndarray, y: Any, batch_size: int) -> dict[str, float]:
        """The scores of prepared examples."""
        scores = Scores(self.metrics, self.loss)
        with mode(self, training=False):
            for i in range(0, len(x), batch_size):
                target = y[i : i + batch_size]
                # Recorded, though nothing is sent back: so the loss sees the scores (logits).
                prediction = self(x[i : i + batch_size])
                loss = self.loss.compare(prediction, target)
                scores.add(loss.item(), examples.plain(prediction), target)
        return scores.means()

    def _prepared(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, Any]:
        """Inputs in the weights' dtype and targets as the loss wants them, all checked at once.

        One example goes through the model to learn what its predictions look like.
        """
        loss = self.loss
        x = self._inputs(x)
        with mode(self, training=False), no_grad():
            one = examples.plain(self(x[:1]))
        return x, loss.prepare(y, (len(x), *one.shape[1:]), one.dtype)

    def _inputs(self, x: np.ndarray) -> np.ndarray:
        if x.dtype.kind not in "fiub":
            raise TypeError(f"x must hold numbers, got {x.dtype} such as {x.flat[0]!r:.40}")
        return x.astype(self._input_dtype(x.dtype), copy=False)

    def _input_dtype(self, default: Any = np.float32) -> Any:
        """The dtype of the first parameter; it is what inputs are cast to."""
        return next((p.dtype for p in self.parameters()), default)

    def _diagnosis(self, happened: str, x: np.ndarray, y: np.ndarray) -> str:
        """What most likely made the loss NaN or infinite, and what helps."""
        for name, array in (("x", x), ("y", y)):
            bad = ~np.isfinite(array)
            if bad.any():
                example = int(np.argmax(bad.reshape(len(bad), -1).any(axis=1)))
                return (
                    f"{happened}: {name} holds NaN or infinite numbers "
                    f"({np.count_nonzero(bad):,}), the first in {name}[{example}]; remove or "
                    "replace them"
                )
        return (
            f"{happened}: the numbers have grown out of range (x and y hold no NaN). Usual "
            f"remedies: a smaller learning rate (lr={self.optimizer.lr:g} now), inputs scaled to "
            f"about -1 to 1 (they are {x.min():g} to {x.max():g} now)"
        )
