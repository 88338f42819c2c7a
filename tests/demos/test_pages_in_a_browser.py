"""Every page of the course as a browser shows it, in both languages, offline.

Skipped where there is no chromium.
"""

import pytest

from tests.demos.look import pages


@pytest.fixture(scope="module")
def shown(browser, course):
    """What the browser saw of each page: by path, its requests, complaints and measures."""
    seen = {}
    for path in pages(course):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        wanted, complaints = [], []
        page.on("request", lambda r, to=wanted: to.append(r.url))
        page.on("console", lambda m, to=complaints: to.append(m.text))
        page.on("pageerror", lambda e, to=complaints: to.append(str(e)))
        page.goto(path.as_uri())
        texts = "[...document.querySelectorAll('figure .light svg text')]"
        heights = page.evaluate(f"{texts}.map(t => t.getBoundingClientRect().height)")
        pictures = page.evaluate(
            "[...document.querySelectorAll('.picture')].map(p => p.offsetHeight)"
        )
        widths = {}
        for width in (1280, 400):
            page.set_viewport_size({"width": width, "height": 800})
            widths[width] = page.evaluate("document.documentElement.scrollWidth")
        page.close()
        seen[path.relative_to(course)] = {
            "requests": [u for u in wanted[1:] if not u.startswith(("data:", "blob:"))],
            "complaints": complaints,
            "letters": [h for h in heights if h > 0],
            "pictures": pictures,
            "widths": widths,
        }
    return seen


def test_a_page_asks_for_nothing_but_itself(shown):
    assert {p: s["requests"] for p, s in shown.items() if s["requests"]} == {}


def test_no_page_complains(shown):
    assert {p: s["complaints"] for p, s in shown.items() if s["complaints"]} == {}


@pytest.mark.parametrize("width", [1280, 400])
def test_no_page_is_wider_than_the_window(shown, width):
    assert {p: s["widths"] for p, s in shown.items() if s["widths"][width] > width} == {}


def test_every_picture_takes_its_place(shown):
    assert {p: s["pictures"] for p, s in shown.items() if min(s["pictures"], default=99) < 50} == {}


def test_drawn_numbers_are_large_enough_to_read(shown):
    smallest = {p: min(s["letters"], default=9) for p, s in shown.items()}
    assert {p: size for p, size in smallest.items() if size < 9} == {}  # pixels, line included
