"""compile, fit, evaluate, predict: what they promise, and what they say when it goes wrong."""

import gc
import re
from functools import partial

import numpy as np
import pytest
from tqdm import tqdm

import autograd
import nn
import optim
from nn.training import LossNotFiniteError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(int)


def classifier(loss="sparse_categorical_crossentropy", **settings):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax())
    model.compile(loss=loss, metrics=["accuracy"], **settings)
    return model


def line(loss="mse", lr=0.1):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 1, dtype=np.float64))
    model.compile(loss=loss, optimizer=optim.SGD(model.parameters(), lr=lr))
    return model


# ----------------------------------------------------------------------------------- it learns


def test_what_fit_was_asked_for_is_kept_with_the_scores():
    model = nn.Linear(1, 1)
    model.compile("mse", "sgd")
    history = model.fit(np.ones((5, 1)), np.ones(5), batch_size=2, epochs=2, verbose=0)
    assert history.params == {"epochs": 2, "steps": 3, "verbose": 0}


def test_xor_is_learned():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
    model.compile(
        loss="binary_crossentropy",
        optimizer=optim.Adam(model.parameters(), lr=0.1),
        metrics=["accuracy"],
    )
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([0, 1, 1, 0])
    model.fit(x, y, epochs=100, verbose=0)
    assert model.evaluate(x, y)["accuracy"] == 1
    np.testing.assert_array_equal(model.predict(x).round().ravel(), y)


def test_a_line_through_points_is_the_one_of_least_squares():
    x = RNG.uniform(-1, 1, size=40)
    y = 3 * x - 1 + RNG.normal(size=40) * 0.1
    model = line()
    model.fit(x.reshape(-1, 1), y, batch_size=40, epochs=400, verbose=0)
    slope, offset = (p.data.item() for p in model.parameters())
    assert (slope, offset) == pytest.approx(tuple(np.polyfit(x, y, 1)), abs=1e-6)


def test_a_batch_is_one_step_against_the_mean_gradient():
    model = line(lr=0.5)
    w, b = (p.data.item() for p in model.parameters())
    x, y = np.array([[1.0], [2.0]]), np.array([1.0, 5.0])
    miss = w * x[:, 0] + b - y
    scores = model.train_on_batch(x, y)
    assert scores["loss"] == pytest.approx((miss**2).mean())
    after = [p.data.item() for p in model.parameters()]
    assert after == pytest.approx([w - (miss * x[:, 0]).mean(), b - miss.mean()])


def test_the_same_seed_gives_the_same_bits():
    def trained():
        model = classifier()
        model.fit(X, Y, batch_size=7, epochs=3, verbose=0)
        return model.state_dict()

    first, second = trained(), trained()
    assert all((first[name] == second[name]).all() for name in first)


# -------------------------------------------------------------------------- what it learns from


def watched():
    """A model whose loss notes which targets it was asked about, in training and in judging."""
    seen = {True: [], False: []}

    def loss(prediction, target):
        seen[model.training].extend(np.ravel(target).tolist())
        return ((prediction - target) ** 2).mean()

    model = line(loss=loss, lr=0.0)
    return model, seen


def test_validation_split_judges_the_last_rows_and_never_learns_from_them():
    model, seen = watched()
    y = np.arange(20.0).reshape(-1, 1)
    model.fit(np.ones((20, 1)), y, batch_size=6, epochs=2, validation_split=0.25, verbose=0)
    assert sorted(seen[True]) == sorted([*range(15)] * 2)
    assert seen[False] == [*range(15, 20)] * 2


def test_every_epoch_shows_every_example_once_in_a_new_order():
    model, seen = watched()
    y = np.arange(10.0).reshape(-1, 1)
    model.fit(np.ones((10, 1)), y, batch_size=3, epochs=2, verbose=0)
    first, second = seen[True][:10], seen[True][10:]
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(range(10)) != first != second


def test_without_shuffle_the_order_is_kept():
    model, seen = watched()
    y = np.arange(10.0).reshape(-1, 1)
    model.fit(np.ones((10, 1)), y, batch_size=3, shuffle=False, verbose=0)
    assert seen[True] == list(range(10))


def test_judging_changes_nothing_and_drops_nothing():
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 2), nn.Softmax())
    model.compile(loss="sparse_categorical_crossentropy")
    before = model.state_dict()
    assert model.evaluate(X, Y) == model.evaluate(X, Y)
    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    assert all((before[name] == array).all() for name, array in model.state_dict().items())
    assert model.training  # as it was


# ------------------------------------------------------------------------------------- scores


