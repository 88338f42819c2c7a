"""Weights in a file: safetensors or npz, open formats that hold numbers and nothing that runs."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from autograd.files import write_whole

#: What a checkpoint calls the model's own numbers.
IN_CHECKPOINT = "model."


def write(path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file, whole or not at all: an interrupted save leaves the old file.

    Args:
        path: where to; replaced if it exists. One that ends in '.npz' becomes NumPy's own format,
            any other safetensors.
        tensors: arrays by name.

    Raises:
        FileNotFoundError: the folder does not exist.
    """
    path = checked_path(path, "save")
    arrays = {name: np.ascontiguousarray(a).reshape(a.shape) for name, a in tensors.items()}
    if Path(path).suffix == ".npz":
        content = io.BytesIO()
        np.savez(content, **arrays)  # type: ignore[arg-type]
        write_whole(path, content.getvalue())
    else:
        write_whole(path, safetensors.numpy.save(arrays))


def read(path: str | os.PathLike[str], whole: bool = False) -> dict[str, np.ndarray]:
    """The arrays in a safetensors or npz file, by name; what the file is, its content tells.

    Args:
        path: the file.
        whole: of a checkpoint, everything; otherwise only the model's own numbers.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, or neither format.
    """
    path = Path(checked_path(path, "load"))
    if not path.is_file():
        raise FileNotFoundError(f"load: {_what_is_there(path)}")
    content = path.read_bytes()
    if content[:2] == b"PK":
        return _npz(path, content)
    try:
        arrays = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ValueError(
            f"load: {str(path)!r} ({len(content):,} bytes) is damaged or no safetensors "
            f"file: {error}"
        ) from error
    if whole or not _header(content).get("format", "").startswith("chainrule.checkpoint"):
        return arrays
    cut = len(IN_CHECKPOINT)
    return {name[cut:]: a for name, a in arrays.items() if name.startswith(IN_CHECKPOINT)}


def checked_path(path: Any, asked: str) -> str:
    """The path as text.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(
            f"{asked}: give the path of a file, such as 'model.safetensors', got "
            f"{type(path).__name__} {path!r:.60}"
        )
    return os.fspath(path)


def metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The texts that a safetensors file carries beside its arrays; {} if it has none."""
    content = Path(path).read_bytes()
    return {} if content[:2] == b"PK" else _header(content)


def _header(content: bytes) -> dict[str, str]:
    """A safetensors file: eight bytes that say how long its JSON header is, the header, numbers."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]).get("__metadata__", {})


def _npz(path: Path, content: bytes) -> dict[str, np.ndarray]:
    foreign = "model.save(path) writes one that can be read"
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        if b"data.pkl" in content:
            raise ValueError(
                f"load: {str(path)!r} is a pickle, as torch.save writes it, which may run anything "
                "when it is read; in PyTorch save the weights with "
                "safetensors.torch.save_file(model.state_dict(), path)"
            ) from error
        raise ValueError(
            f"load: {str(path)!r} ({len(content):,} bytes) is damaged or no npz file of numbers: "
            f"{error}; {foreign}"
        ) from error


def _what_is_there(path: Path) -> str:
    if path.is_dir():
        return f"{str(path)!r} is a folder; give the file in it"
    if not path.parent.is_dir():
        return f"there is no file {str(path)!r}: its folder does not exist"
    others = sorted(p.name for p in path.parent.iterdir() if p.suffix in (".safetensors", ".npz"))
    found = f"the folder has {', '.join(others[:5])}" if others else "model.save(path) writes one"
    return f"there is no file {str(path)!r}; {found}"
