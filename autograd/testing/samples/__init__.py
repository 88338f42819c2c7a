"""Example operands for every primitive, as Hypothesis strategies; a file a family, as in `ops/`.

kinds        how a primitive says what it may be given
draws        numbers, shapes, axes and memory layouts
"""

from autograd.testing.samples import (
    elementwise,
    index,
    linalg,
    losses,
    networks,
    products,
    reduce,
    shape,
)
from autograd.testing.samples.kinds import Sample, kind, kinds, samples_for

#: Each registers the kinds of its family.
FAMILIES = (elementwise, index, linalg, losses, networks, products, reduce, shape)

__all__ = ["Sample", "kind", "kinds", "samples_for"]
