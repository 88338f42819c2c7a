"""HIPS autograd's side of the comparisons, with Adam in NumPy."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

try:
    import autograd.numpy as anp

    from autograd import grad
except ModuleNotFoundError as error:  # ours goes by the same name
    raise ImportError(f"this Python's autograd is not that of HIPS: {error}") from error
from data import SIZES, Adam, layers, pixels

VERSION = version("autograd")
MODES = {"": None}


def dense(sizes: tuple[int, ...], batch: int) -> Callable[[], None]:
    """A fully connected network with relu between its layers."""
    images, labels = pixels(batch, sizes[0])
    weights = layers(sizes)
    adam = Adam(weights)
    rows = anp.arange(batch)

    def loss_of(weights: Any) -> Any:
        x = images
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            x = anp.maximum(x @ w + b, 0)
        scores = x @ weights[-2] + weights[-1]
        scores = scores - anp.max(scores, axis=1, keepdims=True)
        logs = scores - anp.log(anp.sum(anp.exp(scores), axis=1, keepdims=True))
        return -anp.mean(logs[rows, labels])

    gradient = grad(loss_of)
    return lambda: adam.step(gradient(weights))


PROGRAMS = {name: lambda wrap, s=sizes: dense(*s) for name, sizes in SIZES.items()}