@pytest.mark.parametrize("batch_size", [1, 7, 49, 50, 1000])
def test_scores_do_not_depend_on_the_batches(batch_size):
    model = classifier()
    whole = model.evaluate(X, Y, batch_size=len(X))
    assert model.evaluate(X, Y, batch_size=batch_size) == pytest.approx(whole, rel=1e-5)
    np.testing.assert_allclose(
        model.predict(X, batch_size=batch_size), model.predict(X), rtol=1e-5, atol=1e-6
    )


def test_history_holds_every_epoch_and_the_last_is_what_evaluate_says():
    model = classifier()
    history = model.fit(X, Y, epochs=3, validation_data=(X[:9], Y[:9]), verbose=0)
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history.epoch == [0, 1, 2]
    scores = model.evaluate(X[:9], Y[:9])
    assert history["val_loss"][-1] == pytest.approx(scores["loss"])
    assert history["val_accuracy"][-1] == scores["accuracy"]
    with pytest.raises(KeyError, match="'acc' was not recorded; there are: loss, accuracy"):
        history["acc"]


@pytest.mark.parametrize(
    ("loss", "last", "prediction", "target", "expected"),
    [
        ("binary_crossentropy", nn.Sigmoid(), [[0.9], [0.2], [0.6]], [1, 0, 0], 2 / 3),
        ("binary_crossentropy", nn.Sigmoid(), [[0.9, 0.1], [0.2, 0.2]], [[1, 1], [0, 1]], 1 / 2),
        (nn.BCEWithLogitsLoss(), None, [[0.4], [-0.1]], [1, 0], 1),
        ("sparse_categorical_crossentropy", None, [[0.7, 0.3], [0.6, 0.4]], [0, 1], 1 / 2),
        ("categorical_crossentropy", None, [[0.7, 0.3], [0.4, 0.6]], [[1, 0], [0, 1]], 1),
        (nn.CrossEntropyLoss(), None, [[5.0, -1.0], [2.0, 4.0]], [1, 1], 1 / 2),
    ],
)
def test_accuracy_sees_what_counts_as_an_answer(loss, last, prediction, target, expected):
    class Fixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.unused = nn.Parameter(np.zeros(1))

        def forward(self, x):
            return autograd.Value(np.array(prediction)[np.asarray(x, int)[:, 0]])

    model = Fixed()
    model.compile(loss=loss, metrics=["accuracy", "mae"] if last else ["accuracy"])
    rows = np.arange(len(prediction)).reshape(-1, 1)
    assert model.evaluate(rows, np.array(target))["accuracy"] == pytest.approx(expected)


# ------------------------------------------------------------------------------------ progress


def test_verbose_zero_is_silence(capfd):
    classifier().fit(X, Y, verbose=0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, 2])
def test_without_a_terminal_there_is_a_line_an_epoch(capfd, verbose):
    classifier().fit(X, Y, epochs=2, validation_split=0.2, verbose=verbose)
    number = r"\d\.\d{4}"
    scores = f"loss={number}, accuracy={number}, val_loss={number}, val_accuracy={number}"
    assert re.fullmatch(f"Epoch 1/2: {scores}\nEpoch 2/2: {scores}\n", capfd.readouterr().out)


def test_on_a_terminal_there_is_a_bar_with_loss_and_metrics_and_then_a_line(capfd, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("nn.progress.tqdm", partial(tqdm, mininterval=0))
    classifier().fit(X, Y, batch_size=10, epochs=1)
    out, err = capfd.readouterr()
    number = r"\d\.\d{4}"
    assert re.search(rf"Epoch 1/1:  80%.* 4/5 \[.*, loss={number}, accuracy={number}\]", err)
    assert err.endswith("\r")  # the bar is gone
    assert re.fullmatch(f"Epoch 1/1: loss={number}, accuracy={number}\n", out)


def test_summary_tells_layers_shapes_and_parameters(capsys):
    classifier().summary()
    shown = capsys.readouterr().out
    assert re.search(r"0  Linear\s+\(batch, 8\)\s+32\n", shown)
    assert re.search(r"3  Softmax\s+\(batch, 2\)\s+0\n", shown)
    assert "50 parameters, all of them learned" in shown


def test_summary_without_a_known_input_leaves_shapes_open(capsys):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2))
    model.summary()
    assert "?  " in capsys.readouterr().out
    model.summary(input_shape=(1, 4, 4))
    shown = capsys.readouterr().out
    assert "(batch, 2, 2, 2)" in shown
    assert "(batch, 8)" in shown
    assert "?" not in shown


def test_summary_knows_what_the_model_was_used_with(capsys):
    model = nn.Sequential(nn.Conv1d(1, 2, 3), nn.ReLU())
    model.predict(np.zeros((5, 1, 9)))
    model.summary()
    assert "(batch, 2, 7)" in capsys.readouterr().out


