"""What an optimiser says when it is given something it cannot step."""

import numpy as np
import pytest

import nn
import optim
from autograd import Value


def twice():
    w = Value(1.0, name="w")
    return [w, w]


@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        (list, ValueError, "no parameters to step"),
        (lambda: nn.Linear(2, 3), TypeError, r"SGD\(model.parameters\(\)\)"),
        (lambda: Value(1.0), TypeError, r"SGD\(\[value\]\)"),
        (lambda: [1.0], TypeError, "parameter 0 must be a Value, got float 1.0"),
        (lambda: [Value(1.0) * 2], TypeError, "result of multiply; only leaves"),
        (lambda: [Value(1.0), Value(3, name="n")], TypeError, "parameter 1 .'n'. holds int64"),
        (twice, ValueError, "'w'. is given twice, the first time at 0"),
    ],
)
def test_parameters_that_cannot_be_stepped(parameters, error, said):
    with pytest.raises(error, match=said):
        optim.SGD(parameters())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: optim.SGD(p, lr=-1), "SGD: lr must be at least 0, got -1"),
        (lambda p: optim.SGD(p, lr=float("nan")), "SGD: lr must be at least 0, got nan"),
        (lambda p: optim.SGD(p, momentum=-0.1), "SGD: momentum must be at least 0"),
        (lambda p: optim.SGD(p, momentum=0.9, dampening=1.5), "dampening must be from 0 to 1"),
        (lambda p: optim.Muon(p, ns_coefficients=(1, 2, np.nan)), "must be finite"),
        (lambda p: optim.LBFGS([{"params": p, "maximize": True}]), "let the closure return -loss"),
        (lambda p: optim.SGD(p, nesterov=True), "nesterov=True needs a momentum"),
        (lambda p: optim.Adam(p, betas=(0.9, 1.0)), "each of betas must be at least 0 and below 1"),
        (lambda p: optim.Adam(p, eps=-1e-8), "Adam: eps must be at least 0"),
    ],
)
def test_settings_out_of_range(make, said):
    with pytest.raises(ValueError, match=said):
        make([Value(1.0)])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: optim.SGD(p, lr="0.1"), "SGD: lr must be a number, got '0.1'"),
        (lambda p: optim.SGD(p, lr=None), "SGD: lr must be a number, got None"),
        (lambda p: optim.SGD(p, lr=Value(0.1)), "SGD: lr must be a number, got Value"),
        (lambda p: optim.Adam([{"params": p, "eps": "x"}]), "Adam: eps must be a number"),
        (lambda p: optim.Adam(p, betas=0.9), "betas must be 2 numbers, such as .0.9, 0.999., got"),
        (lambda p: optim.Rprop(p, etas=(0.5, "x")), "Rprop: etas must be 2 numbers"),
        (lambda p: optim.Muon(p, ns_coefficients=(1, 2)), "must be 3 numbers, such as"),
        (lambda p: optim.SGD(p).load_state_dict("a.npz"), "expected what state_dict.. returned"),
        (lambda p: optim.clip_grad_norm_(p, "1"), "max_norm must be a number, got '1'"),
        (lambda p: optim.clip_grad_value_(p, None), "clip_value must be a number, got None"),
        (lambda p: optim.clip_grad_norm_(nn.Linear(2, 3), 1.0), "give its parameters"),
    ],
)
def test_settings_of_the_wrong_kind(make, said):
    with pytest.raises(TypeError, match=said):
        make([Value(1.0)])


@pytest.mark.parametrize("settings", [{"lr": 1}, {"lr": np.float32(0.1)}, {"lr": np.array(0.1)}])
def test_numbers_of_any_kind_are_settings(settings):
    optim.AdamW([w := Value(1.0)], betas=[0.8, np.float64(0.9)], **settings)
    assert isinstance(w.data, np.float64)


def test_the_state_of_a_pytorch_optimiser_is_refused():
    with pytest.raises(ValueError, match="the state of a PyTorch optimiser"):
        optim.SGD([Value(1.0)]).load_state_dict({"state": {}, "param_groups": []})


@pytest.mark.parametrize("given", ["adam", "Adam", "ADAM", optim.Adam, lambda p: optim.Adam(p)])
def test_an_optimiser_by_name_class_or_function(given):
    assert isinstance(optim.get(given, [Value(1.0)]), optim.Adam)


def test_a_ready_optimiser_is_taken_as_it_is():
    ready = optim.SGD([Value(1.0)])
    assert optim.get(ready, [Value(2.0)]) is ready


def test_a_mistyped_name_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="none named 'adma'; did you mean 'adam'"):
        optim.get("adma", [Value(1.0)])
    with pytest.raises(TypeError, match="got int 3"):
        optim.get(3, [Value(1.0)])


@pytest.mark.parametrize("name", [n for n in optim.__all__ if n[0].isupper() and n != "EMA"])
def test_parameters_may_be_named_as_in_pytorch(name):
    settings = {"lr": 0.1} if name == "Optimizer" else {}
    (w,) = getattr(optim, name)(params=[Value(np.ones((2, 2)))], **settings).parameters
    assert w.shape == (2, 2)


def test_repr_says_what_is_stepped_and_how():
    assert repr(optim.SGD([Value(1.0), Value(np.ones(2))], lr=0.5)) == (
        "SGD(2 parameters, lr=0.5, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0)"
    )
