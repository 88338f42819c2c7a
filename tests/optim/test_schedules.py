"""Each schedule is after any number of steps where its formula says, and goes on where it was."""

import json
import math

import numpy as np
import pytest

import optim
from autograd import Value
from optim import schedules as S

BASES = (0.2, 0.05)


def cosine(t, first, last, length):
    return last + (first - last) * (1 + math.cos(math.pi * t / length)) / 2


def restarts(t, base):
    length = 5
    while t >= length:
        t -= length
        length *= 2
    return cosine(t, base, 0.01, length)


def one_cycle(t, base):
    return cosine(t, 0.3 / 25, 0.3, 29) if t <= 29 else cosine(t - 29, 0.3, 0.3 / 25 / 1e4, 70)


def three_phases(t, base):
    low, last = 0.3 / 5, 0.3 / 50
    if t <= 19:
        return low + (0.3 - low) * t / 19
    if t <= 38:
        return 0.3 + (low - 0.3) * (t - 19) / 19
    return low + (last - low) * (t - 38) / (99 - 38)


def warm_up(t, base):
    return base * (0.1 + 0.9 * t / 8) if t < 8 else cosine(t - 8, base, 0.0, 60)


#: A schedule, and its rate after t steps from a base rate.
SCHEDULES = {
    "step": (lambda o: S.StepLR(o, 7, 0.5), lambda t, base: base * 0.5 ** (t // 7)),
    "multistep": (
        lambda o: S.MultiStepLR(o, [30, 10, 10, 60], 0.3),
        lambda t, base: base * 0.3 ** sum(t >= m for m in (10, 10, 30, 60)),
    ),
    "constant": (
        lambda o: S.ConstantLR(o, 0.25, 8),
        lambda t, base: base * (0.25 if t < 8 else 1),
    ),
    "linear": (
        lambda o: S.LinearLR(o, 0.1, 0.8, 12),
        lambda t, base: base * (0.1 + 0.7 * min(t, 12) / 12),
    ),
    "exponential": (lambda o: S.ExponentialLR(o, 0.97), lambda t, base: base * 0.97**t),
    "polynomial": (
        lambda o: S.PolynomialLR(o, 40, 2.0),
        lambda t, base: base * (1 - min(t, 40) / 40) ** 2,
    ),
    "cosine": (
        lambda o: S.CosineAnnealingLR(o, 15, 0.01),
        lambda t, base: cosine(t, base, 0.01, 15),
    ),
    "warm restarts": (lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.01), restarts),
    "lambda": (lambda o: S.LambdaLR(o, lambda t: 1 / (1 + t)), lambda t, base: base / (1 + t)),
    "multiplicative": (
        lambda o: S.MultiplicativeLR(o, lambda t: t / (t + 1)),
        lambda t, base: base / (t + 1),
    ),
    "one cycle": (lambda o: S.OneCycleLR(o, 0.3, 100), one_cycle),
    "one cycle of three phases": (
        lambda o: S.OneCycleLR(
            o,
            0.3,
            epochs=10,
            steps_per_epoch=10,
            pct_start=0.2,
            anneal_strategy="linear",
            three_phase=True,
            div_factor=5,
            final_div_factor=10,
        ),
        three_phases,
    ),
    "sequential": (
        lambda o: S.SequentialLR(
            o, [S.LinearLR(o, 0.1, total_iters=8), S.CosineAnnealingLR(o, 60)], [8]
        ),
        warm_up,
    ),
    "chained": (
        lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 20), S.ExponentialLR(o, 0.9)]),
        lambda t, base: base * 0.9**t * (0.1 if t < 20 else 1),
    ),
}
FORMULAS = pytest.mark.parametrize(("make", "formula"), SCHEDULES.values(), ids=SCHEDULES)


def descent():
    groups = [{"params": [Value(1.0)], "lr": base} for base in BASES]
    return optim.SGD(groups, lr=1.0, momentum=0.9)


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


