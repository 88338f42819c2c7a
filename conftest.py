"""What every doctest may use without importing it, and how Hypothesis runs here."""

import importlib
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "chainrule",
    deadline=None,  # a busy machine is no failure
    max_examples=12,
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("chainrule")


@pytest.fixture(autouse=True, scope="session")
def _names_in_doctests(doctest_namespace: dict) -> None:
    packages = {p: importlib.import_module(p) for p in ("autograd", "nn", "optim")}
    doctest_namespace |= packages | {"np": np, "Value": packages["autograd"].Value}
