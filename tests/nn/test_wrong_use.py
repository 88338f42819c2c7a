"""Wrong use is answered with what was wrong, where in the model, and what to do."""

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import ShapeError, Value
from nn.training import LossNotFiniteError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 4)).astype(np.float32)
Y = RNG.integers(0, 3, 20)
LOST = X.copy()
LOST[7, 2] = np.nan
LINE = X[:, :1]


def classifier():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax())


def fit(x, y, loss="sparse_categorical_crossentropy", model=None, metrics=(), **settings):
    model = model or classifier()
    model.compile(loss, "adam", metrics)
    return model.fit(x, y, verbose=0, **settings)


def compiled():
    model = classifier()
    model.compile("sparse_categorical_crossentropy")
    return model


class Silent(nn.Module):
    def forward(self, x):
        autograd.relu(x)


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(4, 1)

    def forward(self, x):
        return self.line(x).data


WRONG = {
    "labels from 1": (
        lambda: fit(X, Y + 1),
        ValueError, "labels must be 0 to 2 for 3 classes, found 1 to 3, first at index 3: 3"),
    "floats for classes": (
        lambda: fit(X, Y + 0.5), ValueError, "class numbers are integers, got float64 such as"),
    "names for classes": (
        lambda: fit(X, Y.astype(str)), TypeError, r"np.unique\(y, return_inverse=True\)"),
    "NaN for yes or no": (
        lambda: fit(X, LOST[:, 2:3], "bce", nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())),
        ValueError, r"1 of them are NaN, first at index \(7, 0\); remove or replace"),
    "another number of features": (
        lambda: fit(X[:, :3], Y),
        ShapeError, r"Linear '0': expects inputs whose last axis is 4 .*first example of x, shape"),
    "layers that do not fit": (
        lambda: nn.Sequential(nn.Sequential(nn.Linear(4, 8)), nn.Sequential(nn.Linear(9, 3)))(X),
        ShapeError, r"Linear '1\.0': expects inputs .* 9 .*nn.Linear\(8, 3\) would fit"),
    "a forgotten flatten": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(72, 3))(np.zeros((5, 1, 8, 8))),
        ShapeError, r"Linear '1'.*put nn.Flatten\(\) in front"),
    "a state in a sequence of layers": (
        lambda: nn.Sequential(nn.LSTM(4, 3), nn.Linear(3, 2))(np.zeros((2, 3, 4))),
        TypeError, "Linear '1': the layer before it returns a tuple of 2"),
    "an output with its state": (
        lambda: fit(X[:, None], X[:, :3], "mse", nn.Sequential(nn.LSTM(4, 3))),
        TypeError, r"fit: the model returned a tuple of 2"),
    "batches of attention that differ": (
        lambda: nn.MultiheadAttention(4, 2)(*map(np.zeros, ((5, 2, 4), (5, 3, 4), (5, 3, 4)))),
        ShapeError, "query has 2 examples and key 3"),
    "no examples": (lambda: fit(X[:0], Y[:0]), ValueError, "x is empty, shape .0, 4."),
    "a loss of no examples": (
        lambda: nn.CrossEntropyLoss()(classifier()(X[:0]), Y[:0]),
        ShapeError, r"the batch is empty, prediction \(0, 3\)"),
    "NaN to learn from": (
        lambda: fit(LOST, Y), LossNotFiniteError, r"x holds NaN .* the first in x\[7\]; remove"),
    "NaN to be judged by": (
        lambda: fit(X, Y, validation_data=(LOST, Y)),
        LossNotFiniteError, r"validation data: the loss of batch 1 is nan: .* first in x\[7\]"),
    "other lengths": (
        lambda: fit(X, Y[:5]), ShapeError, r"x has 20 examples and y has 5; every x\[i\] needs"),
    "a negative class weight": (
        lambda: fit(X, Y, class_weight={0: -1}), ValueError, "at least 0, got 0: -1"),
    "no compile": (
        lambda: classifier().fit(X, Y), AttributeError, r"call model.compile\(loss=.*first"),
    "one-hot metric of class numbers": (
        lambda: fit(X, Y, metrics=["categorical_accuracy"]),
        ShapeError, "categorical_accuracy: needs one-hot rows.* use 'accuracy' or 'sparse_"),
    "class number metric of one-hot rows": (
        lambda: fit(X, np.eye(3)[Y], "categorical_crossentropy",
                    metrics=["sparse_categorical_accuracy"]),
        ShapeError, "needs class numbers.* use 'accuracy' or 'categorical_accuracy'"),
    "a loss without return": (
        lambda: fit(X, Y, lambda prediction, target: None),
        TypeError, "must return what it computes from the prediction, got None"),
    "a loss of plain numbers": (
        lambda: fit(X, LINE, lambda p, t: float(np.mean((p.data - t) ** 2)), nn.Linear(4, 1)),
        TypeError, "got a plain float, which knows of no gradient"),
    "a model of plain numbers": (
        lambda: fit(X, LINE, "mse", Plain()), TypeError, "Plain: what it returns is no Value"),
    "scores where probabilities belong": (
        lambda: fit(X, Y, model=nn.Linear(4, 3)),
        ValueError, r"end the model with nn.Softmax\(\), or use loss=nn.CrossEntropyLoss"),
    "a model without return": (
        lambda: fit(X, Y, "mse", nn.Sequential(nn.Linear(4, 3), Silent())),
        TypeError, "forward returned None; end it with return"),
    "rows of other lengths": (
        lambda: fit([[1, 2], [1, 2], [3]], [0, 1, 0]),
        ShapeError, r"x\[0\] has 2, x\[2\] has 1; cut or pad them"),
    "words for numbers": (
        lambda: fit([["a", "b", "c", "d"]], [0]), TypeError, "give words and categories numbers"),
    "a file for its content": (lambda: fit("data.csv", Y), ShapeError, "read the file first"),
    "half the examples as text": (
        lambda: fit(X, Y, validation_split="0.5"), ValueError, "below 1, got '0.5'"),
    "a class weight that is no number": (
        lambda: fit(X, Y, class_weight={0: "a"}), ValueError, "at least 0, got 0: 'a'"),
    "patience that is no number": (
        lambda: nn.callbacks.EarlyStopping(patience="3"), TypeError, "patience must be a number"),
    "a rate that is no number": (
        lambda: nn.Dropout("a"), TypeError, "Dropout: the rate must be a number, got 'a'"),
    "a threshold that is no number": (
        lambda: nn.metrics.Precision("a"), ValueError, "thresholds are a number or some, got 'a'"),
    "a file for a state": (
        lambda: classifier().load_state_dict("w.npz"), TypeError, r"of a file, model.load\(path\)"),
    "a layer where an optimiser belongs": (
        lambda: classifier().compile("mse", nn.Linear), TypeError, "a class such as optim.Adam or"),
    "a bound as text": (
        lambda: classifier().compile("mse", clip_norm="1"),
        TypeError, "clip_norm must be a number"),
    "a moving average that keeps more than all": (
        lambda: classifier().compile("mse", ema=2.0), ValueError, "ema must be from 0 to 1"),
    "a rate that is nothing": (
        lambda: optim.SGD(learning_rate=lambda step: None)([Value(1.0)]),
        TypeError, "rate's function must return a number, got None for step 0"),
    "a misspelt setting of Keras": (
        lambda: optim.Adam(lerning_rate=0.1), ValueError, "did you mean 'learning_rate'"),
    "class numbers for several yes or no": (
        lambda: fit(X, Y, "bce"),
        ShapeError, "for class numbers use loss='sparse_categorical_cross"),
    "rows of more classes": (
        lambda: fit(X, np.eye(5)[Y], "categorical_crossentropy"),
        ShapeError, "the last layer needs 5 outputs for this target"),
    "one number for two": (
        lambda: fit(X, X[:, :2], "mse", nn.Linear(4, 1)), ShapeError, "last layer needs 2 outputs"),
    "the softmax of one score": (
        lambda: fit(X, Y > 0, "bce", nn.Sequential(nn.Linear(4, 1), nn.Softmax())),
        ValueError, r"is 1, whatever the score; end the model with nn.Sigmoid\(\)"),
    "inputs by names that forward does not know": (
        lambda: fit({"a": X}, Y),
        TypeError, r"a dict of 'a', but Sequential has forward\(self, x\)"),
    "two inputs for one": (
        lambda: fit((X, X), Y),
        TypeError, r"tuple of 2 arrays, but Sequential has forward\(self, x"),
    "one example for many": (
        lambda: classifier().predict(X[0]),
        ShapeError, r"for one example of 4 numbers write x\[None"),
    "labels from 1 to be judged by": (
        lambda: fit(X, Y, validation_data=(X, Y + 1)),
        ValueError, "fit, validation data: Sparse.*labels must be 0 to 2"),
    "labels from 1 in the second batch": (
        lambda: fit(lambda: iter([(X, Y), (X, Y + 1)]), None),
        ValueError, "fit: batch 1 of the stream: Sparse.*labels must be 0 to 2"),
    "an epoch before the first": (
        lambda: fit(X, Y, initial_epoch=-1), ValueError, "initial_epoch must be at least 0"),
    "no validation batches": (
        lambda: fit(X, Y, validation_split=0.5, validation_steps=0),
        ValueError, "validation_steps must be a positive integer, got 0"),
    "validation batches of less than nothing": (
        lambda: fit(X, Y, validation_split=0.5, validation_batch_size=-1),
        ValueError, "validation_batch_size must be a positive integer, got -1"),
    "no batches to judge": (
        lambda: compiled().evaluate(X, Y, steps=0), ValueError, "steps must be a positive integer"),
    "a score that was not asked for": (
        lambda: compiled().evaluate(X, Y)["accuracy"],
        KeyError, r"compile\(metrics=\[...\]\) says"),
    "an activation where the bias is": (
        lambda: nn.Linear(4, 3, "relu"), TypeError, r"layer of its own behind it, such as nn.ReLU"),
    "a text for numbers": (lambda: classifier()("x"), TypeError, "array of numbers, got str 'x'"),
    "a hook without logs": (
        lambda: fit(X, Y, callbacks=[nn.callbacks.LambdaCallback(on_epoch_end=lambda epoch: 0)]),
        TypeError, r"on_epoch_end is called with \(epoch, logs\), but it takes \(epoch\)"),
    "a hook that is no function": (
        lambda: nn.callbacks.LambdaCallback(on_epoch_end=3),
        TypeError, "must be a function, got 3"),
    "a baseline as text": (
        lambda: nn.callbacks.EarlyStopping(baseline="1"), TypeError, "baseline must be a number"),
    "a file name that cannot be filled in": (
        lambda: fit(X, Y, callbacks=[nn.callbacks.ModelCheckpoint("{epoch:.2q}")]),
        ValueError, "cannot be filled in: .*write such as"),
    "a backup after no batches": (
        lambda: nn.callbacks.BackupAndRestore("a", save_freq=0),
        ValueError, "must be 'epoch' or a positive number of batches, got 0"),
    "weights in place of their file": (
        lambda: classifier().load({}), TypeError, "load: give the path of a file, such as"),
    "nothing in place of a file": (
        lambda: classifier().save(None), TypeError, "save: give the path of a file, such as"),
    "words to be standardised": (
        lambda: nn.data.Standardizer().fit([["a"]]), TypeError, "x must hold numbers, got <U1"),
    "a word for a seed": (
        lambda: autograd.manual_seed("a"),
        TypeError, "seed must be an integer of at least 0, got 'a'"),
    "the best none": (
        lambda: nn.metrics.TopKCategoricalAccuracy(k=0),
        ValueError, "k must be a positive integer"),
    "a layer by its name in Keras": (
        lambda: nn.Dense(3), AttributeError, r"'Dense'; here it is nn.Linear\(in_features"),
    "a method by its name in Keras": (
        lambda: classifier().predict_classes(X),
        AttributeError, r"write model.predict\(x\).argmax"),
    "a loss of one argument": (
        lambda: fit(X, Y, lambda prediction: prediction), TypeError,
        r"loss <lambda>: is called with .prediction, target., .* but it takes .prediction."),
    "a metric of one argument": (
        lambda: fit(X, Y, metrics=[lambda prediction: 1.0]), TypeError,
        r"metric <lambda>: is called with .prediction, target., .* but it takes .prediction."),
    "a metric without return": (
        lambda: fit(X, Y, metrics=[lambda prediction, target: None]), TypeError,
        "must return numbers, got array.None.*; end it with return"),
    "nothing that is learned": (
        lambda: fit(X, Y, model=classifier().requires_grad_(False)), ValueError,
        r"Sequential: the loss depends on no parameter that is learned, .*requires_grad_\(\)"),
    "another model's optimiser": (
        lambda: classifier().compile("mse", optim.Adam(classifier().parameters())),
        ValueError, r"make it with optim.Adam\(model.parameters\(\)\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_the_message_names_what_where_and_what_to_do(case):
    do, error, said = WRONG[case]
    with pytest.raises(error, match=said):
        do()


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        (nn.Softmax(), nn.CrossEntropyLoss()),
        (nn.Softmax(), nn.SparseCategoricalCrossentropy(from_logits=True)),
        (nn.Sigmoid(), nn.BCEWithLogitsLoss()),
        (nn.Sigmoid(), nn.BinaryCrossentropy(from_logits=True)),
    ],
    ids=str,
)
def test_who_ends_a_model_with_what_the_loss_does_is_told(last, loss):
    model = nn.Sequential(nn.Linear(4, 3), last)
    with pytest.warns(UserWarning, match=rf"leave out its last layer nn\.{type(last).__name__}"):
        model.compile(loss)
    model[:-1].compile(loss)


