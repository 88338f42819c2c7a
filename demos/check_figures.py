"""The figures of the chapter on checks: errors against the step, and errors of all operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.figure import Figure

from demos import figures

SMALLEST = 1e-17  # an error of 0 has no place on a logarithmic axis


def errors_by_step(ways: Mapping[str, Callable[[float], float]], exact: float) -> Figure:
    """The error of each way to find a derivative, for small and large steps."""
    axes = figures.panel("error of the derivative", 5.5, 3.4, xlabel="step h")
    steps = np.logspace(-16, 0, 65)
    for (name, way), (colour, dashes) in zip(ways.items(), figures.LINES, strict=False):
        errors = [max(abs(way(step) - exact), SMALLEST) for step in steps]
        (line,) = axes.loglog(steps, errors, linestyle=dashes, linewidth=2)
        line.set(color=figures.COLOURS[colour], label=figures.label(name))
    axes.grid(True)
    axes.legend()
    return figures.figure_of(axes)


def errors_of_all(errors: Mapping[str, np.ndarray], tolerance: float) -> Figure:
    """How many operations have how large an error, for each way, and what counts as wrong."""
    axes = figures.panel("worst error of each operation", 6.4, 3.2, xlabel="relative error")
    bins = np.logspace(-18, -5, 40).tolist()
    for (name, found), (colour, _) in zip(errors.items(), figures.LINES, strict=False):
        seen = np.maximum(found, SMALLEST / 8)
        shade = figures.COLOURS[colour]
        axes.hist(seen, bins, label=figures.label(name), color=shade, alpha=0.75)
    axes.set_xscale("log")
    axes.axvline(tolerance, color=figures.INK, linestyle=":", label=figures.label("tolerance"))
    axes.set_ylabel(figures.label("how many"))
    figures.name_lines(axes)
    return figures.figure_of(axes)
