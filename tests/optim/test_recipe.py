"""An optimiser made without parameters waits for those of the model that is compiled."""

import copy

import numpy as np
import pytest

import nn
import optim
from autograd import Value


def test_compile_gives_the_model_s_parameters() -> None:
    model = nn.Linear(2, 1)
    model.compile(loss="mse", optimizer=optim.Adam(learning_rate=0.02))  # type: ignore[call-arg]
    assert type(model.optimizer) is optim.Adam
    assert model.optimizer.parameters == list(model.parameters())
    assert model.optimizer.lr == 0.02


def test_it_steps_as_the_optimiser_of_that_name_does() -> None:
    ends = []
    for make in (lambda p: optim.get("rmsprop", p, lr=0.1), optim.RMSprop(learning_rate=0.1)):  # type: ignore[call-arg]
        w = Value([1.0, -2.0])
        optimizer = make([w])
        for _ in range(3):
            w.grad = [0.5, -0.1]
            optimizer.step()
        ends.append(w.data)
    np.testing.assert_array_equal(*ends)


def test_settings_have_keras_s_names_and_ours() -> None:
    made = optim.Adam(beta_2=0.9, epsilon=0.5, weight_decay=0.1)([Value(1.0)])  # type: ignore[call-arg]
    assert (made.betas, made.eps, made.weight_decay) == ((0.9, 0.9), 0.5, 0.1)
    assert optim.RMSprop(rho=0.7)([Value(1.0)]).alpha == 0.7  # type: ignore[call-arg]
    assert optim.Adadelta(rho=0.7)([Value(1.0)]).rho == 0.7  # type: ignore[call-arg]


def test_what_nobody_has_is_answered_at_once() -> None:
    with pytest.raises(ValueError, match="there is none named 'lrr'; did you mean 'lr'"):
        optim.Adam(lrr=0.1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"training does; give the optimizer to compile\(optim"):
        optim.SGD(clipnorm=1.0)([Value(1.0)])  # type: ignore[call-arg]
    with pytest.raises(AttributeError, match=r"no step yet: make it with optim.SGD\(model.param"):
        optim.SGD(lr=0.1).step()  # type: ignore[call-arg]


def test_it_can_be_copied_and_used_for_several_models() -> None:
    recipe = optim.SGD(lr=0.1)  # type: ignore[call-arg]
    first, second = recipe([Value(1.0)]), copy.deepcopy(recipe)([Value(2.0)])
    assert first.parameters != second.parameters
