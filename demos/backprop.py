"""A loss of 0.6 travels back through a network, to each weight in proportion to its influence.

Two inputs, two hidden neurons, two outputs: small enough to see every number. The inputs go
forward, the prediction misses its ideal by 0.6, and the gradients that come back say how each
weight and bias should change. Then the same network learns without them, and how much longer that
takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import autograd
import nn
import optim
from demos import figures, without_backprop
from demos.language import label, language
from demos.report import Graph
from demos.without_backprop import ENOUGH

INPUT = np.array([0.9, 0.2])
IDEAL = np.array([1.0, 0.0])
LEARNING_RATE = 1.0

#: Round numbers, chosen so that the first loss is 0.6 (0.600003).
START = {
    "0.weight": [[-1.3, -0.6], [0.1, 0.6]],
    "0.bias": [-0.4, -0.1],
    "2.weight": [[0.9, -1.5], [1.8, -0.3]],
    "2.bias": [-0.7, 1.0],
}


def build() -> nn.Sequential:
    """The 2-2-2 network with its first weights."""
    model = nn.Sequential(
        nn.Linear(2, 2, dtype=np.float64), nn.Sigmoid(),
        nn.Linear(2, 2, dtype=np.float64), nn.Sigmoid(),
    )  # fmt: skip
    model.load_state_dict({name: np.array(numbers) for name, numbers in START.items()})
    return model


def distance(prediction: Any) -> Any:
    """The loss: how far the prediction is from the ideal, squared, on average."""
    return ((prediction - IDEAL) ** 2).mean()


def correct(model: nn.Sequential) -> float:
    """One step of gradient descent: w becomes w - learning rate * gradient; the old loss."""
    loss = distance(model(INPUT))
    model.zero_grad()
    loss.backward()
    for parameter in model.parameters():
        parameter.data = parameter.data - LEARNING_RATE * parameter.grad
    return loss.item()


def shares(model: nn.Sequential) -> list[tuple[str, float, float, float]]:
    """For every weight and bias: its name, value, gradient, and part of all the gradient."""
    total = sum(float(np.abs(p.grad).sum()) for p in model.parameters())
    rows = []
    for name, parameter in model.named_parameters():
        for index in np.ndindex(parameter.shape):
            value, gradient = float(parameter.data[index]), float(parameter.grad[index])
            rows.append((f"{name}[{', '.join(map(str, index))}]", value, gradient,
                         abs(gradient) / total))  # fmt: skip
    return rows


def learn(model: nn.Sequential) -> list[float]:
    """Correct again and again until next to no loss is left; the loss before each correction."""
    losses = [correct(model)]
    with tqdm(desc="gradient descent", unit=" steps") as bar:
        while losses[-1] > ENOUGH:
            losses.append(correct(model))
            bar.update()
            bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    return losses


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` only matters to those who learn without gradients."""
    model = build()
    prediction = model(INPUT)
    loss = distance(prediction)
    loss.name = "loss"
    loss.backward()
    rows = shares(model)
    least, *_, most = sorted(rows, key=lambda row: row[-1])
    graph, neurons = figures.graph(loss, direction="TB"), _neurons(model)
    autograd.draw(loss, direction="TB", lang=language()).save(out / "graph.svg")

    pupil = build()
    sgd = optim.SGD(pupil.parameters(), LEARNING_RATE)
    nn.play(pupil, INPUT, IDEAL, optimizer=sgd, path=out / "play.html", lang=language())

    losses = [correct(model)]
    corrected = [float(v) for p in model.parameters() for v in p.data.ravel()]
    after = distance(model(INPUT))
    after.name = "loss"
    after.backward()
    graph_after = figures.graph(after, direction="TB")
    losses += learn(model)
    print(f"loss {losses[0]:.3f}, after one step {losses[1]:.3f}, at last {losses[-1]:.4f}")

    tasks = {"small": without_backprop.Task(flat_loss, flat_start(), LEARNING_RATE),
             "large": without_backprop.reading(seed)}  # fmt: skip
    budget = 150 if quick else 800
    reached = {name: without_backprop.compare(task, seed, budget) for name, task in tasks.items()}
    return {
        "first_loss": losses[0],
        "after": losses[1],
        "last_loss": losses[-1],
        "steps": len(losses) - 1,
        "last_prediction": ", ".join(_numbers(model(INPUT).data)),
        "most": {"name": most[0], "share": most[-1]},
        "least": {"name": least[0], "share": least[-1]},
        "graph": graph,
        "neurons": neurons,
        "graph_after": graph_after,
        "inputs": [
            ("input", *_numbers(INPUT)),
            ("prediction", *_numbers(prediction.data)),
            ("ideal", *_numbers(IDEAL)),
        ],
        "shared": [
            (f"`{name}`", f"{value:.3f}", f"{gradient:+.4f}", f"{share:.1%}", f"{new:.3f}")
            for (name, value, gradient, share), new in zip(rows, corrected, strict=True)
        ],
        "falling": figures.curves({"loss": {"loss": losses}}, x_label="step"),
        "by_backprop": without_backprop.by_backprop,
        "by_luck": without_backprop.by_luck,
        "budget": budget,
        "n_digits": without_backprop.DIGITS,
        "weights": {name: task.start.size for name, task in tasks.items()},
        "begun": {name: lines["backpropagation"][0] for name, lines in reached.items()},
        "reached": {name: list(map(min, lines.values())) for name, lines in reached.items()},
        "lucky": len(reached["small"]["steps of luck"]),
        "compared": figures.curves(
            {
                label("{:,} weights and biases").format(tasks[name].start.size): lines
                for name, lines in reached.items()
            },
            x_label="evaluations",
            log=True,
            y_label="loss",
        ),
    }


def flat_start() -> np.ndarray:
    """The first weights and biases in a row, layer by layer."""
    return np.concatenate([np.array(numbers).ravel() for numbers in START.values()])


def flat_loss(row: Any) -> Any:
    """The loss of the 2-2-2 network whose weights and biases stand in a row."""
    return distance(without_backprop.network(row, (2, 2, 2), INPUT))


def _neurons(model: nn.Sequential) -> Graph:
    """The same network as neurons and lines, each as wide as its share of the gradient."""
    look: dict[str, Any] = {"edges": "share", "lang": language()}
    return figures.in_both_themes(
        lambda theme: nn.draw_network(model, INPUT, IDEAL, theme=theme, **look)
    )


def _numbers(values: np.ndarray) -> list[str]:
    return [f"{v:.3f}" for v in values]
