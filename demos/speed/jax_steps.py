"""JAX's side of the comparisons: the whole step, optimiser included, as one compiled function."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from data import SIZES, layers, pixels

VERSION = f"{jax.__version__}, optax {optax.__version__}"
MODES = {"": None}  # always compiled


def dense(sizes: tuple[int, ...], batch: int) -> Callable[[], None]:
    """A fully connected network with relu between its layers, and Adam."""
    images, labels = map(jnp.asarray, pixels(batch, sizes[0]))
    weights = [jnp.asarray(p) for p in layers(sizes)]
    adam = optax.adam(1e-3)

    def loss_of(weights: Any, x: Any, t: Any) -> Any:
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            x = jax.nn.relu(x @ w + b)
        scores = x @ weights[-2] + weights[-1]
        return optax.softmax_cross_entropy_with_integer_labels(scores, t).mean()

    def training(weights: Any, state: Any, x: Any, t: Any) -> Any:
        gradients = jax.grad(loss_of)(weights, x, t)
        updates, state = adam.update(gradients, state)
        return optax.apply_updates(weights, updates), state

    compiled = jax.jit(training, donate_argnums=(0, 1))
    now = [weights, adam.init(weights)]

    def step() -> None:
        now[:] = compiled(*now, images, labels)
        jax.block_until_ready(now)

    return step


PROGRAMS = {name: lambda wrap, s=sizes: dense(*s) for name, sizes in SIZES.items()}
