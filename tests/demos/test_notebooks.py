"""The course as notebooks: what a cell holds, and that all cells run from top to bottom."""

import importlib
import json

import nbformat
import pytest
from nbclient import NotebookClient

from demos import course, notebooks, story
from demos.language import speaking

CHAPTERS = [
    name for name in course.CHAPTERS if story.text_of(name).exists() and name not in course.APPENDIX
]

SOURCE = '''"""A chapter."""

from __future__ import annotations

import math

SIZE = 3  # how large


def area(r):
    return math.pi * r**2


#: The largest.
MOST = 7


def tell(out, seed=0, quick=False):
    """What the page shows."""
    found_first = area(SIZE)
    return {
        "area": found_first,
        "seed": seed,
    }


def helper():
    return MOST
'''


def test_every_function_is_a_cell_and_tell_is_opened():
    imports, area, most, helper, body = notebooks.program(SOURCE, "name", seed=5)
    assert imports.startswith("%matplotlib inline\n")
    assert imports.endswith("import math\n\nSIZE = 3  # how large")
    assert area == "def area(r):\n    return math.pi * r**2"
    assert most == "#: The largest.\nMOST = 7"
    assert helper.startswith("def helper")
    assert 'found = {\n    "area": found_first,' in body
    assert "Path('name'), 5, False" in body


def test_what_else_can_be_chosen_stands_above_the_body():
    source = SOURCE.replace("quick=False", "quick=False, epochs=None")
    assert "Path('name'), 0, False\nepochs = None\n" in notebooks.program(source, "name")[-1]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_s_cells_run_from_top_to_bottom(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in notebooks.program(notebooks.source_of(name), name, quick=True):
        exec(cell.removeprefix("%matplotlib inline\n"), names)
    module = importlib.import_module(f"demos.{name}")
    made = nbformat.reads(notebooks.notebook(name, vars(module) | names["found"]), 4)
    shown = [c.source for c in made.cells if c.source.startswith(("show(", "table("))]
    assert len(shown) >= 3
    for cell in shown:
        exec(cell, names)


def test_a_notebook_runs_in_jupyter(tmp_path):
    with speaking("ko"):
        path = notebooks.write_all(tmp_path, names=["neuron"]) / "neuron.ipynb"
    book = nbformat.reads(path.read_text(encoding="utf-8"), 4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(book, timeout=60, resources=where).execute()
    outputs = [o for cell in book.cells if cell.cell_type == "code" for o in cell.outputs]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert kinds.count("image/png") == 1
    assert kinds.count("text/html") == 3
    assert kinds.count("text/markdown") == 1
    assert "뉴런" in book.cells[0].source


def test_a_notebook_is_the_same_each_time_it_is_made(tmp_path):
    with speaking("en"):
        found = course.compute("neuron", tmp_path)
        first, second = (notebooks.notebook("neuron", found) for _ in range(2))
    assert json.loads(first) == json.loads(second)
