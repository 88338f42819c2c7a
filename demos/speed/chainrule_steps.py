"""Our side of the comparisons: eager, and with the loss wrapped in `autograd.jit`."""

import itertools
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # whether it is installed or not

from data import SIZES, moons, normal, pixels
from moons_program import moons_step

import autograd
import nn
import optim
from autograd import Value
from nn.scalar import MLP

try:
    VERSION = version("chainrule")
except PackageNotFoundError:
    VERSION = "from its sources"

compiled: list[Any] = []


def _jit(loss: Callable[..., Any]) -> Any:
    compiled.append(autograd.jit(loss))
    return compiled[-1]


MODES = {"": lambda f: f, "jit": _jit}


def note() -> str:
    """Why a compiled loss runs as ever, if it does."""
    for function in compiled:
        if " stays eager" in (text := function.report()):
            return "stays eager" + text.split("stays eager", 1)[1].splitlines()[0]
    return ""


def training(model: nn.Module, loss_of: Callable[..., Any], *data: Any) -> Callable[[], None]:
    """A step of training with Adam."""
    optimizer = optim.Adam(model.parameters())

    def step() -> None:
        loss = loss_of(*data)
        optimizer.zero_grad()
        loss.backward(keep="leaves")
        optimizer.step()

    return step


def dense(sizes: tuple[int, ...], batch: int, wrap: Callable[..., Any]) -> Callable[[], None]:
    """A fully connected network with relu between its layers."""
    autograd.manual_seed(0)
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    distance = nn.CrossEntropyLoss()
    return training(model, wrap(lambda x, t: distance(model(x), t)), *pixels(batch, sizes[0]))


def conv(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Two convolutions, each followed by relu and max-pooling, and two linear layers."""
    autograd.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    distance = nn.CrossEntropyLoss()
    return training(model, wrap(lambda x, t: distance(model(x), t)), *pixels(64, 1, 16, 16))


def lstm(wrap: Callable[..., Any]) -> Callable[[], None]:
    """A cell called 32 times; the last state is compared with a target."""
    autograd.manual_seed(0)
    cell = nn.LSTMCell(64, 64)

    def loss_of(xs: Any, target: Any) -> Any:
        state = None
        for x in xs:
            state = cell(x, state)
        return autograd.mse_loss(state[0], target)

    return training(cell, wrap(loss_of), list(normal(32, 32, 64)), normal(32, 64))


def transformer(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Self-attention and a network of width 256, each with its layer norm."""
    autograd.manual_seed(0)
    block = nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    tokens = normal(16, 64, 64)
    return training(block, wrap(lambda x, t: autograd.mse_loss(block(x), t)), tokens, -tokens)


def chain(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Eight operations, there and back."""
    x = Value(normal(1_000_000), name="x")
    total = wrap(lambda x: (((x * 0.5 + 0.1).tanh().exp() + 1.0).sqrt() * x - 0.3).sum())

    def step() -> None:
        x.grad = None
        total(x).backward(keep="leaves")

    return step


PROGRAMS = {
    "moons": lambda wrap: moons_step(Value, MLP, moons(), wrap),
    **{name: lambda wrap, s=sizes: dense(*s, wrap) for name, sizes in SIZES.items()},
    "conv": conv,
    "lstm": lstm,
    "transformer": transformer,
    "chain": chain,
}
