"""How fast is one training step, here and in the libraries people know?

Each library runs the same program in a process of its own, and the processes take turns (A B A B),
so that a machine which slows down slows them all. What is quoted is the ratio of two neighbours in
time, and its median. A peer takes part if this Python, or one named with `--python`, can import it.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from autograd.files import write_whole
from demos import figures
from demos.report import Report

TURNS = 9
WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True)
class Row:
    """One comparison: the program, the peer, and how many steps a turn takes."""

    program: str
    peer: str
    steps: int
    title: str


ROWS = (
    Row("moons", "micrograd", 1, "two moons, 100 points, MLP 2-16-16-1 in scalars"),
    Row("mlp", "torch", 200, "256-64-10, batch 32, Adam, float32"),
)


@dataclass(frozen=True)
class Result:
    """The seconds of one step in every turn, ours and the peer's."""

    row: Row
    version: str
    ours: list[float]
    peers: list[float]

    @property
    def ratios(self) -> list[float]:
        """Peer's time over ours, turn by turn: more is better."""
        return [peer / our for our, peer in zip(self.ours, self.peers, strict=True)]


class Runner:
    """A process that runs steps of one program in one library when asked."""

    def __init__(self, python: str, library: str, program: str) -> None:
        self._process = subprocess.Popen(
            [python, str(WORKER), library, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.version = self._answer().removeprefix("ready ")

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            problem = self.close().strip().splitlines()
            raise ImportError(problem[-1] if problem else "the process ended")
        return line

    def time(self, steps: int) -> float:
        """Seconds per step, over `steps` steps."""
        assert self._process.stdin
        print(steps, file=self._process.stdin, flush=True)
        return float(self._answer())

    def close(self) -> str:
        """End the process; what it had to say on its error stream."""
        return self._process.communicate()[1]


def measure(row: Row, pythons: Sequence[str]) -> Result | str:
    """Time one row in turn; a text says why it could not be."""
    ours = Runner(sys.executable, "chainrule", row.program)
    peer, why = None, ""
    for python in (sys.executable, *pythons):
        try:
            peer = Runner(python, row.peer, row.program)
            break
        except (ImportError, OSError) as error:
            why = str(error)
    if peer is None:
        ours.close()
        return (
            f"{row.peer} is not importable here ({why}); name a Python that has it: --python PATH"
        )
    times: tuple[list[float], list[float]] = ([], [])
    for _ in tqdm(range(TURNS), desc=f"{row.program} against {row.peer}", unit=" turns"):
        times[0].append(ours.time(row.steps))
        times[1].append(peer.time(row.steps))
    ours.close()
    peer.close()
    return Result(row, peer.version, *times)


def run(out: Path, seed: int = 0, pythons: Sequence[str] = ()) -> Path:
    """Measure every row, print the table, and leave it in `out` as a page and as JSON."""
    results, missing = [], []
    for row in ROWS:
        result = measure(row, pythons)
        if isinstance(result, str):
            missing.append(result)
        else:
            results.append(result)
    for text in missing:
        print(text)
    header = ("one training step", "peer", "ours (ms)", "peer (ms)", "peer / ours", "from", "to")
    table = [
        (
            r.row.title,
            f"{r.row.peer} {r.version}",
            f"{1e3 * statistics.median(r.ours):.3g}",
            f"{1e3 * statistics.median(r.peers):.3g}",
            f"{statistics.median(r.ratios):.2f}",
            f"{min(r.ratios):.2f}",
            f"{max(r.ratios):.2f}",
        )
        for r in results
    ]
    for line in (header, *table):
        print(" | ".join(line))
    machine = (
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}"
    )
    page = Report(
        "How fast is one training step?",
        "The same program in each library, processes taking turns; the ratio is the peer's time "
        "over ours, so more is better.",
    )
    page.table(f"{TURNS} turns each; median, and the range of the ratio. {machine}.", header, table)
    if results:
        page.figure(
            figures.bars([r.row.title for r in results], [r.ratios for r in results]),
            alt="; ".join(f"{line[0]}: {line[4]} times {line[1]}" for line in table),
            caption="How many of our steps fit into one of the peer's. The line marks equal speed.",
        )
    page.text(*missing)
    saved = page.save(out)
    measured = [
        {
            "program": r.row.title,
            "peer": r.row.peer,
            "version": r.version,
            "seconds_ours": r.ours,
            "seconds_peer": r.peers,
            "ratio_median": statistics.median(r.ratios),
        }
        for r in results
    ]
    text = json.dumps({"machine": machine, "results": measured}, indent=1)
    write_whole(out / "speed.json", text.encode())
    return saved
