"""The moons demo in scalars, for any library with micrograd's Value and MLP."""

import random
from collections.abc import Callable
from typing import Any


def moons_step(
    Value: Any, MLP: Any, data: tuple[Any, Any], wrap: Callable[[Any], Any]
) -> Callable[[], None]:
    """A step of gradient descent on hinge loss with L2: some 66,000 nodes, there and back."""
    random.seed(1337)
    points, labels = data
    model = MLP(2, [16, 16, 1])

    def loss_of() -> Any:
        scores = [model([Value(x) for x in point]) for point in points]
        hinges = [(1 + -label * score).relu() for label, score in zip(labels, scores)]
        return sum(hinges) * (1.0 / len(hinges)) + 1e-4 * sum(p * p for p in model.parameters())

    forward = wrap(loss_of)

    def step() -> None:
        loss = forward()
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad

    return step
