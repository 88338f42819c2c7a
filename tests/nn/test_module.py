"""A module knows its parameters, their names and its mode, however deep it is."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.graph import Graph


class Twin(nn.Module):
    """The same layer, used twice."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
        self.decoder = self.encoder
        self.scale = nn.Parameter(np.ones(1))

    def forward(self, x):
        return self.decoder(self.encoder(x)) * self.scale


def test_parameters_are_named_after_their_place():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1, bias=False)))
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.1.weight"]
    assert [p.name for p in model.parameters()] == ["0.weight", "0.bias", "1.1.weight"]


def test_what_is_shared_counts_once():
    model = Twin()
    assert [name for name, _ in model.named_parameters()] == [
        "scale", "encoder.0.weight", "encoder.0.bias"
    ]  # fmt: skip
    assert len(list(model.modules())) == len(set(model.modules())) == 4


def test_tied_weights_are_stepped_once():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2, bias=False)
    second.weight = first.weight
    assert [name for name, _ in nn.Sequential(first, second).named_parameters()] == [
        "0.weight", "0.bias"
    ]  # fmt: skip


def test_a_replaced_layer_keeps_its_place():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    setattr(model, "0", nn.Linear(2, 2, bias=False))
    assert [type(layer) for layer in model] == [nn.Linear, nn.ReLU]
    assert [name for name, _ in model.named_parameters()] == ["0.weight"]


def test_a_parameter_that_is_deleted_or_overwritten_is_forgotten():
    layer = nn.Linear(2, 2)
    del layer.weight
    layer.bias = None
    assert layer.parameters() == []


def test_layers_remember_which_operations_are_theirs():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    graph = Graph(model(np.ones((1, 2))).sum())
    (outermost,) = graph.modules
    assert outermost.title == "Sequential"
    assert [call.title for call in outermost.children] == ["0 · Linear", "1 · Tanh"]


def test_a_module_called_twice_is_two_calls():
    model = Twin()
    (outermost,) = Graph(model(np.ones((1, 2))).sum()).modules
    titles = [call.title for call in outermost.children]
    assert titles == ["decoder · Sequential, call 1", "decoder · Sequential, call 2"]


def test_train_and_eval_reach_every_layer():
    model = nn.Sequential(nn.Dropout(), nn.Sequential(nn.Dropout()))
    assert not any(module.training for module in model.eval().modules())
    assert all(module.training for module in model.train().modules())


def test_zero_grad_forgets():
    layer = nn.Linear(2, 1)
    layer(np.ones((1, 2))).sum().backward()
    layer.zero_grad()
    assert [p.grad for p in layer.parameters()] == [None, None]


def test_a_fixed_parameter_is_kept_but_gets_no_gradient():
    class Shift(nn.Module):
        def __init__(self):
            super().__init__()
            self.by = nn.Parameter([1.0, 2.0], requires_grad=False)

        def forward(self, x):
            return x + self.by

    layer = Shift()
    x = Value([0.0, 0.0])
    layer(x).sum().backward()
    assert layer.by.grad is None
    assert list(layer.state_dict()) == ["by"]


def test_a_forgotten_super_call_says_so():
    class Net(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first in Net.__init__"):
        Net()


def test_a_list_of_layers_would_never_train_and_says_so():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(1, 1)]

    with pytest.raises(TypeError, match=r"Net.layers: .* never be trained; use nn.Sequential"):
        Net()


def test_a_module_without_forward_says_what_to_write():
    with pytest.raises(NotImplementedError, match="Module has no forward yet: write def forward"):
        nn.Module()(1.0)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (nn.ReLU, r"layer 0 is the class ReLU; write ReLU\(\)"),
        ([nn.ReLU()], r"layer 0 is a list; write nn.Sequential\(\*layers\)"),
        (autograd.relu, "layer 0 must be a module, got function"),
    ],
)
def test_sequential_takes_modules_only(layer, said):
    with pytest.raises(TypeError, match=said):
        nn.Sequential(layer)


def test_sequential_is_a_sequence_of_its_layers():
    model = nn.Sequential(nn.ReLU(), nn.Tanh())
    assert len(model) == 2
    assert list(model) == [model[0], model[-1]]
    with pytest.raises(IndexError, match=r"there is no layer 2, it has 2 \(from 0\)"):
        model[2]


def test_parameters_go_into_a_row_and_back():
    net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    row = nn.utils.parameters_to_vector(net.parameters())
    other = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    nn.utils.vector_to_parameters(row, other.parameters())
    for mine, theirs in zip(other.parameters(), net.parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, theirs.data)
    with pytest.raises(autograd.ShapeError, match=r"hold 11 numbers, got shape \(3,\)"):
        nn.utils.vector_to_parameters(np.zeros(3), net.parameters())


def test_parts_are_found_by_path_and_near_misses_are_named():
    net = nn.Sequential(nn.Sequential(nn.Linear(3, 2)))
    assert net.get_submodule("0.0") is net[0][0]
    assert net.get_parameter("0.0.weight") is net[0][0].weight
    net.add_module("last", nn.Linear(2, 1))
    assert net.get_submodule("last").in_features == 2
    with pytest.raises(AttributeError, match=r"none named '0.0.wieght'; did you mean '0.0.weight'"):
        net.get_parameter("0.0.wieght")
    with pytest.raises(TypeError, match="'more' must be a module, got int 3"):
        net.add_module("more", 3)
