"""Callbacks: watchers of training, which may also steer it.

callback          Callback: the moments there are, to override
lambda_callback   functions in place of a subclass
monitor           a score that is watched, and what counts as better
early_stopping    end when it has stopped getting better
learning_rate     rates by a plan, or smaller ones when it has stopped getting better
model_checkpoint  files to come back to
backup_and_restore  go on after a kill
terminate_on_nan  end when the loss is no number
csv_logger        a line for each epoch in a text file
tensorboard       curves in a browser
gradient_flow     how strongly the loss reaches each layer, and whether it should worry
graph_recorder    all values and gradients of a small model at chosen steps

>>> model = nn.Linear(1, 1)
>>> model.compile("mse", "sgd")
>>> stop = nn.callbacks.EarlyStopping(monitor="loss", patience=3, restore_best_weights=True)
>>> history = model.fit([[0.0], [1.0]], [1.0, 3.0], epochs=5, verbose=0, callbacks=[stop])
>>> len(history.epoch)
5
"""

from nn.callbacks.backup_and_restore import BackupAndRestore
from nn.callbacks.callback import Callback, CallbackList
from nn.callbacks.csv_logger import CSVLogger
from nn.callbacks.early_stopping import EarlyStopping
from nn.callbacks.gradient_flow import GradientFlow
from nn.callbacks.graph_recorder import Frame, GraphRecorder
from nn.callbacks.lambda_callback import LambdaCallback
from nn.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from nn.callbacks.model_checkpoint import ModelCheckpoint
from nn.callbacks.monitor import Monitor
from nn.callbacks.tensorboard import TensorBoard
from nn.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "Frame",
    "GradientFlow",
    "GraphRecorder",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "Monitor",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
]
