"""The pages as a browser shows them, offline; skipped where there is no chromium."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["digits_page", "backprop_page"])
def shown(request, browser):
    """A page on a small laptop, with all that it asked for and complained about."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.wanted, page.complaints = [], []
    page.on("request", lambda r: page.wanted.append(r.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(request.getfixturevalue(request.param).as_uri())
    yield page
    page.close()


def test_a_page_asks_for_nothing_but_itself(shown):
    others = [url for url in shown.wanted[1:] if not url.startswith("data:")]
    assert (others, shown.complaints) == ([], [])


def test_every_picture_is_shown(shown):
    sizes = shown.eval_on_selector_all(
        "figure img, figure svg",
        "all => all.map(p => [p.getBoundingClientRect().width, p.naturalWidth ?? 1])",
    )
    assert len(sizes) >= 3
    assert all(width > 300 and natural > 0 for width, natural in sizes)


@pytest.mark.parametrize("width", [1280, 600])
def test_no_page_is_wider_than_the_window(shown, width):
    shown.set_viewport_size({"width": width, "height": 800})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_drawn_numbers_are_large_enough_to_read(shown):
    smallest = shown.evaluate(
        "Math.min(...[...document.querySelectorAll('figure svg text')]"
        ".map(text => text.getBoundingClientRect().height).filter(height => height > 0))"
    )
    assert smallest >= 9  # pixels, line spacing included
