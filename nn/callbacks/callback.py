"""Callback: what a watcher of training may do at each named moment; and the list of watchers."""

from __future__ import annotations

import difflib
import inspect
import os
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd import Value
    from nn.fitting import Fitting

Logs = dict[str, float]


class Callback:
    """Watches training: override the moments you want, with Keras's names.

    `logs` holds the scores so far, such as `{'loss': 0.3, 'accuracy': 0.9}`; at the end of an epoch
    those of the validation data too (`'val_loss'`). Set `self.model.stop_training = True` to end
    training after this epoch. What a callback must remember to go on after an interruption is its
    `state_dict()`.

    Attributes:
        model: the model that is being trained.
        params: {'epochs': ..., 'steps': batches an epoch or None, 'verbose': ...}.
        fitting: the running call of `fit`; None outside.

    >>> class Shout(nn.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(f"epoch {epoch}: {sorted(logs)}")
    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse", "sgd", metrics=["mae"])
    >>> _ = model.fit([[0.0]], [0.0], epochs=2, verbose=0, callbacks=[Shout()])
    epoch 0: ['loss', 'mae']
    epoch 1: ['loss', 'mae']
    """

    #: Whether a loss that is NaN or infinite is this callback's business; else `fit` raises.
    handles_nan = False

    model: Any = None
    params: dict[str, Any] = {}  # noqa: RUF012 - replaced as a whole, never written into
    fitting: Fitting | None = None

    def set_model(self, model: Any) -> None:
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """`fit` begins (or goes on, after `load_state_dict`)."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """`fit` ends; `logs` are the last epoch's."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins; epochs count from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch ends, validation included."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch is about to be learned from; batches count from 0 in each epoch."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has been learned from; `logs` are the running means of this epoch."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """`on_train_batch_begin` by a shorter name, for callbacks that do not have that."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """`on_train_batch_end` by a shorter name, for callbacks that do not have that."""

    def on_backward_end(self, batch: int, loss: Value) -> None:
        """Gradients have arrived, and no weight has been changed yet.

        `loss` is the batch's loss with its whole graph; every node in it holds its gradient.
        """

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """`evaluate`, or the validation within `fit`, begins."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """`evaluate`, or the validation within `fit`, ends."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch is about to be judged."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has been judged; `logs` are the running means."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """`predict` begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """`predict` ends."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch is about to be predicted."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has been predicted."""

    def interrupted(self) -> str | os.PathLike[str] | None:
        """A file of this training to go on from, where `fit` was not told one."""
        return None

    def state_dict(self) -> dict[str, Any]:
        """What a later run needs to go on exactly here: numbers, texts, arrays, lists, dicts."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken."""


class CallbackList:
    """Callbacks that are told together, in order. A moment nobody watches costs nothing.

    Args:
        callbacks: the watchers, or None.
        model: what they watch.
        params: what they are told about it.
        fitting: the running call of `fit`, if it is one.

    Raises:
        TypeError: one of them is no callback; the message says what it may have been meant as.
    """

    def __init__(
        self,
        callbacks: Callback | Iterable[Callback] | None,
        model: Any = None,
        params: dict[str, Any] | None = None,
        fitting: Fitting | None = None,
    ) -> None:
        if isinstance(callbacks, Callback):
            callbacks = [callbacks]
        self.callbacks = list(callbacks or ())
        for i, callback in enumerate(self.callbacks):
            _check(i, callback)
            callback.set_model(model)
            callback.set_params(params or {})
            callback.fitting = fitting

    def __iter__(self) -> Any:
        return iter(self.callbacks)

    def watching(self, moment: str) -> list[Callable[..., None]]:
        """The methods of that name that somebody wrote."""
        names = (moment, moment.replace("_train_batch_", "_batch_"))
        written = (_written(callback, names) for callback in self.callbacks)
        return [method for method in written if method is not None]

    def tell(self, moment: str, *args: Any) -> None:
        """Call every callback's method of that name."""
        for method in self.watching(moment):
            method(*args)

    def state_dict(self) -> list[dict[str, Any]]:
        return [{"kind": type(c).__name__, "state": c.state_dict()} for c in self.callbacks]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Give every callback its state back.

        Raises:
            ValueError: there were other callbacks when it was taken.
        """
        before, now = [s["kind"] for s in states], [type(c).__name__ for c in self.callbacks]
        if before != now:
            raise ValueError(
                f"resume: the interrupted fit had the callbacks {before}, this one has {now}; "
                "give the same ones in the same order"
            )
        for callback, state in zip(self.callbacks, states, strict=True):
            callback.load_state_dict(state["state"])


def _check_moments(callback: Callback) -> None:
    """Refuse a method that cannot be called as it will be; warn of one that never will be."""
    for moment in MOMENTS:
        method = _written(callback, [moment])
        if method is None:
            continue
        wanted = list(inspect.signature(getattr(Callback, moment)).parameters)[1:]
        try:
            inspect.signature(method).bind(*wanted)
        except TypeError:
            raise TypeError(
                f"callbacks: {type(callback).__name__}.{moment} is called with "
                f"({', '.join(wanted)}), but it takes {inspect.signature(method)}"
            ) from None
        except ValueError:  # no signature to look at
            continue
    for name in vars(type(callback)):
        if name.startswith("on_") and name not in MOMENTS:
            close = difflib.get_close_matches(name, MOMENTS, n=1, cutoff=0.8)
            if close:
                warnings.warn(
                    f"callbacks: {type(callback).__name__}.{name} is never called; did you mean "
                    f"{close[0]}?",
                    stacklevel=6,
                )


def _written(callback: Callback, names: Iterable[str]) -> Callable[..., None] | None:
    """The first method of these names that is not as `Callback` has it."""
    for name in names:
        method = getattr(callback, name)
        if getattr(method, "__func__", None) is not getattr(Callback, name):
            return method
    return None


#: The moments there are.
MOMENTS = tuple(name for name in vars(Callback) if name.startswith("on_"))


def _check(i: int, callback: Any) -> None:
    if isinstance(callback, Callback):
        _check_moments(callback)
        return
    if isinstance(callback, type) and issubclass(callback, Callback):
        raise TypeError(
            f"callbacks: number {i} is the class {callback.__name__}; write {callback.__name__}()"
        )
    meant = "nn.callbacks.LambdaCallback(on_epoch_end=...)" if callable(callback) else "a subclass"
    raise TypeError(
        f"callbacks: number {i} must be a nn.callbacks.Callback, got {type(callback).__name__} "
        f"{callback!r:.60}; use {meant}"
    )
