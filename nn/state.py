"""A module's numbers by their paths: a copy of all, and how they are put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Value


class Keys(NamedTuple):
    """What `load_state_dict` found no counterpart for."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class State:
    """What a module can do with its weights as a whole."""

    def _entries(self: Any) -> Iterator[tuple[str, Value]]:
        """What is saved, by path; what is shared comes under each of its names."""
        stack: list[tuple[str, Any]] = [("", self)]
        while stack:
            prefix, module = stack.pop()
            for name, p in module._parameters.items():
                yield prefix + name, p
            for name, b in module._buffers.items():
                if name not in module._transient:
                    yield prefix + name, b
            stack.extend((f"{prefix}{n}.", m) for n, m in reversed(module._modules.items()))

    def state_dict(self: Any) -> dict[str, np.ndarray]:
        """A copy of the numbers of every parameter and buffer by path; a shared one once.

        >>> list(nn.Sequential(nn.Linear(3, 2)).state_dict())
        ['0.weight', '0.bias']
        """
        state: dict[Value, tuple[str, np.ndarray]] = {}
        for name, value in self._entries():
            if value not in state:
                state[value] = (name, np.array(value._data))
        return dict(state.values())

    def load_state_dict(self: Any, state: dict[str, Any], strict: bool = True) -> Keys:
        """Take over numbers for every parameter and buffer; nothing changes unless all fit.

        Args:
            state: arrays by path, as `state_dict()` gives them; cast to each parameter's dtype.
                What is shared may come under any of its names.
            strict: False to pass over names that only one side has.

        Returns:
            `missing_keys` and `unexpected_keys`, two lists of names.

        Raises:
            ValueError: a parameter is missing, unknown or of another shape; all are listed.
        """
        if not isinstance(state, Mapping):
            raise TypeError(
                f"{type(self).__name__}.load_state_dict: needs arrays by name, as state_dict() "
                f"gives them, got {type(state).__name__} {state!r:.60}; of a file, model.load(path)"
            )
        mine = dict(self._entries())
        names: dict[Value, list[str]] = {}
        for name, value in mine.items():
            names.setdefault(value, []).append(name)
        arrays = {name: np.asarray(getattr(a, "_data", a)) for name, a in state.items()}
        missing = [aka[0] for aka in names.values() if not any(n in arrays for n in aka)]
        unexpected = [name for name in arrays if name not in mine]
        problems = [
            f"shape: {name} is {p.shape} here, {arrays[name].shape} there"
            for name, p in mine.items()
            if name in arrays and arrays[name].shape != p.shape
        ]
        if strict:
            problems = [
                *(f"missing: {name} {mine[name].shape}" for name in missing),
                *(f"unexpected: {name} {arrays[name].shape}" for name in unexpected),
                *problems,
            ]
        if problems:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the weights do not fit this model:\n"
                + "\n".join(f"  {problem}" for problem in problems)
            )
        for name, p in mine.items():
            if name in arrays:
                p.data = arrays[name]
        return Keys(missing, unexpected)
