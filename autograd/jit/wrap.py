"""`jit`, as users call it; what compiles is imported with the first function that is wrapped."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.transforms import made_of

if TYPE_CHECKING:
    from autograd.jit.function import Jitted


class JitWarning(UserWarning):
    """A compiled function stays eager: right, but not faster."""


def jit(
    fn: Callable[..., Any] | None = None,
    *,
    disable: tuple[str, ...] = (),
    reassociate: bool = False,
) -> Any:
    """Record `fn` once for each signature, and replay it afterwards: same results, less time.

    A signature is the structure of the arguments, the shapes and dtypes of Values and arrays, and
    every other argument itself. The first call runs the function and then traces it; the second is
    compared with a replay. Values from outside are read anew at every call; numbers, lists and
    attributes from outside are compared, and others make another recording. A function that looks
    at the numbers of a Value (`if loss > 1`, `.item()`), that leaves something behind (a counter, a
    log, a print), or gives something else when replayed, stays eager, with one warning that says
    why and where.

    Args:
        fn: takes and returns Values, arrays, and lists, tuples and dicts of them. A module works.
        disable: names of passes to leave out, to find what one of them does: "expand",
            "common_subexpressions", "fuse" and so on, as `report` lists them, or "vectorise".
        reassociate: add up long sums of single numbers in whatever order is quick; the last bits
            then differ from those of the function.

    Returns:
        A function with the arguments of `fn`; its result can be differentiated as ever. Of a
        derivative (`jit(grad(f))`) what is compiled is `f`.

    >>> @autograd.jit
    ... def loss(w, x):
    ...     return ((w * x) ** 2).sum()
    >>> w = Value([1.0, 2.0])
    >>> for _ in range(3):
    ...     w.grad = None
    ...     loss(w, np.array([3.0, 1.0])).backward()
    >>> w.grad
    array([18.,  4.])
    """
    if fn is None:
        return functools.partial(jit, disable=disable, reassociate=reassociate)
    made = made_of(fn)
    if made is not None:  # the derivative of what is compiled, not what is compiled of a derivative
        of, again = made
        return Derivative(again, jit(of, disable=disable, reassociate=reassociate))
    return _jitted()(fn, disable, reassociate)


class Derivative:
    """`jit(grad(f))`: f is compiled, and `grad` goes back through its replays.

    What is asked of it (`report`, `program`, `draw`, `source`) is answered for f.
    """

    def __init__(self, again: Callable[[Any], Callable[..., Any]], compiled: Any) -> None:
        self.compiled = compiled
        self._again = again
        self._derivative = again(compiled)
        functools.update_wrapper(self, self._derivative, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._derivative(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __getattr__(self, name: str) -> Any:
        if name in ("report", "program", "draw", "source", "recordings"):
            return getattr(self.compiled, name)
        raise AttributeError(f"a compiled derivative has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<the derivative of {self.compiled!r}>"

    def __reduce__(self) -> Any:
        """A copy has recordings of its own."""
        return Derivative, (self._again, self.compiled)


def quietly(fn: Callable[..., Any], *also: Any) -> Jitted:
    """`jit(fn)` that warns of nothing, for who can do without and asks `report` when in doubt.

    Its first calls give the numbers of a replay too.

    Args:
        also: objects whose attributes, and functions whose globals, the result depends on too.
    """
    compiled = _jitted()(fn, also=also, steady=True)
    compiled._warned = True
    return compiled


def _jitted() -> type[Jitted]:
    """The compiler is a third of the library: who compiles nothing need not wait for it."""
    from autograd.jit.function import Jitted

    return Jitted
