"""What the engine says when it is asked for the impossible.

Every message names what was asked, what was there, and what to do next. The classes refine
`ValueError` and `TypeError`, so ordinary `except` clauses keep working.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np


class ShapeError(ValueError):
    """Shapes that do not fit together."""


class GradientError(ValueError):
    """A gradient was asked for where there is none, or where it would be wrong."""


class AnomalyError(FloatingPointError):
    """A NaN or an infinity, found by `detect_anomaly`."""


class NotDifferentiableError(TypeError):
    """A derivative was asked of something that has none: an integer, an unknown function."""


def describe(value: Any, role: str = "") -> str:
    """A short name for an operand: its own name if it has one, else its role, and its shape.

    >>> describe(np.ones((3, 2)), "x")
    'x (3, 2)'
    """
    name = getattr(value, "name", None) or role
    shape = getattr(value, "shape", None)
    text = "()" if shape == () else str(shape) if shape is not None else repr(value)
    return f"{name} {text}" if name else text


def explain_failure(op: Any, args: tuple, params: dict | None, error: Exception) -> Exception:
    """Turn NumPy's complaint about arrays into one about the operands of `op`."""
    asked = (params or {}).get("name", op.name)  # what a check is made for
    if op.name not in ("matmul", "linear") and str(error).startswith(f"{asked}: "):
        return error  # it says all that is to say; NumPy's of matmul only looks so
    operands = [
        describe(a, role) for a, role in zip(args, op.operand_names(len(args)), strict=True)
    ]
    settings = [f"{key}={value!r}" for key, value in (params or {}).items()]
    if op.name in ("matmul", "linear"):
        return ShapeError(_inner_sizes(op.name, operands, args))
    if "broadcast" in str(error) and not settings:
        return ShapeError(
            f"{op.name}: shapes do not broadcast: {' and '.join(operands)}; sizes must be equal "
            "or 1 when axes are aligned from the right: reshape or expand_dims one of them"
        )
    text = f"{op.name}: {error} (given {', '.join(operands + settings)})"
    if isinstance(error, IndexError):
        return IndexError(text)
    if isinstance(error, (TypeError, AttributeError)):  # NumPy meets an object it does not know
        return TypeError(text)
    about_shapes = re.search("shape|ax[ei]s|dimension|broadcast|size", str(error))
    return ShapeError(text) if about_shapes else ValueError(text)


def _inner_sizes(name: str, operands: list[str], args: tuple) -> str:
    a, b = (np.shape(getattr(x, "_data", x)) for x in args[:2])
    joined = " @ ".join(operands[:2])
    if name == "linear":
        if not a or len(b) != 2 or a[-1] != b[-1]:
            return (
                f"linear: input and weight do not fit: {operands[0]} with {operands[1]}; "
                "the input's last axis must equal the weight's second (in_features), "
                "as in x @ weight.T"
            )
        return f"linear: the bias must have one number per output: {operands[2]} with {operands[1]}"
    if not a or not b:
        return f"matmul: needs at least one axis on each side: {joined}; use * for scalars"
    inner = b[-2] if len(b) > 1 else b[-1]
    if a[-1] != inner:
        axis = "second last" if len(b) > 2 else "first"
        left, right = operands[0].split(" (")[0], operands[1].split(" (")[0]
        return (
            f"matmul: inner sizes differ: {joined}; {left}'s last axis ({a[-1]}) "
            f"must equal {right}'s {axis} ({inner})"
        )
    return f"matmul: the batch axes do not broadcast: {joined}"
