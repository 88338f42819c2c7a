"""Training as people write it for PyTorch: with other imports it runs here, number by number.

Each program is given a library `L` (its `nn`, `optim`, `F`, `schedules`, `data`) and yields what
it saw. Weights start as PyTorch drew them, and are loaded by name.
"""

from types import SimpleNamespace

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
import optim
from optim import lr_scheduler

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
X, CLASSES = RNG.normal(size=(60, 8)), RNG.integers(0, 3, 60)
IMAGES, WORDS = RNG.normal(size=(24, 1, 8, 8)), RNG.integers(0, 11, (24, 6))
NOISE = RNG.normal(size=(60, 3))

THEIRS = SimpleNamespace(
    nn=torch.nn, optim=torch.optim, F=torch.nn.functional, schedules=torch.optim.lr_scheduler,
    data=torch.utils.data, no_grad=torch.no_grad, tensor=torch.tensor,
)  # fmt: skip
OURS = SimpleNamespace(
    nn=nn, optim=optim, F=F, schedules=lr_scheduler, data=nn.data,
    no_grad=autograd.no_grad, tensor=lambda numbers: numbers,
)  # fmt: skip


def classifier(L):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = L.nn.Linear(8, 16)
            self.fc2 = L.nn.Linear(16, 3)

        def forward(self, x):
            return self.fc2(L.F.relu(self.fc1(x)))

    return Net()


def by_hand(L, started):
    net, x, y = started(classifier(L)), L.tensor(X), L.tensor(CLASSES)
    criterion = L.nn.CrossEntropyLoss()
    optimizer = L.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        running = 0.0
        for i in range(0, 60, 20):
            optimizer.zero_grad()
            loss = criterion(net(x[i : i + 20]), y[i : i + 20])
            loss.backward()
            optimizer.step()
            running += loss.item()
        yield running


def by_functions(L, started):
    net, x, y = started(classifier(L)), L.tensor(X), L.tensor(CLASSES)
    optimizer = L.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(4):
        net.train()
        optimizer.zero_grad()
        hidden = L.F.dropout(net.fc1(x), p=0.0, training=net.training)
        loss = L.F.cross_entropy(net.fc2(L.F.gelu(hidden)), y, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        net.eval()
        with L.no_grad():
            yield L.F.nll_loss(L.F.log_softmax(net(x), dim=1), y).item()
            yield float((L.F.softmax(net(x), dim=-1).argmax(1) == y).sum()) / len(y)


def by_a_loader(L, started):
    net = started(classifier(L))
    optimizer = L.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=0.1)
    schedule = L.schedules.CosineAnnealingLR(optimizer, T_max=10)
    dataset = L.data.TensorDataset(L.tensor(X), L.tensor(CLASSES))
    loader = L.data.DataLoader(dataset, batch_size=16, shuffle=False, drop_last=True)
    for _ in range(3):
        for inputs, labels in loader:
            optimizer.zero_grad(set_to_none=True)
            loss = L.F.cross_entropy(net(inputs), labels)
            loss.backward()
            yield float(L.nn.utils.clip_grad_norm_(net.parameters(), 1.0))
            optimizer.step()
            yield loss.item()
        schedule.step()
        yield optimizer.param_groups[0]["lr"]


def of_images(L, started):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = L.nn.Conv2d(1, 4, 3, padding=1)
            self.bn = L.nn.BatchNorm2d(4)
            self.pool = L.nn.MaxPool2d(2, 2)
            self.conv2 = L.nn.Conv2d(4, 6, 3)
            self.fc = L.nn.Linear(6 * 2 * 2, 3)

        def forward(self, x):
            x = self.pool(L.F.relu(self.bn(self.conv1(x))))
            x = L.F.relu(self.conv2(x)).reshape(len(x), -1)
            return L.F.log_softmax(self.fc(x), dim=1)

    net = started(Net())
    optimizer = L.optim.RMSprop(net.parameters(), lr=1e-3)
    for _ in range(3):
        optimizer.zero_grad()
        loss = L.F.nll_loss(net(L.tensor(IMAGES)), L.tensor(CLASSES[:24]))
        loss.backward()
        optimizer.step()
        yield loss.item()
    net.eval()
    with L.no_grad():
        yield from np.asarray(net(L.tensor(IMAGES))).ravel()