@FORMULAS
def test_a_schedule_is_where_its_formula_says(make, formula):
    optimizer = descent()
    schedule = make(optimizer)
    for t in range(100):
        expected = [formula(t, base) for base in BASES]
        np.testing.assert_allclose(rates(optimizer), expected, rtol=1e-11, atol=1e-15)
        assert schedule.get_last_lr() == rates(optimizer)
        schedule.step()


def test_one_cycle_moves_momentum_against_the_rate():
    optimizer = descent()
    schedule = S.OneCycleLR(optimizer, 0.3, 100)
    for t in range(100):
        expected = cosine(t, 0.95, 0.85, 29) if t <= 29 else cosine(t - 29, 0.85, 0.95, 70)
        assert optimizer.momentum == pytest.approx(expected, rel=1e-12)
        schedule.step()


def test_warm_restarts_may_be_set_to_a_fraction_of_an_epoch():
    optimizer = descent()
    schedule = S.CosineAnnealingWarmRestarts(optimizer, 5, 2, 0.01)
    schedule.step(7.5)
    assert rates(optimizer) == pytest.approx([cosine(2.5, base, 0.01, 10) for base in BASES])


def test_a_plateau_multiplies_the_rate_until_the_least():
    optimizer = descent()
    schedule = S.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, min_lr=0.02)
    for t in range(30):
        worse = max(t - 1, 0)  # the first metric is better than none
        expected = [max(base * 0.5 ** (worse // 3), 0.02) for base in BASES]
        assert rates(optimizer) == pytest.approx(expected)
        schedule.step([1.0, np.float32(1), Value(1.0)][t % 3])


@pytest.mark.parametrize("stop", [0, 1, 9, 21, 40])
@FORMULAS
def test_a_schedule_goes_on_where_its_state_was_taken(make, formula, stop):
    first = descent()
    schedule = make(first)
    for _ in range(stop):
        schedule.step()
    saved = json.loads(json.dumps([first.state_dict()["groups"], schedule.state_dict()]))
    second = descent()
    resumed = make(second)
    second.load_state_dict({**second.state_dict(), "groups": saved[0]})
    resumed.load_state_dict(saved[1])
    assert resumed.get_last_lr() == schedule.get_last_lr()
    for _ in range(50):
        schedule.step()
        resumed.step()
        assert rates(second) == rates(first)
        assert second.momentum == first.momentum


def test_a_plateau_goes_on_where_its_state_was_taken():
    losses = np.random.default_rng(0).random(60)
    first, second = descent(), descent()
    make = lambda o: S.ReduceLROnPlateau(o, patience=2, cooldown=1, factor=0.7)
    schedule = make(first)
    for loss in losses[:25]:
        schedule.step(loss)
    resumed = make(second)
    second.load_state_dict(first.state_dict())
    resumed.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    for loss in losses[25:]:
        schedule.step(loss)
        resumed.step(loss)
        assert rates(second) == rates(first)


def test_the_state_of_another_schedule_is_refused():
    state = S.ExponentialLR(descent(), 0.9).state_dict()
    with pytest.raises(ValueError, match=r"StepLR.load_state_dict: .* another schedule"):
        S.StepLR(descent(), 3).load_state_dict(state)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda o: S.StepLR(o, 0), "StepLR: step_size must be at least 1, got 0"),
        (lambda o: S.ConstantLR(o, 0.0), "ConstantLR: factor must be above 0"),
        (lambda o: S.LinearLR(o, 2.0), "LinearLR: start_factor must be above 0 and at most 1"),
        (lambda o: S.LinearLR(o, end_factor=-1), "LinearLR: end_factor must be between 0 and 1"),
        (lambda o: S.PolynomialLR(o, 0), "PolynomialLR: total_iters must be at least 1"),
        (lambda o: S.CosineAnnealingLR(o, 0), "CosineAnnealingLR: T_max must be at least 1"),
        (lambda o: S.CosineAnnealingWarmRestarts(o, 0), "T_0 must be at least 1"),
        (lambda o: S.CosineAnnealingWarmRestarts(o, 3, 0), "T_mult must be at least 1"),
        (lambda o: S.LambdaLR(o, [math.sqrt] * 3), "lr_lambda has 3 entries for 2 groups"),
        (lambda o: S.OneCycleLR(o, 0.1), "OneCycleLR: give total_steps, or epochs and"),
        (lambda o: S.OneCycleLR(o, 0.1, 0), "total_steps must be at least 1"),
        (lambda o: S.OneCycleLR(o, 0.1, 9, pct_start=2), "pct_start must be between 0 and 1"),
        (lambda o: S.OneCycleLR(o, 0.1, 9, anneal_strategy="x"), "anneal_strategy must be"),
        (lambda o: S.OneCycleLR(optim.Rprop([Value(1.0)]), 1, 9), "give cycle_momentum=False"),
        (lambda o: S.SequentialLR(o, [S.StepLR(o, 1)], [1]), "1 schedules need 0 milestones"),
        (lambda o: S.ChainedScheduler([]), "needs at least one schedule"),
        (lambda o: S.ChainedScheduler([S.StepLR(o, 1)], descent()), "be of one optimiser"),
        (lambda o: S.ReduceLROnPlateau(o, factor=1.0), "factor must be below 1, got 1.0"),
        (lambda o: S.ReduceLROnPlateau(o, "low"), "mode must be 'min' or 'max', got 'low'"),
        (lambda o: S.ReduceLROnPlateau(o, threshold_mode="x"), "threshold_mode must be 'rel'"),
        (lambda o: S.StepLR(o, 1, last_epoch=4), "StepLR: last_epoch=4 goes on with an earlier"),
    ],
)
def test_a_setting_out_of_range_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make(descent())


