"""Every rule follows the equations of its paper, whatever it is given to step."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import optim
from autograd import Value, threads
from optim import flat, optimizer


def sgd(p, gradients, lr=0.001, momentum=0.0, nesterov=False, weight_decay=0.0):
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


def adamw(p, gradients, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01, amsgrad=False):
    """Loshchilov and Hutter 2019, algorithm 2; Reddi et al. 2018 for the largest average."""
    m, v, largest = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, 1):
        p = p - lr * weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        largest = np.maximum(largest, v)
        v_hat = (largest if amsgrad else v) / (1 - betas[1] ** t)
        p = p - lr * m / (1 - betas[0] ** t) / (np.sqrt(v_hat) + eps)
    return p


def adamax(p, gradients, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    """Kingma and Ba 2015, algorithm 2."""
    m, u = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, 1):
        g = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        u = np.maximum(betas[1] * u, abs(g) + eps)
        p = p - lr / (1 - betas[0] ** t) * m / u
    return p


def nadam(p, gradients, lr=0.002, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004):
    """Dozat 2016, with the warming momentum of its section 3, whose product PyTorch rounds."""
    m, v, product = np.zeros_like(p), np.zeros_like(p), 1.0
    for t, g in enumerate(gradients, 1):
        mu, mu_next = (betas[0] * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (t, t + 1))
        product = float(np.float32(product) * np.float32(mu))
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
        p = p - lr * m_hat / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return p


def radam(p, gradients, lr=0.001, betas=(0.9, 0.999)):
    """Liu et al. 2020, algorithm 2, from a variance of more than 5 on as in PyTorch."""
    m, v = np.zeros_like(p), np.zeros_like(p)
    limit = 2 / (1 - betas[1]) - 1
    for t, g in enumerate(gradients, 1):
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat = m / (1 - betas[0] ** t)
        rho = limit - 2 * t * betas[1] ** t / (1 - betas[1] ** t)
        if rho > 5:
            length = np.sqrt(1 - betas[1] ** t) / (np.sqrt(v) + 1e-8)
            r = np.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
            p = p - lr * m_hat * r * length
        else:
            p = p - lr * m_hat
    return p


def adagrad(p, gradients, lr=0.01, lr_decay=0.0, initial_accumulator_value=0.0):
    """Duchi, Hazan and Singer 2011, figure 1, diagonal."""
    total = np.zeros_like(p) + initial_accumulator_value
    for t, g in enumerate(gradients):
        total = total + g**2
        p = p - lr / (1 + t * lr_decay) * g / (np.sqrt(total) + 1e-10)
    return p


def ftrl(p, gradients, lr=0.001, l1_regularization_strength=0.0, beta=0.0):
    """McMahan et al. 2013, algorithm 1, with Keras's first sum of squares."""
    n, z = np.full_like(p, 0.1), np.zeros_like(p)
    for g in gradients:
        sigma = (np.sqrt(n + g**2) - np.sqrt(n)) / lr
        z, n = z + g - sigma * p, n + g**2
        left = z - np.sign(z) * l1_regularization_strength
        p = np.where(
            np.abs(z) <= l1_regularization_strength, 0.0, -left / ((beta + np.sqrt(n)) / lr)
        )
    return p


def adadelta(p, gradients, lr=1.0, rho=0.9, eps=1e-6):
    """Zeiler 2012, algorithm 1."""
    squares, changes = np.zeros_like(p), np.zeros_like(p)
    for g in gradients:
        squares = rho * squares + (1 - rho) * g**2
        change = -np.sqrt(changes + eps) / np.sqrt(squares + eps) * g
        changes = rho * changes + (1 - rho) * change**2
        p = p + lr * change
    return p


def rmsprop(p, gradients, lr=0.01, alpha=0.99, momentum=0.0, centered=False):
    """Tieleman and Hinton 2012; Graves 2013, equations 38 to 41, for the centred form."""
    square, average, velocity = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
    for g in gradients:
        square = alpha * square + (1 - alpha) * g**2
        average = alpha * average + (1 - alpha) * g
        variance = square - average**2 if centered else square
        velocity = momentum * velocity + g / (np.sqrt(variance) + 1e-8)
        p = p - lr * velocity
    return p


def rprop(p, gradients, lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0)):
    """Riedmiller and Braun 1993, without their way back."""
    size, before = np.zeros_like(p) + lr, np.zeros_like(p)
    for g in gradients:
        grown = np.minimum(size * etas[1], step_sizes[1])
        shrunk = np.maximum(size * etas[0], step_sizes[0])
        size = np.where(g * before > 0, grown, np.where(g * before < 0, shrunk, size))
        before = np.where(g * before < 0, 0, g)
        p = p - np.sign(before) * size
    return p