def of_words(L, started):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = L.nn.Embedding(11, 5)
            self.lstm = L.nn.LSTM(5, 7, num_layers=2, batch_first=True)
            self.fc = L.nn.Linear(7, 3)

        def forward(self, x):
            out, _ = self.lstm(self.embedding(x))
            return self.fc(out[:, -1, :])

    net = started(Net())
    optimizer = L.optim.Adam(net.parameters(), lr=1e-2)
    criterion = L.nn.CrossEntropyLoss(label_smoothing=0.1)
    for _ in range(3):
        net.zero_grad()
        loss = criterion(net(L.tensor(WORDS)), L.tensor(CLASSES[:24]))
        loss.backward()
        L.nn.utils.clip_grad_value_(net.parameters(), 0.05)
        optimizer.step()
        yield loss.item()


def by_a_closure(L, started):
    net = started(L.nn.Sequential(L.nn.Linear(8, 4), L.nn.Tanh(), L.nn.Linear(4, 8)))
    x = L.tensor(X)
    optimizer = L.optim.LBFGS(net.parameters(), lr=0.5, max_iter=5, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = L.F.mse_loss(net(x), x)
        loss.backward()
        return loss

    for _ in range(2):
        yield float(optimizer.step(closure))


def of_two_losses(L, started):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = L.nn.Linear(8, 6)
            self.mean, self.spread = L.nn.Linear(6, 2), L.nn.Linear(6, 2)
            self.decoder = L.nn.Linear(2, 8)

        def forward(self, x):
            hidden = L.F.relu(self.encoder(x))
            mean, spread = self.mean(hidden), self.spread(hidden)
            code = mean + (0.5 * spread).exp() * 0.3
            return L.F.sigmoid(self.decoder(code)), mean, spread

    net, x = started(Net()), L.tensor(1 / (1 + np.exp(-X)))
    optimizer = L.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        again, mean, spread = net(x)
        told = L.F.binary_cross_entropy(again, x, reduction="sum")
        kept = -0.5 * (1 + spread - mean**2 - spread.exp()).sum()
        (told + kept).backward()
        optimizer.step()
        yield from (told.item(), kept.item())


def with_a_frozen_layer(L, started):
    net = started(classifier(L))
    for p in net.fc1.parameters():
        p.requires_grad = False
    net.get_submodule("fc2").requires_grad_(True)
    optimizer = L.optim.SGD(
        [{"params": [p for p in net.parameters() if p.requires_grad]}], lr=0.01, weight_decay=1e-3
    )
    schedule = L.schedules.ReduceLROnPlateau(optimizer, patience=0, factor=0.5, threshold=0.1)
    criterion = L.nn.BCEWithLogitsLoss()
    for _ in range(4):
        optimizer.zero_grad()
        loss = criterion(net(L.tensor(X))[:, 0], L.tensor((CLASSES > 0).astype(float)))
        loss.backward()
        optimizer.step()
        schedule.step(loss.item())
        yield from (loss.item(), optimizer.param_groups[0]["lr"])


def of_two_players(L, started):
    maker = started(L.nn.Sequential(L.nn.Linear(3, 8), L.nn.LeakyReLU(0.2), L.nn.Linear(8, 8)))
    judge = started(
        L.nn.Sequential(L.nn.Linear(8, 8), L.nn.LeakyReLU(0.2), L.nn.Linear(8, 1), L.nn.Sigmoid())
    )
    make, judging = (
        L.optim.Adam(net.parameters(), lr=2e-3, betas=(0.5, 0.999)) for net in (maker, judge)
    )
    criterion = L.nn.BCELoss()
    real, false = L.tensor(np.ones((60, 1))), L.tensor(np.zeros((60, 1)))
    for _ in range(3):
        judging.zero_grad()
        fake = maker(L.tensor(NOISE))
        loss = criterion(judge(L.tensor(X)), real) + criterion(judge(fake.detach()), false)
        loss.backward()
        judging.step()
        yield loss.item()
        make.zero_grad()
        loss = criterion(judge(maker(L.tensor(NOISE))), real)
        loss.backward()
        make.step()
        yield loss.item()


def of_attention(L, started):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = L.nn.Embedding(11, 8)
            self.places = L.nn.Parameter(L.tensor(np.zeros((6, 8))))
            layer = L.nn.TransformerEncoderLayer(
                d_model=8, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True
            )
            self.encoder = L.nn.TransformerEncoder(layer, num_layers=2)
            self.out = L.nn.Linear(8, 11)

        def forward(self, x):
            return self.out(self.encoder(self.embedding(x) + self.places))

    net = started(Net())
    optimizer = L.optim.AdamW(net.parameters(), lr=1e-3)
    schedule = L.schedules.LambdaLR(optimizer, lr_lambda=lambda step: min(1, (step + 1) / 3))
    for _ in range(3):
        scores = net(L.tensor(WORDS))
        loss = L.F.cross_entropy(scores.reshape(-1, 11), L.tensor(WORDS.reshape(-1)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        yield loss.item()


PROGRAMS = [
    by_hand, by_functions, by_a_loader, of_images, of_words, by_a_closure, of_two_losses,
    with_a_frozen_layer, of_two_players, of_attention,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_runs_here_as_in_pytorch(program):
    states = []

    def kept(net):
        states.append(
            {name: array.numpy().copy() for name, array in net.double().state_dict().items()}
        )
        return net

    def loaded(net):
        net.double().load_state_dict(states.pop(0), strict=False)
        return net

    torch.manual_seed(0)
    expected = list(program(THEIRS, kept))
    np.testing.assert_allclose(list(program(OURS, loaded)), expected, rtol=1e-9, atol=1e-12)


SCORES, OTHER = RNG.normal(size=(5, 4, 3)), RNG.normal(size=(5, 4, 3))
SIGNS, SHARES = np.sign(OTHER), 1 / (1 + np.exp(-OTHER))
LABELS = RNG.integers(0, 4, (5, 3))
FUNCTIONS = {
    "softmax": (SCORES, {"dim": 1}),
    "log_softmax": (SCORES, {"dim": 0}),
    "softmin": (SCORES, {"dim": 1}),
    "glu": (SCORES, {"dim": 1}),
    "normalize": (SCORES, {"dim": 1}),
    "normalize, zeros": (SCORES * (np.arange(5) > 1)[:, None, None], {"dim": -1}),
    "normalize, p": (SCORES, {"p": 3.0, "dim": -1}),
    "cosine_similarity": (SCORES, OTHER, {}),
    "cross_entropy": (SCORES, LABELS, {"label_smoothing": 0.2, "ignore_index": 1}),
    "cross_entropy of none": (SCORES, LABELS, {"reduction": "none"}),
    "nll_loss": (SCORES, LABELS, {"reduction": "sum"}),
    "mse_loss": (SCORES, OTHER, {}),
    "l1_loss": (SCORES, OTHER, {"reduction": "sum"}),
    "smooth_l1_loss": (SCORES, OTHER, {"beta": 0.5}),
    "huber_loss": (SCORES, OTHER, {"delta": 0.5}),
    "kl_div": (SCORES, OTHER, {"log_target": True, "reduction": "batchmean"}),
    "binary_cross_entropy": (1 / (1 + np.exp(-SCORES)), SHARES, {}),
    "binary_cross_entropy_with_logits": (SCORES, SHARES, {"reduction": "sum"}),
    "poisson_nll_loss": (SCORES, SHARES, {"log_input": True}),
    "hinge_embedding_loss": (SCORES, SIGNS, {"margin": 0.5}),
    "soft_margin_loss": (SCORES, SIGNS, {}),
    "multi_margin_loss": (SCORES[:, :, 0], LABELS[:, 0], {"p": 2}),
    "leaky_relu": (SCORES, {"negative_slope": 0.2}),
    "elu": (SCORES, {"alpha": 0.5}),
    "adaptive_avg_pool1d": (SCORES, {"output_size": 2}),
    "max_pool1d": (SCORES, {"kernel_size": 2}),
    "relu": (SCORES, {"inplace": False}),
    "hardshrink": (SCORES, {"lambd": 0.3}),
    "threshold": (SCORES, {"threshold": 0.1, "value": -3.0}),
    "prelu": (SCORES, np.array([0.1, 0.2, 0.3, 0.4]), {}),
    "rrelu": (SCORES, {"lower": 0.1, "upper": 0.5}),
    "cosine_embedding_loss": (SCORES[:, :, 0], OTHER[:, :, 0], SIGNS[:, 0, 0], {"margin": 0.2}),
    "gaussian_nll_loss": (SCORES, OTHER, SHARES, {"full": True}),
    "margin_ranking_loss": (SCORES, OTHER, SIGNS, {"margin": 0.2}),
    "multilabel_soft_margin_loss": (SCORES[:, :, 0], (SIGNS[:, :, 0] + 1) / 2, {}),
    "triplet_margin_loss": (SCORES[0], OTHER[0], SHARES[0], {"swap": True}),
    "pairwise_distance": (SCORES, OTHER, {"p": 3.0, "keepdim": True}),
    "pdist": (SCORES[0], {"p": 1.0}),
    "pad": (SCORES, {"pad": (1, -1, 0, 2), "value": 2.0}),
    "pad, reflect": (SCORES, {"pad": (1, 2), "mode": "reflect"}),
    "pad, circular": (SCORES[None], {"pad": (1, 2, 0, 3), "mode": "circular"}),
    "interpolate": (SCORES, {"size": 7, "mode": "linear"}),
    "pixel_shuffle": (SCORES[None].repeat(4, 1)[:, :16], {"upscale_factor": 2}),
    "local_response_norm": (SCORES, {"size": 3}),
    "unfold": (SCORES, {"kernel_size": 2, "padding": 1}),
    "fold": (SCORES[0], {"output_size": (2, 4), "kernel_size": (2, 2)}),
    "lp_pool1d": (np.abs(SCORES), {"norm_type": 2.0, "kernel_size": 2}),
    "instance_norm": (SCORES, {"eps": 0.1}),
    "bilinear": (SCORES[0], SCORES[1], RNG.normal(size=(2, 3, 3)), {}),
    "embedding_bag": (LABELS, RNG.normal(size=(4, 3)), {"mode": "max"}),
    "grid_sample": (SCORES[None, :2], RNG.normal(size=(1, 6, 3, 2)), {"align_corners": True}),
    "grid_sample, border": (
        SCORES[None, :2],
        RNG.normal(size=(1, 6, 3, 2)),
        {"padding_mode": "border", "align_corners": False},
    ),
    "grid_sample, nearest": (
        SCORES[None, :2],
        RNG.normal(size=(1, 6, 3, 2)),
        {"mode": "nearest", "align_corners": False},
    ),
    "affine_grid": (RNG.normal(size=(2, 2, 3)), {"size": (2, 3, 4, 5), "align_corners": True}),
}


@pytest.mark.parametrize("case", FUNCTIONS)
def test_a_function_has_the_conventions_of_pytorch(case):
    *operands, settings = FUNCTIONS[case]
    name = case.partition(",")[0].partition(" ")[0]
    first = next(i for i, x in enumerate(operands) if x.dtype.kind == "f")
    there = [torch.tensor(x, requires_grad=i == first) for i, x in enumerate(operands)]
    here = [autograd.Value(x.copy()) if i == first else x for i, x in enumerate(operands)]
    expected = getattr(torch.nn.functional, name)(*there, **settings)
    found = getattr(F, name)(*here, **settings)
    np.testing.assert_allclose(found.data, expected.detach().numpy(), rtol=1e-12, atol=1e-13)
    (expected**2).sum().backward()
    (found**2).sum().backward()
    found, expected = here[first].grad, there[first].grad.numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
