"""GraphRecorder: the whole graph of a small model at chosen steps of training."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd.backprop import nodes_below
from nn.callbacks.callback import Callback, Logs
from nn.callbacks.gradient_flow import check_every
from nn.film import Film

if TYPE_CHECKING:
    from autograd import Value


@dataclasses.dataclass(frozen=True)
class Frame:
    """One step of training, before its correction.

    Attributes:
        step: which batch, counted over all epochs from 0.
        loss: its loss.
        values: the numbers at every node, by name: a parameter's path, such as '0.weight'; for the
            result of an operation its place and kind, such as '1 tanh'. Parameters come first, in
            the model's order, then the rest in the order it arose.
        gradients: likewise the gradient of the loss; a node nothing arrived at is missing.
    """

    step: int
    loss: float
    values: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]


class GraphRecorder(Callback):
    """Keeps copies of all values and gradients of a small model while it learns.

    `play` writes them as a page with a slider over the steps.

    Args:
        every: keep one batch in so many.
        most_numbers: how many values a step may have; a larger model is refused, for copies of it
            would fill the memory.

    Attributes:
        frames: what was kept, a `Frame` a step.

    Raises:
        ValueError: `every` is no positive integer; during `fit`: the model is too large.

    >>> model = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> model.compile("mse", "sgd")
    >>> recorder = nn.callbacks.GraphRecorder(every=2)
    >>> _ = model.fit(np.ones((4, 1)), np.ones(4), epochs=4, verbose=0, callbacks=[recorder])
    >>> [frame.step for frame in recorder.frames], recorder.frames[0].gradients["0.weight"].shape
    ([0, 2], (2, 1))
    """

    def __init__(self, every: int = 1, most_numbers: int = 100_000) -> None:
        self.every = check_every("GraphRecorder", every)
        self.most_numbers = most_numbers
        self.frames: list[Frame] = []
        self._count = 0
        self._film = Film()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.frames, self._count, self._film = [], 0, Film()

    def on_backward_end(self, batch: int, loss: Value) -> None:
        if self._count % self.every == 0:
            self.frames.append(self._frame(loss))
            self._film.expose(loss, self._count)
        self._film.losses.append(float(loss.item()))
        self._count += 1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        assert self.fitting is not None
        if (self._count - 1) % self.every == 0 and not self.fitting.step.pending:
            model = self.model
            changed = model.clip_norm is not None or model.clip_value is not None
            self._film.correct(model.optimizer, plain=not changed and model.accumulate == 1)

    def play(
        self,
        path: str | os.PathLike[str] = "play.html",
        lang: Literal["en", "ko"] | None = None,
        max_nodes: int | None = None,
    ) -> pathlib.Path:
        """Write a page with a slider over the steps that were kept, as `nn.play` does.

        Steps whose graph is another than the first's, such as that of a smaller last batch, are
        only in the curve of the loss; after a resumed `fit` so are those before.

        Args:
            path: the HTML file to write.
            lang: English or Korean; the browser's choice if not given.
            max_nodes: how many nodes a picture may have, see `autograd.play`.

        Returns:
            The path of the page.

        Raises:
            ValueError: nothing was kept yet; an unknown language.
            RendererNotFoundError: there is no Graphviz to lay out the graph.
        """
        if not self._film.moments:
            raise ValueError("GraphRecorder: nothing kept yet; fit with callbacks=[recorder] first")
        return self._film.write(path, lang, max_nodes)

    def state_dict(self) -> dict[str, Any]:
        return {
            "frames": [dataclasses.asdict(frame) for frame in self.frames],
            "losses": list(self._film.losses),
            "count": self._count,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.frames = [Frame(**frame) for frame in state["frames"]]
        self._film.losses = list(state["losses"])
        self._count = state["count"]

    def _frame(self, loss: Value) -> Frame:
        nodes = nodes_below(loss)[::-1]
        numbers = sum(node.size for node in nodes)
        if numbers > self.most_numbers:
            raise ValueError(
                f"GraphRecorder: this graph holds {numbers:,} numbers a step, more than "
                f"most_numbers={self.most_numbers:,}; it is for small models: train on fewer "
                "examples a batch, or allow more"
            )
        reached = set(nodes)
        names: dict[Value, str] = {
            p: path for path, p in self.model.named_parameters() if p in reached
        }
        others = (node for node in nodes if node not in names)
        names |= {node: _name(i, node) for i, node in enumerate(others)}
        return Frame(
            self._count,
            float(loss.item()),
            {name: np.array(node._data) for node, name in names.items()},
            {name: np.array(node._grad) for node, name in names.items() if node._grad is not None},
        )


def _name(place: int, node: Value) -> str:
    return f"{place} {node.name or (node.op.name if node.op else 'input')}"
