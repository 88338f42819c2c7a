"""Functions of functions: the derivatives of ordinary code.

grad, value_and_grad   the gradient of a function with one number as its result
elementwise_grad       the derivative of a function that treats each number on its own
vjp, jvp               the two products with a Jacobian that everything else is made from
jacobian, hessian      the whole matrix of first, or second, derivatives
hvp                    the product of a Hessian with a vector, without the matrix

Arguments and results are arrays, or nested lists, tuples and dicts of them, and so are derivatives.
Transforms nest in any order: inside another one (or given Values) they return Values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from types import FunctionType
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from autograd import ops
from autograd.backprop import gradients, seed_for
from autograd.errors import NotDifferentiableError, ShapeError
from autograd.forward import tangents
from autograd.inplace import as_given
from autograd.recorder import constant
from autograd.recording import enable_grad, thread
from autograd.tree import leaves_of, rebuild, refill, same_structure
from autograd.value import Value

Argnums = int | tuple[int, ...]
Function = Callable[..., Any]

#: Of a derivative: what it differentiates, and what makes the same derivative of another function.
_MADE: WeakKeyDictionary[Function, tuple[Function, Callable[[Function], Function]]] = (
    WeakKeyDictionary()
)


def _made(derivative: Function, of: Function, again: Callable[[Function], Function]) -> Function:
    _MADE[derivative] = (of, again)
    return derivative


def made_of(fn: Any) -> tuple[Function, Callable[[Function], Function]] | None:
    """For `jit`, of `grad(f)`: f, and `grad`; None if no transform here made `fn`."""
    return _MADE.get(fn) if isinstance(fn, FunctionType) else None


def grad(fn: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that computes the gradient of `fn`, a function with one number as its result.

    Args:
        fn: takes numbers, arrays, or nested lists, tuples and dicts of them.
        argnums: which positional arguments to differentiate by; a tuple gives a tuple of gradients.

    Returns:
        A function with the arguments of `fn`; its result has the structure and shapes of the
        argument. It can be differentiated again.

    Raises:
        GradientError: `fn` returns more than one number.
        NotDifferentiableError: an argument is an integer.

    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    >>> grad(lambda p: p["w"] * p["b"])({"w": 2.0, "b": 3.0})
    {'w': np.float64(3.0), 'b': np.float64(2.0)}
    """
    both = value_and_grad(fn, argnums)

    @wraps(fn)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return _made(gradient, fn, lambda other: grad(other, argnums))


