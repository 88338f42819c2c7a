"""Drawing: a picture that saves itself to a file and shows itself in a notebook."""

from __future__ import annotations

import os
import pathlib
import tempfile
import webbrowser
from typing import Any

import graphviz

from autograd.files import write_whole
from autograd.viz.renderer import FORMATS, FormatError, render


class Drawing(graphviz.Digraph):
    """A `graphviz.Digraph` that needs no installed `dot`: the wheel graphviz-pure will do.

    Made by `autograd.draw`. `source` is its text in the DOT language.

    >>> drawing = autograd.draw(Value(2.0, name="x") ** 2)
    >>> drawing.source.splitlines()[0]
    'digraph {'
    """

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:  # type: ignore[override,unused-ignore]
        """Write the picture; the ending of the file's name (.svg, .png, .pdf, .dot) says how.

        The file appears complete or not at all.

        Returns:
            The path it was written to.

        Raises:
            FormatError: an ending that stands for no format, or one this Graphviz cannot write.
            FileNotFoundError: the folder does not exist.
            RendererNotFoundError: there is no Graphviz.
        """
        target = pathlib.Path(path)
        format = FORMATS.get(target.suffix.lower())
        if format is None:
            raise FormatError(
                f"save: {target.name!r} does not say which format it is; "
                f"end the name in one of {', '.join(FORMATS)}"
            )
        write_whole(target, self.source.encode() if format == "dot" else self.pipe(format))
        return target

    def render(self, filename: str | os.PathLike[str], format: str = "svg") -> str:  # type: ignore[override,unused-ignore]
        """Write `filename.format`, as graphviz.Digraph does."""
        return str(self.save(f"{os.fspath(filename)}.{format}"))

    def pipe(self, format: str = "svg", encoding: str | None = None) -> Any:  # type: ignore[override,unused-ignore]
        """The picture as bytes; as text if `encoding` is given."""
        picture = render(self.source, format)
        return picture if encoding is None else picture.decode(encoding)

    def svg(self) -> str:
        """The picture as SVG text."""
        return self.pipe("svg", encoding="utf-8")

    def view(self) -> None:
        """Open the picture in the browser."""
        webbrowser.open(self.save(pathlib.Path(tempfile.mkdtemp()) / "graph.svg").as_uri())

    def _repr_svg_(self) -> str:
        return self.svg()
