"""The same made-up data for every library; the numbers do not matter to a clock."""

import itertools

import numpy as np

#: The layers of each fully connected network, and its batch.
SIZES = {
    "mlp": ((256, 64, 10), 32),
    "mlp3": ((784, 256, 128, 10), 128),
    "wide": ((784, 1024, 1024, 10), 256),
}


def moons(points: int = 100, noise: float = 0.1) -> tuple[list[list[float]], list[int]]:
    """Two half circles that reach into each other, as lists of plain numbers, and labels -1, 1."""
    random = np.random.default_rng(1337)
    angle = np.linspace(0, np.pi, points // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    where = np.concatenate([upper, lower]) + random.normal(0, noise, (points // 2 * 2, 2))
    return where.tolist(), [1] * (points // 2) + [-1] * (points // 2)


def pixels(rows: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """A batch of pictures in black and white of any shape, and labels from 0 to 9."""
    random = np.random.default_rng(0)
    images = (random.random((rows, *shape)) < 0.25).astype(np.float32)
    return images, random.integers(0, 10, rows)


def normal(*shape: int) -> np.ndarray:
    """Random numbers: tokens, a sequence, or just many of them."""
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def layers(sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Weights (inputs, outputs) and biases of a network, for libraries without modules."""
    random = np.random.default_rng(0)
    return [
        random.uniform(-(inputs**-0.5), inputs**-0.5, shape).astype(np.float32)
        for inputs, outputs in itertools.pairwise(sizes)
        for shape in ((inputs, outputs), (outputs,))
    ]


class Adam:
    """Adam in plain NumPy, in place, for libraries that bring no optimiser (Kingma and Ba 2015)."""

    def __init__(self, parameters: list[np.ndarray], lr: float = 1e-3) -> None:
        self.parameters, self.lr, self.steps = parameters, lr, 0
        self.m = [np.zeros_like(p) for p in parameters]
        self.v = [np.zeros_like(p) for p in parameters]

    def step(self, gradients: list[np.ndarray]) -> None:
        """Move every parameter against its gradient."""
        self.steps += 1
        rate = self.lr * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        for p, g, m, v in zip(self.parameters, gradients, self.m, self.v):
            m += (g - m) * 0.1
            v += (g * g - v) * 0.001
            p -= rate * m / (np.sqrt(v) + 1e-8)
