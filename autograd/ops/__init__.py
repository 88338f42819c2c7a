"""The operations, a file a family. Each is a line or two of a table: forward, and its derivative.

elementwise  arithmetic, exp and log, trigonometry
steps        roundings, remainders, signs: functions that jump
either       one number or another: by a condition, by size, by bounds
activations  relu and what came after it
special      erf, lgamma and their derivatives, by SciPy
reduce       sums, means, extremes, norms, softmax
accumulate   cumsum, cumprod, logcumsumexp
order        sort, topk, median, quantile
shape        reshape, transpose, broadcast, join
arrange      turns, moves, copies; diagonals and triangles
padding      margins, and windows that slide
joining      arrays joined, cut, in blocks and grids
index        picking elements, and putting gradients back where they came from
             (`gaps`: with indices that are operands of a compiled function)
along        the same along one axis: take, gather, scatter
choices      elements by conditions, put in or left out; functions part by part
chosen       reductions of chosen elements, as NumPy's where= and initial=
writes       NumPy's functions that change their operand
sampled      differences, slopes, areas, interpolation, convolution
polynomials  lines of coefficients
statistics   covariances, counts, evenly spaced numbers
products     matrix products
contraction  einsum: any sum of products
linalg       inverses, equations, powers
determinants  what a matrix does to volumes
factors      QR, eigenvectors, singular vectors
eigen        eigenvectors of matrices that are not symmetric
norms        lengths of vectors and matrices, condition numbers
conv         convolutions and their transposes
pool         the largest or the mean of each window
             (`convolution` and `pooling`: the derivatives; `windows`: what both share)
normalization  layer, batch, group, instance and RMS norm
attention    scaled dot products
recurrent    the step of an LSTM
columns      images as columns of windows, and back
alignment    CTC: labels in order, at times nobody knows
lookup       rows of a table picked by number
labels       class numbers: checked, counted, found among the scores
crossentropy  cross-entropies in their numerically stable form
losses       distances and divergences
random       dropout
asked        checks of operands, axes and settings
"""

from autograd.ops import (
    accumulate,
    activations,
    alignment,
    along,
    arrange,
    attention,
    choices,
    columns,
    contraction,
    conv,
    crossentropy,
    determinants,
    eigen,
    either,
    elementwise,
    factors,
    index,
    joining,
    linalg,
    lookup,
    losses,
    normalization,
    norms,
    order,
    padding,
    polynomials,
    pool,
    products,
    random,
    recurrent,
    reduce,
    sampled,
    shape,
    special,
    statistics,
    steps,
)
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
from autograd.ops.recurrent import *
from autograd.ops.reduce import *
from autograd.ops.sampled import *
from autograd.ops.shape import *
from autograd.ops.special import *
from autograd.ops.statistics import *
from autograd.ops.steps import *

#: The families; their `__all__` are the operations.
FAMILIES = (
    *(elementwise, steps, either, activations, special, reduce, accumulate),
    *(shape, arrange, padding, joining, index, order, choices, sampled, polynomials, statistics),
    *(
        products,
        contraction,
        linalg,
        determinants,
        factors,
        eigen,
        norms,
        conv,
        columns,
        pool,
        normalization,
        attention,
        recurrent,
        lookup,
        crossentropy,
        losses,
        alignment,
        along,
        random,
    ),
)
