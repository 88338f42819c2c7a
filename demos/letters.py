"""The text of the sequence chapter, letter by letter, and the counts that networks must beat.

A letter here is any sign, the space and the end of a line too.
"""

from __future__ import annotations

import pydoc_data.topics
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

import autograd

HELD_OUT = 0.1


class Text(NamedTuple):
    """A text as the numbers of its letters: what is learned from, and what is held out."""

    alphabet: str
    train: np.ndarray
    validation: np.ndarray

    def encode(self, letters: str) -> np.ndarray:
        """The number of every letter."""
        return np.array([self.alphabet.index(letter) for letter in letters])

    def decode(self, numbers: np.ndarray) -> str:
        """The letters that belong to numbers."""
        return "".join(self.alphabet[number] for number in numbers)


def read() -> Text:
    """What Python's own `help` says about the language: every Python brings this text along.

    >>> text = read()
    >>> text.decode(text.encode("for x in y:"))
    'for x in y:'
    """
    topics = pydoc_data.topics.topics
    letters = np.array(list("\n\n".join(topics[name] for name in sorted(topics))))
    alphabet, numbers = np.unique(letters, return_inverse=True)
    end = int(len(numbers) * (1 - HELD_OUT))
    return Text("".join(alphabet), numbers[:end], numbers[end:])


def windows(numbers: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """The text cut into pieces (n, length), and for every letter the one that follows it."""
    count = (len(numbers) - 1) // length
    return (
        numbers[: count * length].reshape(count, length),
        numbers[1 : count * length + 1].reshape(count, length),
    )


def prose(text: Text, length: int) -> np.ndarray:
    """The first held-out piece that is nothing but five words or more."""
    small = np.array([letter.islower() for letter in text.alphabet])
    gap = text.alphabet.index(" ")
    starts = np.flatnonzero(text.validation[:-length] == gap) + 1
    pieces = text.validation[starts[:, None] + np.arange(length)]
    gaps = pieces == gap
    words = (small[pieces] | gaps).all(axis=1) & ~(gaps[:, 1:] & gaps[:, :-1]).any(axis=1)
    return pieces[np.argmax(words & (gaps.sum(axis=1) >= 4))]


def draws(
    numbers: np.ndarray, length: int, batch: int
) -> Callable[[], Iterator[tuple[np.ndarray, np.ndarray]]]:
    """Pieces that begin anywhere in the text, and the letters that follow; without an end."""

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        while True:
            starts = autograd.generator().integers(len(numbers) - length, size=batch)
            pieces = numbers[starts[:, None] + np.arange(length + 1)]
            yield pieces[:, :-1], pieces[:, 1:]

    return batches


def trigram_loss(text: Text, strengths: tuple[float, ...] = (1, 3, 10, 30)) -> float:
    """The cross-entropy of held-out letters, predicted from the two before by counting.

    How often did each letter follow these two? Where that was seen too rarely to tell, the counts
    of the last letter alone help out, and below them those of all letters: each adds `strength`
    imagined letters to the counts above it. The strength that is best for the held-out text counts,
    which favours the trigram. (Interpolation with a Dirichlet prior: MacKay and Peto 1995.)
    """
    size = len(text.alphabet)
    losses = []
    for strength in strengths:
        share = np.full(size, 1 / size)
        for n in (1, 2, 3):
            counts = np.zeros((size,) * n)
            np.add.at(
                counts, tuple(text.train[i : len(text.train) - n + 1 + i] for i in range(n)), 1
            )
            total = counts.sum(axis=-1, keepdims=True)
            share = (counts + strength * share) / (total + strength)
        one, two, three = (text.validation[i : len(text.validation) - 2 + i] for i in range(3))
        losses.append(-np.log(share[one, two, three]).mean())
    return float(min(losses))
