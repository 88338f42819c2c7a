"""Two moons, one number at a time: a network whose every product is a node, and how it gets fast.

The program is that of micrograd, a network of single numbers. Its loss is a graph of some
65,000 nodes, made anew in every step. `autograd.jit` looks at the graph once, finds the
nodes that do the same at the same depth, and computes each such group as one array.
"""

from __future__ import annotations

import random
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from tqdm import tqdm

import autograd
import nn
from autograd import Value
from autograd.graph import Graph
from demos import figures, moving
from demos.language import label
from demos.report import Program

STEPS, NOISE, WEIGHT_DECAY = 100, 0.1, 1e-4
SHOWN = (0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30, 36, 43, 51, 60, 70, 80, 90, 100)
WIDE, HIGH = (-1.6, 2.6), (-1.2, 1.7)
COVER = "boundary"


def moons(points: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other: points (n, 2), and on which each is, 1 or -1."""
    angle = np.linspace(0, np.pi, points // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    where = np.concatenate([upper, lower])
    where += np.random.default_rng(seed).normal(0, NOISE, where.shape)
    return where, np.repeat([1, -1], points // 2)


def loss_of(model: nn.scalar.MLP, points: np.ndarray, sides: np.ndarray) -> Value:
    """The hinge loss: what each score lacks to be 1 on its own side; and weights kept small."""
    scores = [model(point) for point in points.tolist()]
    missing = [(1 - side * score).relu() for side, score in zip(sides.tolist(), scores)]
    return sum(missing) / len(missing) + WEIGHT_DECAY * sum(p * p for p in model.parameters())


def correct(model: nn.scalar.MLP, loss: Value, rate: float) -> None:
    """One step of gradient descent on every number of the network."""
    model.zero_grad()
    loss.backward(keep="leaves")
    for p in model.parameters():
        p.data -= rate * p.grad


def scores(model: nn.scalar.MLP, points: np.ndarray) -> np.ndarray:
    """What the network answers to many points: the same sums and products, a layer at a time."""
    x = points
    for layer in model.layers:
        weights = np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
        x = x @ weights.T + [neuron.b.data for neuron in layer.neurons]
        x = np.maximum(x, 0) if layer.neurons[0].nonlin else x
    return x[:, 0]


def seconds(step: Callable[[], Any], times: int) -> float:
    """The median time a step takes of the processor, whatever else it has to do."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        step()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` chooses the points and the first weights."""
    count, width = (20, 8) if quick else (100, 16)
    points, sides = moons(count, seed)
    random.seed(seed + 1337)
    model = nn.scalar.MLP(2, [width, width, 1])

    def loss_of_all() -> Value:
        return loss_of(model, points, sides)

    first = loss_of_all()
    first.backward(keep="leaves")
    gradients = np.array([p.grad for p in model.parameters()])
    eager = seconds(lambda: loss_of_all().backward(keep="leaves"), 5)

    compiled = autograd.jit(loss_of_all)
    start = time.process_time()
    for _ in range(2):  # the first call records, the second one checks
        compiled().backward(keep="leaves")
    compiling = time.process_time() - start
    replay = seconds(lambda: compiled().backward(keep="leaves"), 20)
    model.zero_grad()
    compiled().backward(keep="leaves")
    difference = np.abs(gradients - [p.grad for p in model.parameters()]).max()

    grid = np.stack(np.meshgrid(np.linspace(*WIDE, 140), np.linspace(HIGH[1], HIGH[0], 97)), -1)
    losses, right, frames, times = [], [], [], []
    for step in tqdm(range(STEPS + 1), desc="two moons", unit=" steps"):
        loss = compiled()
        losses.append(loss.item())
        right.append(float((np.sign(scores(model, points)) == sides).mean()))
        if step in SHOWN:
            frames.append(sides_of(scores(model, grid.reshape(-1, 2)).reshape(grid.shape[:2])))
            times.append(label("step {}").format(step))
        correct(model, loss, rate=1.0 - 0.9 * step / STEPS)

    neuron = nn.scalar.Neuron(2)
    neuron.w, neuron.b = [Value(0.5, name="w1"), Value(-1.0, name="w2")], Value(0.1, name="b")
    return {
        "points": count,
        "width": width,
        "parameters": len(model.parameters()),
        "nodes": len(Graph(first, with_gradients=False).nodes),
        "eager": eager * 1e3,
        "replay": replay * 1e3,
        "ratio": eager / replay,
        "compiling": compiling,
        "pays_after": int(np.ceil(compiling / (eager - replay))),
        "difference": difference,
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "right": right[-1],
        "neuron_drawn": figures.graph(neuron([0.8, 0.3]), direction="LR"),
        "boundary": moving.film(map_of(points, sides), frames, times),
        "curves": figures.curves({"loss": {"loss": losses}, "accuracy": {"": right}}, "step"),
        "speeds": [
            ("eager: the graph is made anew", f"{eager * 1e3:.1f}", "1"),
            (
                "`autograd.jit`: the graph is replayed",
                f"{replay * 1e3:.2f}",
                f"{eager / replay:.0f}",
            ),
        ],
        "report": Program("\n".join(map(_wrapped, compiled.report().splitlines()[:2]))),
    }


def _wrapped(line: str) -> str:
    """A line of a report in lines that fit the page."""
    return textwrap.fill(line, 88, subsequent_indent="     ")


def sides_of(score: np.ndarray) -> np.ndarray:
    """Scores as colours: blue above 0, orange below, the stronger the surer; RGBA (h, w, 4)."""
    blue, orange = (tuple(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5))
                    for c in (figures.BLUE, figures.ORANGE))  # fmt: skip
    colour = np.where(score[..., None] > 0, blue, orange)
    return np.concatenate([colour, 0.12 + 0.4 * np.abs(np.tanh(score))[..., None]], axis=-1)


def map_of(points: np.ndarray, sides: np.ndarray) -> Axes:
    """The points as dots, each moon in its colour."""
    axes = figures.panel("", 6.4, 4.4, xlabel="x", ylabel="y")
    axes.set(xlim=WIDE, ylim=HIGH)
    for side, colour, mark in ((1, figures.BLUE, "o"), (-1, figures.ORANGE, "s")):
        axes.plot(*points[sides == side].T, mark, color=colour, markersize=5, mec=figures.INK)
    return axes
