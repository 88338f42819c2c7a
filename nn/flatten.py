"""Flatten, Unflatten and Identity: the same numbers in another shape, or in the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.module import Module


class Identity(Module):
    """What goes in comes out: a layer to put where there should be none.

    Takes any arguments and ignores them, so that it can replace every other layer.

    >>> nn.Identity(54)(Value([1.0]))
    Value([1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, x: Any) -> Any:
        return x


class Flatten(Module):
    """The axes from `start_dim` to `end_dim` joined into one; all but the first as a rule.

    Args:
        start_dim: the first axis to join.
        end_dim: the last one.

    Shapes:
        x: (batch, ...); output: (batch, product of the rest).

    Raises:
        ShapeError: x does not have those axes.

    >>> nn.Flatten()(np.ones((5, 16, 16))).shape
    (5, 256)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Any) -> Any:
        shape = np.shape(x)
        n = len(shape)
        if not n:
            raise ShapeError(f"{self._label()}: needs a batch axis, got a single number")
        first, last = self.start_dim, self.end_dim
        if (first, last) == (1, -1):
            return autograd.reshape(x, shape=(shape[0], math.prod(shape[1:])))
        if not (-n <= first < n and -n <= last < n and first % n <= last % n):
            raise ShapeError(
                f"{self._label()}: there are no axes {first} to {last} (start_dim, end_dim) in "
                f"shape {shape}"
            )
        first, last = first % n, last % n + 1
        joined = math.prod(shape[first:last])
        return autograd.reshape(x, shape=(*shape[:first], joined, *shape[last:]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis split into several, as `Flatten` joined them.

    Args:
        dim: the axis to split.
        unflattened_size: the sizes it is split into; one may be -1: whatever is left.

    Shapes:
        x: (..., product of the sizes, ...); output: (..., *unflattened_size, ...).

    Raises:
        ShapeError: on a call, there is no such axis or the sizes do not fit it.

    >>> nn.Unflatten(1, (1, 16, 16))(np.ones((5, 256))).shape
    (5, 1, 16, 16)
    """

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        shape, sizes = np.shape(x), self.unflattened_size
        n = len(shape)
        if -n <= self.dim < n:
            at = self.dim % n
            known = math.prod(size for size in sizes if size != -1)
            fits = shape[at] == known
            if sizes.count(-1) == 1 and known > 0 and shape[at] % known == 0:
                sizes, fits = tuple(shape[at] // known if s == -1 else s for s in sizes), True
            if fits:
                return autograd.reshape(x, shape=(*shape[:at], *sizes, *shape[at + 1 :]))
        raise ShapeError(
            f"{self._label()}: axis {self.dim} (dim) of shape {shape} cannot be split into {sizes}"
        )

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
