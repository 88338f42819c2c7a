"""Pictures of a network's neurons, beside those of its graph in autograd.viz.

columns   a Sequential as columns of neurons, each with what it received of the loss
network   these columns as a drawing: `nn.draw_network(model, x, target)`
wording   what is written in it, in English and Korean
playing   a page with a slider over training steps: `nn.play(model, x, target, steps=...)`
"""

from nn.pictures.columns import UndrawableError
from nn.pictures.network import NetworkDrawing, draw_network
from nn.pictures.playing import play

__all__ = ["NetworkDrawing", "UndrawableError", "draw_network", "play"]
