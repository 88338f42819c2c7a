"""Callbacks: watchers of training, which may also steer it.

callback        Callback: the moments there are, to override
gradient_flow   GradientFlow: how strongly the loss reaches each layer, and whether it should worry
graph_recorder  GraphRecorder: all values and gradients of a small model at chosen steps
"""

from nn.callbacks.callback import Callback
from nn.callbacks.gradient_flow import GradientFlow
from nn.callbacks.graph_recorder import Frame, GraphRecorder

__all__ = ["Callback", "Frame", "GradientFlow", "GraphRecorder"]
