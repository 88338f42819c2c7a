"""Trees: arguments and results as nested tuples, lists and dicts, taken apart and put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LEAF = "leaf"


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """The leaves in order, and a hashable structure to put them together again.

    >>> leaves, structure = flatten((1, {"a": [2, 3]}))
    >>> leaves
    [1, 2, 3]
    >>> unflatten(structure, leaves)
    (1, {'a': [2, 3]})
    """
    leaves: list[Any] = []
    return leaves, _take_apart(tree, leaves)


def _take_apart(tree: Any, leaves: list[Any]) -> Any:
    kind = tree.__class__
    if kind is tuple or kind is list:
        return (kind, tuple([_take_apart(x, leaves) for x in tree]))
    if kind is dict:
        return (kind, tuple(tree), tuple([_take_apart(x, leaves) for x in tree.values()]))
    leaves.append(tree)
    return LEAF


def unflatten(structure: Any, leaves: list[Any]) -> Any:
    """The tree of which `flatten` gave the structure, with other leaves."""
    return _put_together(structure, iter(leaves))


def _put_together(structure: Any, leaves: Iterator[Any]) -> Any:
    if structure is LEAF:
        return next(leaves)
    kind = structure[0]
    if kind is dict:
        return {k: _put_together(s, leaves) for k, s in zip(structure[1], structure[2])}
    return kind([_put_together(s, leaves) for s in structure[1]])
