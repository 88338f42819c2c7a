"""Loss: what every loss shares. Check the target once, measure each number, gather into one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, Value
from autograd.primitive import Primitive
from autograd.recorder import record
from nn import targets
from optim.names import unknown

REDUCTIONS = ("mean", "sum", "none", "mean_with_sample_weight")
#: Keras's names for the same.
_SYNONYMS = {"sum_over_batch_size": "mean", None: "none"}


class Loss:
    """A distance between prediction and ideal; a subclass says in `each` how it is measured.

    `loss(prediction, target)` checks the target and compares; training checks all targets first
    (`prepare`) and compares batch by batch (`compare`). A loss of your own is a function of
    (prediction, target) or a subclass.

    Args:
        reduction: 'mean' over all that `each` measures, their 'sum', or 'none' of both;
            'mean_with_sample_weight' divides by the sum of the weights instead of the count.

    Raises:
        ValueError: there is no such reduction.

    >>> class Cubic(nn.Loss):
    ...     def each(self, prediction, target):
    ...         return autograd.absolute(prediction - target) ** 3
    >>> Cubic(reduction="sum")(Value([1.0, 2.0]), [1.0, 4.0])
    Value(8.0)
    """

    #: From where metrics count a single output as a yes: for scores 0.
    threshold = 0.5
    #: Whether targets are -1 and 1 by the time metrics see them.
    signs = False
    #: Whether `prepare` takes a target apart without looking at its numbers, but for `checked`.
    prepares_stand_ins = False
    reduction: str = "mean"

    def __init__(self, reduction: str | None = "mean") -> None:
        reduction = _SYNONYMS.get(reduction, reduction)
        if reduction not in REDUCTIONS:
            raise unknown(f"{self.name}: reduction", str(reduction), REDUCTIONS)
        self.reduction = reduction

    def __call__(self, prediction: Any, target: Any, sample_weight: Any = None) -> Any:
        """The loss of `prediction` (an array-like or a Value) against `target`.

        Args:
            sample_weight: how much each example counts: (examples,), or one for each number that
                `each` measures. The mean still divides by the count, as in Keras.
        """
        if not isinstance(prediction, Value):
            prediction = np.asarray(prediction)
        if self.reduction == "mean" and prediction.ndim and not prediction.shape[0]:
            raise ShapeError(
                f"{self.name}: the batch is empty, prediction {prediction.shape}, and nothing has "
                "no mean; leave such a batch out, or use reduction='sum'"
            )
        settings = {"shape": prediction.shape, "dtype": prediction.dtype}
        given = isinstance(target, Value) and target.traced and not target.requires_grad
        if given and not self.prepares_stand_ins:
            prepared = record(_PREPARED, (target,), {"loss": self, **settings})
        else:
            prepared = self.prepare(target, **settings)
        if sample_weight is None:
            return self.compare(prediction, prepared)
        if not isinstance(sample_weight, Value):
            sample_weight = np.asarray(sample_weight)
        return self.compare(prediction, prepared, targets.cast(sample_weight, prediction.dtype))

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        """The target as `each` wants it, for predictions of `shape` and `dtype`.

        Raises:
            ValueError: it does not fit; the message says how to mend it.
        """
        return targets.like(target, shape, dtype, self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        """The distances one by one, the examples along the first axis; `target` is prepared."""
        raise NotImplementedError(
            f"{self.name} has no `each` yet: write def each(self, prediction, target), "
            "which returns the distance of each number"
        )

    def compare(self, prediction: Any, target: Any, weight: Any = None) -> Any:
        """The distance as one number (unless the reduction is 'none'); `target` is prepared."""
        each = self.each(prediction, target)
        if weight is not None:
            if not np.shape(each):  # one distance of the batch, which counts as its examples do
                weight = autograd.mean(weight)
            weight = spread(weight, np.shape(each), self.name)
            each = each * weight
            if self.reduction == "mean_with_sample_weight":
                counted = autograd.sum(autograd.broadcast_to(weight, np.shape(each)))
                # Where nothing counts the loss is 0, not 0 / 0.
                return autograd.sum(each) / autograd.where(counted == 0, counted + 1, counted)
        share = self.share(target) if self.reduction.startswith("mean") else None
        if share is None:
            return self._gathered(each)
        if isinstance(share, Value):
            share = share.astype(each.dtype)
        return autograd.sum(each) / share

    def _gathered(self, each: Any) -> Any:
        """What `each` measured, as the reduction wants it."""
        if self.reduction == "none":
            return each
        return autograd.sum(each) if self.reduction == "sum" else autograd.mean(each)

    def share(self, target: Any) -> Any:
        """What the mean divides by; None for the count of what `each` measures."""

    @property
    def name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        """The settings that are not the usual ones."""
        usual = inspect.signature(type(self)).parameters
        said = [
            f"{key}={getattr(self, key)!r}"
            for key, parameter in usual.items()
            if hasattr(self, key) and not _same(getattr(self, key), parameter.default)
        ]
        return f"{self.name}({', '.join(said)})"


#: An operation of its own, so that a compiled function checks the target of every call.
_PREPARED = Primitive(
    "target",
    lambda target, loss, shape, dtype: loss.prepare(target, shape, dtype),
    (None,),
    ("target",),
    ("loss", "shape", "dtype"),
)


class Distance(Loss):
    """A loss that measures number by number, between a prediction and an ideal of one shape.

    A target that is a Value of that shape may want a gradient too, and gets it.
    """

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        if isinstance(target, Value) and target.shape == shape:
            return target
        return super().prepare(target, shape, dtype)


class FunctionLoss(Loss):
    """A function of (prediction, target) of your own, which checks what it wants to check.

    It returns one number for the batch, or one or more for each example, which are averaged. If its
    arguments are called `y_true` and `y_pred`, it is called with those names, as in Keras.
    """

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self.function = function
        self.by_name = takes_names(function, "loss")

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", repr(self.function))

    def prepare(self, target: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        return targets.numbers(target, self.name)

    def each(self, prediction: Any, target: Any) -> Any:
        if self.by_name:
            return self.function(y_true=target, y_pred=prediction)  # type: ignore[call-arg]
        return self.function(prediction, target)

    def compare(self, prediction: Any, target: Any, weight: Any = None) -> Any:
        each = self.each(prediction, target)
        if isinstance(prediction, Value) and not isinstance(each, Value):
            got = "None" if each is None else f"a plain {type(each).__name__}"
            raise TypeError(
                f"loss {self.name}: must return what it computes from the prediction, got {got}, "
                "which knows of no gradient; end it with return, and compute with the prediction "
                "itself, not with its .data, .item() or float()"
            )
        shape = np.shape(each)
        rows = np.shape(prediction)[:1]
        if shape and shape[:1] != rows:
            raise ShapeError(
                f"loss {self.name}: must return one number for the batch, or one or more for each "
                f"of the {rows[0]} examples, got shape {shape}; end it with .mean()"
            )
        if weight is not None:
            if not shape:
                raise ShapeError(
                    f"loss {self.name}: returns one number for the whole batch, which leaves "
                    "nothing to weight; return one for each example: .mean(axis=-1)"
                )
            each = each * spread(weight, shape, self.name)
        return autograd.mean(each) if shape else each

    def __repr__(self) -> str:
        return f"FunctionLoss({self.name})"


def takes_names(function: Callable[..., Any], what: str) -> bool:
    """Whether a function of two is called with Keras's names of them, y_true and y_pred.

    Raises:
        TypeError: it does not take two.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # no signature to look at
        return False
    if {"y_true", "y_pred"} <= signature.parameters.keys():
        return True
    try:
        signature.bind(None, None)
    except TypeError:
        raise TypeError(
            f"{what} {getattr(function, '__name__', function)}: is called with (prediction, target)"
            f", or by name with y_true and y_pred, but it takes {signature}"
        ) from None
    return False


def spread(weight: Any, shape: tuple[int, ...], name: str) -> Any:
    """Weights of examples in a shape that broadcasts against what `each` measured.

    Axes are aligned from the left: the first of both is the examples'.
    """
    have = np.shape(weight)
    if len(have) == len(shape) + 1 and have[-1] == 1:
        have = have[:-1]
    if len(have) > len(shape) or any(a != b and a != 1 for a, b in zip(have, shape)):
        raise ShapeError(
            f"{name}: sample_weight has shape {np.shape(weight)}, but there are {shape} distances "
            f"to weight; give one for each example, shape {shape[:1]}"
        )
    return np.reshape(weight, have + (1,) * (len(shape) - len(have)))


def _same(a: Any, b: Any) -> bool:
    return a is b or (np.ndim(a) == np.ndim(b) == 0 and bool(a == b))
