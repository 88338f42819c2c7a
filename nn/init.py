"""Where weights start: random, and of a size that keeps signals alive from layer to layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import generator


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
