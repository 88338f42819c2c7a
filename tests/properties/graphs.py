"""Random programs: graphs with reuse, broadcasting, indexing, reductions and modules."""

from contextlib import nullcontext

import hypothesis.strategies as st
import numpy as np

import autograd
from autograd import Value

#: Operations on two arrays whose shapes broadcast; every result stays of moderate size.
STEPS = {
    "add": lambda x, y: x + y,
    "multiply": lambda x, y: autograd.tanh(x) * y,
    "subtract": lambda x, y: x - y,
    "divide": lambda x, y: x / (1.5 + autograd.sin(y)),
    "square": lambda x, y: autograd.tanh(x) ** 2,
    "same twice": lambda x, y: autograd.sin(x) + autograd.sin(x) * x,
    "constant": lambda x, y: 0.5 * x - 1.0,
    "index": lambda x, y: x[..., 0] if np.ndim(x.data) else x,
    "twice the same row": lambda x, y: x[[0, 0]] if np.ndim(x.data) else x + x,
    "sum": lambda x, y: autograd.sum(x, axis=-1, keepdims=True) if np.ndim(x.data) else -x,
    "mean": lambda x, y: autograd.mean(x),
    "max": lambda x, y: autograd.max(x),
    "maximum": lambda x, y: autograd.maximum(x, 0.1),
    "softmax": lambda x, y: autograd.softmax(x) if np.ndim(x.data) else autograd.sigmoid(x),
}


def broadcasts(x, y):
    try:
        return np.broadcast_shapes(x.shape, y.shape) is not None
    except ValueError:
        return False


@st.composite
def losses(draw, most=12):
    """A loss, and the leaves it was computed from; some leaves may not matter to it."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = draw(st.lists(st.sampled_from([(), (2,), (3, 2), (1, 2)]), min_size=1, max_size=3))
    leaves = [Value(rng.normal(size=shape), name=f"leaf {i}") for i, shape in enumerate(shapes)]
    values = list(leaves)
    for _ in range(draw(st.integers(1, most))):
        x = draw(st.sampled_from(values))
        y = draw(st.sampled_from([v for v in values if broadcasts(x, v)]))
        module = draw(st.sampled_from(["", "", "encoder", "decoder"]))
        with autograd.scope(module, "Layer") if module else nullcontext():
            values.append(STEPS[draw(st.sampled_from(sorted(STEPS)))](x, y))
    last = values[-3:]
    loss = sum((autograd.sum(v) for v in last[1:]), autograd.sum(last[0]))
    return loss, leaves
