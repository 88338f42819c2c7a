"""einsum: any sum of products, named by the letters of its axes.

One rule serves every expression, since its derivative is an einsum again: in
`ij,jk->ik` the gradient of the first operand is `ik,jk->ij`, the gradient that arrived in place of
the operand, and the operand's letters in place of the result's. Three cases need care:

- a letter that nobody else has was summed away: its copies all get the same gradient (ones)
- a letter twice in one operand reads a diagonal: only the diagonal gets a gradient (an identity)
- an axis of size 1 that was broadcast was used once a copy: its gradient is their sum
"""

from __future__ import annotations

import operator
import string
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.ops.asked import _array
from autograd.primitive import answers, primitive

__all__ = ["einsum"]

_NUMBERED = string.ascii_uppercase + string.ascii_lowercase  # what NumPy calls index 0, 1, ...


def _sizes(terms: Sequence[str], operands: Sequence[Any]) -> dict[str, int]:
    """How far each letter runs: an axis of size 1 runs along with a longer one."""
    sizes: dict[str, int] = {}
    for term, x in zip(terms, operands, strict=True):
        for letter, n in zip(term, np.shape(x), strict=True):
            if sizes.get(letter, 1) == 1:
                sizes[letter] = n
    return sizes


def _rule(i: int, g: Any, out: Any, *xs: Any, subscripts: str, optimize: Any = False) -> Any:
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    own, sizes = terms[i], _sizes(terms, xs)
    terms, operands = [output, *terms[:i], *terms[i + 1 :]], [g, *xs[:i], *xs[i + 1 :]]
    present = _sizes(terms, operands)
    unused = iter(sorted(set(_NUMBERED) - set(subscripts)))
    target = ""
    for letter, n in zip(own, np.shape(xs[i]), strict=True):
        if n != sizes[letter]:
            continue
        if letter in target:
            terms.append(letter + (letter := next(unused)))
            operands.append(np.eye(n, dtype=g.dtype))
            optimize = True  # else NumPy runs over the whole square for every other letter
        elif present.get(letter) != n:
            terms.append(letter)
            operands.append(np.ones(n, g.dtype))
        target += letter
    optimize = optimize if isinstance(optimize, (bool, str)) else True  # a path is for these terms
    share = _einsum(*operands, subscripts=f"{','.join(terms)}->{target}", optimize=optimize)
    return share if len(target) == len(own) else share.reshape(np.shape(xs[i]))


@primitive(_rule, jvp="product", variadic=True, samples="einsum", name="einsum", symbol="Σ")
def _einsum(*operands: Any, subscripts: str, optimize: Any = False) -> Any:
    return np.einsum(subscripts, *operands, optimize=optimize)


