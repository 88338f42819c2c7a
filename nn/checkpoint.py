"""Checkpoints: all of a running training in one file, from which it goes on as if never stopped.

The file is safetensors: every array of the state is a tensor, everything else is JSON in the file's
metadata. Nothing in it can run.

    model.0.weight, model.0.bias, ...        the weights by their names
    optimizer.moments.0.1, ...               other arrays by their place in the state
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from autograd.files import write_whole
from nn import weights

FORMAT = "chainrule.checkpoint.1"


def write(path: str | os.PathLike[str], state: dict[str, Any]) -> None:
    """Write a state (dicts, lists, numbers, texts, arrays), whole or not at all.

    Raises:
        FileNotFoundError: the folder does not exist.
        TypeError: something in the state is none of these.

    >>> import pathlib, tempfile
    >>> from nn import checkpoint
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.safetensors"
    >>> checkpoint.write(path, {"epoch": 3, "memory": [np.ones(2, np.float32), None]})
    >>> checkpoint.read(path)
    {'epoch': 3, 'memory': [array([1., 1.], dtype=float32), None]}
    """
    tensors: dict[str, np.ndarray] = {}
    outline = _pack(state, "", tensors)
    metadata = {"format": FORMAT, "state": json.dumps(outline, separators=(",", ":"))}
    path = Path(path)
    for left in path.parent.glob(f".{path.name}.*.part"):  # by a run that was killed while writing
        left.unlink(missing_ok=True)
    write_whole(path, safetensors.numpy.save(tensors, metadata))


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The state in a file that `write` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, or no checkpoint.
    """
    tensors = weights.read(path, whole=True)
    metadata = weights.metadata(path)
    if metadata.get("format") != FORMAT:
        raise ValueError(
            f"resume: {os.fspath(path)!r} holds weights but no training to go on with; use "
            "model.load(path) for weights, and fit(checkpoint=path) to write a checkpoint"
        )
    try:
        return _unpack(json.loads(metadata["state"]), tensors)
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"resume: {os.fspath(path)!r} is damaged: {error!r}") from error


def _pack(node: Any, place: str, tensors: dict[str, np.ndarray]) -> Any:
    """The state as JSON, with every array moved to `tensors`."""
    if node is None or isinstance(node, (bool, int, float, str)):
        return node if type(node) in (type(None), bool, int, float, str) else _pack_odd(node)
    if isinstance(node, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in node):
            return {key: _pack(value, _at(place, key), tensors) for key, value in node.items()}
        items = [[_pack(k, "", tensors), _pack(v, _at(place, k), tensors)] for k, v in node.items()]
        return {"$dict": items}
    if isinstance(node, (list, tuple)):
        packed = [_pack(value, _at(place, i), tensors) for i, value in enumerate(node)]
        return packed if isinstance(node, list) else {"$tuple": packed}
    data = getattr(node, "_data", node)
    if isinstance(data, (np.ndarray, np.generic)) and data.dtype.kind in "fiub":
        name = place
        while name in tensors:
            name += "'"
        tensors[name] = np.array(data, order="C")
        return {"$scalar" if isinstance(data, np.generic) else "$array": name}
    raise TypeError(
        f"checkpoint: {place or 'the state'} is a {type(node).__name__}, which cannot be written; "
        "a state_dict holds numbers, texts, arrays, lists, tuples and dicts"
    )


def _pack_odd(node: Any) -> Any:
    """Subclasses of Python's numbers and texts, such as an enum's, by their plain value."""
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return None


def _at(place: str, key: Any) -> str:
    return f"{place}.{key}" if place else str(key)


def _unpack(node: Any, tensors: dict[str, np.ndarray]) -> Any:
    if isinstance(node, list):
        return [_unpack(value, tensors) for value in node]
    if not isinstance(node, dict):
        return node
    if "$array" in node:
        return tensors[node["$array"]]
    if "$scalar" in node:
        return tensors[node["$scalar"]][()]
    if "$tuple" in node:
        return tuple(_unpack(value, tensors) for value in node["$tuple"])
    if "$dict" in node:
        return {_unpack(k, tensors): _unpack(v, tensors) for k, v in node["$dict"]}
    return {key: _unpack(value, tensors) for key, value in node.items()}
