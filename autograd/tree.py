"""Trees: arguments that are arrays, or nested lists, tuples and dicts of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def leaves_of(tree: Any) -> list[Any]:
    """Everything in a tree that is no list, tuple or dict, from left to right; None is no leaf.

    >>> from autograd.tree import leaves_of
    >>> leaves_of({"w": [1.0, 2.0], "b": (3.0, None)})
    [1.0, 2.0, 3.0]
    """
    found: list[Any] = []
    rebuild(tree, found.append)
    return found


def rebuild(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A tree of the same structure, with `change(leaf)` in the place of every leaf.

    >>> from autograd.tree import rebuild
    >>> rebuild({"w": [1.0, 2.0], "b": (3.0, None)}, lambda x: 10 * x)
    {'w': [10.0, 20.0], 'b': (30.0, None)}
    """
    if tree is None:
        return None
    if isinstance(tree, dict):
        return {key: rebuild(branch, change) for key, branch in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*(rebuild(branch, change) for branch in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(rebuild(branch, change) for branch in tree)
    return change(tree)


def refill(tree: Any, leaves: Sequence[Any]) -> Any:
    """A tree of the same structure, with the given leaves from left to right."""
    rest: Iterator[Any] = iter(leaves)
    return rebuild(tree, lambda _: next(rest))


def same_structure(a: Any, b: Any) -> bool:
    """Whether two trees differ in their leaves only.

    >>> from autograd.tree import same_structure
    >>> same_structure([1.0, (2.0,)], [3.0, (4.0,)]), same_structure([1.0], (1.0,))
    (True, False)
    """
    return bool(rebuild(a, lambda _: 0) == rebuild(b, lambda _: 0))
