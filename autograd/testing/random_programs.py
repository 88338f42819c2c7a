"""Random programs: whole graphs of registered primitives, written out as the code that makes them.

    @given(programs())
    def test_my_transform_agrees(program):
        loss = program(*program.leaves)

A program has reuse, broadcasting, indexing, reductions, products and writes in place, and is smooth
around its leaves, so that finite differences apply. Its repr is a Python script: what Hypothesis
shrinks a failure to is the smallest one that still fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd
from autograd.primitive import Primitive, registry
from autograd.testing.samples.draws import Draw

LEAF_SHAPES = [(), (2,), (3, 2), (1, 2), (3, 1)]
_LIMIT = 64  # elements of an intermediate array


class Program:
    """A function of some arrays that returns one number, with arrays to call it on.

    >>> program = Program([np.array([1.0, 2.0])], ["b = a * a", "loss = autograd.sum(b)"])
    >>> program
    import numpy as np, autograd
    a = np.array([1.0, 2.0])
    b = a * a
    loss = autograd.sum(b)
    >>> autograd.grad(program)(*program.leaves)
    array([2., 4.])
    """

    def __init__(self, leaves: list[np.ndarray], lines: list[str]) -> None:
        self.leaves = leaves
        self.lines = lines
        self._code = compile("\n".join(lines), "<random program>", "exec")

    def __call__(self, *leaves: Any) -> Any:
        names: dict[str, Any] = {"np": np, "autograd": autograd}
        names.update(zip(map(_name, range(len(leaves))), leaves, strict=True))
        exec(self._code, names)
        return names["loss"]

    def __repr__(self) -> str:
        given = [f"{_name(i)} = np.array({x.tolist()})" for i, x in enumerate(self.leaves)]
        return "\n".join(["import numpy as np, autograd", *given, *self.lines])


def programs(max_steps: int = 8) -> st.SearchStrategy[Program]:
    """Whole random programs, as a Hypothesis strategy.

    Args:
        max_steps: how many operations at the most, besides the sum at the end.

    >>> import hypothesis
    >>> tiny = hypothesis.find(programs(), lambda program: True)
    >>> len(tiny.leaves)
    1
    """
    return _programs(max_steps)


@st.composite
def _programs(draw: Draw, max_steps: int) -> Program:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = draw(st.lists(st.sampled_from(LEAF_SHAPES), min_size=1, max_size=3))
    leaves = [np.asarray(rng.uniform(-1.5, 1.5, shape).round(3)) for shape in shapes]
    values: dict[str, Any] = {_name(i): leaf for i, leaf in enumerate(leaves)}
    lines: list[str] = []
    for _ in range(draw(st.integers(1, max_steps))):
        step = draw(st.sampled_from(_STEPS))
        name = _name(len(values))
        written = step(draw, values, name)
        if written is None:
            continue
        here: dict[str, Any] = {"np": np, "autograd": autograd, **values}
        exec("\n".join(written), here)
        values[name] = here[name]
        lines += written
    results = list(values)[-3:]
    lines.append(f"loss = {' + '.join(f'autograd.sum({name})' for name in results)}")
    return Program(leaves, lines)


def _name(i: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[i] if i < 26 else f"v{i}"


# ---------------------------------------------------------------------------------------- steps

Step = Callable[[Draw, dict[str, Any], str], list[str] | None]


def _elementwise() -> list[Primitive]:
    """Every registered operation that says with an interval where it is smooth."""
    return [
        op
        for _, op in sorted(registry.items())
        if op.jvp == "elementwise"
        and op.builtin
        and not isinstance(op.samples, str)
        and hasattr(autograd, op.name)
        and not op.params
        and op.name != "binary_cross_entropy"  # its target does not broadcast
    ]


def _into(domain: Any, name: str) -> str:
    """The operand, brought into the operation's domain."""
    low, high = domain[-1] if isinstance(domain, list) else domain
    if (low, high) == (-2.0, 2.0):
        return f"2 * autograd.tanh({name})"
    return f"{low} + {high - low:g} * autograd.sigmoid({name})"


def _domains(op: Primitive) -> list[Any]:
    declared: Any = op.samples
    each = isinstance(declared, tuple) and isinstance(declared[0], (tuple, list))
    return list(declared) if each else [declared] * len(op.operands)


