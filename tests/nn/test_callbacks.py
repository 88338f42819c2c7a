"""Callbacks do what their documentation promises, when it promises, and are heard in order."""

import sys
import types

import numpy as np
import pytest

import autograd
import nn
import optim
from nn import callbacks

X = np.linspace(-1, 1, 12, dtype=np.float32)[:, None]
Y = 2 * X


class Script(nn.metrics.Metric):
    """A score that is what a script says, epoch by epoch."""

    def __init__(self, scores, name="script"):
        self.scores = list(scores)
        self.epoch = [0]  # shared by the copies that training counts with
        super().__init__(name)

    def empty(self):
        return {}

    def update(self, prediction, target, weight=None):
        pass

    def result(self):
        return float(self.scores[min(self.epoch[0], len(self.scores) - 1)])


def follow(scores, *watching, epochs=None, lr=0.1, **fit):
    """Train as long as a script of scores, watched by callbacks."""
    autograd.manual_seed(0)
    script = Script(scores)
    model = nn.Linear(1, 1)
    model.compile("mse", optim.SGD(model.parameters(), lr=lr), metrics=[script])
    turn = callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: script.epoch.__setitem__(0, epoch)
    )
    settings = {"epochs": epochs or len(scores), "batch_size": 6, "verbose": 0} | fit
    history = model.fit(X, Y, callbacks=[turn, *watching], **settings)
    return model, history


class Weights(callbacks.Callback):
    """The weights after every epoch."""

    def __init__(self):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.weight.data.copy())


# -------------------------------------------------------------------------------- EarlyStopping


@pytest.mark.parametrize(
    ("scores", "settings", "epochs"),
    [
        ([5, 4, 3, 2, 1], {"patience": 1}, 5),
        ([5, 4, 4, 4, 1], {"patience": 1}, 3),
        ([5, 4, 4, 4, 1], {"patience": 2}, 4),
        ([5, 4, 4, 4, 1], {"patience": 3}, 5),
        ([5, 4.9, 4.8, 4.7], {"patience": 1, "min_delta": 0.5}, 2),
        ([1, 2, 3, 3, 4], {"patience": 1, "mode": "max"}, 4),
        ([3, 4, 5, 6, 7], {"patience": 1, "start_from_epoch": 2}, 4),
        ([5, 4, 3, 2], {"patience": 2, "baseline": 1.0}, 4),
        ([5, 6, 7, 8], {"patience": 2, "baseline": 1.0}, 2),
    ],
)
def test_training_stops_when_patience_is_over(scores, settings, epochs):
    stop = callbacks.EarlyStopping("script", **({"mode": "min"} | settings))
    _, history = follow(scores, stop)
    assert len(history.epoch) == epochs
    assert stop.stopped_epoch == (epochs - 1 if epochs < len(scores) else 0)


@pytest.mark.parametrize("scores", [[3, 1, 2, 2, 2], [3, 2, 1], [1, 2, 3]])
def test_the_best_weights_are_given_back(scores):
    weights = Weights()
    stop = callbacks.EarlyStopping("script", patience=2, mode="min", restore_best_weights=True)
    model, _ = follow(scores, weights, stop)
    assert stop.best_epoch == int(np.argmin(scores))
    np.testing.assert_array_equal(model.weight.data, weights.seen[stop.best_epoch])


# ------------------------------------------------------------------------------ learning rates


@pytest.mark.parametrize(
    ("scores", "settings", "rates"),
    [
        ([3, 2, 2, 2, 2], {"patience": 2}, [0.1, 0.1, 0.1, 0.1, 0.05]),
        ([3, 2, 2, 2, 2], {"patience": 1}, [0.1, 0.1, 0.1, 0.05, 0.025]),
        ([2, 2, 2, 2, 2], {"patience": 1, "cooldown": 2}, [0.1, 0.1, 0.05, 0.05, 0.025]),
        ([2, 2, 2, 2, 2], {"patience": 1, "min_lr": 0.04}, [0.1, 0.1, 0.05, 0.04, 0.04]),
        ([2, 1.9, 1.8, 1.7], {"patience": 1, "min_delta": 0.5}, [0.1, 0.1, 0.05, 0.025]),
    ],
)
def test_the_rate_falls_on_a_plateau(scores, settings, rates):
    slower = callbacks.ReduceLROnPlateau("script", factor=0.5, mode="min", **settings)
    _, history = follow(scores, slower)
    np.testing.assert_allclose(history["learning_rate"], rates)


