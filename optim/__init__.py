"""optim: the rules that turn gradients into better weights.

sgd        a step against the gradient, with momentum if you like
asgd       the average of all steps, beside them
rprop      only the gradient's sign counts
adagrad    weights that have moved much move less
rmsprop    a step divided by the recent size of the gradient
adadelta   the same, in the weight's own units
adam       momentum and a step whose length adapts to each weight; AdamW
adamax     Adam with the largest gradient in place of the average square
nadam      Adam that looks ahead
radam      Adam that waits until its averages can be trusted
adafactor  of a matrix, the average squares of rows and columns alone
ftrl       weights from sums of gradients, 0 where they say too little
lion       the sign of an average
lamb       Adam whose step is as long as the tensor it changes
muon       a matrix moves by an orthogonal matrix
lbfgs      learns the curvature; calls the loss itself
schedules  learning rates that change as training goes on; lr_scheduler: PyTorch's name for them
clip       gradients kept within bounds
ema        the average of the weights of many steps
optimizer  what every rule shares; a rule of your own is one method
recipe     an optimiser without parameters yet, as Keras makes them for compile
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
from typing import Any

from autograd import Value
from optim import lr_scheduler, schedules
from optim.adadelta import Adadelta
from optim.adafactor import Adafactor
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.adamax import Adamax
from optim.asgd import ASGD
from optim.clip import clip_grad_norm_, clip_grad_value_
from optim.ema import EMA
from optim.ftrl import Ftrl
from optim.lamb import LAMB
from optim.lbfgs import LBFGS
from optim.lion import Lion
from optim.muon import Muon
from optim.nadam import NAdam
from optim.names import unknown
from optim.optimizer import Optimizer
from optim.radam import RAdam
from optim.recipe import made
from optim.rmsprop import RMSprop
from optim.rprop import Rprop
from optim.sgd import SGD

#: Keras's spelling.
Nadam, Lamb = NAdam, LAMB

__all__ = [
    "ASGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "EMA",
    "Ftrl",
    "LAMB",
    "LBFGS",
    "Lamb",
    "Lion",
    "Muon",
    "NAdam",
    "Nadam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SGD",
    "clip_grad_norm_",
    "clip_grad_value_",
    "find",
    "get",
    "lr_scheduler",
    "schedules",
]

_RULES: tuple[Callable[..., Optimizer], ...] = (
    SGD,
    ASGD,
    Rprop,
    Adagrad,
    RMSprop,
    Adadelta,
    Adam,
    AdamW,
    Adamax,
    NAdam,
    RAdam,
    Adafactor,
    Ftrl,
    Lion,
    LAMB,
    Muon,
    LBFGS,
)
_BY_NAME = {rule.__name__.lower(): rule for rule in _RULES}


def find(name: str) -> Callable[..., Optimizer] | None:
    """The class of that name, such as 'adam' or 'Adam'; None if nobody's.

    >>> optim.find("Nadam") is optim.NAdam
    True
    """
    return _BY_NAME.get(name.lower())


def get(
    optimizer: str | Optimizer | Callable[..., Optimizer],
    parameters: Iterable[Value],
    **settings: Any,
) -> Optimizer:
    """The optimiser that a name, a class or an instance stands for.

    Args:
        optimizer: a name such as 'adam' in any case, with Keras's defaults where Keras has it;
            a class such as `optim.Adam`, with PyTorch's; `optim.Adam(learning_rate=0.01)`, with
            Keras's; any function of the parameters that makes an optimiser; or a ready optimiser,
            returned as it is.
        parameters: what a newly made optimiser will step.
        settings: settings of a newly made optimiser, such as lr=0.01.

    Raises:
        ValueError: there is no optimiser of that name.
        TypeError: it is none of the above, or there are settings for a ready optimiser.

    >>> optim.get("rprop", [Value(1.0)], lr=0.5).lr
    0.5
    """
    if isinstance(optimizer, Optimizer):
        if settings:
            raise TypeError(
                f"optimizer: a ready optimiser has its settings already; got {sorted(settings)} too"
            )
        return optimizer
    if isinstance(optimizer, str):
        rule = find(optimizer)
        if rule is None:
            raise unknown("optimizer", optimizer, _BY_NAME)
        return made(rule, parameters, settings)
    ours = not isinstance(optimizer, type) or issubclass(optimizer, Optimizer)
    ready = optimizer(parameters, **settings) if callable(optimizer) and ours else None
    if not isinstance(ready, Optimizer):
        raise TypeError(
            f"optimizer: expected a name such as 'adam', a class such as optim.Adam or an "
            f"optimiser, got {type(optimizer).__name__} {optimizer!r:.60}"
        )
    return ready
