"""TensorBoard: curves of training in a browser, through the writer of another package."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import numpy as np

from nn.callbacks.callback import Callback, Logs
from optim.names import unknown


class TensorBoard(Callback):
    """Writes scores, and histograms of weights if asked to, for TensorBoard.

    Curves of training go to the folder 'train', those of validation to 'validation', so that both
    are drawn in one diagram, as with Keras. Look at them with `tensorboard --logdir logs`.

    Args:
        log_dir: the folder.
        histogram_freq: write the weights' histograms after every so many epochs; 0 for never.
        update_freq: 'epoch', or a number of batches after which the running scores are written.

    Raises:
        ImportError: neither tensorboardX nor torch with tensorboard is installed.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        update_freq: str | int = "epoch",
    ) -> None:
        if update_freq not in ("epoch", "batch") and not isinstance(update_freq, int):
            raise unknown("TensorBoard: update_freq", str(update_freq), ("epoch", "batch"))
        self.log_dir = Path(log_dir)
        self.histogram_freq = histogram_freq
        self.every: Any = (
            1 if update_freq == "batch" else 0 if update_freq == "epoch" else update_freq
        )
        self.make_writer = _summary_writer()
        self.writers: dict[str, Any] = {}

    def _writer(self, part: str) -> Any:
        if part not in self.writers:
            self.writers[part] = self.make_writer(os.fspath(self.log_dir / part))
        return self.writers[part]

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        if self.every and self.fitting.steps % self.every == 0:
            for name, score in (logs or {}).items():
                if np.ndim(score) == 0:
                    self._writer("train").add_scalar(f"batch_{name}", score, self.fitting.steps)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        for name, score in (logs or {}).items():
            if np.ndim(score) == 0:
                part = "validation" if name.startswith("val_") else "train"
                tag = f"epoch_{name.removeprefix('val_')}"
                self._writer(part).add_scalar(tag, score, epoch)
        if self.histogram_freq and (epoch + 1) % self.histogram_freq == 0:
            for name, p in self.model.named_parameters():
                self._writer("train").add_histogram(name, np.asarray(p.data), epoch)
        for writer in self.writers.values():
            writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        for writer in self.writers.values():
            writer.close()
        self.writers.clear()


def _summary_writer() -> Any:
    """The class that writes event files, from whichever package there is."""
    for package in ("tensorboardX", "torch.utils.tensorboard"):
        try:
            return importlib.import_module(package).SummaryWriter
        except ImportError:
            continue
    raise ImportError(
        "TensorBoard: needs a package that writes its files; install one with: "
        "pip install tensorboardX"
    )
