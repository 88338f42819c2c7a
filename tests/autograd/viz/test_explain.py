"""explain: the chain rule for one weight, the largest paths first."""

import json
import random

import numpy as np
import pytest

import autograd
import nn
from autograd import GradientError, Value, explain
from autograd.viz import paths
from nn.scalar import MLP


def test_a_chain_is_one_product():
    x = Value(0.5, name="x")
    explanation = explain(autograd.tanh(autograd.sin(x)), x)
    (path,) = explanation.paths
    slope = 1 - np.tanh(np.sin(0.5)) ** 2
    assert path.derivatives == (
        ("∂tanh/∂sin", pytest.approx(slope)),
        ("∂sin/∂x", pytest.approx(np.cos(0.5))),
    )
    assert (path.share, explanation.rest, explanation.others) == (1.0, 0.0, 0)


def test_symbols_stand_above_their_numbers():
    x = Value(3.0, name="x")
    lines = explain(autograd.square(2.0 * x), x).text().splitlines()
    assert lines[0] == "∂square/∂x = 24, a product along one path"
    above, below = lines[3:5]
    assert above.index("∂square") < below.index("12") < above.index("∂multiply/∂x")
    assert below.strip().endswith("= 24")


@pytest.mark.parametrize("index", [(0, 3), (5, 200), (63, 255)])
def test_a_weight_of_a_large_network(index):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(256, 64), nn.Tanh(), nn.Linear(64, 10))
    x, target = autograd.generator().random((4, 256)), [1, 2, 3, 4]
    loss = nn.CrossEntropyLoss()(model(x), target)
    loss.backward()
    weight = model.parameters()[0]
    explanation = explain(loss, weight, index, paths=10_000)
    assert explanation.total == weight.grad[index]
    assert explanation.others == 0
    total = sum(path.product for path in explanation.paths)
    assert total == pytest.approx(float(weight.grad[index]), rel=1e-3, abs=1e-6)


def test_where_there_are_too_many_the_strongest_are_followed_and_the_total_holds(monkeypatch):
    monkeypatch.setattr(paths, "WIDEST", 3)
    x = Value(np.linspace(-1, 1, 40), name="x")
    loss = (autograd.softmax(x) ** 2).sum()
    loss.backward()
    explanation = explain(loss, x, 7)
    assert not explanation.complete
    assert "at least" in explanation.text()
    written = sum(path.product for path in explanation.paths)
    assert written + explanation.rest == pytest.approx(x.grad[7])


def test_exponentially_many_paths_are_counted_not_listed():
    x = y = Value(1.0, name="x")
    for _ in range(200):
        y = 0.4 * y + 0.6 * y
    explanation = explain(y, x, paths=3)
    assert len(explanation.paths) + explanation.others == 2**200
    assert explanation.paths[0].product == pytest.approx(0.6**200)
    assert explanation.total == pytest.approx(1)
    assert explanation.paths[0].product + explanation.rest == pytest.approx(1)


def test_a_long_chain_needs_no_recursion_and_stays_readable():
    x = y = Value(0.5, name="x")
    for _ in range(20_000):
        y = autograd.sin(y)
    assert "(19,988 more)" in explain(y, x).text()


def test_a_scalar_network_is_explained():
    random.seed(0)
    model = MLP(2, [8, 8, 1])
    loss = sum((model([0.1 * i, 1.0]) - 1.0) ** 2 for i in range(20))
    loss.backward()
    for p in model.parameters()[::7]:
        everything = explain(loss, p, paths=10_000)
        assert everything.others == 0
        assert sum(path.product for path in everything.paths) == pytest.approx(float(p.grad))


def test_equal_numbers_are_not_taken_for_the_loss():
    x = Value(2.0, name="x")
    explanation = explain(autograd.positive(autograd.positive(x)), x)
    assert len(explanation.paths[0].nodes) == 3


def test_what_blocks_the_way_is_named():
    x = Value(-2.0, name="x")
    explanation = explain(autograd.relu(x), x)
    assert explanation.total == 0
    assert "relu lets nothing through" in explanation.text()


def test_an_operation_of_ones_own_is_explained_too():
    @autograd.primitive(lambda g, out, x: g * 3 * x**2, name="cube of test_explain")
    def cube(x):
        return x**3

    x = Value([1.0, 2.0], name="x")
    (path,) = explain(cube(x).sum(), x, 1).paths
    assert path.product == pytest.approx(12)


def test_it_shows_itself_and_is_data_for_a_page():
    x = Value(2.0, name="x")
    explanation = explain(x * x + x, x, paths=1)
    assert explanation._repr_html_() == explanation.html()
    assert explanation._repr_latex_().startswith("$")
    data = json.loads(json.dumps(explanation.as_dict()))
    assert data["total"] == 5
    assert data["paths"][0]["product"] + data["rest"]["sum"] == 5
    assert data["rest"]["count"] == 2


def test_nobodys_grad_is_touched():
    x = Value(2.0)
    explain(x * x, x)
    assert x.grad is None


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda x, y: explain(y, Value(1.0, name="other")), GradientError, "does not depend"),
        (lambda x, y: explain(y, x), IndexError, r"say which element, such as index=\(0, 0\)"),
        (lambda x, y: explain(y, x, (2, 0)), IndexError, r"no element \(2, 0\); its shape"),
        (lambda x, y: explain(y, x, 0), IndexError, "needs 2 integers"),
        (lambda x, y: explain(y, x, "a"), TypeError, "int or a tuple of ints"),
        (lambda x, y: explain(x, x, (0, 0)), GradientError, "starts from a single number"),
        (lambda x, y: explain(y, 1.0), TypeError, "w must be a Value, got float"),
        (lambda x, y: explain(y, x, (0, 0), paths=0), ValueError, "at least 1"),
    ],
)
def test_what_cannot_be_explained(call, kind, said):
    x = Value(np.ones((2, 3)), name="x")
    with pytest.raises(kind, match=said):
        call(x, (x * x).sum())
