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
    "another model's optimiser": (
        lambda: classifier().compile("mse", optim.Adam(classifier().parameters())),
        ValueError, r"make it with optim.Adam\(model.parameters\(\)\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_the_message_names_what_where_and_what_to_do(case):
    do, error, said = WRONG[case]
    with pytest.raises(error, match=said):
        do()


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
