"""Small real data for the demos: handwritten digits of 16×16 bits, and sales of houses.

README.md beside this file says where they come from and what was done to them.
"""

from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from demos.data.idx import find_idx, read_idx
from demos.data.preprocess import binarise

__all__ = ["Digits", "load_digits", "load_sales"]

BUNDLED = Path(__file__).with_name("digits.npz")
SALES = Path(__file__).with_name("ames.csv")
N_TEST = 1000


class Digits(NamedTuple):
    """Handwritten digits and what they show, for training and held out for testing.

    The images are float32 arrays of shape (n, 256), 16×16 pixels row by row, 1 for ink and 0 for
    paper; the labels are int64 arrays of shape (n,), from 0 to 9.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_digits(folder: str | PathLike[str] | None = None) -> Digits:
    """Loads the bundled digits, or the full MNIST from a folder.

    Args:
        folder: where MNIST's files are, `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
            `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`.
            Without it, the bundled selection is loaded.

    Returns:
        4,000 digits for training and 1,000 for testing, equally many of each class; with `folder`,
        MNIST's 60,000 and 10,000, brought to 16×16 bits in the same way.

    Raises:
        FileNotFoundError: the folder or one of its files is missing.
        ValueError: a file is damaged, of another kind, or does not fit its partner.

    >>> digits = load_digits()
    >>> digits.train_images.shape, digits.test_images.shape
    ((4000, 256), (1000, 256))
    >>> for row in digits.test_images[0].reshape(16, 16)[1:15]:
    ...     print("".join("·#"[int(pixel)] for pixel in row))
    ········###·····
    ·······###······
    ······###·······
    ······###·······
    ·····###········
    ····###·········
    ····##····###···
    ····##··#####···
    ····##··#####···
    ····##··#####···
    ····##··#####···
    ·····#######····
    ·····#####······
    ·······#········
    """
    return _load_bundled() if folder is None else _load_mnist(Path(folder))


def _load_bundled() -> Digits:
    with np.load(BUNDLED, allow_pickle=False) as arrays:
        images = np.unpackbits(arrays["images"], axis=1).astype(np.float32)
        labels = arrays["labels"].astype(np.int64)
    return Digits(images[:-N_TEST], labels[:-N_TEST], images[-N_TEST:], labels[-N_TEST:])


def _load_mnist(folder: Path) -> Digits:
    return Digits(*_load_pair(folder, "train"), *_load_pair(folder, "t10k"))


def _load_pair(folder: Path, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    images_path = find_idx(folder, f"{prefix}-images-idx3-ubyte")
    labels_path = find_idx(folder, f"{prefix}-labels-idx1-ubyte")
    images, labels = read_idx(images_path, ndim=3), read_idx(labels_path, ndim=1)
    if images.shape[1:] != (28, 28):
        height, width = images.shape[1:]
        raise ValueError(
            f"{images_path} holds pictures of {height}×{width} pixels, MNIST's have 28×28; "
            "check that it is MNIST"
        )
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} holds {len(images)} pictures, {labels_path} {len(labels)} labels; "
            "take both from the same download"
        )
    if labels.max(initial=0) > 9:
        raise ValueError(
            f"{labels_path} holds the label {labels.max()}, digits are 0 to 9; "
            "check that it is MNIST"
        )
    return binarise(images).astype(np.float32), labels.astype(np.int64)


def load_sales() -> tuple[np.ndarray, np.ndarray]:
    """Loads 2,930 real sales of houses in Ames, Iowa (De Cock 2011).

    Returns:
        Living area in square feet and price in dollars, float64 arrays of shape (2930,).

    >>> area, price = load_sales()
    >>> float(area[0]), float(price[0])
    (1656.0, 215000.0)
    """
    area, price = np.loadtxt(SALES, delimiter=",", skiprows=1).T
    return area, price
