"""Weights in a file: safetensors, an open format that holds numbers and nothing that runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy

from autograd.files import write_whole


def write(path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file, whole or not at all: an interrupted save leaves the old file.

    Args:
        path: where to; replaced if it exists.
        tensors: arrays by name.

    Raises:
        FileNotFoundError: the folder does not exist.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    write_whole(path, safetensors.numpy.save(arrays))


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