def test_a_cycle_that_is_over_says_so():
    schedule = S.OneCycleLR(descent(), 0.1, 3)
    for _ in range(3):
        schedule.step()
    with pytest.raises(ValueError, match="the cycle of 3 steps is over"):
        schedule.step()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda o: S.StepLR(o, "3"), "StepLR: step_size must be a number, got '3'"),
        (lambda o: S.StepLR(o, 3, gamma="x"), "StepLR: gamma must be a number"),
        (lambda o: S.MultiStepLR(o, 30), r"a list of steps, such as \[30, 80\], got 30"),
        (lambda o: S.MultiStepLR(o, [3, "x"]), r"milestones\[1\] must be a number, got 'x'"),
        (lambda o: S.ConstantLR(o, "x"), "ConstantLR: factor must be a number"),
        (lambda o: S.LinearLR(o, "x"), "LinearLR: start_factor must be a number"),
        (lambda o: S.ExponentialLR(o, None), "ExponentialLR: gamma must be a number, got None"),
        (lambda o: S.PolynomialLR(o, 5, "x"), "PolynomialLR: power must be a number"),
        (lambda o: S.CosineAnnealingLR(o, "9"), "CosineAnnealingLR: T_max must be a number"),
        (lambda o: S.CosineAnnealingWarmRestarts(o, "9"), "T_0 must be a number"),
        (lambda o: S.LambdaLR(o, 0.5), "lr_lambda must be a function of the step, such as"),
        (lambda o: S.OneCycleLR(o, "x", 9), "OneCycleLR: max_lr must be a number"),
        (lambda o: S.OneCycleLR(o, 0.1, "9"), "OneCycleLR: total_steps must be a number"),
        (lambda o: S.CyclicLR(o, 0.1, "x"), "CyclicLR: max_lr must be a number"),
        (lambda o: S.SequentialLR(o, S.StepLR(o, 3), [3]), "give a list of schedules, got StepLR"),
        (lambda o: S.ReduceLROnPlateau(o, factor="x"), "factor must be a number"),
        (lambda o: S.ReduceLROnPlateau(o, patience="x"), "patience must be a number"),
        (lambda o: S.ReduceLROnPlateau(o).step("x"), "give the metric as one number.* got 'x'"),
    ],
)
def test_settings_that_are_no_numbers(make, said):
    with pytest.raises(TypeError, match=said):
        make(descent())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda o: S.CyclicLR(o, 0.1, 1, mode="square"), "mode must be one of 'triangular', "),
        (lambda o: S.CyclicLR(o, 0.1, 1, 0), "step_size_up must be at least 1"),
        (lambda o: S.CyclicLR(o, 0.1, 1, scale_mode="x"), "scale_mode must be 'cycle' or"),
        (lambda o: S.CyclicLR(optim.Rprop([Value(1.0)]), 0.1, 1), "give cycle_momentum=False"),
    ],
)
def test_cycles_out_of_range(make, said):
    with pytest.raises(ValueError, match=said):
        make(descent())


