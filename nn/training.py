"""Training in Keras's words: compile, fit, evaluate, predict.

    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    history = model.fit(x, y, epochs=20, validation_split=0.1)
    model.evaluate(x_test, y_test)
    model.predict(x_new)

What happens inside `fit` stands in `fitting` (the loop over epochs and batches) and in `step` (one
correction of the weights).
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import optim
from autograd import Value, no_grad
from autograd.ops.asked import number
from nn import examples, given, losses, summary, weights
from nn.callbacks.callback import Callback, CallbackList
from nn.data.batches import ArrayBatches, Batch, StreamBatches, is_stream
from nn.fitting import Fitting, LossNotFiniteError, diagnosis, judge
from nn.history import History
from nn.keras_words import KerasWords
from nn.metrics import Metric, Report, Scores
from nn.metrics.names import get_all
from nn.mode import mode
from nn.preparation import Inputs, Preparation, inputs
from nn.step import Step, call, computing, replay_of

if TYPE_CHECKING:
    from nn.module import Module, Parameter


class Training(KerasWords):
    """What every `Module` can do besides compute: be trained, judged, used and kept."""

    loss: losses.Loss
    optimizer: optim.Optimizer
    metrics: tuple[Metric, ...]
    weighted_metrics: tuple[Metric, ...]
    history: History
    stop_training: bool
    jit: bool

    #: Attributes that say how to train, and nothing about what the model computes.
    _of_training = frozenset(
        {
            *("optimizer", "metrics", "weighted_metrics", "history", "stop_training", "jit"),
            *("clip_norm", "clip_value", "clip_each_norm", "accumulate", "ema"),
            *("_replay", "_step", "_seen"),
        }
    )

    if TYPE_CHECKING:  # what a Module brings along

        def __call__(self, x: Any) -> Any: ...
        def modules(self) -> Iterator[Module]: ...
        def parameters(self) -> list[Parameter]: ...
        def train(self, mode: bool = True) -> Any: ...
        def eval(self) -> Any: ...
        def state_dict(self) -> dict[str, np.ndarray]: ...
        def load_state_dict(self, state: dict[str, Any], strict: bool = True) -> Any: ...

    def compile(
        self,
        loss: str | losses.Loss | Callable[[Any, Any], Any] = "mse",
        optimizer: str | optim.Optimizer | Callable[[Iterable[Value]], optim.Optimizer] = "adam",
        metrics: Sequence[Any] = (),
        *,
        weighted_metrics: Sequence[Any] = (),
        jit: bool = True,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        accumulate: int = 1,
        ema: float | optim.EMA | None = None,
        **of_keras: Any,
    ) -> None:
        """Say what to make small, how, and what to report.

        Args:
            loss: a name such as 'mse' or 'sparse_categorical_crossentropy', a loss, or a function
                of (prediction, target).
            optimizer: a name such as 'adam', a class, an optimiser of this model's parameters, or
                one without parameters, such as `optim.Adam(learning_rate=0.01)`.
            metrics: names such as 'accuracy', metrics, or functions of (prediction, target).
            weighted_metrics: the same, for metrics that count each example by its sample weight.
            jit: record the computation once for every shape of a batch and replay it, which gives
                the same in less time. A model whose code looks at numbers stays as it is; `report`
                says where.
            clip_norm: shrink the gradients of each step so that their joint norm is at most this.
            clip_value: cut every number of the gradients to at most this size.
            accumulate: correct the weights only after so many batches, by their mean gradient.
            ema: keep a moving average of the weights with this decay. It is what validation judges
                and what the model has after `fit`.
            of_keras: `run_eagerly=True` is jit=False; other words that Keras's compile knows are
                understood where there is something to do for them.

        Raises:
            ValueError: a name nobody has, a setting out of range, or an optimiser of other
                parameters.
            TypeError: a setting that is neither ours nor Keras's.

        >>> model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
        >>> model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
        """
        if given.keras_order(loss, optimizer):
            loss, optimizer = optimizer, loss  # type: ignore[assignment]
        measure = losses.get(loss)
        if measure.reduction == "none":
            raise ValueError(
                f"compile: {measure!r} gives a number for each example; training makes one number "
                "small: reduction='mean' or 'sum'"
            )
        jit = given.jit_of_keras(jit, of_keras)
        optimizer, habits = given.of_optimizer(
            optimizer, clip_norm=clip_norm, clip_value=clip_value, accumulate=accumulate, ema=ema
        )
        given.warn_of_an_ending_twice(self, measure)
        self.loss = measure
        self.metrics = get_all(metrics, measure)
        self.weighted_metrics = get_all(weighted_metrics, measure, self.metrics)
        self.optimizer = optim.get(optimizer, self.parameters())
        if not set(self.parameters()) & set(self.optimizer.parameters):
            raise ValueError(
                "compile: the optimizer steps none of this model's parameters; make it with "
                f"optim.{type(self.optimizer).__name__}(model.parameters())"
            )
        self.jit = jit
        self._replay = None
        for name, habit in habits.items():
            setattr(self, name, habit(self.parameters()) if callable(habit) else habit)

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Callback | Iterable[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Collection[int] = 1,
        *,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: int | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> History:
        """Learn from examples; afterwards the model is in evaluation mode, ready for use.

        Args:
            x: (examples, ...) inputs, a tuple, list or dict for a model that takes several, or
                batches (x, y) or (x, y, sample_weight): a `DataLoader`, a generator, or a function
                that makes one for each epoch.
            y: (examples, ...) ideal outputs, as the loss wants them; not with batches.
            batch_size: examples per correction of the weights.
            epochs: how often every example is shown.
            verbose: 1 for a progress bar (where there is a terminal) and a line an epoch, 2 for
                the lines only, 0 for silence.
            callbacks: who watches, and may stop it; see `nn.callbacks`.
            validation_split: the part of the examples, taken from the end before any shuffling,
                that is only judged, never learned from.
            validation_data: (x, y) or (x, y, sample_weight) to judge instead, or batches of them.
            shuffle: show the examples in a new order in every epoch.
            class_weight: how much each class counts in the loss, such as {0: 1.0, 1: 5.0}.
            sample_weight: how much each example counts in the loss: (examples,).
            initial_epoch: the epoch to begin with, where others were done before.
            steps_per_epoch: batches an epoch, for a stream without an end; of arrays, the next
                epoch goes on behind them, and the one that comes to their end is shorter.
            validation_steps: how many batches to judge; all, unless the stream has no end.
            validation_batch_size: examples judged at a time.
            validation_freq: judge after every so many epochs, or after those of these numbers,
                counted from 1.
            checkpoint: a file that always holds all of this training, so that it can go on.
            checkpoint_every: write it after every so many batches, not only after each epoch.
            resume: a checkpoint to go on from, in the midst of an epoch if need be; the end is the
                same to the last bit as if there had been no interruption. It may be the file that
                `checkpoint` names, and then need not exist yet.

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
        self.loss  # noqa: B018 - says so if compile was forgotten
        batch_size = 32 if batch_size is None else batch_size
        if validation_batch_size is None:
            validation_batch_size = batch_size
        counts = {"checkpoint_every": checkpoint_every, "steps_per_epoch": steps_per_epoch}
        counts = {name: count for name, count in counts.items() if count is not None}
        examples.check_counts("fit", batch_size=batch_size, epochs=epochs, **counts)
        several = isinstance(validation_freq, Collection) and not isinstance(validation_freq, str)
        for freq in validation_freq if several else [validation_freq]:  # type: ignore[union-attr]
            examples.check_counts("fit", validation_freq=freq)
        number("fit", "initial_epoch", initial_epoch, 0)
        if verbose not in ("auto", 0, 1, 2):
            raise ValueError(f"fit: verbose must be 0, 1, 2 or 'auto', got {verbose!r:.40}")
        if checkpoint_every is not None and checkpoint is None:
            raise ValueError("fit: checkpoint_every needs a file to write: checkpoint='run.ckpt'")
        batches, validation = given.batches_of_fit(
            self,
            x,
            y,
            sample_weight,
            class_weight,
            batch_size=batch_size,
            shuffle=shuffle,
            steps=steps_per_epoch,
            validation_split=validation_split,
            validation_data=validation_data,
            validation_batch_size=validation_batch_size,
            validation_steps=validation_steps,
        )
        fitting = Fitting(
            self,
            batches,
            validation,
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=1 if verbose == "auto" else int(verbose),
            callbacks=callbacks,
            validation_freq=validation_freq,
            path=checkpoint,
            every=checkpoint_every,
        )
        if resume is None:
            resume = next(filter(None, (c.interrupted() for c in fitting.callbacks)), None)
        elif not fitting.resumable(resume):
            resume = None
        return fitting.run(resume)

    def train_on_batch(
        self,
        x: Any,
        y: Any,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = True,
    ) -> Report:
        """Correct the weights once, on one batch; returns its loss and metrics.

        Raises:
            LossNotFiniteError: the loss is NaN or infinite; the weights stay as they are.
        """
        batch = self._one_batch(x, y, sample_weight, class_weight, "train_on_batch")
        step = self.__dict__.get("_step")
        if step is None or step.model is not self:
            step = self.__dict__["_step"] = Step(self)
        with mode(self, training=True):
            loss, prediction = step(*batch)
        if not math.isfinite(loss):
            raise LossNotFiniteError(
                diagnosis(f"train_on_batch: the loss is {loss}", self, batch.x, batch.y)
            )
        return self._scores(loss, prediction, batch)

    def test_on_batch(
        self, x: Any, y: Any, sample_weight: Any = None, return_dict: bool = True
    ) -> Report:
        """Judge one batch, without learning from it; returns its loss and metrics.

        >>> model = nn.Linear(1, 1)
        >>> model.compile("mse")
        >>> list(model.test_on_batch([[1.0]], [1.0]).keys())
        ['loss']
        """
        batch = self._one_batch(x, y, sample_weight, None, "test_on_batch")
        with mode(self, training=False):
            loss, prediction = computing(self)(*batch)
        return self._scores(float(loss), examples.plain(prediction), batch)

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """The outputs for one batch, as a plain array, in evaluation mode.

        >>> nn.Linear(3, 2).predict_on_batch(np.zeros((5, 3))).shape
        (5, 2)
        """
        x = examples.rows(given.inputs_of(self, x), "predict_on_batch", "x")
        x = inputs(self, x, "predict_on_batch")
        with mode(self, training=False), no_grad():
            return examples.plain(call(self, x))

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 256,
        verbose: int | str = 0,
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = True,
    ) -> Report:
        """Loss and metrics over all examples, without learning from them.

        Args:
            x: (examples, ...) inputs, or batches as in `fit`.
            y: (examples, ...) ideal outputs; not with batches.
            batch_size: examples at a time; the result does not depend on it.
            verbose: 1 to print the scores.
            sample_weight: how much each example counts in the loss: (examples,).
            steps: how many batches to judge; all, unless the stream has no end.
            callbacks: who watches.
            return_dict: they always come by name, and in order, so there is nothing to choose.

        Returns:
            The scores by name, 'loss' first: `scores["accuracy"]`, or `loss, accuracy = scores`.
        """
        self.loss  # noqa: B018 - says so if compile was forgotten
        batch_size = 32 if batch_size is None else batch_size
        counts = {} if steps is None else {"steps": steps}
        examples.check_counts("evaluate", batch_size=batch_size, **counts)
        prepare = Preparation(self, "evaluate")
        if is_stream(x):
            given.no_arrays_beside(y=y, sample_weight=sample_weight)
            batches: Any = StreamBatches(x, steps, "evaluate", prepare=prepare)
        else:
            x = given.inputs_of(self, x)
            x, y, weight = given.weighted_pairs(x, y, sample_weight, None, "evaluate")
            batches = ArrayBatches(x, y, weight, batch_size, prepare=prepare, steps=steps)
        params = {"steps": batches.steps, "verbose": verbose}
        scores = judge(self, batches, CallbackList(callbacks, self, params))
        if verbose in (1, 2):
            print(", ".join(f"{n}={s:.4f}" for n, s in scores.items() if np.ndim(s) == 0))
        return Report(scores)

    def predict(
        self,
        x: Any,
        batch_size: int = 256,
        verbose: int | str = 0,
        steps: int | None = None,
        callbacks: Any = None,
    ) -> np.ndarray:
        """The model's outputs, as a plain array, in evaluation mode.

        Args:
            x: (examples, ...) inputs, or batches; of (x, y) batches only the x are looked at.
            batch_size: examples at a time.
            verbose: as in Keras; there is nothing to show.
            steps: how many batches to predict; all, unless the stream has no end.
            callbacks: who watches.

        Returns:
            (examples, ...).

        >>> nn.Linear(3, 2).predict(np.zeros((5, 3))).shape
        (5, 2)
        """
        batch_size = 32 if batch_size is None else batch_size
        examples.check_counts("predict", batch_size=batch_size)

        cast = Inputs(self, "predict")

        def prepare(batch: Batch) -> Batch:
            return Batch(cast(batch.x))

        if is_stream(x):
            batches: Any = StreamBatches(x, steps, "predict", targets=False, prepare=prepare)
        else:
            x = examples.rows(given.inputs_of(self, x), "predict", "x")
            given.refuse_one_example(self, x)
            batches = ArrayBatches(x, batch_size=batch_size, prepare=prepare, steps=steps)
        watching = CallbackList(callbacks, self, {"steps": batches.steps})
        watching.tell("on_predict_begin", {})
        outputs = []
        replay = replay_of(self)
        output = functools.partial(call, self) if replay is None else replay.call
        with mode(self, training=False), no_grad():
            for i, batch in enumerate(batches.epoch(0)):
                watching.tell("on_predict_batch_begin", i, {})
                outputs.append(examples.plain(output(batch.x)))
                watching.tell("on_predict_batch_end", i, {})
        watching.tell("on_predict_end", {})
        return np.concatenate(outputs)

    def summary(self, input_shape: Any = None) -> None:
        """Print the layers with their output shapes and parameters, as Keras does.

        Args:
            input_shape: of one example, without the batch axis, or a list of them for a model of
                several inputs; only needed where the model was not used yet and its first layer
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

    def report(self) -> str:
        """What training and judging have recorded to replay, and why where they have not.

        >>> model = nn.Linear(1, 1)
        >>> model.compile("mse", "sgd", jit=False)
        >>> model.report()
        'Linear was compiled with jit=False: every step is computed anew'
        """
        self.loss  # noqa: B018 - says so if compile was forgotten
        kind = type(self).__name__
        if not self.jit:
            return f"{kind} was compiled with jit=False: every step is computed anew"
        replay = replay_of(self)
        return (replay and replay.report()) or f"{kind} has recorded nothing yet: fit it first"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the weights to a safetensors file (or '.npz'), whole or not at all.

        Raises:
            FileNotFoundError: the folder does not exist.
        """
        weights.write(path, self.state_dict())

    def load(self, path: str | os.PathLike[str]) -> None:
        """Take the weights from a file that `save`, a checkpoint or PyTorch (safetensors) wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is damaged, or holds the weights of another model.
        """
        state = weights.read(path)
        try:
            self.load_state_dict(state)
        except ValueError as error:
            raise ValueError(f"load: {os.fspath(path)!r}: {error}") from None

    # ------------------------------------------------------------------------------------- parts

    def _one_batch(
        self, x: Any, y: Any, sample_weight: Any, class_weight: Any, asked: str
    ) -> Batch:
        self.loss  # noqa: B018 - says so if compile was forgotten
        x = given.inputs_of(self, x)
        batch = Batch(*given.weighted_pairs(x, y, sample_weight, class_weight, asked))
        return Preparation(self, asked)(batch)

    def _scores(self, loss: float, prediction: np.ndarray, batch: Batch) -> Report:
        scores = Scores(self.metrics, self.weighted_metrics)
        scores.add(loss, prediction, batch.y, batch.weight)
        return Report(scores.means())
