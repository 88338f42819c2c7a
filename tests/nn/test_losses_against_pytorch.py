"""Every loss with every option: value and gradients are those of PyTorch, where it is there."""

import numpy as np
import pytest

import nn
from autograd import Value

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
REDUCTIONS = ["mean", "sum", "none"]


def agree(name, options, differentiable, *others, dtype=np.float64):
    """Value and gradients, for inputs that want one and those that do not."""
    options = dict(options)
    arrays = {k: v for k, v in options.items() if isinstance(v, np.ndarray)}
    plain = {k: v for k, v in options.items() if k not in arrays}
    tensors = {k: torch.from_numpy(v.astype(dtype)) for k, v in arrays.items()}
    ours = getattr(nn, name)(**plain, **arrays)
    theirs = getattr(torch.nn, name)(**plain, **tensors)
    values = [Value(x.astype(dtype)) for x in differentiable]
    leaves = [torch.tensor(x.astype(dtype), requires_grad=True) for x in differentiable]
    fixed = [x.astype(dtype) if x.dtype.kind == "f" else x for x in others]
    out = ours(*values, *fixed)
    expected = theirs(*leaves, *map(torch.from_numpy, fixed))
    exact = dtype == np.float64
    near = {"rtol": 1e-10, "atol": 1e-12} if exact else {"rtol": 2e-5, "atol": 1e-5}
    assert out.shape == tuple(expected.shape)
    assert out.dtype == dtype
    np.testing.assert_allclose(out.data, expected.detach().numpy(), **near)
    scale = RNG.normal(size=out.shape).astype(dtype)
    (out * scale).sum().backward()
    (expected * torch.tensor(scale)).sum().backward()
    for value, leaf in zip(values, leaves, strict=True):
        np.testing.assert_allclose(value.grad, leaf.grad.numpy(), **near)


SHAPES = [(5,), (5, 3), (2, 5, 3)]


def normal(*shape):
    return RNG.normal(size=shape)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("MSELoss", {}),
        ("L1Loss", {}),
        ("HuberLoss", {}),
        ("HuberLoss", {"delta": 0.3}),
        ("SmoothL1Loss", {}),
        ("SmoothL1Loss", {"beta": 0.3}),
        ("SmoothL1Loss", {"beta": 0.0}),
    ],
    ids=str,
)
def test_distances_of_numbers(name, options, shape, reduction, dtype):
    options = {**options, "reduction": reduction}
    agree(name, options, [normal(*shape), normal(*shape)], dtype=dtype)


WEIGHT, POSITIVE = RNG.uniform(0.5, 2, 3), RNG.uniform(0.5, 2, 3)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3)])
def test_yes_or_no(shape, reduction, dtype):
    yes, soft = RNG.integers(0, 2, shape).astype(float), RNG.random(shape)
    for options in ({}, {"weight": WEIGHT}):
        for target in (yes, soft):
            agree("BCELoss", {**options, "reduction": reduction},
                  [RNG.uniform(0.05, 0.95, shape)], target, dtype=dtype)  # fmt: skip
            agree("BCELoss", {**options, "reduction": reduction},
                  [RNG.integers(0, 2, shape).astype(float)], target, dtype=dtype)  # fmt: skip
            agree("BCEWithLogitsLoss", {**options, "reduction": reduction},
                  [normal(*shape) * 20], target, dtype=dtype)  # fmt: skip
            agree("BCEWithLogitsLoss",
                  {**options, "pos_weight": POSITIVE, "reduction": reduction},
                  [normal(*shape) * 5], target, dtype=dtype)  # fmt: skip


CLASSES = RNG.integers(0, 4, (6, 2))
SOME = np.where(RNG.random((6, 2)) < 0.3, -100, CLASSES)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, RNG.uniform(0.5, 2, 4)], ids=["plain", "weighted"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_one_of_several_classes(reduction, weight, smoothing, dtype):
    common = {"reduction": reduction} | ({} if weight is None else {"weight": weight})
    smooth = {**common, "label_smoothing": smoothing}
    scores, images = normal(6, 4) * 5, normal(6, 4, 2)
    for target in (CLASSES[:, 0], SOME[:, 0]):
        agree("CrossEntropyLoss", smooth, [scores], target, dtype=dtype)
    agree("CrossEntropyLoss", {**smooth, "ignore_index": 2}, [scores], CLASSES[:, 0], dtype=dtype)
    agree("CrossEntropyLoss", smooth, [images], SOME, dtype=dtype)
    agree("CrossEntropyLoss", smooth, [scores[0]], np.array(1), dtype=dtype)
    shares = RNG.dirichlet(np.ones(4), 6)
    agree("CrossEntropyLoss", smooth, [scores], shares, dtype=dtype)
    shares = np.moveaxis(RNG.dirichlet(np.ones(4), (6, 2)), -1, 1)
    agree("CrossEntropyLoss", smooth, [images], shares, dtype=dtype)
    if not smoothing:
        agree("NLLLoss", common, [scores], SOME[:, 0], dtype=dtype)
        agree("NLLLoss", {**common, "ignore_index": 1}, [images], CLASSES, dtype=dtype)


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "NLLLoss"])
def test_what_is_ignored_and_what_weighs_nothing(name):
    for weight in ({}, {"weight": np.array([1.0, 0.0, 2.0, 1.0])}):
        for target in ([-100] * 3, [1, 1, 1], [1, -100, 1], [1, -100, 2]):
            for reduction in REDUCTIONS:
                agree(name, {**weight, "reduction": reduction}, [normal(3, 4)], np.array(target))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_target_that_wants_a_gradient_gets_it(reduction):
    common, shares = {"reduction": reduction}, RNG.dirichlet(np.ones(4), 6)
    counts = RNG.uniform(0.1, 4, (6, 4))
    for more in ({}, {"weight": RNG.uniform(0.5, 2, 4)}):
        agree("CrossEntropyLoss", {**common, **more}, [normal(6, 4), shares])
        agree("BCELoss", {**common, **more}, [RNG.uniform(0.05, 0.95, (6, 4)), shares])
        agree("BCEWithLogitsLoss", {**common, **more}, [normal(6, 4), shares])
    agree("CrossEntropyLoss", {**common, "label_smoothing": 0.2}, [normal(6, 4), shares])
    for full in (False, True):
        agree("PoissonNLLLoss", {**common, "full": full}, [normal(6, 4), counts])
    agree("MarginRankingLoss", common, [normal(6), normal(6), RNG.choice([-1.0, 1.0], 6)])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.filterwarnings("ignore:reduction")
