"""The chapters of the course: their numbers are right and their pages stand alone."""

import itertools
import re
import sys

import numpy as np
import pytest

import demos
import nn
from demos import glossary, story
from demos.__main__ import main
from demos.course import CHAPTERS
from demos.language import LANGUAGES, label, speaking
from tests.demos.look import pages, targets


def test_every_chapter_has_a_page_an_index_entry_and_a_picture(course):
    index = (course / "index.html").read_text(encoding="utf-8")
    assert "python -m demos" not in index  # that is what a chapter without a page is answered
    for chapter in CHAPTERS:
        assert (course / chapter / "index.html").is_file()
        assert f'href="{chapter}/index.html"' in index


def test_chapters_follow_each_other(course):
    order = list(CHAPTERS)
    for before, after in itertools.pairwise(order):
        assert f"../{after}/index.html" in targets(course / before / "index.html")
        assert f"../{before}/index.html" in targets(course / after / "index.html")


def test_every_link_leads_to_a_page_of_the_course(course):
    for page in pages(course):
        for target in targets(page):
            if not target.startswith(("data:", "#")):
                assert (page.parent / target.split("#")[0]).is_file(), f"{page}: {target}"


def test_every_figure_says_in_words_what_it_shows(course):
    for chapter in CHAPTERS:
        text = (course / chapter / "index.html").read_text(encoding="utf-8")
        alternatives = re.findall(r'<figure><div [^>]*aria-label="[^"]{20,}"', text)
        assert text.count("<figure>") == len(alternatives), chapter


def test_a_page_is_written_in_the_language_asked_for(course):
    korean = course.name.startswith("course-ko")
    for chapter in CHAPTERS:
        if story.text_of(chapter).exists():
            page = (course / chapter / "index.html").read_text(encoding="utf-8")
            title = re.search(r"<h1>(.*?)</h1>", page)[1]
            assert bool(re.search("[가-힣]", title)) == korean
            assert f'<html lang="{"ko" if korean else "en"}">' in page


@pytest.mark.parametrize("chapter", [c for c in CHAPTERS if story.text_of(c).exists()])
def test_both_languages_show_the_same_things(chapter):
    shown = []
    for name in LANGUAGES:
        with speaking(name):
            text = story.text_of(chapter).read_text(encoding="utf-8")
        shown.append(re.findall(r"\]\(([\w./]+)\)|^\|(\w+)\||^@(\w+)|^(> )", text, re.M))
    assert shown[0] == shown[1]


def test_a_single_chapter_links_only_to_pages_there_are(tmp_path):
    assert main(["descent", "--out", str(tmp_path)]) == 0
    test_every_link_leads_to_a_page_of_the_course(tmp_path)
    assert "python -m demos neuron" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_without_matplotlib_it_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.delattr(demos, "figures", raising=False)
    monkeypatch.delitem(sys.modules, "demos.figures", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["neuron", "--out", str(tmp_path)]) == 1
    assert "pip install" in capsys.readouterr().err


def test_a_text_that_speaks_of_something_unknown_is_an_error():
    with pytest.raises(KeyError, match="missing"):
        story.write("# Title\n\nLead {missing}", {})


def test_a_figure_or_a_table_that_a_run_does_not_have_is_left_out():
    text = "# T\n\nLead\n\n![alt](bars)\nUnder it.\n\n|gaps| what | why\nAbove it."
    page = story.write(text, {"bars": None, "gaps": []}).html()
    assert "Under it" not in page
    assert "Above it" not in page
    assert "Above it" in story.write(text, {"bars": None, "gaps": [("a", "b")]}).html()


def test_a_label_in_another_language_keeps_its_numbers():
    with speaking("ko"):
        assert label("too large: 1.02") == "너무 큼: 1.02"
    assert label("too large: 1.02") == "too large: 1.02"


def test_one_correction_moves_the_weight_against_its_slope():
    from demos import neuron

    first, second = neuron.learn(0.5, steps=1)
    assert first == (0.5, 1.0, 4.0, -8.0)  # 2 (w x - ideal) x, by hand
    assert second.weight == pytest.approx(0.9)
    assert second.loss == pytest.approx(1.44)


def test_the_neuron_learns_the_ideal_divided_by_its_input():
    from demos import neuron

    assert neuron.learn(steps=60)[-1].weight == pytest.approx(1.5)


def test_the_neuron_is_drawn_at_three_moments(course):
    text = (course / "neuron" / "index.html").read_text(encoding="utf-8")
    assert text.count('class="picture graph"') == 3


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


def test_scores_of_arrays_are_those_of_single_numbers():
    from demos import moons

    points, _ = moons.moons(10, seed=0)
    model = nn.scalar.MLP(2, [3, 3, 1])
    np.testing.assert_allclose(moons.scores(model, points), [model(p).item() for p in points])


def test_the_boundary_ends_between_the_moons(course):
    text = (course / "moons" / "index.html").read_text(encoding="utf-8")
    assert "stays eager" not in text
    assert text.count("data-frame=") == 21


