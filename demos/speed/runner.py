"""A library in a process of its own that runs steps when asked, and a row measured in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from demos.speed.rows import OURS, Row

WORKER = Path(__file__).with_name("worker.py")
SETTINGS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")

#: Seconds between turns: OpenBLAS's threads keep a core busy for about 0.1 s after their last task.
REST = 0.2


class Runner:
    """A process that runs one program in one library, on so many threads.

    Raises:
        ImportError: this Python cannot; the message is the last line of what it said.
    """

    def __init__(self, python: str, library: str, program: str, threads: int) -> None:
        limits = {f"{name}_NUM_THREADS": str(threads) for name in SETTINGS}
        self._process = subprocess.Popen(
            [python, str(WORKER), library, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | limits,
        )
        about = json.loads(self._answer())
        self.version: str = about["version"]
        self.first: list[float] = about["first"]
        self.note: str = about["note"]

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            problem = self.close().strip().splitlines()
            raise ImportError(problem[-1] if problem else "the process ended")
        return line

    def time(self, seconds: float) -> float:
        """Seconds per step, over about so many seconds."""
        assert self._process.stdin
        print(seconds, file=self._process.stdin, flush=True)
        return float(self._answer())

    def anew(self) -> list[float]:
        """Seconds of the first steps of another network, in the same process."""
        assert self._process.stdin
        print("anew", file=self._process.stdin, flush=True)
        found: list[float] = json.loads(self._answer())
        return found

    def close(self) -> str:
        """End the process; what it had to say on its error stream."""
        return self._process.communicate()[1]


@dataclass(frozen=True)
class Measured:
    """The seconds of one step of one library, in every turn.

    `first` are those of the first steps in a new process, and `anew` those of the first steps of
    another network there: medians of several processes.
    """

    library: str
    version: str
    seconds: list[float]
    first: list[float]
    note: str = ""
    anew: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return float(np.median(self.seconds))


@dataclass
class Result:
    """A row: what ran, and why the rest did not."""

    row: Row
    runs: dict[str, Measured] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def ratios(self, ours: str, peer: str) -> list[float]:
        """Peer's time over ours, turn by turn: more is better."""
        mine, theirs = self.runs[ours].seconds, self.runs[peer].seconds
        return [b / a for a, b in zip(mine, theirs, strict=True)]


def quartiles(numbers: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper one."""
    low, middle, high = np.percentile(numbers, (25, 50, 75))
    return float(low), float(middle), float(high)


def start(
    library: str, program: str, pythons: Sequence[str], threads: int
) -> tuple[Runner | None, str]:
    """A runner in the first Python that can; else none, and what each of them lacked."""
    reasons: dict[str, None] = {}
    for python in dict.fromkeys((sys.executable, *pythons)):
        try:
            return Runner(python, library, program, threads), ""
        except (ImportError, OSError) as error:
            reasons[str(error)] = None
        if library in OURS:
            break
    return None, "; ".join(reasons)


def measure(
    row: Row,
    peers: Sequence[str],
    pythons: Sequence[str],
    threads: int,
    turns: int,
    seconds: float,
    starts: int,
    progress: Callable[[str], None],
) -> Result:
    """Time one row, every library in its turn (A B C A B C ...), and the starts of ours."""
    result = Result(row)
    runners: dict[str, Runner] = {}
    begun: dict[str, list[tuple[list[float], list[float]]]] = {library: [] for library in OURS}
    for _ in range(starts):
        for library in OURS:
            runner, _ = start(library, row.program, pythons, threads)
            if runner is not None:
                begun[library].append((runner.first, runner.anew()))
                runner.close()
        progress(f"{row.program}: first steps")
    try:
        for library in (*OURS, *peers):
            progress(f"{row.program}: {library}")
            runner, why = start(library, row.program, pythons, threads)
            if runner is None:
                result.missing[library] = why
            else:
                runners[library] = runner
        times: dict[str, list[float]] = {library: [] for library in runners}
        for _ in range(turns):
            for library, runner in runners.items():
                progress(f"{row.program}: {library}")
                time.sleep(REST)
                times[library].append(runner.time(seconds))
    finally:
        for runner in runners.values():
            runner.close()
    for library, runner in runners.items():
        first, anew = _medians(begun.get(library)) or (runner.first, [])
        result.runs[library] = Measured(
            library, runner.version, times[library], first, runner.note, anew
        )
    return result


def _medians(begun: Sequence[tuple[list[float], list[float]]] | None) -> Any:
    """The first steps step by step: the median of several processes."""
    return np.median(begun, axis=0).tolist() if begun else None
