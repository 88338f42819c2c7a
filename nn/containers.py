"""Containers: modules and parameters in lists and dictionaries, where training finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from nn.module import Module, Parameter


class Row(Module):
    """What Sequential and ModuleList have in common: modules in an order, used like a list."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __getitem__(self, index: Any) -> Any:
        """The module at a place (negative: from the end); of a slice, a row of the same modules.

        Raises:
            IndexError: there is no such module.
        """
        if not isinstance(index, slice):
            return self._modules[self._key(index)]
        part = type(self)()
        for name, module in list(self._modules.items())[index]:
            # The modules stay where they are, so they keep the names of their place there.
            part.__dict__[name] = part._modules[name] = module
        return part

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._key(index), self._checked(index, module))

    def __delitem__(self, index: int) -> None:
        rest = list(self)
        del rest[self._place(index)]
        self._become(rest)

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        place = len(self)
        while str(place) in self._modules:
            place += 1
        setattr(self, str(place), self._checked(len(self), module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`; all are numbered anew."""
        modules = list(self)
        modules.insert(index, self._checked(index, module))
        self._become(modules)
        return self

    def pop(self, index: int = -1) -> Module:
        """Take out the module at `index` and return it."""
        module: Module = self[index]
        del self[index]
        return module

    def _become(self, modules: list[Module]) -> None:
        for name in list(self._modules):
            delattr(self, name)
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def _place(self, index: int) -> int:
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"{type(self).__name__}: there is no layer {index}, it has {len(self)} (from 0)"
            )
        return index % len(self)

    def _key(self, index: int) -> str:
        return list(self._modules)[self._place(index)]

    def _checked(self, place: object, layer: Any) -> Module:
        if isinstance(layer, Module):
            return layer
        kind = type(self).__name__
        if isinstance(layer, type) and issubclass(layer, Module):
            raise TypeError(
                f"{kind}: layer {place} is the class {layer.__name__}; write {layer.__name__}()"
            )
        if isinstance(layer, (list, tuple)):
            raise TypeError(
                f"{kind}: layer {place} is a {type(layer).__name__}; write nn.Sequential(*layers)"
            )
        raise TypeError(
            f"{kind}: layer {place} must be a module, got {type(layer).__name__} {layer!r:.60}"
        )


class ModuleList(Row):
    """Modules in a list; it has no forward, the module that holds it calls them as it likes.

    Args:
        modules: any iterable of modules.

    >>> layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    >>> len(layers.append(nn.ReLU())), [name for name, _ in layers.named_parameters()][:2]
    (4, ['0.weight', '0.bias'])
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)


class ModuleDict(Module):
    """Modules by name; like ModuleList without a forward.

    Args:
        modules: a mapping of names to modules.

    >>> heads = nn.ModuleDict({"left": nn.Linear(2, 1), "right": nn.Linear(2, 3)})
    >>> heads["right"](np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Mapping[str, Module]) -> None:
        """Add or replace several."""
        for name, module in modules.items():
            self[name] = module

    def __getitem__(self, name: str) -> Module:
        if name not in self._modules:
            have = ", ".join(self._modules) or "nothing"
            raise KeyError(f"{self._label()}: there is no {name!r}; it has {have}")
        return self._modules[name]

    def __setitem__(self, name: str, module: Module) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"{self._label()}: {name!r} must be a module, got {module!r:.60}")
        if not isinstance(name, str) or not name or "." in name or hasattr(type(self), name):
            raise KeyError(f"{self._label()}: {name!r} cannot be the name of a module")
        setattr(self, name, module)

    def __delitem__(self, name: str) -> None:
        self[name]
        delattr(self, name)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def keys(self) -> Iterable[str]:
        """The names, in order."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The modules, in order."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Names and modules, in order."""
        return self._modules.items()


class ParameterList(Module):
    """Parameters in a list.

    Args:
        parameters: Parameters, or numbers to make them from.

    >>> nn.ParameterList([np.ones(2), np.zeros(3)])[1]
    Value([0., 0., 0.], name='1')
    """

    def __init__(self, parameters: Iterable[Any] = ()) -> None:
        super().__init__()
        self.extend(parameters)

    def append(self, parameter: Any) -> Self:
        """Add a parameter at the end."""
        if not isinstance(parameter, Parameter):
            parameter = Parameter(parameter)
        setattr(self, str(len(self)), parameter)
        return self

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __getitem__(self, index: int) -> Parameter:
        return list(self._parameters.values())[index]

    def extend(self, parameters: Iterable[Any]) -> Self:
        """Add several parameters at the end."""
        for p in parameters:
            self.append(p)
        return self


class ParameterDict(Module):
    """Parameters by name.

    Args:
        parameters: a mapping of names to Parameters, or to numbers to make them from.

    >>> scales = nn.ParameterDict({"left": np.ones(2), "right": np.zeros(3)})
    >>> scales["right"], list(scales.keys())
    (Value([0., 0., 0.], name='right'), ['left', 'right'])
    """

    def __init__(self, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.update(parameters or {})

    def update(self, parameters: Mapping[str, Any]) -> None:
        """Add or replace several."""
        for name, parameter in parameters.items():
            self[name] = parameter

    def __getitem__(self, name: str) -> Parameter:
        if name not in self._parameters:
            have = ", ".join(self._parameters) or "nothing"
            raise KeyError(f"{self._label()}: there is no {name!r}; it has {have}")
        return self._parameters[name]

    def __setitem__(self, name: str, parameter: Any) -> None:
        if not isinstance(name, str) or not name or "." in name or hasattr(type(self), name):
            raise KeyError(f"{self._label()}: {name!r} cannot be the name of a parameter")
        setattr(self, name, parameter if isinstance(parameter, Parameter) else Parameter(parameter))

    def __delitem__(self, name: str) -> None:
        self[name]
        delattr(self, name)

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def keys(self) -> Iterable[str]:
        """The names, in order."""
        return self._parameters.keys()

    def values(self) -> Iterable[Parameter]:
        """The parameters, in order."""
        return self._parameters.values()

    def items(self) -> Iterable[tuple[str, Parameter]]:
        """Names and parameters, in order."""
        return self._parameters.items()
