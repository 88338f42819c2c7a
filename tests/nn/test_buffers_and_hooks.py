"""Buffers are saved and never learned; hooks see every call; dtypes change as a whole."""

import numpy as np
import pytest

import nn
from autograd import Value


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(np.ones(2))
        self.register_buffer("seen", np.array(0))
        self.register_buffer("mean", np.zeros(2))
        self.register_buffer("scratch", np.zeros(1), persistent=False)

    def forward(self, x, scale=1.0):
        return x * self.weight * scale


def test_buffers_are_saved_but_not_learned():
    model = nn.Sequential(Counting())
    assert list(model.state_dict()) == ["0.weight", "0.seen", "0.mean"]
    assert [name for name, _ in model.named_buffers()] == ["0.seen", "0.mean", "0.scratch"]
    assert [name for name, _ in model.named_parameters()] == ["0.weight"]
    assert not any(b.requires_grad for b in model.buffers())
    assert model[0].mean.name == "0.mean"
    model.load_state_dict({"0.weight": [2, 2], "0.seen": 3, "0.mean": [1, 1]})
    assert model[0].seen.data == 3
    assert model[0].seen.dtype.kind == "i"


def test_assigning_to_a_buffer_keeps_it_one():
    layer = Counting()
    layer.mean = np.full(2, 5.0)
    assert isinstance(layer.mean, Value)
    assert layer.state_dict()["mean"].tolist() == [5, 5]
    layer.mean = None
    assert "mean" not in layer.state_dict()


def test_what_does_not_fit_is_listed_and_nothing_changes():
    model = nn.Sequential(nn.Linear(2, 2))
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"missing: 0\.bias") as caught:
        model.load_state_dict({"0.weight": np.ones((3, 2)), "1.weight": np.ones(1)})
    assert "unexpected: 1.weight (1,)" in str(caught.value)
    assert "shape: 0.weight is (2, 2) here, (3, 2) there" in str(caught.value)
    with pytest.raises(ValueError, match=r"shape: 0\.weight"):
        model.load_state_dict({"0.weight": np.ones((3, 2))}, strict=False)
    assert all((before[k] == v).all() for k, v in model.state_dict().items())
    keys = model.load_state_dict({"0.weight": np.ones((2, 2)), "x": 1}, strict=False)
    assert (keys.missing_keys, keys.unexpected_keys) == (["0.bias"], ["x"])
    assert (model[0].weight.data == 1).all()


def test_shared_weights_load_under_any_of_their_names():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False))
    model[1].weight = model[0].weight
    assert list(model.state_dict()) == ["0.weight"]
    model.load_state_dict({"0.weight": [[3]], "1.weight": [[3]]})
    model.load_state_dict({"1.weight": [[4]]})
    assert model[0].weight.data == 4


def test_hooks_see_and_may_replace_what_passes():
    layer, calls = Counting(), []
    before = layer.register_forward_pre_hook(lambda m, args: (args[0] + 1,))
    after = layer.register_forward_hook(lambda m, args, out: calls.append(args) or out * 10)
    assert layer(np.array([1.0, 2.0]), scale=2).data.tolist() == [40, 60]
    assert calls[0][0].tolist() == [2, 3]
    before.remove()
    before.remove()
    assert layer(np.array([1.0, 2.0])).data.tolist() == [10, 20]
    after.remove()
    with layer.register_forward_hook(lambda m, args, out: -out):
        assert layer(np.array([1.0, 2.0])).data.tolist() == [-1, -2]
    assert layer(np.array([1.0, 2.0])).data.tolist() == [1, 2]


def test_dtype_changes_everywhere_but_in_integers():
    model = nn.Sequential(nn.Linear(2, 2), Counting()).float()
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    model.double()
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
    assert [b.dtype.kind for b in model.buffers()] == ["i", "f", "f"]
    with pytest.raises(TypeError, match="weights are floats"):
        model.to(int)


def test_frozen_parameters_get_no_gradient():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    model(np.ones((1, 2))).sum().backward()
    assert model[0].weight.grad is None
    assert model[1].weight.grad is not None


def test_apply_visits_the_inside_first():
    seen = []
    model = nn.Sequential(nn.Sequential(nn.ReLU()))
    model.apply(seen.append)
    assert seen == [model[0][0], model[0], model]
