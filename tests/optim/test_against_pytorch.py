"""Every rule and schedule goes the way PyTorch's goes, where that is installed."""

import itertools

import numpy as np
import pytest

import optim
from autograd import Value

torch = pytest.importorskip("torch")


SHAPES = [(3, 4), (4,), (), (4, 2), (2,)]


def loss_of(W, b, s, V, c, x, xp):
    """A small problem with several bottoms and tops: two layers, a scalar, and waves.

    It is bounded, so that a rule that climbs stays finite too.
    """
    layers = (xp.tanh(xp.tanh(x @ W + b) * s @ V + c) ** 2).sum()
    return 0.1 * layers + 0.3 * (xp.sin(W).sum() + xp.cos(s) + xp.sin(V).sum() + xp.cos(c).sum())


CURVES = np.random.default_rng(11).normal(size=(40, 27)) / 4


def bowl(W, b, s, V, c, x, xp):
    """A strictly convex problem, well-conditioned, where no rounding grows: a smoothed |Ap - 1|."""
    A = torch.tensor(CURVES) if xp is torch else CURVES
    total, at = -1.0, 0
    squares = 0.0
    for p in (W, b, s, V, c):
        flat = p.reshape(-1)
        total = total + A[:, at : at + flat.shape[0]] @ flat
        squares = squares + (flat * flat).sum()
        at += flat.shape[0]
    return xp.sqrt(1 + total * total).sum() + 0.5 * squares


PULL = np.random.default_rng(12).choice([-1.0, 1.0], 27) * np.linspace(1, 3, 27)


def slope(W, b, s, V, c, x, xp):
    """A hillside that bends but never levels out: no gradient passes 0, where signs are chance."""
    pull = torch.tensor(PULL) if xp is torch else PULL
    total, at = 0.1 * bowl(W, b, s, V, c, x, xp), 0
    for p in (W, b, s, V, c):
        flat = p.reshape(-1)
        total = total + (pull[at : at + flat.shape[0]] * flat).sum()
        at += flat.shape[0]
    return total


def starts():
    rng = np.random.default_rng(3)
    return [rng.normal(size=shape) for shape in SHAPES], rng.normal(size=(5, 3))


def routes(ours, theirs, steps=100, shapes=slice(None), groups=False, schedule=None, closed=None):
    """Both parameter vectors after each of some steps.

    Both get the gradients where PyTorch stands: near a bottom many rules let any rounding of the
    gradient grow, step by step. With a `closed` loss each gets those where it stands itself.
    """
    numbers, x = starts()
    mine = [Value(n) for n in numbers]
    other = [torch.tensor(n, requires_grad=True) for n in numbers]

    def grouped(parameters):
        chosen = parameters[shapes]
        if not groups:
            return chosen
        return [{"params": chosen[:2], "lr": 0.003}, {"params": chosen[2:]}]

    loss_there = closed or loss_of
    a, b = ours(grouped(mine)), theirs(grouped(other))
    plans = [make(o) for make, o in zip(schedule, (a, b), strict=True)] if schedule else []

    def my_loss():
        a.zero_grad()
        loss = loss_there(*mine, x, np)
        loss.backward()
        return loss

    def other_loss():
        b.zero_grad()
        loss = loss_there(*other, torch.tensor(x), torch)
        loss.backward()
        return loss

    for _ in range(steps):
        b.step(other_loss)
        if closed:
            a.step(my_loss)
        else:
            for p, q in zip(mine, other, strict=True):
                p.grad = q.grad.numpy().copy()
            a.step()
        for plan in plans:
            plan.step()
        yield (
            np.concatenate([np.ravel(p.data) for p in mine]),
            np.concatenate([p.detach().numpy().ravel() for p in other]),
        )


def options(**choices):
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


