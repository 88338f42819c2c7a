"""CTCLoss: for sequences whose labels come in order, but nobody says when."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Value
from nn.losses.pairs import Several

__all__ = ["CTCLoss"]


class CTCLoss(Several):
    """Minus the log-probability of all paths that read as a text; see `autograd.ctc_loss`.

    As in PyTorch, what arrives at `log_probs` is the gradient for the scores before `log_softmax`,
    probability minus share; behind a `log_softmax` that is the same as the derivative itself.

    Args:
        blank: the label that stands for none.
        reduction: 'mean' (each loss divided by its text's length first), 'sum' or 'none'.
        zero_infinity: count a text that its sequence is too short for as 0, not as infinite; it has
            no gradient in either case.

    Shapes:
        log_probs: (times, batch, labels) or (times, labels), from `log_softmax`;
        targets: (batch, longest), or (total) all texts end to end;
        input_lengths, target_lengths: (batch) integers.

    Raises:
        ShapeError: shapes or lengths do not fit each other.
        ValueError: a label is out of range.

    >>> log_probs = autograd.log_softmax(Value(np.zeros((5, 1, 3))))
    >>> round(nn.CTCLoss()(log_probs, [[1, 2]], [5], [2]).item(), 4)
    0.9689
    """

    inputs = "log_probs, targets, input_lengths, target_lengths"

    def __init__(
        self, blank: int = 0, reduction: str | None = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__(reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def __call__(  # type: ignore[override]
        self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any
    ) -> Any:
        losses = autograd.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, "none"
        )
        possible = losses < np.inf
        if isinstance(log_probs, Value):
            losses = losses + _sums_kept_at_1(log_probs, np.asarray(input_lengths))
        losses = autograd.where(possible, losses, 0.0 if self.zero_infinity else np.inf)
        if self.reduction == "mean":
            losses = losses / np.maximum(np.asarray(target_lengths), 1).astype(losses.dtype)
        return self._gathered(losses)


def _sums_kept_at_1(log_probs: Value, lengths: np.ndarray) -> Value:
    """Nothing, with a derivative: at every time that counts, that of the probabilities' sum."""
    sums = autograd.sum(autograd.exp(log_probs), axis=-1)
    counts = (np.arange(len(sums)) < lengths[..., None]).T
    return autograd.sum(autograd.where(counts, sums - sums.detach(), 0.0), axis=0)
