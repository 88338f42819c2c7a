"""Every layer, with every option: PyTorch's weights load by name and give its numbers.

Skipped where PyTorch is missing.
"""

import numpy as np
import pytest

import nn
from autograd import Value

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape)


def flat(out):
    """The tensors in nested tuples."""
    if isinstance(out, tuple):
        return [leaf for part in out for leaf in flat(part)]
    return [] if out is None else [out]


def agree(name, args, options, inputs, call=None, dtype=np.float64, train=True):
    """Outputs, gradients of inputs and of every parameter, from the same weights."""
    call = call or {}
    theirs = getattr(torch.nn, name)(*args, **options).to(
        torch.float64 if dtype == np.float64 else torch.float32
    )
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(torch.from_numpy(RNG.normal(size=tuple(p.shape)) * 0.1))
    ours = getattr(nn, name)(*args, **options).to(dtype)
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    ours.train(train), theirs.train(train)

    def each(make):
        def one(x):
            return tuple(map(one, x)) if isinstance(x, tuple) else make(x)

        return one

    def to_torch(x):
        if not isinstance(x, np.ndarray):
            return x
        t = torch.from_numpy(x.astype(dtype) if x.dtype.kind == "f" else x)
        return t.requires_grad_(x.dtype.kind == "f")

    def to_value(x):
        if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
            return x
        return Value(x.astype(dtype))

    ours_in, theirs_in = ([each(make)(x) for x in inputs] for make in (to_value, to_torch))
    plain = {k: to_torch(v) for k, v in call.items()}
    out, expected = flat(ours(*ours_in, **call)), flat(theirs(*theirs_in, **plain))
    exact = dtype == np.float64
    near = {"rtol": 1e-10, "atol": 1e-12} if exact else {"rtol": 1e-5, "atol": 1e-5}
    assert len(out) == len(expected)
    loss, their_loss = 0, 0
    for a, b in zip(out, expected, strict=True):
        assert a.shape == tuple(b.shape)
        assert a.dtype == dtype
        np.testing.assert_allclose(a.data, b.detach().numpy(), **near)
        weights = RNG.normal(size=a.shape).astype(dtype) / max(a.size, 1) ** 0.5
        loss, their_loss = (
            loss + (a * weights).sum(),
            their_loss + (b * torch.from_numpy(weights)).sum(),
        )
    loss.backward()
    their_loss.backward()
    gradients = dict(theirs.named_parameters())
    for key, p in ours.named_parameters():
        np.testing.assert_allclose(p.grad, gradients[key].grad.numpy(), err_msg=key, **near)
    for a, b in zip(flat(tuple(ours_in)), flat(tuple(theirs_in)), strict=True):
        if isinstance(a, Value):
            np.testing.assert_allclose(a.grad, b.grad.numpy(), **near)
    state = theirs.state_dict()
    assert ours.state_dict().keys() == state.keys()
    for key, numbers in ours.state_dict().items():  # running statistics among them
        np.testing.assert_allclose(numbers, state[key].numpy(), err_msg=key, **near)


RECURRENT = [
    {},
    {"num_layers": 2, "bidirectional": True},
    {"bias": False, "batch_first": True},
    {"num_layers": 3, "dropout": 0.0, "bidirectional": True, "batch_first": True},
]


@pytest.mark.parametrize("options", RECURRENT, ids=str)
@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM", "relu", "projected"])
def test_recurrent_layers(name, options, given):
    extra = {"relu": {"nonlinearity": "relu"}, "projected": {"proj_size": 2}}.get(name, {})
    kind = {"relu": "RNN", "projected": "LSTM"}.get(name, name)
    count = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    batch, time = 3, 5
    shape = (batch, time, 4) if options.get("batch_first") else (time, batch, 4)
    h0 = normal(count, batch, extra.get("proj_size", 6))
    state = (h0, normal(count, batch, 6)) if kind == "LSTM" else h0
    inputs = [normal(*shape), state] if given else [normal(*shape)]
    agree(kind, (4, 6), options | extra, inputs)


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_recurrent_layers_on_one_sequence_in_float32_and_in_evaluation(name):
    agree(name, (4, 6), {"bidirectional": True}, [normal(5, 4)])
    agree(name, (4, 6), {}, [normal(5, 3, 4)], dtype=np.float32)
    agree(name, (4, 6), {"num_layers": 2, "dropout": 0.5}, [normal(5, 3, 4)], train=False)


