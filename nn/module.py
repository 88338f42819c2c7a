"""Module and Parameter: what a layer is made of, and how layers make a network.

A module is a function with weights. Assign parameters and other modules as attributes and write
`forward`; the rest (finding all parameters, naming them, saving them, training) follows from that:

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(2, 8)
            self.out = nn.Linear(8, 1)

        def forward(self, x):
            return self.out(autograd.relu(self.hidden(x)))
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from autograd import ShapeError, Value
from autograd.recording import PAUSED, Scope, thread
from autograd.value import next_seq
from nn.habits import no_attribute
from nn.hooks import Handle
from nn.placing import Placing, is_cpu
from nn.state import State
from nn.training import Training
from optim.names import unknown


class Parameter(Value):
    """A Value that a module learns; assigned as an attribute, it is named after its place.

    Args:
        data: numbers of any shape; a floating dtype.
        name: what errors and pictures call it until a module names it.
        requires_grad: False for numbers that are kept with the weights but not learned.

    Raises:
        NotDifferentiableError: `data` holds integers or booleans.

    >>> nn.Parameter([0.5, -0.5], name="w")
    Value([ 0.5, -0.5], name='w')
    """

    __slots__ = ()

    def __init__(self, data: Any, name: str | None = None, requires_grad: bool = True) -> None:
        super().__init__(data, name, requires_grad=requires_grad)


class Module(Training, State, metaclass=Placing):
    """The base of every layer and network: subclass it and write `forward`.

    Calling a module runs `forward` and records the operations inside as belonging to it, so that
    pictures can draw it as a box. Training (`compile`, `fit`, `evaluate`, `predict`), `summary`,
    `save` and `load` come with it.

    >>> layer = nn.Linear(3, 2)
    >>> [(name, p.shape) for name, p in layer.named_parameters()]
    [('weight', (2, 3)), ('bias', (2,))]
    """

    training: bool
    _parameters: dict[str, Parameter]
    _buffers: dict[str, Value]
    _transient: set[str]
    _modules: dict[str, Module]
    _hooks: dict[Handle, tuple[bool, Callable[..., Any]]]
    _path: str

    def __init__(self) -> None:
        self.__dict__.update(
            training=True,
            _parameters={},  # by attribute name, in the order of assignment
            _buffers={},  # numbers kept with the weights but never learned
            _transient=set(),  # the names of buffers that stay out of state_dict
            _modules={},
            _hooks={},  # handle: (whether it runs before forward, the function)
            _name="",  # the attribute of the parent that holds this module
            _path="",  # the same from the outermost module on, such as 'encoder.0'
        )

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The module's function; every subclass has its own."""
        raise NotImplementedError(
            f"{type(self).__name__} has no forward yet: write def forward(self, x), "
            "which returns the output"
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # recording.scope, written out: this runs for every layer on every step.
        forward = self._forward_with_hooks if self._hooks else self.forward
        if thread.observer is not None:
            thread.observer.entered(self)
        outer = thread.scope
        if outer is PAUSED:
            return forward(*args, **kwargs)
        thread.scope = Scope(self._name, type(self).__name__, outer, 0)
        try:
            return forward(*args, **kwargs)
        finally:
            thread.scope = outer

    # ------------------------------------------------------------------------------------- hooks

    def register_forward_pre_hook(self, hook: Callable[[Any, tuple[Any, ...]], Any]) -> Handle:
        """Have `hook(module, args)` run before every forward.

        Args:
            hook: gets the positional arguments; returns None, or what to give `forward` instead.

        >>> layer = nn.ReLU()
        >>> with layer.register_forward_pre_hook(lambda module, args: -args[0]):
        ...     layer(Value([-1.0]))
        Value([1.])
        """
        return self._hook(True, hook)

    def register_forward_hook(self, hook: Callable[[Any, tuple[Any, ...], Any], Any]) -> Handle:
        """Have `hook(module, args, output)` run after every forward.

        Args:
            hook: returns None, or what the call should return instead of `output`.

        >>> shapes = []
        >>> layer = nn.Linear(3, 2)
        >>> handle = layer.register_forward_hook(lambda m, args, out: shapes.append(out.shape))
        >>> _ = layer(np.ones((5, 3)))
        >>> handle.remove()
        >>> shapes
        [(5, 2)]
        """
        return self._hook(False, hook)

    def _hook(self, before: bool, hook: Callable[..., Any]) -> Handle:
        if not callable(hook):
            raise TypeError(f"{self._label()}: a hook is a function, got {hook!r:.60}")
        handle = Handle(self._hooks)
        self._hooks[handle] = (before, hook)
        return handle

    def _forward_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        hooks = list(self._hooks.values())
        for before, hook in hooks:
            if before and (new := hook(self, args)) is not None:
                args = new if isinstance(new, tuple) else (new,)
        out = self.forward(*args, **kwargs)
        for before, hook in hooks:
            if not before and (new := hook(self, args, out)) is not None:
                out = new
        return out

    # -------------------------------------------------------------------------------- attributes

    def __setattr__(self, name: str, value: Any) -> None:
        here = self.__dict__
        if isinstance(value, (Parameter, Module)):
            if "_parameters" not in here:
                raise AttributeError(_forgotten(self, name))
        elif isinstance(value, (list, tuple)) and any(
            isinstance(v, (Parameter, Module)) for v in value
        ):
            raise TypeError(
                f"{type(self).__name__}.{name}: modules and parameters inside a "
                f"{type(value).__name__} would never be trained; use nn.Sequential(*layers), "
                "nn.ModuleList(layers), nn.ParameterList(parameters), or an attribute for each"
            )
        elif name in here.get("_buffers", ()) and value is not None:
            value = _buffer(value)
            here["_buffers"][name] = value
            self._set_path(self._path)
        # A successor of the same kind keeps the place, so that layers stay in order.
        kinds = (("_parameters", Parameter), ("_modules", Module), ("_buffers", Value))
        for registry, kind in kinds:
            if name in here.get(registry, ()) and (
                not isinstance(value, kind) or (kind is Value and isinstance(value, Parameter))
            ):
                del here[registry][name]
        object.__setattr__(self, name, value)
        if isinstance(value, Parameter):
            here["_parameters"][name] = value
            value.name = f"{self._path}.{name}" if self._path else name
        elif isinstance(value, Module):
            here["_modules"][name] = value
            value.__dict__["_name"] = name
            value._set_path(f"{self._path}.{name}" if self._path else name)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._parameters.pop(name, None)
        self._modules.pop(name, None)
        self._buffers.pop(name, None)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Assign a parameter by name; None keeps the attribute free of one."""
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"{self._label()}.register_parameter: {name!r} must be an nn.Parameter or None, "
                f"got {type(param).__name__}; write nn.Parameter(...)"
            )
        setattr(self, name, param)

    def register_buffer(self, name: str, value: Any, persistent: bool = True) -> None:
        """Keep numbers with the module that are not learned, such as running statistics.

        Args:
            name: the attribute they get, a Value without gradient.
            value: numbers of any shape and dtype, or None.
            persistent: whether `state_dict` lists them.

        Raises:
            KeyError: the module has another attribute of that name.

        >>> layer = nn.Linear(2, 1)
        >>> layer.register_buffer("seen", np.zeros(2))
        >>> list(layer.state_dict())
        ['weight', 'bias', 'seen']
        """
        if hasattr(self, name) and name not in self._buffers:
            raise KeyError(f"{self._label()}.register_buffer: there is already a {name!r}")
        if value is None:
            object.__setattr__(self, name, None)
            return
        self._buffers[name] = _buffer(value)
        (self._transient.discard if persistent else self._transient.add)(name)
        setattr(self, name, self._buffers[name])

    def __getattr__(self, name: str) -> Any:
        """Only reached for what is missing."""
        if name in ("_parameters", "_buffers", "_modules", "_hooks", "_name", "_path", "training"):
            raise AttributeError(_forgotten(self, name))
        if name in ("loss", "optimizer", "metrics"):
            raise AttributeError(
                f"{type(self).__name__} has no {name} yet: call "
                "model.compile(loss=..., optimizer='adam', metrics=['accuracy']) first"
            )
        raise AttributeError(no_attribute(type(self).__name__, name), name=name, obj=self)

    def _set_path(self, path: str) -> None:
        """Take a place in a larger network: the parameters are named after it."""
        self.__dict__["_path"] = path
        for name, p in self._parameters.items():
            p.name = f"{path}.{name}" if path else name
        for name, b in self._buffers.items():
            b.name = f"{path}.{name}" if path else name
        for name, child in self._modules.items():
            child._set_path(f"{path}.{name}" if path else name)

    # ---------------------------------------------------------------------------------- contents

    def children(self) -> Iterator[Module]:
        """The modules directly inside this one."""
        yield from dict.fromkeys(self._modules.values())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside this one with their names, each once."""
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module not in seen:
                seen.add(module)
                yield name, module

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module (as '') and all inside it with their paths, outermost first, each once."""
        seen: set[Module] = set()
        stack: list[tuple[str, Module]] = [("", self)]
        while stack:
            path, module = stack.pop()
            if module in seen:
                continue
            seen.add(module)
            yield path, module
            inside = [(f"{path}.{n}" if path else n, m) for n, m in module._modules.items()]
            stack.extend(reversed(inside))

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_parameters(
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its path, such as '0.weight'; a shared one once, where first met.

        Args:
            prefix: the path of this module itself.
            recurse: False leaves out those of the modules inside.
        """
        seen: set[Parameter] = set()
        for path, module in self.named_modules() if recurse else [("", self)]:
            place = ".".join(part for part in (prefix, path) if part)
            for name, p in module._parameters.items():
                if p not in seen:
                    seen.add(p)
                    yield f"{place}.{name}" if place else name, p

    def parameters(self, recurse: bool = True) -> list[Parameter]:
        """Every parameter once: what an optimiser steps; recurse=False leaves out those inside."""
        return [p for _, p in self.named_parameters(recurse=recurse)]

    def named_buffers(self) -> Iterator[tuple[str, Value]]:
        """Every buffer with its path, such as '1.running_mean', each once."""
        seen: set[Value] = set()
        for path, module in self.named_modules():
            for name, b in module._buffers.items():
                if b not in seen:
                    seen.add(b)
                    yield f"{path}.{name}" if path else name, b

    def buffers(self) -> list[Value]:
        """Every buffer once."""
        return [b for _, b in self.named_buffers()]

    def get_submodule(self, target: str) -> Module:
        """The module of that path, such as 'encoder.0'; this one for ''.

        Raises:
            AttributeError: there is none; the message lists the paths there are.

        >>> nn.Sequential(nn.Linear(3, 2)).get_submodule("0")
        Linear(in_features=3, out_features=2, bias=True)
        """
        return _found(self, "module", target, dict(self.named_modules()))

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of that path, such as 'encoder.0.weight'.

        Raises:
            AttributeError: there is none; the message lists the paths there are.
        """
        return _found(self, "parameter", target, dict(self.named_parameters()))

    def get_buffer(self, target: str) -> Value:
        """The buffer of that path, such as '1.running_mean'.

        Raises:
            AttributeError: there is none; the message lists the paths there are.
        """
        return _found(self, "buffer", target, dict(self.named_buffers()))

    def add_module(self, name: str, module: Module) -> None:
        """Assign a module by name."""
        if not isinstance(module, Module):
            raise TypeError(
                f"{self._label()}.add_module: {name!r} must be a module, got "
                f"{type(module).__name__} {module!r:.60}"
            )
        setattr(self, name, module)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` with every module inside, innermost first, and with this one last.

        >>> def start_at_zero(module):
        ...     if isinstance(module, nn.Linear):
        ...         nn.init.zeros_(module.bias)
        >>> nn.Sequential(nn.Linear(2, 2)).apply(start_at_zero)[0].bias.data
        array([0., 0.], dtype=float32)
        """
        for module in reversed(list(self.modules())):
            fn(module)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Learn every parameter, or (with False) freeze them all."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def to(self, *given: Any, device: Any = None, dtype: Any = None) -> Self:
        """Turn every parameter and every buffer of floats into a dtype; gradients are forgotten.

        Do it before you make the optimiser, which lays out its memory for one dtype.

        Args:
            given: a floating dtype; or, as PyTorch's programs say it, a device, or both.
            device: 'cpu', if anything: arrays are NumPy's.
            dtype: the same as a dtype given alone.

        Raises:
            TypeError: the dtype is no floating one.
            ValueError: the device is another one.

        >>> nn.Linear(3, 2).to(np.float64).weight.dtype
        dtype('float64')
        """
        asked = [x for x in (*given, device, dtype) if x is not None and not is_cpu(x)]
        for dtype in map(np.dtype, asked):
            if dtype.kind != "f":
                raise TypeError(f"{self._label()}.to: weights are floats, got dtype {dtype}")
            for value in (*self.parameters(), *self.buffers()):
                if value.dtype.kind == "f":
                    value._data = value._data.astype(dtype)
                    value._grad = None
                    value.seq = next_seq()
        return self

    def cpu(self) -> Self:
        """The module itself, for the sake of programs that say it."""
        return self

    def half(self) -> Self:
        """All numbers in float16."""
        return self.to(np.float16)

    def float(self) -> Self:
        """All numbers in float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """All numbers in float64."""
        return self.to(np.float64)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; set_to_none=False makes them zeros."""
        for p in self.parameters():
            p._grad = None if set_to_none else np.zeros(p.shape, p.dtype)[()]

    def train(self, mode: bool = True) -> Self:
        """Switch to training: dropout drops."""
        for module in self.modules():
            module.__dict__["training"] = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation: dropout lets everything pass."""
        return self.train(False)

    # --------------------------------------------------------------------------------------- repr

    def extra_repr(self) -> str:
        """What stands between the parentheses of a layer's repr."""
        return ""

    def __repr__(self) -> str:
        kind = type(self).__name__
        if not self._modules:
            return f"{kind}({self.extra_repr()})"
        lines = [f"({name}): {child!r}" for name, child in self._modules.items()]
        return f"{kind}(\n{textwrap.indent(chr(10).join(lines), '  ')}\n)"

    def _label(self) -> str:
        """What errors call this module: its kind and, inside another one, its path."""
        return f"{type(self).__name__} {self._path!r}" if self._path else type(self).__name__

    def _located(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """operation(...), where what the engine finds wrong comes with this module's path."""
        try:
            return operation(*args, **kwargs)
        except ShapeError as error:
            raise ShapeError(f"{self._label()}: {error}") from None


def _found(module: Module, what: str, path: str, known: dict[str, Any]) -> Any:
    if path not in known:
        raise AttributeError(str(unknown(f"{module._label()}: {what}", path, known)))
    return known[path]


def _buffer(value: Any) -> Value:
    return value if isinstance(value, Value) else Value(value, requires_grad=False)


def _forgotten(module: Module, name: str) -> str:
    return (
        f"{type(module).__name__}.{name}: the module is not initialised; call super().__init__() "
        f"first in {type(module).__name__}.__init__"
    )
