"""Code: a program becomes one Python function per phase, over buffers that are made once.

The source is plain Python, meant to be read (`fn.report()` shows it):

    def make(b0, b1):
        def forward(v0, v1, v2):
            matmul(v0, v1.T, b0)
            add(b0, v2, b0)
            ...
        def backward_1(seed, v0, v1, v2):
            ...
        return forward, backward_1

One call of `make` is a frame: a set of buffers, and the functions that work in them. A forward run
keeps its frame until nobody can ask for its reverse pass any more, so a frame is never shared by
two runs, nor by two threads. Whatever is handed out lies in memory of its own.
"""

from __future__ import annotations

import functools
import operator
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.fuse import by_row, is_over_rows, rows_of, tile_of
from autograd.jit.images import FUNCTIONS
from autograd.jit.kernels import (
    FRESH,
    NUMBERS,
    copied,
    in_place,
    kernel_for,
    number,
    ones,
    parts_of,
    placed,
    scalar_of,
    takes_arrays,
    view_of,
    zeros,
)
from autograd.jit.places import covered, look, shown, text
from autograd.jit.program import Instr, Program, Var, empty
from autograd.jit.tiles import multiply, row_products, row_sum
from autograd.ops.labels import _total, all_count, label_bounds
from autograd.ops.products import rows_for
from autograd.ops.reduce import largest
from autograd.primitive import registry
from autograd.recorder import _result
from autograd.threads import WORKERS, run_rows

_NAMES: dict[str, Any] = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)} | {
    **NUMBERS,
    **FUNCTIONS,
    "add_reduce": np.add.reduce,
    "all_count": all_count,
    "counted": registry["counted"].forward,
    "label_bounds": label_bounds,
    "ascontiguousarray": np.ascontiguousarray,
    "concatenate": np.concatenate,
    "maximum_reduce": np.maximum.reduce,
    "minimum_reduce": np.minimum.reduce,
    "copyto": np.copyto,
    "empty": np.empty,
    "largest": largest,
    "errstate": np.errstate,
    "ones": ones,
    "zeros": zeros,
    "result": _result,
    "multiply_tiles": multiply,
    "row_products_tiles": row_products,
    "row_sum_tiles": row_sum,
    "rows_for": rows_for,
    "run_rows": run_rows,
}


class Frame:
    """Buffers, and the functions that compute in them."""

    __slots__ = ("backward", "forward", "kept", "lock", "pool")

    def __init__(self, functions: tuple[Any, ...], pool: list[Frame]) -> None:
        self.forward, self.kept, *self.backward = functions
        self.pool = pool
        self.lock = threading.Lock()


class Lease:
    """A run's hold on its frame, which goes back to the pool when the run is forgotten."""

    __slots__ = ("frame",)

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def __del__(self) -> None:
        self.frame.pool.append(self.frame)

    def __deepcopy__(self, memo: Any) -> Lease:
        return self  # a copy of a result goes backward by the same run


class Code:
    """The functions of a program, and a pool of frames to run them in."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.buffers: list[tuple[tuple[int, ...], Any, Any]] = []
        self.views: dict[str, _View] = {}  # by name
        self.source = ""
        self.pool: list[Frame] = []
        self.frames = 0
        self._make = _Writer(self).write()

    @property
    def bytes(self) -> int:
        """What one frame's buffers take."""
        return sum(
            int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
            for shape, dtype, _ in self.buffers
        )

    def lease(self) -> Lease:
        """A frame nobody uses, for as long as the lease is held."""
        try:
            frame = self.pool.pop()
        except IndexError:
            frame = Frame(self._make(**self._arrays()), self.pool)
            self.frames += 1
        return Lease(frame)

    def _arrays(self) -> dict[str, Any]:
        """New buffers, and the views of them that are made once."""
        arrays = {f"b{i}": empty(*buffer) for i, buffer in enumerate(self.buffers)}
        for name, (of, _, look_at) in self.views.items():
            arrays[name] = look_at(arrays[of])
        return arrays


class _View(NamedTuple):
    """An array looked at anew: which, how that is written, and what does it."""

    of: str
    seen: str
    look_at: Callable[[Any], Any]


class _Place(NamedTuple):
    """Where in the end a result is copied to, and so may be computed."""

    whole: Var
    seen: str  # that place, as the result is shaped
    gaps: bool
    part: Var  # the operand it becomes


