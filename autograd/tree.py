"""Trees: arguments and results as nested tuples, lists and dicts, taken apart and put together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

#: The structure of a tree that is a leaf.
LEAF = "leaf"


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """The leaves from left to right, and a hashable structure to put them together again.

    None is no leaf but a part of the structure. Named tuples stay named tuples, and dicts in an
    order of their own too; of other dicts, what is put together is a plain one.

    >>> from autograd.tree import flatten, unflatten
    >>> leaves, structure = flatten((1, {"a": [2, None]}))
    >>> leaves
    [1, 2]
    >>> unflatten(structure, [10, 20])
    (10, {'a': [20, None]})
    """
    leaves: list[Any] = []
    return leaves, _take_apart(tree, leaves)


def _take_apart(tree: Any, leaves: list[Any]) -> Any:
    kind = tree.__class__
    if kind is tuple or kind is list:
        return (kind, tuple([_take_apart(x, leaves) for x in tree]))
    if tree is None:
        return None
    if isinstance(tree, dict):
        return (kind, tuple(tree), tuple([_take_apart(x, leaves) for x in tree.values()]))
    if isinstance(tree, (tuple, list)):
        return (kind, tuple([_take_apart(x, leaves) for x in tree]))
    leaves.append(tree)
    return LEAF


def unflatten(structure: Any, leaves: Iterable[Any]) -> Any:
    """The tree of which `flatten` gave the structure, with other leaves."""
    return _put_together(structure, iter(leaves))


def _put_together(structure: Any, leaves: Iterator[Any]) -> Any:
    if structure is LEAF:
        return next(leaves)
    if structure is None:
        return None
    kind = structure[0]
    if issubclass(kind, dict):
        found = {k: _put_together(s, leaves) for k, s in zip(structure[1], structure[2])}
        return OrderedDict(found) if kind is OrderedDict else found
    parts = [_put_together(s, leaves) for s in structure[1]]
    return kind(*parts) if hasattr(kind, "_fields") else kind(parts)


def leaves_of(tree: Any) -> list[Any]:
    """Everything in a tree that is no list, tuple or dict, from left to right; None is no leaf.

    >>> from autograd.tree import leaves_of
    >>> leaves_of({"w": [1.0, 2.0], "b": (3.0, None)})
    [1.0, 2.0, 3.0]
    """
    return flatten(tree)[0]


def rebuild(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A tree of the same structure, with `change(leaf)` in the place of every leaf.

    >>> from autograd.tree import rebuild
    >>> rebuild({"w": [1.0, 2.0], "b": (3.0, None)}, lambda x: 10 * x)
    {'w': [10.0, 20.0], 'b': (30.0, None)}
    """
    leaves, structure = flatten(tree)
    return unflatten(structure, map(change, leaves))


def refill(tree: Any, leaves: Iterable[Any]) -> Any:
    """A tree of the same structure, with the given leaves from left to right."""
    return unflatten(flatten(tree)[1], leaves)


def same_structure(a: Any, b: Any) -> bool:
    """Whether two trees differ in their leaves only.

    >>> from autograd.tree import same_structure
    >>> same_structure([1.0, (2.0,)], [3.0, (4.0,)]), same_structure([1.0], (1.0,))
    (True, False)
    """
    return bool(flatten(a)[1] == flatten(b)[1])
