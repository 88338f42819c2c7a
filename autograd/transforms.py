"""Functions of functions: `grad` and `value_and_grad` make the derivative of ordinary code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd import ops
from autograd.backprop import gradients, seed_for
from autograd.errors import NotDifferentiableError
from autograd.recording import enable_grad, thread
from autograd.value import Value


def grad(fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that computes the gradient of `fn`, a function with one number as its result.

    Args:
        fn: takes numbers or arrays, as positional arguments.
        argnums: which arguments to differentiate by; a tuple gives a tuple of gradients.

    Returns:
        A function with the arguments of `fn`; its result has the shape of the argument. It can be
        differentiated again.

    Raises:
        GradientError: `fn` returns more than one number.
        NotDifferentiableError: an argument is an integer.

    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    """
    both = value_and_grad(fn, argnums)

    @wraps(fn)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(
    fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Like `grad`, but its function returns the value of `fn` as well.

    >>> value_and_grad(lambda x, y: (x * y).sum())(np.array([1.0, 2.0]), 3.0)
    (np.float64(9.0), array([3., 3.]))
    """
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)

    @wraps(fn)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        nested = thread.transforms > 0 or any(isinstance(a, Value) for a in args)
        arguments = list(args)
        for i in wanted:
            if not -len(args) <= i < len(args):
                raise ValueError(f"grad: argnums names argument {i}, but there are {len(args)}")
            arguments[i] = _fresh(args[i], i)
        thread.transforms += 1
        try:
            with enable_grad():
                out = fn(*arguments, **kwargs)
        finally:
            thread.transforms -= 1
        if not isinstance(out, Value):
            out = Value(out, requires_grad=False)
        if not out.requires_grad:  # fn does not depend on its arguments
            return _result(out, nested), _pick(argnums, [0 * a for a in map(_plain, args)])
        seed = seed_for(out, None, "grad")
        grads = gradients(
            out, Value(seed, requires_grad=False) if nested else seed, create_graph=nested
        )
        found = [grads.get(arguments[i]) for i in wanted]
        zeros = [0 * arguments[i]._data for i in wanted]
        return _result(out, nested), _pick_found(argnums, found, zeros)

    return both


def _fresh(x: Any, position: int) -> Value:
    """The argument as a node of its own, still linked to the graph outside if it is in one."""
    if isinstance(x, Value) and x.requires_grad:
        return ops.positive(x)
    value = Value(x)
    if not value.requires_grad:
        raise NotDifferentiableError(
            f"grad: argument {position} is {x!r:.60}, and integers have no gradient; pass floats"
        )
    return value


def _plain(x: Any) -> Any:
    return x._data if isinstance(x, Value) else x


def _result(out: Value, nested: bool) -> Any:
    return out if nested else out._data


def _pick(argnums: int | tuple[int, ...], zeros: list[Any]) -> Any:
    return tuple(zeros[i] for i in argnums) if isinstance(argnums, tuple) else zeros[argnums]


def _pick_found(argnums: Any, found: list[Any], zeros: list[Any]) -> Any:
    filled = tuple(z if f is None else f for f, z in zip(found, zeros, strict=True))
    return filled if isinstance(argnums, tuple) else filled[0]
