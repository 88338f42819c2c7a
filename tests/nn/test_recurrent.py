"""Recurrent layers are their cells, unrolled: in layers, in both directions."""

import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError
from autograd.testing import check_grad

RNG = np.random.default_rng(0)
KINDS = {nn.RNN: nn.RNNCell, nn.GRU: nn.GRUCell, nn.LSTM: nn.LSTMCell}


def unrolled(cell, x):
    state, outs = None, []
    for step in x:
        state = cell(step, state)
        outs.append((state[0] if isinstance(state, tuple) else state).data)
    return np.array(outs)


def cell_of(layer, end=""):
    cell = KINDS[type(layer)](layer.input_size, layer.hidden_size, dtype=np.float64)
    state = layer.state_dict()
    cell.load_state_dict({name: state[f"{name}_l0{end}"] for name, _ in cell.named_parameters()})
    return cell


@pytest.mark.parametrize("kind", KINDS)
def test_both_directions_are_a_cell_run_forwards_and_backwards(kind):
    layer = kind(3, 4, bidirectional=True, dtype=np.float64)
    x = RNG.normal(size=(5, 2, 3))
    forwards = unrolled(cell_of(layer), x)
    backwards = unrolled(cell_of(layer, "_reverse"), x[::-1])[::-1]
    out, last = layer(x)
    np.testing.assert_allclose(out.data, np.concatenate([forwards, backwards], -1), rtol=1e-12)
    h = last[0] if kind is nn.LSTM else last
    np.testing.assert_allclose(h.data, [forwards[-1], backwards[0]], rtol=1e-12)


def test_an_lstm_step_by_hand():
    cell = nn.LSTMCell(1, 1, dtype=np.float64)
    for p, numbers in zip(cell.parameters(), ([1, 2, 3, 4], [0.5] * 4, [0.1] * 4, [0] * 4)):
        p.data = np.reshape(numbers, p.shape)
    h, c = cell(np.array([[0.2]]), (np.array([[0.4]]), np.array([[-1.0]])))

    def s(t):
        return 1 / (1 + np.exp(-t))

    new = s(0.7) * -1 + s(0.5) * np.tanh(0.9)
    assert c.item() == pytest.approx(new, rel=1e-12)
    assert h.item() == pytest.approx(s(1.1) * np.tanh(new), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_agree_with_central_differences(kind):
    layer = kind(2, 3, num_layers=2, dtype=np.float64)
    check_grad(lambda x: layer(x)[0], RNG.normal(size=(3, 2, 2)))


def test_dropout_between_layers_only_while_training():
    layer = nn.GRU(2, 8, num_layers=2, dropout=0.5, dtype=np.float64)
    x = RNG.normal(size=(3, 2, 2))
    assert not np.array_equal(layer(x)[0].data, layer(x)[0].data)
    autograd.manual_seed(3)
    first = layer(x)[0].data
    autograd.manual_seed(3)
    np.testing.assert_array_equal(first, layer(x)[0].data)
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].data, layer(x)[0].data)


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (lambda: nn.LSTM(2, 0), ValueError, "hidden_size must be a positive integer"),
        (lambda: nn.RNN(2, 2, nonlinearity="elu"), ValueError, "'tanh' or 'relu'"),
        (lambda: nn.GRU(2, 2, dropout=1.0), ValueError, "dropout"),
        (lambda: nn.GRU(2, 3)(np.ones((4, 1, 3))), ShapeError, "last axis is 2 (input_size)"),
        (lambda: nn.GRU(2, 3)(np.ones((4, 1, 2)), np.ones((1, 1, 2))), ShapeError, "(1, 1, 3)"),
        (lambda: nn.GRU(2, 3)(np.ones((0, 1, 2))), ShapeError, "one step or more"),
        (lambda: nn.GRU(2, 3)(np.ones(2)), ShapeError, "(time, batch, input_size)"),
        (lambda: nn.Sequential(nn.LSTM(2, 3))(np.ones((4, 3))), ShapeError, "LSTM '0'"),
    ],
)
def test_wrong_use_says_what_to_do(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert message in str(caught.value)
