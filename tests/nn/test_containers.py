"""Modules in lists and dictionaries are found, named after their place and used like Python's."""

import numpy as np
import pytest

import nn


def names(model):
    return [name for name, _ in model.named_parameters()]


def test_a_slice_shares_the_layers_and_leaves_their_names():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    head = model[1:]
    assert isinstance(head, nn.Sequential)
    assert list(head) == [model[1], model[2]]
    assert model[2].weight.name == "2.weight"
    x = np.ones((4, 2))
    np.testing.assert_array_equal(model[1:](model[0](x)).data, model(x).data)


def test_append_insert_extend_pop_and_delete_keep_the_order():
    a, b, c, d = (nn.Linear(1, 1, bias=False) for _ in range(4))
    row = nn.ModuleList([a]).append(c).insert(1, b).extend([d])
    assert list(row) == [a, b, c, d]
    assert names(row) == ["0.weight", "1.weight", "2.weight", "3.weight"]
    assert row.pop() is d
    del row[0]
    assert list(row) == [b, c]
    assert b.weight.name == "0.weight"
    row[-1] = a
    assert list(row) == [b, a]


def test_a_dictionary_names_the_layers():
    model = nn.Sequential({"inner": nn.Linear(2, 3), "bend": nn.ReLU()}).append(nn.Linear(3, 1))
    assert names(model) == ["inner.weight", "inner.bias", "2.weight", "2.bias"]
    assert model(np.ones((5, 2))).shape == (5, 1)
    heads = nn.ModuleDict({"a": nn.Linear(1, 1)})
    heads["b"] = nn.ReLU()
    assert (list(heads), len(heads), "b" in heads) == (["a", "b"], 2, True)
    del heads["a"]
    assert names(heads) == []


def test_a_list_inside_a_module_is_trained():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(1, 1, bias=False)])
            self.scales = nn.ParameterList([np.ones(1)])

    assert names(Net()) == ["layers.0.weight", "scales.0"]


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (lambda: nn.ModuleList([nn.ReLU]), TypeError, "write ReLU()"),
        (lambda: nn.Sequential(nn.ReLU())[1], IndexError, "there is no layer 1, it has 1"),
        (lambda: nn.ModuleDict()["a"], KeyError, "there is no 'a'"),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), KeyError, "cannot be the name"),
        (lambda: nn.ModuleDict({"forward": nn.ReLU()}), KeyError, "cannot be the name"),
    ],
)
def test_wrong_use_says_what_to_do(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert message in str(caught.value)
