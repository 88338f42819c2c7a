"""One correction of the weights: predict, measure, send back, correct."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

import optim
from autograd import Value
from autograd.jit.wrap import quietly
from nn import examples


def call(model: Any, x: Any) -> Any:
    """The model's output; a tuple or dict of inputs becomes its arguments."""
    if isinstance(x, tuple):
        return model(*x)
    return model(**x) if isinstance(x, dict) else model(x)


def compute(model: Any, x: Any, target: Any, weight: Any) -> tuple[Any, Any]:
    """The loss of one batch, and the prediction it was measured on: all that is differentiated.

    `target` is prepared by the loss, so nothing here depends on the numbers: this is the function
    that `jit` compiles.
    """
    prediction = call(model, x)
    if weight is None:
        return model.loss.compare(prediction, target), prediction
    return model.loss.compare(prediction, target, weight), prediction


class Replay:
    """`compute` and `call` for one model, recorded once for every shape and replayed.

    What cannot be replayed stays as it was; `report` says why. A copy of a model records its own.

    Args:
        model: a compiled model.
    """

    def __init__(self, model: Any) -> None:
        def loss_and_prediction(x: Any, target: Any, weight: Any) -> tuple[Any, Any]:
            loss, prediction = compute(model, x, target, weight)
            return loss, prediction.detach() if isinstance(prediction, Value) else prediction

        def prediction(x: Any) -> Any:
            return call(model, x)

        measure = model.loss
        self.model = model
        self.compute = quietly(loss_and_prediction, measure, getattr(measure, "function", None))
        self.call = quietly(prediction)

    def report(self) -> str:
        """What was recorded, per shape, as text."""
        return "\n".join(f.report() for f in (self.compute, self.call) if f.recordings)

    def __deepcopy__(self, memo: Any) -> None:
        return None

    def __reduce__(self) -> Any:
        return type(None), ()


def computing(model: Any) -> Callable[[Any, Any, Any], tuple[Any, Any]]:
    """`compute` for a model: replayed where it was compiled with `jit`."""
    replay = replay_of(model)
    return functools.partial(compute, model) if replay is None else replay.compute


def replay_of(model: Any) -> Replay | None:
    """What replays a model, if it was compiled with `jit`."""
    here = model.__dict__
    if not here.get("jit"):
        return None
    replay = here.get("_replay")
    if replay is None or replay.model is not model:
        replay = here["_replay"] = Replay(model)
    return replay


class Step:
    """Learns from one batch at a time.

    Args:
        model: a compiled model.

    Attributes:
        pending: batches whose gradients wait to be applied (`accumulate`).
        unseen: whether nobody looks at the gradients of the next steps: then a replay writes them
            straight to where the optimiser wants them, and they are forgotten after its step.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.pending = 0
        self.unseen = False
        self._places: dict[Any, np.ndarray] = {}

    def __call__(
        self, x: Any, target: Any, weight: Any = None, watch: Callable[[Any], None] | None = None
    ) -> tuple[float, np.ndarray]:
        """Learn from one batch; nothing is learned from a loss that is not finite.

        Args:
            x: inputs, as the model wants them.
            target: ideal answers, prepared by the loss.
            weight: how much each example counts, or None.
            watch: called with the loss when all gradients have arrived.

        Returns:
            The loss, and the prediction's numbers. The graph is gone by then, before the next one
            is built.
        """
        if isinstance(self.model.optimizer, optim.LBFGS):
            return self._search(x, target, weight)
        # Who watches wants to see the graph, every node with its gradient.
        measure = functools.partial(compute, self.model) if watch else computing(self.model)
        loss, prediction = measure(x, target, weight)
        if not isinstance(loss, Value):
            raise TypeError(
                f"{type(self.model).__name__}: what it returns is no Value, so it knows of no "
                "gradient and nothing can be learned; let forward compute with Values all the way, "
                "without .data, .numpy() or np.array"
            )
        if not loss.requires_grad:
            raise ValueError(
                f"{type(self.model).__name__}: the loss depends on no parameter that is learned, "
                "so nothing can be; model.requires_grad_() lets frozen ones go"
            )
        amount = loss.item()
        if math.isfinite(amount):
            self._learn(loss, watch)
        return amount, examples.plain(prediction)

    def _learn(self, loss: Any, watch: Callable[[Any], None] | None) -> None:
        """Send back; correct the weights, unless more batches are to be waited for."""
        model, optimizer = self.model, self.model.optimizer
        if not self.pending:
            optimizer.zero_grad()
        direct = self.unseen and model.accumulate == 1 and hasattr(loss, "backward_into")
        if direct:
            loss.backward_into(self._places_of(optimizer))
        else:
            loss.backward(keep="all" if watch else "leaves")
        if watch:
            watch(loss)
        self.pending += 1
        if self.pending < model.accumulate:
            return
        self.pending = 0
        if model.accumulate > 1:
            for p in optimizer.parameters:
                if p._grad is not None:
                    p.grad = p.grad / model.accumulate
        if model.clip_value is not None:
            optim.clip_grad_value_(optimizer.parameters, model.clip_value)
        if model.clip_each_norm is not None:
            for p in optimizer.parameters:
                optim.clip_grad_norm_([p], model.clip_each_norm)
        if model.clip_norm is not None:
            optim.clip_grad_norm_(optimizer.parameters, model.clip_norm)
        optimizer.step()
        if direct:
            optimizer.zero_grad()
        if model.ema is not None:
            model.ema.update()

    def _places_of(self, optimizer: Any) -> dict[Any, np.ndarray]:
        """Where the optimiser wants each gradient."""
        if len(self._places) != len(optimizer.parameters):
            self._places = {p: optimizer.gradient_of(p) for p in optimizer.parameters}
        return self._places

    def _search(self, x: Any, target: Any, weight: Any) -> tuple[float, np.ndarray]:
        """A step of an optimiser that measures the loss itself, as often as it likes."""
        optimizer = self.model.optimizer
        first: list[tuple[float, np.ndarray]] = []
        measure = computing(self.model)

        def closure() -> Any:
            optimizer.zero_grad()
            loss, prediction = measure(x, target, weight)
            loss.backward(keep="leaves")
            if not first:
                first.append((loss.item(), examples.plain(prediction)))
            return loss

        optimizer.step(closure)
        if self.model.ema is not None:
            self.model.ema.update()
        return first[0]