def test_the_rate_follows_a_function_or_a_schedule():
    _, history = follow([1] * 4, callbacks.LearningRateScheduler(lambda epoch: 0.5**epoch))
    np.testing.assert_allclose(history["learning_rate"], [1, 0.5, 0.25, 0.125])
    model = nn.Linear(1, 1)
    model.compile("mse", optim.SGD(model.parameters(), lr=1.0))
    plan = optim.schedules.StepLR(model.optimizer, 2, 0.1)
    watch = callbacks.LearningRateScheduler(plan)
    history = model.fit(X, Y, epochs=4, verbose=0, callbacks=[watch])
    np.testing.assert_allclose(history["learning_rate"], [1, 1, 0.1, 0.1])
    by_step = optim.schedules.ExponentialLR(model.optimizer, 0.5)
    rates = []
    note = callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: rates.append(float(model.optimizer.lr))
    )
    first = float(model.optimizer.lr)
    watch = callbacks.LearningRateScheduler(by_step, per="step")
    model.fit(X, Y, batch_size=4, epochs=2, verbose=0, callbacks=[note, watch])
    np.testing.assert_allclose(rates, first * 0.5 ** np.arange(6))
    with pytest.raises(TypeError, match="must return a number, got 'fast'"):
        follow([1], callbacks.LearningRateScheduler(lambda epoch: "fast"))


# ------------------------------------------------------------------------------------- files


def test_only_what_is_better_is_kept(tmp_path):
    weights = Weights()
    keep = callbacks.ModelCheckpoint(
        tmp_path / "best.npz", "script", save_best_only=True, save_weights_only=True, mode="min"
    )
    follow([3, 1, 2, 4], weights, keep)
    best = nn.Linear(1, 1)
    best.load(tmp_path / "best.npz")
    np.testing.assert_array_equal(best.weight.data, weights.seen[1])
    assert [file.name for file in tmp_path.iterdir()] == ["best.npz"]


def test_a_file_for_every_epoch_named_by_its_scores(tmp_path):
    keep = callbacks.ModelCheckpoint(tmp_path / "new" / "{epoch:02d}-{script:.1f}.safetensors")
    _, whole = follow([3, 1, 2], keep)
    names = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert names == ["01-3.0.safetensors", "02-1.0.safetensors", "03-2.0.safetensors"]
    _, history = follow([3, 1, 2], keep, resume=tmp_path / "new" / names[1])
    assert history["loss"] == whole["loss"]  # a whole training, so it can go on
    with pytest.raises(ValueError, match="names 'val_acc', which was not recorded"):
        follow([1], callbacks.ModelCheckpoint(tmp_path / "{val_acc:.2f}.npz"))


def test_a_file_after_every_so_many_batches(tmp_path):
    keep = callbacks.ModelCheckpoint(
        tmp_path / "{epoch}-{batch}.npz", save_weights_only=True, save_freq=3
    )
    follow([1, 1, 1], keep, batch_size=6)  # two batches an epoch
    assert sorted(file.name for file in tmp_path.iterdir()) == ["2-1.npz", "3-2.npz"]


def test_a_log_of_every_epoch_can_be_added_to(tmp_path):
    path = tmp_path / "log.csv"
    _, history = follow([3, 1], callbacks.CSVLogger(path))
    lines = path.read_text().splitlines()
    assert lines[0] == "epoch,loss,script"
    assert [line.split(",")[0] for line in lines[1:]] == ["0", "1"]
    assert [float(line.split(",")[1]) for line in lines[1:]] == history["loss"]
    follow([7, 7], callbacks.CSVLogger(path, append=True), epochs=4, initial_epoch=2)
    assert path.read_text().splitlines()[:3] == lines
    assert [line.split(",")[0] for line in path.read_text().splitlines()[1:]] == list("0123")
    follow([7], callbacks.CSVLogger(path, separator=";"))
    assert path.read_text().startswith("epoch;loss;script\n0;")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        follow([1], callbacks.CSVLogger(tmp_path / "none" / "log.csv"))