@pytest.mark.parametrize("options", [{}, {"bias": False}], ids=str)
@pytest.mark.parametrize("shape", [(3,), ()])
@pytest.mark.parametrize("name", ["RNNCell", "GRUCell", "LSTMCell"])
def test_cells(name, options, shape):
    h = normal(*shape, 6)
    state = (h, normal(*shape, 6)) if name == "LSTMCell" else h
    agree(name, (4, 6), options, [normal(*shape, 4), state])
    agree(name, (4, 6), options, [normal(*shape, 4)])
    if name == "RNNCell":
        agree(name, (4, 6), options | {"nonlinearity": "relu"}, [normal(*shape, 4), state])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [{}, {"eps": 0.1}, {"elementwise_affine": False}], ids=str)
@pytest.mark.parametrize("shape", [5, (4, 5)])
@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
def test_norms_over_last_axes(name, shape, options, dtype):
    agree(name, (shape,), options, [normal(2, 3, 4, 5)], dtype=dtype)
    if name == "LayerNorm":
        agree(name, (shape,), options | {"bias": False}, [normal(2, 3, 4, 5)], dtype=dtype)


EMBEDDINGS = [
    {},
    {"padding_idx": 1},
    {"padding_idx": -1},
    {"max_norm": 0.7},
    {"max_norm": 1.5, "norm_type": 1.0, "padding_idx": 2},
    {"scale_grad_by_freq": True},
    {"scale_grad_by_freq": True, "padding_idx": 3, "max_norm": 2.0, "norm_type": float("inf")},
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", EMBEDDINGS, ids=str)
def test_embedding(options, dtype):
    agree("Embedding", (7, 3), options, [RNG.integers(0, 7, (4, 9))], dtype=dtype)
    agree("Embedding", (7, 3), options, [np.array([0, 2, 2, 0])], dtype=dtype)


def test_embedding_from_a_table():
    table, places = normal(5, 3), np.array([1, 1, 4])
    ours = nn.Embedding.from_pretrained(table, freeze=False, padding_idx=4)
    theirs = torch.nn.Embedding.from_pretrained(
        torch.from_numpy(table.copy()), freeze=False, padding_idx=4
    )
    ours(places).sum().backward()
    theirs(torch.from_numpy(places)).sum().backward()
    np.testing.assert_array_equal(ours.weight.grad, theirs.weight.grad.numpy())
    assert not nn.Embedding.from_pretrained(table).weight.requires_grad


MASK = np.triu(np.ones((4, 5), bool), 2)
PADDING = np.array([[False] * 5, [False, True, False, False, True], [False] * 4 + [True]])
CALLS = [
    {},
    {"need_weights": False},
    {"average_attn_weights": False},
    {"attn_mask": MASK},
    {"attn_mask": RNG.normal(size=(6, 4, 5)), "average_attn_weights": False},
    {"key_padding_mask": PADDING, "attn_mask": MASK},
]


@pytest.mark.parametrize("call", CALLS, ids=[" ".join(c) or "plain" for c in CALLS])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"kdim": 3, "vdim": 5},
        {"batch_first": True},
        {"add_bias_kv": True},
        {"add_zero_attn": True},
        {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True, "kdim": 3},
    ],
    ids=str,
)
def test_attention(options, call):
    kdim, vdim = options.get("kdim", 6), options.get("vdim", 6)
    inputs = [normal(4, 3, 6), normal(5, 3, kdim), normal(5, 3, vdim)]
    if options.get("batch_first"):
        inputs = [x.swapaxes(0, 1) for x in inputs]
    agree("MultiheadAttention", (6, 2), options, inputs, call)
    agree("MultiheadAttention", (6, 2), options, inputs, call, dtype=np.float32)


@pytest.mark.parametrize("options", [{}, {"add_bias_kv": True, "add_zero_attn": True}], ids=str)
def test_attention_without_a_batch_axis(options):
    agree("MultiheadAttention", (6, 2), options, [normal(4, 6), normal(5, 6), normal(5, 6)])


