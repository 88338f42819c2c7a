"""Metrics: scores for people, gathered batch by batch and exact over uneven batches.

metric    Metric: what every metric shares; a function or a loss as a metric
accuracy  the part of the answers that are right
counts    precision, recall, F1, right and wrong answers of each kind
confusion which class is taken for which, and how far regions overlap: IoU
auc       how surely a score tells yes from no
tradeoffs how good one score can be where another is good enough
errors    absolute and squared errors, their direction, R², correlation
measured  losses as metrics, by Keras's classes
means     Mean and Sum of numbers computed elsewhere
names     'accuracy' in place of an object
scores    the loss and all metrics of a model together, as training counts them

>>> metric = nn.metrics.get("accuracy")
>>> metric.update(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]))
>>> metric.update(np.array([[0.3, 0.7]]), np.array([1]))
>>> metric.result()
0.6666666666666666
"""

from nn.metrics import accuracy, confusion, counts, errors, means, measured, tradeoffs
from nn.metrics.accuracy import *
from nn.metrics.auc import AUC
from nn.metrics.confusion import *
from nn.metrics.counts import *
from nn.metrics.errors import *
from nn.metrics.means import *
from nn.metrics.measured import *
from nn.metrics.metric import FunctionMetric, LossMetric, MeanMetric, Metric
from nn.metrics.names import get
from nn.metrics.scores import Report, Scores
from nn.metrics.tradeoffs import *

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
    *confusion.__all__,
    *counts.__all__,
    *errors.__all__,
    *means.__all__,
    *measured.__all__,
    *tradeoffs.__all__,
]
