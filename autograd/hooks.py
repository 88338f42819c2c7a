"""Hooks: a look at one node's gradient while the loss travels back, and a chance to change it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import GradientError, ShapeError
from autograd.value import Value

#: The hooks of every Value that has some, by identity.
hooks: dict[int, list[Hook]] = {}


class Hook:
    """A hook on one Value; `remove()` takes it away."""

    def __init__(self, value: Value, call: Callable[[Any], Any]) -> None:
        self.call = call
        self._key = id(value)
        self._alive = weakref.ref(value, lambda _: hooks.pop(self._key, None))

    def remove(self) -> None:
        """The hook is not called any more."""
        mine = hooks.get(self._key, [])
        if self in mine:
            mine.remove(self)
            if not mine:
                del hooks[self._key]


def register(value: Value, call: Callable[[Any], Any]) -> Hook:
    """See `Value.register_hook`."""
    if not callable(call):
        raise TypeError(f"register_hook: expected a function of the gradient, got {call!r:.60}")
    if not value.requires_grad:
        raise GradientError(f"register_hook: {value._label()} gets no gradient")
    hook = Hook(value, call)
    hooks.setdefault(id(value), []).append(hook)
    return hook


def changed(node: Value, gradient: Any) -> Any:
    """The gradient after all hooks of `node`."""
    for hook in tuple(hooks.get(id(node), ())):
        new = hook.call(gradient)
        if new is None:
            continue
        if np.shape(new) != node.shape:
            raise ShapeError(
                f"a hook of {node._label()} returned a gradient of shape {np.shape(new)}; "
                f"it must have shape {node.shape}"
            )
        gradient = new if isinstance(new, Value) else np.asarray(new, node.dtype)[()]
    return gradient
