"""The same made-up data for every library; the numbers do not matter to a clock."""

import numpy as np


def moons(points: int = 100, noise: float = 0.1) -> tuple[list[list[float]], list[int]]:
    """Two half circles that reach into each other, as lists of plain numbers, and labels -1, 1."""
    random = np.random.default_rng(1337)
    angle = np.linspace(0, np.pi, points // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    where = np.concatenate([upper, lower]) + random.normal(0, noise, (points // 2 * 2, 2))
    return where.tolist(), [1] * (points // 2) + [-1] * (points // 2)


def bits(rows: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """A batch of 16 by 16 pictures in black and white, and labels from 0 to 9."""
    random = np.random.default_rng(0)
    images = (random.random((rows, 256)) < 0.25).astype(np.float32)
    return images, random.integers(0, 10, rows)
