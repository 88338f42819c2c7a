"""Checking derivatives, for us and for anyone who writes a primitive of their own.

>>> check_grad(lambda x, w: np.tanh(x @ w), np.ones((2, 3)), np.ones((3, 2)))

Strategies for Hypothesis, which they need installed (`pip install "chainrule[test]"`):

samples_for   example operands of a primitive
arrays        arrays of any shape and memory layout
operands      arrays whose shapes broadcast
indices       anything NumPy takes as an index
programs      whole random graphs, written out as code
"""

from importlib import import_module
from typing import Any

from autograd.testing.check import GradientMismatch, check_grad

__all__ = [
    "GradientMismatch",
    "arrays",
    "check_grad",
    "indices",
    "operands",
    "programs",
    "samples_for",
]

_STRATEGIES = {
    "arrays": "strategies",
    "indices": "strategies",
    "operands": "strategies",
    "programs": "random_programs",
    "samples_for": "samples",
}


def __getattr__(name: str) -> Any:
    """Only whoever asks for a strategy needs Hypothesis."""
    if name not in _STRATEGIES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"autograd.testing.{_STRATEGIES[name]}"), name)
    globals()[name] = found
    return found
