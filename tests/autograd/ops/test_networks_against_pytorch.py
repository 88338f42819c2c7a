"""Operations of networks here and in PyTorch: the same results and gradients, to rounding.

Skipped where PyTorch is missing:

    pip install torch
    python -m pytest tests/autograd/ops/test_networks_against_pytorch.py
"""

import itertools

import numpy as np
import pytest

import autograd
from autograd import Value

torch = pytest.importorskip("torch")
F = torch.nn.functional
RNG = np.random.default_rng(0)


def agree(name, ours, theirs, *arrays, tolerance=1e-11):
    """Outputs, and the gradients of a weighted sum of them, of two functions of float64 arrays."""
    values = [Value(a) for a in arrays]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    found, expected = ours(*values), theirs(*tensors)
    assert found.shape == tuple(expected.shape), name
    np.testing.assert_allclose(
        found.data, expected.detach().numpy(), rtol=0, atol=tolerance, err_msg=name
    )
    seed = np.asarray(RNG.normal(size=found.shape))
    found.backward(seed)
    expected.backward(torch.tensor(seed))
    for i, (v, t) in enumerate(zip(values, tensors, strict=True)):
        theirs_grad = np.zeros(v.shape) if t.grad is None else t.grad.numpy()
        ours_grad = np.zeros(v.shape) if v.grad is None else v.grad
        np.testing.assert_allclose(
            ours_grad, theirs_grad, rtol=0, atol=tolerance, err_msg=f"{name}: gradient {i}"
        )


def both(name):
    return getattr(autograd, name), getattr(F, name)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("groups", [1, 4])
