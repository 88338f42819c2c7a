"""The page on which one draws a digit and trained networks answer, live and without a server.

Python writes the weights, the held-out digits and the library's own answers into one HTML file;
network.js computes the layers, sight.js turns pen strokes into pixels, page.js is the page.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd.files import write_whole
from autograd.viz.page import filled
from demos.pad.words import WORDS
from demos.report import STYLE

SIDE = 16
SCRIPTS = ("network.js", "sight.js", "page.js")
#: Layers that only matter in training, or that only change the shape.
SILENT = (nn.Dropout, nn.Flatten, nn.Unflatten)


def write(
    path: Path,
    models: Mapping[str, nn.Sequential],
    images: np.ndarray,
    labels: np.ndarray,
    lang: str,
) -> Path:
    """Write the page.

    Args:
        path: the HTML file.
        models: "perceptron" and "convolutional", trained; of layers that network.js knows.
        images: (n, 256) held-out digits of 0 and 1, on which the page checks itself.
        labels: (n,) what they are.
        lang: "en" or "ko".

    Returns:
        The path.

    Raises:
        TypeError: a model has a layer that network.js does not know.
    """
    words = WORDS[lang]
    data = {
        "words": words,
        "images": _base64(np.packbits(images.astype(bool), axis=1)),
        "labels": _base64(labels.astype(np.uint8)),
        "networks": [
            {
                "name": name,
                "layers": layers(model),
                "library": _base64(model.predict(images).astype("<f4")),
            }
            for name, model in models.items()
        ],
    }
    assets = files("demos.pad")
    script = "\n".join((assets / name).read_text("utf-8") for name in SCRIPTS)
    page = filled(
        (assets / "page.html").read_text("utf-8"),
        script,
        LANG=lang,
        STYLE=STYLE + (assets / "page.css").read_text("utf-8"),
        DATA=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        **{key.upper(): html.escape(text) for key, text in words.items()},
    )
    write_whole(path, page.encode())
    return path


def layers(model: nn.Sequential) -> list[dict[str, Any]]:
    """The layers as network.js wants them, for pictures of 16×16 pixels.

    >>> [layer["kind"] for layer in layers(nn.Sequential(nn.Linear(256, 10), nn.Softmax()))]
    ['Linear', 'Softmax']
    """
    channels, side, known = 1, SIDE, []
    for layer in model:
        if isinstance(layer, SILENT):
            continue
        entry: dict[str, Any] = {"kind": type(layer).__name__}
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            entry |= {name: _base64(p.data) for name, p in layer.named_parameters()}
        if isinstance(layer, nn.Conv2d):
            kernel, padding = layer.weight.shape[-1], layer.padding[0]
            entry |= {"channels": channels, "side": side, "kernel": kernel, "padding": padding}
            channels, side = layer.weight.shape[0], side + 2 * padding - kernel + 1
        elif isinstance(layer, nn.MaxPool2d):
            kernel = int(np.ravel(layer.kernel_size)[0])
            entry |= {"channels": channels, "side": side, "kernel": kernel}
            side //= kernel
        elif not isinstance(layer, (nn.Linear, nn.ReLU, nn.Softmax)):
            raise TypeError(f"the drawing page does not know {layer!r}; add it to network.js")
        known.append(entry)
    return known


def _base64(array: np.ndarray) -> str:
    """The bytes of an array, numbers of more than a byte as little-endian float32."""
    array = np.ascontiguousarray(array, dtype=array.dtype if array.itemsize == 1 else "<f4")
    return base64.b64encode(array.tobytes()).decode()
