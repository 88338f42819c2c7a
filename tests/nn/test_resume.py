"""Interrupted training loses nothing: what is resumed ends as if it had never stopped."""

import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd.jit import fuse
from nn import checkpoint

sys.path.insert(0, str(Path(__file__).parent))
import kill_often

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class Interruption(Exception):
    pass


class Interrupt(nn.callbacks.Callback):
    """Breaks off before the batch with this number, counted from the first."""

    def __init__(self, at):
        self.at = at

    def on_train_batch_begin(self, batch, logs=None):
        if self.fitting.steps == self.at:
            raise Interruption


def model(seed=0, optimizer="adam", **settings):
    autograd.manual_seed(seed)
    made = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 2))
    made.compile(nn.CrossEntropyLoss(), optimizer, metrics=["accuracy"], **settings)
    return made


def same(a, b):
    a, b = a.state_dict(), b.state_dict()
    return all(a[name].tobytes() == b[name].tobytes() for name in a)


def test_a_training_killed_at_random_moments_ends_bit_for_bit_the_same(tmp_path):
    random = np.random.default_rng()
    took = kill_often.undisturbed(tmp_path / "whole", epochs=8)
    folder = tmp_path / "killed"
    kills = [kill_often.killed(folder, 8, within=took / 2, random=random) for _ in range(4)]
    assert any(kills)
    kill_often.finish(kill_often.start(folder, epochs=8))
    assert kill_often.differences(tmp_path / "whole", tmp_path / "killed") == []


@pytest.mark.parametrize("at", [1, 6, 7, 8, 17])
@pytest.mark.parametrize("settings", [{}, {"accumulate": 3}, {"ema": 0.8}, {"clip_value": 0.01}])
def test_going_on_in_the_midst_of_an_epoch_changes_no_bit(tmp_path, at, settings):
    path = tmp_path / "run.safetensors"
    whole = model(**settings)
    expected = whole.fit(X, Y, batch_size=8, epochs=3, verbose=0, validation_split=0.1)
    with pytest.raises(Interruption):
        model(**settings).fit(
            X, Y, batch_size=8, epochs=3, verbose=0, validation_split=0.1,
            checkpoint=path, checkpoint_every=1, callbacks=[Interrupt(at)],
        )  # fmt: skip
    again = model(seed=99, **settings)  # everything comes from the file
    history = again.fit(
        X, Y, batch_size=8, epochs=3, verbose=0, validation_split=0.1,
        resume=path, callbacks=[Interrupt(-1)],
    )  # fmt: skip
    assert same(whole, again)
    assert history.history == expected.history
    assert history.epoch == expected.epoch


