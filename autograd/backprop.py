"""Reverse mode: the loss travels back through the graph, node by node, newest first.

At every node the gradient is the sum of the messages that arrive along its outgoing edges. Each
node then sends one message to every operand: its primitive's rule for that operand, applied to the
gradient that arrived. That is the chain rule, and the whole of backpropagation (Rumelhart, Hinton
and Williams 1986; in this form: Griewank and Walther 2008, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.errors import GradientError, ShapeError, describe
from autograd.hooks import changed, hooks
from autograd.inplace import settle, written
from autograd.recorder import constant
from autograd.recording import thread
from autograd.value import Value

_by_seq = attrgetter("seq")
ndarray, float64 = np.ndarray, np.float64


class Message(NamedTuple):
    """What one node sends to one of its operands during the reverse pass."""

    sender: Value
    position: int
    receiver: Value
    gradient: Any


def nodes_below(root: Value, stop: Iterable[Value] = ()) -> list[Value]:
    """Everything `root` was computed from that wants a gradient, itself included, newest first.

    What lies behind the nodes in `stop` is left out.
    """
    if written:
        settle(root)
    seen = {root, *stop}
    stack = [root]
    pop, push, add = stack.pop, stack.append, seen.add
    while stack:
        node = pop()
        if node.op is not None:
            for parent in node.parents:
                if parent is not None and parent not in seen:
                    add(parent)
                    push(parent)
    return sorted(seen, key=_by_seq, reverse=True)


def gradients(
    root: Value,
    seed: Any,
    *,
    create_graph: bool = False,
    messages: list[Message] | None = None,
    stop: Iterable[Value] = (),
    call_hooks: bool = True,
    sent: Callable[[Value, dict[Value, Any]], None] | None = None,
    apply: Callable[..., Any] | None = None,
) -> dict[Value, Any]:
    """The gradient of `root` at every node below it, given the gradient `seed` at `root`.

    With `create_graph` the rules run on Values and the results are Values; otherwise arrays.
    Every message sent is appended to `messages`, if given. The nodes in `stop` receive gradients,
    None where nothing arrives, and send none on. `sent` is called after each node, with all
    gradients so far. With `create_graph`, `apply(op, rule, gradient, out, inputs, params)` is asked
    for a message in place of the rule itself.

    Raises:
        GradientError: a leaf was changed after an operation used it.
    """
    stop = frozenset(stop)
    order = nodes_below(root, stop)
    grads: dict[Value, Any] = dict.fromkeys(order)
    grads[root] = seed
    complete: list[tuple[Value, Any]] = []
    observer = thread.observer
    anomaly = observer if observer is not None and observer.checks_messages else None
    fast = not create_graph and messages is None and anomaly is None and sent is None
    own: set[Value] = set()  # what has a sum of messages that nobody else holds
    for node in order:
        gradient = grads[node]
        if hooks and call_hooks and gradient is not None:
            gradient = grads[node] = changed(node, gradient)
        op = node.op
        if op is None or (stop and node in stop):
            complete.append((node, gradient))
            own.discard(node)  # so that a message that still arrives is noticed below
            continue
        saved = node.saved
        if saved is None and fast:
            _send_scalars(node, op.rules, gradient, grads)
            continue
        if fast and node.params is None and not op.variadic:
            _send_arrays(node, op.rules, saved, gradient, grads, own)
            continue
        if create_graph:
            out: Any = node
            inputs: Any = recorded_inputs(node)
        else:
            out = node._data
            inputs = node.inputs if saved is None else saved
        params = node.params
        if op.joint:
            together: Any = op.rules[0]
            shares = together(gradient, out, *inputs, **(params or {}))
        else:
            shares = None
            rules = op.rules if not op.variadic else op.rules_for(len(inputs))
        for position, parent in enumerate(node.parents):
            if parent is None:
                continue
            if shares is not None:
                message = shares[position]
            else:
                rule: Any = rules[position]
                if apply is not None:
                    message = apply(op, rule, gradient, out, inputs, params)
                elif params:
                    message = rule(gradient, out, *inputs, **params)
                else:
                    message = rule(gradient, out, *inputs)
            x = inputs[position]
            kind = message.__class__
            if kind is not x.__class__ or (
                kind is not float64 and (message.shape != x.shape or message.dtype is not x.dtype)
            ):
                message = _match(message, x)
            if anomaly is not None:
                anomaly.check(node, position, message)
            if messages is not None:
                messages.append(Message(node, position, parent, message))
            so_far = grads[parent]
            if so_far is not None:
                message = so_far + message
            elif parent.op is None and message.__class__ is ndarray and _shared(message, gradient):
                message = message.copy()
            grads[parent] = message
        if sent is not None:
            sent(node, grads)
    for leaf, gradient in complete:
        if grads[leaf] is not gradient:  # it is newer than a node that used it
            raise _stale(leaf)
    return grads


def _send_scalars(node: Value, rules: Any, gradient: Any, grads: dict[Value, Any]) -> None:
    """The same step where every operand is a scalar Value, unrolled: scalar graphs live here."""
    parents: Any = node.parents
    out = node._data
    if len(parents) == 2:
        x, y = parents
        a, b = x._data, y._data
        to_x, to_y = rules
        message = to_x(gradient, out, a, b)
        if message.__class__ is not a.__class__:
            message = _match(message, a)
        so_far = grads[x]
        grads[x] = message if so_far is None else so_far + message
        message = to_y(gradient, out, a, b)
        if message.__class__ is not b.__class__:
            message = _match(message, b)
        so_far = grads[y]
        grads[y] = message if so_far is None else so_far + message
    else:
        (x,) = parents
        a = x._data
        message = rules[0](gradient, out, a)
        if message.__class__ is not a.__class__:
            message = _match(message, a)
        so_far = grads[x]
        grads[x] = message if so_far is None else so_far + message


def _send_arrays(
    node: Value, rules: Any, saved: Any, gradient: Any, grads: Any, own: set[Value]
) -> None:
    """The same step where no parameters are, unrolled: networks live here."""
    out = node._data
    if len(saved) == 2:
        x, y = node.parents
        a, b = saved
        if x is not None:
            _add(x, rules[0](gradient, out, a, b), a, gradient, grads, own)
        if y is not None:
            _add(y, rules[1](gradient, out, a, b), b, gradient, grads, own)
    else:
        for x, rule, a in zip(node.parents, rules, saved):
            if x is not None:
                _add(x, rule(gradient, out, *saved), a, gradient, grads, own)


def _add(
    x: Value, message: Any, a: Any, gradient: Any, grads: dict[Value, Any], own: set[Value]
) -> None:
    """A message arrives at `x`, whose numbers are `a`."""
    kind = message.__class__
    if kind is not a.__class__ or (
        kind is ndarray and (message.shape != a.shape or message.dtype is not a.dtype)
    ):
        message = _match(message, a)
    so_far = grads[x]
    if so_far is not None:
        if x in own:
            so_far += message
            return
        message = so_far + message
        if message.__class__ is ndarray:
            own.add(x)
    elif x.op is None and message.__class__ is ndarray and _shared(message, gradient):
        message = message.copy()
    grads[x] = message


def _shared(message: np.ndarray, gradient: Any) -> bool:
    """Whether someone else holds this memory: a leaf's gradient must be its own."""
    return message is gradient or message.base is not None


