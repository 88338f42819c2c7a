"""Where weights start: random, and of a size that keeps signals alive from layer to layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Value, generator
from optim.names import unknown


def uniform(shape: tuple[int, ...], bound: float, dtype: Any = np.float32) -> np.ndarray:
    """Numbers drawn evenly from [-bound, bound), by the generator `autograd.manual_seed` starts.

    >>> bool((abs(nn.init.uniform((2, 3), 0.5)) <= 0.5).all())
    True
    """
    return generator().uniform(-bound, bound, shape).astype(dtype)


def kaiming_bound(fan_in: int, a: float = math.sqrt(5)) -> float:
    """The bound that keeps a layer's variance for `fan_in` inputs (He et al. 2015, section 2.2).

    `a` is the slope a leaky ReLU has below 0; PyTorch's layers use √5, which gives 1/√fan_in.

    >>> round(nn.init.kaiming_bound(4), 12)
    0.5
    """
    return math.sqrt(6 / ((1 + a**2) * fan_in))


# ------------------------------------------------------------------------ on Values, in place
#
# PyTorch's names. Each gives a leaf new numbers of its shape and dtype, and returns the leaf.


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs one output of a weight sums, and how many outputs one input reaches.

    Args:
        shape: (out, in, *kernel).

    Raises:
        ValueError: fewer than two axes.

    >>> nn.init.fans((8, 3, 5, 5))
    (75, 200)
    """
    if len(shape) < 2:
        raise ValueError(
            f"init: shape {shape} has no inputs and outputs to count; a weight has two axes or "
            "more (out, in, ...)"
        )
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights grow to make up for what an activation takes away.

    >>> nn.init.calculate_gain("relu") == math.sqrt(2)
    True
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4, "linear": 1.0, "sigmoid": 1.0}
    gains |= {f"conv{t}{n}d": 1.0 for n in (1, 2, 3) for t in ("", "_transpose")}
    if nonlinearity not in gains:
        known = ", ".join(sorted([*gains, "leaky_relu"]))
        raise ValueError(f"init: no gain is known for {nonlinearity!r}; there is {known}")
    return gains[nonlinearity]


def constant_(tensor: Value, val: float) -> Value:
    """Every number is `val`."""
    tensor.data = np.full(tensor.shape, val)
    return tensor


def zeros_(tensor: Value) -> Value:
    """Every number is 0."""
    return constant_(tensor, 0.0)


def ones_(tensor: Value) -> Value:
    """Every number is 1."""
    return constant_(tensor, 1.0)


def uniform_(tensor: Value, a: float = 0.0, b: float = 1.0) -> Value:
    """Drawn evenly from [a, b)."""
    tensor.data = generator().uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor: Value, mean: float = 0.0, std: float = 1.0) -> Value:
    """Drawn from the normal distribution."""
    tensor.data = generator().normal(mean, std, tensor.shape)
    return tensor


def trunc_normal_(
    tensor: Value, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0
) -> Value:
    """Drawn from the normal distribution; what falls outside [a, b] is drawn again.

    Raises:
        ValueError: [a, b] is empty, or lies where next to nothing would ever fall.
    """
    if not (a < b and a < mean + 3 * std and b > mean - 3 * std):
        raise ValueError(
            f"trunc_normal_: [{a}, {b}] must hold numbers within 3 std of the mean "
            f"(mean {mean}, std {std})"
        )
    draws = generator().normal(mean, std, tensor.shape)
    while (outside := (draws < a) | (draws > b)).any():
        draws[outside] = generator().normal(mean, std, np.count_nonzero(outside))
    tensor.data = draws
    return tensor


def xavier_uniform_(tensor: Value, gain: float = 1.0) -> Value:
    """Evenly in ±gain·√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16).

    >>> w = nn.init.xavier_uniform_(nn.Parameter(np.zeros((4, 2))))
    >>> bool(0 < abs(w.data).max() <= 1)
    True
    """
    bound = gain * math.sqrt(6 / sum(fans(tensor.shape)))
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Value, gain: float = 1.0) -> Value:
    """Normal with variance gain²·2 / (fan_in + fan_out) (Glorot and Bengio 2010, equation 12)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fans(tensor.shape))))


def _kaiming_std(tensor: Value, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"init: mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(tensor.shape)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_uniform_(
    tensor: Value, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Value:
    """Evenly, with variance gain² / fan (He et al. 2015, section 2.2)."""
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(
    tensor: Value, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Value:
    """Normal, with variance gain² / fan (He et al. 2015, section 2.2)."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity))


def lecun_uniform_(tensor: Value) -> Value:
    """Evenly, with variance 1 / fan_in (LeCun et al. 1998, section 4.6)."""
    bound = math.sqrt(3 / fans(tensor.shape)[0])
    return uniform_(tensor, -bound, bound)


def orthogonal_(tensor: Value, gain: float = 1.0) -> Value:
    """A weight whose rows (or, if there are more rows than columns, columns) are orthonormal.

    Axes after the first count as columns (Saxe et al. 2014).

    >>> w = nn.init.orthogonal_(nn.Parameter(np.zeros((2, 3)))).data
    >>> bool(np.allclose(w @ w.T, np.eye(2)))
    True
    """
    fans(tensor.shape)
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    q, r = np.linalg.qr(generator().normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))  # without it, some directions are more likely than others
    tensor.data = gain * (q.T if rows < columns else q).reshape(tensor.shape)
    return tensor


