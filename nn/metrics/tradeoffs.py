"""Where one score has to be good enough, how good another can be: the best of all thresholds.

Each metric here asks the same question of a curve, such as: if nine of ten warnings are to be
right, what part of the cases can be found?
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.examples import check_counts
from nn.losses.loss import spread
from nn.metrics.accuracy import answers, yeses
from nn.metrics.auc import by_threshold
from nn.metrics.counts import asked_for, ratio
from nn.metrics.metric import Metric

__all__ = [
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
]


class _Tradeoff(Metric):
    """The best of one score over the thresholds at which another is at least so high, or 0.

    Args:
        least: how high the other has to be, from 0 to 1.
        num_thresholds: how many thresholds from 0 to 1 are tried.
        class_id: of several outputs, the one that is looked at; all together by default.
        name: what logs call it.

    Raises:
        ValueError: `least` is not between 0 and 1.
    """

    more_is_better = True

    #: Which score has to be high enough, and which is wanted.
    needed: str
    wanted: str
    yes: Any  # in all, then above each threshold
    no: Any

    def __init__(
        self,
        least: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        kind = type(self).__name__
        if not 0 <= least <= 1:
            raise ValueError(f"{kind}: the {self.needed} needed is between 0 and 1, got {least!r}")
        check_counts(kind, num_thresholds=num_thresholds)
        self.least = least
        self.class_id = class_id
        self.num_thresholds = num_thresholds
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {name: np.zeros(self.num_thresholds + 1) for name in ("yes", "no")}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        prediction, target, _ = answers(
            np.asarray(prediction), np.asarray(target), self.loss, self.name
        )
        truth = yeses(target, self.loss, self.name)
        w = np.ones(()) if weight is None else spread(np.asarray(weight), truth.shape, self.name)
        chosen = asked_for(self.class_id, truth.shape[-1], self.name)
        score, truth, w = (
            a[..., chosen].ravel() for a in (prediction, truth, np.broadcast_to(w, truth.shape))
        )
        yes, no = by_threshold(self.num_thresholds, score, truth, w)
        self.yes, self.no = self.yes + yes, self.no + no

    def result(self) -> float:
        yes, no = self.yes[1:], self.no[1:]
        scores = {
            "recall": ratio(yes, self.yes[0] + 0 * yes),
            "precision": ratio(yes, yes + no),
            "specificity": ratio(self.no[0] - no, self.no[0] + 0 * no),
        }
        enough = scores[self.needed] >= self.least
        return float(scores[self.wanted][enough].max(initial=0.0))


class PrecisionAtRecall(_Tradeoff):
    """What part of the yeses answered can be right if this part of all yeses has to be found.

    Args:
        recall: how much has to be found, from 0 to 1.
        num_thresholds: how many thresholds from 0 to 1 are tried, as in Keras.
        class_id: of several outputs, the one that is looked at; all together by default.
        name: what logs call it.

    Raises:
        ValueError: `recall` is not between 0 and 1.

    >>> nn.metrics.PrecisionAtRecall(0.9)(np.array([0.1, 0.6, 0.4, 0.8]), np.array([0, 0, 1, 1]))
    0.6666666666666666
    """

    needed, wanted = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name)


class RecallAtPrecision(_Tradeoff):
    """What part of all yeses can be found if this part of those answered has to be right.

    Args: as `PrecisionAtRecall`, with a `precision` in place of `recall`.

    >>> nn.metrics.RecallAtPrecision(0.9)(np.array([0.1, 0.6, 0.4, 0.8]), np.array([0, 0, 1, 1]))
    0.5
    """

    needed, wanted = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name)


class SensitivityAtSpecificity(_Tradeoff):
    """What part of the yeses can be found if this part of the noes has to be left in peace.

    Args: as `PrecisionAtRecall`, with a `specificity` in place of `recall`.

    >>> metric = nn.metrics.SensitivityAtSpecificity(0.9)
    >>> metric(np.array([0.1, 0.6, 0.4, 0.8]), np.array([0, 0, 1, 1]))
    0.5
    """

    needed, wanted = "specificity", "recall"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name)


class SpecificityAtSensitivity(_Tradeoff):
    """What part of the noes can be left in peace if this part of the yeses has to be found.

    Args: as `PrecisionAtRecall`, with a `sensitivity` in place of `recall`.

    >>> metric = nn.metrics.SpecificityAtSensitivity(0.9)
    >>> metric(np.array([0.1, 0.6, 0.4, 0.8]), np.array([0, 0, 1, 1]))
    0.5
    """

    needed, wanted = "recall", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name)
