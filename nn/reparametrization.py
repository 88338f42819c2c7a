"""Weights computed anew at every forward from what is learned in their place.

    layer = nn.utils.weight_norm(nn.Linear(20, 40))  # learns weight_g and weight_v
    layer = nn.utils.spectral_norm(nn.Linear(20, 40))  # learns weight_orig

Names of parameters and buffers are PyTorch's, so its weights load.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

import autograd
from autograd import no_grad
from nn.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.functional.distances import normalize
from nn.module import Module, Parameter

M = TypeVar("M", bound=Module)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """A weight learned as length and direction: g · v / ‖v‖ (Salimans and Kingma 2016).

    Args:
        module: the layer, which is changed and returned.
        name: its parameter.
        dim: the axis along which each slice has a length of its own; None for one length in all.

    Raises:
        ValueError: the module has no such parameter.

    >>> layer = nn.utils.weight_norm(nn.Linear(3, 2))
    >>> [(name, p.shape) for name, p in layer.named_parameters()]
    [('bias', (2,)), ('weight_g', (2, 1)), ('weight_v', (2, 3))]
    """
    weight = _taken(module, name)
    axes = tuple(i for i in range(weight.ndim) if dim is None or i != dim % weight.ndim)
    lengths = partial(autograd.vector_norm, axis=axes, keepdims=dim is not None)
    module.register_parameter(f"{name}_g", Parameter(lengths(weight.data)))
    module.register_parameter(f"{name}_v", Parameter(weight.data))

    def computed(layer: Any) -> Any:
        g, v = getattr(layer, f"{name}_g"), getattr(layer, f"{name}_v")
        return v * (g / lengths(v))

    return _recomputed(module, name, computed)


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """The layer with its weight as a parameter again, as it is now.

    Raises:
        ValueError: the weight is not computed.
    """
    return _kept(module, name, ("_g", "_v"))


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """A weight divided by its largest singular value (Miyato et al. 2018).

    Two vectors, which every forward in training brings nearer to the singular ones, estimate it.

    Args:
        module: the layer, which is changed and returned.
        name: its parameter.
        n_power_iterations: how many steps the vectors make at a time.
        eps: no length counts as less.
        dim: the axis of the outputs: 1 for transposed convolutions, else 0.

    Raises:
        ValueError: the module has no such parameter.

    >>> layer = nn.utils.spectral_norm(nn.Linear(3, 2), n_power_iterations=50)
    >>> _ = layer(np.ones((1, 3)))
    >>> round(float(np.linalg.norm(layer.weight.data, 2)), 4)
    1.0
    """
    weight = _taken(module, name)
    if dim is None:
        dim = int(isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)))
    order = (dim, *(i for i in range(weight.ndim) if i != dim))
    module.register_parameter(f"{name}_orig", Parameter(weight.data))
    rows = weight.shape[dim]
    for letter, size in (("u", rows), ("v", weight.size // rows)):
        start = autograd.generator().normal(size=size).astype(weight.dtype)
        module.register_buffer(f"{name}_{letter}", normalize(start, dim=0, eps=eps))

    def computed(layer: Any) -> Any:
        original, u, v = (getattr(layer, f"{name}_{what}") for what in ("orig", "u", "v"))
        matrix = autograd.reshape(autograd.transpose(original, order), (rows, -1))
        if layer.training:
            with no_grad():
                for _ in range(n_power_iterations):
                    autograd.assign(v, normalize(matrix.T @ u, dim=0, eps=eps))
                    autograd.assign(u, normalize(matrix @ v, dim=0, eps=eps))
        return original / autograd.sum(u.detach() * (matrix @ v.detach()))

    return _recomputed(module, name, computed)


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """The layer with its weight as a parameter again, as it is now.

    Raises:
        ValueError: the weight is not computed.
    """
    return _kept(module, name, ("_orig", "_u", "_v"))


def _taken(module: Module, name: str) -> Parameter:
    """A parameter that will be computed from others from now on."""
    if not isinstance(module, Module) or name not in module._parameters:
        raise ValueError(f"{type(module).__name__} has no parameter {name!r} to compute anew")
    weight = module._parameters[name]
    delattr(module, name)
    return weight


def _recomputed(module: M, name: str, computed: Callable[[Any], Any]) -> M:
    """Have a forward begin with the weight computed."""

    def before(layer: Any, args: tuple[Any, ...]) -> None:
        setattr(layer, name, computed(layer))

    handle = module.register_forward_pre_hook(before)
    module.__dict__.setdefault("_computed", {})[name] = handle
    before(module, ())
    return module


def _kept(module: M, name: str, endings: tuple[str, ...]) -> M:
    handle = module.__dict__.get("_computed", {}).pop(name, None)
    if handle is None:
        raise ValueError(f"{type(module).__name__}: {name!r} is a weight like any other")
    handle.remove()
    weight = Parameter(np.array(getattr(module, name)._seen()))
    for ending in endings:
        delattr(module, name + ending)
    delattr(module, name)
    setattr(module, name, weight)
    return module
