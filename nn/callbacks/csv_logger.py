"""CSVLogger: a line for each epoch in a text file."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from nn.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Writes the scores of every epoch to a CSV file, as in Keras.

    When an interrupted training goes on, lines written after its checkpoint are taken back first.

    Args:
        filename: where to.
        separator: what stands between the columns.
        append: add to a file that is there already, rather than replace it.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "log.csv"
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse", metrics=["mae"])
    >>> _ = model.fit([[0.0]], [0.0], epochs=2, verbose=0, callbacks=[nn.callbacks.CSVLogger(path)])
    >>> path.read_text().splitlines()[0], len(path.read_text().splitlines())
    ('epoch,loss,mae', 3)
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.path_of_log = Path(filename)
        self.separator = separator
        self.append = append
        self.columns: list[str] | None = None
        self.size: int | None = None  # of the file so far; None before this training wrote to it

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.columns = self.size = None
        if not self.path_of_log.parent.is_dir():
            raise FileNotFoundError(
                f"CSVLogger: there is no folder {os.fspath(self.path_of_log.parent)!r}; make it "
                "first"
            )

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        scores = {name: s for name, s in (logs or {}).items() if np.ndim(s) == 0}
        before = b""
        if self.size is None and self.append and self.path_of_log.exists():
            before = self.path_of_log.read_bytes()
        if self.columns is None:
            first = before.decode().splitlines()[:1]
            self.columns = next(csv.reader(first, delimiter=self.separator), []) or [
                "epoch",
                *sorted({*scores, *self._later()}),
            ]
        text = io.StringIO()
        rows = csv.writer(text, delimiter=self.separator, lineterminator="\n")
        if self.size is None and not before:
            rows.writerow(self.columns)
        rows.writerow([{"epoch": epoch, **scores}.get(name, "NA") for name in self.columns])
        fresh = self.size is None and not before
        with self.path_of_log.open("wb" if fresh else "ab") as file:
            file.write(text.getvalue().encode())
            self.size = file.tell()

    def _later(self) -> set[str]:
        """Scores of validation, which the first epoch may not have (`validation_freq`)."""
        if self.fitting is None or self.fitting.validation is None:
            return set()
        means = self.fitting.scores.means()
        return {f"val_{name}" for name, score in means.items() if np.ndim(score) == 0}

    def state_dict(self) -> dict[str, Any]:
        return {"columns": self.columns, "size": self.size}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.columns, self.size = state["columns"], state["size"]
        if self.size is not None and self.path_of_log.exists():
            os.truncate(self.path_of_log, min(self.size, self.path_of_log.stat().st_size))
