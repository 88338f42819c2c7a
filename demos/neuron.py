"""One neuron with one weight: it predicts, misses, asks for the slope, and is corrected.

All of deep learning is here in its smallest form. The prediction is w x, the loss is the squared
distance to the ideal, the slope says which way the loss falls, and the correction takes one step.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.report import Report

INPUT, IDEAL = 2.0, 3.0
START = 0.5
LEARNING_RATE = 0.05
STEPS = 12
SHOWN = (0, 1, STEPS)


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
    prediction.name, loss.name = "prediction", "loss"
    return prediction, loss


def look(weight: float) -> tuple[Moment, Value]:
    """Forward for the prediction and loss, backward for the slope."""
    w = Value(weight, name="w")
    prediction, loss = neuron(w)
    loss.backward()
    return Moment(weight, prediction.item(), loss.item(), float(w.grad)), loss


def learn(weight: float = START, steps: int = STEPS) -> list[Moment]:
    """Correct the weight again and again: w becomes w - learning rate * slope."""
    moments = [look(weight)[0]]
    for _ in range(steps):
        weight -= LEARNING_RATE * moments[-1].slope
        moments.append(look(weight)[0])
    return moments


def run(out: Path, seed: int = 0) -> Path:
    """Tell the story and leave its pages in `out`; it is quick and nothing in it is random."""
    moments = learn()
    first, second, last = (moments[i] for i in SHOWN)
    print(f"loss {first.loss:.3f}, after {STEPS} corrections {last.loss:.6f}")

    page = Report(
        "One neuron, one weight",
        "A neuron multiplies its input by its weight. It is wrong at first. The slope of its loss "
        "says how to correct the weight.",
    )
    page.numbers(
        {
            "first loss": f"{first.loss:.3f}",
            "after one correction": f"{second.loss:.3f}",
            f"after {STEPS}": f"{last.loss:.6f}",
        }
    )
    page.section("Prediction, loss, slope, correction")
    page.text(
        f"The input is {INPUT:g}, the weight {first.weight:g}: the prediction is their product, "
        f"{first.prediction:g}. Ideal would be {IDEAL:g}. The loss is the distance squared, "
        f"({first.prediction:g} - {IDEAL:g})² = {first.loss:g}.",
        f"The slope of the loss at this weight is {first.slope:g}. It is negative, so the loss "
        "falls when the weight grows. The correction goes against the slope, by a small part of "
        f"it, the learning rate {LEARNING_RATE:g}: {first.weight:g} - {LEARNING_RATE:g} × "
        f"({first.slope:g}) = {second.weight:g}.",
    )
    page.figure(
        figures.descent(
            lambda w: neuron(Value(w))[1].data,
            (0.2, 2.8),
            {"corrections": np.array([m.weight for m in moments])},
            x_label="weight w",
        ),
        alt=f"The loss as a curve over the weight, lowest at {IDEAL / INPUT:g}. Dots go down it "
        f"from a weight of {first.weight:g} to {last.weight:.4f}, in ever smaller steps.",
        caption="The steps become smaller by themselves, because the slope does.",
    )

    page.section("The same numbers on the graph, at three moments")
    for step, title in zip(SHOWN, ("At first", "After one correction", "At last"), strict=True):
        moment, loss = look(moments[step].weight)
        page.drawing(
            autograd.draw(loss, direction="LR").svg(),
            alt=f"The graph from the weight {moment.weight:.4g} and the input {INPUT:g} to the "
            f"prediction {moment.prediction:.4g} and the loss {moment.loss:.4g}; the gradient "
            f"that comes back to the weight is {moment.slope:.4g}.",
            caption=f"{title}: weight {moment.weight:.4g}, prediction {moment.prediction:.4g}, "
            f"loss {moment.loss:.4g}, slope {moment.slope:.4g}. Values go to the right; the "
            "messages on the arrows go back to the left.",
        )
    page.link("Step through the first moment, operation by operation", "play.html")

    page.section("Every correction")
    page.table(
        f"Each weight is the one above minus {LEARNING_RATE:g} times the slope above",
        ("step", "weight", "prediction", "loss", "slope"),
        [(i, *(f"{number:.4f}" for number in m)) for i, m in enumerate(moments)],
    )
    saved = page.save(out)
    autograd.play(look(START)[1], path=out / "play.html", lang="en")
    return saved
