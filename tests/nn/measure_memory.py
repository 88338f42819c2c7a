"""How much memory training takes, measured in a fresh process.

python measure_memory.py growth fit      bytes held after 100 and after 10,000 steps of `fit`
python measure_memory.py growth eager    the same for a loop without jit
python measure_memory.py peak chainrule  what a large network and its steps add
python measure_memory.py peak fit        the same of `fit`, with its recorded step
python measure_memory.py peak torch      the same in PyTorch
"""

import gc
import itertools
import resource
import sys
from pathlib import Path

import numpy as np

LAYERS = (784, 1024, 1024, 10)
BATCH = 256


def held() -> int:
    """Bytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def peak() -> int:
    """The most bytes there ever were, of this program: `getrusage` counts who started it too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def growth(how: str) -> tuple[int, int]:
    """What is held after 100 and after 10,000 steps of a small network."""
    import nn
    import optim

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(800, 10)).astype(np.float32), rng.integers(0, 3, 800)
    model = nn.Sequential(
        nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 3)
    )
    optimizer, loss = optim.Adam(model.parameters()), nn.CrossEntropyLoss()
    if how == "fit":
        model.compile(loss, optimizer, metrics=["accuracy"])
        seen = []
        watch = nn.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(held()))
        model.fit(x, y, batch_size=8, epochs=100, verbose=0, callbacks=[watch])
        return seen[0], seen[-1]
    start = 0
    for step in range(10_000):
        if step == 100:
            start = held()
        rows = slice(step % 100 * 8, step % 100 * 8 + 8)
        optimizer.zero_grad()
        loss(model(x[rows]), y[rows]).backward(keep="leaves")
        optimizer.step()
    return start, held()


def network(nn, layers: tuple[int, ...]):
    """Linear layers with ReLUs between them, of this library or of PyTorch."""
    parts = []
    for sizes in itertools.pairwise(layers):
        parts += [nn.Linear(*sizes), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def chainrule_step(layers: tuple[int, ...], x: np.ndarray, y: np.ndarray, steps: int = 3):
    import nn
    import optim

    model = network(nn, layers)
    optimizer, loss = optim.Adam(model.parameters()), nn.CrossEntropyLoss()

    def train():
        for _ in range(steps):
            optimizer.zero_grad()
            loss(model(x), y).backward(keep="leaves")
            optimizer.step()

    return train


def fit_step(layers: tuple[int, ...], x: np.ndarray, y: np.ndarray, steps: int = 3):
    import nn
    import optim

    model = network(nn, layers)
    model.compile(nn.CrossEntropyLoss(), optim.Adam(model.parameters()))
    return lambda: model.fit(x, y, batch_size=len(x), epochs=steps, verbose=0)


def torch_step(layers: tuple[int, ...], x: np.ndarray, y: np.ndarray, steps: int = 3):
    import torch

    model = network(torch.nn, layers)
    optimizer, loss = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss()

    def train():
        for _ in range(steps):
            optimizer.zero_grad()
            loss(model(torch.from_numpy(x)), torch.from_numpy(y)).backward()
            optimizer.step()

    return train


def rise(which: str) -> int:
    """Bytes that a large network and its training add, when a tiny one has loaded all code."""
    make = {"chainrule": chainrule_step, "fit": fit_step, "torch": torch_step}[which]
    rng = np.random.default_rng(0)
    make((4, 3, 2), rng.normal(size=(8, 4)).astype(np.float32), rng.integers(0, 2, 8))()
    x = rng.normal(size=(BATCH, LAYERS[0])).astype(np.float32)
    y = rng.integers(0, LAYERS[-1], BATCH)
    gc.collect()
    before = held()
    make(LAYERS, x, y)()
    return peak() - before


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    command, which = sys.argv[1:]
    print(*(growth(which) if command == "growth" else [rise(which)]))
