"""Preparation: inputs in the weights' dtype, and targets as the loss wants them, checked."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from autograd import ShapeError, no_grad
from nn import examples
from nn.data.batches import Batch
from nn.mode import mode
from nn.step import call


def inputs(model: Any, x: Any, asked: str = "fit") -> Any:
    """Numbers in the dtype of the model's weights; integers stay where they are looked up.

    Raises:
        TypeError: `x` holds no numbers.
    """
    return Inputs(model, asked)(x)


class Inputs:
    """`inputs` for many batches of one model, whose weights are looked at once."""

    def __init__(self, model: Any, asked: str = "fit") -> None:
        self.model = model
        self.asked = asked
        self.dtype = next((p.dtype for p in model.parameters()), np.dtype(np.float32))
        self.checked = asked == "summary"
        self.indices = any(hasattr(module, "num_embeddings") for module in model.modules())

    def __call__(self, x: Any) -> Any:
        cast_x = examples.each(x, self._cast)
        if not self.checked:
            _check_arguments(self.model, cast_x, self.asked)
            self.checked = True
        if self.asked != "summary":
            self.model.__dict__["_seen"] = _described(cast_x)
        return cast_x

    def _cast(self, part: Any) -> np.ndarray:
        array = examples.plain(part)
        if array.dtype.kind not in "fiub":
            raise TypeError(
                f"{self.asked}: x must hold numbers, got {array.dtype} such as "
                f"{array.flat[0]!r:.40}; give words and categories numbers first: "
                "np.unique(x, return_inverse=True)"
            )
        if self.indices and array.dtype.kind in "iu":
            return array
        return array.astype(self.dtype, copy=False)


def _check_arguments(model: Any, x: Any, asked: str) -> None:
    """Raise TypeError unless the model's forward takes the inputs that there are."""
    try:
        signature = inspect.signature(model.forward)
    except (TypeError, ValueError):  # no signature to look at
        return
    parts, named = (
        (x, {}) if isinstance(x, tuple) else ((), x) if isinstance(x, dict) else ((x,), {})
    )
    try:
        signature.bind(*parts, **named)
    except TypeError as error:
        given = "one array"
        if len(parts) != 1:
            given = (
                f"a dict of {', '.join(map(repr, x))}" if named else f"a tuple of {len(x)} arrays"
            )
        raise TypeError(
            f"{asked}: x is {given}, but {type(model).__name__} has "
            f"forward({', '.join(['self', *signature.parameters])}): {error}"
        ) from None


def _described(x: Any) -> Any:
    """Shapes of inputs, and whether they are integers: what `summary` shows the way of."""

    def one(part: np.ndarray) -> tuple[tuple[Any, ...], bool]:
        return ("batch", *part.shape[1:]), part.dtype.kind in "iu"

    each = examples.each(x, one)
    return each if isinstance(x, (tuple, dict)) else [each]


class Preparation:
    """Prepares batches for a compiled model.

    One example of each new shape goes through the model, to learn what its predictions look like.
    """

    def __init__(self, model: Any, asked: str = "fit") -> None:
        self.model = model
        self.asked = asked
        self.inputs = Inputs(model, asked)
        self.shapes: dict[Any, tuple[tuple[int, ...], Any]] = {}

    def __call__(self, batch: Batch) -> Batch:
        x = self.inputs(batch.x)
        key = tuple((part.shape[1:], part.dtype) for part in examples.parts(x))
        if key not in self.shapes:
            one = self._of_one(x)
            self.shapes[key] = one.shape[1:], one.dtype
        shape, dtype = self.shapes[key]
        try:
            target = self.model.loss.prepare(batch.y, (examples.count(x), *shape), dtype)
        except (ValueError, TypeError) as error:
            if self.asked == "fit":
                raise
            raise type(error)(f"{self.asked}: {error}") from None
        weight = None if batch.weight is None else batch.weight.astype(dtype)
        return Batch(x, target, weight)

    def _of_one(self, x: Any) -> np.ndarray:
        """What the model predicts for the first example."""
        first = examples.take(x, slice(1))
        with mode(self.model, training=False), no_grad():
            try:
                out = call(self.model, first)
            except ShapeError as error:
                shapes = ", ".join(str(np.shape(part)) for part in examples.parts(x))
                raise ShapeError(
                    f"{error} ({self.asked} tried the first example of x, shape {shapes})"
                ) from None
        if out is None:
            raise TypeError(
                f"{self.asked}: {type(self.model).__name__}.forward returned None; end it with "
                "return"
            )
        if isinstance(out, (tuple, list, dict)):
            raise TypeError(
                f"{self.asked}: the model returned a {type(out).__name__} of {len(out)}; training "
                "compares one output with y, so forward should return that alone (such as "
                "`out, state = self.lstm(x)` and then out)"
            )
        return examples.plain(out)
