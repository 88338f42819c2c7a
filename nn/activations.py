"""Activations: the bends between linear layers, without which a deep network would be one layer.

Each is a function of the engine as a module. Names, arguments and defaults are PyTorch's; so is
`inplace`, which changes no result here and is there for the sake of programs that say it.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

import autograd
from autograd import ShapeError, Value
from autograd.ops.random import drawn_uniformly
from nn.inputs import check_sizes
from nn.module import Module, Parameter


class _Plain(Module):
    """An activation without settings."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()


class ReLU(_Plain):
    """max(x, 0), elementwise (Nair and Hinton 2010).

    >>> nn.ReLU()(Value([-1.0, 2.0]))
    Value([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.relu(x)


class ReLU6(_Plain):
    """min(max(x, 0), 6), elementwise (Howard et al. 2017).

    >>> nn.ReLU6()(Value([-1.0, 2.0, 9.0]))
    Value([0., 2., 6.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.relu6(x)


class LeakyReLU(Module):
    """x, and `negative_slope` times x below 0, elementwise (Maas et al. 2013).

    >>> nn.LeakyReLU(0.5)(Value([-1.0, 2.0]))
    Value([-0.5,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return autograd.leaky_relu(x, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """x, and `weight` times x below 0; the slope is learned (He et al. 2015).

    Args:
        num_parameters: 1, or a slope for each channel.
        init: what the slopes start at.
        dtype: their dtype.

    Shapes:
        x and output: (batch, num_parameters, ...), of any shape if that is 1;
        weight: (num_parameters,).

    Raises:
        ShapeError: on a call, the input has another number of channels.

    >>> nn.PReLU()(Value([-1.0, 2.0]))
    Value([-0.25,  2.  ])
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, dtype: Any = np.float32
    ) -> None:
        super().__init__()
        check_sizes("PReLU", num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype))

    def forward(self, x: Any) -> Any:
        weight, shape = self.weight, np.shape(x)
        if self.num_parameters > 1:
            if len(shape) < 2 or shape[1] != self.num_parameters:
                raise ShapeError(
                    f"{self._label()}: expects {self.num_parameters} channels (num_parameters) in "
                    f"axis 1, got shape {shape}"
                )
            weight = autograd.reshape(weight, (-1, *(1,) * (len(shape) - 2)))
        elif not shape:
            weight = autograd.reshape(weight, ())
        return autograd.where(x > 0, x, weight * x)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x, and a random part of x below 0, drawn for each number in training (Xu et al. 2015).

    In evaluation the part is (lower + upper) / 2.

    Args:
        lower, upper: the part is drawn evenly from between them.

    Raises:
        ValueError: lower is above upper.

    >>> nn.RReLU(0.25, 0.75).eval()(Value([-1.0, 2.0]))
    Value([-0.5,  2. ])
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        if not lower <= upper:
            raise ValueError(f"RReLU: lower {lower} must not be above upper {upper}")
        self.lower = lower
        self.upper = upper

    def forward(self, x: Any) -> Any:
        if not self.training:
            return autograd.leaky_relu(x, negative_slope=(self.lower + self.upper) / 2)
        x = x if isinstance(x, Value) else np.asarray(x)
        part = drawn_uniformly(x.shape, self.lower, self.upper, x.dtype)
        return autograd.where(x >= 0, x, part * x)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"


class Threshold(Module):
    """x where it is above a threshold, elsewhere a constant.

    Args:
        threshold: numbers above it stay.
        value: what all others become.

    >>> nn.Threshold(0.5, 9.0)(Value([0.5, 2.0]))
    Value([9., 2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value

    def forward(self, x: Any) -> Any:
        return autograd.where(x > self.threshold, x, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class _Shrink(Module):
    """An activation that is 0 from -lambd to lambd."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        if not lambd >= 0:
            raise ValueError(f"{type(self).__name__}: lambd must be at least 0, got {lambd}")
        self.lambd = lambd

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Hardshrink(_Shrink):
    """x, and 0 from -lambd to lambd, elementwise.

    >>> nn.Hardshrink()(Value([-2.0, 0.5, 1.0]))
    Value([-2.,  0.,  1.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.where(autograd.absolute(x) > self.lambd, x, 0.0)


class Softshrink(_Shrink):
    """x moved towards 0 by lambd, and 0 from -lambd to lambd, elementwise.

    >>> nn.Softshrink()(Value([-2.0, 0.5, 1.0]))
    Value([-1.5,  0. ,  0.5])
    """

    def forward(self, x: Any) -> Any:
        return x - autograd.clip(x, -self.lambd, self.lambd)


class Tanhshrink(_Plain):
    """x - tanh(x), elementwise.

    >>> nn.Tanhshrink()(Value([0.0]))
    Value([0.])
    """

    def forward(self, x: Any) -> Any:
        return x - autograd.tanh(x)


class _Alpha(Module):
    """An activation that ends at -alpha."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class ELU(_Alpha):
    """x, and alpha · (exp(x) - 1) below 0, elementwise (Clevert et al. 2015).

    >>> nn.ELU()(Value([-800.0, 2.0]))
    Value([-1.,  2.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.elu(x, alpha=self.alpha)


class CELU(_Alpha):
    """x, and alpha · (exp(x / alpha) - 1) below 0, elementwise: smooth at 0 (Barron 2017).

    Raises:
        ValueError: alpha is 0.

    >>> nn.CELU(2.0)(Value([-800.0, 2.0]))
    Value([-2.,  2.])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        if not alpha:
            raise ValueError("CELU: alpha must not be 0")
        super().__init__(alpha)

    def forward(self, x: Any) -> Any:
        return autograd.celu(x, alpha=self.alpha)