def test_divergence(reduction, log_target, dtype):
    q, p = np.log(RNG.dirichlet(np.ones(4), 6)), RNG.dirichlet(np.ones(4), 6)
    p[0, 0] = 0 if not log_target else p[0, 0]
    target = np.log(p) if log_target else p
    options = {"reduction": reduction, "log_target": log_target}
    if log_target or reduction != "none":
        agree("KLDivLoss", options, [q], target, dtype=dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("full", [False, True])
def test_counts_and_uncertain_numbers(reduction, full, dtype):
    counts = RNG.poisson(2, (6, 3)).astype(float)
    common = {"reduction": reduction, "full": full}
    agree("PoissonNLLLoss", common, [normal(6, 3)], counts, dtype=dtype)
    agree("PoissonNLLLoss", {**common, "log_input": False, "eps": 1e-3},
          [RNG.uniform(0, 3, (6, 3))], counts, dtype=dtype)  # fmt: skip
    for shape in ((6, 3), (6, 1), (6,)):
        var = RNG.uniform(0.1, 2, shape)
        inputs = [normal(6, 3), normal(6, 3), var]
        agree("GaussianNLLLoss", common, inputs, dtype=dtype)
        var.flat[0] = 0.0
        agree("GaussianNLLLoss", {**common, "eps": 0.3}, inputs, dtype=dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_margins(reduction, dtype):
    common = {"reduction": reduction}
    signs = RNG.choice([-1.0, 1.0], (6, 4))
    for margin in (1.0, 0.3):
        options = {**common, "margin": margin}
        agree("HingeEmbeddingLoss", options, [normal(6, 4)], signs, dtype=dtype)
        agree("MarginRankingLoss", options, [normal(6, 4), normal(6, 4)], signs, dtype=dtype)
        pair = [normal(6, 4), normal(6, 4)]
        agree("CosineEmbeddingLoss", options, pair, signs[:, 0], dtype=dtype)
        for more in ({}, {"p": 1.0}, {"swap": True, "eps": 1e-3}, {"p": 3.0}):
            inputs = [normal(6, 4), normal(6, 4), normal(6, 4)]
            agree("TripletMarginLoss", {**options, **more}, inputs, dtype=dtype)
        for more in ({}, {"p": 2}, {"weight": RNG.uniform(0.5, 2, 4)}):
            agree("MultiMarginLoss", {**options, **more}, [normal(6, 4)], CLASSES[:, 0],
                  dtype=dtype)  # fmt: skip
    agree("TripletMarginLoss", common, [normal(4), normal(4), normal(4)], dtype=dtype)
    agree("TripletMarginWithDistanceLoss", {**common, "swap": True},
          [normal(6, 4), normal(6, 4), normal(6, 4)], dtype=dtype)  # fmt: skip
    agree("SoftMarginLoss", common, [normal(6, 4)], signs, dtype=dtype)
    yes = RNG.integers(0, 2, (6, 4)).astype(float)
    for more in ({}, {"weight": RNG.uniform(0.5, 2, 4)}):
        agree("MultiLabelSoftMarginLoss", {**common, **more}, [normal(6, 4)], yes, dtype=dtype)
    right = np.array([[3, 0, -1, 1], [-1, 0, 1, 2], [0, 1, 2, 3]])
    agree("MultiLabelMarginLoss", common, [normal(3, 4)], right, dtype=dtype)
    agree("MultiLabelMarginLoss", common, [normal(4)], right[0], dtype=dtype)


def test_losses_of_several_inputs_say_that_compile_cannot_call_them():
    model = nn.Linear(2, 2)
    model.compile(nn.TripletMarginLoss(), "sgd")
    with pytest.raises(TypeError, match=r"takes \(anchor, positive, negative\)"):
        model.fit(np.zeros((4, 2)), np.zeros((4, 2)), verbose=0)
