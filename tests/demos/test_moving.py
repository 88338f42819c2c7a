"""Figures that move: what the slider and the button do, and what stands still without them."""

import json
import re
from html import unescape

import numpy as np
import pytest

from demos.optimizers import RULES, START, STEPS, ravine, walk


@pytest.fixture
def opened(browser, course):
    def open_page(chapter):
        page = browser.new_page()
        page.clock.install()
        page.goto((course / chapter / "index.html").as_uri())
        return page

    return open_page


def points(page, i=0):
    return page.eval_on_selector_all("polyline", f"all => all[{i}].points.length")


def test_the_slider_draws_the_paths_up_to_its_step(opened):
    page = opened("optimizers")
    assert points(page) == STEPS + 1
    page.eval_on_selector(
        ".controls input", "s => { s.value = 7; s.dispatchEvent(new Event('input')) }"
    )
    assert points(page) == 8
    assert "7" in page.text_content(".player output")


def test_the_button_plays_from_the_start(opened):
    page = opened("optimizers")
    page.click(".player button")
    assert points(page) < STEPS
    page.clock.run_for(10_000)
    assert page.get_attribute(".player button", "aria-pressed") == "false"
    assert points(page) == STEPS + 1


def test_a_box_hides_its_path(opened):
    page = opened("optimizers")
    page.uncheck('.legend input[value="SGD"]')
    assert page.get_attribute('[data-name="SGD"]', "visibility") == "hidden"
    assert page.get_attribute('[data-name="Adam"]', "visibility") != "hidden"


def test_a_lower_threshold_finds_more_of_both(course):
    page = (course / "binary" / "index.html").read_text(encoding="utf-8")
    times = json.loads(unescape(re.search(r'data-times="(.*?)"', page)[1]))
    shares = np.array([[int(n) for n in re.findall(r"(\d+)%", time)] for time in times])
    assert shares[0].tolist() == [0, 0] or shares[0].max() < 100
    assert shares[-1].tolist() == [100, 100]
    assert (np.diff(shares, axis=0) >= 0).all()


def test_every_optimizer_gets_lower_than_it_started():
    for rule in RULES.values():
        path = walk(rule, ravine, START)
        assert path[0].tolist() == list(START)
        assert ravine(*path[-1]) < 0.02 * ravine(*START)


def test_plain_gradient_descent_is_the_formula():
    path = walk(RULES["SGD"], ravine, START)
    a, b = START
    slope = np.array([-(b - a / 2) + a / 25, 2 * (b - a / 2)])
    np.testing.assert_allclose(path[1], np.array(START) - RULES["SGD"].rate * slope)
