"""House sizes and prices: an arbitrary line, its errors, and the best line y = a x + b.

The points are 2,930 real sales. A line predicts a price from a size; its loss is the mean of the
squared errors. Gradient descent turns and lifts the line until no other has a smaller loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.data import load_sales
from demos.report import Report

SQUARE_METRES = 0.09290304  # in a square foot
ARBITRARY = (0.5, 150.0)
FLAT = 1e-9


class Walk(NamedTuple):
    """Where gradient descent went: the (a, b) of every step, and whether the slope ended at 0."""

    path: np.ndarray
    arrived: bool


def loss(line: Value, x: np.ndarray, y: np.ndarray) -> Value:
    """The mean of the squared errors of y = a x + b, where `line` is (a, b)."""
    return ((line[0] * x + line[1] - y) ** 2).mean()


def best_line(x: np.ndarray, y: np.ndarray, start: np.ndarray, rate: float, steps: int) -> Walk:
    """Gradient descent on (a, b), until the gradient is 0 or the steps are used up."""
    slope = autograd.grad(loss)
    line = np.array(start, dtype=float)
    path = [line]
    for _ in range(steps):
        gradient = np.asarray(slope(line, x, y))
        if np.linalg.norm(gradient) < FLAT:
            return Walk(np.array(path), True)
        line = line - rate * gradient
        path.append(line)
    return Walk(np.array(path), False)


def scaled(x: np.ndarray) -> tuple[np.ndarray, float, float]:
    """x moved to mean 0 and stretched to standard deviation 1; the mean and the deviation."""
    mean, deviation = float(x.mean()), float(x.std())
    return (x - mean) / deviation, mean, deviation


def unscaled(line: np.ndarray, mean: float, deviation: float) -> np.ndarray:
    """The same lines, for x as it was: a (x - mean) / deviation + b."""
    a = line[..., 0] / deviation
    return np.stack([a, line[..., 1] - a * mean], axis=-1)


def run(out: Path, seed: int = 0) -> Path:
    """Tell the story and leave its page in `out`; `seed` chooses the sales drawn in the figures."""
    area, price = load_sales()
    x, y = area * SQUARE_METRES, price / 1000
    z, mean, deviation = scaled(x)
    arbitrary = np.array(ARBITRARY)
    start = np.array([ARBITRARY[0] * deviation, ARBITRARY[1] + ARBITRARY[0] * mean])

    good = best_line(z, y, start, rate=0.2, steps=200)
    raw_rate = 0.9 / float((x**2).mean())
    raw = best_line(x, y, arbitrary, raw_rate, steps=len(good.path) - 1)
    best = unscaled(good.path[-1], mean, deviation)
    exact = np.polyfit(x, y, 1)
    losses: dict[str, Sequence[float]] = {
        "scaled": [loss(Value(line), z, y).item() for line in good.path],
        "as it is": [loss(Value(line), x, y).item() for line in raw.path],
    }
    print(
        f"price = {best[0]:.4f} area + {best[1]:.4f}; least squares {exact[0]:.4f}, {exact[1]:.4f}"
    )

    shown = np.random.default_rng(seed).choice(len(x), 60, replace=False)
    size, rounds = 120.0, len(good.path) - 1
    page = Report(
        "The best line through 2,930 houses",
        "Larger houses cost more. Which line says best how much more? The one whose squared errors "
        "are smallest, and gradient descent finds it.",
    )
    page.numbers(
        {
            "thousand dollars a square metre (a)": f"{best[0]:.4f}",
            "thousand dollars at size 0 (b)": f"{best[1]:.4f}",
            "loss, arbitrary line": f"{losses['scaled'][0]:,.0f}",
            "loss, best line": f"{losses['scaled'][-1]:,.0f}",
        }
    )
    page.text(
        f"The data: {len(x):,} real sales in Ames, Iowa, 2006 to 2010 (De Cock 2011). x is the "
        f"living area in square metres, on average {mean:.0f}; y is the price in thousands of "
        f"dollars, on average {y.mean():.0f}."
    )
    page.section("An arbitrary line, and the best one")
    page.figure(
        figures.lines(x, y, {"arbitrary": arbitrary, "best": best}, shown),
        alt=f"Sizes and prices as dots, with a line in each of two panels and the vertical "
        f"distance of {len(shown)} dots to it. The arbitrary line y = {ARBITRARY[0]:g} x + "
        f"{ARBITRARY[1]:g} misses most of them; the best line y = {best[0]:.2f} x + "
        f"{best[1]:.2f} runs through their middle.",
        caption=f"The orange lines are the errors (residuals) of {len(shown)} of the houses. "
        f"The loss is the mean of all {len(x):,} errors squared.",
    )
    page.text(
        f"For a house of {size:g} m² the best line predicts {best[0] * size + best[1]:.1f} "
        f"thousand dollars; the arbitrary one, {ARBITRARY[0] * size + ARBITRARY[1]:.1f}."
    )

    page.section("The loss of every line")
    span = np.ptp(good.path, axis=0) * 1.2 + 5
    low, high = good.path[-1] - span, good.path[-1] + span
    page.figure(
        figures.contour(
            lambda a, b: _surface(a, b, z, y),
            (low[0], high[0]),
            (low[1], high[1]),
            {"scaled x": good.path},
            labels=("a, for scaled x", "b"),
        ),
        alt=f"Round lines of equal loss over a and b. The path leads straight from "
        f"({start[0]:.0f}, {start[1]:.0f}) to the lowest point ({good.path[-1, 0]:.1f}, "
        f"{good.path[-1, 1]:.1f}).",
        caption="Each point of this map is a line. With x scaled, the valley is round, and the "
        "gradient points at its lowest place.",
    )
    page.table(
        "The best line, twice: by gradient descent, and by the formula of least squares",
        ("", "a", "b"),
        [
            (f"gradient descent, {rounds} steps", *(f"{number:.6f}" for number in best)),
            ("least squares (np.polyfit)", *(f"{number:.6f}" for number in exact)),
        ],
    )

    page.section("Why scaling the input matters")
    page.text(
        f"Areas are numbers around {mean:.0f}, so a small change of a moves every prediction far, "
        "and a change of b moves it little. The valley becomes a long gorge. The learning rate "
        f"must be small, {raw_rate:.1e}, for the steep direction, and then nothing happens along "
        f"the gorge: after the same {rounds} steps b is {raw.path[-1, 1]:.2f} where "
        f"{exact[1]:.2f} is best.",
        f"Scaling moves x to mean 0 and stretches it to standard deviation 1: x becomes "
        f"(x - {mean:.1f}) / {deviation:.1f}. One learning rate then suits both directions.",
    )
    wide = (min(ARBITRARY[0], best[0]) - 0.3, max(ARBITRARY[0], best[0]) + 0.3)
    page.figure(
        figures.contour(
            lambda a, b: _surface(a, b, x, y),
            wide,
            (-20, 180),
            {
                "x as it is": raw.path,
                "x scaled, on the same map": unscaled(good.path, mean, deviation),
            },
        ),
        alt=f"A narrow slanted gorge of equal loss over a and b. Without scaling the path falls "
        f"into the gorge and stops at b = {raw.path[-1, 1]:.1f}; with scaling it reaches "
        f"b = {best[1]:.1f}.",
        caption=f"{rounds} steps each, from the same arbitrary line.",
    )
    page.figure(
        figures.curves({"loss": losses}, x_label="step"),
        alt=f"With scaling the loss falls to {losses['scaled'][-1]:,.0f}; without it stays at "
        f"{losses['as it is'][-1]:,.0f} after {rounds} steps.",
        caption="The same start, the same number of steps.",
    )
    return page.save(out)


def _surface(a: np.ndarray, b: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss of many lines at once, from the means it is made of."""
    return (
        a**2 * (x**2).mean() + b**2 + (y**2).mean()
        + 2 * a * b * x.mean() - 2 * a * (x * y).mean() - 2 * b * y.mean()
    )  # fmt: skip