def recorded_inputs(node: Value) -> tuple[Any, ...]:
    """The operands of `node` as Values where they want a gradient, checked to be unchanged."""
    if node.traced:  # its operands are stand-ins already
        return node.saved or ()
    inputs = []
    for parent, x in zip(node.parents, node.inputs, strict=True):
        if parent is not None and parent._data is not x and not _same(parent._data, x):
            raise _stale(parent)
        inputs.append(x if parent is None else parent)
    return tuple(inputs)


def _same(a: Any, b: Any) -> bool:
    return np.array_equal(a, b, equal_nan=True)


def _stale(leaf: Value) -> GradientError:
    return GradientError(
        f"backward: {describe(leaf, 'a leaf')} was changed after it was used, so the gradient "
        "would belong to numbers that are gone; compute the loss again, then call backward"
    )


def _match(message: Any, x: Any) -> Any:
    """Give a message the shape and dtype of the operand it goes to: undo broadcasting.

    A broadcast operand was used once for every copy, so its gradient is the sum over the copies.
    """
    if not isinstance(message, (Value, np.ndarray, np.generic)):
        message = np.asarray(message)
    if message.dtype.kind not in "fiub":
        raise TypeError(
            f"backward: a derivative rule returned {message!r:.60}; it must return real numbers, "
            "the operand's share of the gradient"
        )
    shape = message.shape
    target = x.shape
    if shape != target:
        extra = len(shape) - len(target)
        if extra < 0 or any(
            have != want != 1 for have, want in zip(shape[extra:], target, strict=True)
        ):
            message = ops.broadcast_to(message, target)
        else:
            if extra:
                message = message.sum(axis=tuple(range(extra)))
            axes = tuple(
                i
                for i, (have, want) in enumerate(zip(shape[extra:], target, strict=True))
                if have != want
            )
            if axes:
                message = message.sum(axis=axes, keepdims=True)
    if message.dtype is not x.dtype and message.dtype != x.dtype:
        message = message.astype(x.dtype)
    if message.__class__ is ndarray and not message.ndim:
        message = message[()]
    return message


def seed_for(root: Value, gradient: Any, asked: str = "backward") -> Any:
    """The gradient a pass starts from, checked."""
    if not root.requires_grad:
        reason = (
            f"it holds {root.dtype} numbers; make them float, such as Value(3.0) for Value(3)"
            if root.dtype.kind != "f"
            else "nothing it was computed from does; use Values of floats outside no_grad()"
        )
        raise GradientError(f"{asked}: {root._label()} does not require a gradient: {reason}")
    if gradient is None:
        if root.size != 1:
            raise GradientError(
                f"{asked}: starts from a single number, and {root._label()} holds {root.size} "
                f"(shape {root.shape}); reduce it with .sum() or .mean(), "
                "or say what arrives: backward(gradient)"
            )
        if not root.shape:
            return root.dtype.type(1)
        gradient = 1.0
    gradient = gradient._data if isinstance(gradient, Value) else constant(gradient, asked)
    if np.shape(gradient) not in ((), root.shape):
        raise ShapeError(
            f"{asked}: the gradient has shape {np.shape(gradient)}, but {root._label()} has shape "
            f"{root.shape}; they must be equal"
        )
    seed = np.empty(root.shape, root.dtype)
    seed[...] = gradient
    return seed if seed.ndim else seed[()]


def backward(
    root: Value, gradient: Any = None, *, keep: str = "all", create_graph: bool = False
) -> None:
    """See `Value.backward`."""
    if keep not in ("all", "leaves"):
        raise ValueError(f"backward: keep must be 'all' or 'leaves', got {keep!r}")
    seed = seed_for(root, gradient)
    if create_graph:
        seed = Value(seed, requires_grad=False)
    grads = gradients(root, seed, create_graph=create_graph)
    for node, grad in grads.items():
        if node.op is None:
            node._grad = grad if node._grad is None else node._grad + grad
        elif keep == "all":  # as numbers: a recorded gradient refers to its node, a cycle
            node._grad = grad._data if create_graph else grad
