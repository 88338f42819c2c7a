"""Padding: what surrounds sequences, images and volumes before a window slides over them.

Names and arguments are PyTorch's: `padding` is an int, or two for each axis, the last axis first:
(left, right, top, bottom, front, back). Negative numbers cut off.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import ShapeError
from nn.module import Module


class _Pad(Module):
    axes: int
    mode: Any = "constant"
    value: float = 0.0

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__()
        if isinstance(padding, (int, np.integer)):
            padding = (int(padding),) * (2 * self.axes)
        self.padding = tuple(padding)
        if len(self.padding) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__}: padding is an int or {2 * self.axes} of them, two for "
                f"each axis, the last axis first; got {padding!r}"
            )

    def forward(self, x: Any) -> Any:
        shape = np.shape(x)
        fits = len(shape) in (self.axes + 1, self.axes + 2)
        if not fits and (self.mode != "constant" or len(shape) < self.axes):
            raise ShapeError(
                f"{self._label()}: expects (batch, channels, ...) with {self.axes} axes of places, "
                f"got shape {shape}"
            )
        pairs = [self.padding[i : i + 2] for i in range(0, 2 * self.axes, 2)][::-1]
        for size, pair in zip(shape[-self.axes :], pairs, strict=True):
            most = {"reflect": size - 1, "wrap": size}.get(self.mode)
            if (most is not None and max(pair) > most) or size + sum(pair) < 0:
                raise ShapeError(
                    f"{self._label()}: a padding of {tuple(pair)} does not fit an axis of {size} "
                    f"in shape {shape}"
                )
        before = (slice(None),) * (len(shape) - self.axes)
        if any(n < 0 for n in self.padding):
            kept = (slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in
                    zip(pairs, shape[-self.axes :], strict=True))  # fmt: skip
            x = x[(*before, *kept)]
        widths = [(0, 0)] * len(before) + [(max(a, 0), max(b, 0)) for a, b in pairs]
        more = {"constant_values": self.value} if self.mode == "constant" else {}
        return autograd.pad(x, widths, self.mode, **more)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    def __init__(self, padding: int | tuple[int, ...], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"{self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """Sequences with a constant around them.

    >>> nn.ConstantPad1d(1, 9.0)(np.array([[1.0, 2.0]]))
    array([[9., 1., 2., 9.]])
    """

    axes = 1


class ConstantPad2d(_ConstantPad):
    """Images with a constant around them.

    >>> nn.ConstantPad2d((1, 0, 0, 0), 9.0)(np.array([[[1.0, 2.0]]]))
    array([[[9., 1., 2.]]])
    """

    axes = 2


class ConstantPad3d(_ConstantPad):
    """Volumes with a constant around them.

    >>> nn.ConstantPad3d(1, 9.0)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    axes = 3


class ZeroPad1d(_Pad):
    """Sequences with zeros around them.

    >>> nn.ZeroPad1d(1)(np.array([[1.0, 2.0]]))
    array([[0., 1., 2., 0.]])
    """

    axes = 1


class ZeroPad2d(_Pad):
    """Images with zeros around them.

    >>> nn.ZeroPad2d((1, 0, 0, 0))(np.array([[[1.0, 2.0]]]))
    array([[[0., 1., 2.]]])
    """

    axes = 2


class ZeroPad3d(_Pad):
    """Volumes with zeros around them.

    >>> nn.ZeroPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    axes = 3


class ReflectionPad1d(_Pad):
    """Sequences mirrored at their ends.

    >>> nn.ReflectionPad1d(1)(np.array([[1.0, 2.0, 3.0]]))
    array([[2., 1., 2., 3., 2.]])
    """

    axes = 1
    mode = "reflect"


class ReflectionPad2d(_Pad):
    """Images mirrored at their borders.

    >>> nn.ReflectionPad2d(1)(np.ones((1, 2, 2))).shape
    (1, 4, 4)
    """

    axes = 2
    mode = "reflect"


class ReflectionPad3d(_Pad):
    """Volumes mirrored at their borders.

    >>> nn.ReflectionPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    axes = 3
    mode = "reflect"


class ReplicationPad1d(_Pad):
    """Sequences whose ends are repeated.

    >>> nn.ReplicationPad1d(1)(np.array([[1.0, 2.0]]))
    array([[1., 1., 2., 2.]])
    """

    axes = 1
    mode = "edge"


class ReplicationPad2d(_Pad):
    """Images whose borders are repeated.

    >>> nn.ReplicationPad2d(1)(np.ones((1, 2, 2))).shape
    (1, 4, 4)
    """

    axes = 2
    mode = "edge"


class ReplicationPad3d(_Pad):
    """Volumes whose borders are repeated.

    >>> nn.ReplicationPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    axes = 3
    mode = "edge"


class CircularPad1d(_Pad):
    """Sequences that begin again at their end.

    >>> nn.CircularPad1d(1)(np.array([[1.0, 2.0, 3.0]]))
    array([[3., 1., 2., 3., 1.]])
    """

    axes = 1
    mode = "wrap"


class CircularPad2d(_Pad):
    """Images that begin again at their borders.

    >>> nn.CircularPad2d(1)(np.ones((1, 2, 2))).shape
    (1, 4, 4)
    """

    axes = 2
    mode = "wrap"


class CircularPad3d(_Pad):
    """Volumes that begin again at their borders.

    >>> nn.CircularPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    axes = 3
    mode = "wrap"