DECAY = {"weight_decay": [0.0, 0.1], "maximize": [False, True]}
BETAS = {"betas": [(0.9, 0.999), (0.5, 0.9)], "eps": [1e-8, 1e-3]}
OPTIONS = {
    "SGD": options(lr=[1e-3], momentum=[0.0, 0.9], dampening=[0.0, 0.3], **DECAY)
    + options(lr=[1e-3], momentum=[0.9], nesterov=[True], **DECAY),
    "Adam": options(
        lr=[0.01], amsgrad=[False, True], decoupled_weight_decay=[False, True], **BETAS, **DECAY
    ),
    "AdamW": [*options(lr=[0.01], amsgrad=[False, True], **BETAS, **DECAY), {}],
    "NAdam": [
        *options(
            lr=[0.01],
            decoupled_weight_decay=[False, True],
            momentum_decay=[0.004, 0.1],
            **BETAS,
            **DECAY,
        ),
        {},
    ],
    "RAdam": [*options(lr=[0.01], decoupled_weight_decay=[False, True], **BETAS, **DECAY), {}],
    "Adamax": [*options(lr=[0.01], **BETAS, **DECAY), {}],
    "Adagrad": options(
        lr=[0.05],
        lr_decay=[0.0, 0.1],
        initial_accumulator_value=[0.0, 0.5],
        eps=[1e-10, 1e-3],
        **DECAY,
    ),
    "Adadelta": options(lr=[1.0, 0.1], rho=[0.9, 0.5], eps=[1e-6, 1e-3], **DECAY),
    "RMSprop": options(
        lr=[0.003],
        alpha=[0.99, 0.9],
        eps=[1e-8, 1e-3],
        momentum=[0.0, 0.8],
        centered=[False, True],
        **DECAY,
    ),
    "ASGD": options(lr=[0.05], lambd=[1e-4, 0.1], alpha=[0.75, 0.3], t0=[1e6, 0, 20], **DECAY),
    "Adafactor": options(
        lr=[0.01],
        beta2_decay=[-0.8, -0.3],
        eps=[(None, 1e-3), (1e-2, 0.5)],
        d=[1.0, 2.0],
        **DECAY,
    ),
    "Rprop": options(
        lr=[0.01],
        etas=[(0.5, 1.2), (0.3, 1.5)],
        step_sizes=[(1e-6, 50.0), (1e-3, 0.02)],
        maximize=[False, True],
    ),
}
CASES = [
    pytest.param(name, settings, id=f"{name}-{i}")
    for name, all_settings in OPTIONS.items()
    for i, settings in enumerate(all_settings)
]


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_rule_goes_the_way_of_pytorch(name, settings):
    ours = lambda p: getattr(optim, name)(p, **settings)
    theirs = lambda p: getattr(torch.optim, name)(p, **settings)
    for mine, other in routes(ours, theirs):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_rule_finds_its_own_way_down_a_slope_as_pytorch_does(name, settings):
    ours = lambda p: getattr(optim, name)(p, **settings)
    theirs = lambda p: getattr(torch.optim, name)(p, **settings)
    for mine, other in routes(ours, theirs, closed=slope):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


def apart(way, other):
    """How far two ways are apart where they are furthest, as a share where numbers are large."""
    return max(np.abs((a - b) / (1 + np.abs(b))).max() for a, b in zip(way, other, strict=True))


def nudged(name, settings, seed):
    """PyTorch's own way into the bowl if a last bit of its gradients is another here and there."""
    numbers, x = starts()
    rng = np.random.default_rng(seed)
    parameters = [torch.tensor(n, requires_grad=True) for n in numbers]
    optimizer = getattr(torch.optim, name)(parameters, **settings)
    for _ in range(100):
        optimizer.zero_grad()
        bowl(*parameters, torch.tensor(x), torch).backward()
        for p in parameters:
            p.grad *= 1 + torch.tensor(rng.integers(-1, 2, tuple(p.shape)) * 2.0**-52)
        optimizer.step()
        yield np.concatenate([p.detach().numpy().ravel() for p in parameters])


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_rule_finds_its_own_way_into_a_bowl_as_pytorch_does(name, settings):
    """Near the bottom some rules let a last bit grow, step by step: there, as far as PyTorch.

    Measured for the rules of Adam's and RMSprop's kind (34 sets of options that part by more than
    1e-9, up to 1e-2): ten runs of PyTorch with a last bit changed end as far from PyTorch's own in
    27 of them, and up to 2.1 times less far in the other 7. So do PyTorch's `foreach=True` and
    `foreach=False` where they round differently: NAdam by 2e-8 to 5e-6, RAdam by 1e-8 to 9e-6.
    """
    ours = lambda p: getattr(optim, name)(p, **settings)
    theirs = lambda p: getattr(torch.optim, name)(p, **settings)
    mine, other = zip(*routes(ours, theirs, closed=bowl), strict=True)
    distance = apart(mine, other)
    if distance > 1e-9:
        assert distance < 10 * max(apart(nudged(name, settings, seed), other) for seed in range(3))