def eye_(tensor: Value) -> Value:
    """A matrix with ones on its diagonal.

    >>> nn.init.eye_(nn.Parameter(np.zeros((2, 3)))).data
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_: a matrix has two axes, got shape {tensor.shape}")
    rows, columns = tensor.shape
    tensor.data = np.eye(rows, columns)
    return tensor


def dirac_(tensor: Value, groups: int = 1) -> Value:
    """A convolution that passes on as many channels as it can, each unchanged.

    Args:
        tensor: the weight of a convolution with one to three axes of places.
        groups: how many groups of outputs each pass on the inputs.

    >>> nn.init.dirac_(nn.Parameter(np.zeros((1, 1, 3)))).data
    array([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(f"dirac_: needs the weight of a convolution, got shape {tensor.shape}")
    outputs, inputs, *kernel = tensor.shape
    if outputs % groups:
        raise ValueError(f"dirac_: {outputs} outputs are no multiple of {groups} groups")
    weight = np.zeros(tensor.shape)
    centre = tuple(n // 2 for n in kernel)
    each = outputs // groups
    for group in range(groups):
        for i in range(min(each, inputs)):
            weight[(group * each + i, i, *centre)] = 1
    tensor.data = weight
    return tensor


def sparse_(tensor: Value, sparsity: float, std: float = 0.01) -> Value:
    """Drawn from the normal distribution, but that part of each column is 0 (Martens 2010).

    Args:
        tensor: a matrix.
        sparsity: which part of a column's numbers is 0; rounded up.
        std: the deviation of the others.
    """
    if tensor.ndim != 2:
        raise ValueError(f"sparse_: a matrix has two axes, got shape {tensor.shape}")
    rows, columns = tensor.shape
    draws = generator().normal(0, std, tensor.shape)
    order = np.argsort(generator().random((rows, columns)), axis=0)
    np.put_along_axis(draws, order[: math.ceil(sparsity * rows)], 0.0, axis=0)
    tensor.data = draws
    return tensor


# ------------------------------------------------------------------------------ as Keras has them

#: The deviation of a standard normal number that is drawn again outside ±2.
_OF_TRUNCATED = 0.87962566103423978


def _truncated(tensor: Value, variance: float) -> Value:
    std = math.sqrt(variance) / _OF_TRUNCATED
    return trunc_normal_(tensor, 0.0, std, -2 * std, 2 * std)


def glorot_normal_(tensor: Value) -> Value:
    """Truncated normal with variance 2 / (fan_in + fan_out), as in Keras (see xavier_normal_)."""
    return _truncated(tensor, 2 / sum(fans(tensor.shape)))


def he_normal_(tensor: Value) -> Value:
    """Truncated normal with variance 2 / fan_in, as in Keras (see kaiming_normal_)."""
    return _truncated(tensor, 2 / fans(tensor.shape)[0])


def lecun_normal_(tensor: Value) -> Value:
    """Truncated normal with variance 1 / fan_in: what SELU asks for (Klambauer et al. 2017)."""
    return _truncated(tensor, 1 / fans(tensor.shape)[0])


#: The same rules under the names Keras has for them.
glorot_uniform_, he_uniform_ = xavier_uniform_, kaiming_uniform_

#: Keras's names and the settings it gives them, beside those of the functions here.
_NAMES: dict[str, Callable[[Value], Value]] = {
    "random_uniform": partial(uniform_, a=-0.05, b=0.05),
    "random_normal": partial(normal_, std=0.05),
    "truncated_normal": partial(trunc_normal_, std=0.05, a=-0.1, b=0.1),
    "uniform": partial(uniform_, a=-0.05, b=0.05),
    "normal": partial(normal_, std=0.05),
    "identity": eye_,
    "variance_scaling": lecun_normal_,
    "zero": zeros_,
    "one": ones_,
    **{
        rule.__name__.removesuffix("_"): rule
        for rule in (
            zeros_, ones_, xavier_uniform_, xavier_normal_, kaiming_uniform_, kaiming_normal_,
            glorot_normal_, he_normal_, lecun_uniform_, lecun_normal_, orthogonal_, eye_, dirac_,
        )
    },
    "glorot_uniform": glorot_uniform_,
    "he_uniform": he_uniform_,
}  # fmt: skip


def get(name: str | Callable[[Value], Value]) -> Callable[[Value], Value]:
    """The rule of that name, with Keras's settings where Keras has it.

    Args:
        name: such as 'he_normal', 'HeNormal' or 'xavier_uniform'; a function is returned as it is.

    Returns:
        A function that gives a leaf new numbers, such as a layer's weight.

    Raises:
        ValueError: there is no rule of that name.

    >>> layer = nn.Linear(3, 2)
    >>> nn.init.get("zeros")(layer.bias).data
    array([0., 0.], dtype=float32)
    """
    if callable(name):
        return name
    plain = {known.replace("_", ""): rule for known, rule in _NAMES.items()}
    rule = plain.get(str(name).lower().replace("_", "")) if isinstance(name, str) else None
    if rule is None:
        raise unknown("init", str(name), _NAMES)
    return rule
