"""Prefetch: the next batches are made by a thread while the present one is learned from."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def prefetch(batches: Iterable[T], size: int = 2) -> Iterator[T]:
    """The same batches in the same order, up to `size` of them made ahead by a thread.

    That pays where making a batch waits for a disk, or is NumPy work that releases the
    interpreter's lock. The thread ends with the loop, also where that is left early; an error in it
    is raised here. What makes the batches must not draw from `autograd.generator()`, which the
    training draws from at the same time.

    Args:
        batches: any iterable.
        size: how many batches may wait.

    Raises:
        ValueError: `size` is not positive.

    >>> list(nn.data.prefetch(range(5)))
    [0, 1, 2, 3, 4]
    """
    if size < 1:
        raise ValueError(f"prefetch: size must be at least 1, got {size}")
    return _drain(_Worker(iter(batches), size))


class _Worker:
    """A thread that fills a queue from an iterator until told to stop."""

    def __init__(self, batches: Iterator[Any], size: int) -> None:
        self.batches = batches
        self.ready: queue.Queue[tuple[str, Any]] = queue.Queue(size)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name="prefetch", daemon=True)

    def _run(self) -> None:
        try:
            for batch in self.batches:
                if not self._put("batch", batch):
                    return
            self._put("end", None)
        except BaseException as error:
            self._put("error", error)

    def _put(self, kind: str, what: Any) -> bool:
        """Whether it could be handed over before the loop was left."""
        while not self.stop.is_set():
            try:
                self.ready.put((kind, what), timeout=0.05)
            except queue.Full:
                continue
            return True
        return False


def _drain(worker: _Worker) -> Iterator[Any]:
    worker.thread.start()
    try:
        while True:
            kind, what = worker.ready.get()
            if kind == "end":
                return
            if kind == "error":
                raise what
            yield what
    finally:
        worker.stop.set()
        worker.thread.join()
