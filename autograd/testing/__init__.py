"""Checking derivatives, for us and for anyone who writes a primitive of their own.

>>> check_grad(lambda x, w: np.tanh(x @ w), np.ones((2, 3)), np.ones((3, 2)))

`samples_for(op)` is a Hypothesis strategy of example operands; it needs Hypothesis installed
(`pip install "chainrule[test]"`), `check_grad` needs nothing.
"""

from typing import Any

from autograd.testing.check import GradientMismatch, check_grad

__all__ = ["GradientMismatch", "check_grad", "samples_for"]


def __getattr__(name: str) -> Any:
    if name != "samples_for":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograd.testing.samples import samples_for

    return samples_for
