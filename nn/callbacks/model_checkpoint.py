"""ModelCheckpoint: a file for each epoch, for the best one, or after every so many batches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from nn.callbacks.callback import Logs
from nn.callbacks.monitor import Monitor


class ModelCheckpoint(Monitor):
    """Writes the model while it is trained, as in Keras, whole or not at all.

    A file holds all of the training, so that `fit(resume=path)` goes on from it; `model.load(path)`
    takes the weights alone.

    Args:
        filepath: where to; '{epoch:02d}' and '{val_loss:.2f}' in it are filled in. A missing folder
            is made.
        monitor: the score that says which is the best.
        verbose: 1 says what is written.
        save_best_only: write only what is better than everything before.
        save_weights_only: nothing but the weights: a smaller file that cannot be resumed from.
        mode: 'min', 'max', or 'auto' to tell it by the name.
        save_freq: 'epoch', or a number of batches, as in Keras.
        every_steps: the same number by a plainer name.
        initial_value_threshold: a score that has to be beaten at first.

    Raises:
        ValueError: `save_freq` is neither; `filepath` names a score there is not.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> keep = nn.callbacks.ModelCheckpoint(folder / "{epoch:02d}.safetensors", monitor="loss")
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse")
    >>> _ = model.fit([[1.0]], [5.0], epochs=2, verbose=0, callbacks=[keep])
    >>> sorted(file.name for file in folder.iterdir())
    ['01.safetensors', '02.safetensors']
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        every_steps: int | None = None,
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        if every_steps is None and save_freq != "epoch":
            every_steps = save_freq  # type: ignore[assignment]
        if every_steps is not None and (not isinstance(every_steps, int) or every_steps < 1):
            raise ValueError(
                "ModelCheckpoint: save_freq must be 'epoch' or a positive number of batches, got "
                f"{every_steps!r}"
            )
        self.every_steps = every_steps
        if initial_value_threshold is not None:
            self.best = initial_value_threshold

    @property
    def path(self) -> str | None:
        """The file that can be resumed from, if it is always the same one."""
        return None if self.save_weights_only or "{" in self.filepath else self.filepath

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        if self.every_steps is not None and self.fitting.steps % self.every_steps == 0:
            self._consider(self.fitting.epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.every_steps is None:
            self._consider(epoch, None, logs)

    def _consider(self, epoch: int, batch: int | None, logs: Logs | None) -> None:
        if self.save_best_only:
            score = self.score(logs)
            if score is None or not self.better(score, self.best):
                return
            if self.verbose:
                self.say(epoch, f"{self.monitor} is {score:.5g}, better than {self.best:.5g}")
            self.best = score
        path = self._named(epoch, batch, logs)
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.verbose:
            self.say(epoch, f"writes {os.fspath(path)!r}")
        if self.save_weights_only:
            self.model.save(path)
        else:
            assert self.fitting is not None
            self.fitting.wanted.append(path)  # written when every callback has seen this batch

    def _named(self, epoch: int, batch: int | None, logs: Logs | None) -> Path:
        scores: dict[str, Any] = {k: v for k, v in (logs or {}).items() if np.ndim(v) == 0}
        scores |= {"epoch": epoch + 1, "batch": 0 if batch is None else batch + 1}
        try:
            return Path(self.filepath.format(**scores))
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"ModelCheckpoint: {self.filepath!r} cannot be filled in: {error}; write such as "
                "'{epoch:02d}-{val_loss:.2f}'"
            ) from None
        except KeyError as error:
            raise ValueError(
                f"ModelCheckpoint: {self.filepath!r} names {error}, which was not recorded; there "
                f"are: {', '.join(scores)}"
            ) from None
