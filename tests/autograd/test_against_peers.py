"""The same scalar programs here, in micrograd and in PyTorch: equal values, equal gradients.

Neither peer is needed to work on the project, so each part is skipped where its library is missing:

    pip install torch micrograd
    python -m pytest tests/autograd/test_against_peers.py
"""

import math
import random

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

import nn.scalar
from autograd import Value

CLOSE = 1e-6

#: micrograd's operators and their reflected forms, on two operands that have been computed so far.
OPERATORS = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x * y": lambda x, y: x * y,
    "x / (y * y + 1)": lambda x, y: x / (y * y + 1),
    "x ** 2": lambda x, y: x**2,
    "x ** 3": lambda x, y: x**3,
    "(y * y + 1) ** -0.5": lambda x, y: (y * y + 1) ** -0.5,
    "-x": lambda x, y: -x,
    "relu": lambda x, y: x.relu(),
    "2 + x": lambda x, y: 2 + x,
    "2 - x": lambda x, y: 2 - x,
    "0.5 * x": lambda x, y: 0.5 * x,
    "2 / (y * y + 1)": lambda x, y: 2 / (y * y + 1),
}

programs = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=25,
)
starts = st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=3, max_size=3)


def run(program, start, number):
    """The value of a program and its gradients at `start`, computed with a library's numbers."""
    leaves = [number(x) for x in start]
    values = list(leaves)
    for operator, i, j in program:
        values.append(OPERATORS[operator](values[i % len(values)], values[j % len(values)]))
    result = sum(values)
    result.backward()
    return float(result.data), [float(x.grad) for x in leaves]


def agree(program, start, number):
    value, gradients = run(program, start, Value)
    assume(math.isfinite(value) and abs(value) < 1e9 and all(abs(g) < 1e9 for g in gradients))
    expected, expected_gradients = run(program, start, number)
    assert value == pytest.approx(expected, rel=CLOSE, abs=CLOSE)
    assert gradients == pytest.approx(expected_gradients, rel=CLOSE, abs=CLOSE)


@given(programs, starts)
def test_any_scalar_program_agrees_with_pytorch(program, start):
    torch = pytest.importorskip("torch")
    agree(program, start, lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True))


@given(programs, starts)
def test_any_scalar_program_agrees_with_micrograd(program, start):
    agree(program, start, pytest.importorskip("micrograd.engine").Value)


POINTS = [(0.1 * i - 0.9, math.sin(i)) for i in range(20)]


def train(Value, MLP, steps=3):
    """A program for micrograd, as its users write it."""
    random.seed(42)
    model = MLP(2, [8, 8, 1])
    for k in range(steps):
        scores = [model(list(map(Value, point))) for point in POINTS]
        losses = [(1 + (-1) ** i * score).relu() for i, score in enumerate(scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total_loss = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total_loss.backward()
        gradients = [p.grad for p in model.parameters()]
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
    return total_loss.data, gradients, [p.data for p in model.parameters()]


def test_training_micrograd_networks_agrees_with_micrograd():
    pytest.importorskip("micrograd")
    from micrograd.engine import Value as TheirValue
    from micrograd.nn import MLP as TheirMLP

    ours, theirs = train(Value, nn.scalar.MLP), train(TheirValue, TheirMLP)
    for mine, yours in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(yours, rel=CLOSE, abs=CLOSE)


def test_gradients_of_a_micrograd_network_agree_with_pytorch():
    torch = pytest.importorskip("torch")
    random.seed(42)
    model = nn.scalar.MLP(2, [8, 8, 1])
    layers = [
        [torch.tensor(rows, dtype=torch.float64, requires_grad=True) for rows in pair]
        for pair in (
            (
                [[w.data for w in neuron.w] for neuron in layer.neurons],
                [neuron.b.data for neuron in layer.neurons],
            )
            for layer in model.layers
        )
    ]
    scores = [model(list(map(Value, point))) for point in POINTS]
    sum((1 + (-1) ** i * score).relu() for i, score in enumerate(scores)).backward()

    x = torch.tensor(POINTS, dtype=torch.float64)
    for i, (weight, bias) in enumerate(layers):
        x = x @ weight.T + bias
        x = x.relu() if i < len(layers) - 1 else x[:, 0]
    signs = torch.tensor([(-1.0) ** i for i in range(len(POINTS))], dtype=torch.float64)
    (1 + signs * x).relu().sum().backward()

    for layer, (weight, bias) in zip(model.layers, layers, strict=True):
        for neuron, row, b in zip(layer.neurons, weight.grad, bias.grad, strict=True):
            assert [w.grad for w in neuron.w] == pytest.approx(row.tolist(), abs=CLOSE)
            assert neuron.b.grad == pytest.approx(b.item(), abs=CLOSE)
