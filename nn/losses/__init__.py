"""Losses: how far predictions are from the ideal, as one number to make small.

loss          Loss: what every loss shares, and how your own function becomes one
regression    distances of numbers: squared, absolute, Huber's
crossentropy  surprise about the right answer, from scores or from probabilities
focal         the same for classes of unequal size and for labels that may be wrong
divergence    the distance of two distributions
margins       hinge losses: being right is not enough
overlap       how little two regions have in common
pairs         what should be near, far or in order: losses of two or three inputs
alignment     CTC: labels in order, at times nobody knows
names         'mse' in place of an object, and losses as functions

PyTorch's classes keep PyTorch's names and settings (`CrossEntropyLoss(label_smoothing=0.1)`),
Keras's keep Keras's (`CategoricalCrossentropy(from_logits=True)`).

>>> nn.losses.get("mae")
L1Loss()
>>> nn.HuberLoss(delta=2.0)(Value([1.0, 5.0]), [1.0, 2.0])
Value(2.0)
"""

from nn.losses import (
    alignment,
    crossentropy,
    divergence,
    focal,
    margins,
    overlap,
    pairs,
    regression,
)
from nn.losses.alignment import *
from nn.losses.crossentropy import *
from nn.losses.divergence import *
from nn.losses.focal import *
from nn.losses.loss import FunctionLoss, Loss
from nn.losses.margins import *
from nn.losses.names import (
    binary_crossentropy,
    categorical_crossentropy,
    find,
    get,
    huber,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from nn.losses.overlap import *
from nn.losses.pairs import *
from nn.losses.regression import *

#: Keras's names for the same losses.
MeanSquaredError, MeanAbsoluteError = regression.MSELoss, regression.L1Loss
Huber = regression.HuberLoss

__all__ = [
    "FunctionLoss",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "binary_crossentropy",
    "categorical_crossentropy",
    "find",
    "get",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "sparse_categorical_crossentropy",
    *alignment.__all__,
    *crossentropy.__all__,
    *divergence.__all__,
    *focal.__all__,
    *margins.__all__,
    *overlap.__all__,
    *pairs.__all__,
    *regression.__all__,
]
