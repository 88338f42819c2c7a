"""The chapters of the course: their numbers are right and their pages stand alone."""

import re

import pytest

from demos.__main__ import main

CHAPTERS = ("neuron",)


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