@pytest.mark.parametrize("name", [*OPTIONS, "SGD with momentum", "Adam with amsgrad"])
def test_a_rule_taken_up_again_midway_goes_on_as_pytorch_does(name):
    """Both sides: 50 steps with a schedule, everything saved, new objects, 50 more."""
    rule, _, what = name.partition(" with ")
    settings = {"lr": 0.01} | {"momentum": {"momentum": 0.9}, "amsgrad": {"amsgrad": True}}.get(
        what, {}
    )
    numbers, x = starts()
    mine = [Value(n) for n in numbers]
    other = [torch.tensor(n, requires_grad=True) for n in numbers]

    def made(module, schedules, parameters):
        optimizer = getattr(module, rule)(parameters, **settings)
        without = ("Adagrad", "Adadelta", "Rprop", "ASGD", "Adafactor")
        cycled = rule not in without  # those that have a momentum
        return optimizer, schedules.OneCycleLR(optimizer, 0.02, 120, cycle_momentum=cycled)

    here, there = (optim, optim.schedules), (torch.optim, torch.optim.lr_scheduler)
    a, b = made(*here, mine), made(*there, other)
    for step in range(100):
        if step == 50:
            saved, saved_there = [o.state_dict() for o in a], [o.state_dict() for o in b]
            a, b = made(*here, mine), made(*there, other)
            for made_anew, state in zip([*a, *b], [*saved, *saved_there], strict=True):
                made_anew.load_state_dict(state)
        for optimizer, parameters, xp in ((a[0], mine, np), (b[0], other, torch)):
            optimizer.zero_grad()
            slope(*parameters, x, xp).backward()
            optimizer.step()
        for schedule in (a[1], b[1]):
            schedule.step()
        for p, q in zip(mine, other, strict=True):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize(("most", "steps"), [(1, 8), (4, 1), (6, 1)])
def test_lbfgs_sets_out_among_waves_as_pytorch_does(search, most, steps):
    """Only the first steps: started one last bit aside, PyTorch itself is soon elsewhere."""
    settings = {"lr": 0.05 if search is None else 1.0, "max_iter": most, "line_search_fn": search}
    ours = lambda p: optim.LBFGS(p, **settings)
    theirs = lambda p: torch.optim.LBFGS(p, **settings)
    for mine, other in routes(ours, theirs, steps, closed=loss_of):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("lr", [0.05, 1.0])
@pytest.mark.parametrize(("most", "history"), [(1, 100), (4, 5), (20, 3), (20, 100)])
def test_lbfgs_goes_the_whole_way_of_pytorch_on_a_bowl(search, lr, most, history):
    settings = {"lr": lr, "max_iter": most, "history_size": history, "line_search_fn": search}
    ours = lambda p: optim.LBFGS(p, **settings)
    theirs = lambda p: torch.optim.LBFGS(p, **settings)
    for mine, other in routes(ours, theirs, closed=bowl):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "settings",
    options(
        lr=[0.02],
        nesterov=[False, True],
        weight_decay=[0.0, 0.1],
        ns_steps=[5, 3],
        momentum=[0.95, 0.5],
        adjust_lr_fn=[None, "original", "match_rms_adamw"],
    ),
)
def test_muon_goes_the_way_of_pytorch_but_for_its_half_precision(settings, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())
    matrices = slice(0, 4, 3)
    ours = lambda p: optim.Muon(p, **settings)
    theirs = lambda p: torch.optim.Muon(p, **settings)
    for closed in (None, slope):
        for mine, other in routes(ours, theirs, shapes=matrices, closed=closed):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rule", ["NAdam", "RAdam"])
