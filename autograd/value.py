"""Value: a number or an array that remembers where it came from.

A Value is a node of a graph that records itself while ordinary Python runs. A leaf is made by
hand: `Value(2.0, name="x")`. Every other Value is the result of a primitive and knows the operands
it was computed from. `backward()` walks that record in reverse and leaves in `grad` how much the
result changes per unit of change in each Value.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np

from autograd.errors import GradientError, NotDifferentiableError, ShapeError
from autograd.methods import ArrayLike, ArrayMethods
from autograd.operators import Operators
from autograd.recording import Scope, thread

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable

    from autograd.hooks import Hook
    from autograd.primitive import Primitive

#: Every Value takes the next number when it is written, so a graph sorts by age at C speed.
next_seq = itertools.count().__next__

#: Slots that most Values leave empty, and a view asks for.
_OFTEN_UNSET = frozenset(("view_of", "views"))

#: `array.setflags(write)`, in its quickest form.
_set_writeable: Any = np.ndarray.setflags


class Value(Operators, ArrayMethods):
    """A differentiable number or array.

    Args:
        data: a number, (nested) list or array of any shape; floating dtypes are kept, and copied.
        name: what errors and pictures call it.
        requires_grad: whether `backward` brings it a gradient; by default every float does, and
            an integer or boolean never can.

    Raises:
        TypeError: `data` holds no numbers.
        NotDifferentiableError: `requires_grad=True` for integers or booleans.

    >>> a, b = Value(-4.0, name="a"), Value(2.0, name="b")
    >>> c = a * b + b**3
    >>> c.backward()
    >>> a, b
    (Value(-4.0, name='a', grad=2.0), Value(2.0, name='b', grad=8.0))
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_grad",
        "name",
        "op",  # the Primitive that made it; None for a leaf
        "params",
        "parents",  # the operands that want a gradient, None in place of the others
        "requires_grad",
        "saved",  # the operands' arrays as they were; None where they are the parents' scalars
        "scope",  # the module call it was recorded in
        "seq",  # when it was (last) written
        "view_of",  # of a view: the Value it shows, and how (see `inplace`)
        "views",  # the views of it that are alive
    )

    op: Primitive | None
    name: str | None
    parents: tuple[Value | None, ...]
    saved: tuple[Any, ...] | None
    params: dict[str, Any] | None
    scope: Scope | None
    requires_grad: bool
    seq: int
    view_of: tuple[Value, Primitive, dict[str, Any]] | None
    views: list[weakref.ref[Value]] | None

    __hash__ = object.__hash__

    #: Whether it stands in for a Value while a function is traced by `jit`, and for an array.
    traced: ClassVar[bool] = False
    plain: Any = None

    def __init__(
        self, data: ArrayLike, name: str | None = None, requires_grad: bool | None = None
    ) -> None:
        array = np.array(data._copied() if isinstance(data, Value) else _numbers(data))
        differentiable = array.dtype.kind == "f"
        if requires_grad and not differentiable:
            raise _not_differentiable(array, name)
        self._data: Any = array if array.ndim else array[()]
        self._grad: Any = None
        self.op = None
        self.name = name
        self.scope = None
        self.requires_grad = differentiable if requires_grad is None else requires_grad
        self.seq = next_seq()
        if thread.observer is not None:
            thread.observer.made(self, data)

    # ---------------------------------------------------------------------------------- contents

    @property
    def data(self) -> Any:
        """The ndarray, or NumPy scalar where there are no axes.

        A result's array is read-only. A leaf's is yours to write; once an operation has used it
        you get a fresh copy, so that the graph keeps the numbers it was computed from.
        """
        if thread.observer is not None:
            thread.observer.reads(self)
        data = self._data
        if self.op is None and data.__class__ is np.ndarray and not data.flags.writeable:
            data = self._data = data.copy()
        return data

    @data.setter
    def data(self, new: ArrayLike) -> None:
        if self.op is not None:
            raise GradientError(
                f"data of {self._label()}: this is the result of {self.op.name} and stays as "
                "computed; write into a leaf, or start a new one with Value(...)"
            )
        if thread.observer is not None:
            thread.observer.replaced(self)
        old = self._data
        if new.__class__ is np.float64 is old.__class__:
            self._data = new  # a single number, the quick way: scalar networks live here
        elif new is not old:
            array = np.array(new._seen() if isinstance(new, Value) else _numbers(new))
            if array.shape != old.shape:
                raise ShapeError(
                    f"data of {self._label()}: its shape is {old.shape}, the new data's is "
                    f"{array.shape}; make a new Value for a new shape"
                )
            array = array.astype(old.dtype, copy=False)
            self._data = array if array.ndim else array[()]
        self.seq = next_seq()

    def _seen(self) -> Any:
        """The numbers, for Python to look at."""
        if thread.observer is not None:
            thread.observer.reads(self)
        return self._data

    def _copied(self) -> Any:
        """The numbers, for a new Value."""
        return self._seen()

    def _freeze(self) -> None:
        """A recorded operation holds this array from now on."""
        data = self._data
        if data.__class__ is np.ndarray and data.flags.writeable:
            _set_writeable(data, False)

    @property
    def grad(self) -> Any:
        """d(loss)/d(this), of the same shape and dtype; None before any `backward` reached it."""
        if thread.observer is not None:
            thread.observer.reads(self)
        return self._grad

    @grad.setter
    def grad(self, new: ArrayLike | None) -> None:
        if thread.observer is not None:
            thread.observer.replaced(self)
        if new is None or isinstance(new, Value):
            self._grad = new
            return
        if new is self._grad:
            return
        if self._data.__class__ is np.float64 and new.__class__ in (int, float, np.float64):
            self._grad = np.float64(new)
            return
        new = _numbers(new)
        shape = np.shape(new)
        if shape not in ((), self.shape):
            raise ShapeError(
                f"grad of {self._label()}: needs shape {self.shape} like the data, got {shape}"
            )
        full = np.empty(self.shape, self.dtype)
        full[...] = new
        self._grad = full if full.ndim else full[()]

    @property
    def shape(self) -> tuple[int, ...]:
        return self._data.shape

    @property
    def dtype(self) -> np.dtype:
        return self._data.dtype

    @property
    def ndim(self) -> int:
        return self._data.ndim

    @property
    def size(self) -> int:
        return self._data.size

    @property
    def is_leaf(self) -> bool:
        """Made by hand, not by an operation."""
        return self.op is None

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The operands' numbers as they were when this result was computed from them."""
        if self.op is None:
            return ()
        if self.saved is None:
            return tuple(parent._data for parent in self.parents if parent is not None)
        return self.saved

    def item(self) -> float:
        """The one number of a Value of size 1, as a Python number."""
        return self._seen().item()

    def detach(self) -> Value:
        """The same numbers as a constant: no gradient flows through it."""
        from autograd.recorder import _leaf

        if thread.observer is not None:
            return thread.observer.detach(self)
        self._freeze()  # whoever writes first gets a copy, the other keeps these numbers
        return _leaf(self._data)

    def requires_grad_(self, flag: bool = True) -> Self:
        """Switch the gradient of a leaf on or off.

        Raises:
            NotDifferentiableError: for integers and booleans.
        """
        if flag and self.dtype.kind != "f":
            raise _not_differentiable(self._data, self.name)
        if self.op is not None and not flag:
            raise GradientError(
                f"requires_grad_ of {self._label()}: it is the result of {self.op.name}; "
                "use detach() for a constant with the same numbers"
            )
        self.requires_grad = flag
        return self

    # ---------------------------------------------------------------------------------- backprop

    def backward(
        self,
        gradient: ArrayLike | None = None,
        *,
        keep: Literal["all", "leaves"] = "all",
        create_graph: bool = False,
    ) -> None:
        """Send this Value's gradient back to everything it was computed from.

        Leaves add it to the `grad` they have; every other node that took part holds the latest
        pass's (`keep="leaves"` drops those, as training does).

        Args:
            gradient: what arrives at this Value, of its shape; 1 for a single number.
            create_graph: make the gradients Values, so that they can be differentiated again.

        Raises:
            GradientError: it is no single number and `gradient` is missing; nothing it depends on
                wants a gradient; a leaf was changed after it was used.

        >>> x = Value([1.0, 2.0], name="x")
        >>> (x * x).sum().backward()
        >>> x.grad
        array([2., 4.])
        """
        from autograd.backprop import backward

        backward(self, gradient, keep=keep, create_graph=create_graph)

    def register_hook(self, hook: Callable[[Any], Any]) -> Hook:
        """Call `hook(gradient)` whenever a reverse pass has this Value's gradient complete.

        Args:
            hook: may return another gradient of the same shape, which goes on in its place.

        Returns:
            A handle; `remove()` takes the hook away.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> handle = y.register_hook(lambda g: 10 * g)
        >>> (2 * y).backward()
        >>> y.grad, x.grad
        (np.float64(20.0), np.float64(120.0))
        >>> handle.remove()
        """
        from autograd.hooks import register

        return register(self, hook)

    # ------------------------------------------------------------------------ Python and NumPy

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"len of {self._label()}: it is a single number")
        return len(self._data)

    def __iter__(self) -> Iterator[Value]:
        return (self[i] for i in range(len(self)))

    def __float__(self) -> float:
        return float(self._single())

    def __int__(self) -> int:
        return int(self._single())

    def __bool__(self) -> bool:
        return bool(self._seen())

    def __index__(self) -> int:
        return operator.index(self._seen())

    def __format__(self, spec: str) -> str:
        return format(self._seen(), spec) if self.ndim == 0 and spec else format(repr(self), spec)

    def _single(self) -> Any:
        data = self._seen()
        if data.size != 1:
            raise TypeError(f"{self._label()} is not a single number; its shape is {self.shape}")
        return data.item()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from autograd.numpy_bridge import array_ufunc

        return array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from autograd.numpy_bridge import array_function

        return array_function(func, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.requires_grad:
            raise TypeError(
                f"{self._label()} would lose its gradient as a plain array; "
                "use .data if you want just the numbers, and autograd.stack for a list of Values"
            )
        return np.array(self._seen(), dtype=dtype, copy=copy)

    if not TYPE_CHECKING:  # a misspelt attribute stays an error for the type checker

        def __getattr__(self, name: str) -> Any:
            if name in _OFTEN_UNSET:  # asked for at every view: no need for a helpful message
                raise AttributeError(name)
            from autograd.habits import no_attribute

            raise AttributeError(no_attribute("Value", name), name=name, obj=self)

    def _label(self) -> str:
        if self.name:
            return repr(self.name)
        return f"Value of shape {self.shape}" if self.ndim else f"Value({_show(self._data)})"

    def _repr_html_(self) -> str:
        from autograd.viz.notebook import value_html

        return value_html(self)

    def __repr__(self) -> str:
        parts = [_show(self._seen())]
        if self.dtype.kind == "f" and self.dtype != np.float64 and self.ndim == 0:
            parts.append(f"dtype={self.dtype}")
        if self.name:
            parts.append(f"name={self.name!r}")
        if self._grad is not None:
            parts.append(f"grad={_show(getattr(self._grad, '_data', self._grad))}")
        return f"Value({', '.join(parts)})"


def _show(data: Any) -> str:
    if data.ndim == 0:
        return repr(data.item())
    return repr(data).removeprefix("array(").removesuffix(")")  # as wide as "Value("


def seen(x: Any) -> Any:
    """The numbers of x, for Python to look at and decide by: a trace takes note of it."""
    return x._seen() if isinstance(x, Value) else x


def as_array(x: Any, asked: str) -> np.ndarray:
    """`x` as an array of whatever it holds, or an error in the name of whoever `asked`."""
    if isinstance(x, (list, tuple)) and any(isinstance(v, Value) for v in x):
        raise TypeError(f"{asked}: got a list of Values; join them with autograd.stack")
    try:
        return np.asarray(x)
    except ValueError:
        raise ShapeError(f"{asked}: the rows of {x!r:.60} differ in length") from None


def _numbers(data: Any) -> Any:
    """`data` as an array of numbers, or a TypeError that says what it is."""
    array = as_array(data, "Value")
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"Value: expected real numbers, got {type(data).__name__} {data!r:.60} "
            f"(dtype {array.dtype})"
        )
    return array


def _not_differentiable(array: Any, name: str | None) -> NotDifferentiableError:
    label = f"{name!r} " if name else ""
    return NotDifferentiableError(
        f"Value {label}holds {array.dtype} numbers, and integers have no gradient; make it float: "
        f"Value({float(array.flat[0]) if array.size else 0.0}...)"
        if array.ndim
        else f"Value {label}holds the {array.dtype} {array.item()}, and integers have no gradient; "
        f"write Value({float(array)}) for a differentiable number"
    )
