"""What every optimiser shares: the parameters it steps, and the walk over them.

A rule of your own names how many numbers it remembers for each element, and says in `_update` how
a stretch of parameters changes:

    class SignDescent(Optimizer):
        def _update(self, p, g, step):
            p -= self.lr * np.sign(g)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Value
from optim.flat import FlatBuffer

#: Elements stepped at a time: a few arrays of that length stay in a core's cache.
BLOCK = 32_768


class Optimizer:
    """Steps parameters against their gradients; `_update` is the rule.

    Args:
        parameters: the leaves to step: Values of floats, each given once.
        lr: the learning rate.

    Raises:
        ValueError: there are no parameters, one is given twice, or `lr` is negative.
        TypeError: a parameter is no Value of floats made by hand.
    """

    #: How many numbers the rule remembers for each element.
    moments = 0

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        kind = type(self).__name__
        _check_at_least_0(kind, lr=lr)
        self.lr = lr
        self.parameters = _checked(parameters, kind)
        by_dtype: defaultdict[np.dtype, list[Value]] = defaultdict(list)
        for p in self.parameters:
            by_dtype[p.dtype].append(p)
        self._buffers = [FlatBuffer(group, self.moments) for group in by_dtype.values()]

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for buffer in self._buffers:
            for start, stop, step in buffer.collect():
                for a in range(start, stop, BLOCK):
                    b = min(a + BLOCK, stop)
                    memory = [moment[a:b] for moment in buffer.moments]
                    self._update(buffer.data[a:b], buffer.grad[a:b], *memory, step=step)
            buffer.publish()

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        """Change `p` in place, given its gradient and its moments (all of shape (n,)).

        `g` may be overwritten. `step` counts from 1.
        """
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget all gradients; those of the next backward start from nothing."""
        for p in self.parameters:
            p._grad = None

    def state_dict(self) -> dict[str, Any]:
        """What a later run needs to go on exactly here; the parameters themselves are not in it."""
        return {
            "lr": self.lr,
            "steps": [buffer.steps for buffer in self._buffers],
            "missed": [list(buffer.missed) for buffer in self._buffers],
            "moments": [[moment.copy() for moment in buffer.moments] for buffer in self._buffers],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: the state is that of another optimiser or other parameters.
        """
        have = self.state_dict()
        if state.keys() != have.keys() or _layout(state) != _layout(have):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state was taken from another "
                f"optimiser or other parameters: it has {_layout(state)}, this one {_layout(have)}"
            )
        self.lr = state["lr"]
        for buffer, steps, missed, moments in zip(
            self._buffers, state["steps"], state["missed"], state["moments"], strict=True
        ):
            buffer.steps = steps
            buffer.missed = list(missed)
            for mine, theirs in zip(buffer.moments, moments, strict=True):
                mine[...] = theirs

    def _settings(self) -> dict[str, Any]:
        """What `repr` shows beside the parameters."""
        return {"lr": self.lr}

    def __repr__(self) -> str:
        count = len(self.parameters)
        parts = [f"{count} parameter{'s' * (count != 1)}"]
        parts += [f"{key}={value!r}" for key, value in self._settings().items()]
        return f"{type(self).__name__}({', '.join(parts)})"


def _layout(state: dict[str, Any]) -> str:
    shapes = [[np.shape(moment) for moment in group] for group in state.get("moments", ())]
    return f"moments of shapes {shapes} for {[len(group) for group in state.get('missed', ())]}"


def _check_at_least_0(kind: str, **settings: float) -> None:
    for name, value in settings.items():
        if not value >= 0:
            raise ValueError(f"{kind}: {name} must be at least 0, got {value}")


def _checked(parameters: Any, kind: str) -> list[Value]:
    """The parameters as a list, or an error that says what is wrong with which."""
    if isinstance(parameters, Value):
        raise TypeError(f"{kind}: got a single Value; give a list: {kind}([value])")
    if hasattr(parameters, "parameters"):
        raise TypeError(
            f"{kind}: got the {type(parameters).__name__} itself; give its parameters: "
            f"{kind}(model.parameters())"
        )
    parameters = list(parameters)
    if not parameters:
        raise ValueError(
            f"{kind}: there are no parameters to step; a model lists those of its layers that are "
            "assigned as attributes (self.fc = nn.Linear(...))"
        )
    seen: dict[Value, int] = {}
    for i, p in enumerate(parameters):
        if not isinstance(p, Value):
            raise TypeError(
                f"{kind}: parameter {i} must be a Value, got {type(p).__name__} {p!r:.60}"
            )
        label = f"parameter {i} ({p._label()})"
        if p.op is not None:
            raise TypeError(
                f"{kind}: {label} is the result of {p.op.name}; only leaves, made by hand, "
                "can be stepped"
            )
        if p.dtype.kind != "f":
            raise TypeError(f"{kind}: {label} holds {p.dtype} numbers, which cannot be stepped")
        if p in seen:
            raise ValueError(f"{kind}: {label} is given twice, the first time at {seen[p]}")
        seen[p] = i
    return parameters
