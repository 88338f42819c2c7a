"""A function as the program that its trace writes down, for tests of single passes."""

from autograd import Value
from autograd.jit.program import Program
from autograd.jit.trace import Tracer
from autograd.recorder import observed


def traced(fn, *arrays) -> Program:
    """The program of `fn`, its reverse pass included, with an input for each array."""
    tracer = Tracer()
    given = [tracer.input(Value(a)) for a in arrays]
    with observed(tracer):
        out = fn(*given)
    return tracer.program([out])
