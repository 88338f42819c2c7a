"""BackupAndRestore: a training that was killed goes on when the program is started again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nn.callbacks.callback import Callback, Logs


class BackupAndRestore(Callback):
    """Keeps all of a training in a folder until it is done, and goes on from there, as in Keras.

    Unlike Keras's it also goes on in the midst of an epoch, and to the last bit as if nothing had
    happened. `fit(checkpoint=path, resume=path)` does the same and keeps the file.

    Args:
        backup_dir: the folder; it is made if it is missing.
        save_freq: 'epoch', or a number of batches, to write more often.
        delete_checkpoint: whether the file goes when the training is done; otherwise the next run
            finds everything done already.

    Raises:
        ValueError: `save_freq` is neither.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse")
    >>> keep = nn.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
    >>> _ = model.fit([[1.0]], [5.0], epochs=2, verbose=0, callbacks=[keep])
    >>> history = model.fit([[1.0]], [5.0], epochs=3, verbose=0, callbacks=[keep])
    >>> history.epoch  # two of them were done before
    [0, 1, 2]
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        delete_checkpoint: bool = True,
    ) -> None:
        whole = isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0
        if save_freq != "epoch" and not whole:
            raise ValueError(
                "BackupAndRestore: save_freq must be 'epoch' or a positive number of batches, got "
                f"{save_freq!r}"
            )
        self.path = Path(backup_dir) / "training.ckpt"
        self.every: Any = None if save_freq == "epoch" else save_freq
        self.delete_checkpoint = delete_checkpoint

    def interrupted(self) -> Path | None:
        return self.path if self.path.exists() else None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        if self.every is not None and self.fitting.steps % self.every == 0:
            self.fitting.wanted.append(self.path)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        self.fitting.wanted.append(self.path)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.delete_checkpoint:
            self.path.unlink(missing_ok=True)