@pytest.mark.parametrize(
    "make", [S.CyclicLR, S.OneCycleLR, S.LambdaLR, S.ReduceLROnPlateau, S.StepLR]
)
def test_what_is_no_optimiser_is_said_first(make):
    settings = {S.CyclicLR: (0.1, 1), S.OneCycleLR: (0.1, 9), S.LambdaLR: (abs,), S.StepLR: (3,)}
    with pytest.raises(TypeError, match=f"{make.__name__}: expected an optimiser first, got int 3"):
        make(3, *settings.get(make, ()))


def test_a_cycle_goes_up_and_down_and_on_where_it_was_saved():
    optimizer = descent()
    schedule = S.CyclicLR(optimizer, 1.0, 3.0, 2, cycle_momentum=False)
    rates = []
    for step in range(9):
        rates += schedule.get_last_lr()[:1]
        if step == 3:
            saved = schedule.state_dict()
            schedule = S.CyclicLR(optimizer, 1.0, 3.0, 2, cycle_momentum=False)
            schedule.load_state_dict(saved)
        schedule.step()
    assert rates == [1, 2, 3, 2, 1, 2, 3, 2, 1]


def test_a_milestone_may_be_at_the_start():
    optimizer = optim.SGD([Value(1.0)], lr=1.0)
    schedule = optim.lr_scheduler.MultiStepLR(optimizer, [0, 2], gamma=0.5)
    rates = []
    for _ in range(3):
        rates += schedule.get_last_lr()
        schedule.step()
    assert rates == [0.5, 0.5, 0.25]


@pytest.mark.parametrize(
    ("make", "rates"),
    [
        (lambda s, o: s.StepLR(o, 5, 0.5, last_epoch=4), [0.05, 0.05]),
        (lambda s, o: s.StepLR(o, 6, 0.5, last_epoch=4), [0.1, 0.05]),
        (lambda s, o: s.MultiStepLR(o, [5, 6], 0.5, last_epoch=4), [0.05, 0.025]),
        (lambda s, o: s.ConstantLR(o, 0.5, 5, last_epoch=4), [0.2, 0.2]),
        (lambda s, o: s.ExponentialLR(o, 0.5, last_epoch=4), [0.1, 0.05]),
        (lambda s, o: s.LinearLR(o, 0.5, 1.0, 4, last_epoch=4), [0.1, 0.1]),
        (lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, last_epoch=4), [0.05, 0.1]),
    ],
)
def test_a_schedule_made_with_its_last_step_goes_on_from_the_rate_there_is(make, rates):
    """The numbers are PyTorch's: some set the next rate at once, some at their next step."""
    optimizer = optim.SGD([{"params": [Value(1.0)], "initial_lr": 0.1}], lr=0.1)
    schedule = make(optim.lr_scheduler, optimizer)
    found = schedule.get_last_lr()
    schedule.step()
    np.testing.assert_allclose(found + schedule.get_last_lr(), rates, rtol=1e-12)
