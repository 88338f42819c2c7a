"""PyTorch's side of the comparisons: eager or `torch.compile`, with its fused optimiser."""

import itertools
import os
from collections.abc import Callable
from typing import Any

import torch
from data import SIZES, normal, pixels

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))

VERSION = torch.__version__
MODES = {"": lambda f: f, "compile": torch.compile}


def training(model: torch.nn.Module, loss_of: Callable[..., Any], *data: Any) -> Callable[[], None]:
    """A step of training with fused Adam."""
    data = tuple(torch.from_numpy(x) for x in data)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)

    def step() -> None:
        loss = loss_of(*data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def dense(sizes: tuple[int, ...], batch: int, wrap: Callable[..., Any]) -> Callable[[], None]:
    """A fully connected network with relu between its layers."""
    torch.manual_seed(0)
    layers: list[torch.nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    distance = torch.nn.CrossEntropyLoss()
    return training(model, wrap(lambda x, t: distance(model(x), t)), *pixels(batch, sizes[0]))


def conv(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Two convolutions, each followed by relu and max-pooling, and two linear layers."""
    torch.manual_seed(0)
    n = torch.nn
    model = n.Sequential(
        n.Conv2d(1, 16, 3, padding=1), n.ReLU(), n.MaxPool2d(2),
        n.Conv2d(16, 32, 3, padding=1), n.ReLU(), n.MaxPool2d(2),
        n.Flatten(), n.Linear(512, 64), n.ReLU(), n.Linear(64, 10),
    )  # fmt: skip
    distance = n.CrossEntropyLoss()
    return training(model, wrap(lambda x, t: distance(model(x), t)), *pixels(64, 1, 16, 16))


def lstm(wrap: Callable[..., Any]) -> Callable[[], None]:
    """A cell called 32 times; the last state is compared with a target."""
    torch.manual_seed(0)
    cell = torch.nn.LSTMCell(64, 64)

    def loss_of(xs: Any, target: Any) -> Any:
        state = None
        for x in xs:
            state = cell(x, state)
        return torch.nn.functional.mse_loss(state[0], target)

    return training(cell, wrap(loss_of), normal(32, 32, 64), normal(32, 64))


def transformer(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Self-attention and a network of width 256, each with its layer norm."""
    torch.manual_seed(0)
    block = torch.nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    mse = torch.nn.functional.mse_loss
    tokens = normal(16, 64, 64)
    return training(block, wrap(lambda x, t: mse(block(x), t)), tokens, -tokens)


def chain(wrap: Callable[..., Any]) -> Callable[[], None]:
    """Eight operations, there and back."""
    x = torch.from_numpy(normal(1_000_000)).requires_grad_()
    total = wrap(lambda x: (((x * 0.5 + 0.1).tanh().exp() + 1.0).sqrt() * x - 0.3).sum())

    def step() -> None:
        x.grad = None
        total(x).backward()

    return step


PROGRAMS = {
    **{name: lambda wrap, s=sizes: dense(*s, wrap) for name, sizes in SIZES.items()},
    "conv": conv,
    "lstm": lstm,
    "transformer": transformer,
    "chain": chain,
}
