"""How good do the networks get? Five seeds each, on the 1,000 digits none of them has seen.

One run may be lucky. So each network is built and trained anew from five starts of the random
draws, and what counts is the mean.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

import autograd
import nn
import optim
from demos import figures
from demos.data import Digits, load_digits
from demos.report import Report

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


def accuracy(name: str, digits: Digits, seed: int) -> float:
    """Train the network from this seed; the share of test digits it reads rightly."""
    build, rate, batch, epochs = NETWORKS[name]
    autograd.manual_seed(seed)
    model = build()
    model.compile(
        nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=rate), metrics=["accuracy"]
    )
    to_zero = nn.callbacks.LearningRateScheduler(
        lambda epoch, _: rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
    )
    images = digits.train_images.astype(np.float32)
    model.fit(images, digits.train_labels, batch, epochs, callbacks=[to_zero], verbose=0)
    test = digits.test_images.astype(np.float32)
    return model.evaluate(test, digits.test_labels, verbose=0)["accuracy"]


def run(out: Path, seed: int = 0, seeds: int = SEEDS) -> Path:
    """Train every network from `seeds` starts and leave a page in `out`; returns its path."""
    digits = load_digits()
    found: dict[str, list[float]] = {name: [] for name in NETWORKS}
    jobs = [(name, seed + k) for name in NETWORKS for k in range(seeds)]
    for name, start in (bar := tqdm(jobs, desc="training", unit="network")):
        bar.set_postfix_str(name)
        found[name].append(accuracy(name, digits, start))
    for name, scores in found.items():
        print(f"{name:<18} mean {statistics.mean(scores):.2%} of {seeds}: {_percent(scores)}")
    return _page(found).save(out)


def _percent(scores: list[float]) -> str:
    return ", ".join(f"{s:.1%}" for s in scores)


def _page(found: dict[str, list[float]]) -> Report:
    page = Report("How good do the networks get?", " ".join((__doc__ or "").split()))
    page.numbers({name: f"{statistics.mean(scores):.1%}" for name, scores in found.items()})
    figure = Figure(figsize=(7, 1 + 0.7 * len(found)), layout="constrained")
    axis = figure.subplots()
    for row, scores in enumerate(found.values()):
        axis.plot(scores, [row] * len(scores), "o", color=figures.BLUE, alpha=0.6)
        axis.plot(statistics.mean(scores), row, "|", color=figures.ORANGE, markersize=24)
    axis.set_yticks(range(len(found)), list(found))
    axis.invert_yaxis()
    axis.xaxis.set_major_formatter(lambda x, _: f"{x:.1%}")
    axis.grid(axis="x", alpha=0.3)
    page.figure(
        figure,
        alt="; ".join(f"{name}: {_percent(scores)}" for name, scores in found.items()),
        caption="Test accuracy: a point a seed, a bar at the mean.",
    )
    page.table(
        "Accuracy on the 1,000 test digits",
        ["network", "mean", "least", "most"],
        [
            (name, f"{statistics.mean(s):.2%}", f"{min(s):.1%}", f"{max(s):.1%}")
            for name, s in found.items()
        ],
    )
    return page