SHAPES = {
    "embedding": (
        nn.Sequential(nn.Embedding(9, 4), nn.LSTM(4, 3, batch_first=True)),
        [r"0  Embedding +\(batch, time, 4\) +36\n",
         r"1  LSTM +\(batch, time, 3\), \(1, batch, 3\), \(1, batch, 3\) +108\n"],
    ),
    "time first": (
        nn.Sequential(nn.GRU(4, 3)), [r"0  GRU +\(time, batch, 3\), \(1, batch, 3\) +81\n"]),
    "cell": (nn.Sequential(nn.GRUCell(4, 3)), [r"\(batch, 3\)"]),
    "bare": (nn.Linear(3, 2), [r"Linear +\(batch, 2\) +8\n"]),
    "joined": (nn.Sequential(nn.Embedding(9, 4), nn.Flatten()), [r"\(batch, 4·time\)"]),
    "nested": (
        nn.Sequential(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)), nn.Tanh()),
        [r"0\.1  BatchNorm1d +\(batch, 2\) +4\n", "12 parameters.*; 5 numbers kept"],
    ),
    "parameters of its own": (
        nn.TransformerEncoderLayer(4, 2, 8, batch_first=True),
        [r"self_attn  MultiheadAttention +\(batch, time, 4\), - +60\n", "172 parameters"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_summary_names_the_axes_that_have_no_size_of_their_own(case, capsys):
    model, said = SHAPES[case]
    model.summary()
    shown = capsys.readouterr().out
    for line in said:
        assert re.search(line, shown), shown


def test_summary_counts_what_is_frozen(capsys):
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    model.summary()
    shown = capsys.readouterr().out
    assert re.search(r"0  Linear +\(batch, 4\) +16 frozen\n", shown)
    assert "26 parameters, 10 learned, 16 frozen" in shown


def test_summary_of_several_inputs(capsys):
    model = nn.Bilinear(3, 4, 2)
    model.summary([(3,), (4,)])
    assert re.search(r"Bilinear +\(batch, 2\) +26\n", capsys.readouterr().out)


# --------------------------------------------------------------------------------- what it says


def test_fit_before_compile_says_what_to_call():
    with pytest.raises(AttributeError, match=r"has no loss yet: call model.compile"):
        nn.Linear(1, 1).fit([[1.0]], [[1.0]])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"loss": "sparse_crossentropy"}, "loss: there is none named 'sparse_crossentropy'; did"),
        ({"optimizer": "rmspropp"}, "none named 'rmspropp'; did you mean 'rmsprop'"),
        ({"metrics": ["acuracy"]}, "did you mean 'accuracy'"),
        ({"optimizer": optim.SGD([autograd.Value(1.0)])}, r"optim.SGD\(model.parameters\(\)\)"),
    ],
)
def test_names_nobody_has(settings, said):
    with pytest.raises(ValueError, match=said):
        nn.Linear(1, 1).compile(**settings)


def test_metrics_are_a_list():
    with pytest.raises(TypeError, match=r"metrics=\['accuracy'\]"):
        nn.Linear(1, 1).compile(metrics="accuracy")


@pytest.mark.parametrize(
    ("x", "y", "settings", "error", "said"),
    [
        (X, Y[:-1], {}, ValueError, "x has 50 examples and y has 49"),
        (X[:0], Y[:0], {}, ValueError, r"x is empty, shape \(0, 3\)"),
        (X[:, :2], Y, {}, ValueError, r"Linear '0': expects inputs whose last axis is 3"),
        (X, Y + 1, {}, ValueError, "labels must be 0 to 1 for 2 classes, found 1 to 2, first at"),
        (X, np.eye(2)[Y], {}, ValueError, "use loss='categorical_crossentropy'"),
        (X, Y.astype(str), {}, TypeError, "the target must hold numbers, got <U21 such as"),
        (X.astype(str), Y, {}, TypeError, "x must hold numbers, got <U32 such as"),
        ([[1.0], [1.0, 2.0]], [0, 1], {}, ValueError, "the examples in x differ in length"),
        (3.0, Y, {}, ValueError, "x must hold one example a row, got 3.0"),
        (X, Y, {"batch_size": 0}, ValueError, "batch_size must be a positive integer, got 0"),
        (X, Y, {"epochs": 1.5}, ValueError, "epochs must be a positive integer, got 1.5"),
        (X, Y, {"validation_split": 1.0}, ValueError, "at least 0 and below 1, got 1.0"),
        (X[:2], Y[:2], {"validation_split": 0.9}, ValueError, "leaves 0 to learn from and 2 to"),
        (X, Y, {"validation_split": 0.1, "validation_data": (X, Y)}, ValueError, "not both"),
    ],
)
def test_data_that_do_not_fit(x, y, settings, error, said):
    with pytest.raises(error, match=said):
        classifier().fit(x, y, verbose=0, **settings)


