"""The same network, loss and optimiser here and in PyTorch: the same numbers, step after step.

Skipped where PyTorch is missing:

    pip install torch
    python -m pytest tests/nn/test_against_pytorch.py
"""

import numpy as np
import pytest

import nn
import optim
from autograd import Value

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(32, 20)), RNG.integers(0, 5, size=32)
YES = RNG.integers(0, 2, size=(32, 5)).astype(float)


def networks():
    """Ours and theirs, with the same weights."""
    ours = nn.Sequential(
        nn.Linear(20, 16, dtype=np.float64), nn.ReLU(),
        nn.Linear(16, 8, dtype=np.float64), nn.Tanh(), nn.Linear(8, 5, dtype=np.float64),
    )  # fmt: skip
    theirs = torch.nn.Sequential(
        torch.nn.Linear(20, 16), torch.nn.ReLU(),
        torch.nn.Linear(16, 8), torch.nn.Tanh(), torch.nn.Linear(8, 5),
    ).double()  # fmt: skip
    theirs.load_state_dict({k: torch.from_numpy(v) for k, v in ours.state_dict().items()})
    return ours, theirs


LOSSES = {
    "cross-entropy": (nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), LABELS),
    "binary": (nn.BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss(), YES),
    "mse": (nn.MSELoss(), torch.nn.MSELoss(), YES),
}

RULES = {
    "SGD": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "Adam": ("Adam", {"lr": 0.01}),
    "Adam, other settings": ("Adam", {"betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.1}),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("rule", RULES)
def test_twenty_steps_agree(loss, rule):
    ours, theirs = networks()
    (our_loss, their_loss, target), (name, settings) = LOSSES[loss], RULES[rule]
    our_rule = getattr(optim, name)(ours.parameters(), **settings)
    their_rule = getattr(torch.optim, name)(theirs.parameters(), **{"lr": 0.001, **settings})
    for _ in range(20):
        distance = our_loss(ours(X), target)
        their_distance = their_loss(theirs(torch.from_numpy(X)), torch.from_numpy(target))
        assert distance.item() == pytest.approx(their_distance.item(), rel=1e-9)
        ours.zero_grad()
        theirs.zero_grad()
        distance.backward()
        their_distance.backward()
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-7, atol=1e-10)
        our_rule.step()
        their_rule.step()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-7, atol=1e-9)


def test_probabilities_cost_what_pytorch_says_of_their_scores():
    scores = RNG.normal(size=(32, 5)) * 30
    ours = Value(scores)
    loss = nn.SparseCategoricalCrossentropy()(nn.Softmax()(ours), LABELS)
    loss.backward()
    theirs = torch.tensor(scores, requires_grad=True)
    their_loss = torch.nn.CrossEntropyLoss()(theirs, torch.from_numpy(LABELS))
    their_loss.backward()
    assert loss.item() == pytest.approx(their_loss.item())
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), atol=1e-12)
