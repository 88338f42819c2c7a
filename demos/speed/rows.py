"""What is compared: one training step of eight programs, each with the libraries people would take.

A library is named `LIBRARY` or `LIBRARY-MODE`: `LIBRARY_steps.py` holds its programs, and MODE is
one of the ways it has to run them, such as "jit".
"""

from __future__ import annotations

from dataclasses import dataclass

#: Ours, in the order of the columns.
OURS = ("chainrule", "chainrule-jit")

#: Every peer: what to call it in the table.
PEERS = {
    "micrograd": "micrograd",
    "torch": "PyTorch eager, fused Adam",
    "torch-compile": "torch.compile",
    "jax": "jax.jit, optax",
    "hips": "HIPS autograd",
    "mygrad": "MyGrad",
}


@dataclass(frozen=True)
class Row:
    """One program, and the peers it is compared with."""

    program: str
    title: str
    peers: tuple[str, ...]


ROWS = (
    Row("moons", "two moons, 100 points, MLP 2-16-16-1 in scalars", ("micrograd",)),
    Row(
        "mlp",
        "256-64-10, batch 32, Adam",
        ("torch", "torch-compile", "jax", "hips", "mygrad"),
    ),
    Row("mlp3", "784-256-128-10, batch 128, Adam", ("torch", "torch-compile", "jax")),
    Row("wide", "784-1024-1024-10, batch 256, Adam", ("torch", "torch-compile", "jax")),
    Row("conv", "conv 16, conv 32, two linear, 16×16 digits, batch 64", ("torch",)),
    Row("lstm", "LSTM cell, 32 steps, hidden 64, batch 32", ("torch",)),
    Row("transformer", "transformer block, width 64, 4 heads, 64 tokens, batch 16", ("torch",)),
    Row("chain", "8 elementwise operations on 1,000,000 numbers", ("torch", "torch-compile")),
)
