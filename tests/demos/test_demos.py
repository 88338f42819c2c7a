"""The demos as a user runs them: each leaves one page that stands alone and tells the truth."""

import re

import pytest

from demos.__main__ import main
from demos.course import CHAPTERS


def test_without_a_name_the_demos_are_listed(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in CHAPTERS)


def test_a_mistyped_name_is_answered_with_the_nearest(capsys):
    assert main(["digit"]) == 2
    assert "did you mean digits?" in capsys.readouterr().err


def test_digits_are_read_with_at_least_91_percent(digits_page):
    text = digits_page.read_text(encoding="utf-8")
    accuracy = float(re.search(r"<b>([\d.]+)%</b>test accuracy", text)[1])
    assert accuracy >= 91


def test_digits_page_tells_the_five_steps_in_order(digits_page):
    text = digits_page.read_text(encoding="utf-8")
    steps = ["Prepare", "Preprocess", "Build", "Train", "Evaluate"]
    places = [text.index(f"<h2>{step}") for step in steps]
    assert places == sorted(places)


def test_digits_page_draws_the_graph_of_one_loss(digits_page):
    text = digits_page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "0.weight" in text


def test_backprop_begins_at_a_loss_of_0_6_and_ends_near_zero(backprop_page):
    text = backprop_page.read_text(encoding="utf-8")
    assert "<b>0.600</b>first loss" in text
    after = float(re.search(r"<b>([\d.]+)</b>after one step", text)[1])
    assert after < 0.6
    assert re.search(r"falls from 0\.6 to 0\.00\d+", text)


def test_shares_of_all_weights_and_biases_add_up_to_one():
    from demos import backprop

    model = backprop.build()
    backprop.distance(model(backprop.INPUT)).backward()
    rows = backprop.shares(model)
    assert len(rows) == 12
    assert sum(share for *_, share in rows) == pytest.approx(1)


def test_one_correction_follows_the_gradient_of_each_weight():
    from demos import backprop

    model = backprop.build()
    backprop.distance(model(backprop.INPUT)).backward()
    expected = [p.data - backprop.LEARNING_RATE * p.grad for p in model.parameters()]
    model.zero_grad()
    backprop.correct(model)
    for parameter, numbers in zip(model.parameters(), expected, strict=True):
        assert parameter.data == pytest.approx(numbers)