@pytest.mark.parametrize("options", [{}, {"add_bias_kv": True, "add_zero_attn": True}], ids=str)
def test_attention_to_itself(options):
    x = normal(4, 3, 6)
    theirs = torch.nn.MultiheadAttention(6, 2, **options).double()
    ours = nn.MultiheadAttention(6, 2, **options).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    value, tensor = Value(x), torch.from_numpy(x).requires_grad_()
    mask = np.triu(np.ones((4, 4), bool), 1)
    (out, weights), (expected, other) = (
        ours(value, value, value, attn_mask=mask),
        theirs(tensor, tensor, tensor, attn_mask=torch.from_numpy(mask)),
    )
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(weights.data, other.detach().numpy(), rtol=1e-10, atol=1e-12)
    (out**2).sum().backward(), (expected**2).sum().backward()
    np.testing.assert_allclose(value.grad, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)
    gradients = dict(theirs.named_parameters())
    for key, p in ours.named_parameters():
        np.testing.assert_allclose(p.grad, gradients[key].grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"norm_first": True, "batch_first": True}, {"bias": False, "layer_norm_eps": 0.1}],
    ids=str,
)
def test_transformer_layers(options, train):
    options = {"dropout": 0.0 if train else 0.5} | options
    tgt, memory = normal(4, 3, 6), normal(5, 3, 6)
    if options.get("batch_first"):
        tgt, memory = tgt.swapaxes(0, 1), memory.swapaxes(0, 1)
    causal = np.triu(np.ones((4, 4), bool), 1)
    agree("TransformerEncoderLayer", (6, 2, 7), options, [tgt], {"src_mask": causal}, train=train)
    agree(
        "TransformerDecoderLayer", (6, 2, 7), options, [tgt, memory], {"tgt_mask": causal},
        train=train,
    )  # fmt: skip


PLAIN = """ReLU ReLU6 SELU SiLU Mish Softsign Hardsigmoid Hardswish Sigmoid LogSigmoid Tanh Hardtanh
LeakyReLU PReLU GLU ELU CELU GELU Softplus Hardshrink Softshrink Tanhshrink Softmax2d"""
ACTIVATIONS = [
    *((name, {}) for name in PLAIN.split()),
    ("ReLU", {"inplace": False}),
    ("LeakyReLU", {"negative_slope": 0.3}),
    ("PReLU", {"num_parameters": 3, "init": 0.1}),
    ("ELU", {"alpha": 0.7}),
    ("CELU", {"alpha": 0.7}),
    ("GELU", {"approximate": "tanh"}),
    ("GLU", {"dim": 2}),
    ("Hardtanh", {"min_val": -0.5, "max_val": 2.0}),
    ("Softplus", {"beta": 2.0, "threshold": 3.0}),
    ("Softmax", {"dim": 1}),
    ("Softmin", {"dim": 1}),
    ("Hardshrink", {"lambd": 1.5}),
    ("Softshrink", {"lambd": 1.5}),
    ("Threshold", {"threshold": 0.3, "value": -2.0}),
    ("RReLU", {"lower": 0.2, "upper": 0.2}),
    ("LogSoftmax", {"dim": 1}),
    ("LogSoftmax", {"dim": -1}),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "options"), ACTIVATIONS, ids=str)
def test_activations(name, options, dtype):
    if name in ("Hardsigmoid", "CELU"):
        dtype = np.float32  # PyTorch rounds 1/6 and 1/alpha of their derivatives to float32
    agree(name, (), options, [normal(5, 3, 4, 2) * 4], dtype=dtype)


KINKED = """ReLU ReLU6 LeakyReLU PReLU Hardtanh ELU SELU CELU Hardshrink Softshrink Hardsigmoid
Hardswish Softsign Softplus RReLU"""


@pytest.mark.parametrize("name", KINKED.split())
def test_activations_at_their_kinks(name):
    x = np.array([-6, -3, -1, -0.5, -0.0, 0.0, 0.5, 1, 3, 6])
    agree(name, (), {}, [x], dtype=np.float32, train=name != "RReLU")


def test_activations_in_evaluation():
    agree("RReLU", (), {}, [normal(5, 3)], train=False)
    agree("RReLU", (0.1, 0.7), {}, [normal(5, 3)], train=False)


def test_random_slopes_lie_between_their_bounds():
    x = Value(-np.ones(10_000))
    out = nn.RReLU(0.2, 0.6)(x)
    out.sum().backward()
    np.testing.assert_allclose(x.grad, -out.data)
    assert 0.2 <= x.grad.min() < 0.201 < 0.599 < x.grad.max() <= 0.6
    assert x.grad.mean() == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d"])
