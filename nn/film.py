"""A film of a training: the graph of some steps with all its numbers, for a page with a slider."""

from __future__ import annotations

import os
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np

import optim
from autograd.graph import Graph
from autograd.viz.play import write_page
from autograd.viz.still import PairError, pair, still
from autograd.viz.story import Moment, Update

if TYPE_CHECKING:
    from autograd import Value


class Film:
    """Takes stills of the loss's graph while a model learns.

    Call `expose` when the gradients have arrived, and `correct` after the optimiser's step.

    Attributes:
        losses: the loss of every step, whether or not it was exposed.
    """

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.losses: list[float] = []
        self._copies: dict[Value, Value] = {}

    def expose(self, loss: Value, step: int) -> None:
        """Keep this moment."""
        if not loss.name:
            loss.name = "loss"
        self._copies = still(loss)
        self.moments.append(Moment(step, Graph(self._copies[loss])))

    def correct(self, optimizer: optim.Optimizer, plain: bool = True) -> None:
        """Note what the step that followed the last exposure did.

        Args:
            optimizer: who made it.
            plain: whether it was made with these very gradients, not with clipped ones.
        """
        stepped = [
            (p, group)
            for group in optimizer.param_groups
            for p in group["params"]
            if p in self._copies and p._grad is not None
        ]
        update = Update(
            _rule(optimizer),
            plain and all(_is_plain(optimizer, group) for _, group in stepped),
            {self._copies[p]: np.array(p._data) for p, _ in stepped},
            {self._copies[p]: float(group["lr"]) for p, group in stepped},
        )
        self.moments[-1] = self.moments[-1]._replace(update=update)
        self._copies = {}

    def write(
        self, path: str | os.PathLike[str], lang: Any = None, max_nodes: int | None = None
    ) -> pathlib.Path:
        """Write the page, see `nn.play`. Moments whose graph is another than the first's are left
        out, such as that of a shorter last batch."""
        first = self.moments[0].graph.roots[0]
        alike = [moment for moment in self.moments if _alike(first, moment.graph.roots[0])]
        return write_page(path, alike, self.losses, lang=lang, max_nodes=max_nodes)


def _alike(a: Value, b: Value) -> bool:
    try:
        return bool(pair(a, b))
    except PairError:
        return False


def _is_plain(optimizer: optim.Optimizer, group: dict[str, Any]) -> bool:
    """Whether a weight becomes w - lr · grad, and nothing else."""
    more = ("momentum", "weight_decay", "maximize")
    return type(optimizer) is optim.SGD and not any(group.get(key) for key in more)


def _rule(optimizer: optim.Optimizer) -> str:
    """The optimiser and its settings, without what is off."""
    group = optimizer.param_groups[0]
    said = [f"{key}={group[key]!r}" for key in optimizer.defaults if group.get(key)]
    return f"{type(optimizer).__name__}({', '.join(said)})"
