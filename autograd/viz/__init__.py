"""Pictures of the recorded graph.

draw      the graph of a loss as a picture: `autograd.draw(loss)`
paint     how every node, box and arrow of it looks; `caption`: what stands at its foot
scene     what is drawn: items (nodes, boxes, constants, arrows), and folding of many into one box;
          compiled functions are opened (`compiled`)
play      a page that steps through forward and backward: `autograd.play(loss)`
page      its file, from a template, with a policy that lets only its own script run
views     the pictures of that page: modules open and folded
story     what that page knows, at one moment or at many of a training
still     a copy of a graph, for a moment that training leaves behind
words     what each operation does, in English and Korean: a file for each family
phrases   the words of a drawn graph, in English and Korean
labels    how numbers, names, values and gradients are written into it
themes    the colours
explain   the chain rule for one weight, as a sum over paths: `autograd.explain(loss, w)`
paths     finds those paths, the largest first; `explanation`: what comes out
drawing   the result: saves itself, shows itself in a notebook
notebook  what a Value shows of itself in a notebook
renderer  finds a Graphviz and runs it
"""

from autograd.viz.draw import draw
from autograd.viz.drawing import Drawing
from autograd.viz.explain import explain
from autograd.viz.explanation import Explanation
from autograd.viz.play import play
from autograd.viz.renderer import FormatError, RendererError, RendererNotFoundError

__all__ = [
    "Drawing",
    "Explanation",
    "FormatError",
    "RendererError",
    "RendererNotFoundError",
    "draw",
    "explain",
    "play",
]
