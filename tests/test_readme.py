"""The README's programs run as they stand."""

import html
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("source", BLOCKS, ids=lambda s: s.splitlines()[0][:40])
def test_readme_program_runs(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(source, {"__name__": "readme"})


def test_readme_names_files_that_exist():
    named = re.findall(r"(?:\]\(|`)([\w/]+(?:/|\.\w+))[)`]", README.read_text(encoding="utf-8"))
    missing = [n for n in named if "/" in n and not n.startswith("out/")
               and not (README.parent / n).exists()]  # fmt: skip
    assert not missing


def test_opening_picture_is_what_the_opening_program_draws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(BLOCKS[0], {})
    shown, drawn = (
        sorted(re.findall(r"<text[^>]*>([^<]*)", html.unescape(path.read_text(encoding="utf-8"))))
        for path in (README.parent / "demos/gallery/neuron.svg", tmp_path / "graph.svg")
    )
    assert shown == drawn
