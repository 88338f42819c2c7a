"""Callbacks: watchers of training, which may also steer it.

callback   Callback: the moments there are, to override
"""

from nn.callbacks.callback import Callback

__all__ = ["Callback"]