def value_and_grad(fn: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """Like `grad`, but its function returns the value of `fn` as well.

    >>> value_and_grad(lambda x, y: (x * y).sum())(np.array([1.0, 2.0]), 3.0)
    (np.float64(9.0), array([3., 3.]))
    """

    @wraps(fn)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        call = _Call("grad", fn, args, kwargs, argnums)
        out = call.one_result()
        grads: dict[Value, Any] = {}
        if out.requires_grad or out.size != 1:  # else it does not depend on the arguments
            grads = call.pull(out, seed_for(out, None, "grad"))
        return call.outside(out), call.by_argument(grads)

    return _made(both, fn, lambda other: value_and_grad(other, argnums))


def elementwise_grad(fn: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The derivative of a function that treats each number on its own, at every number at once.

    It is the gradient of the sum of the result; where numbers mix, that is the sum of a column of
    the Jacobian.

    >>> elementwise_grad(np.tanh)(np.array([0.0, 1.0]))
    array([1.        , 0.41997434])
    """

    @wraps(fn)
    def summed(*args: Any, **kwargs: Any) -> Any:
        return ops.sum(fn(*args, **kwargs))

    return grad(summed, argnums)


def vjp(fn: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """`fn(*primals)`, and the function that sends a cotangent back: u ↦ uᵀJ, reverse mode.

    Args:
        fn: takes arrays or trees of them.
        primals: where to differentiate.

    Returns:
        The result, and a function of a cotangent with the result's structure and shapes; it
        returns a tuple with a gradient for every primal, and can be called again.

    >>> out, pull = vjp(lambda x: x**2, np.array([1.0, 2.0]))
    >>> out, pull(np.array([1.0, 10.0]))
    (array([1., 4.]), (array([ 2., 40.]),))
    """
    call = _Call("vjp", fn, primals, {}, tuple(range(len(primals))))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        us = _directions("vjp", "the cotangent", cotangent, call.result, call.outputs)
        nested = call.nested or any(isinstance(u, Value) for u in us)
        grads: dict[Value, Any] = {}
        for out, u in zip(call.outputs, us):
            if out.requires_grad:
                for node, g in call.pull(out, u, nested).items():
                    grads[node] = grads[node] + g if node in grads else g
        return call.by_argument(grads)

    return rebuild(call.result, call.outside), pull


def jvp(fn: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """`fn(*primals)`, and how fast it changes when they move along `tangents`: Jv, forward mode.

    Args:
        fn: takes arrays or trees of them.
        primals: a tuple, where to differentiate.
        tangents: a tuple of the same structure and shapes, the direction.

    >>> jvp(lambda x, y: x * y, (3.0, 2.0), (1.0, 0.0))
    (np.float64(6.0), np.float64(2.0))
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp: primals and tangents are tuples, with one entry for each argument")
    call = _Call("jvp", fn, primals, {}, tuple(range(len(primals))))
    ts = _directions("jvp", "the tangent", tuple(tangents), tuple(primals), call.inputs)
    nested = call.nested or any(isinstance(t, Value) for t in ts)
    pushed = call.push(dict(zip(call.inputs, ts)), nested)
    return rebuild(call.result, call.outside), refill(call.result, pushed)


def jacobian(
    fn: Callable[..., Any],
    argnums: Argnums = 0,
    mode: Literal["forward", "reverse"] | None = None,
) -> Callable[..., Any]:
    """All first derivatives of `fn`: of every number of its result by every number of an argument.

    Args:
        fn: takes arrays or trees of them, and returns such.
        argnums: which arguments to differentiate by.
        mode: 'forward' (a pass for each number of the arguments), 'reverse' (a pass for each number
            of the result), or whichever takes fewer passes.

    Returns:
        A function of the same arguments; its result has the shape (*result, *argument). For trees
        it is a tree of the result's structure whose leaves have the argument's.

    >>> jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    """
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"jacobian: mode is 'forward', 'reverse' or None, got {mode!r}")

    @wraps(fn)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        call = _Call("jacobian", fn, args, kwargs, argnums)
        rows = sum(out.size for out in call.outputs)
        columns = sum(x.size for x in call.inputs)
        forward = mode == "forward" or (mode is None and columns < rows)
        blocks = _by_columns(call) if forward else _by_rows(call)
        leaves = iter([call.arranged(row) for row in blocks])
        return rebuild(call.result, lambda _: next(leaves))

    return _made(matrix, fn, lambda other: jacobian(other, argnums, mode))


def hessian(fn: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """All second derivatives of `fn`, a function with one number as its result.

    Returns:
        A function of the same arguments; its result has the shape (*argument, *argument).

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(fn, argnums), argnums, mode="forward")


def hvp(fn: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """The Hessian of `fn` times a vector, without ever forming the Hessian (Pearlmutter 1994).

    Returns:
        A function of the arguments of `fn` and, last, a vector of the argument's shape.

    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    slope = grad(fn, argnums)

    @wraps(fn)
    def product(*args: Any) -> Any:
        if len(args) < 2:
            raise TypeError("hvp: takes the arguments of the function and, last, a vector")
        *at, v = args

        def along(x: Any) -> Any:
            return slope(*at[:argnums], x, *at[argnums:][1:])

        return jvp(along, (at[argnums],), (v,))[1]

    return product


# ------------------------------------------------------------------------------------- one call


class _Call:
    """One run of a function on fresh nodes, and the passes over what it recorded."""

    def __init__(
        self, asked: str, fn: Callable, args: Sequence[Any], kwargs: dict, argnums: Argnums
    ) -> None:
        if thread.observer is not None:
            thread.observer.differentiates()
        self.asked = asked
        self.single = not isinstance(argnums, tuple)
        wanted = argnums if isinstance(argnums, tuple) else (argnums,)
        self.nested = thread.transforms > 0 or any(
            isinstance(leaf, Value) for leaf in leaves_of((args, kwargs))
        )
        arguments = list(args)
        self.arguments = []
        self.entered: dict[Value, int] = {}
        for i in wanted:
            if not -len(args) <= i < len(args):
                raise ValueError(f"{asked}: argnums names argument {i}, but there are {len(args)}")
            arguments[i] = self._entered(args[i], i)
            self.arguments.append(arguments[i])
        thread.transforms += 1
        try:
            with enable_grad():
                self.returned = fn(*arguments, **kwargs)
        finally:
            thread.transforms -= 1
        first = {x: as_given(x, seq) for x, seq in self.entered.items()}  # it may write into them
        self.inputs = list(first.values())
        self.arguments = [rebuild(tree, first.__getitem__) for tree in self.arguments]

    @cached_property
    def result(self) -> Any:
        """What the function returned, with a Value for every leaf."""
        return rebuild(self.returned, self._value)

    @cached_property
    def outputs(self) -> list[Value]:
        return leaves_of(self.result)

    def _entered(self, argument: Any, position: int) -> Any:
        """An argument with a fresh node in the place of every leaf."""
        if argument is None:
            raise TypeError(f"{self.asked}: argument {position}: expected numbers, got None")
        return rebuild(argument, lambda x: self._fresh(x, position))

    def _fresh(self, x: Any, position: int) -> Value:
        """The argument as a node of its own, still linked to the graph outside if it is in one."""
        if isinstance(x, Value) and x.requires_grad:
            with enable_grad():
                value = ops.positive(x)
        else:
            value = Value(
                x if isinstance(x, Value) else constant(x, f"{self.asked}: argument {position}"),
                requires_grad=None,
            )
        if not value.requires_grad:
            raise NotDifferentiableError(
                f"{self.asked}: argument {position} is {x!r:.60}, and integers have no gradient; "
                "pass floats"
            )
        self.entered[value] = value.seq
        return value

    def _value(self, out: Any) -> Value:
        if isinstance(out, Value):
            return out
        plain = constant(out, f"{self.asked}: the result of the function")
        return Value(plain, requires_grad=False)

    def one_result(self) -> Value:
        """What the function returned, as one Value."""
        out = self._value(self.returned)
        if out.dtype.kind != "f":
            raise NotDifferentiableError(
                f"{self.asked}: the function returned {out.dtype} numbers, {out._data!r:.60}, "
                "which have no derivative; return a float"
            )
        return out

    def outside(self, out: Value) -> Any:
        return out if self.nested else out._data

    def pull(self, out: Value, seed: Any, nested: bool | None = None) -> dict[Value, Any]:
        """The gradients at the inputs, given the one at `out`."""
        nested = self.nested if nested is None else nested
        if nested and not isinstance(seed, Value):
            seed = Value(seed, requires_grad=False)
        with enable_grad():
            found = gradients(out, seed, create_graph=nested, stop=self.inputs)
        return {x: found[x] for x in self.inputs if found.get(x) is not None}

    def push(self, seeds: dict[Value, Any], nested: bool | None = None) -> list[Any]:
        """The tangents of the outputs, given those of the inputs."""
        nested = self.nested if nested is None else nested
        with enable_grad():
            found = tangents(self.outputs, seeds, create_graph=nested)
        zeros = (_zeros(out, nested) for out in self.outputs)
        return [found.get(out, zero) for out, zero in zip(self.outputs, zeros)]

    def by_argument(self, found: dict[Value, Any]) -> Any:
        """Gradients in the structure of the arguments: zeros where nothing arrived."""
        nested = self.nested or any(isinstance(g, Value) for g in found.values())
        trees = [
            rebuild(tree, lambda x: found[x] if x in found else _zeros(x, nested))
            for tree in self.arguments
        ]
        return trees[0] if self.single else tuple(trees)

    def arranged(self, blocks: list[Any]) -> Any:
        """One block for every input, in the structure of the arguments."""
        return self.by_argument(dict(zip(self.inputs, blocks)))


def _zeros(like: Value, nested: bool) -> Any:
    zeros = np.zeros_like(like._data)
    return Value(zeros, requires_grad=False) if nested else zeros[()]


def _directions(asked: str, what: str, given: Any, structure: Any, like: list[Value]) -> list[Any]:
    """The leaves of a cotangent or tangent, checked against what it belongs to."""
    if not same_structure(given, structure):
        raise TypeError(f"{asked}: {what} {given!r:.60} must have the structure of what it is for")
    leaves = []
    for x, node in zip(leaves_of(given), like):
        if np.shape(x) != node.shape:
            raise ShapeError(f"{asked}: {what} has shape {np.shape(x)}, it needs {node.shape}")
        if not isinstance(x, Value):
            x = np.asarray(constant(x, f"{asked}: {what}")).astype(node.dtype)[()]
        leaves.append(x)
    return leaves


def _one_hots(shape: tuple[int, ...], dtype: Any) -> list[Any]:
    """Every direction along a single number, in order."""
    size = int(np.prod(shape))
    return [row.reshape(shape)[()] for row in np.eye(size, dtype=dtype)]


def _stacked(rows: list[Any], shape: tuple[int, ...], like: Value, nested: bool) -> Any:
    """Rows, each of the shape of `like`, as one block of shape (*shape, *like.shape)."""
    if not rows:
        zeros = np.zeros((*shape, *like.shape), like.dtype)
        return Value(zeros, requires_grad=False) if nested else zeros
    return ops.reshape(ops.stack(rows), (*shape, *like.shape))


def _by_rows(call: _Call) -> list[list[Any]]:
    """The Jacobian's blocks by reverse mode: for every output, one block for every input."""
    blocks = []
    for out in call.outputs:
        found = [
            call.pull(out, seed) if out.requires_grad else {}
            for seed in _one_hots(out.shape, out.dtype)
        ]
        blocks.append(
            [
                _stacked(
                    [row[x] if x in row else _zeros(x, call.nested) for row in found],
                    out.shape,
                    x,
                    call.nested,
                )
                for x in call.inputs
            ]
        )
    return blocks


def _by_columns(call: _Call) -> list[list[Any]]:
    """The same by forward mode; a column is what one number of one input does to everything."""
    blocks: list[list[Any]] = [[] for _ in call.outputs]
    for x in call.inputs:
        columns = [call.push({x: seed}) for seed in _one_hots(x.shape, x.dtype)]
        for k, out in enumerate(call.outputs):
            block = _stacked([column[k] for column in columns], x.shape, out, call.nested)
            order = (*range(x.ndim, x.ndim + out.ndim), *range(x.ndim))
            blocks[k].append(ops.transpose(block, order))
    return blocks
