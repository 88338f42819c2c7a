"""Metrics: scores for people, gathered batch by batch and exact over uneven batches.

metric    Metric: what every metric shares; a function or a loss as a metric
accuracy  the part of the answers that are right
counts    precision, recall, F1, the confusion matrix, right and wrong answers of each kind
auc       how surely a score tells yes from no
errors    absolute and squared errors, their direction, R²
names     'accuracy' in place of an object
scores    the loss and all metrics of a model together, as training counts them

>>> metric = nn.metrics.get("accuracy")
>>> metric.update(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]))
>>> metric.update(np.array([[0.3, 0.7]]), np.array([1]))
>>> metric.result()
0.6666666666666666
"""

from nn.metrics import accuracy, counts, errors
from nn.metrics.accuracy import *
from nn.metrics.auc import AUC
from nn.metrics.counts import *
from nn.metrics.errors import *
from nn.metrics.metric import FunctionMetric, LossMetric, MeanMetric, Metric
from nn.metrics.names import get
from nn.metrics.scores import Report, Scores

__all__ = [
    "AUC",
    "FunctionMetric",
    "LossMetric",
    "MeanMetric",
    "Metric",
    "Report",
    "Scores",
    "get",
    *accuracy.__all__,
    *counts.__all__,
    *errors.__all__,
]
