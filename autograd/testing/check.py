"""check_grad: does backpropagation agree with the plain definition of a derivative?

The definition: move an input a little to either side and see how much the result moves (a central
difference). It shares no code with the rules it checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.ops import sum as total
from autograd.recording import no_grad
from autograd.transforms import value_and_grad
from autograd.value import Value

SMALL = 48  # up to here each element is moved on its own
DIRECTIONS = 8  # beyond, all elements of an argument at once, along so many random directions
STEP = float(np.cbrt(np.finfo(np.float64).eps))  # balances rounding, eps/h, with curvature, h*h
ROWS = 10  # of a report
TOLERANCE = 1e-6


class GradientMismatch(AssertionError):
    """Backpropagation and central differences disagree; the text shows where, and by how much."""


class Comparison(NamedTuple):
    """One derivative, found twice."""

    argument: str
    place: str
    analytic: float
    numeric: float

    @property
    def error(self) -> float:
        """The distance relative to the larger of the two, and to 1 where both are tiny."""
        if np.isnan(self.analytic) or np.isnan(self.numeric):
            return 0.0 if np.isnan(self.analytic) == np.isnan(self.numeric) else float("inf")
        scale = max(abs(self.analytic), abs(self.numeric), 1.0)
        return abs(self.analytic - self.numeric) / scale


def check_grad(fn: Callable[..., Any], *args: Any, order: int = 1) -> None:
    """Hold the gradient of `fn` at `args` against central differences, in float64.

    A result of many numbers is first weighted by a fixed random vector and summed; so every
    number counts, and no two errors cancel.

    Args:
        fn: takes Values and returns one, of any shape; it must be smooth near `args`.
        args: numbers, arrays or Values; floats are differentiated by, others stay constant.
        order: how often to differentiate; 2 also checks the gradient of <gradient, v>.

    Raises:
        GradientMismatch: they disagree; the message is a table of the worst entries.
        TypeError: no argument is a float.

    >>> check_grad(lambda x: x**3, 2.0, order=2)
    >>> check_grad(np.tanh, np.array([0.5, -1.0]))
    """
    numbers = [_as_float64(a) for a in args]
    wanted = tuple(i for i, a in enumerate(numbers) if _is_float(a))
    if not wanted:
        raise TypeError("check_grad: needs a float among the arguments to differentiate by")
    names = [getattr(a, "name", None) or str(i) for i, a in enumerate(args)]
    rng = np.random.default_rng(0)
    scalar = _weighted(fn, rng)
    for depth in range(1, order + 1):
        compared = list(_compare(scalar, numbers, wanted, names, rng))
        wrong = [c for c in compared if not c.error <= TOLERANCE]
        if wrong:
            raise GradientMismatch(_report(wrong, len(compared), depth))
        scalar = _slope(scalar, numbers, wanted, rng)


def _weighted(fn: Callable[..., Any], rng: np.random.Generator) -> Callable[..., Any]:
    """`fn` as a function with one number as its result."""
    weights: dict[tuple[int, ...], np.ndarray] = {}

    def scalar(*args: Any) -> Any:
        out = fn(*args)
        shape = np.shape(out)
        if shape not in weights:
            weights[shape] = _random(rng, shape)
        return total(out * weights[shape])

    return scalar


def _slope(
    scalar: Callable[..., Any], args: list[Any], wanted: tuple[int, ...], rng: np.random.Generator
) -> Callable[..., Any]:
    """<gradient of `scalar`, v> for a random v: a function whose gradient is one order higher."""
    direction = [_random(rng, np.shape(args[i])) for i in wanted]
    slopes = value_and_grad(scalar, wanted)

    def slope(*args: Any) -> Any:
        return sum(total(g * v) for g, v in zip(slopes(*args)[1], direction, strict=True))

    return slope


def _compare(
    scalar: Callable[..., Any],
    args: list[Any],
    wanted: tuple[int, ...],
    names: list[str],
    rng: np.random.Generator,
) -> Iterator[Comparison]:
    _, found = value_and_grad(scalar, wanted)(*args)
    for i, gradient in zip(wanted, found, strict=True):
        for place, direction in _directions(np.shape(args[i]), rng):
            analytic = float(np.sum(gradient * direction))
            yield Comparison(names[i], place, analytic, _difference(scalar, args, i, direction))


def _directions(
    shape: tuple[int, ...], rng: np.random.Generator
) -> Iterator[tuple[str, np.ndarray]]:
    """Along each axis of the space of inputs if it is small, else along random ones."""
    size = int(np.prod(shape))
    if size > SMALL:
        for k in range(DIRECTIONS):
            direction = rng.standard_normal(shape)
            yield f"direction {k}", direction / np.linalg.norm(direction)
        return
    for index in np.ndindex(shape):
        direction = np.zeros(shape)
        direction[index] = 1.0
        yield str(index), direction


def _difference(scalar: Callable[..., Any], args: list[Any], i: int, direction: Any) -> float:
    step = STEP * max(1.0, float(np.max(np.abs(args[i] * (direction != 0)))))

    def at(offset: float) -> float:
        moved = [*args[:i], args[i] + offset * direction, *args[i + 1 :]]
        with no_grad():
            return float(_plain(scalar(*moved)))

    return (at(step) - at(-step)) / (2 * step)


def _random(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Numbers of either sign and of size about 1: none so small that it would hide an error."""
    return rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)


def _plain(x: Any) -> Any:
    return x._data if isinstance(x, Value) else x


def _as_float64(x: Any) -> Any:
    x = _plain(x)
    if isinstance(x, list):
        x = np.array(x)
    return np.asarray(x, np.float64) if _is_float(x) else x


def _is_float(x: Any) -> bool:
    return isinstance(x, float) or getattr(getattr(x, "dtype", None), "kind", "") == "f"


def _report(wrong: list[Comparison], count: int, order: int) -> str:
    wrong = sorted(wrong, key=lambda c: -c.error)
    title = "gradient" if order == 1 else f"derivative of order {order}"
    lines = [
        f"check_grad: {len(wrong)} of {count} entries of the {title} disagree",
        f"{'argument':<10}{'index':<14}{'analytic':>16}{'numeric':>16}{'relative error':>17}",
        *(
            f"{c.argument:<10}{c.place:<14}{c.analytic:>16.8g}{c.numeric:>16.8g}{c.error:>17.2g}"
            for c in wrong[:ROWS]
        ),
    ]
    if len(wrong) > ROWS:
        lines.append(f"... and {len(wrong) - ROWS} more")
    return "\n".join(lines)
