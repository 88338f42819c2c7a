"""How fast is one training step, here and in the libraries people know?

Each library runs the same program in a process of its own, all with the same number of threads, and
the processes take turns (A B C A B C), so that a machine which slows down slows them all. What is
quoted is the ratio of two neighbours in time, its median and its quartiles. A peer takes part if
this Python, or one named with `--python`, can import it.

rows      what is compared with whom
*_steps   the programs in each library, run by worker in the library's own Python
runner    processes, turns, ratios
costs     what the engine itself costs: importing it, each node, one small operation
page      the results as text, as JSON and as what the chapter's page shows
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograd.files import write_whole
from demos.speed import costs, page
from demos.speed.rows import OURS, PEERS, ROWS
from demos.speed.runner import measure

TURNS, SECONDS, STARTS = 9, 0.3, 7
QUICK_TURNS, QUICK_SECONDS, QUICK_STARTS = 3, 0.05, 1


def tell(
    out: Path,
    seed: int = 0,
    quick: bool = False,
    pythons: Sequence[str] = (),
    peers: Sequence[str] = tuple(PEERS),
    rows: Sequence[str] = (),
    threads: int = 0,
    as_json: bool = False,
) -> dict[str, Any]:
    """Measure every row, print the table, leave it in `out` as JSON; returns what the page shows.

    Args:
        out: the folder for `speed.json`.
        seed: the programs draw their data as they always do, from 0.
        quick: fewer and shorter turns.
        pythons: interpreters to look for peers in, after this one.
        peers: which to compare with; "torch" stands for torch-compile too.
        rows: the programs to measure; all by default.
        threads: for every library; 0 takes 2, or 1 on a machine with one processor.
        as_json: print JSON instead of the table.

    Raises:
        ValueError: a peer or a row is not known.
    """
    known = {row.program: row for row in ROWS}
    _check("peer", peers, PEERS)
    _check("row", rows, known)
    wanted = {*peers, *(f"{peer}-compile" for peer in peers)}
    threads = threads or min(2, os.cpu_count() or 1)
    turns, seconds = (QUICK_TURNS, QUICK_SECONDS) if quick else (TURNS, SECONDS)
    starts = QUICK_STARTS if quick else STARTS
    asked = [known[name] for name in rows or known]
    against = [[peer for peer in row.peers if peer in wanted] for row in asked]
    results = []
    total = sum((turns + 1) * (len(OURS) + len(p)) + starts for p in against) + 1
    with tqdm(total=total, unit="turn", file=sys.stderr) as bar:

        def progress(text: str) -> None:
            bar.set_description(text)
            bar.update()

        for row, there in zip(asked, against, strict=True):
            results.append(measure(row, there, pythons, threads, turns, seconds, starts, progress))
        progress("costs of the engine")
        sizes = (1_000, 10_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
        engine = page.Engine(
            costs.importing(turns), {n: costs.per_node(n) for n in sizes}, costs.small_add()
        )
    about = page.machine(threads, turns)
    measured = page.as_dict(results, engine, about)
    print(json.dumps(measured, indent=1) if as_json else page.as_text(results, engine, about))
    write_whole(out / "speed.json", json.dumps(measured, indent=1).encode())
    return page.shown(results, engine, about)


def _check(what: str, names: Sequence[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"speed: no {what} {name!r}; there are {', '.join(known)}")
