"""10,000 wrong calls end in a documented error with a useful text, or in NumPy's own result."""

import inspect
import random

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.ops import FAMILIES

OPERATIONS = sorted({name for family in FAMILIES for name in family.__all__})
EACH = -(-10_000 // len(OPERATIONS))

THINGS = [
    *(lambda: Value(1.5), lambda: Value([1.0, -2.0, 3.0]), lambda: Value(np.ones((2, 3)))),
    *(lambda: Value(np.ones((3, 2))), lambda: Value(np.ones((0, 3))), lambda: Value([1, 2, 3])),
    *(lambda: Value([np.nan, 1.0, np.inf]), lambda: Value([-1.0, 0.0, 2.0])),
    *(lambda: np.array([0, 1, 1]), lambda: np.array([True, False, True]), lambda: 2, lambda: -1),
    *(lambda: 7, lambda: 0, lambda: 1.5, lambda: None, lambda: "axis", lambda: (0, 1)),
    *(lambda: (3, -1), lambda: [1, 2], lambda: [Value(1.0), Value(2.0)], lambda: np.array("a")),
    *(lambda: 1j, dict, lambda: slice(None), lambda: True, lambda: [[1.0], [1.0, 2.0]]),
    *(lambda: object(), lambda: np.float32(2.0), lambda: "sum", lambda: ..., lambda: (9,)),
]
DOCUMENTED = (ValueError, TypeError, IndexError, ImportError, OverflowError)


def parameters(function):
    try:
        return [
            p.name
            for p in inspect.signature(function).parameters.values()
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ]
    except ValueError:
        return []


def a_wrong_call(function, draw):
    args = [draw.choice(THINGS)() for _ in range(draw.randint(1, 3))]
    names = parameters(function)[len(args) :]
    chosen = draw.sample(names, draw.randint(0, min(2, len(names)))) if names else []
    return args, {name: draw.choice(THINGS)() for name in chosen}


def values_in(x):
    if isinstance(x, Value):
        return [x]
    return [v for item in x for v in values_in(item)] if isinstance(x, (list, tuple)) else []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_wrong_call_is_answered(name):
    draw = random.Random(name)
    function = getattr(autograd, name)
    for _ in range(EACH):
        args, params = a_wrong_call(function, draw)
        try:
            with np.errstate(all="ignore"):
                out = function(*args, **params)
        except DOCUMENTED as error:
            text = str(error)
        else:
            text = "no error"
        assert len(text) >= 8, (name, args, params)
        if text != "no error":
            continue
        for value in values_in(out):
            assert value.dtype.kind in "fiub"
            if value.requires_grad:
                with np.errstate(all="ignore"):
                    value.backward(np.ones(value.shape))
                for leaf in values_in(args):
                    if leaf.requires_grad and leaf.grad is not None:
                        assert np.shape(leaf.grad) == leaf.shape
