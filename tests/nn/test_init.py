"""Initial weights have the spread their paper asks for, and come from the one generator."""

import math

import numpy as np
import pytest

import autograd
import nn
from nn import init

SHAPE = (200, 50, 3)  # fan_in 150, fan_out 600
SPREADS = {
    "xavier_uniform_": math.sqrt(2 / 750),
    "xavier_normal_": math.sqrt(2 / 750),
    "kaiming_uniform_": math.sqrt(2 / 150),
    "kaiming_normal_": math.sqrt(2 / 150),
    "lecun_uniform_": math.sqrt(1 / 150),
    "lecun_normal_": math.sqrt(1 / 150),
    "normal_": 1.0,
    "uniform_": math.sqrt(1 / 12),
}


def drawn(name, shape=SHAPE, **settings):
    autograd.manual_seed(1)
    w = nn.Parameter(np.zeros(shape, np.float32))
    assert getattr(init, name)(w, **settings) is w
    assert w.dtype == np.float32
    return w.data


@pytest.mark.parametrize("name", SPREADS)
def test_the_spread_is_the_papers(name):
    assert drawn(name).std() == pytest.approx(SPREADS[name], rel=0.02)
    assert drawn(name).tobytes() == drawn(name).tobytes()


def test_fan_out_and_slope():
    w = drawn("kaiming_normal_", mode="fan_out", a=1.0)
    assert w.std() == pytest.approx(math.sqrt(1 / 600), rel=0.02)


def test_truncated_normal_stays_inside():
    w = drawn("trunc_normal_", std=2.0, a=-1.0, b=3.0)
    assert -1 <= w.min() < -0.99
    assert 2.99 < w.max() <= 3


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (4, 2, 2)])
def test_orthogonal_is(shape):
    w = drawn("orthogonal_", shape, gain=2.0).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)


def test_constants():
    assert (drawn("constant_", val=3) == 3).all()
    assert (drawn("ones_") == 1).all()
    assert (drawn("zeros_") == 0).all()


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda: init.fans((3,)), "two axes"),
        (lambda: init.calculate_gain("swish"), "no gain is known for 'swish'"),
        (lambda: init.trunc_normal_(nn.Parameter(np.ones(1)), a=9.0, b=10.0), "within 3 std"),
        (lambda: init.kaiming_normal_(nn.Parameter(np.ones((2, 2))), mode="fan"), "fan_out"),
    ],
)
def test_wrong_use_says_what_to_do(do, message):
    with pytest.raises(ValueError, match=message):
        do()


@pytest.mark.parametrize(
    ("name", "std"),
    [
        ("glorot_normal", np.sqrt(2 / 900)),
        ("HeNormal", np.sqrt(2 / 500)),
        ("lecun_normal", np.sqrt(1 / 500)),
        ("truncated_normal", 0.05 * 0.87962566),
    ],
)
def test_normal_rules_by_name_are_cut_off_at_two_deviations_as_in_keras(name, std):
    autograd.manual_seed(0)
    w = nn.init.get(name)(nn.Parameter(np.zeros((400, 500)))).data
    assert w.std() == pytest.approx(std, rel=0.01)
    cut = 2 * std / 0.87962566
    assert 0.99 * cut < abs(w).max() <= cut * (1 + 1e-9)


def test_rules_by_name():
    assert nn.init.get("he_uniform") is nn.init.kaiming_uniform_
    assert nn.init.get(nn.init.zeros_) is nn.init.zeros_
    assert abs(nn.init.get("random_uniform")(nn.Parameter(np.zeros((9, 9)))).data).max() <= 0.05
    with pytest.raises(ValueError, match="did you mean 'he_normal'"):
        nn.init.get("he_norml")


def test_a_dirac_convolution_changes_nothing():
    layer = nn.Conv2d(3, 3, 3, padding=1, bias=False)
    nn.init.dirac_(layer.weight)
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 5)).astype(np.float32)
    np.testing.assert_array_equal(layer(x).data, x)


def test_sparse_columns():
    w = nn.init.sparse_(nn.Parameter(np.zeros((10, 7))), 0.25, std=2.0).data
    np.testing.assert_array_equal((w == 0).sum(axis=0), 3)


def test_the_same_numbers_as_pytorch_where_nothing_is_drawn():
    torch = pytest.importorskip("torch")
    for shape, groups in (((4, 2, 3), 2), ((6, 4, 2, 3), 1), ((2, 5, 3, 3, 4), 1)):
        theirs = torch.nn.init.dirac_(torch.zeros(shape), groups)
        ours = nn.init.dirac_(nn.Parameter(np.zeros(shape)), groups)
        np.testing.assert_array_equal(ours.data, theirs.numpy())
    theirs = torch.nn.init.eye_(torch.zeros(3, 5))
    np.testing.assert_array_equal(nn.init.eye_(nn.Parameter(np.zeros((3, 5)))).data, theirs.numpy())
