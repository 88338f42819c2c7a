"""autograd: numbers and arrays that remember how they were computed, and backpropagation on them.

>>> from autograd import Value
>>> x = Value(3.0, name="x")
>>> y = x**2 + 2 * x
>>> y.backward()
>>> x.grad  # dy/dx = 2x + 2
np.float64(8.0)

The files, in the order in which to read them:

value        Value: a number or array that remembers where it came from
             (`operators`: what x + y and x[i] do; `methods`: ndarray's)
primitive    what an operation is, and how to declare one
recorder     how calling one records a node (`recording`: or does not; `observer`: or who watches)
ops          the operations and their derivatives, as tables; `linalg`: some of them by NumPy's name
backprop     the reverse pass: the loss travels back to every leaf
forward      the forward pass: tangents travel along
transforms   grad, jacobian, hessian and their like, of functions of nested arguments (`tree`)
inplace      writing into a Value
numpy_bridge what `np.tanh(value)` does
graph        what was recorded, for those who look at it
viz          pictures of it, and explanations in words and numbers
jit          record a function once, replay it
testing      checking derivatives, for operations of one's own too

Around them: `hooks`, `anomaly` (finding NaNs), `checkpointing`, `errors`, `habits` (names from
other libraries), `arrays` and `memory` (of the machine), `threads`, `files`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from autograd import linalg as linalg
from autograd import ops as ops  # first: the tables and Value need each other
from autograd.anomaly import detect_anomaly
from autograd.checkpointing import checkpoint
from autograd.errors import AnomalyError, GradientError, NotDifferentiableError, ShapeError
from autograd.jit import JitWarning, jit
from autograd.memory import keep_freed_memory, make_collector_patient
from autograd.observer import assign
from autograd.ops import FAMILIES
from autograd.ops.accumulate import *
from autograd.ops.activations import *
from autograd.ops.alignment import *
from autograd.ops.along import *
from autograd.ops.arrange import *
from autograd.ops.attention import *
from autograd.ops.choices import *
from autograd.ops.columns import *
from autograd.ops.contraction import *
from autograd.ops.conv import *
from autograd.ops.crossentropy import *
from autograd.ops.determinants import *
from autograd.ops.eigen import *
from autograd.ops.either import *
from autograd.ops.elementwise import *
from autograd.ops.factors import *
from autograd.ops.index import *
from autograd.ops.joining import *
from autograd.ops.linalg import *
from autograd.ops.lookup import *
from autograd.ops.losses import *
from autograd.ops.normalization import *
from autograd.ops.norms import *
from autograd.ops.order import *
from autograd.ops.padding import *
from autograd.ops.polynomials import *
from autograd.ops.pool import *
from autograd.ops.products import *
from autograd.ops.random import *
from autograd.ops.random import generator, manual_seed
from autograd.ops.recurrent import *
from autograd.ops.reduce import *
from autograd.ops.sampled import *
from autograd.ops.shape import *
from autograd.ops.special import *
from autograd.ops.statistics import *
from autograd.ops.steps import *
from autograd.primitive import Primitive, primitive
from autograd.recording import enable_grad, is_recording, no_grad, scope
from autograd.transforms import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.viz.draw import draw
    from autograd.viz.drawing import Drawing
    from autograd.viz.explain import explain
    from autograd.viz.explanation import Explanation
    from autograd.viz.play import play

keep_freed_memory()
make_collector_patient()

_PICTURES = ("Drawing", "Explanation", "draw", "explain", "play")


def __getattr__(name: str) -> Any:
    """Pictures are imported when they are first asked for: most programs draw none."""
    if name not in (*_PICTURES, "viz"):
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    viz = importlib.import_module("autograd.viz")
    return viz if name == "viz" else getattr(viz, name)


__all__ = [
    "AnomalyError",
    "Drawing",
    "Explanation",
    "GradientError",
    "JitWarning",
    "NotDifferentiableError",
    "Primitive",
    "ShapeError",
    "Value",
    "assign",
    "checkpoint",
    "detect_anomaly",
    "draw",
    "elementwise_grad",
    "enable_grad",
    "explain",
    "generator",
    "grad",
    "hessian",
    "hvp",
    "is_recording",
    "jacobian",
    "jvp",
    "jit",
    "manual_seed",
    "no_grad",
    "play",
    "primitive",
    "scope",
    "value_and_grad",
    "vjp",
    *(name for family in FAMILIES for name in family.__all__),
]
