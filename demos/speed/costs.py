"""What the engine itself costs: to import, for each node, and around one small operation."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograd import Value, add
from autograd.recording import no_grad

ROOT = Path(__file__).parents[2]
_IMPORT = """
from time import perf_counter as now
start = now()
import numpy
there = now()
import autograd
ours = now()
autograd.jit(abs)
print(there - start, ours - there, now() - ours)
"""


def importing(turns: int) -> tuple[float, float, float]:
    """Seconds to import NumPy in a new process, what autograd adds, and then the first `jit`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as for a user: compiled once, then read
    found = []
    for _ in range(turns + 1):
        answer = subprocess.run(
            [sys.executable, "-c", _IMPORT], env=environment, capture_output=True, check=True
        )
        found.append([float(word) for word in answer.stdout.split()])
    numpy, ours, compiler = map(statistics.median, zip(*found[1:], strict=True))
    return numpy, ours, compiler


def _best(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the quickest of several times: what else the machine does can only add."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def per_node(nodes: int) -> tuple[float, float]:
    """Seconds per node to record a graph of scalars, and to go back through it."""

    def record() -> None:
        x = Value(0.5)
        y = x
        for _ in range(nodes // 2):
            y = y * x + x
        results.append(y)

    results: list[Value] = []
    repeats = max(2, min(20, 300_000 // nodes))
    recorded = _best(record, repeats)
    back = _best(lambda: results[-1].backward(keep="leaves"), repeats)
    return recorded / nodes, back / nodes


def small_add(calls: int = 1000, repeats: int = 40) -> dict[str, float]:
    """Seconds of one sum of two arrays of 8 numbers: NumPy's, ours, and ours there and back."""
    a, b = np.arange(8.0), np.ones(8)
    x, y = Value(a), Value(b)

    def each(work: Callable[[], object]) -> float:
        def run() -> None:
            for _ in range(calls):
                work()

        return _best(run, repeats) / calls

    chain: Value = x
    for _ in range(calls):
        chain = add(chain, y)
    seed = np.ones(8)
    back = _best(lambda: chain.backward(seed, keep="leaves"), repeats) / calls
    with no_grad():
        constant = each(lambda: add(x, y))
    return {
        "np.add": each(lambda: np.add(a, b)),
        "add, recorded": each(lambda: add(x, y)),
        "add, in no_grad()": constant,
        "its backward": back,
    }
