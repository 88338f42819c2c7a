"""House sizes and prices: an arbitrary line, its errors, and the best line y = a x + b.

The points are 2,930 real sales. A line predicts a price from a size; its loss is the mean of the
squared errors. Gradient descent turns and lifts the line until no other has a smaller loss.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.data import load_sales

SQUARE_METRES = 0.09290304  # in a square foot
ARBITRARY = (0.5, 150.0)
RATE = 0.2
SIZE = 120.0  # of the house whose price is asked for
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


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` chooses the sales whose errors are drawn."""
    area, price = load_sales()
    x, y = area * SQUARE_METRES, price / 1000
    z, mean, deviation = scaled(x)
    arbitrary = np.array(ARBITRARY)
    start = np.array([ARBITRARY[0] * deviation, ARBITRARY[1] + ARBITRARY[0] * mean])

    good = best_line(z, y, start, rate=RATE, steps=200)
    steps = len(good.path) - 1
    raw_rate = 0.9 / float((x**2).mean())
    raw = best_line(x, y, arbitrary, raw_rate, steps)
    best = unscaled(good.path[-1], mean, deviation)
    exact = np.polyfit(x, y, 1)
    losses = {
        "x scaled": [loss(Value(line), z, y).item() for line in good.path],
        "x as it is": [loss(Value(line), x, y).item() for line in raw.path],
    }
    raw_steps = _steps_until(x, y, exact, arbitrary, raw_rate)

    shown = np.random.default_rng(seed).choice(len(x), 60, replace=False)
    span = np.ptp(good.path, axis=0) * 1.2 + 5
    (a_low, b_low), (a_high, b_high) = good.path[-1] - span, good.path[-1] + span
    wide = (min(ARBITRARY[0], best[0]) - 0.3, max(ARBITRARY[0], best[0]) + 0.3)
    return {
        "houses": len(x),
        "mean": mean,
        "deviation": deviation,
        "mean_price": y.mean(),
        "a": best[0],
        "b": best[1],
        "exact_b": exact[1],
        "raw_b": raw.path[-1, 1],
        "first_loss": losses["x scaled"][0],
        "last_loss": losses["x scaled"][-1],
        "raw_loss": losses["x as it is"][-1],
        "steps": steps,
        "raw_rate": raw_rate,
        "raw_steps": raw_steps,
        "shown": len(shown),
        "size": SIZE,
        "predicted": best[0] * SIZE + best[1],
        "predicted_arbitrarily": ARBITRARY[0] * SIZE + ARBITRARY[1],
        "start": start,
        "end": good.path[-1],
        "residuals": figures.lines(
            x,
            y,
            {"arbitrary": arbitrary, "best": best},
            shown,
            ("living area, m²", "price, thousand dollars"),
        ),
        "map_scaled": figures.contour(
            lambda a, b: _surface(a, b, z, y),
            (a_low, a_high),
            (b_low, b_high),
            {"x scaled": good.path},
            labels=("a, for scaled x", "b"),
        ),
        "both": [
            ("gradient descent", *(f"{number:.6f}" for number in best)),
            ("least squares (`np.polyfit`)", *(f"{number:.6f}" for number in exact)),
        ],
        "maps": figures.contour(
            lambda a, b: _surface(a, b, x, y),
            wide,
            (-20, 180),
            {
                "x as it is": raw.path,
                "x scaled, on the same map": unscaled(good.path, mean, deviation),
            },
        ),
        "losses": figures.curves({"loss": losses}, x_label="step"),
    }


def _steps_until(
    x: np.ndarray, y: np.ndarray, exact: np.ndarray, start: np.ndarray, rate: float
) -> int:
    """How many steps gradient descent takes to four digits of b without scaling.

    The loss is a parabola, so each step multiplies what is missing along each axis of the valley
    by a fixed factor; nobody has to take them all.
    """
    curvature, axes = np.linalg.eigh(2 * np.array([[(x**2).mean(), x.mean()], [x.mean(), 1.0]]))
    missing = axes.T @ (start - exact)
    factor, slowest = 1 - rate * curvature[0], abs(axes[1, 0] * missing[0])
    return int(np.ceil(np.log(5e-5 * abs(exact[1]) / slowest) / np.log(factor)))


def _surface(a: np.ndarray, b: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss of many lines at once, from the means it is made of."""
    return (
        a**2 * (x**2).mean() + b**2 + (y**2).mean()
        + 2 * a * b * x.mean() - 2 * a * (x * y).mean() - 2 * b * y.mean()
    )  # fmt: skip
