"""The operations, a file a family. Each is a line or two of a table: forward, and its derivative.

elementwise  arithmetic, exp and log, trigonometry, activations, choices
reduce       sums, means, extremes, softmax
shape        reshape, transpose, broadcast, join
index        picking elements, and putting gradients back where they came from
products     matrix products
losses       cross-entropies in their numerically stable form
random       dropout
"""

from autograd.ops import elementwise, index, losses, products, random, reduce, shape
from autograd.ops.elementwise import *
from autograd.ops.index import *
from autograd.ops.losses import *
from autograd.ops.products import *
from autograd.ops.random import *
from autograd.ops.reduce import *
from autograd.ops.shape import *

#: The families; their `__all__` are the operations.
FAMILIES = (elementwise, reduce, shape, index, products, losses, random)
