"""A network as columns of neurons: one example goes forward, its loss comes back, all is noted.

The numbers are the engine's own: `autograd.backprop.gradients` over the recorded graph. No
parameter's `.grad` is touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import ShapeError, Value, enable_grad
from autograd.backprop import gradients
from nn import losses
from nn.dropout import Dropout
from nn.examples import plain
from nn.flatten import Flatten
from nn.linear import Linear
from nn.mode import mode
from nn.module import Module
from nn.sequential import Sequential


class UndrawableError(TypeError):
    """A network that is more than layers of neurons, one after the other."""


@dataclasses.dataclass
class Column:
    """A layer of neurons, with the weights that lead into it.

    Attributes:
        title: the modules it is made of, such as '0 · Linear → Tanh'.
        activation: (neurons,) what each sends on.
        gradient: (neurons,) of the loss for that; for the last column, where the loss reads the
            scores before a softmax or sigmoid, for these.
        weight, weight_gradient: (neurons, neurons before); None for the inputs.
        bias, bias_gradient: (neurons,), or None.
        from_scores: whether `gradient` is that of the scores.
    """

    title: str
    activation: np.ndarray
    gradient: np.ndarray
    weight: np.ndarray | None = None
    weight_gradient: np.ndarray | None = None
    bias: np.ndarray | None = None
    bias_gradient: np.ndarray | None = None
    from_scores: bool = False

    def __len__(self) -> int:
        return self.activation.size

    def strongest(self, most: int, last: bool) -> np.ndarray:
        """The places of the neurons that matter most to the loss, in their order.

        Strength is |activation · gradient|, what the loss would change by without the neuron, to
        first order (Mozer and Smolensky 1989); among the outputs it is |gradient|.
        """
        size = np.abs(self.gradient if last else self.activation * self.gradient)
        order = np.lexsort((-np.abs(self.gradient), -np.nan_to_num(size, nan=np.inf)))
        return np.sort(order[:most])


def share(gradient: np.ndarray) -> np.ndarray:
    """Each element's part of the size of all of them; 0 where nothing finite arrived.

    >>> from nn.pictures.columns import share
    >>> share(np.array([3.0, -1.0]))
    array([0.75, 0.25])
    """
    size = np.abs(np.asarray(gradient, np.float64))
    size = np.where(np.isfinite(size), size, 0.0)
    return size / (size.sum() or 1.0)


def read(model: Module, x: Any, target: Any, loss: Any) -> tuple[list[Column], float, str]:
    """The columns of a model for one example, the loss, and the loss's name.

    Raises:
        UndrawableError: the model is no Sequential of what can be drawn.
        ShapeError: x is not one example, or the loss not one number.
    """
    layers = list(_layers(model, ""))
    if not any(isinstance(layer, Linear) for _, layer in layers):
        raise UndrawableError(
            "draw_network: there is no Linear in the model, so no weights to draw; "
            "autograd.draw(loss) draws every graph"
        )
    measure = losses.get(loss if loss is not None else getattr(model, "loss", "mse"))
    dtype = next(p.dtype for p in model.parameters())
    start = Value(np.asarray(plain(x), dtype)[np.newaxis])
    with mode(model, training=False), enable_grad(), np.errstate(all="ignore"):
        stages = _forward(layers, start)
        prediction = stages[-1].output
        outputs = prediction.shape
        amount = measure.compare(
            prediction, measure.prepare(plain(target)[np.newaxis], outputs, dtype)
        )
        if amount.size != 1:
            raise ShapeError(
                f"draw_network: the loss must be one number, got shape {amount.shape}; "
                "let it take the mean"
            )
        reached = gradients(amount, np.ones_like(amount._data))
    return [stage.column(reached) for stage in stages], float(amount.item()), measure.name


@dataclasses.dataclass
class _Stage:
    """A column in the making: the nodes of the graph it stands for."""

    titles: list[str]
    score: Value
    output: Value
    layer: Linear | None = None

    def column(self, reached: dict[Value, Any]) -> Column:
        def of(node: Value) -> np.ndarray:
            arrived = reached.get(node)
            return np.zeros(node.shape) if arrived is None else np.asarray(arrived)

        from_scores = reached.get(self.output) is None and reached.get(self.score) is not None
        column = Column(
            "".join(self.titles),
            np.ravel(self.output._data),
            np.ravel(of(self.score if from_scores else self.output)),
            from_scores=from_scores,
        )
        if self.layer is not None:
            weight, bias = self.layer.weight, self.layer.bias
            column.weight, column.weight_gradient = weight._data, of(weight)
            if bias is not None:
                column.bias, column.bias_gradient = bias._data, of(bias)
        return column


def _forward(layers: list[tuple[str, Module]], start: Value) -> list[_Stage]:
    stages = [_Stage(["input"], start, start)]
    for path, layer in layers:
        stage = stages[-1]
        kind = type(layer).__name__
        if isinstance(layer, Linear):
            if stage.output.ndim != 2:
                raise ShapeError(
                    f"draw_network: x must be one example, a row of {layer.in_features} numbers, "
                    f"got shape {stage.output.shape[1:]}; pass x[0] of a batch"
                )
            out = layer(stage.output)
            stages.append(_Stage([f"{path} · {kind}" if path else kind], out, out, layer))
            continue
        out = layer(stage.output)
        same = getattr(out, "size", None) == stage.output.size
        if not same or not isinstance(out, Value):
            raise _undrawable(path, layer)
        stage.output = out
        if isinstance(layer, Flatten) and stage.layer is None:
            stage.score = out
        elif not isinstance(layer, (Flatten, Dropout)):
            stage.titles.append(f" → {kind}")
    return stages


def _layers(module: Module, path: str) -> Iterator[tuple[str, Module]]:
    """The layers of nested Sequentials, in the order they run, each with its path."""
    if isinstance(module, Sequential):
        if type(module).forward is not Sequential.forward:
            raise UndrawableError(
                f"draw_network: {type(module).__name__} has a forward of its own; a Sequential "
                "runs its layers in order. autograd.draw(loss) draws every graph"
            )
        for name, layer in module._modules.items():
            yield from _layers(layer, f"{path}.{name}" if path else name)
    elif isinstance(module, Linear) or not (module._modules or module._parameters):
        yield path, module
    else:
        raise _undrawable(path, module)


def _undrawable(path: str, layer: Module) -> UndrawableError:
    return UndrawableError(
        f"draw_network: cannot draw {type(layer).__name__}{f' {path!r}' if path else ''} as "
        "neurons and weights; it draws a Sequential of Linear, activations, Flatten and Dropout. "
        "autograd.draw(loss) draws every graph"
    )