def test_three_derivations_agree_on_a_known_slope():
    from demos import checks

    found = checks.derive(lambda x: x**3, [np.array(2.0)], np.random.default_rng(0))
    assert max(found.errors) < 1e-9
    with checks.planted("power", lambda g, out, x, y: g * x):
        wrong = checks.derive(lambda x: x**3, [np.array(2.0)], np.random.default_rng(0))
    assert max(wrong.errors) > 0.1


def test_a_planted_bug_is_taken_out_again():
    from demos import checks

    def interrupted():
        with checks.planted("tanh", checks.half_tanh):
            assert checks.registry["tanh"].rules != before
            raise KeyboardInterrupt

    before = checks.registry["tanh"].rules
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert checks.registry["tanh"].rules == before


def test_the_smallest_wrong_program_picks_an_element_twice():
    from demos import checks

    failing, smallest = checks.shrunk(seed=0, most=3)
    assert any("[[0, 0, -1]]" in line for line in smallest.lines)
    assert len(smallest.lines) <= len(failing[0].lines)


def test_the_checks_notice_every_rule_made_wrong(course):
    text = (course / "checks" / "index.html").read_text(encoding="utf-8")
    caught, rules = re.search(r"<strong>(\d+)\D+(\d+)\D*</strong>", text).groups()
    assert caught == rules
    assert int(rules) >= 150


def test_the_index_shows_the_figure_a_chapter_chose(course):
    index = (course / "index.html").read_text(encoding="utf-8")
    page = (course / "moons" / "index.html").read_text(encoding="utf-8")
    cover = re.search(r"<!--cover-->.*?(<svg.*?</svg>)", page, re.S)[1]
    assert "data-frame" in cover
    assert cover in index


def test_terms_lead_to_the_glossary_once_a_page_and_the_places_exist(course):
    page = (course / "glossary" / "index.html").read_text(encoding="utf-8")
    places = set(re.findall(r'<dt id="([^"]+)"', page))
    assert len(places) >= 35
    for chapter in CHAPTERS:
        text = (course / chapter / "index.html").read_text(encoding="utf-8")
        linked = re.findall(r'href="../glossary/index.html#([^"]+)"', text)
        assert len(linked) == len(set(linked))
        assert set(linked) <= places, chapter


def test_both_languages_explain_the_same_terms():
    places = []
    for name in LANGUAGES:
        with speaking(name):
            places.append({term.anchor for term in glossary.terms()})
    assert places[0] == places[1]


def test_a_term_inside_code_a_link_or_a_longer_term_is_left_alone():
    text = "# T\n\nLead loss.\n\n`loss` [the loss](x.html) gradient descent, loss{loss:g}"
    (last,) = story.blocks(glossary.linked(text))[2:]
    assert last == (
        "`loss` [the loss](x.html) [gradient descent](../glossary/index.html#gradient-descent), "
        "[loss](../glossary/index.html#loss){loss:g}"
    )


def test_open_shows_the_page_in_the_browser(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert main(["neuron", "--open", "--out", str(tmp_path)]) == 0
    assert opened == [(tmp_path / "neuron" / "index.html").resolve().as_uri()]


def test_a_seed_chooses_the_houses_that_are_drawn(tmp_path):
    from demos import line

    pictures = []
    for seed in (0, 0, 1):
        figure = line.tell(tmp_path, seed=seed)["residuals"][0]
        pictures.append(figure.axes[0].collections[0].get_segments()[0].tolist())
    assert pictures[0] == pictures[1] != pictures[2]


def test_without_a_korean_font_figures_are_labelled_in_english(monkeypatch):
    from demos import figures

    with speaking("ko"):
        monkeypatch.setattr(figures, "_korean_font", lambda: "")
        assert figures.label("loss") == "loss"
        assert figures.settings()["font.family"] == ["DejaVu Sans"]
        monkeypatch.setattr(figures, "_korean_font", lambda: "A Korean Font")
        assert figures.label("loss") == "손실"
        assert figures.settings()["font.family"] == ["DejaVu Sans", "A Korean Font"]
    assert figures.label("loss") == "loss"


def test_a_drawn_graph_speaks_the_language_of_its_page(course):
    for chapter in ("neuron", "backprop", "moons", "digits"):
        text = (course / chapter / "index.html").read_text(encoding="utf-8")
        korean = course.name.startswith("course-ko")
        assert ("메시지의 합이며" in text) == korean, chapter
        assert ("sent back along it" in text) != korean, chapter


def test_every_colour_of_a_figure_is_one_of_the_page(course):
    from demos.report import COLOURS, STYLE

    assert all(STYLE.count(f"--{name}:") == 2 for name in COLOURS)  # light and dark
    text = (course / "descent" / "index.html").read_text(encoding="utf-8")
    figures = "".join(re.findall(r"<svg.*?</svg>", text, re.S))
    assert set(re.findall(r"#[0-9a-f]{6}\b", figures)) <= {"#ffffff", "#000000"}