def test_a_misspelt_hook_is_noticed():
    class Watch(nn.callbacks.Callback):
        def on_epoch_ends(self, epoch, logs):
            raise AssertionError

    with pytest.warns(
        UserWarning, match="Watch.on_epoch_ends is never called; did you mean on_epo"
    ):
        fit(X, Y, callbacks=[Watch()])


def test_a_layer_is_frozen_by_keras_s_word():
    model = classifier()
    model[0].trainable = False
    before = [np.array(p.data) for p in model.parameters()]
    fit(X, Y, model=model)
    moved = [bool((p.data != b).any()) for p, b in zip(model.parameters(), before, strict=True)]
    assert (moved, model.trainable) == ([False, False, True, True], True)


@pytest.mark.parametrize("content", [b"", b"hello world", b"\x80\x02}q\x00.", b"PK\x03\x04 no zip"])
@pytest.mark.parametrize("name", ["weights.safetensors", "weights.npz", "weights.pth"])
def test_a_damaged_or_foreign_file_is_named_and_changes_nothing(name, content, tmp_path):
    model, path = classifier(), tmp_path / name
    path.write_bytes(content)
    before = model.state_dict()
    with pytest.raises(ValueError, match=rf"load: '.*{name}' \({len(content)} bytes\) is damaged"):
        model.load(path)
    assert all((before[key] == numbers).all() for key, numbers in model.state_dict().items())


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
@pytest.mark.parametrize("name", ["weights.safetensors", "weights.npz"])
def test_a_file_cut_short_is_noticed(name, kept, tmp_path):
    path = tmp_path / name
    classifier().save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(ValueError, match="damaged"):
        classifier().load(path)


def test_a_single_number_has_no_batch_to_be_empty():
    assert nn.MSELoss()(Value(1.0), 3.0).item() == 4.0
    assert nn.MSELoss(reduction="sum")(Value(np.zeros((0, 2))), np.zeros((0, 2))).item() == 0.0


def test_a_checkpoint_of_other_metrics_is_refused_by_name(tmp_path):
    fit(X, Y, checkpoint=tmp_path / "run")
    with pytest.raises(ValueError, match=r"had the metrics \[\], this one has \['acc'\]; compile"):
        fit(X, Y, metrics=["acc"], resume=tmp_path / "run", epochs=2)


def test_a_folder_is_no_file_to_write(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder; give a file in it, such as"):
        classifier().save(tmp_path)
    with pytest.raises(IsADirectoryError, match="is a folder; give a file in it, such as"):
        fit(X, Y, checkpoint=tmp_path)


def test_where_nothing_can_be_written_the_file_is_named(tmp_path, monkeypatch):
    def refuse(self, *args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(
        PermissionError, match=r"cannot write '.*w\.npz': Permission denied; choose"
    ):
        classifier().save(tmp_path / "w.npz")