class Reader(nn.Module):
    """Where a replay rounds otherwise than the layers: sums over steps, running means, blocks."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(9, 8)
        self.lstm = nn.LSTM(8, 8, batch_first=True)
        self.norm = nn.BatchNorm1d(8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        seen, _ = self.lstm(self.words(x))
        seen = self.norm(seen.transpose(0, 2, 1)).transpose(0, 2, 1)
        return self.out(self.block(seen).mean(axis=1))


@pytest.mark.parametrize("at", [1, 2, 7, 10])
def test_the_first_steps_of_a_resumed_run_round_as_later_steps_do(tmp_path, at, monkeypatch):
    for name, few in (("BLOCK", 32), ("LARGE", 32), ("WORTH", 64)):
        monkeypatch.setattr(fuse, name, few)
    words, labels = RNG.integers(0, 9, size=(50, 6)), Y
    how = {"batch_size": 8, "epochs": 3, "verbose": 0, "validation_split": 0.1}

    def made(seed=0):
        autograd.manual_seed(seed)
        reader = Reader()
        reader.compile(nn.CrossEntropyLoss(), "adam", metrics=["accuracy"])
        return reader

    path = tmp_path / "run.safetensors"
    whole = made()
    expected = whole.fit(words, labels, **how)
    with pytest.raises(Interruption):
        made().fit(
            words, labels, checkpoint=path, checkpoint_every=1, callbacks=[Interrupt(at)], **how
        )
    again = made(seed=99)
    history = again.fit(words, labels, resume=path, callbacks=[Interrupt(-1)], **how)
    assert "eager" not in again.report()
    assert same(whole, again)
    assert history.history == expected.history


@pytest.mark.parametrize("name", ["sgd", "adamw", "nadam", "rmsprop", "lion", "lamb", "adadelta"])
def test_every_optimiser_goes_on_from_its_own_state(tmp_path, name):
    path = tmp_path / "run.safetensors"
    whole = model(optimizer=name)
    whole.fit(X, Y, batch_size=8, epochs=2, verbose=0)
    with pytest.raises(Interruption):
        model(optimizer=name).fit(
            X, Y, 8, 2, 0, [Interrupt(5)], checkpoint=path, checkpoint_every=1
        )
    again = model(seed=3, optimizer=name)
    again.fit(X, Y, 8, 2, 0, [Interrupt(-1)], resume=path)
    assert same(whole, again)


def test_a_schedule_and_early_stopping_go_on(tmp_path):
    def callbacks(made, at):
        schedule = optim.schedules.OneCycleLR(made.optimizer, max_lr=0.1, total_steps=40)
        return [
            nn.callbacks.LearningRateScheduler(schedule, per="step"),
            nn.callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True),
            nn.callbacks.CSVLogger(tmp_path / "log.csv"),
            Interrupt(at),
        ]

    path = tmp_path / "run.safetensors"
    whole = model()
    whole.fit(X, Y, 8, 5, 0, callbacks(whole, -1))
    log = (tmp_path / "log.csv").read_text()
    broken = model()
    with pytest.raises(Interruption):
        broken.fit(X, Y, 8, 5, 0, callbacks(broken, 17), checkpoint=path, checkpoint_every=3)
    again = model(seed=5)
    again.fit(X, Y, 8, 5, 0, callbacks(again, -1), resume=path)
    assert same(whole, again)
    assert (tmp_path / "log.csv").read_text() == log


def test_model_checkpoint_writes_what_can_be_resumed_from(tmp_path):
    path = tmp_path / "run.safetensors"

    def keep(at):
        # It comes first, and still holds what the callbacks behind it know.
        return [
            nn.callbacks.ModelCheckpoint(path, every_steps=4),
            nn.callbacks.EarlyStopping("loss", patience=50, restore_best_weights=True),
            Interrupt(at),
        ]

    whole = model()
    whole.fit(X, Y, 8, 4, 0, keep(-1))
    path.unlink()
    with pytest.raises(Interruption):
        model().fit(X, Y, 8, 4, 0, keep(18))
    again = model(seed=5)
    again.fit(X, Y, 8, 4, 0, keep(-1), resume=path)
    assert same(whole, again)


def test_a_loader_goes_on_where_it_was(tmp_path):
    path = tmp_path / "run.safetensors"

    def loader():
        return nn.data.DataLoader((X, Y), batch_size=8, shuffle=True, prefetch=2)

    whole = model()
    whole.fit(loader(), epochs=3, verbose=0)
    with pytest.raises(Interruption):
        model().fit(
            loader(), epochs=3, verbose=0, callbacks=[Interrupt(10)],
            checkpoint=path, checkpoint_every=1,
        )  # fmt: skip
    again = model(seed=7)
    again.fit(loader(), epochs=3, verbose=0, callbacks=[Interrupt(-1)], resume=path)
    assert same(whole, again)


def test_an_endless_stream_goes_on_where_it_was(tmp_path):
    path = tmp_path / "run.safetensors"

    def endless():
        random = np.random.default_rng(5)
        while True:
            chosen = random.integers(0, 50, size=8)
            yield X[chosen], Y[chosen]

    settings = {"epochs": 3, "verbose": 0, "steps_per_epoch": 4}
    whole = model()
    whole.fit(endless(), **settings)
    with pytest.raises(Interruption):
        model().fit(
            endless(), **settings, callbacks=[Interrupt(6)], checkpoint=path, checkpoint_every=1
        )
    again = model(seed=7)
    again.fit(endless(), **settings, callbacks=[Interrupt(-1)], resume=path)
    assert same(whole, again)


def test_a_finished_training_resumed_stays_as_it_is_and_goes_on_with_more_epochs(tmp_path):
    path = tmp_path / "run.safetensors"
    done = model()
    done.fit(X, Y, 8, 2, 0, checkpoint=path)
    again = model(seed=4)
    assert again.fit(X, Y, 8, 2, 0, resume=path).epoch == [0, 1]
    assert same(done, again)
    assert again.fit(X, Y, 8, 4, 0, resume=path).epoch == [0, 1, 2, 3]


def test_a_checkpoint_gives_its_weights_alone_too(tmp_path):
    path = tmp_path / "run.safetensors"
    done = model()
    done.fit(X, Y, 8, 1, 0, checkpoint=path)
    fresh = model(seed=4)
    fresh.load(path)
    assert same(done, fresh)


def test_without_a_file_a_run_that_writes_it_begins(tmp_path):
    path = tmp_path / "run.safetensors"
    assert model().fit(X, Y, 8, 1, 0, checkpoint=path, resume=path).epoch == [0]
    with pytest.raises(FileNotFoundError, match=r"no file '.*gone.*' to resume from; fit\(checkp"):
        model().fit(X, Y, 8, 1, 0, checkpoint=path, resume=tmp_path / "gone.safetensors")


# -------------------------------------------------------------------------------- what it says


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run.safetensors"
    model().fit(X, Y, 8, 1, 0, checkpoint=path)
    return path


def test_other_data_are_noticed(run):
    with pytest.raises(ValueError, match=r"had the data examples=50, batch_size=8.*batch_size=4"):
        model().fit(X, Y, 4, 2, 0, resume=run)


def test_another_model_or_optimiser_is_noticed(run):
    other = nn.Sequential(nn.Linear(4, 2))
    other.compile(nn.CrossEntropyLoss())
    with pytest.raises(ValueError, match=r"run.safetensors': .*do not fit this model"):
        other.fit(X, Y, 8, 2, 0, resume=run)
    with pytest.raises(ValueError, match="another optimiser"):
        model(optimizer="sgd").fit(X, Y, 8, 2, 0, resume=run)


def test_other_callbacks_are_noticed(run):
    with pytest.raises(ValueError, match=r"had the callbacks \[\], this one has \['TerminateOnN"):
        model().fit(X, Y, 8, 2, 0, [nn.callbacks.TerminateOnNaN()], resume=run)


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"", lambda b: b[:40] + b[41:]])
def test_a_damaged_file_is_noticed_and_nothing_changes(run, damage):
    run.write_bytes(damage(run.read_bytes()))
    made = model(seed=8)
    before = made.state_dict()
    with pytest.raises(ValueError, match="damaged"):
        made.fit(X, Y, 8, 2, 0, resume=run)
    assert all((before[name] == array).all() for name, array in made.state_dict().items())


def test_weights_are_no_checkpoint(tmp_path):
    made = model()
    for name in ("w.safetensors", "w.npz"):
        made.save(tmp_path / name)
        with pytest.raises(ValueError, match=r"holds weights but no training to go on with"):
            made.fit(X, Y, 8, 2, 0, resume=tmp_path / name)


def test_checkpoint_every_needs_a_file():
    with pytest.raises(ValueError, match="checkpoint_every needs a file to write"):
        model().fit(X, Y, verbose=0, checkpoint_every=3)


def test_a_state_comes_back_as_it_was(tmp_path):
    state = {
        "whole": 2**130,
        "real": 0.1,
        "no": None,
        "inf": float("inf"),
        "text": "Ω",
        "list": [1, (2, 3)],
        "by number": {0: np.float32(0.1), 1: np.arange(3)},
        "array": np.array([[1.5]], np.float32),
        "single": np.array(2.0),
        "flag": True,
    }
    checkpoint.write(tmp_path / "s", state)
    back = checkpoint.read(tmp_path / "s")
    np.testing.assert_equal(back, state)
    assert type(back["by number"][0]) is np.float32
    assert type(back["list"][1]) is tuple
    assert back["flag"] is True


def test_what_cannot_be_written_is_named(tmp_path):
    with pytest.raises(TypeError, match=r"callbacks\.0\.x is a set"):
        checkpoint.write(tmp_path / "s", {"callbacks": [{"x": {1}}]})


def test_what_watchers_of_gradients_noted_goes_on(tmp_path):
    def watchers(at):
        return [
            nn.callbacks.GradientFlow(every=2),
            nn.callbacks.GraphRecorder(every=3),
            nn.callbacks.ReduceLROnPlateau("loss", patience=1, factor=0.5, min_delta=1.0),
            Interrupt(at),
        ]

    path = tmp_path / "run.safetensors"
    whole, kept = model(), watchers(-1)
    expected = whole.fit(X, Y, 8, 4, 0, kept)
    with pytest.raises(Interruption):
        model().fit(X, Y, 8, 4, 0, watchers(17), checkpoint=path, checkpoint_every=1)
    again, resumed = model(seed=5), watchers(-1)
    history = again.fit(X, Y, 8, 4, 0, resumed, resume=path)
    assert same(whole, again)
    assert history["learning_rate"] == expected["learning_rate"]
    assert len(set(history["learning_rate"])) > 2
    assert (resumed[0].steps, resumed[0].norms) == (kept[0].steps, kept[0].norms)
    assert resumed[0].diagnosis() == kept[0].diagnosis()
    for a, b in zip(resumed[1].frames, kept[1].frames, strict=True):
        assert (a.step, a.loss) == (b.step, b.loss)
        for name, numbers in b.values.items():
            np.testing.assert_array_equal(a.values[name], numbers)
        for name, numbers in b.gradients.items():
            np.testing.assert_array_equal(a.gradients[name], numbers)
    page = resumed[1].play(tmp_path / "p.html")  # from the resumption on
    assert page.exists()