def test_a_hole_in_the_data_is_named():
    x = X.copy()
    x[17, 1] = np.nan
    said = r"loss became nan in epoch 1/1, batch \d/2: x holds NaN .*the first in x\[17\]"
    with pytest.raises(LossNotFiniteError, match=said):
        classifier().fit(x, Y, verbose=0)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_loss_that_explodes_says_when_and_what_helps():
    model = line(lr=100.0)
    said = r"loss became (inf|nan) in epoch \d+/500, batch 1/1: .*learning rate \(lr=100 now"
    with pytest.raises(LossNotFiniteError, match=said):
        model.fit(np.array([[1.0], [2.0]]), [1.0, 2.0], epochs=500, verbose=0)


def test_a_loss_that_is_not_finite_leaves_the_weights_as_they_were():
    model = classifier()
    before = model.state_dict()
    with pytest.raises(LossNotFiniteError):
        model.train_on_batch(np.full((1, 3), np.nan), [0])
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_a_loss_of_your_own_is_averaged_over_the_examples():
    model = line(loss=lambda prediction, target: (prediction - target) ** 2)
    same = line(loss="mse")
    assert model.evaluate([[1.0], [2.0]], [[3.0], [4.0]]) == same.evaluate([[1.0], [2.0]], [3, 4])


def test_a_loss_of_your_own_must_have_a_number_for_each_example():
    model = line(loss=lambda prediction, target: (prediction - target).ravel()[:1])
    with pytest.raises(ValueError, match=r"each of the 2 examples, got shape \(1,\)"):
        model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)


def test_a_loss_in_keras_words_gets_what_its_arguments_are_called():
    def signed(y_true, y_pred):
        return y_true - y_pred

    assert nn.losses.get(signed)(np.array([1.0, 1.0]), [3.0, 2.0]) == 1.5


def test_an_interrupted_fit_leaves_a_model_that_works():
    calls = []

    def loss(prediction, target):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return ((prediction - target) ** 2).mean()

    model = line(loss=loss)
    with pytest.raises(KeyboardInterrupt):
        model.fit(np.ones((4, 1)), np.ones((4, 1)), batch_size=2, epochs=9, verbose=0)
    assert np.isfinite(model.predict([[1.0]])).all()
    model.fit(np.ones((4, 1)), np.ones((4, 1)), verbose=0)


def test_training_leaves_no_garbage_behind():
    model = classifier()
    model.fit(X, Y, verbose=0)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            model.train_on_batch(X, Y)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_epochs_of_so_many_batches_go_on_where_the_last_one_stopped():
    seen = []

    class Watch(nn.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs):
            seen.append(0)

        def on_train_batch_end(self, batch, logs):
            seen[-1] += 1

    x = np.arange(10.0)[:, None]
    model = nn.Sequential(nn.Linear(1, 1))
    model.compile(loss="mse", optimizer="sgd")
    settings = {"batch_size": 2, "verbose": 0, "callbacks": [Watch()], "shuffle": False}
    model.fit(x, x * 0, epochs=4, steps_per_epoch=2, **settings)
    assert seen == [2, 2, 1, 2]
    assert model.predict(x, batch_size=2, steps=3).shape == (6, 1)


def test_epochs_of_so_many_batches_are_taken_up_again(tmp_path):
    x = np.random.default_rng(0).normal(size=(10, 1))

    def trained(*epochs):
        autograd.manual_seed(0)
        model = nn.Sequential(nn.Linear(1, 1))
        for last in epochs:
            model.compile(loss="mse", optimizer="adam")
            path = tmp_path / f"{len(epochs)}.ckpt"
            settings = {"batch_size": 2, "steps_per_epoch": 2, "verbose": 0, "checkpoint": path}
            resume = path if path.exists() else None
            model.fit(x, x * 2, epochs=last, resume=resume, **settings)
        return model[0].weight.data

    np.testing.assert_array_equal(trained(7), trained(4, 7))


def test_weights_are_kept_by_the_names_of_keras_too(tmp_path):
    model, other = nn.Linear(3, 2), nn.Linear(3, 2)
    model.save_weights(tmp_path / "w.safetensors")
    other.load_weights(tmp_path / "w.safetensors")
    np.testing.assert_array_equal(model.weight.data, other.weight.data)
    assert model.count_params() == 8