def _apply(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    op = draw(st.sampled_from(_elementwise()))
    operands = [draw(st.sampled_from(list(values)))]
    for _ in op.operands[1:]:
        fitting = [v for v in values if _broadcasts([values[o] for o in operands] + [values[v]])]
        operands.append(draw(st.sampled_from(fitting)))
    written = ", ".join(_into(d, o) for d, o in zip(_domains(op), operands, strict=True))
    return [f"{name} = autograd.{op.name}({written})"]


def _combine(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    x = draw(st.sampled_from(list(values)))
    y = draw(st.sampled_from([v for v in values if _broadcasts([values[x], values[v]])]))
    text = draw(st.sampled_from(["{x} + {y}", "{x} - {y}", "autograd.sin({x}) * {y}", "{x} * 0.5"]))
    return [f"{name} = {text.format(x=x, y=y)}"]


def _reduce(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    x = draw(st.sampled_from(list(values)))
    ndim = np.ndim(values[x])
    axis = draw(st.sampled_from([None, *range(-ndim, ndim)]))
    kind = draw(st.sampled_from(["sum", "mean", "max", "logsumexp"]))
    keep = draw(st.booleans())
    return [f"{name} = autograd.{kind}({x}, axis={axis}, keepdims={keep})"]


def _rearrange(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    x = draw(st.sampled_from(list(values)))
    shape = np.shape(values[x])
    options = [f"autograd.reshape({x}, -1)", f"autograd.expand_dims({x}, 0)"]
    options += [f"autograd.transpose({x})", f"autograd.stack([{x}, {x} * 2])"]
    if shape:
        options += [f"{x}[..., 0]", f"{x}[::-1]", f"{x}[[0, 0, -1]]", f"{x}[None]"]
        options += [f"autograd.concatenate([{x}, {x}])", f"autograd.softmax({x})"]
    if 2 * np.size(values[x]) > _LIMIT or len(shape) > 3:
        return None
    return [f"{name} = {draw(st.sampled_from(options))}"]


def _multiply_matrices(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    pairs = [
        (x, y)
        for x in values
        for y in values
        if np.ndim(values[x]) in (1, 2)
        and np.ndim(values[y]) == 2
        and np.shape(values[x])[-1] == np.shape(values[y])[0]
    ]
    if not pairs:
        return None
    x, y = draw(st.sampled_from(pairs))
    return [f"{name} = autograd.tanh({x}) @ autograd.tanh({y})"]


def _write(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    x = draw(st.sampled_from(list(values)))
    if not np.ndim(values[x]):
        return None
    part = draw(st.sampled_from(["0", "::2", "[-1, 0]", "..., 0", "..."]))
    fitting = [v for v in values if _fits(values[v], values[x], part)]
    if not fitting:
        return None
    new = draw(st.sampled_from(fitting))
    sign = draw(st.sampled_from(["=", "+="]))
    # an earlier reader, the write, and a later reader
    return [
        f"{name} = {x} * 1.0",
        f"before = {name} * {name}",
        f"{name}[{part}] {sign} {new}",
        f"{name} = {name} + autograd.sin(before)",
    ]


def _write_through_a_view(draw: Draw, values: dict[str, Any], name: str) -> list[str] | None:
    x = draw(st.sampled_from(list(values)))
    if not np.ndim(values[x]):
        return None
    ways = ["[::2]", "[...]", ".T", ".reshape(-1)", "[None]"] + ["[0]"] * (np.ndim(values[x]) > 1)
    one, other = (f"{name}{draw(st.sampled_from(ways))}" for _ in range(2))
    shown = eval(one, {name: np.asarray(values[x])})
    fitting = [v for v in values if _fits(values[v], shown, "...")]
    if not fitting:
        return None
    new = draw(st.sampled_from(fitting))
    change = draw(st.sampled_from(["+=", "-=", "*="]))
    # a view that is written, what it is a view of, and another view of that
    return [
        f"{name} = {x} * 1.0",
        f"view, other = {one}, {other}",
        f"view[...] = autograd.tanh({new}) * autograd.cos(view)",
        f"view {change} autograd.cos(other).mean()",
        f"{name}[-1] = autograd.tanh(other).sum()",
        f"{name} = {name} + autograd.sin(view).sum() + autograd.tanh(other).sum()",
    ]


def _fits(new: Any, x: Any, part: str) -> bool:
    target = np.shape(eval(f"x[{part}]", {"x": np.asarray(x)}))
    try:
        return np.broadcast_shapes(np.shape(new), target) == target
    except ValueError:
        return False


def _broadcasts(arrays: list[Any]) -> bool:
    try:
        shape = np.broadcast_shapes(*map(np.shape, arrays))
    except ValueError:
        return False
    return int(np.prod(shape)) <= _LIMIT


_STEPS: list[Step] = [
    *(_apply, _apply, _apply),
    *(_combine, _combine),
    *(_reduce, _rearrange, _multiply_matrices, _write, _write_through_a_view),
]
