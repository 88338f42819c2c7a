"""LAMB: Adam whose step is as long as the tensor it changes; for large batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class LAMB(Optimizer):
    """Layer-wise adaptive moments (You et al. 2020, algorithm 2), unclipped.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        betas: how much of the averages is kept from step to step.
        eps: keeps the division safe where gradients are tiny.
        weight_decay: added to the step as weight_decay · p, before its length is set.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [10.0, -0.1]
    >>> optim.LAMB([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.8419, 2.1581])
    """

    moments = 2
    per_tensor = True
    betas = Setting()
    eps = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        m, v = moments
        beta1, beta2 = self.betas
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * g * g
        ratio = m / (1 - beta1**step) / (np.sqrt(v / (1 - beta2**step)) + self.eps)
        update = ratio + self.weight_decay * p
        of_p, of_update = np.linalg.norm(p.ravel()), np.linalg.norm(update.ravel())
        # A tensor of zeros has no length to go by: the trust ratio is 1 then.
        trust = of_p / of_update if of_p > 0 and of_update > 0 else 1.0
        p -= self.lr * trust * update
