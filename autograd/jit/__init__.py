"""jit: record a function once, replay it into buffers that are already there.

trace     runs the function on stand-ins and writes down its operations, forward and reverse
program   what was written down: a flat list of instructions
passes    make it shorter, one idea each
kernels   how an operation writes into a buffer
codegen   one Python function per phase
vector    programs of scalars instead: many small steps as a few large ones
function  `jit` itself: signatures, verification, report
"""

from autograd.jit.function import Jitted, JitWarning, jit

__all__ = ["JitWarning", "Jitted", "jit"]
