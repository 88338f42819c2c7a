"""How good do the networks get? Five seeds each, on the 1,000 digits none of them has seen.

One run may be lucky. So each network is built and trained anew from five starts of the random
draws, and what counts is the mean.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

import autograd
import nn
import optim
from demos import figures
from demos.data import Digits, load_digits

SEEDS = 5


def perceptron() -> nn.Module:
    """256 pixels, 128 hidden neurons, 10 scores."""
    return nn.Sequential(nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, 10))


def convolutional() -> nn.Module:
    """Small filters slide over the picture twice, then two layers judge what they found."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 16, 16)),
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.4),
        nn.Linear(512, 64), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(64, 10),
    )  # fmt: skip


class RowByRow(nn.Module):
    """An LSTM reads the picture from top to bottom, a row of 16 pixels at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 128, batch_first=True)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        _, (last, _) = self.lstm(x.reshape(-1, 16, 16))
        return self.out(self.drop(last[0]))


#: Each network: how it is built, its learning rate, batch, and how often it sees every digit.
NETWORKS: dict[str, tuple[Callable[[], nn.Module], float, int, int]] = {
    "perceptron": (perceptron, 0.003, 32, 30),
    "convolutional": (convolutional, 0.003, 64, 20),
    "LSTM, row by row": (RowByRow, 0.005, 64, 20),
}


def accuracy(name: str, digits: Digits, seed: int, share: int = 1) -> float:
    """Train the network from this seed; the part of the test digits it reads rightly.

    With a `share` of 4, say, it sees a quarter of the training digits, a quarter as often.
    """
    build, rate, batch, epochs = NETWORKS[name]
    epochs = max(epochs // share, 2)
    autograd.manual_seed(seed)
    model = build()
    model.compile(
        nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=rate), metrics=["accuracy"]
    )
    to_zero = nn.callbacks.LearningRateScheduler(
        lambda epoch, _: rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
    )
    images = digits.train_images[::share].astype(np.float32)
    model.fit(images, digits.train_labels[::share], batch, epochs, callbacks=[to_zero], verbose=0)
    test = digits.test_images.astype(np.float32)
    return model.evaluate(test, digits.test_labels, verbose=0)["accuracy"]


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` is the first of the starts."""
    digits = load_digits()
    seeds, share = (2, 4) if quick else (SEEDS, 1)
    jobs = [(name, seed + k) for name in NETWORKS for k in range(seeds)]
    found: dict[str, list[float]] = {name: [] for name in NETWORKS}
    for name, start in (bar := tqdm(jobs, desc="training", unit=" networks")):
        bar.set_postfix_str(name)
        found[name].append(accuracy(name, digits, start, share))
    for name, scores in found.items():
        each = ", ".join(f"{s:.1%}" for s in scores)
        print(f"{name:<18} mean {mean(scores):.2%} of {seeds}: {each}")
    return {
        "seeds": seeds,
        "learnt": len(digits.train_images[::share]),
        "means": {name: mean(scores) for name, scores in found.items()},
        "points": points(found),
        "rows": [
            (name, f"{mean(scores):.2%}", f"{min(scores):.1%}", f"{max(scores):.1%}")
            for name, scores in found.items()
        ],
    }


def points(found: dict[str, list[float]]) -> Figure:
    """A point a start, and a bar at the mean."""
    axes = figures.panel(xlabel="accuracy on the test digits", width=6.5, height=2.4)
    for row, scores in enumerate(found.values()):
        axes.plot(scores, [row] * len(scores), "o", color=figures.BLUE, alpha=0.6)
        axes.plot(mean(scores), row, "|", color=figures.ORANGE, markersize=24)
    axes.set_yticks(range(len(found)), [figures.label(name) for name in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.1%}")
    return figures.figure_of(axes)
