"""The measured numbers as text, as JSON, and as what the chapter's page shows."""

from __future__ import annotations

import platform
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from demos import figures
from demos.language import label
from demos.speed.rows import OURS, PEERS
from demos.speed.runner import Result, quartiles

HEADER = ("one training step", "peer", "peer (ms)", "eager (ms)", "jit (ms)", "eager", "jit")
STARTING = (
    *("one training step", "saved a step (ms)", "first calls (ms)", "repaid after"),
    *("another network (ms)", "repaid after"),
)


@dataclass(frozen=True)
class Engine:
    """What the engine itself costs, in seconds."""

    importing: tuple[float, float, float]  # NumPy, autograd, and with the first jit its compiler
    per_node: dict[int, tuple[float, float]]
    small_add: dict[str, float]


@dataclass(frozen=True)
class Machine:
    """Where and how it was measured; `processors` is 0 where the system does not list them."""

    model: str
    processors: int
    threads: int
    turns: int

    def __str__(self) -> str:
        processors = f", {self.processors} processors" if self.processors else ""
        return (
            f"{self.model}{processors}; {self.threads} thread{'s' * (self.threads != 1)} for every "
            f"library; {platform.system()}, Python {platform.python_version()}, "
            f"NumPy {np.__version__}; {self.turns} turns"
        )

    def rows(self) -> list[tuple[str, str]]:
        """The same as lines of a table."""
        return [
            ("processor", self.model),
            *([("how many processors", str(self.processors))] if self.processors else []),
            ("threads for every library", str(self.threads)),
            ("turns", str(self.turns)),
            ("system", f"{platform.system()}, Python {platform.python_version()}"),
            ("NumPy", np.__version__),
        ]


def machine(threads: int, turns: int) -> Machine:
    """What this machine is, as far as it says so."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return Machine(names[0] if names else platform.machine(), len(names), threads, turns)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def _ratio(ratios: Sequence[float], to: str) -> str:
    low, middle, high = quartiles(ratios)
    digits = 2 if middle < 9.95 else 0
    return f"{middle:.{digits}f} ({low:.{digits}f}{to}{high:.{digits}f})"


def steps(results: Sequence[Result], to: str = " to ") -> list[tuple[str, ...]]:
    """The table of training steps: a line for each row and each of its peers.

    `to` stands between the quartiles.
    """
    lines: list[tuple[str, ...]] = []
    for r in results:
        mine = [_ms(r.runs[o].median) if o in r.runs else "—" for o in OURS]
        lines += [
            (
                r.row.title,
                f"{PEERS[peer]} ({r.runs[peer].version})",
                _ms(r.runs[peer].median),
                *mine,
                *(_ratio(r.ratios(o, peer), to) if o in r.runs else "—" for o in OURS),
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


def _steps(count: int) -> str:
    return label("1 step" if count == 1 else "{:,} steps").format(count)


def starting(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """After how many steps jit has earned what its first calls cost, and those of another network.

    All that runs for the first time in a process is slow, eager steps too: what counts is how much
    longer the same steps take with jit than without, and than they would if there were but replays.
    """
    lines: list[tuple[str, ...]] = []
    for r in results:
        if not all(o in r.runs for o in OURS):
            continue
        eager, jit = (r.runs[o] for o in OURS)
        gain = eager.median - jit.median
        cells = [r.row.title, _ms(gain)]
        for ours, theirs in ((jit.first, eager.first), (jit.anew, eager.anew)):
            cost = max(0.0, sum(ours) - sum(theirs) + len(ours) * gain)
            repaid = _steps(round(cost / gain)) if gain > 0 else "never: it is not faster"
            cells += [_ms(cost), repaid]
        lines.append(tuple(cells))
    return lines


def engine_rows(engine: Engine) -> list[tuple[str, str]]:
    """What the engine itself costs, in words and numbers."""
    numpy, ours, compiler = engine.importing
    lines = [
        ("import numpy", f"{_ms(numpy)} ms"),
        ("import autograd adds", f"{_ms(ours)} ms, {ours / numpy:.0%}"),
        ("the first autograd.jit(...) adds", f"{_ms(compiler)} ms, its compiler"),
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


def as_text(results: Sequence[Result], engine: Engine, about: Machine) -> str:
    """Everything, as a terminal shows it."""
    parts = [str(about), _aligned((HEADER, *steps(results))), *notes(results)]
    parts += [_aligned((STARTING, *starting(results))), _aligned(engine_rows(engine))]
    return "\n\n".join(part for part in parts if part)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def as_dict(results: Sequence[Result], engine: Engine, about: Machine) -> dict[str, Any]:
    """Everything, as JSON keeps it: the seconds of each turn too."""
    return {
        "machine": str(about),
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
                        "first_steps_of_another": run.anew,
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
            "import_compiler_adds": engine.importing[2],
            "per_node": {
                str(n): {"record": recorded, "backward": back}
                for n, (recorded, back) in engine.per_node.items()
            },
            "small_add": engine.small_add,
        },
    }


def shown(results: Sequence[Result], engine: Engine, about: Machine) -> dict[str, Any]:
    """Everything, as the text of the chapter's page speaks of it."""
    numpy, ours, compiler = engine.importing
    add = engine.small_add["np.add"]
    gains = _gains(results)
    return {
        "bars": figures.ratio_bars(bars, "peer's time / ours")
        if (bars := _bars(results))
        else None,
        "said": "; ".join(_said(bars)),
        "steps": steps(results, to="\N{WORD JOINER}–\N{WORD JOINER}") if bars else [],
        "gaps": gaps(results),
        "gains": figures.ratio_bars(gains, "eager's time / jit's") if gains[""] else None,
        "gained": "; ".join(_said(gains)),
        "starting": starting(results),
        "numpy_ms": 1e3 * numpy,
        "ours_ms": 1e3 * ours,
        "compiler_ms": 1e3 * compiler,
        "nodes": [
            (f"{nodes:,}", *(f"{1e6 * seconds:.2f}" for seconds in there_and_back))
            for nodes, there_and_back in engine.per_node.items()
        ],
        "sums": [
            (
                name,
                f"{1e6 * seconds:.2f}",
                f"{1e6 * (seconds - add):+.2f}" if seconds != add else "—",
            )
            for name, seconds in engine.small_add.items()
        ],
        "machine": about.rows(),
    }


