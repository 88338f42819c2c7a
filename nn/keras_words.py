"""What a model also answers to because Keras's do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn.module import Parameter


class KerasWords:
    """Other names for what a `Module` can do; `Training` has those that programs begin with."""

    if TYPE_CHECKING:  # what a Module brings along

        def parameters(self) -> list[Parameter]: ...
        def save(self, path: Any) -> None: ...
        def load(self, path: Any) -> None: ...

    def save_weights(self, path: str | os.PathLike[str]) -> None:
        """`save`, by Keras's name."""
        self.save(path)

    def load_weights(self, path: str | os.PathLike[str]) -> None:
        """`load`, by Keras's name."""
        self.load(path)

    def reset_metrics(self) -> None:
        """Nothing: `train_on_batch` and `test_on_batch` score each batch alone.

        Keras's go on counting until this is called; programs written for it may call it.

        >>> nn.Linear(1, 1).reset_metrics()
        """

    @property
    def trainable(self) -> bool:
        """Whether any parameter is learned; set it to freeze all of them, or to let them go.

        >>> layer = nn.Linear(3, 2)
        >>> layer.trainable = False
        >>> layer.weight.requires_grad, layer.trainable
        (False, False)
        """
        return any(p.requires_grad for p in self.parameters())

    @trainable.setter
    def trainable(self, learned: bool) -> None:
        for p in self.parameters():
            p.requires_grad_(bool(learned))

    def count_params(self) -> int:
        """How many numbers the parameters hold.

        >>> nn.Linear(3, 2).count_params()
        8
        """
        return sum(p.size for p in self.parameters())
