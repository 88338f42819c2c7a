"""Networks of single numbers: every weight, product and sum is a node you can look at.

The classes have micrograd's names and signatures, so programs written for it run unchanged. A
network is a list of layers, a layer a list of neurons, a neuron a weighted sum and a bend.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.recording import PAUSED, Scope, thread


class Module:
    """Something with parameters."""

    def parameters(self) -> list[Value]:
        """Every weight and bias."""
        return []

    def zero_grad(self) -> None:
        """Set all gradients to 0."""
        for p in self.parameters():
            p.grad = 0


def _inside(what: str, number: int, kind: str, call: Any, x: Sequence[Any]) -> Any:
    """call(x), recorded as belonging to it, so that pictures can draw it as a box."""
    outer = thread.scope
    if outer is PAUSED:
        return call(x)
    thread.scope = Scope(f"{what} {number}", kind, outer, 0)
    try:
        return call(x)
    finally:
        thread.scope = outer


class Neuron(Module):
    """w · x + b, and 0 instead where that is negative.

    Weights are drawn by Python's `random.uniform(-1, 1)`, so `random.seed` fixes them; the bias
    starts at 0.

    Args:
        nin: how many inputs it has.
        nonlin: False for the weighted sum alone.

    >>> neuron = nn.scalar.Neuron(2, nonlin=False)
    >>> neuron.w = [Value(1.0), Value(-2.0)]
    >>> neuron([3.0, 0.5])
    Value(2.0)
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        if len(x) != len(self.w):
            raise ValueError(f"{self!r}: expects {len(self.w)} inputs, got {len(x)}")
        total = self.b
        for w, number in zip(self.w, x):
            total = total + w * number
        return total.relu() if self.nonlin else total

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side, each of which sees all inputs.

    Args:
        nin: how many inputs there are.
        nout: how many neurons.
        kwargs: passed on to each `Neuron`.

    >>> nn.scalar.Layer(2, 2, nonlin=False)
    Layer of [LinearNeuron(2), LinearNeuron(2)]
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        """A list of Values, one from each neuron; of a single neuron just its Value."""
        out = [_inside("neuron", i, "Neuron", neuron, x) for i, neuron in enumerate(self.neurons)]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multilayer perceptron: layers of ReLU neurons, the last one linear.

    Args:
        nin: how many inputs there are.
        nouts: how many neurons each layer has.

    >>> model = nn.scalar.MLP(3, [4, 4, 1])
    >>> len(model.parameters())
    41
    """

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1) for i in range(len(nouts))
        ]

    def __call__(self, x: Sequence[Any]) -> Any:
        for i, layer in enumerate(self.layers):
            x = _inside("layer", i, "Layer", layer, x)
        return x

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
