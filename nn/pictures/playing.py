"""nn.play: a model learns one batch, step by step, on a page with a slider over the steps."""

from __future__ import annotations

import copy
import math
import os
import pathlib
from typing import Any, Literal

import optim
from autograd import ShapeError, Value, enable_grad
from autograd.viz.play import check_settings
from nn import examples, losses
from nn.film import Film
from nn.mode import mode
from nn.module import Module
from nn.preparation import inputs
from nn.step import call


def play(
    model: Module,
    x: Any,
    target: Any,
    *,
    optimizer: Any = "sgd",
    steps: int = 50,
    loss: Any = None,
    path: str | os.PathLike[str] = "play.html",
    lang: Literal["en", "ko"] | None = None,
    frames: int = 100,
    max_nodes: int | None = None,
) -> pathlib.Path:
    """Write a page of a model that learns: its graph, its loss, and a slider over the steps.

    Every step shows the values, the gradients and the paths of the loss to each weight, as
    `autograd.play` does, and how each weight is corrected: w ← w - lr · grad. The model and the
    optimiser are afterwards as they were; for the page of a training that counts, see
    `nn.callbacks.GraphRecorder`.

    Args:
        model: any module; small ones can be read as a whole, others are folded.
        x: a batch of inputs, (examples, ...), or a tuple or dict of several.
        target: its ideal, as the loss wants it.
        optimizer: a name such as 'adam', a class, or an optimiser of this model's parameters.
        steps: how many corrections.
        loss: a name, a loss or a function; else the compiled one, else 'mse'.
        path: the HTML file to write; it needs no server and no network.
        lang: English or Korean; the browser's choice if not given.
        frames: of more steps the page holds about so many, evenly spread; the curve holds all.
        max_nodes: how many nodes a picture may have, see `autograd.play`.

    Returns:
        The path of the page.

    Raises:
        ValueError: `steps` or `frames` is not positive, an unknown language, optimiser or loss.
        ShapeError: the loss is not one number, or x and target do not fit.
        RendererNotFoundError: there is no Graphviz to lay out the graph.

    >>> import tempfile
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> sgd = optim.SGD(model.parameters(), lr=0.5)
    >>> page = nn.play(model, [[0.5, -1.0]], [[1.0]], optimizer=sgd, steps=3,
    ...                path=f"{tempfile.mkdtemp()}/play.html")
    >>> page.name
    'play.html'
    """
    examples.check_counts("play", steps=steps, frames=frames)
    check_settings("play", lang, max_nodes)
    measure = losses.get(loss if loss is not None else getattr(model, "loss", "mse"))
    stepper = optim.get(optimizer, model.parameters())
    if not set(model.parameters()) & set(stepper.parameters):
        raise ValueError(
            "play: the optimizer steps none of this model's parameters; make it with "
            f"optim.{type(stepper).__name__}(model.parameters())"
        )
    given = inputs(model, x, "play")
    film = Film()
    before = copy.deepcopy((model.state_dict(), stepper.state_dict()))
    gradients = {p: p._grad for p in (*model.parameters(), *stepper.parameters)}
    every = math.ceil(steps / frames)

    def distance() -> Value:
        prediction = call(model, given)
        ideal = measure.prepare(examples.plain(target), prediction.shape, prediction.dtype)
        found: Value = measure.compare(prediction, ideal)
        if found.size != 1:
            raise ShapeError(
                f"play: the loss must be one number, got shape {found.shape}; let it take the mean"
            )
        stepper.zero_grad()
        found.backward(keep="leaves")
        film.losses.append(found.item())
        return found

    try:
        with mode(model, training=True), enable_grad():
            for step in range(steps):
                found = distance()
                if step % every == 0:
                    film.expose(found, step)
                stepper.step(distance if isinstance(stepper, optim.LBFGS) else None)
                del film.losses[step + 1 :]  # of an optimiser that measures more often
                if step % every == 0:
                    film.correct(stepper)
            film.expose(distance(), steps)
    finally:
        model.load_state_dict(before[0])
        stepper.load_state_dict(before[1])
        for p, gradient in gradients.items():
            p._grad = gradient
    return film.write(path, lang, max_nodes)
