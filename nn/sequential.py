"""Sequential: layers one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nn.module import Module


class Sequential(Module):
    """A network that passes its input through each layer in turn.

    Args:
        layers: modules; the output of each is the input of the next.

    Raises:
        TypeError: something is no module, such as a class whose parentheses were forgotten.

    >>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *layers: Module) -> None:
        super().__init__()
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(_not_a_layer(i, layer))
            setattr(self, str(i), layer)

    def forward(self, x: Any) -> Any:
        for layer in self._modules.values():
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __getitem__(self, index: int) -> Module:
        """The layer at a place, counted from 0, or from the end with a negative index.

        Raises:
            IndexError: there is no such layer.
        """
        try:
            return list(self._modules.values())[index]
        except IndexError:
            raise IndexError(
                f"Sequential: there is no layer {index}, it has {len(self)} (from 0)"
            ) from None


def _not_a_layer(i: int, layer: Any) -> str:
    if isinstance(layer, type) and issubclass(layer, Module):
        return f"Sequential: layer {i} is the class {layer.__name__}; write {layer.__name__}()"
    if isinstance(layer, (list, tuple)):
        return f"Sequential: layer {i} is a {type(layer).__name__}; write nn.Sequential(*layers)"
    return f"Sequential: layer {i} must be a module, got {type(layer).__name__} {layer!r:.60}"
