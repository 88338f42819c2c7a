"""A drawn graph speaks English or Korean, and says the same in both."""

import re
import string
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, draw
from autograd.viz.phrases import PHRASES, say, speaking

SVG = "{http://www.w3.org/2000/svg}"
TITLE = "{http://www.w3.org/1999/xlink}title"
HANGUL = re.compile("[가-힣]")
#: What is Latin in a Korean picture: names of operations and settings, of code, and of units.
LATIN = {
    *("add", "multiply", "power", "sum", "tanh", "linear", "relu", "cross_entropy", "getitem"),
    *("grad", "draw", "depth", "max_nodes", "gradients", "False", "mean", "float32", "float64"),
    *("Sequential", "Linear", "ReLU", "model", "weight", "bias", "logits", "target"),
    "loss",
}


def parts(svg):
    """The lines of text in a picture, and its tooltips."""
    root = ElementTree.fromstring(svg)
    texts = [text.text.replace("\xa0", " ") for text in root.iter(f"{SVG}text")]
    return texts, [tip for a in root.iter(f"{SVG}a") if (tip := a.get(TITLE))]


@pytest.fixture
def neuron():
    x, w, b = (Value(v, name=n) for v, n in ((0.5, "x"), (-2.0, "w"), (0.25, "b")))
    loss = (w * x + b).tanh() ** 2.0
    loss.name = "loss"
    return loss


@pytest.fixture
def classifier():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 20), nn.ReLU(), nn.Linear(20, 3))
    scores = model(np.linspace(-1, 1, 32).reshape(4, 8))
    return autograd.cross_entropy(scores, np.array([0, 1, 2, 0])).mean()


def test_the_korean_caption_explains_arrows_gradients_and_colours(neuron):
    texts, _ = parts(draw(neuron, lang="ko").svg())
    caption = "\n".join(texts)
    for said in ("화살표", "오차 역전파", "메시지", "기울기(grad)", "기록: 결과 4개 (32 B)"):
        assert said in caption
    assert {"수를 키우면 loss 값이 줄어듦", "늘어남"} <= set(texts)


def test_korean_tooltips_tell_of_the_message_and_its_local_derivative(neuron):
    _, tips = parts(draw(neuron, lang="ko").svg())
    (tip,) = {tip for tip in tips if "피연산자 x (w)" in tip}
    assert tip.startswith("오차 역전파: multiply → 피연산자 x (w)\n뒤로 보내는 값:")
    assert "국소 미분 d multiply / d x = 0.5" in tip
    assert tip.endswith("비중 100%")
    assert any(tip.startswith("w · 잎 노드 · float64") and "\n기울기\n" in tip for tip in tips)


@pytest.mark.parametrize(
    "settings",
    [{}, {"depth": 0}, {"max_nodes": 4}, {"gradients": False}, {"values": "none"}],
    ids=str,
)
def test_nothing_but_names_is_left_in_english(neuron, classifier, settings):
    for root in (neuron, classifier):
        texts, tips = parts(draw(root, lang="ko", **settings).svg())
        latin = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]{2,}", "\n".join(texts + tips)))
        assert latin <= LATIN


@pytest.mark.parametrize("root", [Value(np.arange(3.0)) * 2, Value(1.0, requires_grad=False) + 1])
def test_why_there_is_no_gradient_is_said_in_korean(root):
    texts, _ = parts(draw(root, lang="ko").svg())
    assert any(HANGUL.search(text) and text.startswith("값만 그렸습니다: ") for text in texts)


def test_english_is_the_default_and_korean_leaves_no_trace(neuron):
    before = draw(neuron).source
    korean = draw(neuron, lang="ko").source
    assert draw(neuron).source == draw(neuron, lang="en").source == before
    assert HANGUL.search(korean)
    assert not HANGUL.search(before)
    assert korean.count("->") == before.count("->")


def test_repeated_calls_and_what_came_before_have_korean_titles():
    layer = nn.Linear(2, 2)
    x = Value([[1.0, 2.0]])
    for _ in range(6):
        x = layer(x).tanh()
    whole, _ = parts(draw(x.sum(), lang="ko").svg())
    cut, _ = parts(draw(x.sum(), max_nodes=6, lang="ko").svg())
    assert any("2번째 호출" in text for text in whole)
    assert "그 이전의 계산" in cut


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_both_languages_say_the_same(key):
    phrase = PHRASES[key]
    assert fields(phrase.ko) == fields(phrase.en)
    assert not phrase.one or fields(phrase.one) == fields(phrase.en)
    assert phrase.en.count("\n") == phrase.ko.count("\n") or key == "sends"
    assert HANGUL.search(phrase.ko)
    assert not HANGUL.search(phrase.en + phrase.one)


def test_one_and_many_differ_in_english_alone():
    assert (say("leaf", n=1), say("leaf", n=2000)) == ("1 leaf", "2,000 leaves")
    with speaking("ko"):
        assert (say("leaf", n=1), say("leaf", n=2000)) == ("잎 노드 1개", "잎 노드 2,000개")
