"""LambdaCallback: functions in place of a subclass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn.callbacks.callback import MOMENTS, Callback
from optim.names import unknown


class LambdaCallback(Callback):
    """Calls a function at each moment it is given for, as in Keras.

    Args:
        moments: functions by the names of `Callback`'s methods, with their arguments.

    Raises:
        ValueError: there is no such moment.

    >>> tell = nn.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("epoch", epoch))
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse")
    >>> _ = model.fit([[1.0]], [5.0], epochs=2, verbose=0, callbacks=[tell])
    epoch 0
    epoch 1
    """

    def __init__(self, **moments: Callable[..., Any] | None) -> None:
        for name, function in moments.items():
            if name not in MOMENTS:
                raise unknown("LambdaCallback: moment", name, MOMENTS)
            if function is not None and not callable(function):
                raise TypeError(f"LambdaCallback: {name} must be a function, got {function!r:.60}")
            if function is not None:
                setattr(self, name, function)
