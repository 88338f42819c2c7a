"""jit: record a function once, replay it into buffers that are already there.

standins   what is given in place of Values, so that nobody looks at their numbers
trace      runs the function on them and writes down its operations, forward and reverse
           (`repeat`: a derivative rule that is applied again; `recall`: what was computed a moment
           ago; `outlines`: arrays whose numbers nobody looks at; `settings`: of floating-point
           errors)
program    what was written down: a flat list of instructions, which every pass reads and writes
passes     make it shorter, one idea each; larger ones have a file each: `expand`, `fuse`, and for
           what is done step after step `join`, `scales`, `batch` and `layouts`
pipeline   the passes in their order, and what each of them did
kernels    how an operation writes into a buffer; `images` for convolutions and poolings
codegen    one Python function per phase (`places`: which elements an index picks; `tiles`:
           products cut into small ones, a core each)
vector     programs of scalars instead: many small steps as a few large ones (`layout`, `steps`,
           `messages` and `strides` are its parts)
wrap       `jit`, as users call it
function   a function that is compiled: signatures, verification, report
replay     what happens at every call from then on
signature  what of its arguments a recording depends on, and what a call may do to them
surroundings  what a function can reach besides its arguments, and whether that is as it was
           (`ownership`: whose code; `sameness`: of what kind of thing; `guards`: of modules)
comparing  how a replay differs from the function itself
reporting  what was recorded, in words
picture    a program drawn, before and after each pass
"""

from autograd.jit.wrap import JitWarning, jit

__all__ = ["JitWarning", "jit"]