def test_two_ways_of_pytorch_part_as_far_where_their_rounding_differs(rule):
    """What holds for ours is no fault of ours: PyTorch has a slow and a quick way of its own."""
    settings = {"lr": 0.01, "betas": (0.5, 0.9), "eps": 1e-3}
    quick, slow = (
        zip(*routes(
            lambda p: getattr(optim, rule)(p, **settings),
            lambda p, way=way: getattr(torch.optim, rule)(p, foreach=way, **settings),
            closed=bowl,
        ), strict=True)
        for way in (True, False)
    )  # fmt: skip
    (ours, quick_way), (_, slow_way) = quick, slow
    theirs = apart(quick_way, slow_way)
    assert 1e-9 < theirs < 1e-4
    assert apart(ours, slow_way) < 10 * theirs


def test_the_average_of_asgd_is_pytorchs():
    numbers, x = starts()
    mine = [Value(n) for n in numbers]
    other = [torch.tensor(n, requires_grad=True) for n in numbers]
    a = optim.ASGD(mine, lr=0.05, lambd=0.1, t0=10)
    b = torch.optim.ASGD(other, lr=0.05, lambd=0.1, t0=10)
    plans = optim.lr_scheduler.StepLR(a, 9), torch.optim.lr_scheduler.StepLR(b, 9)
    for step in range(30):
        for optimizer, parameters, xp in ((a, mine, np), (b, other, torch)):
            optimizer.zero_grad()
            slope(*parameters, x, xp).backward()
        if step % 4 == 1:  # one that sits a step out keeps its rate
            mine[1].grad = other[1].grad = None
        for stepped in (a, b, *plans):
            stepped.step()
    for p, q in zip(mine, other, strict=True):
        np.testing.assert_allclose(a.average_of(p), b.state[q]["ax"].numpy(), rtol=1e-12)
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("shape", [(3, 1), (1, 3), (2, 3, 4), (1,)])
def test_adafactor_steps_tensors_of_any_shape_as_pytorch_does(shape):
    rng = np.random.default_rng(0)
    start = rng.normal(size=shape)
    p, q = Value(start), torch.tensor(start, requires_grad=True)
    a, b = optim.Adafactor([p], lr=0.1), torch.optim.Adafactor([q], lr=0.1)
    for _ in range(20):
        g = rng.normal(size=shape)
        p.grad, q.grad = g, torch.tensor(g)
        a.step(), b.step()
    np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", OPTIONS)