class SELU(_Plain):
    """An ELU that keeps mean 0 and variance 1 through the layers (Klambauer et al. 2017).

    >>> nn.SELU()(Value(1.0))
    Value(1.0507009873554805)
    """

    def forward(self, x: Any) -> Any:
        return autograd.selu(x)


class GELU(Module):
    """x times the probability that a standard normal number is below x (Hendrycks, Gimpel 2016).

    Args:
        approximate: "none" needs SciPy; "tanh" is the paper's approximation and does not.

    Raises:
        ValueError: another `approximate`.

    >>> nn.GELU("tanh")(Value(0.0))
    Value(0.0)
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate is 'none' or 'tanh', not {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        return autograd.gelu(x, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(_Plain):
    """x · sigmoid(x), elementwise, also called swish (Hendrycks and Gimpel 2016).

    >>> nn.SiLU()(Value(0.0))
    Value(0.0)
    """

    def forward(self, x: Any) -> Any:
        return autograd.silu(x)


class Mish(_Plain):
    """x · tanh(softplus(x)), elementwise (Misra 2019).

    >>> nn.Mish()(Value(0.0))
    Value(0.0)
    """

    def forward(self, x: Any) -> Any:
        return autograd.mish(x)


class GLU(Module):
    """The first half along an axis, gated by the sigmoid of the second (Dauphin et al. 2017).

    Args:
        dim: the axis to halve.

    Raises:
        ShapeError: on a call, there is no such axis or its size is odd.

    >>> nn.GLU()(Value([4.0, 0.0]))
    Value([2.])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Any) -> Any:
        shape = np.shape(x)
        if not -len(shape) <= self.dim < len(shape) or shape[self.dim] % 2:
            raise ShapeError(
                f"{self._label()}: needs an even size along axis {self.dim} (dim), got {shape}"
            )
        before, half = (slice(None),) * (self.dim % len(shape)), shape[self.dim] // 2
        return x[(*before, slice(half))] * autograd.sigmoid(x[(*before, slice(half, None))])

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softplus(Module):
    """log(1 + exp(beta · x)) / beta, elementwise: a smooth relu (Dugas et al. 2001).

    Args:
        beta: how sharp the bend is.
        threshold: where beta · x is above it, the result is x itself.

    Raises:
        ValueError: beta is 0.

    >>> nn.Softplus()(Value([0.0, 30.0]))
    Value([ 0.69314718, 30.        ])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        if not beta:
            raise ValueError("Softplus: beta must not be 0")
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: Any) -> Any:
        sharp = x * self.beta
        return autograd.where(sharp > self.threshold, x, autograd.softplus(sharp) / self.beta)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Softsign(_Plain):
    """x / (1 + |x|), elementwise: from -1 to 1 (Bergstra et al. 2009).

    >>> nn.Softsign()(Value(1.0))
    Value(0.5)
    """

    def forward(self, x: Any) -> Any:
        return autograd.softsign(x)


class Hardtanh(Module):
    """x limited to [min_val, max_val], elementwise (Collobert 2004).

    Raises:
        ValueError: min_val is not below max_val.

    >>> nn.Hardtanh()(Value([-4.0, 0.5, 4.0]))
    Value([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if not min_val < max_val:
            raise ValueError(f"Hardtanh: min_val {min_val} must be below max_val {max_val}")
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, x: Any) -> Any:
        return autograd.hardtanh(x, min_val=self.min_val, max_val=self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Hardsigmoid(_Plain):
    """A sigmoid of three straight lines: x / 6 + 1/2, from 0 to 1.

    >>> nn.Hardsigmoid()(Value([-4.0, 0.0, 4.0]))
    Value([0. , 0.5, 1. ])
    """

    def forward(self, x: Any) -> Any:
        return autograd.hardsigmoid(x)


class Hardswish(_Plain):
    """x · hardsigmoid(x), elementwise (Howard et al. 2019).

    >>> nn.Hardswish()(Value([-4.0, 0.0, 4.0]))
    Value([-0.,  0.,  4.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.hardswish(x)


class Sigmoid(_Plain):
    """1 / (1 + exp(-x)), elementwise: a score becomes a probability.

    >>> nn.Sigmoid()(Value([0.0]))
    Value([0.5])
    """

    def forward(self, x: Any) -> Any:
        return autograd.sigmoid(x)


class LogSigmoid(_Plain):
    """log(sigmoid(x)), elementwise, safe for large numbers.

    >>> nn.LogSigmoid()(Value(-800.0))
    Value(-800.0)
    """

    def forward(self, x: Any) -> Any:
        return autograd.logsigmoid(x)


class Tanh(_Plain):
    """The hyperbolic tangent, elementwise: from -1 to 1.

    >>> nn.Tanh()(Value([0.0]))
    Value([0.])
    """

    def forward(self, x: Any) -> Any:
        return autograd.tanh(x)
