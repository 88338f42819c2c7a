"""Down the curve from a1 until the slope is 0: the path, the learning rate, and two traps.

Gradient descent knows the slope where it stands and nothing else. That is enough to reach a bottom
when the steps are of a good size, but not always the lowest one, and near a saddle it is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.language import label

START = -2.5
RATES = {"too small": 0.01, "good": 0.2, "too large": 1.02}
STEPS = 15
FLAT = 1e-6


def bowl(a: Value) -> Value:
    """A loss with one bottom, at a = 1."""
    return (a - 1) ** 2 + 0.5


def hills(a: Value) -> Value:
    """A loss with two bottoms; the right one is only a local minimum."""
    return a**4 / 4 - a**2 + a / 4 + 2


def saddle(point: Value) -> Value:
    """A loss that is flat at (0, 0), where it rises along a and falls along b."""
    a, b = point[..., 0], point[..., 1]
    return a**2 - b**2 + b**4 / 4 + 1


def descend(
    loss: Callable[[Value], Value], start: float | list[float], rate: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Step against the gradient until it is 0 or the steps are used up: the path, the norms."""
    point = np.array(start, dtype=float)
    slope = autograd.grad(loss)
    path, norms = [], []
    for _ in range(steps + 1):
        gradient = np.asarray(slope(point))
        path.append(point)
        norms.append(float(np.linalg.norm(gradient)))
        if norms[-1] < FLAT:
            break
        point = point - rate * gradient
    return np.array(path), np.array(norms)


def heights(loss: Callable[[Value], Value]) -> Callable[[np.ndarray], np.ndarray]:
    """The loss at many places at once, for a picture."""
    return lambda places: loss(Value(places)).data


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; it is quick and nothing in it is random."""
    path, norms = descend(bowl, START, RATES["good"], 200)
    walks = {name: descend(bowl, START, rate, STEPS)[0] for name, rate in RATES.items()}
    left, right = (descend(hills, a, 0.1, 200)[0] for a in (-2.0, 2.0))
    stuck, free = (descend(saddle, start, 0.1, 200) for start in ([1.5, 0.0], [1.5, 0.001]))
    height, hill = heights(bowl), heights(hills)
    return {
        "path": path,
        "end": path[-1],
        "steps": len(path) - 1,
        "first_norm": norms[0],
        "last_norm": norms[-1],
        "factor": norms[1] / norms[0],
        "first_loss": height(path)[0],
        "last_loss": height(path)[-1],
        "curve": figures.descent(height, (-3, 5), {f"learning rate {RATES['good']:g}": path}),
        "norms": figures.curves(
            {"size of the slope": {"bowl": norms.tolist()}}, x_label="step", log=True
        ),
        "rates": figures.descent(
            height, (-6, 8), {f"{name}: {RATES[name]:g}": walk for name, walk in walks.items()}
        ),
        "ends": {name.replace(" ", "_"): walk[-1] for name, walk in walks.items()},
        "after": [
            (f"{RATES[name]:g} ({label(name)})", f"{walk[-1]:.4f}", f"{height(walk)[-1]:.4f}")
            for name, walk in walks.items()
        ],
        "left": left[-1],
        "right": right[-1],
        "left_loss": hill(left)[-1],
        "right_loss": hill(right)[-1],
        "hills_drawn": figures.descent(
            hill, (-2.3, 2.3), {"from a = −2": left, "from a = 2": right}
        ),
        "stuck": stuck[0][-1],
        "free": free[0][-1],
        "saddle_drawn": figures.contour(
            lambda a, b: heights(saddle)(np.stack([a, b], axis=-1)),
            (-1.8, 1.8),
            (-2, 2),
            {"exactly on the ridge": stuck[0], "a hair beside it": free[0]},
        ),
        "stuck_norm": stuck[1][-1],
        "free_norm": free[1][-1],
        "smallest": free[1][:60].min(),
        "largest_after": free[1][20:].max(),
        "saddle_norms": figures.curves(
            {
                "gradient norm": {
                    "exactly on the ridge": np.maximum(stuck[1], FLAT / 10).tolist(),
                    "a hair beside it": np.maximum(free[1], FLAT / 10).tolist(),
                }
            },
            x_label="step",
            log=True,
        ),
    }