def test_groups_go_the_way_of_pytorch(name):
    ours = lambda p: getattr(optim, name)(p, lr=0.01)
    theirs = lambda p: getattr(torch.optim, name)(p, lr=0.01)
    for mine, other in routes(ours, theirs, groups=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


def linear_then_cosine(S, o):
    return S.SequentialLR(o, [S.LinearLR(o, total_iters=5), S.CosineAnnealingLR(o, 20)], [5])


SCHEDULES = {
    "step": lambda S, o: S.StepLR(o, 7, 0.5),
    "multistep": lambda S, o: S.MultiStepLR(o, [30, 10, 10, 60], 0.3),
    "constant": lambda S, o: S.ConstantLR(o, 0.25, 8),
    "linear": lambda S, o: S.LinearLR(o, 0.1, 0.8, 12),
    "exponential": lambda S, o: S.ExponentialLR(o, 0.97),
    "polynomial": lambda S, o: S.PolynomialLR(o, 40, 2.0),
    "cosine": lambda S, o: S.CosineAnnealingLR(o, 15, 1e-4),
    "warm restarts": lambda S, o: S.CosineAnnealingWarmRestarts(o, 5, 2, 1e-4),
    "lambda": lambda S, o: S.LambdaLR(o, lambda t: 1 / (1 + t)),
    "lambdas": lambda S, o: S.LambdaLR(o, [lambda t: 0.9**t, lambda t: 1 / (1 + t)]),
    "multiplicative": lambda S, o: S.MultiplicativeLR(o, lambda t: 0.99 if t % 2 else 1.001),
    "one cycle": lambda S, o: S.OneCycleLR(o, 0.05, 120),
    "one cycle, linear": lambda S, o: S.OneCycleLR(
        o,
        [0.05, 0.01],
        epochs=11,
        steps_per_epoch=10,
        anneal_strategy="linear",
        three_phase=True,
        div_factor=5,
        final_div_factor=10,
        pct_start=0.4,
    ),
    "one cycle without momentum": lambda S, o: S.OneCycleLR(o, 0.05, 101, cycle_momentum=False),
    "cyclic": lambda S, o: S.CyclicLR(o, 0.001, 0.05, 7),
    "cyclic, falling": lambda S, o: S.CyclicLR(
        o, [0.001, 0.002], [0.05, 0.03], 7, 4, "triangular2", base_momentum=0.7, max_momentum=0.95
    ),
    "cyclic, step by step": lambda S, o: S.CyclicLR(
        o, 0.001, 0.05, 9, 13, "exp_range", 0.97, cycle_momentum=False
    ),
    "cyclic, by a function": lambda S, o: S.CyclicLR(
        o, 0.001, 0.05, 6, scale_fn=lambda t: 1 / (1 + t), scale_mode="iterations"
    ),
    "sequential": linear_then_cosine,
    "sequential of every kind": lambda S, o: S.SequentialLR(
        o,
        [
            S.ConstantLR(o),
            S.StepLR(o, 3),
            S.CosineAnnealingWarmRestarts(o, 4),
            S.MultiStepLR(o, [2]),
            S.ExponentialLR(o, 0.9),
            S.LambdaLR(o, lambda t: 0.9**t),
            S.PolynomialLR(o, 9),
            S.LinearLR(o),
        ],
        [6, 15, 27, 40, 55, 70, 80],
    ),
    "chained": lambda S, o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 20), S.ExponentialLR(o, 0.9)]),
}


@pytest.mark.parametrize("rule", ["Adam", "SGD"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_goes_the_way_of_pytorch(name, rule):
    make = SCHEDULES[name]
    settings = {"lr": 0.01, **({"momentum": 0.9} if rule == "SGD" else {})}
    plans = []

    def keep(module, optimizer):
        plans.append((optimizer, make(module, optimizer)))
        return plans[-1][1]

    schedule = (
        lambda o: keep(optim.schedules, o),
        lambda o: keep(torch.optim.lr_scheduler, o),
    )
    ours = lambda p: getattr(optim, rule)(p, **settings)
    theirs = lambda p: getattr(torch.optim, rule)(p, **settings)
    for mine, other in routes(ours, theirs, groups=True, schedule=schedule):
        (_, a), (_, b) = plans
        np.testing.assert_allclose(a.get_last_lr(), b.get_last_lr(), rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "settings",
    options(
        mode=["min", "max"],
        threshold_mode=["rel", "abs"],
        cooldown=[0, 3],
        min_lr=[0.0, 1e-3],
        threshold=[1e-4, 0.3],
    ),
)
def test_reduction_on_a_plateau_goes_the_way_of_pytorch(settings):
    a = optim.SGD([Value(1.0)], lr=1.0)
    b = torch.optim.SGD([torch.tensor(1.0, requires_grad=True)], lr=1.0)
    mine = optim.schedules.ReduceLROnPlateau(a, patience=2, factor=0.5, **settings)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(b, patience=2, factor=0.5, **settings)
    rng = np.random.default_rng(0)
    for t in range(100):
        metric = 3 / (1 + t) + rng.normal() * 0.3
        mine.step(metric)
        other.step(metric)
        assert mine.get_last_lr() == other.get_last_lr()


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
@pytest.mark.parametrize("max_norm", [0.5, 1e3])
def test_clipping_goes_the_way_of_pytorch(norm_type, max_norm):
    numbers, _ = starts()
    mine = [Value(n) for n in numbers]
    other = [torch.tensor(n) for n in numbers]
    for p, q, n in zip(mine, other, numbers, strict=True):
        p.grad, q.grad = n * 2, torch.tensor(n * 2)
    norm = optim.clip_grad_norm_(mine, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(other, max_norm, norm_type)
    np.testing.assert_allclose(norm, expected.item(), rtol=1e-12)
    for p, q in zip(mine, other, strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-12)
