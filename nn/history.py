"""History: what training looked like, epoch by epoch."""

from __future__ import annotations


class History:
    """The scores of every epoch: loss, metrics, and the same on validation data as `val_...`.

    Attributes:
        history: a list for each score, one number an epoch, as in Keras.
        epoch: the epochs' numbers, from 0.

    >>> history = nn.History()
    >>> history.add({"loss": 0.7})
    >>> history.add({"loss": 0.3})
    >>> history["loss"], history
    ([0.7, 0.3], History(2 epochs: loss 0.7 → 0.3))
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def add(self, scores: dict[str, float]) -> None:
        """Append one epoch's scores."""
        self.epoch.append(len(self.epoch))
        for name, score in scores.items():
            self.history.setdefault(name, []).append(score)

    def __getitem__(self, name: str) -> list[float]:
        """The scores of that name.

        Raises:
            KeyError: nothing of that name was recorded.
        """
        if name not in self.history:
            raise KeyError(f"{name!r} was not recorded; there are: {', '.join(self.history)}")
        return self.history[name]

    def __repr__(self) -> str:
        count = len(self.epoch)
        text = ", ".join(f"{name} {s[0]:.4g} → {s[-1]:.4g}" for name, s in self.history.items())
        return f"History({count} epoch{'s' * (count != 1)}{': ' * bool(text)}{text})"
