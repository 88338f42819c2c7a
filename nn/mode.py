"""Training or evaluation for a while, such as to judge a model in the midst of its training."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def mode(model: Any, *, training: bool) -> Iterator[None]:
    """Training or evaluation for a while; afterwards every layer is as it was."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was in before:
            module.training = was
