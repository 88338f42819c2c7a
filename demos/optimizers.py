"""Six optimizers: down the same ravine, and on the same digits from the same start.

Gradient descent bounces between a ravine's walls and creeps along its floor. Momentum remembers
where it was going; AdaGrad, RMSProp and Adam give every weight a step length of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

import autograd
import nn
import optim
from autograd import Value
from demos import figures, moving
from demos.data import Digits, load_digits
from demos.language import label

START, STEPS = (-7.0, -1.0), 60
EPOCHS, BATCH = 8, 50


class Rule(NamedTuple):
    """An optimizer, its learning rate in the ravine, and those to try on the digits."""

    make: Callable[..., optim.Optimizer]
    rate: float
    rates: tuple[float, ...]


RULES = {
    "SGD": Rule(optim.SGD, 0.75, (0.3, 1.0, 3.0)),
    "momentum": Rule(partial(optim.SGD, momentum=0.9), 0.1, (0.03, 0.1, 0.3)),
    "Nesterov": Rule(partial(optim.SGD, momentum=0.9, nesterov=True), 0.2, (0.03, 0.1, 0.3)),
    "AdaGrad": Rule(optim.Adagrad, 2.0, (0.03, 0.1, 0.3)),
    "RMSProp": Rule(partial(optim.RMSprop, alpha=0.9), 0.2, (0.003, 0.01, 0.03)),
    "Adam": Rule(optim.Adam, 0.7, (0.003, 0.01, 0.03)),
}


def ravine(a: Any, b: Any) -> Any:
    """A loss with steep walls, and a floor along b = a / 2 that falls gently to (0, 0)."""
    return (b - a / 2) ** 2 + a**2 / 50


def straight(a: Any, b: Any) -> Any:
    """The same ravine, its floor along the axis of a."""
    return b**2 + a**2 / 50


def walk(rule: Rule, loss: Callable[[Any, Any], Any], start: Sequence[float]) -> np.ndarray:
    """Where an optimizer goes: the points (STEPS + 1, 2)."""
    point = Value(np.array(start))
    optimizer = rule.make([point], lr=rule.rate)
    path = [point.data.copy()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(point[0], point[1]).backward()
        optimizer.step()
        path.append(point.data.copy())
    return np.array(path)


def build(seed: int) -> nn.Sequential:
    """A small network for the digits; the same seed gives the same first weights."""
    autograd.manual_seed(seed)
    return nn.Sequential(nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, 10))


def train(
    make: Callable[..., optim.Optimizer], rate: float, digits: Digits, seed: int, epochs: int
) -> tuple[list[float], float]:
    """Train from the same weights, on the same batches; the loss of each epoch, the accuracy."""
    model = build(seed)
    optimizer = make(model.parameters(), lr=rate)
    distance = nn.CrossEntropyLoss()
    shuffle = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        batches = shuffle.permutation(len(digits.train_labels)).reshape(-1, BATCH)
        total = 0.0
        for batch in batches:
            loss = distance(model(digits.train_images[batch]), digits.train_labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(batches))
    answers = model(digits.test_images).data.argmax(axis=1)
    return losses, float((answers == digits.test_labels).mean())


def best_rate(
    rule: Rule, digits: Digits, seed: int, epochs: int, bar: tqdm
) -> tuple[float, list[float], float]:
    """Try every learning rate; the one with the smallest loss in the end, with its results."""
    tried = []
    for rate in rule.rates:
        tried.append((rate, *train(rule.make, rate, digits, seed, epochs)))
        bar.update()
    return min(tried, key=lambda found: found[1][-1])


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` chooses the first weights and the order of the digits."""
    paths = {name: walk(rule, ravine, START) for name, rule in RULES.items()}
    ends = {name: ravine(*path[-1]) for name, path in paths.items()}
    eased = {
        name: straight(*walk(rule, straight, (START[0], START[1] - START[0] / 2))[-1])
        for name, rule in RULES.items()
    }
    digits, epochs = load_digits(), 2 if quick else EPOCHS
    with tqdm(total=sum(len(r.rates) for r in RULES.values()), desc="digits", unit=" runs") as bar:
        runs = {n: best_rate(rule, digits, seed, epochs, bar) for n, rule in RULES.items()}
    quickest = min(runs, key=lambda name: runs[name][1][-1])
    return {
        "first_loss": ravine(*START),
        "ends": ends,
        "deepest": label(min(ends, key=lambda name: ends[name])),
        "deepest_loss": min(ends.values()),
        "eased": eased,
        "epochs": epochs,
        "digits_shown": len(digits.train_labels),
        "test_digits": len(digits.test_labels),
        "quickest": label(quickest),
        "quickest_loss": runs[quickest][1][-1],
        "sgd_loss": runs["SGD"][1][-1],
        "walks": moving.paths_on_map(ravine, (-8, 1.5), (-5, 2), paths),
        "ravine_rows": [
            (name, f"{rule.rate:g}", f"{ends[name]:.2g}", f"{eased[name]:.2g}")
            for name, rule in RULES.items()
        ],
        "curves": figures.curves(
            {"loss": {name: losses for name, (_, losses, _) in runs.items()}}, log=True
        ),
        "digit_rows": [
            (name, f"{rate:g}", f"{losses[0]:.3f}", f"{losses[-1]:.3f}", f"{accuracy:.1%}")
            for name, (rate, losses, accuracy) in runs.items()
        ],
    }