def test_a_log_has_columns_for_what_comes_later(tmp_path):
    path = tmp_path / "log.csv"
    follow([3, 1], callbacks.CSVLogger(path), validation_data=(X, Y), validation_freq=2)
    head, first, second = (line.split(",") for line in path.read_text().splitlines())
    assert head == ["epoch", "loss", "script", "val_loss", "val_script"]
    assert first[3:] == ["NA", "NA"]
    assert float(second[3]) > 0


# --------------------------------------------------------------------------- NaN, and listening


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_training_ends_quietly_at_the_first_nan_if_asked_to():
    autograd.manual_seed(0)
    model = nn.Linear(1, 1)
    model.compile("mse", optim.SGD(model.parameters(), lr=1e20))
    history = model.fit(
        X, Y, batch_size=6, epochs=50, verbose=0, callbacks=[callbacks.TerminateOnNaN()]
    )
    assert len(history.epoch) < 5
    assert not np.isfinite(history["loss"][-1])


def test_every_moment_is_told_in_order():
    told = []

    def note(name):
        return lambda *args: told.append(name)

    moments = (
        "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end",
        "on_train_batch_begin", "on_train_batch_end", "on_test_begin", "on_test_end",
    )  # fmt: skip
    listen = callbacks.LambdaCallback(**{moment: note(moment) for moment in moments})
    model = nn.Linear(1, 1)
    model.compile("mse")
    model.fit(X, Y, batch_size=6, epochs=2, verbose=0, callbacks=[listen], validation_data=(X, Y))
    batch = ["on_train_batch_begin", "on_train_batch_end"]
    epoch = ["on_epoch_begin", *batch, *batch, "on_test_begin", "on_test_end", "on_epoch_end"]
    assert told == ["on_train_begin", *epoch, *epoch, "on_train_end"]


# ---------------------------------------------------------------------------------- TensorBoard


class Writer:
    """What the well-kept writers have in common, noted down."""

    made: dict = {}  # noqa: RUF012

    def __init__(self, log_dir):
        self.scalars, self.histograms, self.closed = [], [], False
        Writer.made[log_dir.rsplit("/", 1)[-1]] = self

    def add_scalar(self, tag, value, step):
        self.scalars.append((tag, float(value), step))

    def add_histogram(self, tag, values, step):
        self.histograms.append((tag, values.shape, step))

    def flush(self):
        pass

    def close(self):
        self.closed = True


def test_curves_of_training_and_validation_go_to_a_writer(monkeypatch, tmp_path):
    module = types.ModuleType("tensorboardX")
    module.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "tensorboardX", module)
    Writer.made = {}
    board = callbacks.TensorBoard(tmp_path, histogram_freq=2, update_freq=3)
    _, history = follow([3, 1], board, validation_data=(X, Y))
    train, validation = Writer.made["train"], Writer.made["validation"]
    assert [s for s in train.scalars if s[0] == "epoch_loss"] == [
        ("epoch_loss", loss, epoch) for epoch, loss in enumerate(history["loss"])
    ]
    assert ("epoch_loss", history["val_loss"][1], 1) in validation.scalars
    assert [s[2] for s in train.scalars if s[0] == "batch_loss"] == [3]
    assert train.histograms == [("weight", (1, 1), 1), ("bias", (1,), 1)]
    assert train.closed
    assert validation.closed


def test_a_real_writer_leaves_files_that_tensorboard_reads(tmp_path):
    if not _writer_there():
        pytest.skip("needs tensorboardX, or torch with tensorboard")
    follow([3, 1], callbacks.TensorBoard(tmp_path, histogram_freq=1), validation_data=(X, Y))
    for part in ("train", "validation"):
        assert any((tmp_path / part).glob("events.out.tfevents.*"))


def _writer_there():
    try:
        callbacks.TensorBoard()
    except ImportError:
        return False
    return True


def test_without_a_writer_it_says_what_to_install(monkeypatch):
    for package in ("tensorboardX", "torch.utils.tensorboard"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match="pip install tensorboardX"):
        callbacks.TensorBoard()
