"""A drawing finds a Graphviz, writes whole files and shows itself."""

import os
import stat
import subprocess
import sys

import pytest

from autograd import Value, draw
from autograd.viz import renderer
from autograd.viz.renderer import FormatError, RendererError, RendererNotFoundError


@pytest.fixture
def drawing():
    return draw(Value(2.0, name="x") ** 2)


@pytest.fixture
def only(tmp_path, monkeypatch):
    """A machine on which these commands exist; each answers with its own name."""

    def install(*commands, script='#!/bin/sh\ncat >/dev/null\nprintf "%s" "$(basename "$0") $*"\n'):
        folder = tmp_path / "bin"
        folder.mkdir()
        for command in commands:
            (folder / command).write_text(script)
            (folder / command).chmod(stat.S_IRWXU)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        monkeypatch.setattr(sys, "executable", str(tmp_path / "no-environment" / "python"))
        real = renderer.shutil.which
        monkeypatch.setattr(
            renderer.shutil, "which", lambda name, path=None: real(name, path=path or str(folder))
        )

    return install


def test_dot_is_used_where_it_is_installed(only, drawing):
    only("dot", "graphviz-pure")
    assert drawing.pipe("svg") == b"dot -Kdot -Tsvg"


def test_graphviz_pure_is_used_where_there_is_no_dot(only, drawing):
    only("graphviz-pure")
    assert drawing.pipe("svg") == b"graphviz-pure -Kdot -Tsvg"


def test_without_any_graphviz_the_error_says_how_to_get_one(only, drawing, tmp_path):
    only()
    with pytest.raises(RendererNotFoundError, match="pip install graphviz-pure"):
        drawing.save(tmp_path / "x.svg")
    assert not (tmp_path / "x.svg").exists()
    assert drawing.save(tmp_path / "x.dot").read_text() == drawing.source


def test_the_renderer_of_a_virtual_environment_is_found_though_it_is_not_on_the_path(
    only, drawing, tmp_path, monkeypatch
):
    only()
    folder = tmp_path / "no-environment"
    folder.mkdir()
    (folder / "graphviz-pure").write_text("#!/bin/sh\nprintf found\n")
    (folder / "graphviz-pure").chmod(stat.S_IRWXU)
    assert drawing.pipe("svg") == b"found"


def test_what_a_failing_graphviz_says_is_passed_on(only, drawing):
    only("dot", script="#!/bin/sh\ncat >/dev/null\necho 'syntax error' >&2\nexit 3\n")
    with pytest.raises(RendererError, match="failed with exit code 3: syntax error"):
        drawing.svg()


def test_a_format_this_graphviz_cannot_write_is_named(only, drawing, tmp_path):
    only("graphviz-pure", script="#!/bin/sh\necho 'Format: pdf not recognized' >&2\nexit 1\n")
    with pytest.raises(FormatError, match=r"cannot write pdf; save it as .svg or .png"):
        drawing.save(tmp_path / "x.pdf")


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG")])
def test_the_ending_says_the_format(drawing, tmp_path, name, start):
    path = drawing.save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["graph", "graph.jpeg", "graph.txt"])
def test_an_unknown_ending_is_answered_with_the_known_ones(drawing, tmp_path, name):
    with pytest.raises(FormatError, match=r"end the name in one of .svg, .png"):
        drawing.save(tmp_path / name)


def test_a_missing_folder_is_named(drawing, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        drawing.save(tmp_path / "nowhere" / "x.svg")


def test_a_failed_write_leaves_the_old_picture_and_nothing_else(drawing, tmp_path, monkeypatch):
    path = tmp_path / "x.dot"
    path.write_text("before")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        drawing.save(path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["x.dot"]


def test_a_notebook_is_given_the_picture(drawing):
    assert drawing._repr_mimebundle_()["image/svg+xml"] == drawing.svg() == drawing._repr_svg_()


def test_it_renders_as_any_digraph_does(drawing, tmp_path):
    assert drawing.render(tmp_path / "g") == str(tmp_path / "g.svg")
    assert drawing.pipe(encoding="utf-8").startswith("<?xml")


def test_no_renderer_is_needed_to_import_or_to_draw():
    code = "from autograd import Value, draw; print(draw(Value(1.0)).source[:9])"
    environment = {**os.environ, "PATH": ""}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout == "digraph {\n"
