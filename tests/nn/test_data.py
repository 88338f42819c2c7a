"""Examples reach the model from wherever they are, all of them, in the order asked for."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3)).astype(np.float32)
Y = RNG.integers(0, 2, 23)
ROOT = Path(__file__).parents[2]


def trained(x, y=None, **settings):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 2), nn.Softmax())
    model.compile("sparse_categorical_crossentropy", optim.SGD(model.parameters(), lr=0.1))
    settings = {"epochs": 2, "shuffle": False, "verbose": 0} | settings
    model.fit(x, y, **settings)
    return np.concatenate([p.data.ravel() for p in model.parameters()])


def batches(size=5):
    for start in range(0, len(X), size):
        yield X[start : start + size], Y[start : start + size]


class Squares:
    """A dataset of examples made one by one."""

    def __len__(self):
        return len(X)

    def __getitem__(self, i):
        return X[i], Y[i]


SOURCES = {
    "lists": lambda: (X.tolist(), Y.tolist()),
    "generator function": lambda: (batches,),
    "list of batches": lambda: (nn.data.DataLoader((X, Y), 5),),
    "loader with a thread": lambda: (nn.data.DataLoader((X, Y), 5, prefetch=3),),
    "examples one by one": lambda: (nn.data.DataLoader(Squares(), 5),),
    "a thread around a generator": lambda: (lambda: nn.data.prefetch(batches()),),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_examples_teach_the_same_from_every_source(source):
    expected = trained(X, Y, batch_size=5)
    x, *y = SOURCES[source]()
    np.testing.assert_array_equal(trained(x, *y, batch_size=5), expected)


def test_a_memory_map_teaches_the_same(tmp_path):
    np.save(tmp_path / "x.npy", X)
    on_disk = np.load(tmp_path / "x.npy", mmap_mode="r")
    for shuffle in (False, True):
        expected = trained(X, Y, batch_size=5, shuffle=shuffle)
        np.testing.assert_array_equal(trained(on_disk, Y, batch_size=5, shuffle=shuffle), expected)


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_a_file_larger_than_the_memory_there_is_can_be_learned_from(tmp_path):
    """Half of the file's size may be allocated; reading it as a whole fails."""
    rows, width = 600, 1 << 18  # 600 MB, most of which the file system never stores
    program = textwrap.dedent(f"""
        import resource, numpy as np, nn, optim
        x = np.memmap({str(tmp_path / "x")!r}, np.float32, "r", shape=({rows}, {width}))
        y = np.zeros(({rows}, 1), np.float32)
        model = nn.Linear({width}, 1)
        model.compile("mse", optim.SGD(model.parameters(), lr=1e-9))
        resource.setrlimit(resource.RLIMIT_DATA, ({300 << 20},) * 2)
        try:
            np.array(x)
        except MemoryError:
            print("too large")
        model.fit(x, y, batch_size=20, verbose=0, validation_split=0.1)
        print(model.evaluate(x, y, batch_size=20).keys(), len(model.predict(x, batch_size=20)))
    """)
    with open(tmp_path / "x", "wb") as file:
        file.truncate(rows * width * 4)
    out = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert out.stdout == "too large\n('loss',) 600\n", out.stderr


# --------------------------------------------------------------------------------- prefetching


def threads():
    return [t for t in threading.enumerate() if t.name == "prefetch" and t.is_alive()]


def test_batches_made_ahead_keep_their_order_and_wait_to_be_taken():
    made = []

    def source():
        for i in range(9):
            made.append(i)
            yield i

    ahead = nn.data.prefetch(source(), size=2)
    assert next(ahead) == 0
    deadline = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert len(made) <= 4  # one taken, two waiting, one in the hand of the thread
    assert list(ahead) == list(range(1, 9))
    assert not threads()


def test_an_error_while_batches_are_made_arrives_where_they_are_taken():
    def source():
        yield 1
        raise KeyError("no such picture")

    ahead = nn.data.prefetch(source())
    assert next(ahead) == 1
    with pytest.raises(KeyError, match="no such picture"):
        next(ahead)
    assert not threads()

    def broken():
        yield from list(batches())[:2]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        trained(lambda: nn.data.prefetch(broken()))
    assert not threads()


def test_the_thread_ends_when_the_loop_is_left_early():
    for i in nn.data.prefetch(iter(range(1000)), size=3):
        if i == 2:
            break
    del i
    deadline = time.monotonic() + 5
    while threads() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not threads()
    stop = nn.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: setattr(model, "stop_training", batch == 1)
    )
    model = nn.Sequential(nn.Linear(3, 2), nn.Softmax())
    model.compile("sparse_categorical_crossentropy")
    model.fit(nn.data.DataLoader((X, Y), 2, prefetch=2), verbose=0, callbacks=[stop])
    deadline = time.monotonic() + 5
    while threads() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not threads()


# -------------------------------------------------------------------------- loading, splitting


def test_a_loader_shows_everything_once_and_anew():
    autograd.manual_seed(0)
    loader = nn.data.DataLoader((X, Y), 5, shuffle=True)
    first, second = (np.concatenate([x for x, _ in loader]) for _ in range(2))
    assert sorted(first[:, 0]) == sorted(second[:, 0]) == sorted(X[:, 0])
    assert (first != second).any()
    assert len(loader) == 5
    assert [len(y) for _, y in nn.data.DataLoader((X, Y), 5, drop_last=True)] == [5] * 4


