"""Summary: a model's layers, what comes out of each, and how many numbers it learns.

Output shapes are found by sending zeros through the model twice, with other numbers of examples and
of time steps: an axis that changed with them is called after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import no_grad
from nn.mode import mode
from nn.preparation import inputs
from nn.step import call

if TYPE_CHECKING:
    from nn.module import Module

#: How long the axes without a size of their own are, the first time and the second.
PROBES = {"batch": (2, 3), "time": (5, 7)}
#: Shape of an input: sizes and names of axes; and whether it holds integers.
Input = tuple[tuple[Any, ...], bool]


def table(model: Any, input_shape: Any = None) -> str:
    """A line for each layer: path and kind, output shape, number of parameters.

    Args:
        model: any module.
        input_shape: of one example, without the batch axis; a list of them for a model of several
            inputs. By default what the model was last trained or used with, or what its first
            layer says of its input. Where nothing is known the output shapes stay open.
    """
    shapes = _output_shapes(model, input_shape)
    rows = [("layer", "output shape", "parameters")]
    for path, module in model.named_modules():
        own = list(module._parameters.values())
        if not own and (module._modules or not path):
            continue
        count = sum(p.size for p in own)
        fixed = " frozen" if count and not any(p.requires_grad for p in own) else ""
        label = f"{path}  {type(module).__name__}".strip()
        rows.append((label, shapes.get(module, "?"), f"{count:,}{fixed}"))
    width, middle, right = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"{a:<{width}}  {b:<{middle}}  {c:>{right}}" for a, b, c in rows]
    rule = "─" * len(lines[0])
    parts = [type(model).__name__, rule, lines[0], rule, *lines[1:], rule, _total(model)]
    if any(row[1] == "?" for row in rows):
        parts.append("?: give summary(input_shape=...), the shape of one example")
    return "\n".join(parts)


def _total(model: Module) -> str:
    parameters = model.parameters()
    count = sum(p.size for p in parameters)
    fixed = sum(p.size for p in parameters if not p.requires_grad)
    kind = f"{count - fixed:,} learned, {fixed:,} frozen" if fixed else "all of them learned"
    kilobytes = sum(p._data.nbytes for p in parameters) / 1024
    kept = sum(b.size for b in model.buffers())
    buffers = f"; {kept:,} numbers kept beside them" if kept else ""
    return f"{count:,} parameters, {kind} ({kilobytes:,.1f} KB){buffers}"


# ------------------------------------------------------------------------------------ output shapes


def _output_shapes(model: Any, input_shape: Any) -> dict[Module, str]:
    """What comes out of every module."""
    given = input_shape is not None
    asked = _given(model, input_shape) if given else _known_inputs(model)
    if asked is None:
        return {}
    try:
        first, second = (_run(model, asked, i) for i in (0, 1))
    except Exception:
        if given:  # otherwise it was only a guess
            raise
        return {}
    return {module: _named(out, second.get(module)) for module, out in first.items()}


def _given(model: Any, input_shape: Any) -> list[Input]:
    several = bool(input_shape) and isinstance(input_shape[0], (tuple, list))
    shapes = input_shape if several else [input_shape]
    whole = hasattr(next(_leaves(model)), "num_embeddings")
    return [(("batch", *shape), whole) for shape in shapes]


def _known_inputs(model: Any) -> Any:
    """Those the model saw last, or what its first layers say."""
    seen = model.__dict__.get("_seen")
    if seen is not None:
        return seen
    for module in model.modules():
        features = getattr(module, "in_features", getattr(module, "num_features", None))
        if hasattr(module, "num_embeddings"):
            return [(("batch", "time"), True)]
        if hasattr(module, "in_channels"):
            return None
        if hasattr(module, "batch_first"):  # recurrent, or attention
            order = ("batch", "time") if module.batch_first else ("time", "batch")
            size = getattr(module, "input_size", None) or module.embed_dim
            return [((*order, size), False)]
        if hasattr(module, "input_size"):  # a recurrent cell
            return [(("batch", module.input_size), False)]
        if features is not None:
            return [(("batch", features), False)]
        if hasattr(module, "normalized_shape"):
            return [(("batch", *module.normalized_shape), False)]
    return None


def _leaves(model: Any) -> Iterator[Any]:
    return (module for module in model.modules() if not module._modules)


def _run(model: Any, asked: Any, probe: int) -> dict[Module, Any]:
    """The shapes of what every module returns when zeros go in."""
    shapes: dict[Module, Any] = {}

    def watched(module: Module) -> Any:
        forward = module.forward

        def run(*args: Any, **kwargs: Any) -> Any:
            out = forward(*args, **kwargs)
            shapes[module] = _shapes(out)
            return out

        return run

    def zeros(one: Input) -> np.ndarray:
        shape, whole = one
        size = tuple(PROBES[n][probe] if isinstance(n, str) else n for n in shape)
        return np.zeros(size, np.int64 if whole else np.float32)

    if isinstance(asked, dict):
        x: Any = {name: zeros(one) for name, one in asked.items()}
    else:
        x = zeros(asked[0]) if len(asked) == 1 else tuple(map(zeros, asked))
    modules = list(model.modules())
    try:
        for module in modules:
            module.__dict__["forward"] = watched(module)
        with mode(model, training=False), no_grad():
            call(model, inputs(model, x, "summary"))
    finally:
        for module in modules:
            del module.__dict__["forward"]
    return shapes


def _shapes(out: Any) -> Any:
    """The shape of an output, or a tuple of those of several; None where there is nothing."""
    if isinstance(out, (tuple, list)):
        return [_shapes(part) for part in out]
    return None if out is None else tuple(np.shape(out))


def _named(first: Any, second: Any) -> str:
    """Shapes as text: what differs between the two runs is called after what caused it."""
    if first is None or second is None:
        return "-"
    if isinstance(first, list):
        return ", ".join(_named(a, b) for a, b in zip(first, second, strict=True))
    return f"({', '.join(map(_axis, first, second))}{',' * (len(first) == 1)})"


def _axis(first: int, second: int) -> str:
    if first == second:
        return str(first)
    names = {sizes: name for name, sizes in PROBES.items()}
    both = tuple(a * b for a, b in zip(*PROBES.values(), strict=True))
    names[both] = "batch·time"
    for (a, b), name in names.items():
        if first * b == second * a and first % a == 0:
            return name if first == a else f"{first // a}·{name}"
    return "…"
