"""Summary: a model's layers, what comes out of each, and how many numbers it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import no_grad
from nn.mode import mode
from nn.preparation import inputs

if TYPE_CHECKING:
    from nn.module import Module


def table(model: Any, input_shape: tuple[int, ...] | None = None) -> str:
    """A line for each layer: path and kind, output shape, number of parameters.

    Args:
        model: any module.
        input_shape: of one example, without the batch axis; taken from the first layer if that
            knows its `in_features`. Without it the output shapes stay open.
    """
    if input_shape is None:
        input_shape = _known_input(model)
    shapes = {} if input_shape is None else _output_shapes(model, tuple(input_shape))
    rows = [("layer", "output shape", "parameters")]
    for path, module in model.named_modules():
        if module._modules or (not path and not module._parameters):
            continue
        own = sum(p.size for p in module._parameters.values())
        label = f"{path}  {type(module).__name__}".strip()
        rows.append((label, shapes.get(module, "?"), f"{own:,}"))
    width, middle, right = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"{a:<{width}}  {b:<{middle}}  {c:>{right}}" for a, b, c in rows]
    rule = "─" * len(lines[0])
    return "\n".join([type(model).__name__, rule, lines[0], rule, *lines[1:], rule, _total(model)])


def _total(model: Module) -> str:
    parameters = model.parameters()
    count = sum(p.size for p in parameters)
    fixed = sum(p.size for p in parameters if not p.requires_grad)
    kind = f"{fixed:,} of them fixed" if fixed else "all of them learned"
    kilobytes = sum(p._data.nbytes for p in parameters) / 1024
    return f"{count:,} parameters, {kind} ({kilobytes:,.1f} KB)"


def _known_input(model: Module) -> tuple[int, ...] | None:
    for module in model.modules():
        if not module._modules:
            features = getattr(module, "in_features", None)
            return None if features is None else (features,)
    return None


def _output_shapes(model: Any, input_shape: tuple[int, ...]) -> dict[Module, str]:
    """What comes out of every module when one example of zeros goes in."""
    shapes: dict[Module, str] = {}

    def watched(module: Module) -> Any:
        forward = module.forward

        def run(*args: Any, **kwargs: Any) -> Any:
            out = forward(*args, **kwargs)
            shapes[module] = _show(np.shape(out))
            return out

        return run

    modules = list(model.modules())
    try:
        for module in modules:
            module.__dict__["forward"] = watched(module)
        with mode(model, training=False), no_grad():
            model(inputs(model, np.zeros((1, *input_shape)), "summary"))
    finally:
        for module in modules:
            del module.__dict__["forward"]
    return shapes


def _show(shape: tuple[int, ...]) -> str:
    return f"({', '.join(['batch', *map(str, shape[1:])])})"
