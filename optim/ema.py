"""The average of the weights of many steps, which often predicts better than the last ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Value
from optim.optimizer import _checked


class EMA:
    """Exponential moving average of parameters (Polyak and Juditsky 1992).

    `with ema:` puts the averages in place of the weights, and the weights back afterwards.

    Args:
        parameters: the leaves to average.
        decay: how much of the average is kept at each update.
        from_first_step: begin with the weights after the first step, as Keras does, rather than
            with those before it.

    Raises:
        ValueError: `decay` is not in [0, 1], or there are no parameters.

    >>> w = Value([1.0])
    >>> ema = optim.EMA([w], decay=0.5)
    >>> w.data = np.array([3.0])
    >>> ema.update()
    >>> with ema:
    ...     print(w.data)
    [2.]
    >>> w.data
    array([3.])
    """

    def __init__(
        self, parameters: Iterable[Value], decay: float = 0.999, *, from_first_step: bool = False
    ) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"EMA: decay must be between 0 and 1, got {decay}")
        self.decay = decay
        self.parameters = _checked(parameters, "EMA")
        self.averages = [np.array(p._data) for p in self.parameters]
        self.started = not from_first_step
        self._weights: list[np.ndarray] | None = None

    def update(self) -> None:
        """Take in the weights as they are now; call it after each step.

        Raises:
            RuntimeError: the averages are in place of the weights.
        """
        if self._weights is not None:
            raise RuntimeError("EMA.update: inside `with ema:` the weights are the averages")
        decay = self.decay if self.started else 0.0
        self.started = True
        for average, p in zip(self.averages, self.parameters):
            average *= decay
            average += (1 - decay) * p._data

    def __enter__(self) -> EMA:
        if self._weights is not None:
            raise RuntimeError("EMA: the averages are in place already")
        self._weights = [np.array(p._data) for p in self.parameters]
        _assign(self.parameters, self.averages)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._weights is not None
        _assign(self.parameters, self._weights)
        self._weights = None

    def state_dict(self) -> dict[str, Any]:
        """The decay and the averages, and whether they have begun."""
        averages = [a.copy() for a in self.averages]
        return {"decay": self.decay, "averages": averages, "started": self.started}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: the state is that of other parameters.
        """
        theirs = [np.shape(a) for a in state["averages"]]
        mine = [a.shape for a in self.averages]
        if theirs != mine:
            raise ValueError(
                f"EMA.load_state_dict: the averages have shapes {theirs}, the parameters {mine}"
            )
        self.decay, self.started = state["decay"], state.get("started", True)
        for average, saved in zip(self.averages, state["averages"]):
            average[...] = saved


def _assign(parameters: list[Value], arrays: list[np.ndarray]) -> None:
    for p, array in zip(parameters, arrays):
        p.data = array.copy() if p.ndim else array[()]
