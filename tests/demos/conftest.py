"""The pages of the demos, each made once for all tests: the path of its HTML file."""

import pytest

from demos.__main__ import main


def page_of(demo, folder):
    assert main([demo, "--out", str(folder)]) == 0
    return folder / demo / "index.html"


@pytest.fixture(scope="session")
def digits_page(tmp_path_factory):
    return page_of("digits", tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="session")
def backprop_page(tmp_path_factory):
    return page_of("backprop", tmp_path_factory.mktemp("out"))
