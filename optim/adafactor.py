"""Adafactor: of a matrix's squared gradients, only the means of rows and columns are kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting, is_number


class Adafactor(Optimizer):
    """A step divided by the size of the gradient's row and column (Shazeer and Stern 2018).

    The average squared gradient of a matrix is estimated as row · column / mean of rows; a step is
    as long as the tensor's own typical number asks for, and never much longer than the gradients'
    recent size. (The flat buffer has room for both averages in full, so it is the paper's way of
    stepping that is here, not the memory it saves.)

    Args:
        params: the leaves to step.
        lr: the longest relative step: a step's is min(lr, 1/√t).
        beta2_decay: the averages take up t^beta2_decay of what is new at step t.
        eps: the smallest root of an average, None for that of the dtype; and the smallest typical
            number of a tensor.
        d: how much longer than usual an update may be.
        weight_decay: each step shrinks every parameter by the factor 1 - lr · weight_decay.
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value([[1.0, 2.0], [3.0, 4.0]])
    >>> w.grad = [[10.0, -0.1], [1.0, 0.5]]
    >>> optim.Adafactor([w], lr=0.1).step()
    >>> w.data.round(2)
    array([[0.94, 2.01],
           [2.95, 3.46]])
    """

    moments = 2
    per_tensor = True
    beta2_decay = Setting()
    eps = Setting()
    d = Setting()
    weight_decay = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            beta2_decay=beta2_decay,
            eps=eps,
            d=d,
            weight_decay=weight_decay,
            maximize=maximize,
        )

    def _check_kinds(self, settings: dict[str, Any]) -> None:
        eps = settings["eps"]
        fits = np.shape(eps) == (2,) and (eps[0] is None or is_number(eps[0])) and is_number(eps[1])
        if not fits:
            raise TypeError(f"Adafactor: eps must be (None or a number, a number), got {eps!r:.60}")
        super()._check_kinds({name: s for name, s in settings.items() if name != "eps"})

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check({name: s for name, s in settings.items() if name != "eps"})
        if not all(e is None or e >= 0 for e in settings["eps"]):
            raise ValueError(f"Adafactor: both of eps must be at least 0, got {settings['eps']}")
        if not settings["beta2_decay"] <= 0:
            raise ValueError(
                f"Adafactor: beta2_decay must not be above 0, got {settings['beta2_decay']}"
            )
        if not settings["d"] >= 1:
            raise ValueError(f"Adafactor: d must be at least 1, got {settings['d']}")

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        if not p.size:
            return
        least, least_size = self.eps
        least = float(np.finfo(p.dtype).eps) if least is None else least
        size = _root_mean_square(p)
        p *= 1 - self.lr * self.weight_decay
        square = self._averaged(g * g, moments, step**self.beta2_decay, least)
        update = g / np.sqrt(np.maximum(square, least * least))
        longer = max(1.0, _root_mean_square(update) / self.d)
        p -= max(least_size, size) * min(self.lr, 1 / math.sqrt(step)) / longer * update

    def _averaged(self, square: Any, moments: Any, fresh: float, least: float) -> Any:
        """The average squared gradient: of a matrix, estimated from its rows and columns."""
        if square.ndim < 2:
            average = moments[0]
            average += fresh * (square - average)
            return average
        rows, columns = moments[0][..., :1], moments[1][..., :1, :]
        for average, axis in ((rows, -1), (columns, -2)):
            average += fresh * (square.mean(axis=axis, keepdims=True) - average)
        return rows * columns / np.maximum(rows.mean(axis=-2, keepdims=True), least)


def _root_mean_square(x: np.ndarray) -> float:
    return math.sqrt(float((x * x).sum()) / max(x.size, 1))
