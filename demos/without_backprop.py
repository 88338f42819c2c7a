"""Learning with backpropagation and without it, on the same networks and as often evaluated.

A loss here is a function of all weights and biases in one row of numbers. Each learner may evaluate
the network a certain number of times, and returns the loss it had reached after each evaluation. It
ends earlier when next to no loss is left.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import autograd
from demos.data import load_digits

Loss = Callable[[Any], Any]
NUDGE = 1e-3
ENOUGH = 0.001  # a loss that counts as none
DIGITS = 200
READER = (256, 16, 10)  # layers of a small network that reads digits


class Task(NamedTuple):
    """What is to be learned: the loss, the first weights and biases, the learning rate."""

    loss: Loss
    start: np.ndarray
    rate: float


def network(numbers: Any, sizes: tuple[int, ...], x: Any) -> Any:
    """The prediction of layers of sigmoid neurons, whose weights and biases stand in a row."""
    for inputs, outputs in pairwise(sizes):
        end = inputs * outputs
        weight, bias = numbers[:end].reshape(outputs, inputs), numbers[end : end + outputs]
        x = autograd.sigmoid(x @ weight.T + bias)
        numbers = numbers[end + outputs :]
    return x


def by_backprop(loss: Loss, numbers: np.ndarray, rate: float, budget: int) -> list[float]:
    """One pass forward and one back give the slope for every weight: two evaluations a step."""
    slopes = autograd.value_and_grad(loss)
    reached: list[float] = []
    while len(reached) < budget and min(reached, default=1) > ENOUGH:
        height, gradient = slopes(numbers)
        reached += [float(height)] * 2
        numbers = numbers - rate * np.asarray(gradient)
    return reached


def by_nudges(loss: Loss, numbers: np.ndarray, rate: float, budget: int) -> list[float]:
    """Nudge every weight by itself to see its slope: an evaluation for each, then one step."""
    reached: list[float] = []
    while len(reached) < budget and min(reached, default=1) > ENOUGH:
        height, slopes = float(loss(numbers)), np.zeros_like(numbers)
        reached.append(height)
        for i in range(min(len(numbers), budget - len(reached))):
            nudged = numbers.copy()
            nudged[i] += NUDGE
            slopes[i] = (float(loss(nudged)) - height) / NUDGE
            reached.append(height)
        numbers = numbers - rate * slopes
    return reached


def by_luck(loss: Loss, numbers: np.ndarray, seed: int, budget: int) -> list[float]:
    """A step in any direction, kept if it helps: then bolder steps, else more timid ones."""
    chance, size = np.random.default_rng(seed), 1.0
    reached = [float(loss(numbers))]
    while len(reached) < budget and reached[-1] > ENOUGH:
        there = numbers + size * chance.normal(0, 1, len(numbers))
        height = float(loss(there))
        if height < reached[-1]:
            numbers, size = there, size * 1.5
        else:
            height, size = reached[-1], size * 0.9
        reached.append(height)
    return reached


def reading(seed: int) -> Task:
    """A few hundred digits, and a network of some thousand weights and biases."""
    data = load_digits()
    images, ideal = data.train_images[:DIGITS], np.eye(10, dtype="f4")[data.train_labels[:DIGITS]]
    count = sum((inputs + 1) * outputs for inputs, outputs in pairwise(READER))
    start = np.random.default_rng(seed).uniform(-0.1, 0.1, count).astype("f4")
    return Task(lambda row: ((network(row, READER, images) - ideal) ** 2).mean(), start, 10.0)


def compare(task: Task, seed: int, budget: int) -> dict[str, list[float]]:
    """The loss that each learner had reached after each of `budget` evaluations."""
    loss, start, rate = task
    return {
        "backpropagation": by_backprop(loss, start, rate, budget),
        "nudging every weight": by_nudges(loss, start, rate, budget),
        "steps of luck": by_luck(loss, start, seed, budget),
    }
