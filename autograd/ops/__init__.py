"""The operations, a file a family. Each is a line or two of a table: forward, and its derivative.

elementwise  arithmetic, exp and log, trigonometry, activations, choices
reduce       sums, means, extremes, softmax
shape        reshape, transpose, broadcast, join
index        picking elements, and putting gradients back where they came from
products     matrix products
losses       cross-entropies in their numerically stable form
random       dropout
"""

from autograd.ops.elementwise import (
    absolute,
    add,
    astype,
    clip,
    cos,
    divide,
    exp,
    expm1,
    log,
    log1p,
    maximum,
    minimum,
    multiply,
    negative,
    positive,
    power,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    square,
    subtract,
    tanh,
    where,
)
from autograd.ops.index import getitem, put_back
from autograd.ops.losses import binary_cross_entropy_with_logits, cross_entropy
from autograd.ops.products import linear, matmul
from autograd.ops.random import dropout
from autograd.ops.reduce import log_softmax, logsumexp, max, mean, min, softmax, sum, var
from autograd.ops.shape import (
    broadcast_to,
    concatenate,
    expand_dims,
    matrix_transpose,
    reshape,
    squeeze,
    stack,
    transpose,
)

abs = absolute

__all__ = [
    "abs",
    "absolute",
    "add",
    "astype",
    "binary_cross_entropy_with_logits",
    "broadcast_to",
    "clip",
    "concatenate",
    "cos",
    "cross_entropy",
    "divide",
    "dropout",
    "exp",
    "expand_dims",
    "expm1",
    "getitem",
    "linear",
    "log",
    "log1p",
    "log_softmax",
    "logsumexp",
    "matmul",
    "matrix_transpose",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "multiply",
    "negative",
    "positive",
    "power",
    "put_back",
    "relu",
    "reshape",
    "sigmoid",
    "sin",
    "softmax",
    "softplus",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "subtract",
    "sum",
    "tanh",
    "transpose",
    "var",
    "where",
]
