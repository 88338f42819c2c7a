"""Linear algebra by NumPy's names: `autograd.linalg.inv(x)`, as `np.linalg.inv(x)`.

>>> autograd.linalg.solve(Value([[2.0, 0.0], [0.0, 4.0]]), [1.0, 1.0])
Value([0.5 , 0.25])
"""

from typing import Any

import numpy as np

from autograd.ops import arrange
from autograd.ops.determinants import *
from autograd.ops.determinants import __all__ as _determinants
from autograd.ops.eigen import *
from autograd.ops.eigen import __all__ as _eigen
from autograd.ops.factors import *
from autograd.ops.factors import __all__ as _factors
from autograd.ops.linalg import *
from autograd.ops.linalg import __all__ as _functions
from autograd.ops.norms import *
from autograd.ops.norms import __all__ as _norms
from autograd.ops.products import cross, matmul, multi_dot, outer, tensordot, vecdot
from autograd.ops.shape import matrix_transpose
from autograd.primitive import answers, numpy_functions

__all__ = [
    *(*_functions, *_determinants, *_factors, *_eigen, *_norms),
    "cross",
    "diagonal",
    "matmul",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
]

numpy_functions |= {
    np.linalg.matmul: matmul,
    np.linalg.matrix_transpose: matrix_transpose,
    np.linalg.vecdot: vecdot,
}


@answers(np.linalg.diagonal)
def diagonal(x: Any, *, offset: int = 0) -> Any:
    """The diagonal of the matrices on the last two axes; `autograd.diagonal` takes the first two.

    >>> diagonal(Value(np.ones((5, 2, 3)))).shape
    (5, 2)
    """
    return arrange.diagonal(x, offset, -2, -1)


@answers(np.linalg.trace)
def trace(x: Any, *, offset: int = 0) -> Any:
    """The sum of the diagonal of the matrices on the last two axes.

    >>> trace(Value(np.ones((5, 2, 3)))).shape
    (5,)
    """
    return arrange.trace(x, offset, -2, -1)
