"""An optimiser's state holds all that its next step depends on, to the last bit."""

import numpy as np
import pytest

import optim
from autograd import Value

SHAPES = [(3, 4), (2, 5), (4,), ()]

#: Settings under which a rule remembers as much as it can.
RULES = [
    (optim.ASGD, {"t0": 2}),
    (optim.Adafactor, {}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (optim.Rprop, {"lr": 0.01, "etas": (0.4, 1.3)}),
    (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.2}),
    (optim.RMSprop, {"lr": 0.02, "momentum": 0.5, "centered": True}),
    (optim.Adadelta, {"lr": 0.9, "rho": 0.8}),
    (optim.Adam, {"lr": 0.1, "betas": (0.8, 0.95), "amsgrad": True}),
    (optim.AdamW, {"lr": 0.1, "weight_decay": 0.2}),
    (optim.Adamax, {"lr": 0.1, "weight_decay": 0.2}),
    (optim.NAdam, {"lr": 0.1, "momentum_decay": 0.1}),
    (optim.RAdam, {"lr": 0.1, "betas": (0.7, 0.8)}),
    (optim.Ftrl, {"lr": 0.1, "beta": 0.5}),
    (optim.Lion, {"lr": 0.01, "weight_decay": 0.1}),
    (optim.LAMB, {"lr": 0.1, "weight_decay": 0.1}),
    (optim.Muon, {"lr": 0.1, "ns_steps": 3}),
]
EVERY_RULE = pytest.mark.parametrize(
    ("rule", "settings"), RULES, ids=[f"{rule.__name__}-{i}" for i, (rule, _) in enumerate(RULES)]
)


def test_every_rule_is_tried():
    public = [getattr(optim, name) for name in optim.__all__]
    rules = {r for r in public if isinstance(r, type) and issubclass(r, optim.Optimizer)}
    assert {rule for rule, _ in RULES} == rules - {optim.Optimizer, optim.LBFGS}


def made(rule, settings, dtypes, numbers=None):
    """Two groups of different rates; matrices only for Muon."""
    rng = np.random.default_rng(5)
    shapes = SHAPES[:2] if rule is optim.Muon else SHAPES
    parameters = [
        Value(np.asarray(rng.normal(size=shape), dtypes[i % len(dtypes)]))
        for i, shape in enumerate(shapes)
    ]
    if numbers is not None:
        for p, number in zip(parameters, numbers, strict=True):
            p.data = number
    half = len(parameters) // 2
    groups = [{"params": parameters[:half], "lr": 0.03}, {"params": parameters[half:]}]
    return parameters, rule(groups, **settings)


def walk(parameters, optimizer, steps):
    """Now and then a parameter has no gradient, so that their steps are counted apart."""
    for t in steps:
        rng = np.random.default_rng(t)
        for i, p in enumerate(parameters):
            g = np.asarray(rng.normal(size=p.shape), p.dtype)[()]
            p.grad = None if (t + i) % 5 == 0 else g
        optimizer.step()


def frozen(state):
    """A copy of a state that shares no array with it."""
    if isinstance(state, dict):
        return {key: frozen(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return [frozen(value) for value in state]
    assert isinstance(state, np.ndarray | int | float | str | bool | None), type(state)
    return np.array(state) if isinstance(state, np.ndarray) else state


def assert_same(mine, other):
    for p, q in zip(mine, other, strict=True):
        assert p.dtype == q.dtype
        np.testing.assert_array_equal(p.data, q.data)


@EVERY_RULE
@pytest.mark.parametrize("dtypes", [[np.float32], [np.float64], [np.float32, np.float64]])
@pytest.mark.parametrize("stop", [0, 1, 7])
def test_a_rule_goes_on_where_its_state_was_taken(rule, settings, dtypes, stop):
    first, optimizer = made(rule, settings, dtypes)
    walk(first, optimizer, range(stop))
    state = frozen(optimizer.state_dict())
    numbers = [np.array(p.data)[()] for p in first]
    plain = {key: settings[key] for key in settings if key == "amsgrad" or key == "momentum"}
    plain |= {"centered": True} if settings.get("centered") else {}
    second, resumed = made(rule, plain, dtypes, numbers)
    resumed.load_state_dict(state)
    walk(first, optimizer, range(stop, stop + 7))
    walk(second, resumed, range(stop, stop + 7))
    assert_same(first, second)


@EVERY_RULE
def test_a_state_taken_does_not_change_with_later_steps(rule, settings):
    parameters, optimizer = made(rule, settings, [np.float64])
    walk(parameters, optimizer, range(3))
    state = optimizer.state_dict()
    before = frozen(state)
    walk(parameters, optimizer, range(3, 6))
    np.testing.assert_equal(frozen(state), before)


@EVERY_RULE
def test_the_state_of_other_parameters_is_refused(rule, settings):
    _, optimizer = made(rule, settings, [np.float64])
    other = rule([Value(np.ones((2, 2)))], **settings)
    with pytest.raises(ValueError, match=f"{rule.__name__}.load_state_dict: .* other parameters"):
        optimizer.load_state_dict(other.state_dict())


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lbfgs_goes_on_where_its_state_was_taken(dtype, search):
    def problem():
        v, s = Value(np.array([3, -4, 1], dtype)), Value(dtype(2.0))
        scales = np.array([1, 5, 9], dtype)

        def closure():
            optimizer.zero_grad()
            loss = ((v * v * scales + 1) ** 0.5).sum() + (s - v.sum()) ** 2
            loss.backward()
            return loss

        settings = {"lr": 0.1, "max_iter": 2, "history_size": 3, "line_search_fn": search}
        optimizer = optim.LBFGS([v, s], **settings)
        return [v, s], optimizer, closure

    first, optimizer, closure = problem()
    second, resumed, closure_again = problem()
    for _ in range(3):
        optimizer.step(closure)
    for p, q in zip(first, second, strict=True):
        q.data = np.array(p.data)[()]
    resumed.load_state_dict(frozen(optimizer.state_dict()))
    start = np.array(second[0].data)
    for _ in range(5):
        optimizer.step(closure)
        resumed.step(closure_again)
        assert_same(first, second)
    assert np.abs(second[0].data - start).max() > 1e-4


@pytest.mark.parametrize("rule", [optim.SGD, optim.RMSprop])
def test_a_momentum_set_later_on_is_kept_and_saved(rule):
    """As `OneCycleLR` sets it in a rule made without one."""

    def route(stop):
        w = Value([1.0, -2.0])
        optimizer = rule([w], lr=0.1)
        optimizer.momentum = 0.5
        for step in range(6):
            if step == stop:
                state = optimizer.state_dict()
                optimizer = rule([w], lr=0.1)
                optimizer.load_state_dict(state)
            w.grad = w.data * 0.3
            optimizer.step()
        return w.data

    whole = route(stop=None)
    for stop in range(6):
        np.testing.assert_array_equal(route(stop), whole)
    by_hand = optim.SGD([w := Value([1.0, -2.0])], lr=0.1, momentum=0.5)
    for _ in range(6):
        w.grad = w.data * 0.3
        by_hand.step()
    if rule is optim.SGD:
        np.testing.assert_array_equal(w.data, whole)