#: Ratios by program, by whom it is compared with, and by our way of running it.
Ratios = dict[str, dict[str, dict[str, list[float]]]]


def _bars(results: Sequence[Result]) -> Ratios:
    """The ratios to each peer that was there."""
    ways = dict(zip(OURS, ("eager", "jit"), strict=True))
    found = {
        r.row.title: {
            PEERS[peer]: {way: r.ratios(ours, peer) for ours, way in ways.items() if ours in r.runs}
            for peer in r.runs
            if peer not in OURS
        }
        for r in results
    }
    return {title: peers for title, peers in found.items() if peers}


def _gains(results: Sequence[Result]) -> Ratios:
    """How much faster jit is than eager, all programs in one panel without a title."""
    eager, jit = OURS
    return {
        "": {r.row.title: {"jit": r.ratios(jit, eager)} for r in results if {*OURS} <= {*r.runs}}
    }


def _said(ratios: Ratios) -> Iterator[str]:
    """The bars in words."""
    for title, groups in ratios.items():
        for name, series in groups.items():
            what = ", ".join(label(part) for part in (title, name) if part)
            medians = (f"{label(way)} {quartiles(each)[1]:.2f}" for way, each in series.items())
            yield f"{what}: {', '.join(medians)}"


def gaps(results: Sequence[Result]) -> list[tuple[str, str, str, str]]:
    """What did not run, and what ran otherwise than asked: library, what, programs, its reason.

    A reason that names a line of a program keeps the file's name, not the folders above it.
    """
    programs: dict[tuple[str, str, str], list[str]] = {}
    for r in results:
        for library, why in r.missing.items():
            programs.setdefault((library, "absent", why), []).append(r.row.program)
    for r in results:
        for library, run in r.runs.items():
            if run.note:
                what, _, why = run.note.partition(", because ")
                programs.setdefault((library, what, why), []).append(r.row.program)
    return [
        (
            f"`{library}`",
            what,
            ", ".join(f"`{program}`" for program in which),
            f"`{_nearby(why)}`" if why else "",
        )
        for (library, what, why), which in programs.items()
    ]


def _nearby(reason: str) -> str:
    return re.sub(r"(?<=\bat )\S.*?[/\\](?=[^/\\]+:\d+)", "", reason).replace("`", "'")
