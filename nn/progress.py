"""Progress: what `fit` shows while it works."""

from __future__ import annotations

import sys
from typing import Self

from tqdm import tqdm

from nn.metrics import Scores


class Progress:
    """One epoch: a bar on a terminal, else a line when it is done.

    Args:
        title: such as 'Epoch 3/20'.
        batches: how many there will be.
        verbose: 0 shows nothing, 1 a bar where there is a terminal, 2 a line.
    """

    def __init__(self, title: str, batches: int, verbose: int) -> None:
        self.title = title
        self.line = verbose == 2 or (verbose == 1 and not sys.stderr.isatty())
        self.bar = (
            tqdm(total=batches, desc=title, unit=" batches", dynamic_ncols=True)
            if verbose == 1 and not self.line
            else None
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def batch(self, scores: Scores) -> None:
        """One more batch is done."""
        if self.bar is not None and self.bar.update():  # it was drawn: the next time with these
            self.bar.set_postfix_str(_text(scores.means()), refresh=False)

    def epoch(self, means: dict[str, float]) -> None:
        """All batches are done and, where there is validation data, judged."""
        if self.bar is not None:
            self.bar.set_postfix_str(_text(means))
        elif self.line:
            print(f"{self.title}: {_text(means)}", flush=True)


def _text(means: dict[str, float]) -> str:
    return ", ".join(f"{name}={score:.4f}" for name, score in means.items())
