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
@pytest.mark.parametrize("groups", [1, 2, 4])
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
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_transposed_convolutions(axes, groups):
    size = (4, 5, 3)[:axes]
    kernel = (3, 2, 4)[:axes]
    ours, theirs = both(f"conv_transpose{axes}d")
    for stride, padding, dilation in itertools.product([1, 2, 3], [0, 1], [1, 2]):
        for output_padding in range(max(stride, dilation)):
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
    x = RNG.normal(size=(2, 3, *(12,) * axes))
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
    ours = Value(mean, requires_grad=False), Value(var, requires_grad=False)
    theirs = torch.tensor(mean), torch.tensor(var)
    autograd.batch_norm(Value(x), *ours, training=True, momentum=0.3)
    F.batch_norm(torch.tensor(x), *theirs, training=True, momentum=0.3)
    for v, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(v.data, t.numpy(), rtol=1e-12)


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
