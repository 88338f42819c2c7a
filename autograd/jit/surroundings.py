"""Surroundings: what a function may read besides its arguments, and whether it is as it was.

Before a function is traced, its code is looked at: which globals, closure cells, defaults and
attributes it mentions, and those of every function of the user's that it can reach that way. What
they hold now is written down. Values are not: they are read anew at every replay. Code of installed
packages is taken to depend on its arguments alone.

Every call asks `changed()`, so the checks are few and quick: names by identity, all of an object at
once; nested lists and dicts of plain data as one string of bytes; arrays by their numbers. What
cannot be written down, such as an iterator, is a reason to stay eager.
"""

from __future__ import annotations

import abc
import builtins
import contextvars
import functools
import itertools
import marshal
import operator
import pathlib
import random
import sys
import types
import typing
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from autograd.jit.ownership import (
    imports,
    impurity,
    is_users,
    line_of,
    line_of_global,
)
from autograd.jit.sameness import (
    SCALARS,
    alike,
    dumped,
    hides_state,
    is_plain,
    same,
    same_bits,
    same_state,
    writeable,
)
from autograd.value import Value

#: More than this is not compared at every call.
MOST_CHECKS = 4000
MOST_BYTES = 1 << 24
_MISSING: Any = object()
#: Methods of a path that look at the disk, or write to it.
_OF_FILES = frozenset({n for n in vars(pathlib.Path) if n[0] != "_"} - set(vars(pathlib.PurePath)))
_WEAK = frozenset({weakref.ProxyType, weakref.CallableProxyType})
_OF_TYPES = frozenset({"type", "isinstance"})
_ALL_ATTRIBUTES = frozenset(
    {"getattr", "hasattr", "setattr", "delattr", "vars", "dir", "__dict__", "__slots__"}
    | {"__getattribute__", "__setattr__", "__delattr__", "attrgetter", "methodcaller"}
    | {"asdict", "astuple"}
)
#: What a Value says of itself without being asked for numbers.
_OF_VALUES = frozenset({"name", "requires_grad", "op", "is_leaf", "parents"})
#: Methods that ran when an object was made.
_MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})


class _Check(NamedTuple):
    """One thing to compare at every call: what it is called, and whether it is as it was."""

    what: Callable[[], str]
    holds: Callable[[], bool]
    module: Any = None  # whose parts these are; a module that is called is watched as a whole