def _undone(view: Instr) -> str | None:
    """How to look at the result of a view, or a copy of one, to see it as the operand."""
    if view_of(view) is None and view.op.name != "copied":
        return None
    axes = (view.params or {}).get("axes")
    match view.op.name:
        case "copied" | "reshape" | "expand_dims" | "squeeze":
            return f".reshape({view.args[0].shape!r})"
        case "transpose":
            return ".T" if axes is None else f".transpose({np.argsort(axes).tolist()!r})"
        case "matrix_transpose":
            return ".mT"
    return None


def _lies_alike(part: Var, whole: Var) -> bool:
    """Whether a part lies in the order of the array it becomes a part of."""
    return part.layout == whole.layout or len(part.shape) != len(whole.shape)


def _share(instr: Instr, o: str, args: list[str]) -> list[str]:
    """What a block adds to a sum over all rows."""
    if instr.op.name == "row_products":
        return [f"row_products_tiles({args[0]}, {args[1]}, {o})"]
    return [f"row_sum_tiles({args[0]}, {o})"]


class _Writer:
    """Writes the source of one program; a variable is a name, and a set of roots: whose memory."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.program = code.program
        self.names: dict[Var, str] = {}
        self.roots: dict[Var, frozenset[Any]] = {}
        self.namespace: dict[str, Any] = dict(_NAMES)
        self.constants: dict[int, str] = {}
        self.buffer_of: dict[Any, int] = {}  # root -> its buffer
        self.free: dict[Any, list[int]] = defaultdict(list)
        self.spare: dict[Any, list[int]] = {}
        self.phases = {i.out: i.phase for i in self.program.body}
        self.targets: dict[Any, int] = {}  # gradients -> where they may be wanted
        self.head: list[str] = []
        self.kernels: dict[Var, Any] = {}
        self.blocks: list[str] = []  # functions that run a group on some rows
        self.uses = Counter(v for i in self.program.body for v in i.inputs)
        self.there: set[tuple[Var, Var, str]] = set()  # what whole holds which part already, where
        self.models: dict[str, Any] = {}  # an array like that of each name that is made once
        self.seen: dict[tuple[str, str], str] = {}  # the name of each view

    def write(self) -> Any:
        """The `make` function."""
        program = self.program
        self.namespace["nowhere"] = (None,) * len(program.inputs)
        parameters = []
        for i, v in enumerate(program.inputs):
            self.names[v] = f"x{i}"
            self.roots[v] = frozenset([v])
            parameters.append(f"x{i}")
        functions, returned = [], ["forward", "kept"]
        residuals = self._residuals()
        for phase in range(len(program.reverses) + 1):
            if phase and program.reverses[phase - 1] is None:
                returned.append("None")
                continue
            name = "forward" if phase == 0 else f"backward_{phase}"
            arguments = list(parameters)
            if phase:
                seed = program.reverses[phase - 1].seed  # type: ignore[union-attr]
                self.names[seed] = "seed"
                self.roots[seed] = frozenset([seed])
                arguments.insert(0, "seed")
                arguments.append("into=nowhere")
                gradients = program.reverses[phase - 1].gradients  # type: ignore[union-attr]
                wanted = gradients[: len(program.inputs)]
                self.targets = {
                    g: i for i, g in reversed([*enumerate(wanted)]) if isinstance(g, Var)
                }
                returned.append(name)
            lines = self._phase(phase, residuals)
            functions += [f"    def {name}({', '.join(arguments)}):", *lines]
        kept = self._kept()
        functions += [f"    def kept(): return {kept}"]
        buffers = ", ".join(f"b{i}" for i in range(len(self.code.buffers)))
        views = [f"    {name},  # {of}{how}" for name, (of, how, _) in self.code.views.items()]
        source = "\n".join(
            [
                *([f"def make({buffers},", *views, "):"] if views else [f"def make({buffers}):"]),
                *self.head,
                *self.blocks,
                *functions,
                f"    return {', '.join(returned)}",
            ]
        )
        self.code.source = source
        exec(compile(source, "<jit>", "exec"), self.namespace)
        return self.namespace["make"]

    # -------------------------------------------------------------------------------- lifetimes

    def _residuals(self) -> set[Var]:
        """Results of the forward phase that a reverse pass uses, or that are drawn anew."""
        made = {i.out for i in self.program.phase(0)}
        used = {v for i in self.program.body if i.phase for v in i.inputs if v in made}
        draws = {i.out for i in self.program.phase(0) if not i.args}
        ends = {
            v
            for k in range(1, len(self.program.reverses) + 1)
            for v in self.program.results(k)
            if v in made
        }
        return used | draws | ends

    def _kept(self) -> str:
        draws = [i.out for i in self.program.phase(0) if not i.args]
        return "[" + ", ".join(self.names[v] for v in draws) + "]"

    # ------------------------------------------------------------------------------------ phases

    def _phase(self, phase: int, residuals: set[Var]) -> list[str]:
        program = self.program
        results = set(program.results(phase))
        body = program.phase(phase)
        self.free = defaultdict(list, {key: [*free] for key, free in self.spare.items()})
        # A buffer is free again after the last instruction of this phase that may look at it;
        # one that a reverse pass needs is never free, for that may run twice.
        until: dict[Any, int] = {}
        lines: list[str] = []
        outside: list[str] = []
        plan: list[tuple[Instr, Any]] = []
        hosts, through = self._hosts(body, results, results | residuals)
        hosts |= through
        self.there = {(p.whole, p.part, p.seen.partition("]")[0]) for p in hosts.values()}
        for i, instr in enumerate(body):
            if instr.out in hosts:
                plan.append((instr, "there" if instr.out in through else "hosted"))
                self.roots[instr.out] = frozenset([hosts[instr.out].whole])
            else:
                plan.append((instr, self._kind(instr, results)))
            for v in (*instr.inputs, instr.out):
                for root in self.roots.get(v, ()):
                    until[root] = i
        for v in (*results, *(residuals if phase == 0 else ())):
            for root in self.roots.get(v, ()):
                until[root] = len(body)
        ending: dict[int, list[Any]] = defaultdict(list)
        for root, i in until.items():
            ending[i].append(root)
        skip = 0
        for i, (instr, kind) in enumerate(plan):
            if i < skip:
                continue
            if instr.group:
                skip = i + sum(1 for later, _ in plan[i:] if later.group == instr.group)
                lines += self._group(plan[i:skip], results | residuals, hosts)
                for j in range(i, skip):
                    self._release(ending[j], phase, None)
                continue
            out = instr.out
            args = [self._operand(a, instr) for a in instr.args]
            early = kind == "buffer" and in_place(instr)  # a host is zeroed before it is written
            if early:
                self._release(ending[i], phase, out)
            if kind == "buffer":
                if out not in self.names:
                    self._buffer(out)
                    lines += self._kernel(instr)(instr, self.names[out], args)
                else:
                    lines += self._rest(instr, self.names[out], args)
            elif kind in ("hosted", "there"):
                lines += self._hosted(out, hosts[out])
                if kind == "hosted":
                    lines += self._kernel(instr)(instr, self.names[out], args)
            elif kind == "view" and (fixed := self._fixed_view(instr, args[0])) is not None:
                self.names[out] = fixed
            else:
                name = self.names[out] = f"v{len(self.names)}"
                if out in residuals and phase == 0:
                    outside.append(name)
                if kind == "fresh":
                    lines += self._fresh(out, name)
                    lines += self._kernel(instr)(instr, name, args)
                elif kind == "view":
                    lines.append(f"{name} = {view_of(instr)(instr, args[0])}")  # type: ignore[misc]
                elif (expression := scalar_of(instr)) is not None:
                    lines.append(f"{name} = {expression(instr, args)}")
                else:
                    lines.append(f"{name} = {self._call(instr, args)}")
            if not early:
                self._release(ending[i], phase, None)
        if outside:
            self.head.append(f"    {' = '.join(outside)} = None")
            lines.insert(0, f"nonlocal {', '.join(outside)}")
        lines.append(f"return {self._returned(phase)}")
        # The next reverse pass may use what this one leaves, and both what the forward phase does.
        self.spare = self.free
        return [f"        {line}" for line in lines]

    def _fresh(self, out: Var, name: str) -> list[str]:
        """Memory that will be the caller's own."""
        shape, dtype = out.shape, self._constant(np.dtype(out.dtype))
        if out not in self.targets:
            return [f"{name} = empty({shape!r}, {dtype})"]
        return [
            f"{name} = into[{self.targets[out]}]",
            f"if {name} is None: {name} = empty({shape!r}, {dtype})",
        ]

    def _group(
        self, plan: list[tuple[Instr, str]], kept: set[Var], hosts: dict[Var, _Place]
    ) -> list[str]:
        """A function that runs a group on some of its rows; returns the call that runs it on all.

        What only the group itself looks at needs no more than a block's rows, for each worker.
        """
        group = [instr for instr, _ in plan]
        count, rows = rows_of(group, WORKERS)
        own = Counter(v for instr in group for v in instr.inputs if view_of(instr) is None)
        last = {v: i for i, instr in enumerate(group) for v in instr.inputs}
        free: dict[Any, list[str]] = defaultdict(list)
        given: dict[str, None] = {}  # names the function must be handed
        local: dict[str, str] = {}  # what it calls some rows of an array
        scratch: dict[Var, tuple[str, Any]] = {}
        shares: list[Var] = []  # what blocks add to sums over all rows
        before: list[str] = []
        lines: list[str] = []
        after: list[str] = []

        def rows_in(name: str) -> str:
            if name not in local:
                local[name] = f"r{len(local)}"
                if name not in self.models and name not in self.namespace:
                    given[name] = None
            return local[name]

        def operand(a: Any, instr: Instr) -> str:
            if isinstance(a, Var) and a in scratch:
                return scratch[a][0]
            name = self._operand(a, instr)
            if by_row(a, instr):
                return rows_in(name)
            if isinstance(a, Var) and name not in self.models:
                given[name] = None
            return name

        def forget(i: int) -> None:
            for v in dict.fromkeys(group[i].inputs):
                if v in scratch and last[v] == i:
                    name, key = scratch[v]
                    free[key].append(name)

        def whole(out: Var, kind: str) -> str:
            """Memory for all rows of a result."""
            if kind != "fresh":
                self._buffer(out)
            else:
                self.names[out] = f"v{len(self.names)}"
                before.extend(self._fresh(out, self.names[out]))
            return self.names[out]

        for i, (instr, kind) in enumerate(plan):
            out = instr.out
            if kind == "view":
                self.names[out] = self._fixed_view(instr, self.names[instr.inputs[0]]) or ""
                continue
            if kind == "there":
                self._hosted(out, hosts[out])
                continue
            if is_over_rows(instr):
                share = Var((-(-count // rows), *out.shape), out.dtype)
                shares.append(share)
                self._buffer(share)
                target = f"{self.names[share]}[a // {rows}]"
                lines += _share(instr, target, [operand(a, instr) for a in instr.args])
                after.append(f"add_reduce({self.names[share]}, 0, None, {whole(out, kind)})")
                forget(i)
                continue
            if instr.op.name == "linear":
                weight = self._operand(instr.args[1], instr)
                columns = f"m{len(self.blocks)}_{len(given)}"
                before.append(f"{columns} = ascontiguousarray({weight}.T)")
                given[columns] = None
                args = [operand(instr.args[0], instr), columns]
            else:
                args = [operand(a, instr) for a in instr.args]
            if kind == "hosted":
                before += self._hosted(out, hosts[out])
                target = rows_in(self.names[out])
            elif out in self.names:
                lines += self._rest(instr, rows_in(self.names[out]), args)
                forget(i)
                continue
            elif kind == "fresh" or out in kept or own[out] < self.uses[out]:
                target = rows_in(whole(out, kind))
            else:
                shape = (WORKERS * rows, *out.shape[1:])
                key = (shape, np.dtype(out.dtype), out.layout)
                if in_place(instr):
                    forget(i)
                if free[key]:
                    target = free[key].pop()
                else:
                    number = len(self.code.buffers)
                    self.code.buffers.append(key)
                    target = f"t{number}"
                    lines.insert(0, f"{target} = b{number}[s:e]")
                scratch[out] = (target, key)
                self.names[out] = target
            if instr.op.name == "linear":
                lines.append(f"multiply_tiles({', '.join(args)}, {target}, *{tile_of(instr)!r})")
            elif self._kernel(instr) is None:
                lines.append(f"copyto({target}, {self._call(instr, args)})")
            else:
                lines += self._kernel(instr)(instr, target, args)
            if not (out in scratch and in_place(instr)):
                forget(i)
        name = f"block_{len(self.blocks) + 1}"
        parts = [f"{alias} = {array}[a:b]" for array, alias in local.items()]
        span = f"s = w * {rows}; e = s + b - a"
        arguments = "".join(f", {a}" for a in given)
        self.blocks.append(
            "\n".join(
                [f"    def {name}(w, a, b{arguments}):"]
                + [f"        {line}" for line in (span, *parts, *lines)]
            )
        )
        for share in shares:
            number = self.buffer_of.pop(share)
            self.free[self.code.buffers[number]].append(number)
        return [*before, f"run_rows({name}, {count}, {rows}{arguments})", *after]

    def _kernel(self, instr: Instr) -> Any:
        """`kernel_for`, which is asked for several times."""
        out = instr.out
        if out not in self.kernels:
            self.kernels[out] = kernel_for(instr)
        return self.kernels[out]

    def _hosts(
        self, body: list[Instr], results: set[Var], kept: set[Var]
    ) -> tuple[dict[Var, _Place], dict[Var, _Place]]:
        """Results that can be computed right where they are copied to in the end.

        Rows under one another are read there as quickly as anywhere; others only go where they are
        copied to if nobody else reads them. And copies on their way there, which need not be made.
        """
        uses = Counter(v for instr in body for v in instr.inputs)
        makers = {instr.out: instr for instr in body}
        alone = {v for v in makers if uses[v] == 1 and v not in kept}
        hosts: dict[Var, _Place] = {}
        through: dict[Var, _Place] = {}
        for instr in body:
            whole, kernel = instr.out, self._kernel(instr)
            if whole in results or kernel not in (placed, copied):
                continue
            indices = parts_of(instr)
            model = empty(whole.shape, whole.dtype, whole.layout)
            gaps = indices is not None and not covered(indices, whole.shape)
            rows = instr.op.name == "concatenate" and (instr.params or {}).get("axis", 0) == 0
            for i, part in enumerate(instr.args):
                seen = f"[{text(indices[i])}]" if indices else f".reshape({part.shape!r})"
                maker = makers.get(part) if isinstance(part, Var) else None
                copies: dict[Var, _Place] = {}
                while maker and maker.out in alone and (back := _undone(maker)):
                    if self._kernel(maker) is copied:
                        copies[maker.out] = _Place(whole, seen, gaps, part)
                    seen += back
                    maker = makers.get(maker.args[0])
                read = rows and maker is not None and not maker.group and part not in results
                if (
                    maker is not None
                    and (maker.out in alone or (read and maker.out not in results))
                    and (maker.out not in hosts or hosts[maker.out].whole in copies)
                    and self._goes_anywhere(maker)
                    and maker.out.dtype == whole.dtype
                    and (maker.group or _lies_alike(part, whole))
                    and ((rows and maker.out is part) or shown(model, seen) is not None)
                ):
                    hosts[maker.out] = _Place(whole, seen, gaps, part)
                    through |= copies
        return hosts, through

    def _goes_anywhere(self, instr: Instr) -> bool:
        """Whether an instruction can write its result wherever it is wanted."""
        if self._kernel(instr) is None or instr.op.name == "less_one":  # of rows in a row
            return False
        return in_place(instr) or bool(instr.group and instr.op.name == "matmul")

    def _hosted(self, out: Var, place: _Place) -> list[str]:
        """Name the place where a result is computed; returns what must be done before."""
        host, lines = place.whole, []
        if host not in self.names:
            self._buffer(host)
            lines += [f"{self.names[host]}.fill(0)"] if place.gaps else []
        self.names[out] = self._view(self.names[host], place.seen)
        return lines

    def _rest(self, instr: Instr, o: str, args: list[str]) -> list[str]:
        """What is left to be copied to where some parts are already."""
        return [
            f"{o}[{text(index)}] = {arg}"
            for a, arg, index in zip(instr.args, args, parts_of(instr) or ())
            if not (isinstance(a, Var) and (instr.out, a, f"[{text(index)}") in self.there)
        ]

    def _buffer(self, out: Var) -> None:
        """Give a result a buffer of its own, and a name."""
        name = self.names[out] = f"b{self._allocate(out)}"
        if name not in self.models:
            self.models[name] = empty(out.shape, out.dtype, out.layout)

    def _view(self, of: str, seen: str, look_at: Callable[[Any], Any] | None = None) -> str:
        """The name of a view of a buffer, which is made once, with the buffers."""
        name = self.seen.get((of, seen))
        if name is None:
            look_at = look_at or look(seen)
            name = self.seen[of, seen] = f"w{len(self.code.views)}"
            self.code.views[name] = _View(of, seen, look_at)
            self.models[name] = look_at(self.models[of])
        return name

    def _fixed_view(self, instr: Instr, of: str) -> str | None:
        """As `_view`; None where `of` is no buffer, or the view would be a copy."""
        model = self.models.get(of)
        if model is None:
            return None
        # The operation itself does what is written, which need not be compiled to be tried.
        look_at = functools.partial(instr.op.forward, **(instr.params or {}))
        if not np.may_share_memory(look_at(model), model):
            return None
        return self._view(of, view_of(instr)(instr, ""), look_at)  # type: ignore[misc]

    def _kind(self, instr: Instr, results: set[Var]) -> str:
        """How an instruction's result comes about, and so whose memory it is."""
        out = instr.out
        variables = instr.inputs
        if self._kernel(instr) is not None or (instr.group and view_of(instr) is None):
            self.roots[out] = frozenset([out])
            if out in results:
                return "fresh"
            self.buffer_of[out] = -1
            return "buffer"
        if not out.shape:
            self.roots[out] = frozenset()
            return "call"
        view = view_of(instr) is not None
        if not view and instr.op.builtin and instr.op.name in FRESH:
            self.roots[out] = frozenset([out])
            return "call"
        roots: set[Any] = set()
        for v in variables:
            roots |= self.roots[v]
        if any(isinstance(a, np.ndarray) for a in instr.args):
            roots.add("constant")
        self.roots[out] = frozenset(roots or {out})
        return "view" if view else "call"

    def _allocate(self, out: Var) -> int:
        key = (out.shape, np.dtype(out.dtype), out.layout)
        if self.free[key]:
            number = self.free[key].pop()
        else:
            number = len(self.code.buffers)
            self.code.buffers.append(key)
        self.buffer_of[out] = number
        return number

    def _release(self, roots: list[Any], phase: int, out: Var | None) -> None:
        for root in roots:
            number = self.buffer_of.get(root, -1)
            if number >= 0 and root is not out and self.phases.get(root) == phase:
                self.free[self.code.buffers[number]].append(number)
                self.buffer_of[root] = -1

    # ----------------------------------------------------------------------------------- writing

    def _argument(self, a: Any) -> str:
        return self.names[a] if isinstance(a, Var) else self._constant(a)

    def _operand(self, a: Any, instr: Instr) -> str:
        """As `_argument`; a number beside arrays as an array, which a ufunc takes quicker."""
        if a.__class__ in (int, float) and takes_arrays(instr):
            dtype = next(np.dtype(v.dtype) for v in instr.inputs)
            return self._constant(number(a, dtype.char))
        return self._argument(a)

    def _constant(self, x: Any) -> str:
        if x is None or x.__class__ in (int, bool):
            return repr(x)
        name = self.constants.get(id(x))
        if name is None:
            name = self.constants[id(x)] = f"k{len(self.constants)}"
            self.namespace[name] = x
        return name

    def _call(self, instr: Instr, args: list[str]) -> str:
        given = [*args, *(f"{k}={self._constant(v)}" for k, v in (instr.params or {}).items())]
        call = f"{self._constant(instr.op.forward)}({', '.join(given)})"
        if not instr.op.builtin:
            return f"result({self._constant(instr.op)}, {call})"
        return call if instr.out.shape or instr.op.forward in _SCALAR_SAFE else f"{call}[()]"

    def _returned(self, phase: int) -> str:
        """The results, each in memory of its own."""
        program = self.program
        if phase == 0:
            found = [*program.outputs, *(new for _, new in program.effects)]
        else:
            found = program.reverses[phase - 1].gradients  # type: ignore[union-attr]
        taken: set[Any] = set()
        items = []
        for v in found:
            item = self._argument(v)
            if isinstance(v, Var) and v.shape:
                roots = self.roots[v]
                own = roots == {v} and v not in taken and v not in self.buffer_of
                if not own or self.phases.get(v) != phase:
                    item += ".copy()"
                taken |= roots
            elif isinstance(v, np.ndarray):
                item += ".copy()"
            items.append(item)
        return f"({', '.join(items)},)" if items else "()"


_SCALAR_SAFE: frozenset[Any] = frozenset(
    {
        *(operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow),
        _total,
        *(np.add, np.exp, np.log, np.tanh, np.sqrt, np.square, np.sin, np.cos, np.expm1, np.log1p),
    }
)
