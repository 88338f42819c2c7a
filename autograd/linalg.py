"""Linear algebra by NumPy's names: `autograd.linalg.inv(x)`, as `np.linalg.inv(x)`.

>>> autograd.linalg.solve(Value([[2.0, 0.0], [0.0, 4.0]]), [1.0, 1.0])
Value([0.5 , 0.25])
"""

from autograd.ops.arrange import diagonal, trace
from autograd.ops.factors import *
from autograd.ops.factors import __all__ as _factors
from autograd.ops.linalg import *
from autograd.ops.linalg import __all__ as _functions
from autograd.ops.products import cross, matmul, multi_dot, outer, tensordot
from autograd.ops.reduce import norm
from autograd.ops.shape import matrix_transpose

__all__ = [
    *(*_functions, *_factors),
    "cross",
    "diagonal",
    "matmul",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "tensordot",
    "trace",
]
