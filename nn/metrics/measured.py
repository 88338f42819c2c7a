"""Losses as metrics, by the classes that Keras has for them.

Any loss can be a metric (`metrics=["hinge"]`, `metrics=[nn.losses.Huber(delta=2.0)]`); these are
for those who look for it here.

>>> nn.metrics.Poisson()(np.array([1.0]), np.array([0.0]))
1.0
"""

from __future__ import annotations

from nn.losses import crossentropy, divergence, margins, regression
from nn.losses.loss import Loss
from nn.metrics.metric import LossMetric, snake

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
]


class _Measured(LossMetric):
    """A loss without settings; a subclass says which."""

    kind: type[Loss]
    usual = ""  #: What logs call it, if not by its class.

    def __init__(self, name: str | None = None) -> None:
        super().__init__(self.kind(), name or self.usual or snake(type(self).__name__))


class CategoricalHinge(_Measured):
    """The mean of the loss of that name: `nn.losses.CategoricalHinge`."""

    kind = margins.CategoricalHinge


class Hinge(_Measured):
    """The mean of the loss of that name: `nn.losses.Hinge`."""

    kind = margins.Hinge


class KLDivergence(_Measured):
    """The mean of the loss of that name: `nn.losses.KLDivergence`."""

    kind = divergence.KLDivergence


class LogCoshError(_Measured):
    """The mean of the logarithm of the error's hyperbolic cosine: `nn.losses.LogCosh`."""

    kind = regression.LogCosh
    usual = "logcosh"


class MeanAbsolutePercentageError(_Measured):
    """The mean error in percent of the target: `nn.losses.MeanAbsolutePercentageError`."""

    kind = regression.MeanAbsolutePercentageError


class MeanSquaredLogarithmicError(_Measured):
    """The mean of the loss of that name: `nn.losses.MeanSquaredLogarithmicError`."""

    kind = regression.MeanSquaredLogarithmicError


class Poisson(_Measured):
    """The mean of the loss of that name: `nn.losses.Poisson`."""

    kind = regression.Poisson


class SquaredHinge(_Measured):
    """The mean of the loss of that name: `nn.losses.SquaredHinge`."""

    kind = margins.SquaredHinge


class BinaryCrossentropy(LossMetric):
    """The mean cross-entropy of yes-or-no answers: `nn.losses.BinaryCrossentropy`."""

    def __init__(
        self, name: str | None = None, from_logits: bool = False, label_smoothing: float = 0.0
    ) -> None:
        measure = crossentropy.BinaryCrossentropy(from_logits, label_smoothing)
        super().__init__(measure, name or "binary_crossentropy")


class CategoricalCrossentropy(LossMetric):
    """The mean cross-entropy against rows: `nn.losses.CategoricalCrossentropy`."""

    def __init__(
        self, name: str | None = None, from_logits: bool = False, label_smoothing: float = 0.0
    ) -> None:
        measure = crossentropy.CategoricalCrossentropy(from_logits, label_smoothing)
        super().__init__(measure, name or "categorical_crossentropy")


class SparseCategoricalCrossentropy(LossMetric):
    """The mean cross-entropy against class numbers: `nn.losses.SparseCategoricalCrossentropy`."""

    def __init__(self, name: str | None = None, from_logits: bool = False) -> None:
        measure = crossentropy.SparseCategoricalCrossentropy(from_logits)
        super().__init__(measure, name or "sparse_categorical_crossentropy")
