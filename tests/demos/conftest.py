"""The course as `python -m demos all --quick` leaves it, made once a language for all tests."""

import pytest

from demos.__main__ import main


@pytest.fixture(scope="session", params=["en", "ko"])
def course(request, tmp_path_factory):
    """The folder of the whole course, in each language."""
    out = tmp_path_factory.mktemp(f"course-{request.param}")
    settings = ["--quick", "--rows", "mlp", "--peers", "torch", "--lang", request.param]
    assert main(["all", *settings, "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="session")
def backprop_page(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    assert main(["backprop", "--out", str(out)]) == 0
    return out / "backprop" / "index.html"


@pytest.fixture(scope="session")
def digits_page(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    assert main(["digits", "--out", str(out)]) == 0
    return out / "digits" / "index.html"
