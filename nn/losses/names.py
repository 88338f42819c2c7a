"""Losses by name, as in Keras, and as plain functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn.losses import crossentropy, divergence, focal, margins, overlap, regression
from nn.losses.loss import FunctionLoss, Loss
from optim.names import unknown


def mean_squared_error(prediction: Any, target: Any) -> Any:
    """The mean squared difference; see `MSELoss`.

    >>> nn.mean_squared_error(Value([1.0, 2.0]), [1.0, 4.0])
    Value(2.0)
    """
    return regression.MSELoss()(prediction, target)


def mean_absolute_error(prediction: Any, target: Any) -> Any:
    """The mean absolute difference; see `L1Loss`.

    >>> nn.mean_absolute_error(Value([1.0, 2.0]), [1.0, 4.0])
    Value(1.0)
    """
    return regression.L1Loss()(prediction, target)


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Squared near the target, straight far from it; see `HuberLoss`.

    >>> nn.losses.huber(Value([2.0]), [5.0])
    Value(2.5)
    """
    return regression.HuberLoss(delta=delta)(prediction, target)


def binary_crossentropy(prediction: Any, target: Any, from_logits: bool = False) -> Any:
    """Binary cross-entropy of probabilities; see `BinaryCrossentropy`.

    >>> round(nn.binary_crossentropy(Value([0.5]), [1]).item(), 4)
    0.6931
    """
    return crossentropy.BinaryCrossentropy(from_logits)(prediction, target)


def categorical_crossentropy(prediction: Any, target: Any, from_logits: bool = False) -> Any:
    """Cross-entropy of probabilities against one-hot rows; see `CategoricalCrossentropy`.

    >>> round(nn.categorical_crossentropy(Value([[0.5, 0.5]]), [[0, 1]]).item(), 4)
    0.6931
    """
    return crossentropy.CategoricalCrossentropy(from_logits)(prediction, target)


def sparse_categorical_crossentropy(prediction: Any, target: Any, from_logits: bool = False) -> Any:
    """Cross-entropy of probabilities against class numbers; see `SparseCategoricalCrossentropy`.

    >>> round(nn.sparse_categorical_crossentropy(Value([[0.5, 0.5]]), [1]).item(), 4)
    0.6931
    """
    return crossentropy.SparseCategoricalCrossentropy(from_logits)(prediction, target)


#: Each loss with its names, the usual one first; case and underscores do not matter.
_NAMES: dict[type[Loss], tuple[str, ...]] = {
    regression.MSELoss: ("mse", "mean_squared_error"),
    regression.L1Loss: ("mae", "mean_absolute_error", "l1"),
    regression.HuberLoss: ("huber",),
    regression.SmoothL1Loss: ("smooth_l1",),
    regression.LogCosh: ("log_cosh",),
    regression.MeanAbsolutePercentageError: ("mape", "mean_absolute_percentage_error"),
    regression.MeanSquaredLogarithmicError: ("msle", "mean_squared_logarithmic_error"),
    regression.Poisson: ("poisson",),
    regression.PoissonNLLLoss: ("poisson_nll",),
    regression.CosineSimilarity: ("cosine_similarity",),
    crossentropy.BinaryCrossentropy: ("binary_crossentropy", "bce"),
    crossentropy.BCELoss: ("bce_loss",),
    crossentropy.BCEWithLogitsLoss: ("bce_with_logits",),
    crossentropy.CategoricalCrossentropy: ("categorical_crossentropy",),
    crossentropy.SparseCategoricalCrossentropy: ("sparse_categorical_crossentropy",),
    focal.BinaryFocalCrossentropy: ("binary_focal_crossentropy",),
    focal.CategoricalFocalCrossentropy: ("categorical_focal_crossentropy",),
    focal.CategoricalGeneralizedCrossEntropy: ("categorical_generalized_cross_entropy",),
    crossentropy.CrossEntropyLoss: ("cross_entropy",),
    crossentropy.Crossentropy: ("crossentropy", "ce"),  # Keras's; with its underscore, PyTorch's
    crossentropy.NLLLoss: ("nll",),
    divergence.KLDivergence: ("kl_divergence", "kld", "kullback_leibler_divergence"),
    divergence.KLDivLoss: ("kl_div",),
    margins.Hinge: ("hinge",),
    margins.SquaredHinge: ("squared_hinge",),
    margins.CategoricalHinge: ("categorical_hinge",),
    margins.SoftMarginLoss: ("soft_margin",),
    margins.MultiMarginLoss: ("multi_margin",),
    margins.MultiLabelMarginLoss: ("multi_label_margin",),
    margins.MultiLabelSoftMarginLoss: ("multi_label_soft_margin",),
    overlap.Dice: ("dice",),
    overlap.Tversky: ("tversky",),
}
BY_NAME = {name: loss for loss, names in _NAMES.items() for name in names}
_PLAIN = {name.replace("_", ""): loss for name, loss in BY_NAME.items()}
_BY_CLASS = {loss.__name__.lower(): loss for loss in _NAMES}
_BY_FUNCTION: dict[Callable, type[Loss]] = {
    mean_squared_error: regression.MSELoss,
    mean_absolute_error: regression.L1Loss,
    huber: regression.HuberLoss,
    binary_crossentropy: crossentropy.BinaryCrossentropy,
    categorical_crossentropy: crossentropy.CategoricalCrossentropy,
    sparse_categorical_crossentropy: crossentropy.SparseCategoricalCrossentropy,
}


def find(name: str) -> type[Loss] | None:
    """The class of that name, such as 'mse', 'MeanSquaredError' or 'MSELoss'; None if nobody's."""
    if name in BY_NAME:
        return BY_NAME[name]
    plain = name.lower().replace("_", "")
    return _PLAIN.get(plain) or _BY_CLASS.get(plain) or _PLAIN.get(plain.removesuffix("loss"))


def get(loss: str | Loss | type[Loss] | Callable[[Any, Any], Any]) -> Loss:
    """The loss that a name, a class, an instance or a function stands for.

    Raises:
        ValueError: there is no loss of that name.
        TypeError: it is none of the above.

    >>> nn.losses.get("mse")
    MSELoss()
    """
    if isinstance(loss, (list, tuple)) and len(loss) == 1:  # one for each output
        loss = loss[0]
    if isinstance(loss, str):
        found = find(loss)
        if found is None:
            raise unknown("loss", loss, BY_NAME)
        return found()
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, type) and issubclass(loss, Loss):
        return loss()
    if callable(loss):
        return _BY_FUNCTION[loss]() if loss in _BY_FUNCTION else FunctionLoss(loss)
    raise TypeError(
        "loss: expected a name such as 'mse', a loss or a function of (prediction, target), "
        f"got {type(loss).__name__} {loss!r:.60}"
    )