def test_examples_that_cannot_be_stacked_say_so():
    ragged = [np.zeros(2), np.zeros(3)]
    with pytest.raises(ShapeError, match=r"differ in shape: \[\(2,\), \(3,\)\]; pad them"):
        list(nn.data.DataLoader(ragged, 2))
    padded = nn.data.DataLoader(
        ragged, 2, collate=lambda rows: np.stack([np.pad(r, (0, 3 - len(r))) for r in rows])
    )
    assert [batch.shape for batch in padded] == [(2, 3)]


@pytest.mark.parametrize("test_size", [0.25, 6])
def test_a_split_keeps_pairs_together_and_loses_nothing(test_size):
    x_train, x_test, y_train, y_test = nn.data.train_test_split(X, Y, test_size=test_size, seed=3)
    assert len(x_test) == len(y_test) == 6
    pairs = {(row.tobytes(), int(y)) for row, y in zip(X, Y, strict=True)}
    found = [*zip(x_train, y_train, strict=True), *zip(x_test, y_test, strict=True)]
    assert {(row.tobytes(), int(y)) for row, y in found} == pairs
    again = nn.data.train_test_split(X, Y, test_size=test_size, seed=3)
    np.testing.assert_array_equal(again[0], x_train)


def test_a_split_in_order_and_one_by_classes():
    *_, y_test = nn.data.train_test_split(X, np.arange(23), test_size=3, shuffle=False)
    np.testing.assert_array_equal(y_test, [20, 21, 22])
    classes = np.repeat([0, 1, 2], [60, 30, 10])
    _, held = nn.data.train_test_split(classes, test_size=0.2, stratify=classes, seed=0)
    np.testing.assert_array_equal(np.bincount(held), [12, 6, 2])


def test_scaling_is_learned_from_the_training_data_alone():
    train, test = RNG.normal(3, 5, (40, 2)), RNG.normal(3, 5, (9, 2))
    train[:, 1] = test[:, 1] = 7.0  # a feature that never varies
    a, b = nn.data.standardise(train, test)
    np.testing.assert_allclose(a.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(a.std(0), [1, 0])
    np.testing.assert_allclose(b[:, 0], (test[:, 0] - train[:, 0].mean()) / train[:, 0].std())
    scaler = nn.data.Standardizer().fit(train)
    np.testing.assert_allclose(scaler.inverse(scaler.transform(test)), test)


def test_one_hot_rows():
    labels = RNG.integers(0, 4, (3, 5))
    rows = nn.one_hot(labels, 4)
    assert rows.shape == (3, 5, 4)
    np.testing.assert_array_equal(rows.argmax(-1), labels)
    np.testing.assert_array_equal(rows.sum(-1), 1)


# -------------------------------------------------------------------------------------- weights


def test_a_whole_weight_is_an_example_shown_so_often():
    """With a loss that is a sum, weighing an example by 2 is showing it twice."""
    twice = np.where(Y == 1, 2, 1)

    def weights(x, y, **settings):
        autograd.manual_seed(0)
        model = nn.Linear(3, 1)
        model.compile(nn.MSELoss(reduction="sum"), optim.SGD(model.parameters(), lr=0.01))
        model.fit(x, y, batch_size=1000, epochs=3, shuffle=False, verbose=0, **settings)
        return model.weight.data

    shown = weights(np.repeat(X, twice, axis=0), np.repeat(Y, twice))
    np.testing.assert_allclose(weights(X, Y, sample_weight=twice), shown, rtol=1e-5)
    np.testing.assert_allclose(weights(X, Y, class_weight={1: 2.0}), shown, rtol=1e-5)


def test_an_example_that_weighs_nothing_teaches_nothing():
    weight = (np.arange(23) < 15).astype(float)
    other = X.copy()
    other[15:] = 1e3
    np.testing.assert_array_equal(
        trained(X, Y, sample_weight=weight), trained(other, Y, sample_weight=weight)
    )


class Column:
    """As a column of a table in pandas: [i] looks for a row's label, not for its place."""

    def __init__(self, numbers, labels):
        self.numbers, self.labels = np.asarray(numbers), list(labels)
        self.shape, self.dtype = self.numbers.shape, self.numbers.dtype

    def __len__(self):
        return len(self.numbers)

    def __iter__(self):
        return iter(self.labels)

    def __getitem__(self, chosen):
        if isinstance(chosen, slice):
            return Column(self.numbers[chosen], self.labels[chosen])
        rows = [self.labels.index(label) for label in np.atleast_1d(chosen)]
        return Column(self.numbers[rows], np.atleast_1d(chosen))

    def to_numpy(self):
        return self.numbers

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype)


def test_rows_of_a_table_are_found_by_place_and_not_by_label():
    x = np.arange(12.0).reshape(6, 2)
    y = np.array([0, 1, 2, 3, 4, 5])
    table = Column(x, y[::-1]), Column(y, y[::-1])
    weights = []
    for inputs, targets in ((x, y), table):
        autograd.manual_seed(0)
        model = nn.Linear(2, 1)
        model.compile("mse", optim.SGD(model.parameters(), lr=0.001))
        model.fit(inputs, targets, epochs=2, batch_size=2, verbose=0, validation_split=0.34)
        weights.append(model.weight.data)
    np.testing.assert_array_equal(*weights)
    dataset = nn.data.ArrayDataset(*table)
    np.testing.assert_array_equal(dataset.batch(np.array([4, 1]))[1], [4, 1])
    held = nn.data.train_test_split(*table, test_size=2, shuffle=False)
    np.testing.assert_array_equal(held[3], [4, 5])
