"""Files that appear complete or not at all, whatever interrupts the writing."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write beside the target, then move into place, which is atomic within a folder.

    Args:
        path: where to; replaced if it exists.
        content: what to write.

    Raises:
        FileNotFoundError: the folder does not exist; the message says how to make it.
        IsADirectoryError: `path` is a folder.
        OSError: nothing can be written there; the message names the file.

    >>> import pathlib, tempfile
    >>> from autograd.files import write_whole
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "note.txt"
    >>> write_whole(target, b"all of it")
    >>> target.read_bytes(), len(list(target.parent.iterdir()))
    (b'all of it', 1)
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"save: there is no folder {str(target.parent)!r} for {target.name!r}; make it first: "
            f"pathlib.Path({str(target.parent)!r}).mkdir(parents=True)"
        )
    if target.is_dir():
        raise IsADirectoryError(
            f"save: {str(target)!r} is a folder; give a file in it, such as "
            f"{str(target / 'model.safetensors')!r}"
        )
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # on the disk before its name is
        os.replace(temporary, target)
    except OSError as error:
        why = error.strerror or str(error)
        raise type(error)(
            error.errno, f"save: cannot write {str(target)!r}: {why}; choose another folder"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
