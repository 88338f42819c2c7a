"""One neuron with one weight: it predicts, misses, asks for the slope, and is corrected.

All of deep learning is here in its smallest form. The prediction is w x, the loss is the squared
distance to the ideal, the slope says which way the loss falls, and the correction takes one step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.language import language

INPUT, IDEAL = 2.0, 3.0
START = 0.5
LEARNING_RATE = 0.05
STEPS = 12
COVER = "graph_first"


class Moment(NamedTuple):
    """What the neuron knows at one moment; the slope is that of the loss along the weight."""

    weight: float
    prediction: float
    loss: float
    slope: float


def neuron(w: Value) -> tuple[Value, Value]:
    """The prediction, and the loss: its distance to the ideal, squared."""
    prediction = w * INPUT
    loss = (prediction - IDEAL) ** 2
    return prediction, loss


def look(weight: float) -> tuple[Moment, Value]:
    """Forward for the prediction and loss, backward for the slope."""
    w = Value(weight, name="w")
    prediction, loss = neuron(w)
    prediction.name, loss.name = "prediction", "loss"
    loss.backward()
    return Moment(weight, prediction.item(), loss.item(), float(w.grad)), loss


def learn(weight: float = START, steps: int = STEPS) -> list[Moment]:
    """Correct the weight again and again: w becomes w - learning rate * slope."""
    moments = [look(weight)[0]]
    for _ in range(steps):
        weight -= LEARNING_RATE * moments[-1].slope
        moments.append(look(weight)[0])
    return moments


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; it is quick and nothing in it is random."""
    moments = learn()
    first, second, last = moments[0], moments[1], moments[-1]
    autograd.play(look(START)[1], path=out / "play.html", lang=language())
    return {
        "first": first,
        "second": second,
        "last": last,
        "best": IDEAL / INPUT,
        "curve": figures.descent(
            lambda w: neuron(Value(w))[1].data,
            (0.2, 2.8),
            {"corrections": np.array([m.weight for m in moments])},
            x_label="weight w",
        ),
        "graph_first": figures.graph(look(first.weight)[1], direction="LR"),
        "graph_second": figures.graph(look(second.weight)[1], direction="LR"),
        "graph_last": figures.graph(look(last.weight)[1], direction="LR"),
        "rows": [(i, *(f"{number:.6f}" for number in m)) for i, m in enumerate(moments)],
    }
