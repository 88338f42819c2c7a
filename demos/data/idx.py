"""Reads MNIST's own file format, IDX: a big-endian header, then one byte a number.

The format is described on the MNIST homepage, http://yann.lecun.com/exdb/mnist/.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

DOWNLOAD = "put MNIST's four files there, as downloaded (.gz) or unpacked"


def find_idx(folder: Path, name: str) -> Path:
    """The file `name` or `name.gz` in `folder`; FileNotFoundError says what is there instead."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder; {DOWNLOAD}")
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    present = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
    raise FileNotFoundError(f"{folder / name} (or .gz) is missing; found {present}; {DOWNLOAD}")


def read_idx(path: Path, ndim: int) -> np.ndarray:
    """Reads an IDX file of bytes with `ndim` axes, unpacking it if its name ends in .gz.

    Returns:
        uint8 array of the shape in the file's header.

    Raises:
        ValueError: the file is damaged, of another kind, or not as long as its header says.
    """
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is damaged ({error}); download it again") from error

    header = 4 * (1 + ndim)
    if len(content) < header:
        raise ValueError(
            f"{path} is truncated: {len(content)} bytes, its header alone takes {header}; "
            "download it again"
        )
    magic, *shape = np.frombuffer(content, ">u4", 1 + ndim).tolist()
    expected_magic = 0x0800 + ndim  # 08 stands for unsigned bytes
    if magic != expected_magic:
        raise ValueError(
            f"{path} starts with the number {magic}, where an IDX file of bytes with {ndim} "
            f"axes starts with {expected_magic}; check that the files are not swapped or renamed"
        )
    found, promised = len(content) - header, math.prod(shape)
    if found != promised:
        problem = "is truncated" if found < promised else "is too long"
        raise ValueError(
            f"{path} {problem}: {found} bytes of data, its header {tuple(shape)} promises "
            f"{promised}; download it again"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
