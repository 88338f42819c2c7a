"""Progress: what `fit` shows while it works."""

from __future__ import annotations

import shutil
import sys
from typing import Any, Self

import numpy as np
from tqdm import tqdm

from nn.metrics.scores import Scores

#: Title, how much is done, the time left, and the scores so far.
LOOK = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{remaining}{postfix}]"

#: The same where nobody knows how much there is to do.
ENDLESS = "{desc}: {n_fmt} batches [{elapsed}{postfix}]"


class Progress:
    """One epoch: a bar while it runs, where there is a terminal, and a line when it is done.

    Args:
        title: such as 'Epoch 3/20'.
        batches: how many there will be; None if nobody knows.
        verbose: 0 shows nothing, 1 bar and line, 2 the line only.
        done: how many there have been already.
    """

    def __init__(self, title: str, batches: int | None, verbose: int, done: int = 0) -> None:
        self.title = title
        self.line = verbose > 0
        self.bar = tqdm(
            total=batches,
            initial=done,
            desc=title,
            bar_format=LOOK if batches else ENDLESS,
            ncols=shutil.get_terminal_size().columns,
            leave=False,  # the line takes its place
            disable=verbose != 1 or not sys.stderr.isatty(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def batch(self, scores: Scores) -> None:
        """One more batch is done."""
        if self.bar.update():  # it was drawn: the next time with these
            self.bar.set_postfix_str(_text(scores.means()), refresh=False)

    def epoch(self, means: dict[str, Any]) -> None:
        """All batches are done and, where there is validation data, judged."""
        self.bar.close()
        if self.line:
            print(f"{self.title}: {_text(means)}", flush=True)


def _text(means: dict[str, Any]) -> str:
    """The scores that are numbers."""
    numbers = {name: score for name, score in means.items() if np.ndim(score) == 0}
    return ", ".join(f"{name}={score:.4f}" for name, score in numbers.items())
