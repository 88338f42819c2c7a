"""Callbacks that look at gradients note the engine's numbers, and say what is wrong with them."""

import sys

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.callbacks import GradientFlow, GraphRecorder

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(32, 4)), RNG.normal(size=(32, 1))


def deep(activation, scale, layers=8):
    """A chain of square layers whose weights spread by `scale` over the size."""
    autograd.manual_seed(0)
    rows = []
    for _ in range(layers):
        rows += [nn.Linear(4, 4, dtype=np.float64), activation()]
    model = nn.Sequential(*rows, nn.Linear(4, 1, dtype=np.float64))
    for p in model.parameters():
        if p.ndim == 2:
            p.data = RNG.normal(size=p.shape) * scale
    return model


def fitted(model, *callbacks, lr=0.0, epochs=2, **options):
    model.compile("mse", optim.SGD(model.parameters(), lr=lr))
    model.fit(X, Y, epochs=epochs, verbose=0, callbacks=list(callbacks), shuffle=False, **options)


def test_a_layers_norm_is_that_of_all_its_gradients():
    model, flow = deep(nn.Tanh, 0.5, layers=1), GradientFlow()
    fitted(model, flow, epochs=1)
    model.zero_grad()
    ((model(X) - Y) ** 2).mean().backward()
    for layer, name in ((model[0], "0 Linear"), (model[2], "2 Linear")):
        grads = np.concatenate([layer.weight.grad.ravel(), layer.bias.grad.ravel()])
        np.testing.assert_allclose(flow.norms[name], [np.linalg.norm(grads)], rtol=1e-12)


def test_every_so_many_batches_are_noted_over_epochs():
    flow = GradientFlow(every=3)
    fitted(deep(nn.Tanh, 0.5, layers=1), flow, epochs=2, batch_size=8)
    assert flow.steps == [0, 3, 6]


@pytest.mark.parametrize(
    ("activation", "scale", "verdict"),
    [
        (nn.Sigmoid, 0.2, "vanishing: the gradient of 0 Linear"),
        (nn.ReLU, 20.0, "exploding"),
        (nn.Tanh, 0.5, "healthy"),
    ],
)
def test_the_diagnosis_names_the_layer(activation, scale, verdict):
    flow = GradientFlow()
    fitted(deep(activation, scale), flow)
    assert flow.diagnosis().startswith(verdict)
    assert "\n" not in flow.diagnosis()
    assert "Linear" in flow.diagnosis()


def test_a_layer_without_gradients_is_left_out_of_the_diagnosis():
    model, flow = deep(nn.Tanh, 0.5, layers=1), GradientFlow()
    for p in model[0].parameters():
        p.requires_grad = False
    fitted(model, flow)
    assert np.isnan(flow.norms["0 Linear"]).all()
    assert flow.diagnosis().startswith("healthy")


def test_nothing_noted_is_said():
    with pytest.raises(ValueError, match=r"callbacks=\[flow\]"):
        GradientFlow().plot()


@pytest.mark.parametrize("callback", [GradientFlow, GraphRecorder])
def test_every_counts(callback):
    with pytest.raises(ValueError, match="every must be a positive integer"):
        callback(every=0)


def test_the_plot_has_a_line_for_each_layer_and_the_diagnosis(tmp_path):
    pytest.importorskip("matplotlib")
    flow = GradientFlow()
    fitted(deep(nn.Sigmoid, 0.2, layers=3), flow, epochs=5)
    figure = flow.plot()
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.lines] == list(flow.norms)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), flow.norms["0 Linear"])
    assert axes.get_title(loc="left") == flow.diagnosis()
    figure.savefig(tmp_path / "flow.png")


def test_without_matplotlib_the_plot_says_how_to_get_it(monkeypatch):
    flow = GradientFlow()
    fitted(deep(nn.Tanh, 0.5, layers=1), flow)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"chainrule\[demos\]"):
        flow.plot()


def test_a_frame_holds_the_engines_values_and_gradients():
    model, recorder = deep(nn.Tanh, 0.5, layers=1), GraphRecorder()
    fitted(model, recorder, epochs=1)
    (frame,) = recorder.frames
    model.zero_grad()
    loss = ((model(X) - Y) ** 2).mean()
    loss.backward()
    assert frame.loss == pytest.approx(loss.item(), rel=1e-14)
    for name, p in model.named_parameters():
        np.testing.assert_array_equal(frame.values[name], p.data)
        np.testing.assert_allclose(frame.gradients[name], p.grad, rtol=1e-13)
    hidden = next(name for name in frame.values if name.endswith("tanh"))
    np.testing.assert_allclose(frame.values[hidden], model[:2](X).data, rtol=1e-14)
    assert list(frame.gradients.values())[-1] == 1  # of the loss for itself


def test_frames_are_copies_from_before_each_correction():
    model, recorder = deep(nn.Tanh, 0.5, layers=1), GraphRecorder()
    fitted(model, recorder, lr=0.1, epochs=2)
    first, second = recorder.frames
    moved = first.values["0.weight"] - 0.1 * first.gradients["0.weight"]
    np.testing.assert_allclose(second.values["0.weight"], moved, rtol=1e-12)
    assert list(first.values) == list(second.values)


def test_a_large_model_is_refused():
    with pytest.raises(ValueError, match="for small models"):
        fitted(deep(nn.Tanh, 0.5), GraphRecorder(most_numbers=100))
