"""`import autograd` is quick: what most programs never use is imported when it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parents[1]
LATER = (
    *("graphviz", "numpy.random", "matplotlib", "scipy", "tqdm", "safetensors"),
    *("autograd.viz", "autograd.jit.function"),
)


def loaded_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def test_the_engine_loads_nothing_for_pictures_random_numbers_or_compiling():
    assert loaded_after("import autograd").isdisjoint(LATER)


def test_pictures_are_there_when_asked_for():
    assert "autograd.viz" in loaded_after("from autograd import draw")


def test_the_compiler_is_there_once_a_function_is_compiled():
    assert "autograd.jit.function" in loaded_after("import autograd; autograd.jit(abs)")


def test_a_name_that_does_not_exist_is_still_refused():
    with pytest.raises(AttributeError, match="no attribute 'drow'"):
        autograd.drow  # noqa: B018
