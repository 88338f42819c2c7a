"""How a primitive says what the checks may draw for it, and the strategy made from that.

A primitive says in `samples` what it may be given, in one of two ways:

- the name of a kind of operation, a function registered with `@kind`: `samples="reduction"`;
- a domain, for elementwise operations; operands of any shapes that broadcast are drawn from it:
  `(lo, hi)`                    every operand lies in this interval
  `[(lo, hi), (lo, hi)]`        a list: in one of these intervals, the pieces of a domain
  `(domain, domain)`            a tuple of domains: one per operand

Operands stay away from kinks and poles, where a central difference would look across the edge.
Hypothesis chooses (and shrinks) shapes, axes, indices and memory layouts; the numbers themselves
come from a seed, which is quicker than choosing one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from autograd.primitive import Primitive
from autograd.testing.samples.draws import Draw, array, broadcasting


class Sample(NamedTuple):
    """One call of a primitive: float64 operands (or constants), and its parameters."""

    args: tuple[Any, ...]
    params: dict[str, Any] = {}  # noqa: RUF012


#: Kind of operation -> how to draw a call of it.
kinds: dict[str, Callable[[], st.SearchStrategy[Sample]]] = {}


def kind(name: str) -> Callable[[Callable[[Draw], Sample]], Callable[[Draw], Sample]]:
    """Register a function that draws a `Sample` as the kind of operation `name`.

    >>> @kind("one of three")
    ... def _one_of_three(draw):
    ...     return Sample((draw(st.sampled_from([0.1, 0.2, 0.3])),))
    >>> del kinds["one of three"]
    """

    def register(function: Callable[[Draw], Sample]) -> Callable[[Draw], Sample]:
        if name in kinds:
            raise ValueError(f"there are samples of the kind {name!r} already")
        kinds[name] = st.composite(function)
        return function

    return register


def samples_for(op: Primitive | Callable) -> st.SearchStrategy[Sample]:
    """Example calls of a primitive, as a Hypothesis strategy.

    Args:
        op: a `Primitive`, or the function that records it.

    Returns:
        A strategy whose draws are `Sample(args, params)`.

    Raises:
        LookupError: the primitive does not say what to draw.

    >>> import autograd, hypothesis
    >>> hypothesis.find(samples_for(autograd.add), lambda sample: sample.args[0].ndim == 2).params
    {}
    """
    primitive: Any = getattr(op, "primitive", op)
    declared = primitive.samples
    if declared is None:
        raise LookupError(
            f"the primitive {primitive.name!r} has no samples, so nothing checks its rules: "
            "declare it with samples=(lo, hi), where it is smooth, or with a kind of operation "
            f"such as samples='reduction'; {_known_kinds()}"
        )
    if isinstance(declared, str):
        if declared not in kinds:
            raise LookupError(
                f"the primitive {primitive.name!r} asks for samples of the kind {declared!r}, "
                f"which does not exist; {_known_kinds()}"
            )
        return kinds[declared]()
    return _elementwise(primitive, declared)


def _known_kinds() -> str:
    return f"the kinds are {', '.join(sorted(kinds))}, and autograd.testing.samples.kind adds one"


def _elementwise(op: Primitive, declared: Any) -> st.SearchStrategy[Sample]:
    per_operand = isinstance(declared, tuple) and isinstance(declared[0], (tuple, list))

    @st.composite
    def call(draw: Draw) -> Sample:
        count = draw(st.integers(1, 4)) if op.variadic else len(op.operands)
        domains = declared if per_operand else (declared,) * count
        shapes = draw(broadcasting(count))
        return Sample(tuple(array(draw, s, d) for s, d in zip(shapes, domains, strict=True)))

    return call()
