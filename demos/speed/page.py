"""The measured numbers as text, as JSON and as a page."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from demos import figures
from demos.report import Report
from demos.speed.rows import OURS, PEERS
from demos.speed.runner import Result, quartiles

HEADER = ("one training step", "peer", "peer (ms)", "eager (ms)", "jit (ms)", "eager", "jit")
STARTING = ("one training step", "eager (ms)", "jit (ms)", "first calls (ms)", "repaid after")
LEAD = (
    "The same program in each library, processes taking turns. A ratio is the peer's time over "
    "ours, so more is better: the median of all turns, and the quartiles in brackets."
)


@dataclass(frozen=True)
class Engine:
    """What the engine itself costs, in seconds."""

    importing: tuple[float, float]
    per_node: dict[int, tuple[float, float]]
    small_add: dict[str, float]


def machine(threads: int, turns: int) -> str:
    """Where and how it was measured."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = f"{names[0]}, {len(names)} processors" if names else model
    return (
        f"{model}; {threads} thread{'s' * (threads != 1)} for every library; {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}; {turns} turns"
    )


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def _ratio(ratios: Sequence[float]) -> str:
    low, middle, high = quartiles(ratios)
    digits = 2 if middle < 9.95 else 0
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def steps(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """The table of training steps: a line for each row and each of its peers."""
    lines: list[tuple[str, ...]] = []
    for r in results:
        mine = [_ms(r.runs[o].median) if o in r.runs else "—" for o in OURS]
        lines += [
            (
                r.row.title,
                f"{PEERS[peer]} ({r.runs[peer].version})",
                _ms(r.runs[peer].median),
                *mine,
                *(_ratio(r.ratios(o, peer)) if o in r.runs else "—" for o in OURS),
            )
            for peer in r.runs
            if peer not in OURS
        ]
        if not any(peer not in OURS for peer in r.runs):
            lines.append((r.row.title, "none here", "—", *mine, "—", "—"))
    return lines


def notes(results: Sequence[Result]) -> list[str]:
    """What did not run, and what ran otherwise than asked."""
    found = [
        f"{r.row.program}: {library} is absent ({why}); name a Python that has it: --python PATH"
        for r in results
        for library, why in r.missing.items()
    ]
    found += [
        f"{r.row.program}: {library} {run.note}"
        for r in results
        for library, run in r.runs.items()
        if run.note
    ]
    return found


def starting(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """After how many steps jit has earned what its first calls cost."""
    lines: list[tuple[str, ...]] = []
    for r in results:
        if not all(o in r.runs for o in OURS):
            continue
        eager, jit = (r.runs[o] for o in OURS)
        gain = eager.median - jit.median
        # The first calls of both are slower than later ones; compiling is what jit's cost more.
        cost = max(0.0, sum(jit.first) - sum(eager.first) + len(jit.first) * gain)
        repaid = f"{cost / gain:,.0f} steps" if gain > 0 else "never: it is not faster"
        lines.append((r.row.title, _ms(eager.median), _ms(jit.median), _ms(cost), repaid))
    return lines


def engine_rows(engine: Engine) -> list[tuple[str, str]]:
    """What the engine itself costs, in words and numbers."""
    numpy, ours = engine.importing
    lines = [
        ("import numpy", f"{_ms(numpy)} ms"),
        ("import autograd adds", f"{_ms(ours)} ms, {ours / numpy:.0%}"),
    ]
    lines += [
        (
            f"{nodes:,} nodes of scalars",
            f"{1e6 * recorded:.2f} µs a node to record, {1e6 * back:.2f} µs to go back",
        )
        for nodes, (recorded, back) in engine.per_node.items()
    ]
    add = engine.small_add["np.add"]
    lines += [
        (
            f"two arrays of 8 numbers: {name}",
            f"{1e6 * seconds:.2f} µs"
            + ("" if name == "np.add" else f", {1e6 * (seconds - add):+.2f} µs on np.add"),
        )
        for name, seconds in engine.small_add.items()
    ]
    return lines


def as_text(results: Sequence[Result], engine: Engine, about: str) -> str:
    """Everything, as a terminal shows it."""
    parts = [about, _aligned((HEADER, *steps(results))), *notes(results)]
    parts += [_aligned((STARTING, *starting(results))), _aligned(engine_rows(engine))]
    return "\n\n".join(part for part in parts if part)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def as_dict(results: Sequence[Result], engine: Engine, about: str) -> dict[str, Any]:
    """Everything, as JSON keeps it: the seconds of each turn too."""
    return {
        "machine": about,
        "results": [
            {
                "program": r.row.program,
                "title": r.row.title,
                "runs": {
                    library: {
                        "version": run.version,
                        "seconds": run.seconds,
                        "median": statistics.median(run.seconds),
                        "first_steps": run.first,
                        "note": run.note,
                    }
                    for library, run in r.runs.items()
                },
                "ratios": {
                    peer: {
                        ours: dict(zip(("q1", "median", "q3"), quartiles(r.ratios(ours, peer))))
                        for ours in OURS
                        if ours in r.runs
                    }
                    for peer in r.runs
                    if peer not in OURS
                },
                "missing": r.missing,
            }
            for r in results
        ],
        "engine": {
            "import_numpy": engine.importing[0],
            "import_autograd_adds": engine.importing[1],
            "per_node": {
                str(n): {"record": recorded, "backward": back}
                for n, (recorded, back) in engine.per_node.items()
            },
            "small_add": engine.small_add,
        },
    }


def report(results: Sequence[Result], engine: Engine, about: str) -> Report:
    """Everything, as a page with a bar for each ratio."""
    page = Report("How fast is one training step?", LEAD)
    lines = steps(results)
    bars = {
        f"{r.row.title}\nagainst {PEERS[peer]}": {
            label: r.ratios(ours, peer)
            for ours, label in zip(OURS, ("eager", "jit"), strict=True)
            if ours in r.runs
        }
        for r in results
        for peer in r.runs
        if peer not in OURS
    }
    if bars:
        page.figure(
            figures.paired_bars(bars),
            alt="; ".join(f"{line[0]} against {line[1]}: {line[5]}, {line[6]}" for line in lines),
            caption="How many of our steps fit into one of the peer's, on a logarithmic scale; "
            "thin lines reach from quartile to quartile. The orange line marks equal speed.",
        )
    page.table(about, HEADER, lines)
    page.text(*notes(results))
    page.section("What the first calls of jit cost")
    page.table("Recording, compiling and checking, in steps repaid.", STARTING, starting(results))
    page.section("What the engine costs")
    page.table(about, ("what", "how long"), engine_rows(engine))
    return page