class Surroundings:
    """What `roots` can reach now.

    Args:
        roots: functions and objects, each with a name for messages.
    """

    def __init__(self, roots: Iterable[tuple[str, Any]]) -> None:
        self.reason: str | None = None
        self.moved: list[tuple[Value, Value]] = []  # Values, and who is in their places now
        self._moves: list[tuple[list[Any], int, Value, Value]] = []
        self.names: set[str] = set()
        roots = list(roots)
        known = -1
        while len(self.names) != known:  # code found late may mention names of objects found early
            known = len(self.names)
            self.checks: list[_Check] = []
            self.draws: list[tuple[str, Callable[[], Any], Any]] = []
            self.holders: list[Any] = []
            self.asks: dict[str, str] = {}  # where the code asks for types
            self.homes: dict[int, list[tuple[list[Any], int]]] = {}  # where each Value is found
            self.bytes = 0
            self._seen: dict[tuple[int, bool], Any] = {}
            self._pending: list[tuple[str, Any, str]] = [(w, x, "root") for w, x in reversed(roots)]
            while self._pending and self.reason is None:
                where, x, how = self._pending.pop()
                if (id(x), how == "class") not in self._seen:
                    self._seen[id(x), how == "class"] = x  # kept: no other object gets its id
                    self._visit(where, x, how)
                if len(self.checks) > MOST_CHECKS or self.bytes > MOST_BYTES:
                    self.reason = (
                        f"depends on more than can be compared at every call, such as {where}; "
                        "an array with flags.writeable = False need not be compared, nor a Value"
                    )
        if not self.names.isdisjoint(_OF_VALUES):
            self._names_of_values()
        self._generator("Python's random numbers", random.getstate)
        self._generator("NumPy's global random numbers", np.random.get_state)

    def changed(self, follow: bool = False) -> str | None:
        """The name of something that is not as it was; None if all is.

        Args:
            follow: let Values take the places of others of their kind, and note it in `moved`.
        """
        moves = self._moves
        moves.clear()
        for what, holds, _ in self.checks:
            if not holds() or (moves and not follow):
                return what()
        return self._move() if moves else None

    def _move(self) -> str | None:
        """Let Values take the places of others: each in all places of one, and not known before."""
        successors: dict[int, Value] = {}
        places: dict[int, int] = {}
        for _, _, old, new in self._moves:
            places[id(old)] = places.get(id(old), 0) + 1
            if successors.setdefault(id(old), new) is not new:
                return f"which Value is which, {new._label()} for one"
        newcomers = set(map(id, successors.values()))
        if (
            len(newcomers) < len(successors)
            or not newcomers.isdisjoint(self.homes)
            or any(len(self.homes[key]) != count for key, count in places.items())
        ):
            return "which Value is which"
        for expected, i, old, new in self._moves:
            expected[i] = new
            if id(old) in self.homes:
                self.homes[id(new)] = self.homes.pop(id(old))
                self.moved.append((old, new))
        self._moves.clear()
        return None

    def without(self, modules: Iterable[Any]) -> Surroundings:
        """Leave out what belongs to these modules."""
        ids = set(map(id, modules))
        self.checks = [c for c in self.checks if c.module is None or id(c.module) not in ids]
        return self

    def put_back(self, real: Callable[[Any], Any]) -> None:
        """Where something was left in a place that is watched, put `real(it)` there."""
        for holder in self.holders:
            items = list(holder.items() if isinstance(holder, dict) else enumerate(holder))
            for key, x in items:
                if isinstance(holder, tuple):  # of cells
                    if _inside(x) is not real(_inside(x)):
                        x.cell_contents = real(_inside(x))
                elif x is not real(x):
                    holder[key] = real(x)

    def values(self) -> list[Value]:
        """Every Value that was found."""
        return [expected[i] for (expected, i), *_ in self.homes.values()]

    def asks_types(self, plain: bool) -> str | None:
        """Whether the code asks what a stand-in cannot answer; `plain`: for an array that is given.

        In a trace `type(x)` is of a stand-in, and that of an array is a Value.
        """
        if "type" in self.asks:
            return f"asks for a type at {self.asks['type']}; isinstance(...) can be replayed"
        if plain and "isinstance" in self.asks and "Value" in self.names:
            return f"asks whether an array is a Value at {self.asks['isinstance']}"
        return None

    def drawn(self) -> str | None:
        """Random numbers that were drawn since, from a generator that is not autograd's."""
        for what, state, before in self.draws:
            if not same_state(state(), before):
                return what
        return None

    # ------------------------------------------------------------------------------------ visiting

    def _visit(self, where: str, x: Any, how: str) -> None:
        kind = type(x)
        if kind in _WEAK or issubclass(kind, weakref.ref):  # whose object must stay free to go
            self._unknown(where, kind)
            return
        if kind in SCALARS or isinstance(x, (Value, np.generic, np.dtype, np.ufunc)):
            return
        if isinstance(x, types.FunctionType):
            if how == "root" or is_users(x):
                self._function(where, x)
            elif (op := getattr(x, "primitive", None)) is not None:
                for part in () if op.builtin else (op.forward, op.rules, op.jvp):
                    self._later(where, part)
            else:  # the wrapper of a decorator, or of a transform, holds a function of the user's
                for part in map(_inside, x.__closure__ or ()):
                    if callable(part):
                        self._later(where, part)
                self._later(where, getattr(x, "registry", None))  # of `functools.singledispatch`
        elif isinstance(x, types.MethodType):
            self._later(where, x.__func__)
            self._later(where, x.__self__)
        elif isinstance(x, types.BuiltinFunctionType):
            what = impurity(x, self.names)
            if what:
                self.reason = f"{what} with {where}"
            elif not isinstance(x.__self__, types.ModuleType):  # a bound method, such as log.append
                self._later(where, x.__self__)
        elif isinstance(x, types.ModuleType):
            if is_users(x):
                self._some(where, x.__dict__)
        elif isinstance(x, type):
            if is_users(x):
                self._class(where, x, _MAKING if how == "class" else frozenset())
        elif isinstance(x, functools.partial):
            for part in (x.func, x.args, x.keywords):
                self._later(where, part)
        elif isinstance(x, (staticmethod, classmethod)):
            self._later(where, x.__func__)
        elif isinstance(x, property):
            self._later(where, x.fget)
        elif isinstance(x, np.ndarray):
            self._array(where, x)
        elif isinstance(x, np.random.Generator):
            self._generator(where, lambda: x.bit_generator.state)
        elif isinstance(x, np.random.RandomState):
            self._generator(where, x.get_state)
        elif isinstance(x, random.SystemRandom):
            self._unknown(where, kind)
        elif isinstance(x, random.Random):
            self._generator(where, x.getstate)
        elif isinstance(x, (list, tuple, dict, set, frozenset, deque)):
            self._container(where, x)
        elif isinstance(x, contextvars.ContextVar):
            self._watch(lambda: [x.get(_MISSING)], [x.get(_MISSING)], lambda i: where)
        elif isinstance(x, types.MappingProxyType):
            read = lambda: [*x, *x.values()]
            self._watch(read, read(), lambda i: where)
        elif isinstance(x, pathlib.PurePath):
            if not self.names.isdisjoint(_OF_FILES):
                self.reason = f"asks the operating system with {where}"
        elif kind.__module__ == "logging" and "_cache" in getattr(x, "__dict__", ()):
            self.reason = f"writes a log with {where}"
        elif hasattr(kind, "__next__"):  # an iterator, or a file
            self._unknown(where, kind)
        elif isinstance(x, np.errstate):
            self.names.add("errstate")
        elif isinstance(x, (operator.attrgetter, operator.methodcaller)):
            self.names.update(part for n in x.__reduce__()[1] for part in str(n).split("."))
        else:
            self._memory(where, x)
            if hasattr(x, "__dict__"):
                self._object(where, x)
            elif is_users(kind):
                self._later(where, kind, "class")
                self._slots(where, x)

    def _later(self, where: str, x: Any, how: str = "") -> None:
        self._pending.append((where, x, how))

    def _watch(
        self,
        read: Callable[[], Iterable[Any]],
        expected: list[Any],
        what: Callable[[int], str],
        module: Any = None,
    ) -> None:
        """Compare what `read` gives with what it gave, part by part."""
        place = [0]

        def holds() -> bool:
            now = read()
            if all(map(is_, now, expected)):
                return True
            for i, (a, b) in enumerate(zip(read(), expected)):
                if a is b:
                    continue
                if alike(a, b):
                    place[0] = i
                    self._moves.append((expected, i, b, a))
                elif same(a, b):
                    expected[i] = a  # an equal number
                else:
                    place[0] = i
                    return False
            return True

        self.checks.append(_Check(lambda: what(place[0]), holds, module))
        for i, x in enumerate(expected):
            if isinstance(x, Value):
                self.homes.setdefault(id(x), []).append((expected, i))
            elif type(x) not in SCALARS and x is not _MISSING:
                self._later(what(i), x)

    def _some(self, where: str, here: dict[str, Any]) -> None:
        """The names of a namespace that the code mentions, there or not; all if it may mean any."""
        names = self.names
        if not names.isdisjoint(_ALL_ATTRIBUTES):
            names = names.union(here)
            self._size(where, here)
        if names:
            self.holders.append(here)
            self._names(where, here, tuple(sorted(names)))

    def _names(self, where: str, here: Any, names: tuple[str, ...]) -> None:
        get = here.get
        found = [get(name, _MISSING) for name in names]
        read = functools.partial(map, get, names, itertools.repeat(_MISSING))
        self._watch(read, found, functools.partial(_attribute, where, names))

    def _size(self, where: str, x: Any, module: Any = None) -> None:
        size = len(x)
        self.checks.append(_Check(lambda: where, lambda: len(x) == size, module))

    def _names_of_values(self) -> None:
        """What the code may ask a Value that is reached for, where no trace could notice."""
        read = lambda: [(v.name, v.requires_grad, v.op) for v in self.values()]
        before = read()
        self.checks.append(_Check(lambda: "what a Value says of itself", lambda: read() == before))

    # --------------------------------------------------------------------------------- kinds of x

    def _function(self, where: str, f: Any) -> None:
        codes = [f.__code__]
        for code in codes:
            codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
        names = {name for code in codes for name in code.co_names}
        self.names |= names
        if not names.isdisjoint(_ALL_ATTRIBUTES):
            self.names |= _ALL_ATTRIBUTES
        here = f.__globals__
        for name in sorted(_OF_TYPES & names):
            asks = name not in here and is_users(f)
            if asks and (line := line_of_global(codes, name)):
                self.asks.setdefault(name, line)
        for name in sorted(names):
            x = here.get(name, getattr(builtins, name, _MISSING))
            if x is _MISSING and imports(codes, name):
                x = sys.modules.get(name)
                self._later(name, x)
            if x is np.errstate:
                self.names.add("errstate")
            what = impurity(x, names)
            if what and (line := line_of(codes, name)):
                self.reason = f"{what} at {line}"
                return
        self._names("", here, tuple(sorted(names)))
        free = f.__code__.co_freevars
        if free:
            cells = f.__closure__
            self.holders.append(cells)
            inside = functools.partial(_insides, free, cells)
            self._watch(inside, inside(), lambda i: free[i])
        read = lambda: (f.__code__, f.__defaults__, f.__kwdefaults__)
        self._watch(read, [*read()], lambda i: f"{where}, or a default of it")
        self._some(where, f.__dict__)

    def _class(self, where: str, kind: type, apart: frozenset[str]) -> None:
        """What the code mentions, and what Python or a base class from elsewhere may call."""
        everything = not self.names.isdisjoint(_ALL_ATTRIBUTES)
        called = {n for k in kind.__mro__ if not is_users(k) for n in vars(k)}
        for klass in filter(is_users, kind.__mro__):
            own = vars(klass)
            called |= {n for n in own if n.startswith("__") and callable(own[n])}
            wanted = own if everything else self.names.union(called - apart)
            self._names(where, own, tuple([n for n in own if n in wanted and n != "_abc_impl"]))
            self._size(where, own)

    def _object(self, where: str, x: Any) -> None:
        here, kind = x.__dict__, type(x)
        self._later(f"the class of {where}", kind, "class")
        module = x if "_modules" in here and "_parameters" in here else None
        of_class = lambda: f"the class of {where}"
        self.checks.append(_Check(of_class, lambda: type(x) is kind, module))
        if module is not None:
            for part in ("_modules", "_parameters", "_buffers", "_hooks"):
                self._dict(where, here.get(part, {}), x)
            if is_users(kind):
                self._some(where, here)
        elif not is_users(kind) and hasattr(x, "__wrapped__"):
            self._later(where, x.__wrapped__)
        elif _is_all_users(kind):
            self._some(where, here)
            self._slots(where, x)
        else:
            self._later(where, here)

    def _slots(self, where: str, x: Any) -> None:
        slots = [n for k in type(x).__mro__ for n in getattr(k, "__slots__", ()) if n in self.names]
        if slots:
            read = lambda: [getattr(x, n, _MISSING) for n in slots]
            self._watch(read, read(), lambda i: f"{where}.{slots[i]}")

    def _array(self, where: str, x: np.ndarray) -> None:
        if not x.flags.writeable and (x.base is None or not writeable(x.base)):
            return  # nobody can write into it
        if x.dtype.hasobject or type(x) is not np.ndarray:
            what = "array of objects" if x.dtype.hasobject else type(x).__name__
            self.reason = f"depends on {where}, an {what}, which cannot be compared"
            return
        before = x.copy()
        self.bytes += x.nbytes
        shape, dtype = x.shape, x.dtype
        self.checks.append(
            _Check(
                lambda: where,
                lambda: x.shape == shape and x.dtype == dtype and same_bits(x, before),
            )
        )

    def _memory(self, where: str, x: Any) -> None:
        """The bytes of a bytearray, an `array.array` and the like."""
        try:
            before = memoryview(x).tobytes()
        except TypeError:
            if hides_state(x):
                self._unknown(where, type(x))
            return
        self.bytes += len(before)
        self.checks.append(_Check(lambda: where, lambda: memoryview(x).tobytes() == before))

    def _unknown(self, where: str, kind: type) -> None:
        self.reason = f"depends on {where}, a {kind.__name__}, which cannot be compared"

    def _container(self, where: str, x: Any) -> None:
        if type(x) in (list, dict, set) and is_plain(x):
            before = marshal.dumps(x, 2)
            self.bytes += len(before)
            self.checks.append(_Check(lambda: where, lambda: dumped(x) == before))
            return
        if isinstance(x, (tuple, frozenset)):
            for part in x:
                self._later(where, part)
        elif isinstance(x, dict):
            self._dict(where, x)
        elif isinstance(x, (list, deque)):
            self.holders.append(x)
            self._size(where, x)
            self._watch(lambda: x, list(x), lambda i: f"{where}[{i}]")
        else:
            members = set(x)
            self.checks.append(_Check(lambda: where, lambda: x == members))
            for part in members:
                self._later(where, part)
        if type(x).__module__ != "builtins" and hasattr(x, "__dict__"):
            self._object(where, x)

    def _dict(self, where: str, x: dict, module: Any = None) -> None:
        size, expected = len(x), [*x, *x.values()]
        self.holders.append(x)
        self._size(where, x, module)
        name = lambda i: f"{where}[{expected[i % size]!r:.40}]"
        self._watch(lambda: [*x, *x.values()], expected, name, module)

    def _generator(self, where: str, state: Callable[[], Any]) -> None:
        self.draws.append((where, state, state()))


def _is_all_users(kind: type) -> bool:
    """Whether all code that knows the attributes of such an object is the user's own."""
    return all(is_users(k) or k in _WITHOUT_ATTRIBUTES for k in kind.__mro__)


_WITHOUT_ATTRIBUTES = frozenset({object, abc.ABC, typing.Generic, typing.Protocol})


def _insides(names: tuple[str, ...], cells: tuple[Any, ...]) -> list[Any]:
    """What is in cells; the class that a method belongs to is visited with its objects."""
    return [_inside(c) if n != "__class__" else None for n, c in zip(names, cells)]


def _attribute(where: str, names: tuple[str, ...], i: int) -> str:
    return f"{where}.{names[i]}" if where else names[i]


def _inside(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return _MISSING
