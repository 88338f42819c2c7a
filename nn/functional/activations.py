"""Activations with PyTorch's arguments; `inplace=True` is understood and changes nothing here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Value
from autograd.ops.random import drawn_uniformly
from nn import activations
from nn import dropout as layers
from nn.module import Module


def _of(function: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """An operation of the engine that also takes, and forgets, `inplace`."""

    def activation(input: Any, *given: Any, inplace: bool = False, **settings: Any) -> Any:
        if given:
            settings.update(zip(names, given))  # one more would be `inplace`
        return function(input, **settings)

    activation.__name__ = function.__name__
    activation.__doc__ = f"See `autograd.{function.__name__}`."
    return activation


celu = _of(autograd.celu, "alpha")
elu = _of(autograd.elu, "alpha")
hardsigmoid = _of(autograd.hardsigmoid)
hardswish = _of(autograd.hardswish)
hardtanh = _of(autograd.hardtanh, "min_val", "max_val")
leaky_relu = _of(autograd.leaky_relu, "negative_slope")
mish = _of(autograd.mish)
relu = _of(autograd.relu)
relu6 = _of(autograd.relu6)
selu = _of(autograd.selu)
silu = _of(autograd.silu)


def of_layer(kind: type[Module], *names: str) -> Callable[..., Any]:
    """A layer without weights as a function of its input and settings."""

    def function(input: Any, *given: Any, **settings: Any) -> Any:
        return kind(**dict(zip(names, given)), **settings)(input)

    function.__doc__ = f"`nn.{kind.__name__}` of a single call."
    return function


hardshrink = of_layer(activations.Hardshrink, "lambd")
softshrink = of_layer(activations.Softshrink, "lambd")
tanhshrink = of_layer(activations.Tanhshrink)
threshold = of_layer(activations.Threshold, "threshold", "value", "inplace")


def _dropping(kind: type[Module]) -> Callable[..., Any]:
    def dropping(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        return kind(p).train(training)(input)  # type: ignore[call-arg]

    dropping.__doc__ = f"`nn.{kind.__name__}` of a single call."
    return dropping


dropout = _dropping(layers.Dropout)
dropout1d = _dropping(layers.Dropout1d)
dropout2d = _dropping(layers.Dropout2d)
dropout3d = _dropping(layers.Dropout3d)
alpha_dropout = _dropping(layers.AlphaDropout)
feature_alpha_dropout = _dropping(layers.FeatureAlphaDropout)


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Any:
    """`nn.RReLU` of a single call."""
    return activations.RReLU(lower, upper).train(training)(input)


def prelu(input: Any, weight: Any) -> Any:
    """x, and `weight` times x below 0; one weight, or one for each channel on axis 1.

    >>> nn.functional.prelu(Value([[-1.0, -1.0]]), np.array([0.5, 0.25]))
    Value([[-0.5 , -0.25]])
    """
    if np.size(weight) > 1:
        weight = autograd.reshape(weight, (-1, *(1,) * max(np.ndim(input) - 2, 0)))
    return autograd.where(input > 0, input, weight * input)


def softmax(input: Any, dim: int = -1) -> Any:
    """Probabilities along an axis; see `autograd.softmax`."""
    return autograd.softmax(input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> Any:
    """Logarithms of `softmax`; see `autograd.log_softmax`."""
    return autograd.log_softmax(input, axis=dim)


def softmin(input: Any, dim: int = -1) -> Any:
    """`softmax` of -x: the smallest number gets the most."""
    return autograd.softmax(-input, axis=dim)


def gumbel_softmax(logits: Any, tau: float = 1.0, hard: bool = False, dim: int = -1) -> Any:
    """`softmax` of scores with noise: a sample of a class that can be learned (Jang et al. 2017).

    Args:
        logits: (..., classes) scores.
        tau: how soft the sample is; 0 would be a class.
        hard: give one-hot rows, whose gradient is that of the soft sample.
        dim: the axis of the classes.

    >>> _ = autograd.manual_seed(0)
    >>> nn.functional.gumbel_softmax(Value(np.zeros(3)), hard=True)
    Value([1., 0., 0.])
    """
    logits = logits if isinstance(logits, Value) else np.asarray(logits)
    tiny = float(np.finfo(logits.dtype).tiny)
    uniform = drawn_uniformly(logits.shape, tiny, 1.0, logits.dtype)
    noise = -autograd.log(-autograd.log(uniform))
    soft = autograd.softmax((logits + noise) / tau, axis=dim)
    if not hard:
        return soft
    rows = (soft == autograd.max(soft, axis=dim, keepdims=True)).astype(logits.dtype)
    return rows + (soft - soft.detach()) if isinstance(soft, Value) else rows


def glu(input: Any, dim: int = -1) -> Any:
    """The first half of an axis times the sigmoid of the second (Dauphin et al. 2017).

    >>> nn.functional.glu(Value([3.0, 0.0]))
    Value([1.5])
    """
    first, gate = autograd.split(input, 2, axis=dim)
    return first * autograd.sigmoid(gate)