def lion(p, gradients, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
    """Chen et al. 2023, algorithm 2."""
    m = np.zeros_like(p)
    for g in gradients:
        c = betas[0] * m + (1 - betas[0]) * g
        p = p - lr * (np.sign(c) + weight_decay * p)
        m = betas[1] * m + (1 - betas[1]) * g
    return p


def lamb(p, gradients, lr=0.001, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
    """You et al. 2020, algorithm 2."""
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, 1):
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        r = m / (1 - betas[0] ** t) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
        update = r + weight_decay * p
        trust = np.sqrt((p**2).sum()) / np.sqrt((update**2).sum()) if p.size else 1
        p = p - lr * trust * update
    return p


def asgd(p, gradients, lr=0.01, lambd=1e-4, alpha=0.75, weight_decay=0.0):
    """Polyak and Juditsky 1992 with Bottou's rates; PyTorch rounds them to float32."""
    for t, g in enumerate(gradients):
        rate = float(np.float32(lr / (1 + lambd * lr * t) ** alpha))
        p = (1 - lambd * rate) * p - rate * (g + weight_decay * p)
    return p


def adafactor(p, gradients, lr=0.01, beta2_decay=-0.8, d=1.0, weight_decay=0.0):
    """Shazeer and Stern 2018, algorithms 4 and 5, without the first moment."""
    least = 2e-16 if not p.size else float(np.finfo(p.dtype).eps)
    rows = columns = average = 0.0
    size = max(np.size(p), 1)
    for t, g in enumerate(gradients, 1):
        if not np.size(p):
            break
        alpha = max(1e-3, np.sqrt((p**2).sum() / size)) * min(lr, t**-0.5)
        p = p * (1 - lr * weight_decay)
        kept = 1 - t**beta2_decay
        if np.ndim(p) > 1:
            rows = kept * rows + (1 - kept) * (g**2).mean(-1, keepdims=True)
            columns = kept * columns + (1 - kept) * (g**2).mean(-2, keepdims=True)
            square = rows * columns / rows.mean(-2, keepdims=True)
        else:
            square = average = kept * average + (1 - kept) * g**2
        update = g / np.maximum(np.sqrt(square), least)
        p = p - alpha * update / max(1.0, np.sqrt((update**2).sum() / size) / d)
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
MORE = [
    (optim.AdamW, adamw, [{}, {"lr": 0.1, "weight_decay": 0.3}, {"amsgrad": True}]),
    (optim.Adamax, adamax, [{}, {"lr": 0.1, "betas": (0.5, 0.9), "weight_decay": 0.1}]),
    (optim.NAdam, nadam, [{}, {"lr": 0.1, "momentum_decay": 0.1}]),
    (optim.RAdam, radam, [{}, {"lr": 0.1, "betas": (0.8, 0.9)}]),
    (optim.Adagrad, adagrad, [{}, {"lr_decay": 0.1, "initial_accumulator_value": 0.5}]),
    (optim.Adadelta, adadelta, [{}, {"lr": 0.5, "rho": 0.7}]),
    (optim.RMSprop, rmsprop, [{}, {"momentum": 0.9}, {"centered": True, "momentum": 0.5}]),
    (optim.ASGD, asgd, [{}, {"lambd": 0.1, "alpha": 0.5, "weight_decay": 0.1}]),
    (optim.Adafactor, adafactor, [{}, {"lr": 0.5, "beta2_decay": -0.5, "weight_decay": 0.1}]),
    (optim.Rprop, rprop, [{}, {"etas": (0.3, 1.5), "step_sizes": (1e-3, 0.02)}]),
    (optim.Ftrl, ftrl, [{"lr": 0.1}, {"l1_regularization_strength": 0.5, "beta": 0.2}]),
    (optim.Lion, lion, [{}, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.1}]),
    (optim.LAMB, lamb, [{}, {"lr": 0.1, "weight_decay": 0.1}]),
]
RULES += [
    pytest.param(rule, reference, settings, id=f"{rule.__name__}-{'-'.join(settings) or 'plain'}")
    for rule, reference, variants in MORE
    for settings in variants
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


def test_blocks_on_several_threads_step_as_one_after_the_other(monkeypatch):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=1000), rng.normal(size=(3, 1000))
    ends = []
    for workers, shared in ((1, 10**9), (3, 1)):
        monkeypatch.setattr(threads, "WORKERS", workers)
        monkeypatch.setattr(flat, "BLOCK", 64)
        monkeypatch.setattr(optimizer, "SHARED", shared)
        p = Value(start)
        rule = optim.AdamW([p], lr=0.1)
        for gradient in gradients:
            p.grad = gradient
            rule.step()
        ends.append(p.data)
    np.testing.assert_array_equal(*ends)


def test_the_average_of_asgd_is_the_mean_of_where_it_was_from_a_step_on():
    w = Value([1.0, 2.0])
    optimizer = optim.ASGD([w], lr=0.1, t0=3)
    been = []
    for g in np.random.default_rng(0).normal(size=(8, 2)):
        w.grad = g
        optimizer.step()
        been.append(w.data.copy())
        after = been[4:] if len(been) > 4 else been[-1:]
        np.testing.assert_allclose(optimizer.average_of(w), np.mean(after, axis=0), rtol=1e-6)
    with pytest.raises(KeyError, match="does not step"):
        optimizer.average_of(Value(1.0))


@pytest.mark.parametrize("rule", [optim.SGD, optim.Adam, optim.ASGD, optim.Adafactor, optim.Rprop])
def test_how_pytorch_would_run_a_step_is_understood_and_changes_nothing(rule):
    ends = []
    for ways in ({}, {"foreach": True, "fused": False, "capturable": False}):
        w = Value([[1.0, 2.0]])
        w.grad = [[1.0, -2.0]]
        rule([("layer.weight", w)], lr=0.1, **ways).step()
        ends.append(w.data.copy())
    np.testing.assert_array_equal(*ends)
    with pytest.raises(ValueError, match="cannot be differentiable=True"):
        rule([w], differentiable=True)


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"eps": 1e-3}, TypeError, "eps must be .None or a number, a number."),
        ({"eps": (-1.0, 1e-3)}, ValueError, "both of eps must be at least 0"),
        ({"d": 0.5}, ValueError, "d must be at least 1"),
        ({"beta2_decay": 0.5}, ValueError, "beta2_decay must not be above 0"),
    ],
)
def test_settings_of_adafactor_out_of_range_are_named(settings, error, said):
    with pytest.raises(error, match=said):
        optim.Adafactor([Value(np.ones(2))], **settings)
