"""L-BFGS: whole-data descent that learns the curvature, with a line search if you like."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.value import Value, next_seq
from optim.optimizer import Optimizer, Setting

Evaluate = Callable[[float], tuple[float, np.ndarray]]


class LBFGS(Optimizer):
    """Limited-memory BFGS (Nocedal and Wright 2006, algorithms 7.4, 7.5 and 3.5, 3.6).

    One `step` makes up to `max_iter` iterations, each of which calls the closure.

    Args:
        params: the leaves to step: one group of one dtype.
        lr: the length of a step, or with a line search the first length tried.
        max_iter: how many iterations a step makes.
        max_eval: how often a step calls the closure; None is 1.25 · max_iter.
        tolerance_grad: a largest gradient up to this is the bottom.
        tolerance_change: a change smaller than this ends the step.
        history_size: how many earlier steps the curvature is estimated from.
        line_search_fn: 'strong_wolfe' or None.

    Raises:
        ValueError: a setting is out of range, several groups or several dtypes.

    >>> w = Value([3.0, -4.0])
    >>> optimizer = optim.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - [1.0, 2.0]) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure)
    >>> w.data.round(6)
    array([1., 2.])
    """

    max_iter = Setting()
    max_eval = Setting()
    tolerance_grad = Setting()
    tolerance_change = Setting()
    history_size = Setting()
    line_search_fn = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            max_iter=max_iter,
            max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search_fn=line_search_fn,
        )
        #: What is remembered from iteration to iteration: numbers, arrays and lists of arrays.
        self._memory: dict[str, Any] = {"iterations": 0, "changes": [], "steps": []}

    def add_param_group(self, group: Any) -> None:
        super().add_param_group(group)
        if len(self._buffers) > 1:
            raise ValueError("LBFGS: needs all parameters in one group and of one dtype")

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        names = "max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size"
        self._at_least_0(settings, *names)
        if settings["maximize"]:
            raise ValueError("LBFGS: only goes down; to maximize, let the closure return -loss")
        if settings["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(
                "LBFGS: line_search_fn must be None or 'strong_wolfe', "
                f"got {settings['line_search_fn']!r}"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Iterate towards the bottom.

        Args:
            closure: clears the gradients, computes the loss, goes backward and returns the loss.

        Returns:
            The loss before the step.

        Raises:
            TypeError: there is no closure.
        """
        if closure is None:
            raise TypeError(
                "LBFGS.step: needs a function that clears the gradients, computes the loss, calls "
                "loss.backward() and returns the loss: optimizer.step(closure)"
            )
        ((_, buffer),) = self._buffers
        first = closure()
        loss, grad = _number(first), self._gather()
        if np.abs(grad).max(initial=0) <= self.tolerance_grad:
            return first
        memory = self._memory
        evaluations = 1
        for iteration in range(1, self.max_iter + 1):
            memory["iterations"] += 1
            direction = self._direction(grad)
            loss_before, grad_before = loss, grad
            slope = float(grad @ direction)
            length = self.lr
            if memory["iterations"] == 1:
                length *= min(1.0, 1.0 / float(np.abs(grad).sum()))
            memory.update(direction=direction, length=length, grad=grad_before)
            if slope > -self.tolerance_change:
                break
            start = buffer.data.copy()

            def evaluate(
                length: float, start: np.ndarray = start, direction: np.ndarray = direction
            ) -> tuple[float, np.ndarray]:
                self._move(start + length * direction)
                return _number(closure()), self._gather()

            if self.line_search_fn:
                loss, grad, length, count = strong_wolfe(
                    evaluate,
                    length,
                    float(np.abs(direction).max()),
                    loss,
                    grad,
                    slope,
                    direction,
                    most=self.max_eval - evaluations,
                )
                memory["length"] = length
                self._move(start + length * direction)
                evaluations += count
            elif iteration < self.max_iter:
                loss, grad = evaluate(length)
                evaluations += 1
            else:  # with batches the last gradient would be thrown away
                self._move(start + length * direction)
            if (
                evaluations >= self.max_eval
                or np.abs(grad).max() <= self.tolerance_grad
                or np.abs(length * direction).max() <= self.tolerance_change
                or abs(loss - loss_before) < self.tolerance_change
            ):
                break
        return first

    def _direction(self, grad: np.ndarray) -> np.ndarray:
        """Minus the gradient times the estimated inverse Hessian: the two-loop recursion."""
        memory = self._memory
        changes, steps = memory["changes"], memory["steps"]
        if "grad" not in memory:
            return -grad
        y, s = grad - memory["grad"], memory["direction"] * memory["length"]
        curvature = float(y @ s)
        if curvature > 1e-10:
            if len(changes) == self.history_size:
                del changes[0], steps[0]
            changes.append(y)
            steps.append(s)
            memory["scale"] = curvature / float(y @ y)
        q = -grad
        shares = []
        for y, s in zip(reversed(changes), reversed(steps)):
            shares.append(float(s @ q) / float(y @ s))
            q -= shares[-1] * y
        q *= memory.get("scale", 1.0)
        for y, s in zip(changes, steps):
            q += (shares.pop() - float(y @ q) / float(y @ s)) * s
        return q

    def _gather(self) -> np.ndarray:
        """All gradients in one new array; a parameter without one has zeros."""
        ((_, buffer),) = self._buffers
        buffer.collect()
        parts = [
            np.zeros(b - a, buffer.dtype) if p._grad is None else buffer.gradient(a, b)
            for p, (a, b) in zip(buffer.parameters, buffer.bounds)
        ]
        buffer.let_go()
        return np.concatenate(parts)

    def _move(self, numbers: np.ndarray) -> None:
        """Give the parameters new numbers."""
        ((_, buffer),) = self._buffers
        buffer.data[...] = numbers
        seq = next_seq()
        for p, view, *_ in buffer.slots:
            p._data = view
            p.seq = seq
        for p, number in zip(buffer.scalars, buffer.data[buffer.scalars_from :]):
            p._data = number
            p.seq = seq

    def state_dict(self) -> dict[str, Any]:
        """What a later run needs to go on exactly here; the parameters themselves are not in it."""
        memory = {
            key: [a.copy() for a in value] if isinstance(value, list) else value
            for key, value in self._memory.items()
        }
        return {**super().state_dict(), "memory": memory}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: the state is that of another optimiser or other parameters.
        """
        memory = state.get("memory", {})
        size = self._buffers[0][1].size
        arrays = [memory[key] for key in ("direction", "grad") if key in memory]
        for array in [*arrays, *memory.get("changes", ()), *memory.get("steps", ())]:
            if np.shape(array) != (size,):
                raise ValueError(
                    f"LBFGS.load_state_dict: the state was taken from other parameters: it has "
                    f"{np.size(array)} numbers, this one {size}"
                )
        super().load_state_dict(state)
        self._memory = {
            key: [np.array(a) for a in value] if isinstance(value, list) else value
            for key, value in memory.items()
        }


def _number(loss: Any) -> float:
    return float(loss.data if isinstance(loss, Value) else loss)


class _Point:
    """A length tried: the loss there, its gradient, and the slope along the direction."""

    def __init__(self, t: float, loss: float, grad: np.ndarray, slope: float) -> None:
        self.t, self.loss, self.grad, self.slope = t, loss, grad, slope


def strong_wolfe(
    evaluate: Evaluate,
    t: float,
    largest: float,
    loss: float,
    grad: np.ndarray,
    slope: float,
    direction: np.ndarray,
    most: int,
    c1: float = 1e-4,
    c2: float = 0.9,
    tolerance: float = 1e-9,
) -> tuple[float, np.ndarray, float, int]:
    """A length with enough decrease and a small slope (Nocedal and Wright 2006, section 3.5).

    Args:
        evaluate: the loss and gradient at a length along the direction.
        t: the first length to try.
        largest: the largest entry of the direction, without sign.
        loss, grad, slope: those where the search starts.
        direction: a direction of descent.
        most: how many lengths may be tried after the first.

    Returns:
        The loss and gradient at the best length, the length, and how often was evaluated.
    """

    def at(t: float) -> _Point:
        value, gradient = evaluate(t)
        return _Point(t, value, gradient, float(gradient @ direction))

    def too_high(point: _Point) -> bool:
        return point.loss > loss + c1 * point.t * slope

    origin = before = _Point(0.0, loss, grad, slope)
    point = at(t)
    evaluations, tries, done = 1, 0, False
    bracket = []
    while tries < most:
        if too_high(point) or (tries > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if abs(point.slope) <= -c2 * slope:
            bracket, done = [point], True
            break
        if point.slope >= 0:
            bracket = [before, point]
            break
        t = _cubic(before, point, point.t + 0.01 * (point.t - before.t), point.t * 10)
        before, point = point, at(t)
        evaluations += 1
        tries += 1
    if not bracket:
        bracket = [origin, point]

    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    if len(bracket) == 1:
        low = 0
    stuck = False
    while not done and tries < most:
        a, b = bracket
        left, right = min(a.t, b.t), max(a.t, b.t)
        if (right - left) * largest < tolerance:
            break
        t = _cubic(a, b, left, right)
        # A trial near an end tells little: the second time it is moved inwards.
        inset = 0.1 * (right - left)
        if min(right - t, t - left) < inset:
            if stuck or t >= right or t <= left:
                t = right - inset if abs(t - right) < abs(t - left) else left + inset
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        point = at(t)
        evaluations += 1
        tries += 1
        if too_high(point) or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(point.slope) <= -c2 * slope:
                done = True
            elif point.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = point
    best = bracket[low]
    return best.loss, best.grad, best.t, evaluations


def _cubic(a: _Point, b: _Point, least: float, most: float) -> float:
    """Where the cubic through two losses and slopes is lowest, within bounds (equation 3.59)."""
    if a.t > b.t:
        a, b = b, a
    if a.t == b.t:
        return (least + most) / 2
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:
        return (least + most) / 2
    d2 = math.sqrt(square)
    below = b.slope - a.slope + 2 * d2
    if not below:
        return (least + most) / 2
    return min(max(b.t - (b.t - a.t) * ((b.slope + d2 - d1) / below), least), most)
