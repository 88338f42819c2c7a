"""Metrics by name, as in Keras."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from nn.losses import names as losses
from nn.losses.loss import Loss
from nn.metrics import accuracy, auc, confusion, counts, errors
from nn.metrics.metric import FunctionMetric, LossMetric, Metric
from optim.names import unknown

#: Each metric with its names, the usual one first; case and underscores do not matter.
_NAMES: dict[type[Metric], tuple[str, ...]] = {
    accuracy.Accuracy: ("accuracy", "acc"),
    accuracy.BinaryAccuracy: ("binary_accuracy",),
    accuracy.CategoricalAccuracy: ("categorical_accuracy",),
    accuracy.SparseCategoricalAccuracy: ("sparse_categorical_accuracy",),
    accuracy.TopKCategoricalAccuracy: ("top_k_categorical_accuracy", "top_k_accuracy"),
    accuracy.SparseTopKCategoricalAccuracy: ("sparse_top_k_categorical_accuracy",),
    counts.Precision: ("precision",),
    counts.Recall: ("recall",),
    counts.F1Score: ("f1_score",),
    counts.MeanF1: ("f1",),  # who says 'f1' wants one number
    counts.FBetaScore: ("fbeta_score",),
    counts.TruePositives: ("true_positives",),
    counts.FalsePositives: ("false_positives",),
    counts.TrueNegatives: ("true_negatives",),
    counts.FalseNegatives: ("false_negatives",),
    confusion.ConfusionMatrix: ("confusion_matrix",),
    confusion.MeanIoU: ("mean_iou",),
    confusion.OneHotMeanIoU: ("one_hot_mean_iou",),
    confusion.BinaryIoU: ("binary_iou",),
    auc.AUC: ("auc",),
    errors.MeanAbsoluteError: ("mean_absolute_error", "mae"),
    errors.MeanSquaredError: ("mean_squared_error", "mse"),
    errors.RootMeanSquaredError: ("root_mean_squared_error", "rmse"),
    errors.R2Score: ("r2_score", "r2"),
    errors.CosineSimilarity: ("cosine_similarity",),
    errors.PearsonCorrelation: ("pearson_correlation",),
    errors.ConcordanceCorrelation: ("concordance_correlation",),
}
#: Metrics that a name alone does not say enough about.
_MORE: dict[str, str] = {
    "iou": "IoU(num_classes=..., target_class_ids=[...])",
    "onehotiou": "OneHotIoU(num_classes=..., target_class_ids=[...])",
    "precisionatrecall": "PrecisionAtRecall(0.9)",
    "recallatprecision": "RecallAtPrecision(0.9)",
    "sensitivityatspecificity": "SensitivityAtSpecificity(0.9)",
    "specificityatsensitivity": "SpecificityAtSensitivity(0.9)",
}
BY_NAME = {name: metric for metric, names in _NAMES.items() for name in names}
_PLAIN = {name.replace("_", ""): metric for name, metric in BY_NAME.items()}
#: What a name means, where the class by itself means something finer: Keras's 'auc' is an estimate.
_MEANT: dict[str, dict[str, Any]] = {"auc": {"num_thresholds": 200}}


def get(metric: str | Metric | type[Metric] | Loss | Callable[[Any, Any], Any]) -> Metric:
    """The metric that a name, a class, an instance, a loss or a function stands for.

    Raises:
        ValueError: there is no metric of that name.
        TypeError: it is none of the above.

    >>> nn.metrics.get("acc")
    Accuracy(name='acc')
    """
    if isinstance(metric, str):
        plain = metric.lower().replace("_", "")
        if plain in _PLAIN:
            kind: Callable[..., Metric] = _PLAIN[plain]
            # Logs say what was said, as in Keras.
            return kind(name=metric, **_MEANT.get(plain, {}))
        if plain in _MORE:
            raise ValueError(
                f"metric: {metric!r} needs to know more than its name: nn.metrics.{_MORE[plain]}"
            )
        loss = losses.find(metric) or losses.find(plain.removesuffix("error"))
        if loss is None:
            raise unknown("metric", metric, {**BY_NAME, **losses.BY_NAME})
        return LossMetric(loss(), metric)
    if isinstance(metric, Metric):
        return metric
    if isinstance(metric, type) and issubclass(metric, Metric):
        return metric()
    if isinstance(metric, type) and issubclass(metric, Loss):
        return LossMetric(metric())
    if isinstance(metric, Loss):
        return LossMetric(metric)
    if callable(metric):
        return FunctionMetric(metric)
    raise TypeError(
        "metrics: expected names such as 'accuracy', metrics or functions of "
        f"(prediction, target), got {type(metric).__name__} {metric!r:.60}"
    )


def get_all(metrics: Any, loss: Loss, beside: tuple[Metric, ...] = ()) -> tuple[Metric, ...]:
    """The metrics of a model with that loss, each with a name of its own.

    Args:
        metrics: a list of them; lists and dicts within, as Keras has them for several outputs, are
            those of the only one.
        loss: what the model makes small.
        beside: metrics without weights; one that has the name of one of these is 'weighted_...'.

    Raises:
        ValueError: there is no metric of a name, or two have one.
        TypeError: it is no list of metrics.
    """
    if isinstance(metrics, str):
        raise TypeError(f"metrics: give a list of names: metrics=[{metrics!r}]")
    if isinstance(metrics, Metric) or not hasattr(metrics or (), "__iter__"):
        raise TypeError(f"metrics: give a list: metrics=[{metrics!r:.60}]")
    found = [get(metric).bind(loss) for metric in _flat(metrics or ())]
    taken = {metric.name for metric in beside}
    names = ["loss"]
    for i, metric in enumerate(found):
        if metric.name in taken:
            metric = found[i] = copy.copy(metric)
            metric.name = f"weighted_{metric.name}"
        if metric.name in names:
            raise ValueError(
                f"metrics: two of them are called {metric.name!r}; give one another name: "
                f"nn.metrics.{type(metric).__name__}(name=...)"
            )
        names.append(metric.name)
    return tuple(found)


def _flat(metrics: Any) -> list[Any]:
    """All of them in one list."""
    if isinstance(metrics, dict):
        metrics = metrics.values()
    several = (list, tuple, dict)
    return [m for one in metrics for m in (_flat(one) if isinstance(one, several) else [one])]


def fresh(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """The same metrics before they have counted anything."""
    copies = tuple(copy.copy(metric) for metric in metrics)
    for metric in copies:
        metric.reset()
    return copies
