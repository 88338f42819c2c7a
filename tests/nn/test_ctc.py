"""CTCLoss is minus the log of the probability of every path that reads as the text."""

import itertools

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.testing import check_grad

RNG = np.random.default_rng(0)


def reads_as(path, blank=0):
    """What a path says: repetitions joined, blanks left out."""
    return tuple(label for label, _ in itertools.groupby(path) if label != blank)


def by_counting(log_probs, text, blank=0):
    times, labels = log_probs.shape
    total = sum(
        np.exp(sum(log_probs[t, label] for t, label in enumerate(path)))
        for path in itertools.product(range(labels), repeat=times)
        if reads_as(path, blank) == tuple(text)
    )
    return -np.log(total)


def scores(*shape):
    x = RNG.normal(size=shape)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("text", [(), (1,), (1, 1), (1, 2), (2, 1, 2), (1, 1, 2)])
@pytest.mark.parametrize("times", [3, 5])
def test_it_sums_all_paths_that_read_as_the_text(text, times):
    log_probs = scores(times, 3)
    if len(text) + sum(a == b for a, b in itertools.pairwise(text)) > times:
        assert np.isinf(autograd.ctc_loss(log_probs, text, times, len(text)))
        return
    found = autograd.ctc_loss(log_probs, np.array(text, int), times, len(text), reduction="none")
    np.testing.assert_allclose(found, by_counting(log_probs, text), rtol=1e-12)


def test_sequences_of_a_batch_have_their_own_lengths():
    log_probs, texts = scores(5, 3, 4), [(1, 2), (3,), (3, 3)]
    spans, sizes = [5, 2, 4], [2, 1, 2]
    expected = [by_counting(log_probs[:n, i], texts[i]) for i, n in enumerate(spans)]
    padded = np.array([[1, 2, 9], [3, 9, 9], [3, 3, 9]])
    for targets in (padded, np.array([1, 2, 3, 3, 3])):
        found = nn.CTCLoss(reduction="none")(log_probs, targets, spans, sizes)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    mean = nn.CTCLoss()(log_probs, padded, spans, sizes)
    np.testing.assert_allclose(mean, np.mean(np.array(expected) / sizes), rtol=1e-12)


def test_its_derivative_is_right_at_the_scores_and_at_the_log_probabilities():
    def loss(x):
        return autograd.ctc_loss(x, [[1, 1], [2, 0]], [4, 3], [2, 1], reduction="sum")

    check_grad(loss, scores(4, 2, 3))
    check_grad(lambda x: loss(autograd.log_softmax(x)), RNG.normal(size=(4, 2, 3)))


def test_pytorchs_gradient_at_the_log_probabilities_is_that_of_the_scores():
    given = [[1, 2]], [4], [2]
    x, leaf = Value(RNG.normal(size=(4, 1, 3))), Value(np.zeros((4, 1, 3)))
    log_probs = autograd.log_softmax(x)
    leaf.data = log_probs.data
    nn.CTCLoss()(log_probs, *given).backward()
    nn.CTCLoss()(leaf, *given).backward()
    np.testing.assert_allclose(leaf.grad, x.grad, atol=1e-14)
    np.testing.assert_allclose(leaf.grad.sum(axis=-1), 0, atol=1e-14)


def test_a_text_too_long_for_its_sequence_costs_infinitely_or_nothing_and_teaches_nothing():
    for zero, cost in ((False, np.inf), (True, 0.0)):
        x = Value(scores(3, 2, 3))
        losses = nn.CTCLoss(reduction="none", zero_infinity=zero)(
            x, [[1, 1, 1], [1, 2, 1]], [3] * 2, [3] * 2
        )
        assert losses.data[0] == cost
        losses.sum().backward()
        assert not x.grad[:, 0].any()
        assert x.grad[:, 1].any()


def test_impossible_labels_leave_no_nan():
    log_probs = scores(4, 1, 3)
    log_probs[1:3, 0, 1] = -np.inf
    x = Value(log_probs)
    loss = nn.CTCLoss()(x, [[1, 2]], [4], [2])
    loss.backward()
    np.testing.assert_allclose(loss.data * 2, by_counting(log_probs[:, 0], (1, 2)), rtol=1e-12)
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize(
    ("targets", "spans", "sizes", "error", "said"),
    [
        ([[1, 5]] * 2, [4, 4], [2, 2], ValueError, "from 0 to 2 and not the blank 0, found 5"),
        ([[0, 1]] * 2, [4, 4], [2, 2], ValueError, "not the blank 0, found 0"),
        ([[1, 2]] * 2, [9, 4], [2, 2], ValueError, "at most the 4 times there are, found 4 to 9"),
        ([[1, 2]] * 2, [4, 4], [3, 2], ValueError, r"targets must be \(2, at least 3\)"),
        ([[1.0, 2.0]] * 2, [4, 4], [2, 2], TypeError, "targets must be integers"),
        ([[1, 2]] * 2, [4], [2, 2], ValueError, "input_lengths must be 2 integers"),
    ],
)
def test_what_does_not_fit_is_named(targets, spans, sizes, error, said):
    with pytest.raises(error, match=said):
        nn.CTCLoss()(scores(4, 2, 3), targets, spans, sizes)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_goes_the_way_of_pytorch(dtype):
    torch = pytest.importorskip("torch")
    near = {"rtol": 1e-10, "atol": 1e-12} if dtype == np.float64 else {"rtol": 1e-5, "atol": 1e-5}
    for trial in range(12):
        times, batch, labels, longest = (int(n) for n in RNG.integers([2, 1, 2, 1], [8, 4, 6, 4]))
        blank = int(RNG.integers(labels))
        x = RNG.normal(size=(times, batch, labels)) if trial % 2 else scores(times, batch, labels)
        given = (
            RNG.choice([c for c in range(labels) if c != blank], (batch, longest)),
            RNG.integers(1, times + 1, batch),
            RNG.integers(0, longest + 1, batch),
        )
        for reduction in ("mean", "sum", "none"):
            v, t = Value(x.astype(dtype)), torch.tensor(x.astype(dtype), requires_grad=True)
            ours = nn.CTCLoss(blank, reduction, True)(v, *given)
            theirs = torch.nn.CTCLoss(blank, reduction, True)(t, *map(torch.tensor, given))
            assert ours.dtype == dtype
            np.testing.assert_allclose(ours.data, theirs.detach().numpy(), **near)
            ours.sum().backward(), theirs.sum().backward()
            np.testing.assert_allclose(v.grad, t.grad.numpy(), **near)
