"""Finds a Graphviz and runs it: the system's `dot`, or the wheel `graphviz-pure`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

#: The commands that will do, best first; they share one command line.
COMMANDS = ("dot", "graphviz-pure")
#: What a file name may end in -> Graphviz's name of the format. DOT stays as it was written.
FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}


class RendererNotFoundError(RuntimeError):
    """There is no Graphviz on this machine."""


class RendererError(RuntimeError):
    """Graphviz ran, and failed."""


class FormatError(ValueError):
    """A format that is unknown, or that the Graphviz found here cannot write."""


def find_renderer() -> str:
    """The path of the command that lays out and paints graphs.

    Raises:
        RendererNotFoundError: there is none; the message says how to get one.
    """
    here = os.path.dirname(sys.executable)  # a virtual environment need not be on the PATH
    for command in COMMANDS:
        found = shutil.which(command)
        if found is None and command == "graphviz-pure":
            found = shutil.which(command, path=here)
        if found is not None:
            return found
    raise RendererNotFoundError(
        "drawing needs Graphviz, and neither `dot` nor `graphviz-pure` is here; "
        "`pip install graphviz-pure` brings one (or install your system's graphviz package); "
        'save("graph.dot") works without'
    )


def render(source: str, format: str) -> bytes:
    """The picture of the DOT text `source`, in a format such as `svg`.

    Raises:
        RendererNotFoundError: there is no Graphviz.
        FormatError: the Graphviz that is here cannot write the format.
        RendererError: Graphviz could not draw `source`.
    """
    command = find_renderer()
    run = subprocess.run(
        [command, "-Kdot", f"-T{format}"], input=source.encode(), capture_output=True, check=False
    )
    if run.returncode == 0:
        return run.stdout
    said = run.stderr.decode(errors="replace").strip()
    if "not recognized" in said:
        advice = (
            "; save it as .svg or .png, or install your system's graphviz package for more formats"
            if os.path.basename(command).startswith("graphviz-pure")
            else ""
        )
        raise FormatError(f"{command} cannot write {format}{advice} ({said})")
    raise RendererError(f"{command} failed with exit code {run.returncode}: {said or 'no message'}")