def test_convolutions(axes, groups):
    size = (9, 8, 7)[:axes]
    kernel = (3, 2, 3)[:axes]
    ours, theirs = both(f"conv{axes}d")
    for stride, padding, dilation in itertools.product([1, 2, 3], [0, 1, 2], [1, 2]):
        params = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        agree(
            f"conv{axes}d {params}",
            lambda *xs, p=params: ours(*xs, **p),
            lambda *xs, p=params: theirs(*xs, **p),
            RNG.normal(size=(2, 4, *size)),
            RNG.normal(size=(8, 4 // groups, *kernel)),
            RNG.normal(size=8),
        )


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("groups", [1, 4])
def test_transposed_convolutions(axes, groups):
    size = (4, 5, 3)[:axes]
    kernel = (3, 2, 4)[:axes]
    ours, theirs = both(f"conv_transpose{axes}d")
    for stride, padding, dilation in itertools.product([1, 2, 3], [0, 1], [1, 2]):
        for output_padding in {0, max(stride, dilation) - 1}:
            params = {"stride": stride, "padding": padding, "dilation": dilation,
                      "groups": groups, "output_padding": output_padding}  # fmt: skip
            agree(
                f"conv_transpose{axes}d {params}",
                lambda *xs, p=params: ours(*xs, **p),
                lambda *xs, p=params: theirs(*xs, **p),
                RNG.normal(size=(2, 4, *size)),
                RNG.normal(size=(4, 8 // groups, *kernel)),
                RNG.normal(size=8 // groups * groups),
            )


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("kernel", [(1, 1), (3, 2), (4, 5)])
def test_convolution_with_the_same_size(kernel):
    agree(
        "same",
        lambda x, w: autograd.conv2d(x, w, padding="same", dilation=(2, 1)),
        lambda x, w: F.conv2d(x, w, padding="same", dilation=(2, 1)),
        RNG.normal(size=(2, 3, 9, 8)),
        RNG.normal(size=(2, 3, *kernel)),
    )


def test_a_single_image_needs_no_batch():
    x, w = RNG.normal(size=(3, 6, 6)), RNG.normal(size=(2, 3, 3, 3))
    agree("conv2d", autograd.conv2d, F.conv2d, x, w)
    agree("conv_transpose2d", autograd.conv_transpose2d, F.conv_transpose2d,
          x[:2], RNG.normal(size=(2, 3, 3, 3)))  # fmt: skip
    agree("max_pool2d", lambda x: autograd.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 2), x)


def test_many_images_go_in_blocks():
    agree("conv2d", lambda x, w: autograd.conv2d(x, w, padding=1),
          lambda x, w: F.conv2d(x, w, padding=1),
          RNG.normal(size=(70, 8, 16, 16)), RNG.normal(size=(4, 8, 3, 3)),
          tolerance=1e-9)  # fmt: skip


WINDOWS = [
    (kernel, stride, padding, ceil)
    for kernel, stride, padding in itertools.product([2, 3], [None, 1, 2, 3], [0, 1])
    for ceil in (False, True)
]


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_max_pooling(axes):
    ours, theirs = both(f"max_pool{axes}d")
    x = RNG.permutation(2 * 3 * 7**axes).reshape(2, 3, *(7,) * axes) * 0.5
    for kernel, stride, padding, ceil in WINDOWS:
        for dilation in (1, 2):
            args = (kernel, stride, padding, dilation, ceil)
            agree(
                f"max_pool{axes}d {args}",
                lambda x, a=args: ours(x, *a),
                lambda x, a=args: theirs(x, *a),
                x,
            )


def test_the_first_of_several_largest_numbers_gets_the_gradient():
    x = RNG.integers(0, 2, size=(2, 3, 8, 8)).astype(float)
    for args in [(2,), (3, 1, 1), (3, 2, 1)]:
        agree("ties", lambda x, a=args: autograd.max_pool2d(x, *a),
              lambda x, a=args: F.max_pool2d(x, *a), x)  # fmt: skip


def test_a_nan_is_the_largest_of_its_window():
    x = RNG.normal(size=(1, 1, 4, 4))
    x[0, 0, 1, 1] = np.nan
    agree("nan", lambda x: autograd.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 2), x)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_average_pooling(axes):
    ours, theirs = both(f"avg_pool{axes}d")
    x = RNG.normal(size=(2, 3, *(7, 8, 6)[:axes]))
    for kernel, stride, padding, ceil in WINDOWS:
        for counted in (True, False):
            args = (kernel, stride, padding, ceil, counted)
            agree(
                f"avg_pool{axes}d {args}",
                lambda x, a=args: ours(x, *a),
                lambda x, a=args: theirs(x, *a),
                x,
            )


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_adaptive_pooling(axes, size):
    ours, theirs = both(f"adaptive_avg_pool{axes}d")
    x = RNG.normal(size=(2, 3, *(8, 7, 6)[:axes]))
    agree("average", lambda x: ours(x, size), lambda x: theirs(x, size), x)
    ours, theirs = both(f"adaptive_max_pool{axes}d")
    x = RNG.integers(0, 9, size=x.shape).astype(float)
    agree("max", lambda x: ours(x, size), lambda x: theirs(x, size), x)


def test_embedding():
    indices = RNG.integers(0, 5, size=(3, 4))
    for row in (None, 2, -1):
        agree("embedding", lambda t, r=row: autograd.embedding(indices, t, padding_idx=r),
              lambda t, r=row: F.embedding(torch.tensor(indices), t, padding_idx=r),
              RNG.normal(size=(5, 3)))  # fmt: skip


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
def test_layer_and_rms_norm(shape):
    xs = RNG.normal(size=(2, 3, 4)), RNG.normal(size=shape), RNG.normal(size=shape)
    agree("layer_norm", lambda x, w, b: autograd.layer_norm(x, shape, w, b),
          lambda x, w, b: F.layer_norm(x, shape, w, b), *xs)  # fmt: skip
    agree("rms_norm", lambda x, w: autograd.rms_norm(x, shape, w, 1e-5),
          lambda x, w: F.rms_norm(x, shape, w, 1e-5), *xs[:2])  # fmt: skip
    agree("rms_norm", lambda x: autograd.rms_norm(x, shape),
          lambda x: F.rms_norm(x, shape), xs[0])  # fmt: skip


@pytest.mark.parametrize("places", [(), (5,), (3, 2)])
def test_norms_of_channels(places):
    xs = RNG.normal(size=(3, 4, *places)), RNG.normal(size=4), RNG.normal(size=4)
    for groups in (1, 2, 4):
        agree("group_norm", lambda x, w, b, n=groups: autograd.group_norm(x, n, w, b, 0.1),
              lambda x, w, b, n=groups: F.group_norm(x, n, w, b, 0.1), *xs)  # fmt: skip
    if places:
        agree("instance_norm", autograd.instance_norm,
              lambda x, w, b: F.instance_norm(x, weight=w, bias=b), *xs)  # fmt: skip
    mean, var = RNG.normal(size=4), RNG.uniform(0.5, 2, size=4)
    agree("batch_norm", lambda x, w, b: autograd.batch_norm(x, mean, var, w, b),
          lambda x, w, b: F.batch_norm(x, torch.tensor(mean), torch.tensor(var), w, b),
          *xs)  # fmt: skip
    agree("batch_norm", lambda x, w, b: autograd.batch_norm(x, None, None, w, b, True),
          lambda x, w, b: F.batch_norm(x, None, None, w, b, True), *xs)  # fmt: skip


def test_batch_norm_moves_its_running_statistics():
    x, mean, var = RNG.normal(size=(3, 4, 5)), RNG.normal(size=4), RNG.uniform(0.5, 2, size=4)
    arrays = mean.copy(), var.copy()
    ours = Value(mean, requires_grad=False), Value(var, requires_grad=False)
    theirs = torch.tensor(mean), torch.tensor(var)
    autograd.batch_norm(Value(x), *ours, training=True, momentum=0.3)
    autograd.batch_norm(Value(x), *arrays, training=True, momentum=0.3)
    F.batch_norm(torch.tensor(x), *theirs, training=True, momentum=0.3)
    for v, a, t in zip(ours, arrays, theirs, strict=True):
        np.testing.assert_allclose(v.data, t.numpy(), rtol=1e-12)
        np.testing.assert_allclose(a, t.numpy(), rtol=1e-12)


ATTENTION = {
    "plain": {},
    "scaled": {"scale": 0.3},
    "causal": {"is_causal": True},
    "masked": {"attn_mask": RNG.random((3, 5)) > 0.4},
    "a query that sees nothing": {"attn_mask": np.arange(3)[:, None] * np.ones(5) != 1},
    "biased": {"attn_mask": RNG.normal(size=(2, 1, 3, 5))},
}


@pytest.mark.parametrize("case", ATTENTION)
def test_attention(case):
    params = ATTENTION[case]
    theirs = {k: torch.tensor(v) if k == "attn_mask" else v for k, v in params.items()}
    agree(case, lambda *xs: autograd.scaled_dot_product_attention(*xs, **params),
          lambda *xs: F.scaled_dot_product_attention(*xs, **theirs),
          RNG.normal(size=(2, 2, 3, 4)), RNG.normal(size=(2, 2, 5, 4)),
          RNG.normal(size=(2, 2, 5, 6)))  # fmt: skip


LABELS = np.array([[1, 0, 4], [2, 2, -7]])
CLASS_WEIGHTS = np.array([0.5, 1.0, 2.0, 0.1, 3.0])


def classes_second(t):
    """PyTorch has its classes on axis 1, here they are last."""
    return t.movedim(-1, 1)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("weight", [None, CLASS_WEIGHTS])
def test_cross_entropies(reduction, weight):
    x = RNG.normal(size=(2, 3, 5)) * 3
    wt = None if weight is None else torch.tensor(weight)
    labels = torch.tensor(LABELS)
    for smoothing in (0.0, 0.3):
        params = {"label_smoothing": smoothing, "reduction": reduction}
        agree("class numbers",
              lambda x, p=params: autograd.cross_entropy(x, LABELS, weight, -7, **p),
              lambda x, p=params: F.cross_entropy(
                  classes_second(x), labels, wt, ignore_index=-7, **p), x)  # fmt: skip
        agree("probabilities",
              lambda x, t, p=params: autograd.cross_entropy(x, t, weight, **p),
              lambda x, t, p=params: F.cross_entropy(x, t, wt, **p),
              RNG.normal(size=(4, 5)) * 3, RNG.dirichlet(np.ones(5), size=4))  # fmt: skip
    agree("nll_loss",
          lambda x: autograd.nll_loss(autograd.log_softmax(x), LABELS, weight, -7, reduction),
          lambda x: F.nll_loss(classes_second(x.log_softmax(-1)), labels, wt, ignore_index=-7,
                               reduction=reduction), x)  # fmt: skip


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_binary_cross_entropies(reduction):
    x, t, w, more = (RNG.uniform(0.01, 0.99, size=(3, 4)) for _ in range(4))
    for weight, pos_weight in itertools.product([None, w], [None, more]):
        wt, mt = (None if a is None else torch.tensor(a) for a in (weight, pos_weight))
        agree("with logits",
              lambda x, t, w=weight, m=pos_weight: autograd.binary_cross_entropy_with_logits(
                  x, t, w, m, reduction),
              lambda x, t, w=wt, m=mt: F.binary_cross_entropy_with_logits(
                  x, t, w, pos_weight=m, reduction=reduction), 5 * x, t)  # fmt: skip
        agree("probabilities",
              lambda x, t, w=weight: autograd.binary_cross_entropy(x, t, w, reduction),
              lambda x, t, w=wt: F.binary_cross_entropy(x, t, w, reduction=reduction),
              x, t)  # fmt: skip


def test_binary_cross_entropy_of_certainty_is_at_most_100():
    x, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    ours = autograd.binary_cross_entropy(Value(x), t, reduction="none")
    theirs = F.binary_cross_entropy(torch.tensor(x), torch.tensor(t), reduction="none")
    np.testing.assert_allclose(ours.data, theirs.numpy())


DISTANCES = {
    "mse_loss": {},
    "l1_loss": {},
    "huber_loss": {"delta": 0.7},
    "smooth_l1_loss": {"beta": 0.3},
}


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("name", DISTANCES)
def test_distances(name, reduction):
    ours, theirs = both(name)
    params = DISTANCES[name] | {"reduction": reduction}
    agree(name, lambda x, t: ours(x, t, **params), lambda x, t: theirs(x, t, **params),
          RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4)))  # fmt: skip


@pytest.mark.parametrize("reduction", ["none", "mean", "sum", "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
def test_kl_divergence(reduction, log_target):
    x = np.log(RNG.dirichlet(np.ones(4), size=3))
    t = RNG.dirichlet(np.ones(4), size=3)
    t = np.log(t) if log_target else t
    params = {"reduction": reduction, "log_target": log_target}
    agree("kl_div", lambda x, t: autograd.kl_div(x, t, **params),
          lambda x, t: F.kl_div(x, t, **params), x, t)  # fmt: skip


def test_kl_divergence_from_a_one_hot_row_is_finite():
    x, t = np.log([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, 0.0]])
    agree("kl_div", lambda x: autograd.kl_div(x, t, "sum"),
          lambda x: F.kl_div(x, torch.tensor(t), reduction="sum"), x)  # fmt: skip


def test_cosine_similarity():
    x, y = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(3, 4))
    for axis in (-1, 1):
        agree("cosine", lambda x, y, a=axis: autograd.cosine_similarity(x, y, a),
              lambda x, y, a=axis: F.cosine_similarity(x, y, a), x, y)  # fmt: skip


def test_hinge_loss_is_relu_of_the_margin_missed():
    x, t = RNG.normal(size=8), RNG.choice([-1.0, 1.0], size=8)
    agree("hinge", lambda x: autograd.hinge_loss(x, t),
          lambda x: torch.relu(1 - torch.tensor(t) * x).mean(), x)  # fmt: skip
