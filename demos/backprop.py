"""A loss of 0.6 travels back through a network, to each weight in proportion to its influence.

Two inputs, two hidden neurons, two outputs: small enough to see every number. The inputs go
forward, the prediction misses its ideal by 0.6, and the gradients that come back say how each
weight and bias should change. One correction makes the loss smaller; many make it vanish.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tqdm import tqdm

import autograd
import nn
from autograd import Value
from demos import figures
from demos.report import Report

INPUT = np.array([0.9, 0.2])
IDEAL = np.array([1.0, 0.0])
LEARNING_RATE = 1.0
ENOUGH = 0.001

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


def distance(prediction: Value) -> Value:
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


def run(out: Path, seed: int = 0) -> Path:
    """Tell the story and leave its page in `out`; nothing is random, `seed` changes nothing."""
    model = build()
    prediction = model(INPUT)
    loss = distance(prediction)
    loss.backward()
    before = shares(model)
    loss.name = "loss"
    drawing = autograd.draw(loss, direction="TB")
    print(f"loss {loss.item():.3f}")

    losses = [correct(model)]
    after = distance(model(INPUT))
    print(f"loss {after.item():.3f} after one step")
    corrected = [float(v) for p in model.parameters() for v in p.data.ravel()]
    after.name = "loss"
    after_drawing = autograd.draw(after, direction="TB").svg()

    with tqdm(desc="gradient descent", unit=" steps") as bar:
        while losses[-1] > ENOUGH:
            losses.append(correct(model))
            bar.update()
            bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    final = model(INPUT)
    print(f"loss {losses[-1]:.4f} after {len(losses) - 1:,} steps")

    page = Report(
        "A loss of 0.6 goes back through the network",
        "The prediction misses its ideal. The loss travels back to every weight and bias, in "
        "proportion to its influence, and each is corrected.",
    )
    page.numbers(
        {
            "first loss": f"{losses[0]:.3f}",
            "after one step": f"{after.item():.3f}",
            f"steps until below {ENOUGH}": f"{len(losses) - 1:,}",
        }
    )
    page.section("Forward: from two inputs to a prediction")
    page.table(
        "What goes in, what comes out, what should have come out",
        ("", "first", "second"),
        [
            ("input", *_numbers(INPUT)),
            ("prediction", *_numbers(prediction.data)),
            ("ideal", *_numbers(IDEAL)),
        ],
    )
    page.text(
        "The loss is the mean of the squared distances between prediction and ideal: "
        f"{loss.item():.3f}."
    )
    page.section("Backward: the loss reaches every weight")
    page.drawing(
        drawing.svg(),
        alt="The network's graph: inputs at the top, the loss of 0.6 at the bottom; every arrow "
        "carries the message sent back along it.",
        caption="Read the values from top to bottom, and the messages from the loss back up. "
        "Under every weight stands its gradient: the darker, the more influence it has.",
    )
    page.table(
        "Each weight and bias: its gradient, its share of all the gradient, and its correction "
        f"with learning rate {LEARNING_RATE}",
        ("weight", "value", "gradient", "share", "corrected value"),
        [
            (name, f"{value:.3f}", f"{gradient:+.4f}", f"{share:.1%}", f"{new:.3f}")
            for (name, value, gradient, share), new in zip(before, corrected, strict=True)
        ],
    )
    page.section("One correction, and a smaller loss")
    page.text(
        "Every weight moved a little against its gradient. The same input now gives a loss of "
        f"{after.item():.3f} instead of {loss.item():.3f}."
    )
    page.drawing(
        after_drawing,
        alt="The same graph after one step of gradient descent, with a smaller loss.",
        caption="The same network after one step: every number has moved.",
    )
    page.section("Again and again, until the loss is near zero")
    page.figure(
        figures.curves({"loss": {"loss": losses}}, x_label="step"),
        alt=f"The loss falls from 0.6 to {losses[-1]:.4f} in {len(losses) - 1} steps.",
        caption=f"After {len(losses) - 1:,} steps the prediction is "
        f"({', '.join(_numbers(final.data))}), close to the ideal ({', '.join(_numbers(IDEAL))}).",
    )
    saved = page.save(out)
    drawing.save(out / "graph.svg")
    return saved


def _numbers(values: np.ndarray) -> list[str]:
    return [f"{v:.3f}" for v in values]
