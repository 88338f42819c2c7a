"""Weights computed from a length and a direction, or divided by their largest singular value."""

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Value

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dim", [0, 1, None])
def test_a_weight_of_length_and_direction_is_the_weight_it_was(dim):
    layer = nn.Linear(4, 3, dtype=np.float64)
    before, x = layer.weight.data.copy(), RNG.normal(size=(2, 4))
    expected = layer(x).data
    assert nn.utils.weight_norm(layer, dim=dim) is layer
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight_g", "weight_v"]
    layer(x).sum().backward()
    along = layer.weight_v.grad * layer.weight_v.data  # a direction is not learned along itself
    axes = {0: 1, 1: 0, None: None}[dim]
    np.testing.assert_allclose(along.sum(axis=axes), 0, atol=1e-12)
    nn.utils.remove_weight_norm(layer)
    np.testing.assert_allclose(layer.weight.data, before, rtol=1e-12)
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_computed_weights_learn():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.utils.weight_norm(nn.Linear(2, 8)), nn.Tanh(), nn.Linear(8, 1))
    x = RNG.normal(size=(64, 2)).astype(np.float32)
    y = x[:, :1] * x[:, 1:]
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_the_largest_singular_value_becomes_1_and_evaluation_moves_nothing():
    layer = nn.utils.spectral_norm(nn.Conv2d(2, 3, 2, dtype=np.float64))
    x = RNG.normal(size=(1, 2, 4, 4))
    for _ in range(300):
        layer(x)
    singular = np.linalg.svd(layer.weight.data.reshape(3, -1), compute_uv=False)
    np.testing.assert_allclose(singular[0], 1, rtol=1e-6)
    u = layer.weight_u.data.copy()
    layer.eval()(x)
    np.testing.assert_array_equal(layer.weight_u.data, u)
    nn.utils.remove_spectral_norm(layer)
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_what_is_not_there_is_named():
    with pytest.raises(ValueError, match="ReLU has no parameter 'weight'"):
        nn.utils.weight_norm(nn.ReLU())
    with pytest.raises(ValueError, match="'weight' is a weight like any other"):
        nn.utils.remove_weight_norm(nn.Linear(2, 2))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
@pytest.mark.parametrize(
    ("name", "sizes", "shape"),
    [("Linear", (4, 3), (2, 4)), ("Conv1d", (2, 3, 2), (2, 2, 5)),
     ("ConvTranspose2d", (2, 3, 2), (2, 2, 4, 4))],
)  # fmt: skip
def test_it_goes_the_way_of_pytorch(norm, name, sizes, shape):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn.utils, norm)(getattr(torch.nn, name)(*sizes).double())
    ours = getattr(nn.utils, norm)(getattr(nn, name)(*sizes, dtype=np.float64))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({k: v.numpy().copy() for k, v in theirs.state_dict().items()})
    for train in (True, True, False):
        ours.train(train), theirs.train(train)
        x = RNG.normal(size=shape)
        value, tensor = Value(x), torch.tensor(x, requires_grad=True)
        out, expected = ours(value), theirs(tensor)
        np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
        ours.zero_grad(), theirs.zero_grad()
        (out**2).sum().backward(), (expected**2).sum().backward()
        np.testing.assert_allclose(value.grad, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)
        for key, p in theirs.named_parameters():
            found = ours.get_parameter(key).grad
            np.testing.assert_allclose(found, p.grad.numpy(), rtol=1e-9, atol=1e-12)
        for key, b in theirs.named_buffers():
            np.testing.assert_allclose(ours.get_buffer(key).data, b.numpy(), rtol=1e-10)
