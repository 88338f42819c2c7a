"""Batches: a sum of many small products is one large product.

A weight that is used at every step of a sequence gathers its gradient from all of them. With the
gradients gₜ that arrived at the steps under one another, and the inputs xₜ likewise,

    Σₜ gₜᵀ @ xₜ  =  [g₁; g₂; ...]ᵀ @ [x₁; x₂; ...]

the sum runs inside the product: two calls where there were two for every step, and no array of the
weight's shape is written for each of them. A sum over rows, as a bias has it, likewise. What is put
under one another is computed right where it belongs (`codegen`), where that can be.

The same for every network that uses a weight more than once: unrolled, siamese, shared. Additions
are done in another order than the function does them: the last bits may differ.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any, NamedTuple

from autograd.jit.program import Instr, Program, Var, layout_of
from autograd.primitive import registry

#: A product over more rows than this has nothing to gain from others.
MOST_ROWS = 256


class Term(NamedTuple):
    """A summand that can share its product with others: `op`, of rows laid under one another."""

    op: str  # "matmul": parts[0].T @ parts[1]; "row_sum": of parts[0]
    parts: tuple[Any, ...]


def batch(program: Program) -> Program:
    """Compute sums of products over the steps of a sequence as one product."""
    sums = _sums(program)
    if not sums:
        return program
    stacks = _Stacks(program)
    body: list[Instr] = []
    for instr in program.body:
        body += stacks.total(instr, sums[instr.out]) if instr.out in sums else [instr]
    end = next((i for i, instr in enumerate(body) if instr.phase), len(body))
    return dataclasses.replace(program, body=body[:end] + stacks.forward + body[end:])


def _sums(program: Program) -> dict[Var, list[Any]]:
    """For the result of each sum that gains: its summands, Terms among them."""
    roots = [instr for instr in reversed(program.body) if adds(instr)]
    if not roots:
        return {}
    uses = used(program)
    makers = {instr.out: instr for instr in program.body}
    within: set[Var] = set()
    found: dict[Var, list[Any]] = {}
    for root in roots:
        if root.out in within:
            continue
        summands: list[Any] = []
        left = [*root.args]
        while left:
            v = left.pop()
            maker = makers.get(v)
            if maker is None or uses[v] > 1 or maker.phase != root.phase:
                summands.append(v)
            elif adds(maker) and (v.shape, v.dtype) == (root.out.shape, root.out.dtype):
                within.add(v)
                left += maker.args
            else:
                summands.append(_term(maker, makers) or v)
        if max(Counter(s.op for s in summands if isinstance(s, Term)).values(), default=0) > 1:
            found[root.out] = summands
    return found


def used(program: Program) -> Counter[Var]:
    """How often each variable is read, or handed out."""
    uses = Counter(v for instr in program.body for v in instr.inputs)
    for phase in range(len(program.reverses) + 1):
        uses.update(program.results(phase))
    return uses


def adds(instr: Instr) -> bool:
    """Whether it adds two arrays of one shape and dtype."""
    x, y = instr.args if instr.op is registry["add"] else (None, None)
    return (
        isinstance(x, Var)
        and isinstance(y, Var)
        and x.shape == y.shape == instr.out.shape != ()
        and x.dtype == y.dtype == instr.out.dtype
    )


def _term(instr: Instr, makers: dict[Var, Instr]) -> Term | None:
    if instr.op is registry["row_sum"]:
        term = Term("row_sum", instr.args)
    elif instr.op is registry["matmul"]:
        x, y = instr.args
        turned = makers.get(x) if isinstance(x, Var) else None
        if turned is None or not turns(turned):
            return None
        term = Term("matmul", (turned.args[0], y))
    else:
        return None
    parts = term.parts
    plain = all(len(a.shape) == 2 and a.dtype == instr.out.dtype for a in parts)
    return term if plain and 0 < parts[0].shape[0] <= MOST_ROWS else None


def turns(instr: Instr) -> bool:
    """Whether it exchanges the two axes of a matrix."""
    axes = (instr.params or {}).get("axes")
    return instr.op is registry["transpose"] and (axes is None or tuple(axes) == (1, 0))


class _Stacks:
    """Arrays of parts under one another, made once however many sums want them."""

    def __init__(self, program: Program) -> None:
        self.place = {instr.out: i for i, instr in enumerate(program.body)}
        self.phase = {instr.out: instr.phase for instr in program.body}
        self.phase |= {r.seed: k for k, r in enumerate(program.reverses, 1) if r is not None}
        self.known: dict[Any, Var] = {}
        self.forward: list[Instr] = []  # what belongs at the end of the forward phase

    def total(self, root: Instr, summands: list[Any]) -> list[Instr]:
        """The instructions that compute a sum, the Terms of a kind by one product."""
        body: list[Instr] = []
        out, phase = root.out, root.phase
        totals = [s for s in summands if not isinstance(s, Term)]
        for op in ("matmul", "row_sum"):
            terms = [s for s in summands if isinstance(s, Term) and s.op == op]
            if not terms:
                continue
            terms.sort(key=self._order)
            args = [self._stack(parts, phase, body) for parts in zip(*(t.parts for t in terms))]
            if op == "matmul":
                args[0] = _append(body, "transpose", (args[0],), None, args[0].shape[::-1], out)
            totals.append(_append(body, op, tuple(args), None, out.shape, out))
        while len(totals) > 1:
            totals[:2] = [_append(body, "add", tuple(totals[:2]), None, out.shape, out)]
        body[-1].out = out
        for instr in body:
            instr.phase = phase
        return body

    def _order(self, term: Term) -> list[int]:
        """As they are computed, so that all sums of the same steps lay these in the same order."""
        return [self.place.get(p, -1) if isinstance(p, Var) else -1 for p in term.parts]

    def _stack(self, parts: tuple[Any, ...], phase: int, body: list[Instr]) -> Var:
        """The parts under one another; where the forward phase makes them all, it does this too."""
        if len(parts) == 1 and isinstance(parts[0], Var):
            return parts[0]
        early = {self.phase.get(p) for p in parts if isinstance(p, Var)} - {None} == {0}
        key = (0 if early else phase, *(p if isinstance(p, Var) else id(p) for p in parts))
        if key not in self.known:
            layouts = Counter(map(layout_of, parts))
            rows = sum(part.shape[0] for part in parts)
            whole = Var((rows, parts[0].shape[1]), parts[0].dtype)
            whole.layout = layouts.most_common(1)[0][0]
            self.known[key] = whole
            stack = Instr(registry["concatenate"], parts, {"axis": 0}, whole)
            (self.forward if early else body).append(stack)
        return self.known[key]


def _append(
    body: list[Instr], name: str, args: tuple[Any, ...], params: Any, shape: Any, like: Var
) -> Var:
    out = Var(shape, like.dtype)
    if name == "transpose" and args[0].layout is None:
        out.layout = (1, 0)
    body.append(Instr(registry[name], args, params, out))
    return out
