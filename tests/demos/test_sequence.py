"""The sequence chapter: its text, the counts to beat, its networks, and what they look at."""

import numpy as np
import pytest

import autograd
from demos import letters, sequence
from demos.__main__ import main
from demos.letters import Text


@pytest.fixture(scope="module")
def text():
    return letters.read()


@pytest.fixture(params=sequence.RATES)
def model(request, text):
    autograd.manual_seed(0)
    return sequence.build(request.param, text)


def made_of(string, held_out):
    """A text of these letters, all but the held-out ones to learn from."""
    alphabet = "".join(sorted(set(string + held_out)))
    whole = Text(alphabet, np.array([]), np.array([]))
    return whole._replace(train=whole.encode(string), validation=whole.encode(held_out))


def test_the_text_is_large_and_a_tenth_of_it_held_out(text):
    assert len(text.train) > 300_000
    assert len(text.validation) == pytest.approx(len(text.train) / 9, abs=10)
    assert "statement" in text.decode(text.train)


def test_the_ideal_answer_is_the_letter_that_follows():
    before, after = letters.windows(np.arange(11), 5)
    np.testing.assert_array_equal(before, [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]])
    np.testing.assert_array_equal(after, before + 1)
    pieces = letters.draws(np.arange(40), 5, batch=64)()
    for before, after in (next(pieces), next(pieces)):
        assert before.shape == (64, 5)
        np.testing.assert_array_equal(after, before + 1)
        np.testing.assert_array_equal(np.diff(before), 1)


def test_the_trigram_counts_pairs_before_a_letter():
    string, held_out = "abcabdabcaab" * 3, "abcaab"
    text = made_of(string, held_out)

    def chance(context, letter, strength):
        """By the definition: the counts, and below them the chance after a shorter context."""
        below = (
            chance(context[1:], letter, strength) if context is not None and context
            else 1 / len(text.alphabet) if context is None
            else chance(None, letter, strength)
        )  # fmt: skip
        if context is None:
            return below
        n = len(context)
        followers = [string[i + n] for i in range(len(string) - n) if string[i : i + n] == context]
        return (followers.count(letter) + strength * below) / (len(followers) + strength)

    expected = np.mean(
        [-np.log(chance(held_out[i - 2 : i], held_out[i], 2)) for i in range(2, len(held_out))]
    )
    assert letters.trigram_loss(text, strengths=(2,)) == pytest.approx(expected)


def test_the_trigram_is_judged_with_its_best_strength(text):
    each = [letters.trigram_loss(text, (strength,)) for strength in (1, 3, 10, 30)]
    assert letters.trigram_loss(text) == min(each)
    assert 1.5 < min(each) < 2


def test_nobody_looks_ahead(model, text):
    piece = text.validation[: sequence.LENGTH][None]
    scores = model.predict(piece)
    changed = piece.copy()
    changed[0, 20] = (changed[0, 20] + 1) % len(text.alphabet)
    difference = np.abs(model.predict(changed) - scores).max(axis=-1)[0]
    assert (difference[:20] == 0).all()
    assert difference[20] > 0


def test_attention_is_shared_among_the_letters_before(text):
    autograd.manual_seed(0)
    model = sequence.build("transformer", text)
    weights = sequence.attention(model, text.validation[: sequence.LENGTH])
    assert weights.shape == (2, 4, 32, 32)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    assert (np.triu(weights, 1) == 0).all()


def test_looks_are_measured_in_letters():
    place = np.arange(6)
    previous = np.zeros((6, 6))
    previous[place, np.maximum(place - 1, 0)] = 1
    first = np.zeros((6, 6))
    first[:, 0] = 1
    before, distance = sequence._looks(np.array([[previous, first]]))
    np.testing.assert_allclose(before, [[1, 1 / 5]])
    np.testing.assert_allclose(distance, [[5 / 6, place.mean()]])


def test_the_gradient_that_comes_back_is_measured_from_the_last_letter(model, text):
    norms = sequence.gradient_back(model, text)
    assert len(norms) == sequence.LENGTH
    assert norms[0] == 1
    assert (norms > 0).all()


def test_a_plain_recurrent_network_loses_the_gradient_on_its_way_back(text):
    autograd.manual_seed(0)
    model = sequence.build("RNN", text)
    norms = sequence.gradient_back(model, text)
    assert norms[16] < 1e-2
    assert norms[31] < norms[16]


def test_a_network_writes_on_from_its_beginning_and_the_same_with_the_same_seed(model, text):
    first, again = (sequence.write(model, text, seed=3, count=20) for _ in range(2))
    assert first == again
    assert first.startswith(sequence.BEGINNING)
    assert len(first) == len(sequence.BEGINNING) + 20
    assert sequence.write(model, text, seed=4, count=20) != first


def test_the_length_of_training_can_be_chosen(tmp_path, capsys):
    assert main(["sequence", "--quick", "--epochs", "1", "--out", str(tmp_path)]) == 0
    page = (tmp_path / "sequence" / "index.html").read_text(encoding="utf-8")
    assert "made with 1 epochs" in page
    assert "trigram 1." in capsys.readouterr().out


def test_a_training_of_no_length_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["sequence", "--epochs", "0"])
    assert "0 is not 1 or more" in capsys.readouterr().err


def test_training_lowers_the_loss_on_text_that_is_held_out(text):
    autograd.manual_seed(0)
    model = sequence.build("transformer", text)
    watch = sequence.Samples(text, 0, {2})
    losses = sequence.train(model, text, 0.004, 2, 15, watch)["val_loss"]
    assert losses[1] < losses[0] < np.log(len(text.alphabet))
    assert list(watch.written) == [2]
