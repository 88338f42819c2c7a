"""Metric: a score for people, gathered batch by batch and exact over uneven batches."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from autograd import ShapeError, no_grad
from nn import targets
from nn.losses.loss import Loss, spread, takes_names


class Metric:
    """Gathers a score over batches: `update` with each, then ask for the `result`.

    A subclass says in `empty` what it counts, each entry becoming an attribute, and in `update` how
    a batch adds to it. Keras's `update_state(y_true, y_pred)` and `reset_state()` work too.

    Args:
        name: what logs call it; by default the class's name, in small letters.

    >>> metric = nn.metrics.MeanAbsoluteError()
    >>> metric.update(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    >>> metric.update(np.array([3.0]), np.array([4.0]))
    >>> metric.name, metric.result()
    ('mean_absolute_error', 1.0)
    """

    #: The loss of the model that this metric was compiled into, which tells scores from
    #: probabilities, and which axis holds the classes.
    loss: Loss | None = None
    #: Whether more of it is better, for callbacks that watch it; None if there is no telling.
    more_is_better: bool | None = None

    def __init__(self, name: str | None = None) -> None:
        self.name = name or snake(type(self).__name__)
        self.reset()

    def empty(self) -> dict[str, Any]:
        """What is counted, before anything has been."""
        raise NotImplementedError(f"{type(self).__name__} has no `empty` yet")

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        """Count a batch.

        Args:
            prediction: (examples, ...) what the model said.
            target: (examples, ...) what it should have said.
            weight: how much each example counts, (examples,); once each by default.
        """
        raise NotImplementedError(f"{type(self).__name__} has no `update` yet")

    def result(self) -> Any:
        """The score of everything counted so far: a number, for some metrics an array."""
        raise NotImplementedError(f"{type(self).__name__} has no `result` yet")

    def reset(self) -> None:
        """Forget everything counted."""
        self.__dict__.update(self.empty())

    def bind(self, loss: Loss) -> Self:
        """Learn which loss the model has."""
        self.loss = loss
        return self

    def state_dict(self) -> dict[str, Any]:
        """What has been counted so far."""
        return {key: self.__dict__[key] for key in self.empty()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on counting where `state_dict()` was taken."""
        self.__dict__.update({key: state[key] for key in self.empty()})

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """`update`, with Keras's name and order."""
        self.update(np.asarray(y_pred), np.asarray(y_true), sample_weight)

    def reset_state(self) -> None:
        """`reset`, with Keras's name."""
        self.reset()

    def __call__(self, prediction: Any, target: Any, weight: Any = None) -> Any:
        """Count a batch; returns the score of everything so far."""
        self.update(np.asarray(prediction), np.asarray(target), weight)
        return self.result()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    @property
    def threshold_of_yes(self) -> float:
        """From where a single output counts as a yes: one half, for PyTorch's losses of scores 0.

        Keras has one half even for its losses `from_logits`.
        """
        return 0.5 if self.loss is None else self.loss.threshold


class MeanMetric(Metric):
    """A metric that gives each prediction its score in `each`; the result is their mean."""

    total: float
    count: float

    def empty(self) -> dict[str, Any]:
        return {"total": 0.0, "count": 0}

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        """The scores one by one, the examples along the first axis."""
        raise NotImplementedError(f"{type(self).__name__} has no `each` yet")

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        each = self.each(prediction, target)
        if weight is not None:
            weight = np.broadcast_to(spread(weight, each.shape, self.name), each.shape)
            self.total += float(np.sum(each * weight, dtype=np.float64))
            self.count += float(np.sum(weight, dtype=np.float64))
            return
        # Counting is exact and quick; other scores are added up in double precision.
        total = np.count_nonzero(each) if each.dtype == bool else each.sum(dtype=np.float64)
        self.total += float(total)
        self.count += each.size

    def result(self) -> float:
        return self.total / self.count if self.count else 0.0


class LossMetric(MeanMetric):
    """A loss as a metric, such as the cross-entropy beside accuracy.

    >>> metric = nn.metrics.get("huber")
    >>> metric(np.array([3.0]), np.array([1.0]))
    1.5
    """

    more_is_better = False

    def __init__(self, loss: Loss, name: str | None = None) -> None:
        self.measure = type(loss).__new__(type(loss))
        self.measure.__dict__.update(loss.__dict__, reduction="none")
        super().__init__(name or snake(loss.name))

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        with no_grad():
            return np.asarray(self.measure(prediction, target))


class FunctionMetric(MeanMetric):
    """A function of (prediction, target) of your own, whose results are averaged.

    It returns a score for each example, or one for the batch, which then counts for all of them. If
    its arguments are called `y_true` and `y_pred`, it is called with those names, as in Keras.

    >>> def bias(prediction, target):
    ...     return prediction - target
    >>> nn.metrics.get(bias)(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    1.0
    """

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self.by_name = takes_names(function, "metric")
        super().__init__(name or getattr(function, "__name__", "metric"))

    def each(self, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        if self.by_name:
            scores = self.function(y_true=target, y_pred=prediction)
        else:
            scores = self.function(prediction, target)
        scores = np.asarray(getattr(scores, "_data", scores))
        if scores.dtype.kind not in "fiub":
            raise TypeError(
                f"metric {self.name}: must return numbers, got {scores!r:.60}; end it with return"
            )
        if not scores.ndim:
            return np.full(len(prediction), scores)
        if len(scores) != len(prediction):
            raise ShapeError(
                f"metric {self.name}: must return a score for each of the {len(prediction)} "
                f"examples, or one number, got shape {scores.shape}"
            )
        return scores


def aligned(target: np.ndarray, prediction: np.ndarray, name: str = "metric") -> np.ndarray:
    """The target in the prediction's shape."""
    if target.shape == prediction.shape:
        return target
    return targets.like(target, prediction.shape, target.dtype, name)


def snake(name: str) -> str:
    """'MeanSquaredError' as 'mean_squared_error', 'AUC' as 'auc'."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
