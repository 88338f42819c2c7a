"""Ownership: whose code something is, and what code does besides computing with its arguments.

The library itself, Python's own and installed packages are taken to depend on their arguments
alone; the few modules that do not are listed here.
"""

from __future__ import annotations

import builtins
import dis
import functools
import itertools
import sys
import types
from typing import Any

import numpy as np

#: What a name of Python's own may not stand for, and what its user does.
_IMPURE: dict[Any, str] = {
    builtins.input: "asks the user",
    builtins.open: "opens a file",
    builtins.eval: "evaluates text",
    builtins.exec: "executes text",
    builtins.globals: "looks at all globals",
    builtins.locals: "looks at all locals",
}
_IMPURE_MODULES = {
    "time": "asks the clock",
    "datetime": "asks the clock",
    "secrets": "draws random numbers outside autograd",
    "uuid": "draws random numbers outside autograd",
    "os": "asks the operating system",
    "sys": "asks the interpreter",
    "subprocess": "asks the operating system",
    "socket": "asks the network",
    "pathlib": "asks the operating system",
    "warnings": "warns",
    "_warnings": "warns",
    "logging": "writes a log",
}
_PURE_PARTS = {"sys": {"float_info", "maxsize", "version_info", "platform"}, "os": {"path"}}
#: Functions of NumPy that do not depend on their arguments alone.
_IMPURE_NUMPY = frozenset(
    {"geterr", "geterrcall", "seterr", "get_printoptions", "set_printoptions"}
    | {"load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savez", "savetxt"}
)
_OURS = frozenset({"autograd", "nn", "optim"})


def is_users(x: Any) -> bool:
    """Whether a function, class or module is the user's own, and not from an installed package."""
    if isinstance(x, types.ModuleType):
        name = x.__name__
    elif isinstance(x, types.FunctionType):
        name = x.__globals__.get("__name__") or ""
    else:
        name = getattr(x, "__module__", None) or ""
    if name.split(".")[0] in _OURS or name in ("builtins", "numpy"):
        return False
    return _is_users_module(name)


@functools.cache
def _installed() -> tuple[str, ...]:
    """The folders of Python's own modules and of installed packages."""
    import sysconfig  # a millisecond that most programs need not spend

    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple({sysconfig.get_path(kind) for kind in kinds})


@functools.cache
def _is_users_module(name: str) -> bool:
    if name.split(".")[0] in sys.builtin_module_names:
        return name == "__main__"
    file = getattr(sys.modules.get(name), "__file__", None)
    return file is None or not file.startswith(_installed())


def impurity(x: Any, names: set[str]) -> str | None:
    """What code does that mentions x, besides computing with its arguments."""
    if x is np:
        return None if names.isdisjoint(_IMPURE_NUMPY) else "asks NumPy for settings or files"
    if isinstance(x, types.ModuleType):
        parts = {n for n in names if hasattr(x, n)} - _PURE_PARTS.get(x.__name__, set())
        return _IMPURE_MODULES.get(x.__name__) if parts else None
    if isinstance(x, types.BuiltinFunctionType):
        return _IMPURE.get(x) or _IMPURE_MODULES.get(x.__module__ or "")
    return _IMPURE_MODULES.get(x.__module__ or "") if isinstance(x, type) else None


def imports(codes: list[types.CodeType], name: str) -> bool:
    return name in sys.modules and any(
        i.opname == "IMPORT_NAME" and i.argval == name
        for code in codes
        for i in dis.get_instructions(code)
    )


def line_of_global(codes: list[types.CodeType], name: str) -> str | None:
    """FILE:LINE where a builtin of that name is asked of anything but `self`."""
    for code in codes:
        for i, following in itertools.pairwise(dis.get_instructions(code)):
            used = i.argval == name and i.opname in ("LOAD_GLOBAL", "LOAD_NAME")
            if used and i.positions and following.argval != "self":
                return f"{code.co_filename}:{i.positions.lineno}"
    return None


def line_of(codes: list[types.CodeType], name: str) -> str | None:
    """FILE:LINE where a name is used first; None if it is one of attributes alone."""
    for code in codes:
        for i in dis.get_instructions(code):
            if i.argval == name and i.opname in _OF_GLOBALS and i.positions is not None:
                return f"{code.co_filename}:{i.positions.lineno}"
    return None


_OF_GLOBALS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME", "IMPORT_FROM"})
