"""TerminateOnNaN: a loss that is no number ends the training, without an error."""

from __future__ import annotations

import math

from nn.callbacks.callback import Callback, Logs


class TerminateOnNaN(Callback):
    """Stops at the first loss that is NaN or infinite, as in Keras.

    Without it `fit` raises `LossNotFiniteError`, which says where the loss comes from. The weights
    are in both cases those of the step before.

    >>> model = nn.Linear(1, 1)
    >>> model.compile("mse")
    >>> stop = nn.callbacks.TerminateOnNaN()
    >>> history = model.fit([[np.nan]], [0.0], epochs=9, verbose=0, callbacks=[stop])
    Batch 0: the loss is nan; training ends here
    >>> len(history.epoch)
    1
    """

    handles_nan = True

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            print(f"Batch {batch}: the loss is {loss}; training ends here", flush=True)
            self.model.stop_training = True
