"""Sequential: layers one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn.containers import Row
from nn.module import Module


class Sequential(Row):
    """A network that passes its input through each layer in turn.

    It works like a list: `model[0]`, `model[:-1]`, `append`, `insert`, `extend`, `pop`.

    Args:
        layers: modules; the output of each is the input of the next. Or one dictionary, whose
            names they get.

    Raises:
        TypeError: something is no module, such as a class whose parentheses were forgotten.

    >>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *layers: Module | Mapping[str, Module]) -> None:
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], Mapping):
            named: dict[str, Any] = dict(layers[0])
        else:
            named = {str(i): layer for i, layer in enumerate(layers)}
        for name, layer in named.items():
            setattr(self, name, self._checked(name, layer))

    def forward(self, x: Any) -> Any:
        for layer in self._modules.values():
            try:
                x = layer(x)
            except TypeError:
                if not isinstance(x, tuple):
                    raise
                raise TypeError(
                    f"{layer._label()}: the layer before it returns a tuple of {len(x)} (recurrent "
                    "layers: outputs and state), but one array is needed; write a module whose "
                    "forward takes the first: out, state = lstm(x)"
                ) from None
        return x
