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
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from autograd import Value
from autograd.recording import PAUSED, Scope, thread
from nn.training import Training


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


class Module(Training):
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
    _modules: dict[str, Module]
    _path: str

    def __init__(self) -> None:
        self.__dict__.update(
            training=True,
            _parameters={},  # by attribute name, in the order of assignment
            _modules={},
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
        outer = thread.scope
        if outer is PAUSED:
            return self.forward(*args, **kwargs)
        thread.scope = Scope(self._name, type(self).__name__, outer, 0)
        try:
            return self.forward(*args, **kwargs)
        finally:
            thread.scope = outer

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
                "or an attribute for each"
            )
        # A successor of the same kind keeps the place, so that layers stay in order.
        for registry, kind in (("_parameters", Parameter), ("_modules", Module)):
            if name in here.get(registry, ()) and not isinstance(value, kind):
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

    def __getattr__(self, name: str) -> Any:
        """Only reached for what is missing."""
        if name in ("_parameters", "_modules", "_name", "_path", "training"):
            raise AttributeError(_forgotten(self, name))
        if name in ("loss", "optimizer", "metrics"):
            raise AttributeError(
                f"{type(self).__name__} has no {name} yet: call "
                "model.compile(loss=..., optimizer='adam', metrics=['accuracy']) first"
            )
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
        )

    def _set_path(self, path: str) -> None:
        """Take a place in a larger network: the parameters are named after it."""
        self.__dict__["_path"] = path
        for name, p in self._parameters.items():
            p.name = f"{path}.{name}"
        for name, child in self._modules.items():
            child._set_path(f"{path}.{name}")

    # ---------------------------------------------------------------------------------- contents

    def children(self) -> Iterator[Module]:
        """The modules directly inside this one."""
        yield from dict.fromkeys(self._modules.values())

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

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its path, such as '0.weight'; a shared one once, where first met."""
        seen: set[Parameter] = set()
        for path, module in self.named_modules():
            for name, p in module._parameters.items():
                if p not in seen:
                    seen.add(p)
                    yield f"{path}.{name}" if path else name, p

    def parameters(self) -> list[Parameter]:
        """Every parameter once: what an optimiser steps."""
        return [p for _, p in self.named_parameters()]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for p in self.parameters():
            p._grad = None

    def train(self, mode: bool = True) -> Self:
        """Switch to training: dropout drops."""
        for module in self.modules():
            module.__dict__["training"] = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation: dropout lets everything pass."""
        return self.train(False)

    # ------------------------------------------------------------------------------------ weights

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter's numbers by path.

        >>> list(nn.Sequential(nn.Linear(3, 2)).state_dict())
        ['0.weight', '0.bias']
        """
        return {name: np.array(p._data) for name, p in self.named_parameters()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over numbers for every parameter; nothing changes unless all of them fit.

        Args:
            state: arrays by path, as `state_dict()` gives them; cast to each parameter's dtype.

        Raises:
            ValueError: a parameter is missing, unknown or of another shape; all are listed.
        """
        mine = dict(self.named_parameters())
        arrays = {name: np.asarray(getattr(a, "_data", a)) for name, a in state.items()}
        problems = [f"missing: {name} {p.shape}" for name, p in mine.items() if name not in arrays]
        problems += [
            f"unexpected: {name} {a.shape}" for name, a in arrays.items() if name not in mine
        ]
        problems += [
            f"shape: {name} is {p.shape} here, {arrays[name].shape} there"
            for name, p in mine.items()
            if name in arrays and arrays[name].shape != p.shape
        ]
        if problems:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the weights do not fit this model:\n"
                + "\n".join(f"  {problem}" for problem in problems)
            )
        for name, p in mine.items():
            p.data = arrays[name]

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


def _forgotten(module: Module, name: str) -> str:
    return (
        f"{type(module).__name__}.{name}: the module is not initialised; call super().__init__() "
        f"first in {type(module).__name__}.__init__"
    )
