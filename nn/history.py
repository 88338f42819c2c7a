"""History: what training looked like, epoch by epoch."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from autograd.files import write_whole


class History:
    """The scores of every epoch: loss, metrics, and the same on validation data as `val_...`.

    Attributes:
        history: a list for each score, one number an epoch, as in Keras.
        epoch: the epochs' numbers, from 0.
        params: what `fit` was asked for: {'epochs': ..., 'steps': ..., 'verbose': ...}.

    >>> history = nn.History()
    >>> history.add({"loss": 0.7})
    >>> history.add({"loss": 0.3})
    >>> history["loss"], history
    ([0.7, 0.3], History(2 epochs: loss 0.7 → 0.3))
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []
        self.params: dict[str, Any] = {}

    def add(self, scores: dict[str, Any], epoch: int | None = None) -> None:
        """Append one epoch's scores."""
        self.epoch.append(len(self.epoch) if epoch is None else epoch)
        for name, score in scores.items():
            self.history.setdefault(name, []).append(score)

    def __getitem__(self, name: str) -> list[Any]:
        """The scores of that name.

        Raises:
            KeyError: nothing of that name was recorded.
        """
        if name not in self.history:
            raise KeyError(f"{name!r} was not recorded; there are: {', '.join(self.history)}")
        return self.history[name]

    def state_dict(self) -> dict[str, Any]:
        """Everything recorded so far."""
        return {"history": {n: list(s) for n, s in self.history.items()}, "epoch": list(self.epoch)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken."""
        self.history = {name: list(scores) for name, scores in state["history"].items()}
        self.epoch = list(state["epoch"])

    def numbers(self) -> dict[str, list[float]]:
        """The scores that are one number an epoch; a confusion matrix is not."""
        return {n: s for n, s in self.history.items() if all(np.ndim(score) == 0 for score in s)}

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write a line for each epoch, a column for each score, whole or not at all.

        Raises:
            FileNotFoundError: the folder does not exist.

        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "history.csv"
        >>> history = nn.History()
        >>> history.add({"loss": 0.5})
        >>> history.to_csv(path)
        >>> path.read_text().split()
        ['epoch,loss', '0,0.5']
        """
        columns = self.numbers()
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["epoch", *columns])
        for i, epoch in enumerate(self.epoch):
            # A score that is not judged every epoch has fewer numbers, the latest of them last.
            row = [
                s[i - len(self.epoch)] if len(self.epoch) - i <= len(s) else ""
                for s in columns.values()
            ]
            rows.writerow([epoch, *row])
        write_whole(path, text.getvalue().encode())

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw every score against the epochs, training and validation together.

        Args:
            path: also write the picture to this file; its ending says which kind.

        Returns:
            The matplotlib figure.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: nothing was recorded yet.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError(
                "History.plot: needs matplotlib; install it with: pip install matplotlib"
            ) from None
        columns = self.numbers()
        if not columns:
            raise ValueError("History.plot: nothing was recorded yet; train first")
        names = list(dict.fromkeys(name.removeprefix("val_") for name in columns))
        figure = Figure(figsize=(4.2 * len(names), 3.2), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names):
            for key, label in ((name, "training"), (f"val_{name}", "validation")):
                if scores := columns.get(key):
                    # As the bar of progress counts: a score is known when an epoch is over.
                    epochs = [epoch + 1 for epoch in self.epoch[-len(scores) :]]
                    axes.plot(epochs, scores, marker="o" if len(scores) == 1 else "", label=label)
            axes.set(xlabel="epoch", title=name)
            axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
            axes.grid(alpha=0.3)
            axes.legend(frameon=False)
        if path is not None:
            content = io.BytesIO()
            figure.savefig(content, format=Path(path).suffix[1:] or "png")
            write_whole(path, content.getvalue())
        return figure

    def _repr_svg_(self) -> str | None:
        """The curves, in a notebook; None where there are none or no matplotlib."""
        try:
            figure = self.plot()
        except (ImportError, ValueError):
            return None
        content = io.StringIO()
        figure.savefig(content, format="svg")
        return content.getvalue()

    def __repr__(self) -> str:
        count = len(self.epoch)
        columns = self.numbers().items()
        text = ", ".join(f"{name} {s[0]:.4g} → {s[-1]:.4g}" for name, s in columns)
        return f"History({count} epoch{'s' * (count != 1)}{': ' * bool(text)}{text})"
