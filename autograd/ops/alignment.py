"""The loss of sequences whose labels come in order, but nobody says when (CTC).

A speech or handwriting network scores every label, and a blank, at each time. A path is one label a
time; it reads as a text once repetitions are joined and blanks left out. The loss is minus the log
of the probability of all paths that read as the wanted text, summed by one pass over time. What the
textbooks call the backward pass of the algorithm is here, literally, backpropagation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ShapeError, describe
from autograd.ops.along import take_along_axis
from autograd.ops.asked import _array
from autograd.ops.either import maximum, where
from autograd.ops.losses import _reduced
from autograd.ops.reduce import logsumexp
from autograd.ops.shape import concatenate, stack

__all__ = ["ctc_loss"]

#: The logarithm of no probability at all: finite, so that no difference of infinities is NaN.
NEVER = -1e30


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """Connectionist temporal classification (Graves et al. 2006).

    Args:
        log_probs: (times, batch, labels) or (times, labels), as `log_softmax` gives them.
        targets: (batch, longest) the labels of each text, filled up with anything; or (total) all
            texts end to end.
        input_lengths: (batch) how many times of each sequence count.
        target_lengths: (batch) how many labels each text has.
        blank: the label that stands for none.
        reduction: "none", "sum", or "mean": each loss divided by its text's length, and their mean.
        zero_infinity: count a text that no path is long enough for as 0, not as infinite; it has no
            gradient in either case.

    Returns:
        (batch) losses, or a single number.

    Raises:
        ShapeError: shapes or lengths do not fit each other.
        ValueError: a label is out of range.

    >>> log_probs = np.log([[0.5, 0.5], [0.5, 0.5]])  # of 4 paths, 3 read as 1
    >>> ctc_loss(Value(log_probs), [1], 2, 1).data.round(4)
    np.float64(0.2877)
    """
    log_probs = _array(log_probs, "ctc_loss")
    alone = log_probs.ndim == 2
    if alone:
        log_probs = log_probs[:, None]
    if log_probs.ndim != 3:
        raise ShapeError(
            f"ctc_loss: {describe(log_probs, 'log_probs')} must be (times, batch, labels)"
        )
    times, batch, labels = log_probs.shape
    spans = _lengths("input_lengths", input_lengths, batch, times)
    sizes = _lengths("target_lengths", target_lengths, batch, None)
    texts = _texts(targets, sizes, labels, blank)
    losses = -_log_probability(log_probs, texts, spans, sizes, blank)
    losses = where(losses < -NEVER / 2, losses, 0.0 if zero_infinity else np.inf)
    if reduction == "mean":
        losses = losses / np.maximum(sizes, 1).astype(losses.dtype)
    return _reduced("ctc_loss", losses[0] if alone else losses, reduction)


def _log_probability(log_probs: Any, texts: Any, spans: Any, sizes: Any, blank: int) -> Any:
    """(batch) the log-probability of all paths that read as each text."""
    times, batch, _ = log_probs.shape
    dtype = log_probs.dtype
    marks = np.full((batch, 2 * texts.shape[1] + 1), blank)  # a blank between any two labels
    marks[:, 1::2] = texts
    scores = take_along_axis(log_probs, np.broadcast_to(marks, (times, *marks.shape)), axis=2)
    scores = maximum(scores, NEVER)
    # One may step over a blank, but not between equal labels: there it keeps them apart.
    fresh = (marks[:, 2:] != blank) & (marks[:, 2:] != marks[:, :-2])
    leap = np.full(marks.shape, NEVER, dtype)
    leap[:, 1:2] = 0
    leap[:, 2:][fresh] = 0
    start, front = np.full((2, batch, 2), NEVER, dtype)
    start[:, 1] = 0  # all paths begin in front of the first mark, and never return there
    reached: Any = np.full(marks.shape, NEVER, dtype)  # log-probability of standing at each mark
    reached[(spans == 0) & (sizes == 0), 0] = 0
    for t in range(times):
        wide: Any = concatenate([front if t else start, reached], axis=1)
        ways = [wide[:, 2:], wide[:, 1:-1], wide[:, :-2] + leap]
        moved = logsumexp(stack(ways), axis=0) + scores[t]
        going = t < spans
        reached = moved if going.all() else where(going[:, None], moved, reached)
    last = take_along_axis(reached, np.stack([2 * sizes, np.maximum(2 * sizes - 1, 0)], 1), axis=1)
    ends = np.zeros((batch, 2), dtype)
    ends[sizes == 0, 1] = NEVER  # an empty text ends at its only blank
    return logsumexp(last + ends, axis=1)


def _lengths(what: str, given: Any, batch: int, most: int | None) -> np.ndarray:
    lengths = np.atleast_1d(np.asarray(given))
    if lengths.dtype.kind not in "iu" or lengths.shape != (batch,):
        raise ShapeError(
            f"ctc_loss: {what} must be {batch} integers, one for each sequence, got "
            f"{lengths.dtype} of shape {lengths.shape}"
        )
    if lengths.size and (lengths.min() < 0 or (most is not None and lengths.max() > most)):
        limit = "" if most is None else f" and at most the {most} times there are"
        raise ShapeError(
            f"ctc_loss: {what} must be at least 0{limit}, found {lengths.min()} to {lengths.max()}"
        )
    return lengths.astype(np.int64)


def _texts(targets: Any, sizes: np.ndarray, labels: int, blank: int) -> np.ndarray:
    """(batch, longest) the labels, with 0 behind each text."""
    given = np.asarray(targets)
    batch, longest = len(sizes), int(sizes.max(initial=0))
    if not 0 <= blank < labels:
        raise ValueError(f"ctc_loss: blank must be a label from 0 to {labels - 1}, got {blank}")
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(f"ctc_loss: targets must be integers, got {given.dtype}")
    counts = np.arange(longest) < sizes[:, None]
    texts = np.zeros((batch, longest), np.int64)
    if given.ndim == 1 and given.size == sizes.sum():
        texts[counts] = given
    elif given.ndim == 2 and len(given) == batch and given.shape[1] >= longest:
        texts[counts] = given[:, :longest][counts]
    else:
        raise ShapeError(
            f"ctc_loss: targets must be ({batch}, at least {longest}), or all {sizes.sum()} labels "
            f"end to end, got shape {given.shape}"
        )
    wrong = counts & ((texts < 0) | (texts >= labels) | (texts == blank))
    if wrong.any():
        raise ValueError(
            f"ctc_loss: labels must be from 0 to {labels - 1} and not the blank {blank}, found "
            f"{texts[wrong][0]}"
        )
    return texts
