"""Progress: what `fit` shows while it works."""

from __future__ import annotations

import shutil
import sys
from typing import Self

from tqdm import tqdm

from nn.metrics import Scores

#: Title, how much is done, the time left, and the scores so far.
LOOK = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{remaining}{postfix}]"


class Progress:
    """One epoch: a bar while it runs, where there is a terminal, and a line when it is done.

    Args:
        title: such as 'Epoch 3/20'.
        batches: how many there will be.
        verbose: 0 shows nothing, 1 bar and line, 2 the line only.
    """

    def __init__(self, title: str, batches: int, verbose: int) -> None:
        self.title = title
        self.line = verbose > 0
        self.bar = tqdm(
            total=batches,
            desc=title,
            bar_format=LOOK,
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

    def epoch(self, means: dict[str, float]) -> None:
        """All batches are done and, where there is validation data, judged."""
        self.bar.close()
        if self.line:
            print(f"{self.title}: {_text(means)}", flush=True)


def _text(means: dict[str, float]) -> str:
    return ", ".join(f"{name}={score:.4f}" for name, score in means.items())
