"""Networks of single numbers: micrograd's names, and gradients one can check by hand."""

import random

import numpy as np
import pytest

from autograd import Value
from nn.scalar import MLP, Layer, Neuron


def test_a_neuron_by_hand():
    neuron = Neuron(2)
    neuron.w, neuron.b = [Value(0.5), Value(-1.0)], Value(2.0)
    out = neuron([4.0, 3.0])  # 2 - 3 + 2
    out.backward()
    assert out.data == 1
    assert [p.grad for p in neuron.parameters()] == [4, 3, 1]


def test_a_neuron_that_is_off_sends_nothing_back():
    neuron = Neuron(1)
    neuron.w, neuron.b = [Value(-1.0)], Value(0.0)
    neuron([2.0]).backward()
    assert [p.grad for p in neuron.parameters()] == [0, 0]


def test_weights_are_drawn_in_the_order_of_micrograd():
    random.seed(7)
    drawn = [random.uniform(-1, 1) for _ in range(3 * 2 + 2)]
    random.seed(7)
    model = MLP(3, [2, 1])
    assert [p.data for p in model.parameters()] == [*drawn[:3], 0, *drawn[3:6], 0, *drawn[6:], 0]


def test_the_last_layer_is_linear_and_the_others_are_not():
    assert repr(MLP(1, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(1), ReLUNeuron(1)], Layer of [LinearNeuron(2)]]"
    )


def test_a_network_agrees_with_matrices():
    random.seed(1)
    model = MLP(2, [3, 2])
    first, second = (
        np.array([[w.data for w in neuron.w] for neuron in layer.neurons]) for layer in model.layers
    )
    expected = second @ np.maximum(first @ [0.4, -0.7], 0)
    assert [out.data for out in model([0.4, -0.7])] == pytest.approx(expected.tolist())


def test_zero_grad_sets_every_gradient_to_zero():
    model = MLP(2, [2, 1])
    model([1.0, 2.0]).backward()
    model.zero_grad()
    assert {p.grad for p in model.parameters()} == {0}


def test_a_wrong_number_of_inputs_is_named():
    with pytest.raises(ValueError, match=r"ReLUNeuron\(3\): expects 3 inputs, got 2"):
        Layer(3, 2)([1.0, 2.0])


def test_four_points_are_learned():
    random.seed(0)
    model = MLP(3, [4, 4, 1])
    points = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ideals = [1.0, -1.0, -1.0, 1.0]
    for _ in range(100):
        loss = sum((model(x) - y) ** 2 for x, y in zip(points, ideals, strict=True))
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.02 * p.grad
    assert loss.data < 0.01
