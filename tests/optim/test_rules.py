"""Every rule follows the equations of its paper, whatever it is given to step."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import optim
from autograd import Value


def sgd(p, gradients, lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0):
    """One parameter's way, written for a reader: Sutskever et al. 2013, in PyTorch's form."""
    v = np.zeros_like(p)
    for g in gradients:
        g = g + weight_decay * p
        if momentum:
            v = momentum * v + g
            g = g + momentum * v if nesterov else v
        p = p - lr * g
    return p


def adam(p, gradients, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    """Kingma and Ba 2015, algorithm 1, line by line."""
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, 1):
        g = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat = m / (1 - betas[0] ** t)
        v_hat = v / (1 - betas[1] ** t)
        p = p - lr * m_hat / (np.sqrt(v_hat) + eps)
    return p


RULES = [
    pytest.param(optim.SGD, sgd, settings, id=f"SGD-{'-'.join(settings) or 'plain'}")
    for settings in (
        {},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
        {"lr": 0.05, "weight_decay": 0.1},
        {"momentum": 0.5, "nesterov": True, "weight_decay": 0.01},
    )
] + [
    pytest.param(optim.Adam, adam, settings, id=f"Adam-{'-'.join(settings) or 'plain'}")
    for settings in (
        {},
        {"lr": 0.1, "betas": (0.5, 0.9)},
        {"lr": 0.01, "eps": 1e-3},
        {"lr": 0.01, "weight_decay": 0.1},
        {"betas": (0.0, 0.0)},
    )
]

shapes = st.lists(
    st.sampled_from([(), (1,), (3,), (2, 3), (0,), (2, 0), (4, 1, 2)]), min_size=1, max_size=5
)


@pytest.mark.parametrize(("rule", "reference", "settings"), RULES)
@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 1e-12), (np.float32, 2e-5)])
@given(shapes=shapes, seed=st.integers(0, 2**32 - 1))
def test_rule_follows_its_paper(rule, reference, settings, dtype, close, shapes, seed):
    rng = np.random.default_rng(seed)
    starts = [rng.normal(size=shape) for shape in shapes]
    gradients = [[rng.normal(size=shape) for shape in shapes] for _ in range(12)]
    parameters = [Value(np.asarray(start, dtype)) for start in starts]
    optimizer = rule(parameters, **settings)
    for arriving in gradients:
        for p, g in zip(parameters, arriving, strict=True):
            p.grad = np.asarray(g, dtype)
        optimizer.step()
    for i, p in enumerate(parameters):
        expected = reference(starts[i], [g[i] for g in gradients], **settings)
        assert p.dtype == dtype
        np.testing.assert_allclose(p.data, expected, rtol=close, atol=close)


@pytest.mark.parametrize(("rule", "reference", "settings"), RULES)
def test_a_parameter_without_gradient_sits_the_step_out(rule, reference, settings):
    rng = np.random.default_rng(0)
    a, b = Value(np.ones(2)), Value(np.ones(3))
    optimizer = rule([a, b], **settings)
    of_a, of_b = rng.normal(size=(6, 2)), rng.normal(size=(6, 3))
    for i in range(6):
        a.grad = of_a[i]
        b.grad = of_b[i] if i % 2 else None
        optimizer.step()
    np.testing.assert_allclose(a.data, reference(np.ones(2), of_a, **settings), rtol=1e-12)
    np.testing.assert_allclose(b.data, reference(np.ones(3), of_b[1::2], **settings), rtol=1e-12)


@pytest.mark.parametrize("rule", [optim.SGD, optim.Adam])
def test_a_bowl_is_descended_to_its_bottom(rule):
    w = Value([3.0, -4.0])
    optimizer = rule([w], lr=0.1)
    for _ in range(400):
        optimizer.zero_grad()
        ((w - [1.0, 2.0]) ** 2).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w.data, [1, 2], atol=1e-4)


def test_momentum_arrives_sooner_on_a_narrow_ravine():
    def distance_after(steps, **settings):
        w = Value([10.0, 1.0])
        optimizer = optim.SGD([w], lr=0.018, **settings)
        for _ in range(steps):
            optimizer.zero_grad()
            (np.array([1.0, 100.0]) * w * w * 0.5).sum().backward()
            optimizer.step()
        return np.linalg.norm(w.data)

    assert distance_after(100, momentum=0.8) < 0.1 * distance_after(100)


def test_a_rule_of_your_own_is_one_method():
    class SignDescent(optim.Optimizer):
        def _update(self, p, g, step):
            p -= self.lr * np.sign(g)

    w = Value([1.0, 1.0])
    w.grad = [5.0, -0.1]
    SignDescent([w], lr=0.5).step()
    np.testing.assert_array_equal(w.data, [0.5, 1.5])
