"""Weights in a file: safetensors, an open format that holds numbers and nothing that runs."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy


def write(path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file, whole or not at all: an interrupted save leaves the old file.

    Args:
        path: where to; replaced if it exists.
        tensors: arrays by name.

    Raises:
        FileNotFoundError: the folder does not exist.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"save: the folder {str(path.parent)!r} of {path.name!r} does not exist; "
            "make it first: pathlib.Path(...).mkdir(parents=True)"
        )
    content = safetensors.numpy.save({k: np.ascontiguousarray(v) for k, v in tensors.items()})
    # In the same folder, because only within one file system is a rename atomic.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def read(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays in a safetensors file, by name.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, or no safetensors file.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"load: {_what_is_there(path)}")
    try:
        return safetensors.numpy.load(path.read_bytes())
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ValueError(
            f"load: {str(path)!r} ({path.stat().st_size:,} bytes) is damaged or no safetensors "
            f"file: {error}"
        ) from error


def _what_is_there(path: Path) -> str:
    if path.is_dir():
        return f"{str(path)!r} is a folder; give the file in it"
    if not path.parent.is_dir():
        return f"there is no file {str(path)!r}: its folder does not exist"
    others = sorted(p.name for p in path.parent.glob("*.safetensors"))
    found = f"the folder has {', '.join(others[:5])}" if others else "model.save(path) writes one"
    return f"there is no file {str(path)!r}; {found}"
