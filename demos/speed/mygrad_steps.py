"""MyGrad's side of the comparisons, with Adam in NumPy."""

from collections.abc import Callable
from importlib.metadata import version

import mygrad
from data import SIZES, Adam, layers, pixels
from mygrad.nnet.activations import relu
from mygrad.nnet.losses import softmax_crossentropy

VERSION = version("mygrad")
MODES = {"": None}


def dense(sizes: tuple[int, ...], batch: int) -> Callable[[], None]:
    """A fully connected network with relu between its layers."""
    images, labels = pixels(batch, sizes[0])
    weights = [mygrad.tensor(w) for w in layers(sizes)]
    adam = Adam([w.data for w in weights])

    def step() -> None:
        x = images
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            x = relu(x @ w + b)
        softmax_crossentropy(x @ weights[-2] + weights[-1], labels).backward()
        adam.step([w.grad for w in weights])
        for w in weights:
            w.null_grad()

    return step


PROGRAMS = {name: lambda wrap, s=sizes: dense(*s) for name, sizes in SIZES.items()}