@answers(np.einsum)
def einsum(*operands: Any, optimize: Any = False) -> Any:
    """A sum of products over named axes, in any notation of NumPy.

    A letter in the result is kept, every other is summed over. Without `->` the letters that occur
    once are kept, in alphabetical order. `...` stands for axes that broadcast.

    Args:
        operands: the subscripts, such as `"ij,jk->ik"`, then the arrays; or each array followed by
            the list of its axes' numbers, and at last the list of the result's.
        optimize: False, True, "greedy", "optimal" or a path of `np.einsum_path`: the order of
            products; it pays for three arrays and more.

    Returns:
        An array with one axis for every letter of the result.

    Raises:
        ShapeError: the letters do not fit the arrays' shapes.
        ValueError: the subscripts cannot be read.

    >>> x = Value([[1.0, 2.0], [3.0, 4.0]])
    >>> einsum("ii->i", x)
    Value([1., 4.])
    >>> einsum("ij,j", x, np.array([1.0, 10.0]))
    Value([21., 43.])
    """
    if not operands:
        raise TypeError("einsum: takes subscripts and arrays, as in einsum('ij,j->i', x, y)")
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0], [_array(x, "einsum") for x in operands[1:]]
    else:
        arrays = [_array(x, "einsum") for x in operands[: len(operands) // 2 * 2 : 2]]
        terms = [_spelled(axes) for axes in operands[1::2]]
        subscripts = ",".join(terms)
        if len(operands) % 2:
            subscripts += "->" + _spelled(operands[-1])
    return _einsum(*arrays, subscripts=_explicit(subscripts, arrays), optimize=optimize)


def _spelled(axes: Any) -> str:
    """`[0, ..., 2]` as `A...C`."""
    try:
        return "".join("..." if a is Ellipsis else _NUMBERED[_small(a)] for a in axes)
    except (TypeError, ValueError, IndexError):
        raise ValueError(
            f"einsum: axes are numbered 0 to {len(_NUMBERED) - 1}, or `...`, in a list after each "
            f"array; got {axes!r:.60}"
        ) from None


def _small(axis: Any) -> int:
    if (axis := operator.index(axis)) < 0:
        raise IndexError
    return axis


def _explicit(subscripts: str, arrays: Sequence[Any]) -> str:
    """The same expression with a letter for every axis, and the result written out."""
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    bare = text.replace("...", "").replace("->", "", 1).replace(",", "")
    if bare.strip(string.ascii_letters) or any(t.count(".") > 3 for t in (*terms, output)):
        raise ValueError(
            f"einsum: cannot read {subscripts!r}: letters name the axes of an array, ',' separates "
            "arrays, '->' precedes the result, and '...' stands once for all other axes"
        )
    if len(terms) != len(arrays):
        raise ValueError(
            f"einsum: {subscripts!r} describes {len(terms)} arrays, and {len(arrays)} were given"
        )
    others = [np.ndim(x) - len(t.replace("...", "")) for t, x in zip(terms, arrays, strict=True)]
    for i, (term, rest) in enumerate(zip(terms, others, strict=True)):
        if rest < 0 or (rest and "..." not in term):
            raise ShapeError(
                f"einsum: {term!r} does not fit operand {i} of shape {np.shape(arrays[i])}: it "
                "needs one letter per axis, or '...' for those without"
            )
    widest = max((n for n, t in zip(others, terms, strict=True) if "..." in t), default=0)
    spare = "".join(sorted(set(_NUMBERED) - set(bare)))[:widest]
    terms = [t.replace("...", spare[widest - n :]) for t, n in zip(terms, others, strict=True)]
    if not arrow:
        once = Counter(inputs.replace(",", "").replace(".", ""))
        output = "..." + "".join(sorted(letter for letter, n in once.items() if n == 1))
    elif widest and "..." not in output:
        raise ShapeError(
            f"einsum: the result of {subscripts!r} must have '...' too: its {widest} unnamed axes "
            "are kept; give them letters to sum over them"
        )
    output = output.replace("...", spare)
    for letter, n in Counter(output).items():
        if n > 1 or letter not in "".join(terms):
            problem = "twice" if n > 1 else "and no operand has it"
            raise ValueError(f"einsum: {letter!r} stands in the result of {subscripts!r} {problem}")
    _check_sizes(terms, arrays, subscripts)
    return f"{','.join(terms)}->{output}"


def _check_sizes(terms: Sequence[str], arrays: Sequence[Any], subscripts: str) -> None:
    seen: dict[str, tuple[int, int]] = {}
    for i, (term, x) in enumerate(zip(terms, arrays, strict=True)):
        for letter, n in zip(term, np.shape(x), strict=True):
            size, first = seen.setdefault(letter, (n, i))
            if size == 1:
                seen[letter] = (n, i)
            elif n not in (1, size):
                what = repr(letter) if letter in subscripts else "an axis of '...'"
                raise ShapeError(
                    f"einsum: {subscripts!r}: {what} has size {size} in operand {first} "
                    f"{np.shape(arrays[first])} and {n} in operand {i} {np.shape(x)}; "
                    "an axis with the same letter must have the same size, or 1"
                )
