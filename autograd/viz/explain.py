"""explain: the chain rule written out for one weight, with the numbers, as a sum over paths."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.backprop import gradients, seed_for
from autograd.errors import GradientError
from autograd.recording import enable_grad
from autograd.value import Value
from autograd.viz.explanation import Explanation, Names, Path
from autograd.viz.paths import Routes, Steps


def explain(loss: Value, w: Value, index: Any = None, paths: int = 5) -> Explanation:
    """Explain d(loss)/d(w): a sum over the paths from w to the loss, each a product.

    Every step along a path multiplies by its local derivative. The largest products are written
    out, the others are summed up in `rest`, so that all of it adds up to the gradient.
    Nobody's `grad` is read or written.

    Args:
        loss: a single number.
        w: any Value the loss was computed from.
        index: which element of w, an int or a tuple of ints; None where w is a single number.
        paths: how many paths to write out at most.

    Returns:
        The explanation: print it, or leave it to a notebook.

    Raises:
        TypeError: `loss` or `w` is no Value, or `index` holds no integers.
        IndexError: there is no such element, or w has several and `index` is missing.
        GradientError: the loss does not depend on w, or is not a single number.
        ValueError: `paths` is below 1.

    >>> x, w = Value(2.0, name="x"), Value(-3.0, name="w")
    >>> loss = w * x + w * w
    >>> loss.name = "loss"
    >>> print(autograd.explain(loss, w))
    ∂loss/∂w = −4, the sum over 3 paths
    <BLANKLINE>
    1. −3, 38%
       ∂loss/∂multiply₂   ∂multiply₂/∂w
              1         ×      −3       = −3
    <BLANKLINE>
    2. −3, 38%
       ∂loss/∂multiply₂   ∂multiply₂/∂w
              1         ×      −3       = −3
    <BLANKLINE>
    3. 2, 25%
       ∂loss/∂multiply₁   ∂multiply₁/∂w
              1         ×       2       = 2
    """
    for role, given in (("loss", loss), ("w", w)):
        if not isinstance(given, Value):
            raise TypeError(f"explain: {role} must be a Value, got {type(given).__name__}")
    if paths < 1:
        raise ValueError(f"explain: paths is at least 1, got {paths}")
    explainer = Explainer(loss)
    if w not in explainer.gradients:
        raise GradientError(
            f"explain: {loss._label()} does not depend on {w._label()}, or {w._label()} wants no "
            "gradient; pass a Value that the loss was computed from"
        )
    return explainer.of(w, _element(w, index), paths)


class Explainer:
    """Explains one weight after the other of the same loss.

    Raises:
        GradientError: the loss is not a single number, or wants no gradient.
    """

    def __init__(self, loss: Value) -> None:
        self.loss = loss
        seed = seed_for(loss, None, "explain")
        # Numbers that overflowed are shown as such; the warning was due where they arose.
        with enable_grad(), np.errstate(all="ignore"):
            self.gradients = gradients(loss, seed)
        self.routes = Routes(loss)
        self.names = Names(loss)

    def of(self, w: Value, element: int, paths: int) -> Explanation:
        """The explanation of an element of `w`, by its place in the flattened array."""
        names = self.names
        with enable_grad(), np.errstate(all="ignore"):
            steps = Steps((w, element), (self.loss, 0), self.gradients, self.routes)
            whole = steps.sizes.get(steps.start, 0.0)
            found = tuple(Path.of(path, whole, names) for path in steps.largest(paths))
        return Explanation(
            loss=names.of((self.loss, 0)),
            weight=names.of((w, element)),
            total=float(np.ravel(self.gradients[w])[element]),
            paths=found,
            others=steps.counts.get(steps.start, 0) - len(found),
            complete=steps.complete,
            blocked=tuple(dict.fromkeys(names.of((node, None)) for node in steps.blocked)),
        )


def _element(w: Value, index: Any) -> int:
    """The place of w[index] in the flattened array."""
    if index is None:
        if w.size != 1:
            raise IndexError(
                f"explain: {w._label()} has shape {w.shape}; say which element, such as "
                f"index={(0,) * w.ndim if w.size else ()}"
            )
        return 0
    try:
        places = tuple(map(operator.index, index if isinstance(index, tuple) else (index,)))
    except TypeError:
        raise TypeError(f"explain: index is an int or a tuple of ints, got {index!r:.60}") from None
    if len(places) != w.ndim or any(not -n <= i < n for i, n in zip(places, w.shape, strict=True)):
        raise IndexError(
            f"explain: {w._label()} has no element {index!r}; its shape is {w.shape}, so index "
            f"needs {w.ndim} integers below these sizes"
        )
    positive = tuple(i % n for i, n in zip(places, w.shape, strict=True))
    return int(np.ravel_multi_index(positive, w.shape)) if positive else 0
