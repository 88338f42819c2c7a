"""How we know that gradients are right: three derivations that share no code, and planted bugs.

Reverse mode walks the graph from the result, forward mode from the inputs, and a difference only
calls the function. Where all three give the same number for every operation, on operands nobody
chose, a wrong rule has nowhere to hide. To see that the check can fail, we plant bugs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import numpy as np
from tqdm import tqdm

import autograd
from autograd import Value
from autograd.primitive import Primitive, registry
from autograd.testing import GradientMismatch, check_grad, programs, samples_for
from demos import check_figures, figures
from demos.report import Program

STEP = float(np.cbrt(np.finfo(float).eps))  # balances rounding and curvature
TOLERANCE = 1e-6
POINT = 0.7
COVER = "smallest_drawn"


class Derivatives(NamedTuple):
    """One number, how fast <u, f(x)> changes as x moves along v, found in three ways."""

    reverse: float
    forward: float
    difference: float
    scale: float  # of the numbers that were added up

    @property
    def errors(self) -> tuple[float, float]:
        """How far forward mode and the difference are from reverse mode."""
        return (
            abs(self.forward - self.reverse) / self.scale,
            abs(self.difference - self.reverse) / self.scale,
        )


def derive(f: Callable[..., Any], x: list[np.ndarray], rng: np.random.Generator) -> Derivatives:
    """Differentiate in three ways, in a random direction v, the result weighted by a random u."""
    v = [rng.uniform(-1, 1, np.shape(a)) for a in x]
    y, pull = autograd.vjp(f, *x)
    u = rng.uniform(-1, 1, np.shape(y))
    reverse = sum(np.sum(g * t) for g, t in zip(pull(u), v, strict=True))
    _, pushed = autograd.jvp(f, tuple(x), tuple(v))
    ahead, behind = (f(*(a + s * STEP * t for a, t in zip(x, v, strict=True))) for s in (1, -1))
    slope = (ahead - behind) / (2 * STEP)
    scale = 1 + np.sum(np.abs(u * pushed))
    return Derivatives(reverse, np.sum(u * pushed), np.sum(u * slope), scale)


def samples(op: Primitive, count: int, seed: int) -> list[tuple[Any, dict[str, Any]]]:
    """Operands and settings for an operation, drawn by Hypothesis from what it says it takes."""
    found = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(samples_for(op))
    def collect(sample: Any) -> None:
        found.append(sample)

    collect()
    return found


def derivatives(op: Primitive, sample: Any, seed: int) -> Derivatives | None:
    """`derive` for an operation, by all its operands that have a derivative at once."""
    operands, settings = sample
    rules = op.rules_for(len(operands))
    by = [i for i, x in enumerate(operands) if rules[i] and np.asarray(x).dtype.kind == "f"]

    def f(*moving: Any) -> Any:
        now = dict(zip(by, moving, strict=True))
        return op.function(*(now.get(i, x) for i, x in enumerate(operands)), **settings)

    moving = [np.asarray(operands[i], float) for i in by]
    return derive(f, moving, np.random.default_rng(seed)) if by else None


@contextmanager
def planted(name: str, bug: Callable[..., Any], operand: int = 0) -> Iterator[None]:
    """A wrong derivative in place of the right one, inside a `with` block."""
    op = registry[name]
    right = op.rules
    op.rules = tuple(bug if i == operand else rule for i, rule in enumerate(right))
    try:
        yield
    finally:
        op.rules = right


def noticed(op: Primitive, operand: int, drawn: list[Any], seed: int) -> bool:
    """Whether a rule that is wrong by a thousandth is told from a right one."""
    right = op.rules[operand]
    assert right is not None
    with planted(op.name, lambda *args, **settings: right(*args, **settings) + 0.001, operand):
        found = (derivatives(op, sample, seed) for sample in drawn)
        return any(d is not None and max(d.errors) > TOLERANCE for d in found)


class Walk(NamedTuple):
    """What the checks found at one operation."""

    operands: int  # how many were drawn
    forward: float  # the worst disagreement of forward mode with reverse mode,
    difference: float  # and of central differences
    rules: int
    caught: int  # rules noticed when they were made wrong


def walk(op: Primitive, count: int, seed: int) -> Walk:
    """Check an operation on `count` operands, and then each of its rules made wrong."""
    drawn = samples(op, count, seed)
    errors = [d.errors for sample in drawn if (d := derivatives(op, sample, seed))]
    rules = [i for i, rule in enumerate(op.rules) if rule]
    caught = sum(noticed(op, i, drawn, seed) for i in rules)
    forward, difference = np.max(errors, axis=0)
    return Walk(len(drawn), forward, difference, len(rules), caught)


def wave(x: Any) -> Any:
    """A function whose derivative is known by heart: exp(x) (sin(x) + cos(x))."""
    return np.exp(x) * np.sin(x)


def half_tanh(g: Any, out: Any, x: Any) -> Any:
    """A bug: the derivative of tanh is 1 - tanh², and here the square is forgotten."""
    return g * (1 - out)


def forgetful_getitem(g: Any, out: Any, x: Any, index: Any) -> Any:
    """A bug: what is picked twice is sent two messages, and here the second replaces the first."""
    whole = np.zeros_like(x)
    whole[index] = g
    return whole


def shrunk(seed: int, most: int) -> tuple[list[Any], Any]:
    """Random programs that a planted bug makes wrong: all met on the way, and the smallest.

    A program has at most `most` operations to begin with.
    """
    failing = []

    def is_wrong(program: Any) -> bool:
        with planted("getitem", forgetful_getitem):
            wrong = max(derive(program, program.leaves, np.random.default_rng(0)).errors)
        if wrong > TOLERANCE:
            failing.append(program)
        return wrong > TOLERANCE

    settings = hypothesis.settings(max_examples=5000, database=None)
    smallest = hypothesis.find(
        programs(most), is_wrong, settings=settings, random=random.Random(seed)
    )
    return failing, smallest


def smallest_of(seed: int, most: int) -> tuple[list[Any], Any]:
    """Shrink a program of up to `most` operations, then look among those of one for a smaller."""
    failing, smallest = shrunk(seed, most)
    for start in range(5):
        if len(smallest.leaves) == 1 and len(smallest.lines) == 2:  # an operation, and the sum
            break
        smallest = min(smallest, shrunk(seed + start, 1)[1], key=lambda found: len(repr(found)))
    return failing, smallest


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` chooses the operands and the random programs."""
    exact = np.exp(POINT) * (np.sin(POINT) + np.cos(POINT))
    found = {
        "reverse mode": autograd.grad(wave)(POINT),
        "forward mode": autograd.jvp(wave, (POINT,), (1.0,))[1],
        f"central difference, h = {STEP:.1e}": central(STEP),
        "complex step, h = 1e-20": complex_step(1e-20),
    }

    walked = {
        name: walk(op, 2 if quick else 8, seed)
        for name, op in tqdm(sorted(registry.items()), desc="primitives", unit=" primitives")
        if op.builtin
    }

    with planted("tanh", half_tanh):
        try:
            check_grad(np.tanh, np.array([0.0, 0.5, -1.0]))
            complaint = "nothing"
        except GradientMismatch as mismatch:
            complaint = str(mismatch)
    with planted("getitem", forgetful_getitem):
        check_grad(lambda x: x[::2], np.arange(4.0))  # a test one might write: it sees nothing

    failing, smallest = smallest_of(seed + 1, 1 if quick else 20)
    leaves = [Value(leaf, name=name) for leaf, name in zip(smallest.leaves, "abc", strict=False)]
    loss = smallest(*leaves)
    loss.name = "loss"
    with planted("getitem", forgetful_getitem):
        drawing = figures.graph(loss, direction="LR")
    return {
        "exact": exact,
        "ways": [(way, f"{float(d):.16f}", f"{abs(d - exact):.0e}") for way, d in found.items()],
        "steps": check_figures.errors_by_step(
            {"central difference": central, "complex step": complex_step}, exact
        ),
        "primitives": len(walked),
        "operands": sum(w.operands for w in walked.values()),
        "rules": sum(w.rules for w in walked.values()),
        "caught": sum(w.caught for w in walked.values()),
        "worst_forward": max(w.forward for w in walked.values()),
        "worst_difference": max(w.difference for w in walked.values()),
        "errors": check_figures.errors_of_all(
            {
                "forward mode": np.array([w.forward for w in walked.values()]),
                "central differences": np.array([w.difference for w in walked.values()]),
            },
            TOLERANCE,
        ),
        "table": [
            (f"`{name}`", w.operands, f"{w.forward:.0e}", f"{w.difference:.0e}")
            for name, w in walked.items()
        ],
        "complaint": Program(complaint),
        "failing": len(failing),
        "first_lines": len(failing[0].lines),
        "first_program": Program(repr(failing[0])),
        "smallest_program": Program(repr(smallest)),
        "smallest_lines": len(smallest.lines),
        "smallest_drawn": drawing,
        "elements": gradients_with_and_without(smallest),
    }


def central(step: float) -> float:
    """The slope between two points a little to either side."""
    return float((wave(POINT + step) - wave(POINT - step)) / (2 * step))


def complex_step(step: float) -> float:
    """The slope from one point beside the real line: nothing is subtracted, so nothing cancels."""
    return float(wave(POINT + 1j * step).imag / step)


def gradients_with_and_without(program: Any) -> list[tuple[str, str, str]]:
    """Every number of a program's leaves, its gradient with the bug, and without it."""
    every = tuple(range(len(program.leaves)))
    right = autograd.grad(program, every)(*program.leaves)
    with planted("getitem", forgetful_getitem):
        wrong = autograd.grad(program, every)(*program.leaves)
    return [
        (f"{name}[{', '.join(map(str, index))}]" if index else name,
         f"{float(wrong[i][index]):g}", f"{float(right[i][index]):g}")
        for i, name in zip(every, "abc", strict=False)
        for index in np.ndindex(np.shape(program.leaves[i]))
    ]  # fmt: skip
