"""The chapters of the course: their numbers are right and their pages stand alone."""

import re

import numpy as np
import pytest

from demos.__main__ import main

CHAPTERS = ("neuron", "descent", "line")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for chapter in CHAPTERS:
        assert main([chapter, "--out", str(folder)]) == 0
    return {chapter: folder / chapter / "index.html" for chapter in CHAPTERS}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_links_only_to_itself_and_pages_beside_it(pages, chapter):
    text = pages[chapter].read_text(encoding="utf-8")
    for link in re.findall(r'(?:src|href)\s*=\s*"([^"]{0,40})', text):
        assert link.startswith(("data:", "#")) or (pages[chapter].parent / link).is_file()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_of_a_chapter_has_a_text_alternative(pages, chapter):
    text = pages[chapter].read_text(encoding="utf-8")
    alternatives = re.findall(r'(?:alt|aria-label)="[^"]{20,}"', text)
    assert text.count("<figure>") == len(alternatives) >= 2


def test_one_correction_moves_the_weight_against_its_slope():
    from demos import neuron

    first, second = neuron.learn(0.5, steps=1)
    assert first == (0.5, 1.0, 4.0, -8.0)  # 2 (w x - ideal) x, by hand
    assert second.weight == pytest.approx(0.9)
    assert second.loss == pytest.approx(1.44)


def test_the_neuron_learns_the_ideal_divided_by_its_input():
    from demos import neuron

    assert neuron.learn(steps=60)[-1].weight == pytest.approx(1.5)


def test_the_neuron_is_drawn_at_three_moments(pages):
    assert pages["neuron"].read_text(encoding="utf-8").count("<svg") == 3


def test_descent_ends_where_the_slope_is_zero():
    from demos import descent

    path, norms = descent.descend(descent.bowl, descent.START, descent.RATES["good"], 200)
    assert path[-1] == pytest.approx(1)
    assert norms[-1] < descent.FLAT
    assert (np.diff(norms) < 0).all()


def test_a_learning_rate_that_is_too_large_climbs():
    from demos import descent

    path, _ = descent.descend(descent.bowl, descent.START, descent.RATES["too large"], 15)
    assert (np.diff(descent.heights(descent.bowl)(path)) > 0).all()


def test_the_saddle_holds_only_who_comes_exactly_along_its_ridge():
    from demos import descent

    stuck, free = (descent.descend(descent.saddle, [1.5, b], 0.1, 200)[0][-1] for b in (0.0, 0.001))
    assert stuck == pytest.approx([0, 0], abs=1e-5)
    assert free == pytest.approx([0, 2**0.5], abs=1e-5)


def test_the_best_line_is_that_of_least_squares_to_4_digits():
    from demos import line
    from demos.data import load_sales

    area, price = load_sales()
    z, mean, deviation = line.scaled(area)
    walk = line.best_line(z, price / 1000, np.zeros(2), rate=0.2, steps=200)
    assert walk.arrived
    best = line.unscaled(walk.path[-1], mean, deviation)
    np.testing.assert_allclose(best, np.polyfit(area, price / 1000, 1), rtol=5e-5)


def test_there_are_2930_sales():
    from demos.data import load_sales

    assert [column.shape for column in load_sales()] == [(2930,), (2930,)]
