"""Threads: blocks of rows are shared out between the cores.

NumPy lets go of the interpreter lock while it computes, so two threads that each work on a block
of their own run side by side. The calling thread takes part; it never waits for a helper that has
not begun.
"""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import os
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any


def _cores() -> int:
    """How many threads may compute; whoever limits NumPy's products means these too."""
    limits = [len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()]
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        said = os.environ.get(name, "")
        if said.isdigit() and int(said):
            limits.append(int(said))
    return min(8, *(n or 1 for n in limits))


#: Threads that work on blocks, the calling one included.
WORKERS = _cores()


class _Job:
    """Work that a helper may join in on."""

    __slots__ = ("begun", "context", "done", "error", "work", "worker")

    def __init__(self, work: Callable[[int], None], worker: int) -> None:
        self.work = work
        self.worker = worker
        self.context = contextvars.copy_context()  # NumPy's error state is part of it
        self.begun = threading.Lock()
        self.done = threading.Lock()
        self.done.acquire()
        self.error: BaseException | None = None

    def run(self) -> None:
        """In a helper: join in, unless the caller was quicker."""
        if self.begun.acquire(blocking=False):
            try:
                self.context.run(self.work, self.worker)
            except BaseException as error:
                self.error = error
            finally:
                self.done.release()

    def finish(self) -> None:
        """In the caller: wait for the helper, if it has begun."""
        if not self.begun.acquire(blocking=False):
            self.done.acquire()
            if self.error is not None:
                raise self.error


_jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
_helpers: list[threading.Thread] = []
_lock = threading.Lock()


def _help() -> None:
    while True:
        _jobs.get().run()


def _start() -> None:
    with _lock:
        while len(_helpers) < WORKERS - 1:
            helper = threading.Thread(target=_help, name="jit helper", daemon=True)
            helper.start()
            _helpers.append(helper)
            _left[0] = None


def _core_of_caller() -> Callable[[], int] | None:
    """What says on which core a thread runs, where there is such a function."""
    try:
        return ctypes.PyDLL(None).sched_getcpu if hasattr(os, "sched_setaffinity") else None
    except (OSError, AttributeError):
        return None


_core = _core_of_caller()
_left: list[int | None] = [None]  # the core that helpers leave to the caller


def _make_way() -> None:
    """Keep helpers off the caller's core: they are often woken behind it, with another one idle."""
    here = None if _core is None else _core()
    if here == _left[0]:
        return
    _left[0] = here
    others = os.sched_getaffinity(0) - {here}
    for helper in _helpers:
        if others and helper.native_id:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(helper.native_id, others)


def _forget() -> None:
    """A forked child has none of its parent's threads."""
    global _jobs, _lock
    _helpers.clear()
    _left[0] = None
    _jobs, _lock = queue.SimpleQueue(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def run_rows(block: Callable[..., None], count: int, rows: int, *args: Any) -> None:
    """Call `block(worker, start, stop, *args)` for all blocks of `rows` of `count` rows."""
    starts = iter(range(0, count, rows))
    if WORKERS == 1 or count <= rows:
        _take(block, starts, count, rows, 0, args)
        return
    if len(_helpers) < WORKERS - 1:
        _start()
    _make_way()

    def work(worker: int) -> None:
        _take(block, starts, count, rows, worker, args)

    jobs = [_Job(work, worker) for worker in range(1, WORKERS)]
    for job in jobs:
        _jobs.put(job)
    try:
        work(0)
    finally:
        for job in jobs:
            job.finish()


def _take(
    block: Callable[..., None],
    starts: Iterator[int],
    count: int,
    rows: int,
    worker: int,
    args: tuple[Any, ...],
) -> None:
    """Work on blocks until none is left."""
    for start in starts:
        block(worker, start, min(start + rows, count), *args)


def share(work: Callable[[Any], None], parts: list[Any], together: bool = True) -> None:
    """Call `work(part)` for all parts, on all cores if they are to work together."""
    if not together or WORKERS == 1 or len(parts) < 2:
        for part in parts:
            work(part)
        return

    def block(worker: int, start: int, stop: int) -> None:
        work(parts[start])

    run_rows(block, len(parts), 1)
