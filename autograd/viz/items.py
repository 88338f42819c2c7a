"""The things in a picture: nodes, boxes of many nodes, constants, and the arrows between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.arrays import memory_of
from autograd.backprop import Message
from autograd.graph import Graph, ModuleCall
from autograd.value import Value
from autograd.viz.phrases import say


@dataclass(eq=False)
class Box:
    """Several nodes drawn as one; `module` is the call they are, None if they are in none."""

    module: ModuleCall | None
    nodes: list[Value] = field(default_factory=list)
    before: bool = False  # everything older than what is shown

    @property
    def title(self) -> str:
        if self.module is None:
            return say("before" if self.before else "outside")
        return title_of(self.module)


def title_of(call: ModuleCall) -> str:
    """The title of a module call, in the picture's language."""
    if call.repeated:
        return say("call", label=call.label, number=call.number)
    return call.title


#: What is drawn for a node: itself, or the box it is folded into.
Item = Value | Box


@dataclass(eq=False)
class Arrow:
    """An edge of the picture: from operand to result, with what was sent back along it.

    Between boxes one arrow stands for several messages.
    """

    tail: Item
    head: Item
    position: int  # which operand; -1 where a box is at an end
    messages: list[Message]
    share: float | None = None  # of what arrives at the tail; None where that is not one node

    @property
    def fans_out(self) -> bool:
        """Whether it brings messages to several nodes, so that they have no sum."""
        return len({message.receiver for message in self.messages}) > 1

    @property
    def message(self) -> Any:
        """What arrives along it, summed up; None without gradients or for several receivers."""
        if self.fans_out or self.messages[0].gradient is None:
            return None
        return added([message.gradient for message in self.messages])


def added(gradients: list[Any]) -> Any:
    """The sum of what was sent to one node."""
    total = gradients[0]
    with np.errstate(all="ignore"):
        for gradient in gradients[1:]:
            total = total + gradient
    return total


def in_a_row(gradients: list[Any]) -> np.ndarray:
    """All the numbers of what was sent to several nodes."""
    return np.concatenate([np.ravel(gradient) for gradient in gradients])


@dataclass(eq=False)
class Constant:
    """An operand that wants no gradient: a number, an input batch, a target."""

    head: Value
    position: int
    data: Any

    @property
    def role(self) -> str:
        """What the operation calls it, such as `target`."""
        op: Any = self.head.op
        return op.operand_names(len(self.head.parents))[self.position]

    @property
    def identity(self) -> Any:
        """Equal for two views of the same numbers; a single number is no one's but its user's."""
        data = self.data
        if not isinstance(data, np.ndarray) or not data.ndim:
            return self.head, self.position
        return memory_of(data)


def constants_of(item: Item) -> list[Constant]:
    """The operands of an operation that want no gradient."""
    if isinstance(item, Box) or item.op is None or all(p is not None for p in item.parents):
        return []
    return [
        Constant(item, position, data)
        for position, (parent, data) in enumerate(zip(item.parents, item.inputs, strict=True))
        if parent is None and data is not None
    ]


def arrows_between(graph: Graph, homes: dict[Value, Box]) -> list[Arrow]:
    """One arrow an edge; where a box is at an end, one for all that run alike."""
    found: dict[Any, Arrow] = {}
    for message in graph.edges:
        tail: Item = homes.get(message.receiver, message.receiver)
        head: Item = homes.get(message.sender, message.sender)
        if tail is head:
            continue
        position = message.position if tail is message.receiver and head is message.sender else -1
        key = (tail, head, position)
        if key in found:
            found[key].messages.append(message)
        else:
            found[key] = Arrow(tail, head, position, [message])
    return list(found.values())


def columns_of(arrows: list[Arrow]) -> dict[Item, int]:
    """How many arrows a node is from the left."""
    column: dict[Item, int] = {}
    for arrow in reversed(arrows):  # the reverse pass sends the messages to the oldest last
        column[arrow.head] = max(column.get(arrow.head, 0), column.get(arrow.tail, 0) + 1)
    return column
