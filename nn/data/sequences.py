"""Sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError
from nn.examples import check_counts
from optim.names import unknown

SIDES = ("pre", "post")


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences cut or filled up to one length, as in Keras.

    Args:
        sequences: lists or arrays, each (time, ...) of its own length.
        maxlen: the length; by default that of the longest.
        dtype: of the result.
        padding: where to fill up short ones, 'pre' or 'post'. In front is best for what a recurrent
            layer says last.
        truncating: where to cut long ones.
        value: what to fill up with.

    Returns:
        (sequences, maxlen, ...).

    Raises:
        ShapeError: there are none, one has no length, or what they consist of differs in shape.
        ValueError: `padding` or `truncating` is neither, or `maxlen` is not positive.

    >>> nn.data.pad_sequences([[1, 2, 3], [4]], maxlen=2)
    array([[2, 3],
           [0, 4]], dtype=int32)
    >>> nn.data.pad_sequences([[1, 2, 3], [4]], padding="post")
    array([[1, 2, 3],
           [4, 0, 0]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in SIDES:
            raise unknown(f"pad_sequences: {name}", str(side), SIDES)
    if maxlen is not None:
        check_counts("pad_sequences", maxlen=maxlen)
    if isinstance(sequences, (str, bytes)) or not len(sequences):
        raise ShapeError(f"pad_sequences: give a list of sequences, got {sequences!r:.60}")
    arrays = [np.asarray(sequence) for sequence in sequences]
    for i, array in enumerate(arrays):
        if not array.ndim:
            raise ShapeError(
                f"pad_sequences: sequence {i} is {sequences[i]!r:.60}, which has no length; give a "
                "list of sequences, such as [[1, 2], [3]]"
            )
    shapes = {array.shape[1:] for array in arrays if len(array)} or {()}
    if len(shapes) > 1:
        raise ShapeError(
            f"pad_sequences: the elements of the sequences differ in shape: {sorted(shapes)}"
        )
    length = max(map(len, arrays)) if maxlen is None else maxlen
    out = np.full((len(arrays), length, *shapes.pop()), value, dtype)
    for row, array in zip(out, arrays, strict=True):
        kept = array[-length:] if truncating == "pre" else array[:length]
        if len(kept) and padding == "pre":
            row[-len(kept) :] = kept
        elif len(kept):
            row[: len(kept)] = kept
    return out
