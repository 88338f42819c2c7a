"""optim: the rules that turn gradients into better weights.

sgd        a step against the gradient, with momentum if you like
adam       a step whose length adapts to each weight
optimizer  what every rule shares; a rule of your own is one method
names      'adam' in place of an object, and what to say when nobody has that name
flat       why a step is quick however many tensors there are

>>> w = Value(3.0, name="w")
>>> optimizer = optim.SGD([w], lr=0.5)
>>> (w * w).backward()  # dL/dw = 2w = 6
>>> optimizer.step()
>>> w.data
np.float64(0.0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograd import Value
from optim.adam import Adam
from optim.names import unknown
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer", "get"]

_BY_NAME: dict[str, type[Adam | SGD]] = {"adam": Adam, "sgd": SGD}


def get(
    optimizer: str | Optimizer | Callable[[Iterable[Value]], Optimizer],
    parameters: Iterable[Value],
) -> Optimizer:
    """The optimiser that a name, a class or an instance stands for.

    Args:
        optimizer: 'adam' or 'sgd' in any case, a class such as `optim.Adam`, any function of the
            parameters that makes an optimiser, or a ready optimiser, which is returned as it is.
        parameters: what a newly made optimiser will step.

    Raises:
        ValueError: there is no optimiser of that name.
        TypeError: it is none of the above.

    >>> optim.get("Adam", [Value(1.0)])
    Adam(1 parameter, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0)
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, str):
        name = optimizer.lower()
        if name not in _BY_NAME:
            raise unknown("optimizer", optimizer, _BY_NAME)
        return _BY_NAME[name](parameters)
    made = optimizer(parameters) if callable(optimizer) else None
    if not isinstance(made, Optimizer):
        raise TypeError(
            f"optimizer: expected a name such as 'adam', a class such as optim.Adam or an "
            f"optimiser, got {type(optimizer).__name__} {optimizer!r:.60}"
        )
    return made