def test_dropout_at_its_ends(name):
    x = normal(2, 3, *places(int(name[-2]) if name[-1] == "d" else 1))
    for p in (0.0, 1.0):
        agree(name, (p,), {}, [x])
    agree(name, (0.7,), {"inplace": False}, [x], train=False)


def test_layers_that_only_change_the_shape():
    x = normal(2, 6, 3, 4)
    for options in ({}, {"start_dim": 2}, {"start_dim": 0, "end_dim": 1}, {"end_dim": -2}):
        agree("Flatten", (), options, [x])
    agree("Unflatten", (1, (2, 3)), {}, [x])
    agree("Unflatten", (-3, (2, -1)), {}, [x])
    agree("Identity", (54,), {"unused": True}, [x])


@pytest.mark.parametrize("shape", [(5,), (5, 7), ()])
@pytest.mark.parametrize("options", [{}, {"bias": False}], ids=str)
def test_bilinear(options, shape):
    agree("Bilinear", (3, 4, 2), options, [normal(*shape, 3), normal(*shape, 4)])
    agree("Bilinear", (3, 4, 2), options, [normal(*shape, 3), normal(*shape, 4)], dtype=np.float32)


def test_transformer_layers_with_gelu():
    options = {"dropout": 0.0, "activation": "gelu"}
    agree("TransformerEncoderLayer", (6, 2, 7), options, [normal(4, 3, 6)])
    agree("TransformerDecoderLayer", (6, 2, 7), options, [normal(4, 3, 6), normal(5, 3, 6)])


def places(axes):
    return (9, 8, 7)[:axes]


