"""Muon: a matrix moves by the nearest orthogonal matrix to its momentum."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, Setting


class Muon(Optimizer):
    """Momentum, orthogonalised by Newton-Schulz (Jordan et al. 2024), in PyTorch's form.

    For weights of two axes; step biases and embeddings with AdamW.
    It computes in the parameter's dtype.

    Args:
        params: the leaves to step.
        lr: the learning rate.
        weight_decay: each step shrinks every parameter by the factor 1 - lr · weight_decay.
        momentum: how much of the average gradient is kept.
        nesterov: look ahead along the velocity.
        ns_coefficients: the three coefficients of the Newton-Schulz iteration.
        eps: keeps the division safe where gradients are tiny.
        ns_steps: how often it is iterated.
        adjust_lr_fn: None or 'original' scales lr by √max(1, rows / columns),
            'match_rms_adamw' by 0.2 · √max(rows, columns).
        maximize: step along the gradient instead of against it.

    Raises:
        ValueError: a setting is out of range.

    >>> w = Value(np.eye(2))
    >>> w.grad = [[3.0, 0.0], [0.0, 1.0]]
    >>> optim.Muon([w], lr=0.1).step()
    >>> w.data.round(4)
    array([[0.9147, 0.    ],
           [0.    , 0.8766]])
    """

    moments = 1
    per_tensor = True
    weight_decay = Setting()
    momentum = Setting()
    nesterov = Setting()
    ns_coefficients = Setting()
    eps = Setting()
    ns_steps = Setting()
    adjust_lr_fn = Setting()

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            weight_decay=weight_decay,
            momentum=momentum,
            nesterov=nesterov,
            ns_coefficients=ns_coefficients,
            eps=eps,
            ns_steps=ns_steps,
            adjust_lr_fn=adjust_lr_fn,
            maximize=maximize,
        )

    def _check(self, settings: dict[str, Any]) -> None:
        super()._check(settings)
        self._at_least_0(settings, "momentum", "ns_steps")
        if not np.isfinite(settings["ns_coefficients"]).all():
            raise ValueError(
                f"Muon: ns_coefficients must be finite, got {settings['ns_coefficients']}"
            )
        if settings["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                "Muon: adjust_lr_fn must be None, 'original' or 'match_rms_adamw', "
                f"got {settings['adjust_lr_fn']!r}"
            )
        for i, p in enumerate(settings.get("params", ())):
            if p.ndim != 2:
                raise ValueError(
                    f"Muon: parameter {i} ({p._label()}) has shape {p.shape}, but only matrices "
                    "can be orthogonalised; step the others with optim.AdamW"
                )

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        (m,) = moments
        m += (1 - self.momentum) * (g - m)
        update = g + self.momentum * (m - g) if self.nesterov else m
        update = _orthogonal(update, self.ns_coefficients, self.ns_steps, self.eps)
        rows, columns = p.shape
        if self.adjust_lr_fn == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        else:
            scale = math.sqrt(max(1, rows / columns))
        p *= 1 - self.lr * self.weight_decay
        p -= self.lr * scale * update


def _orthogonal(
    matrix: np.ndarray, coefficients: tuple[float, float, float], steps: int, eps: float
) -> np.ndarray:
    """About U Vᵀ of the matrix U S Vᵀ: a quintic iteration drives each singular value towards 1."""
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / max(float(np.linalg.norm(x)), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x
