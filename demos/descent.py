"""Down the curve from a1 until the slope is 0: the path, the learning rate, and two traps.

Gradient descent knows the slope where it stands and nothing else. That is enough to reach a bottom
when the steps are of a good size, but not always the lowest one, and near a saddle it is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

import autograd
from autograd import Value
from demos import figures
from demos.report import Report

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


def run(out: Path, seed: int = 0) -> Path:
    """Tell the story and leave its page in `out`; nothing is random, `seed` changes nothing."""
    path, norms = descend(bowl, START, RATES["good"], 200)
    walks = {name: descend(bowl, START, rate, STEPS)[0] for name, rate in RATES.items()}
    traps = {f"from a = {a:g}": descend(hills, a, 0.1, 200)[0] for a in (-2.0, 2.0)}
    ends = [float(walk[-1]) for walk in traps.values()]
    lows = heights(hills)(np.array(ends))
    starts = {"exactly on the ridge": [1.5, 0.0], "a hair beside it": [1.5, 0.001]}
    saddles = {name: descend(saddle, start, 0.1, 200) for name, start in starts.items()}
    stuck, free = saddles.values()
    print(f"slope below {FLAT:g} after {len(path) - 1} steps, at a = {path[-1]:.6f}")

    page = Report(
        "Down the slope until it is 0",
        "Start anywhere on the curve, take a step against the slope, and again. Where the slope "
        "is 0, nothing moves any more.",
    )
    page.numbers(
        {
            f"steps until the slope is below {FLAT:g}": f"{len(path) - 1}",
            "final a": f"{path[-1]:.4f}",
            "slope at the start": f"{norms[0]:.3g}",
        }
    )
    page.section("From a1 to the bottom")
    page.text(
        f"a1 is {path[0]:g}, where the slope's size is {norms[0]:g}. The next is a2 = a1 - "
        f"learning rate × slope = {path[1]:g}, then a3 = {path[2]:g}, and so on. The loss is "
        f"{heights(bowl)(path)[0]:.2f} at first and {heights(bowl)(path)[-1]:.2f} at the bottom."
    )
    page.figure(
        figures.descent(heights(bowl), (-3, 5), {f"learning rate {RATES['good']:g}": path}),
        alt=f"A bowl-shaped curve. Dots go down its left side from a = {path[0]:g} to the bottom "
        f"at a = {path[-1]:.2f}, closer and closer to each other.",
        caption="Each dot is one step. Steps shorten as the slope does.",
    )
    page.figure(
        figures.curves({"size of the slope": {"bowl": norms.tolist()}}, x_label="step", log=True),
        alt=f"The size of the slope falls from {norms[0]:g} to {norms[-1]:.1e}, as a straight "
        "line on a logarithmic scale.",
        caption=f"Every step multiplies the slope by the same number, here "
        f"{norms[1] / norms[0]:.2f}. The scale is logarithmic.",
    )

    page.section("Too small, good, too large")
    page.figure(
        figures.descent(
            heights(bowl),
            (-6, 8),
            {f"{name}: {RATES[name]:g}": walk for name, walk in walks.items()},
        ),
        alt="Three times the same curve and start: "
        + "; ".join(
            f"learning rate {RATES[name]:g} is {name} and ends at a = {walk[-1]:.2f}"
            for name, walk in walks.items()
        )
        + ".",
        caption=f"{STEPS} steps each. Too small hardly moves; too large jumps over the bottom and "
        "lands higher than before.",
    )
    page.table(
        f"After {STEPS} steps",
        ("learning rate", "a", "loss"),
        [
            (f"{RATES[name]:g} ({name})", f"{walk[-1]:.4f}", f"{heights(bowl)(walk)[-1]:.4f}")
            for name, walk in walks.items()
        ],
    )

    page.section("A local minimum: a bottom, but not the lowest")
    page.figure(
        figures.descent(heights(hills), (-2.3, 2.3), traps),
        alt=f"A curve with two valleys. The path from the left ends at a = {ends[0]:.2f} with loss "
        f"{lows[0]:.2f}, the one from the right at a = {ends[1]:.2f} with loss {lows[1]:.2f}.",
        caption=f"The slope is 0 at both ends. Only the left one is the lowest: {lows[0]:.3f} "
        f"against {lows[1]:.3f}. The start decides.",
    )

    page.section("A saddle: flat, but no bottom")
    page.figure(
        figures.contour(
            lambda a, b: heights(saddle)(np.stack([a, b], axis=-1)),
            (-1.8, 1.8),
            (-2, 2),
            {name: walk for name, (walk, _) in saddles.items()},
        ),
        alt=f"Lines of equal loss with a saddle in the middle. From (1.5, 0) the path ends on the "
        f"saddle at ({stuck[0][-1, 0]:.2f}, {stuck[0][-1, 1]:.2f}); from (1.5, 0.001) it turns "
        f"away and ends in a valley at ({free[0][-1, 0]:.2f}, {free[0][-1, 1]:.2f}).",
        caption="On the ridge the gradient never points aside, and the path ends on the saddle. "
        "A hair beside it, the path slows down near the saddle and then finds the valley.",
    )
    page.figure(
        figures.curves(
            {
                "gradient norm": {
                    name: np.maximum(norms, FLAT / 10).tolist()
                    for name, (_, norms) in saddles.items()
                }
            },
            x_label="step",
            log=True,
        ),
        alt=f"The gradient norm falls on both paths at first. On the ridge it goes on to "
        f"{stuck[1][-1]:.0e}; beside it, it falls to {free[1][:60].min():.3f}, rises again to "
        f"{free[1][20:].max():.2f} on the way into the valley, and falls to {free[1][-1]:.0e}.",
        caption="The gradient's length. A small gradient alone does not tell a saddle from a "
        "bottom.",
    )
    return page.save(out)
