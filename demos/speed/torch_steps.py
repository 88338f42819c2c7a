"""PyTorch's side of the comparisons: eager mode, its fused optimiser."""

from collections.abc import Callable

import torch
from data import bits

VERSION = torch.__version__


def mlp() -> Callable[[], None]:
    """256-64-10 with fused Adam on a batch of 32."""
    torch.manual_seed(0)
    images, labels = map(torch.from_numpy, bits())
    model = torch.nn.Sequential(torch.nn.Linear(256, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    distance = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), fused=True)

    def step() -> None:
        loss = distance(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


PROGRAMS = {"mlp": mlp}
