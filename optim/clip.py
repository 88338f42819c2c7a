"""Gradients kept within bounds, between `backward` and `step`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import Value
from optim.flat import _plain
from optim.optimizer import is_number


def clip_grad_norm_(
    parameters: Value | Iterable[Value],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> float:
    """Shrink all gradients by one factor so that their joint norm is at most `max_norm`.

    Args:
        parameters: the leaves whose gradients count (Pascanu, Mikolov and Bengio 2013).
        max_norm: the largest norm left.
        norm_type: 2.0 for the Euclidean norm, `inf` for the largest entry.
        error_if_nonfinite: refuse gradients that hold NaN or infinity.
        foreach: accepted for the sake of programs that say it; there is one way here.

    Returns:
        The norm before.

    Raises:
        TypeError: `max_norm` is no number, or `parameters` is a model.
        ValueError: `max_norm` is negative, or the norm is not finite and that is refused.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [30.0, 40.0]
    >>> float(optim.clip_grad_norm_([w], max_norm=5.0))
    50.0
    >>> w.grad.round(4)
    array([3., 4.])
    """
    _check_bound("clip_grad_norm_: max_norm", max_norm)
    held = _with_gradient("clip_grad_norm_", parameters)
    norms = [np.linalg.norm(np.ravel(_plain(p._grad)), norm_type) for p in held if p.size]
    total = float(np.linalg.norm(norms, norm_type)) if norms else 0.0
    if error_if_nonfinite and not np.isfinite(total):
        raise ValueError(
            f"clip_grad_norm_: the norm of the gradients is {total}; a gradient holds NaN or "
            "infinity (autograd.detect_anomaly() finds where it arose)"
        )
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:
        for p in held:
            p.grad = np.asarray(_plain(p._grad) * factor, p.dtype)
    return total


def clip_grad_value_(
    parameters: Value | Iterable[Value], clip_value: float, foreach: bool | None = None
) -> None:
    """Cut every entry of every gradient to between -`clip_value` and `clip_value`.

    Args:
        parameters: the leaves whose gradients are cut.
        clip_value: the largest size left.
        foreach: accepted for the sake of programs that say it; there is one way here.

    Raises:
        TypeError: `clip_value` is no number, or `parameters` is a model.
        ValueError: `clip_value` is negative.

    >>> w = Value([1.0, 2.0])
    >>> w.grad = [30.0, -0.5]
    >>> optim.clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    _check_bound("clip_grad_value_: clip_value", clip_value)
    for p in _with_gradient("clip_grad_value_", parameters):
        p.grad = np.clip(_plain(p._grad), -clip_value, clip_value)


def _check_bound(what: str, bound: float) -> None:
    if not is_number(bound):
        raise TypeError(f"{what} must be a number, got {bound!r:.60}")
    if not bound >= 0:
        raise ValueError(f"{what} must be at least 0, got {bound}")


def _with_gradient(asked: str, parameters: Value | Iterable[Value]) -> list[Value]:
    if hasattr(parameters, "parameters"):
        raise TypeError(
            f"{asked}: got the {type(parameters).__name__} itself; give its parameters: "
            f"{asked}(model.parameters(), ...)"
        )
    listed = [parameters] if isinstance(parameters, Value) else parameters
    return [p for p in listed if p._grad is not None]