CONVOLUTIONS = [
    {},
    {"bias": False, "stride": 2},
    {"padding": 1, "dilation": 2},
    {"padding": "same", "dilation": 2},
    {"padding": "same", "kernel_size": 2},
    {"padding": "valid"},
    {"groups": 2, "stride": 2, "padding": 2},
    {"padding": 2, "padding_mode": "reflect"},
    {"padding": 2, "padding_mode": "replicate", "stride": 2},
    {"padding": "same", "padding_mode": "circular", "kernel_size": 4},
]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("options", CONVOLUTIONS, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_convolutions(axes, options):
    options = {"kernel_size": 3} | options
    agree(f"Conv{axes}d", (4, 6), options, [normal(2, 4, *places(axes))])
    agree(f"Conv{axes}d", (4, 6), options, [normal(2, 4, *places(axes))], dtype=np.float32)


def test_convolutions_with_sizes_of_their_own_and_without_batch():
    options = {"stride": (2, 1), "padding": (0, 2), "dilation": (1, 2)}
    agree("Conv2d", (4, 6, (3, 2)), options, [normal(2, 4, 9, 8)])
    agree("Conv2d", (4, 6, 3), {}, [normal(4, 9, 8)])


TRANSPOSES = [
    {},
    {"stride": 2, "bias": False},
    {"stride": 3, "padding": 1, "output_padding": 2},
    {"dilation": 2, "groups": 2},
]


@pytest.mark.parametrize("options", TRANSPOSES, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_transposed_convolutions(axes, options):
    x = normal(2, 4, *(5, 4, 3)[:axes])
    agree(f"ConvTranspose{axes}d", (4, 6, 3), options, [x])
    agree(f"ConvTranspose{axes}d", (4, 6, 3), options, [x], dtype=np.float32)


def test_transposed_convolutions_to_a_size_asked_for():
    call = {"output_size": (12, 9)}
    agree("ConvTranspose2d", (4, 6, 3), {"stride": 2}, [normal(2, 4, 5, 4)], call)


POOLS = [
    *(("Max", options) for options in (
        {}, {"stride": 1}, {"padding": 1, "ceil_mode": True}, {"dilation": 2, "stride": 2})),
    *(("Avg", options) for options in (
        {}, {"stride": 2}, {"padding": 1}, {"padding": 1, "count_include_pad": False},
        {"ceil_mode": True, "stride": 2}, {"divisor_override": 5})),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options"), POOLS, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_pooling(axes, kind, options):
    if axes == 1 and "divisor_override" in options:
        pytest.skip("PyTorch has none in one dimension")
    agree(f"{kind}Pool{axes}d", (3,), options, [normal(2, 4, *places(axes))])


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_adaptive_pooling(axes):
    agree(f"AdaptiveAvgPool{axes}d", (1,), {}, [normal(2, 4, *places(axes))])
    agree(f"AdaptiveAvgPool{axes}d", (5,), {}, [normal(2, 4, *places(axes))])
    agree(f"AdaptiveMaxPool{axes}d", (2,), {}, [normal(2, 4, *(8, 6, 4)[:axes])])
    agree(f"AdaptiveMaxPool{axes}d", (5,), {}, [normal(2, 4, *places(axes))])
    if axes == 2:
        agree("AdaptiveAvgPool2d", ((None, 3),), {}, [normal(2, 4, 9, 8)])


WINNERS = [
    {},
    {"stride": 1},
    {"padding": 1, "ceil_mode": True},
    {"dilation": 2, "stride": 2},
]


@pytest.mark.parametrize("options", WINNERS, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_max_pooling_tells_where_it_found_each_number(axes, options):
    for shape in ((2, 4, *places(axes)), (4, *places(axes))):
        x = normal(*shape).round(1)  # with ties
        ours = getattr(nn, f"MaxPool{axes}d")(3, return_indices=True, **options)
        theirs = getattr(torch.nn, f"MaxPool{axes}d")(3, return_indices=True, **options)
        (out, found), (expected, where) = ours(x), theirs(torch.from_numpy(x))
        np.testing.assert_array_equal(out, expected.numpy())
        np.testing.assert_array_equal(found, where.numpy())
    for size in (1, 4, 5):
        ours = getattr(nn, f"AdaptiveMaxPool{axes}d")(size, return_indices=True)
        theirs = getattr(torch.nn, f"AdaptiveMaxPool{axes}d")(size, return_indices=True)
        (out, found), (expected, where) = ours(x), theirs(torch.from_numpy(x))
        np.testing.assert_array_equal(out, expected.numpy())
        np.testing.assert_array_equal(found, where.numpy())


@pytest.mark.parametrize("options", [{}, {"stride": 3}, {"padding": 1}], ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_unpooling(axes, options):
    x = normal(2, 4, *(8, 6, 4)[:axes])
    pool = getattr(torch.nn, f"MaxPool{axes}d")(2, return_indices=True, **options)
    top, where = pool(torch.from_numpy(x))
    for call in (
        ({}, {"output_size": x.shape}) if "stride" not in options else ({"output_size": x.shape},)
    ):
        agree(f"MaxUnpool{axes}d", (2,), options, [top.numpy(), where.numpy()], call)


@pytest.mark.parametrize("options", [{}, {"stride": 2}, {"ceil_mode": True}], ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_power_pooling(axes, options):
    x = np.abs(normal(2, 4, *places(axes))) + 0.1
    agree(f"LPPool{axes}d", (3, 3), options, [x])
    agree(f"LPPool{axes}d", (1.5, 2), options, [x])
    x = normal(2, 4, *places(axes))
    x[0, 0] = 0  # windows of nothing, whose root has no slope
    for norm in (1, 2, float("inf"), float("-inf")):
        agree(f"LPPool{axes}d", (norm, 2), options, [x])


@pytest.mark.parametrize("kind", ["ConstantPad", "ZeroPad", "ReflectionPad", "ReplicationPad",
                                  "CircularPad"])  # fmt: skip
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_padding(axes, kind):
    more = (1.5,) if kind == "ConstantPad" else ()
    for padding in (1, tuple((np.arange(2 * axes) % 3).tolist())):
        agree(f"{kind}{axes}d", (padding, *more), {}, [normal(2, 4, *places(axes))])
        agree(f"{kind}{axes}d", (padding, *more), {}, [normal(4, *places(axes))])
    if kind in ("ConstantPad", "ZeroPad"):
        agree(f"{kind}{axes}d", (-1, *more), {}, [normal(2, 4, *places(axes))])


SIZES = [
    {"scale_factor": 2},
    {"scale_factor": 1.7},
    {"size": 5},
    {"size": 13},
    {"scale_factor": 0.6, "recompute_scale_factor": True},
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("options", SIZES, ids=str)
@pytest.mark.parametrize(
    ("axes", "mode", "corners"),
    [
        *((axes, mode, None) for axes in (1, 2, 3) for mode in ("nearest", "nearest-exact")),
        *((axes, mode, corners) for axes, mode in enumerate(
            ("linear", "bilinear", "trilinear"), 1) for corners in (None, False, True)),
        (2, "bicubic", False),
        (2, "bicubic", True),
    ],
)  # fmt: skip
def test_upsampling(axes, mode, corners, options):
    options = {**options, "mode": mode, "align_corners": corners}
    agree("Upsample", (), options, [normal(2, 3, *places(axes))])


def test_channels_that_become_places():
    agree("PixelShuffle", (2,), {}, [normal(2, 8, 3, 4)])
    agree("PixelShuffle", (3,), {}, [normal(9, 3, 4)])
    agree("PixelUnshuffle", (2,), {}, [normal(2, 3, 4, 6)])
    agree("ChannelShuffle", (3,), {}, [normal(2, 6, 4, 5)])


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_local_response_norm(size):
    agree("LocalResponseNorm", (size,), {}, [normal(2, 6, 4, 3) * 9])
    agree("LocalResponseNorm", (size, 0.1, 0.5, 2.0), {}, [normal(2, 6, 4) * 9])


def test_distances():
    pair = [normal(4, 3), normal(4, 3)]
    for options in ({}, {"p": 1.0}, {"p": 3.0, "eps": 0.1}, {"keepdim": True}):
        agree("PairwiseDistance", (), options, pair)
    for options in ({}, {"dim": 0}, {"dim": -1, "eps": 0.1}):
        agree("CosineSimilarity", (), options, pair)


STATISTICS = [
    {},
    {"momentum": 0.3, "eps": 0.1},
    {"momentum": None},
    {"affine": False},
    {"track_running_stats": False},
    {"affine": True, "track_running_stats": True},
    {"affine": True, "bias": False},
]


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("options", STATISTICS, ids=str)
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["BatchNorm", "InstanceNorm"])
def test_norms_of_channels(kind, axes, options, train):
    x = normal(3, 4, *(5, 4, 2)[:axes]) * 3 + 1
    for dtype in (np.float64, np.float32):
        agree(f"{kind}{axes}d", (4,), options, [x], dtype=dtype, train=train)
    if kind == "InstanceNorm":
        agree(f"{kind}{axes}d", (4,), options, [x[0]], train=train)
    elif axes == 1:
        agree(f"{kind}{axes}d", (4,), options, [x[..., 0]], train=train)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_running_statistics_over_several_batches(momentum):
    ours = nn.BatchNorm1d(4, momentum=momentum).double()
    theirs = torch.nn.BatchNorm1d(4, momentum=momentum).double()
    for count in (3, 7, 2):
        x = normal(count, 4) * count
        ours(x), theirs(torch.from_numpy(x))
    ours.eval(), theirs.eval()
    expected = theirs(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(ours(x).data, expected, rtol=1e-10)


@pytest.mark.parametrize("options", [{}, {"eps": 0.1}, {"affine": False}, {"bias": False}], ids=str)
@pytest.mark.parametrize("shape", [(), (5,), (5, 3)])
def test_group_norm(shape, options):
    for dtype in (np.float64, np.float32):
        agree("GroupNorm", (2, 6), options, [normal(3, 6, *shape)], dtype=dtype)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(
    "options",
    [{}, {"batch_first": True, "norm_first": True, "bias": False}, {"activation": "gelu"}],
    ids=str,
)
def test_transformer(options, train):
    src, tgt = normal(5, 3, 6), normal(4, 3, 6)
    padding = np.zeros((3, 5), bool)
    padding[1, 3:] = True
    if options.get("batch_first"):
        src, tgt = src.swapaxes(0, 1), tgt.swapaxes(0, 1)
    mask = nn.Transformer.generate_square_subsequent_mask(4, np.float64)
    np.testing.assert_array_equal(
        mask, torch.nn.Transformer.generate_square_subsequent_mask(4).numpy()
    )
    call = {"tgt_mask": np.isinf(mask), "src_key_padding_mask": padding,
            "memory_key_padding_mask": padding}  # fmt: skip
    agree("Transformer", (6, 2, 2, 2, 7, 0.0), options, [src, tgt], call, train=train)


@pytest.mark.filterwarnings("ignore")  # about PyTorch's own fast paths
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("norm", [True, False])
def test_transformer_stacks(norm, train):
    def stack(framework, kind):
        layer = getattr(framework, f"Transformer{kind}Layer")(6, 2, 7, dropout=0.0)
        last = framework.LayerNorm(6) if norm else None
        return getattr(framework, f"Transformer{kind}")(layer, 3, last)

    causal = np.triu(np.ones((4, 4), bool), 1)
    for kind, mask in (("Encoder", "mask"), ("Decoder", "tgt_mask")):
        theirs = stack(torch.nn, kind).double().train(train)
        ours = stack(nn, kind).double().train(train)
        ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
        inputs = [normal(4, 3, 6), normal(5, 3, 6)][: 1 if kind == "Encoder" else 2]
        values, tensors = [Value(x) for x in inputs], [torch.from_numpy(x) for x in inputs]
        out = ours(*values, **{mask: causal})
        expected = theirs(
            *(t.requires_grad_() for t in tensors), **{mask: torch.from_numpy(causal)}
        )
        np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)
        (out**2 * 0.1).sum().backward()
        (expected**2 * 0.1).sum().backward()
        gradients = dict(theirs.named_parameters())
        for key, p in ours.named_parameters():
            near = {"rtol": 1e-8, "atol": 1e-10, "err_msg": key}
            np.testing.assert_allclose(p.grad, gradients[key].grad.numpy(), **near)
        for value, tensor in zip(values, tensors, strict=True):
            np.testing.assert_allclose(value.grad, tensor.grad.numpy(), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("batch", [(2,), (), (0,)])
@pytest.mark.parametrize(
    "options", [{}, {"dilation": 2, "padding": 1}, {"stride": (2, 1), "padding": (0, 1)}], ids=str
)
def test_windows_as_columns(options, batch):
    columns = nn.Unfold((2, 3), **options)(np.zeros((3, 7, 6))).shape
    for dtype in (np.float64, np.float32):
        agree("Unfold", ((2, 3),), options, [normal(*batch, 3, 7, 6)], dtype=dtype)
        agree("Fold", ((7, 6), (2, 3)), options, [normal(*batch, *columns)], dtype=dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [{}, {"padding_idx": 2}, {"max_norm": 0.7}], ids=str)
@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_of_rows(mode, options, dtype):
    options, indices = options | {"mode": mode}, RNG.integers(0, 6, (4, 5))
    flat_indices, starts = indices.reshape(-1), np.array([0, 3, 3, 9, 20])
    agree("EmbeddingBag", (6, 3), options, [indices], dtype=dtype)
    agree("EmbeddingBag", (6, 3), options, [flat_indices, starts], dtype=dtype)
    ended = options | {"include_last_offset": True}
    agree("EmbeddingBag", (6, 3), ended, [flat_indices, starts], dtype=dtype)
    if mode == "sum":
        agree("EmbeddingBag", (6, 3), options, [indices, None, normal(4, 5)], dtype=dtype)


@pytest.mark.parametrize("sizes", [{"size": (3, 7)}, {"scale_factor": (2.0, 1.5)}], ids=str)
def test_upsampling_by_its_old_names(sizes):
    agree("UpsamplingNearest2d", (), sizes, [normal(2, 3, 4, 5)])
    agree("UpsamplingBilinear2d", (), sizes, [normal(2, 3, 4, 5)])


@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("Linear", (3, 2), {"bias": False}), ("Conv1d", (2, 4, 3), {"padding": 1, "groups": 2}),
        ("Conv2d", (2, 4, 3), {"padding_mode": "reflect", "bias": False, "padding": (1, 2)}),
        ("ConvTranspose2d", (2, 4, 3), {"stride": 2, "output_padding": 1, "dilation": 2}),
        ("LSTM", (3, 4, 2), {"bidirectional": True, "proj_size": 2, "dropout": 0.5}),
        ("GRU", (3, 4), {"batch_first": True, "bias": False}), ("RNNCell", (3, 4), {}),
        ("GRUCell", (3, 4), {"bias": False}), ("Flatten", (), {}), ("Flatten", (0, 1), {}),
        ("Embedding", (5, 3), {"padding_idx": 1, "max_norm": 2.0, "scale_grad_by_freq": True}),
        ("EmbeddingBag", (5, 3), {}), ("Hardshrink", (0.3,), {}), ("Softshrink", (), {}),
        ("Unfold", (2,), {"stride": 2}), ("Fold", ((4, 5), 2), {}), ("LeakyReLU", (0.2,), {}),
        ("MaxPool2d", (2,), {}), ("AdaptiveAvgPool2d", ((1, 2),), {}), ("GELU", (), {}),
    ],
    ids=str,
)  # fmt: skip
def test_a_layer_introduces_itself_as_in_pytorch(name, args, options):
    ours, theirs = (getattr(module, name)(*args, **options) for module in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
