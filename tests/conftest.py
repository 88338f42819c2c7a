"""One browser for all tests that look at a page, and how they open one that `play` wrote."""

import shutil

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("needs chromium")
    from playwright.sync_api import sync_playwright  # so that all other tests run without it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Opens a page of `play` from its file; fails if it complained or asked for anything."""
    opened = []

    def open_page(path):
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        opened.append(page)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda r: page.complaints.append(r.url) if "file:" not in r.url else 0)
        page.goto(path.as_uri())
        page.wait_for_selector("[data-ready]")
        return page

    yield open_page
    assert [complaint for page in opened for complaint in page.complaints] == []
    for page in opened:
        page.close()
