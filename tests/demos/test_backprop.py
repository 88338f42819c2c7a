"""The backprop chapter: a loss of 0.6, shares that add up, and learning without gradients."""

import re

import numpy as np
import pytest

from demos import backprop, without_backprop


def sent_back():
    model = backprop.build()
    backprop.distance(model(backprop.INPUT)).backward()
    return model


def test_it_begins_at_a_loss_of_0_6_and_ends_near_zero(backprop_page):
    text = backprop_page.read_text(encoding="utf-8")
    assert "<b>0.600</b>first loss" in text
    after = float(re.search(r"<b>([\d.]+)</b>after one step", text)[1])
    assert after < 0.6
    assert re.search(r"falls from 0\.6 to 0\.00\d+", text)


def test_shares_of_all_weights_and_biases_add_up_to_one():
    rows = backprop.shares(sent_back())
    assert len(rows) == 12
    assert sum(share for *_, share in rows) == pytest.approx(1)


def test_one_correction_follows_the_gradient_of_each_weight():
    model = sent_back()
    expected = [p.data - backprop.LEARNING_RATE * p.grad for p in model.parameters()]
    model.zero_grad()
    backprop.correct(model)
    for parameter, numbers in zip(model.parameters(), expected, strict=True):
        assert parameter.data == pytest.approx(numbers)


def test_the_network_in_a_row_is_the_network_of_layers():
    loss = backprop.distance(backprop.build()(backprop.INPUT)).item()
    assert backprop.flat_loss(backprop.flat_start()) == pytest.approx(loss)


def test_nudging_finds_the_slopes_of_backpropagation():
    task = without_backprop.Task(backprop.flat_loss, backprop.flat_start(), 1.0)
    compared = without_backprop.compare(task, seed=0, budget=40)
    one_step = compared["nudging every weight"][13]  # 12 nudges and a look
    assert one_step == pytest.approx(compared["backpropagation"][2], abs=1e-4)


def test_every_learner_keeps_to_its_evaluations():
    counted = 0

    def loss(row):
        nonlocal counted
        counted += 1
        return ((row - 1) ** 2).sum()

    start = np.zeros(5)
    for learn in (without_backprop.by_nudges, without_backprop.by_luck):
        counted = 0
        reached = learn(loss, start, 0.01 if learn is without_backprop.by_nudges else 0, 40)
        assert len(reached) == counted == 40
    counted = 0
    assert len(without_backprop.by_backprop(loss, start, 0.01, 40)) == 2 * counted == 40


def test_luck_only_ever_keeps_what_helps():
    reached = without_backprop.by_luck(lambda row: (row**2).sum(), np.ones(50), 0, 200)
    assert (np.diff(reached) <= 0).all()
