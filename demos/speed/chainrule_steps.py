"""Our side of the comparisons."""

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
from data import bits, moons
from moons_program import moons_step

import autograd
import nn
import optim
from autograd import Value
from nn.scalar import MLP

VERSION = version("chainrule")


def mlp() -> Callable[[], None]:
    """256-64-10 with Adam on a batch of 32."""
    autograd.manual_seed(0)
    images, labels = bits()
    ideal = np.eye(10, dtype=np.float32)[labels]
    model = nn.Sequential(nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = optim.Adam(model.parameters())

    def step() -> None:
        loss = autograd.cross_entropy(model(images), ideal).mean()
        optimizer.zero_grad()
        loss.backward(keep="leaves")
        optimizer.step()

    return step


PROGRAMS = {"moons": lambda: moons_step(Value, MLP, *moons()), "mlp": mlp}
