"""Adam: a step whose length adapts to each weight. The one to reach for first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optim.flat import FlatBuffer, spare
from optim.optimizer import Optimizer, Setting


class Adam(Optimizer):
    """Adaptive moment estimation (Kingma and Ba 2015, algorithm 1).

    Each weight moves by about `lr` a step: its average gradient, divided by the root of its average
    squared gradient.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the two averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: pulls every parameter towards 0: g becomes g + weight_decay · p.
        amsgrad: divide by the largest average so far (Reddi et al. 2018).
        maximize: step along the gradient instead of against it.
        decoupled_weight_decay: shrink p by lr · weight_decay instead, as AdamW does.
        keras_eps: add eps to the root of the average as it is, before its start at 0 is made up
            for: the paper's ε̂ (section 2) and Keras's.

    Raises:
        ValueError: a setting is negative, or a beta is not in [0, 1).

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.Adam([w], lr=0.01).step()
    >>> w.data
    array([0.99, 2.01])
    """

    betas, eps, weight_decay = Setting(), Setting(), Setting()
    amsgrad, decoupled_weight_decay, keras_eps = Setting(), Setting(), Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        keras_eps: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            decoupled_weight_decay=decoupled_weight_decay,
            keras_eps=keras_eps,
        )

    def _moments_in(self, group: dict[str, Any]) -> int:
        return 3 if group["amsgrad"] else 2

    def _prepare(self, buffer: FlatBuffer) -> None:
        """The moments are kept without their factors (1 - β), so new betas rescale them."""
        betas = self.betas
        if buffer.betas != betas:
            if buffer.betas:
                scales = [(1 - old) / (1 - new) for old, new in zip(buffer.betas, betas)]
                for moment, scale in zip(buffer.moments, [*scales, scales[1]]):
                    moment *= scale
            buffer.betas = tuple(betas)

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        """The paper's steps with its scalar factors gathered, so that each element is touched less.

        The averages are kept without their factors (1 - β): m = (1-β₁)·M and v = (1-β₂)·V. With
        c = √((1-β₂) / (1-β₂ᵗ)) the paper's  lr · m̂ / (√v̂ + ε)  is
        lr · (1-β₁) / (1-β₁ᵗ) / c · M / (√V + ε/c).
        """
        g = self._decay_weights(p, g)
        M, V = moments[:2]
        beta1, beta2 = self.betas
        c = math.sqrt((1 - beta2) / (1 - beta2**step))
        M *= beta1
        M += g
        V *= beta2
        work = np.square(g, out=spare(g))
        V += work
        if len(moments) == 3:
            V = np.maximum(moments[2], V, out=moments[2])
        np.sqrt(V, out=work)
        work += self.eps / (math.sqrt(1 - beta2) if self.keras_eps else c)
        np.divide(M, work, out=work)
        work *= self.lr * (1 - beta1) / (1 - beta1**step) / c
        p -= work


class AdamW(Adam):
    """Adam whose weight decay does not pass through the averages (Loshchilov and Hutter 2019).

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the two averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: each step shrinks every parameter by the factor 1 - lr · weight_decay.
        amsgrad: divide by the largest average so far.
        maximize: step along the gradient instead of against it.
        keras_eps: as Adam's.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.AdamW([w], lr=0.01, weight_decay=0.5).step()
    >>> w.data
    array([0.985, 2.   ])
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        keras_eps: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            decoupled_weight_decay=True,
            keras_eps=keras_eps,
        )
