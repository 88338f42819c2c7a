"""The flat buffer: all parameters of one dtype, end to end in a single array.

A network has many small tensors, and a NumPy call on a small array costs more than its arithmetic.
So each parameter's array becomes a view of one long array, its gradient is copied into another, and
a step is a handful of calls however many tensors there are. In a large network that other array
would be a second copy of all gradients: there the gradient of a large tensor is read where it lies,
and only those of small neighbours are brought together.

The engine marks an array it still needs read-only. That mark sits on a parameter's view, never on
the flat array beneath, which the optimiser writes; whoever then asks for `parameter.data` is given
a copy, so the view may have been replaced by the time of the next step. `collect` notices.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from autograd.arrays import scratch
from autograd.value import next_seq

#: Elements stepped at a time: a few arrays of that length stay in the cache all cores share, and
#: what calling NumPy costs does not count.
BLOCK = 262_144
#: From so many elements on, several threads share them out. Sooner they would lose: the threads of
#: NumPy's matrix products stay awake for a while after the last of them, and take up the cores.
SHARED = 2 * BLOCK
#: From so many elements on, copying a gradient costs more than stepping its tensor by itself.
LARGE = 65_536


class Run(NamedTuple):
    """A stretch of the buffer that is stepped as one: its bounds, and the number of its step."""

    start: int
    stop: int
    step: int


class Piece(NamedTuple):
    """A stretch that is stepped by one call of a rule: its bounds, its numbers, its moments."""

    start: int
    stop: int
    data: np.ndarray
    moments: list[np.ndarray]


class FlatBuffer:
    """Parameters of one dtype as views of one array, and a place for their gradients.

    Args:
        parameters: leaves of one dtype, each given once.

    Attributes:
        moments: what an optimiser remembers, a number for each element; see `remember`.
    """

    def __init__(self, parameters: Sequence[Value]) -> None:
        # NumPy scalars have no memory to share, so they sit together behind the tensors.
        self.tensors = [p for p in parameters if p.ndim]
        self.scalars = [p for p in parameters if not p.ndim]
        self.size = sum(p.size for p in parameters)
        self.dtype = parameters[0].dtype
        self.moments: list[np.ndarray] = []
        self.steps = 0
        #: The betas a rule keeps its moments scaled by, where it does (see Adam).
        self.betas: tuple[float, ...] = ()
        #: For each parameter, how many of the steps it sat out because it had no gradient.
        self.missed = [0] * len(parameters)
        self._allocate()

    def _allocate(self) -> None:
        """Give the parameters their place in a new array."""
        self.data = np.empty(self.size, self.dtype)
        self.bounds: list[tuple[int, int]] = []
        #: Each tensor, its array, the same memory without a read-only mark, its gradient's place.
        self.slots: list[tuple[Value, np.ndarray, np.ndarray, np.ndarray | None]] = []
        start = 0
        for p in self.parameters:
            stop = start + p.size
            self.bounds.append((start, stop))
            if p.ndim:
                view, memory = (self.data[start:stop].reshape(p.shape) for _ in range(2))
                memory[...] = p._data
                p._data = view
                self.slots.append((p, view, memory, None))
            start = stop
        self.scalars_from = self.size - len(self.scalars)
        #: Where each tensor begins, and where the scalars do; and large gradients of this step.
        self.starts = [start for start, _ in self.bounds[: len(self.tensors)]] + [self.scalars_from]
        self.loose: list[np.ndarray | None] = [None] * len(self.starts)
        self._whole: list[Piece] = []
        self._lay_out_gradients(LARGE)

    def _lay_out_gradients(self, large: float = math.inf) -> None:
        """Have a place for the gradient of every tensor of fewer than `large` elements."""
        #: For each of `starts`, how many elements before it have no such place.
        self.shifts = [0]
        for a, b in self.bounds[: len(self.tensors)]:
            self.shifts.append(self.shifts[-1] + (b - a if b - a >= large else 0))
        self.grad = np.empty(self.size - self.shifts[-1], self.dtype)
        for i, (p, view, memory, _) in enumerate(self.slots):
            a, b = (edge - self.shifts[i] for edge in self.bounds[i])
            place = self.grad[a:b].reshape(p.shape) if b - a < large else None
            self.slots[i] = p, view, memory, place

    @property
    def parameters(self) -> list[Value]:
        """In the order in which they lie in the buffer."""
        return self.tensors + self.scalars

    def remember(self, count: int) -> None:
        """Have room for at least `count` numbers for each element; new ones are 0.

        They are made when they are wanted: by then, memory that the first gradients were computed
        in is free for them.
        """
        for _ in range(count - len(self.moments)):
            self.moments.append(np.zeros(self.size, self.dtype))
            self._whole = []

    # A copy of a view is no view of the copy: copies and pickles lay out their buffer anew.
    def __getstate__(self) -> dict[str, Any]:
        keys = ("tensors", "scalars", "size", "dtype", "moments", "steps", "missed", "betas")
        return {key: self.__dict__[key] for key in keys}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._allocate()

    def gradient_of(self, parameter: Value) -> np.ndarray:
        """The place of a parameter's gradient in the buffer, in the parameter's shape.

        Whoever writes a gradient here and makes this very array the parameter's `_grad` spares
        `collect` the copy. A step may overwrite what it holds.

        Raises:
            KeyError: the parameter does not lie in this buffer.
        """
        if self.shifts[-1]:
            self._lay_out_gradients()
        for p, (start, stop) in zip(self.scalars, self.bounds[len(self.tensors) :]):
            if p is parameter:
                return self.grad[start:stop].reshape(())
        for p, _, _, place in self.slots:
            if p is parameter and place is not None:
                return place
        raise KeyError(f"{parameter._label()} does not lie in this buffer")

    def collect(self) -> list[Run]:
        """Bring data and gradients into the buffer; returns the stretches that have gradients.

        A parameter whose `grad` is None sits this step out, and the count of its steps with it.
        """
        complete = True
        for i, (p, view, memory, grad) in enumerate(self.slots):
            gradient = p._grad
            if gradient is None:
                complete = False
                continue
            if p._data is not view:  # it was replaced by a copy, or by new numbers
                memory[...] = p._data
                p._data = view
            if gradient is not grad:  # else it was written straight into its place
                gradient = gradient if gradient.__class__ is np.ndarray else _plain(gradient)
                if grad is None:
                    self.loose[i] = _read_only(gradient.reshape(-1))
                else:
                    grad[...] = gradient
        if self.scalars:
            complete &= self._collect_scalars()
        self.steps += 1
        if complete and not any(self.missed):
            return [Run(0, self.size, self.steps)]
        return self._runs()

    def _collect_scalars(self) -> bool:
        gradients = [p._grad for p in self.scalars]
        complete = not any(g is None for g in gradients)
        if not complete:
            gradients = [0.0 if g is None else g for g in gradients]
        if any(isinstance(g, Value) for g in gradients):
            gradients = [_plain(g) for g in gradients]
        self.data[self.scalars_from :] = [p._data for p in self.scalars]
        self.grad[self.scalars_from - self.shifts[-1] :] = gradients
        return complete

    def pieces(self, start: int, stop: int) -> list[Piece]:
        """A stretch, in blocks; each large tensor begins and ends one."""
        if self._whole and stop - start == self.size:
            return self._whole
        edges = {edge for a, b in self.bounds if b - a >= LARGE for edge in (a, b)}
        cuts = [start, *sorted(edge for edge in edges if start < edge < stop), stop]
        pieces = [
            Piece(a, b, self.data[a:b], [moment[a:b] for moment in self.moments])
            for first, last in itertools.pairwise(cuts)
            for a, b in itertools.pairwise([*range(first, last, BLOCK), last])
        ]
        if stop - start == self.size:
            self._whole = pieces
        return pieces

    def gradient(self, start: int, stop: int) -> np.ndarray:
        """The collected gradients of a stretch that has them; read-only, or a copy.

        It lies within a large tensor, or touches none.
        """
        i = bisect_right(self.starts, start) - 1
        large = self.loose[i]
        if large is not None:
            return large[start - self.starts[i] : stop - self.starts[i]]
        shift = self.shifts[i]
        return self.grad[start - shift : stop - shift]

    def let_go(self) -> None:
        """Keep no gradients beyond the step."""
        if self.shifts[-1]:
            self.loose = [None] * len(self.starts)

    def _runs(self) -> list[Run]:
        """The stretches with gradients; neighbours are joined if they made equally many steps."""
        runs: list[Run] = []
        for i, (p, (start, stop)) in enumerate(zip(self.parameters, self.bounds)):
            if p._grad is None:
                self.missed[i] += 1
                continue
            step = self.steps - self.missed[i]
            if runs and runs[-1].stop == start and runs[-1].step == step:
                runs[-1] = Run(runs[-1].start, stop, step)
            else:
                runs.append(Run(start, stop, step))
        return runs

    def publish(self) -> None:
        """Let every stepped parameter show its new numbers, and mark it as written.

        A graph computed from the old numbers refuses `backward` from now on.
        """
        seq = next_seq()
        for p, *_ in self.slots:
            if p._grad is not None:
                p.seq = seq
        if self.scalars:
            for p, number in zip(self.scalars, self.data[self.scalars_from :]):
                if p._grad is not None:
                    p._data = number
                    p.seq = seq


def spare(g: np.ndarray) -> np.ndarray:
    """Memory as long as a gradient to compute in: its own, if it is a copy that may be written.

    Otherwise a thread is given the same memory every time: a new array of a block's size would
    have to be fetched from the system, page by page.
    """
    return g if g.flags.writeable else scratch("step", g.shape, g.dtype)


def _read_only(view: np.ndarray) -> np.ndarray:
    view.flags.writeable = False
    return view


def _plain(gradient: Any) -> Any:
    """The numbers of a gradient, which is a Value after backward(create_graph=True)."""
    return getattr(gradient, "_data", gradient)
