"""A network's picture shows the engine's numbers, whatever the names and sizes."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd
import nn
from autograd.viz.labels import number
from nn.pictures.columns import share

SVG = "{http://www.w3.org/2000/svg}"
X, IDEAL = np.array([0.9, -0.2]), np.array([1.0, 0.0])


@pytest.fixture
def model():
    autograd.manual_seed(3)
    return nn.Sequential(
        nn.Linear(2, 3, dtype=np.float64),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(3, 2, dtype=np.float64),
        nn.Sigmoid(),
    )


def engine(model, x, compare):
    """Gradients of the parameters by an ordinary backward, and the loss."""
    model.eval()
    model.zero_grad()
    loss = compare(model(x[np.newaxis]))
    loss.backward()
    gradients = [p.grad for p in model.parameters()]
    model.zero_grad()
    return loss.item(), gradients


def found(drawing, tag, kind):
    return [e for e in ET.fromstring(drawing.svg()).iter(SVG + tag) if e.get("class") == kind]


def test_its_numbers_are_the_engines(model):
    expected, gradients = engine(model, X, lambda p: ((p - IDEAL) ** 2).mean())
    drawing = nn.draw_network(model, X, IDEAL)
    assert drawing.loss == pytest.approx(expected, rel=1e-14)
    first, second = drawing.columns[1:]
    drawn = [
        first.weight_gradient, first.bias_gradient, second.weight_gradient, second.bias_gradient
    ]  # fmt: skip
    for ours, theirs in zip(drawn, gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    output = model(X[np.newaxis]).data[0]
    np.testing.assert_allclose(second.activation, output, rtol=1e-14)
    np.testing.assert_allclose(second.gradient, output - IDEAL, rtol=1e-14)


def test_a_weights_gradient_is_what_it_carried_times_what_came_back(model):
    model = model[:1]  # one Linear: its output's gradient is what comes back
    column = nn.draw_network(model, X, [0.0, 1.0, 0.0]).columns[1]
    np.testing.assert_allclose(column.weight_gradient, np.outer(column.gradient, X), rtol=1e-14)


def test_drawing_leaves_gradients_and_mode_alone(model):
    model.train()
    drawing = nn.draw_network(model, X, IDEAL)
    assert all(p.grad is None for p in model.parameters())
    assert all(m.training for m in model.modules())
    assert drawing.loss == nn.draw_network(model, X, IDEAL).loss  # no dropout


def test_every_weight_is_a_line_with_its_numbers(model):
    drawing = nn.draw_network(model, X, IDEAL)
    assert len(found(drawing, "line", "weight")) == 2 * 3 + 3 * 2
    assert len(found(drawing, "g", "neuron")) == 2 + 3 + 2
    assert len(found(drawing, "g", "bias")) == 3 + 2
    line = next(
        e
        for e in found(drawing, "line", "weight")
        if (e.get("data-column"), e.get("data-to"), e.get("data-from")) == ("1", "2", "0")
    )
    column = drawing.columns[1]
    assert number(column.weight[2, 0]) in line[0].text
    assert number(column.weight_gradient[2, 0]) in line[0].text


@pytest.mark.parametrize(("edges", "by"), [("weight", "weight"), ("share", "weight_gradient")])
def test_the_widest_line_is_the_largest_weight_or_share(model, edges, by):
    drawing = nn.draw_network(model, X, IDEAL, edges=edges)
    sizes = np.abs(getattr(drawing.columns[1], by))
    lines = [e for e in found(drawing, "line", "weight") if e.get("data-column") == "1"]
    widest = max(lines, key=lambda e: float(e.get("stroke-width")))
    place = int(widest.get("data-to")), int(widest.get("data-from"))
    assert place == np.unravel_index(sizes.argmax(), sizes.shape)


def test_shares_of_a_layer_sum_to_one():
    np.testing.assert_allclose(share(np.array([[3.0, -4.0], [1.0, 0.0]])).sum(), 1)
    assert share(np.array([0.0, np.nan])).tolist() == [0, 0]


def test_large_layers_show_their_strongest_units_only():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
    x = np.zeros((16, 16))
    x[3, 4:9] = 1
    drawing = nn.draw_network(model, x, 3, loss=nn.CrossEntropyLoss(), most=5)
    inputs = [g for g in found(drawing, "g", "neuron") if g.get("data-column") == "0"]
    assert [int(g.get("data-index")) for g in inputs] == [52, 53, 54, 55, 56]
    assert "⋮ 251 more" in drawing.svg()
    assert len(drawing.svg()) < 100_000


def test_a_loss_that_reads_the_scores_sends_its_gradient_to_them():
    model = nn.Sequential(nn.Linear(2, 3, dtype=np.float64), nn.Softmax())
    model.compile(loss="sparse_categorical_crossentropy")
    drawing = nn.draw_network(model, X, 2)
    last = drawing.columns[-1]
    assert drawing.loss_name == "SparseCategoricalCrossentropy"
    assert last.from_scores
    np.testing.assert_allclose(last.gradient, last.activation - [0, 0, 1], rtol=1e-12)
    assert "the right class" in drawing.svg()


def test_names_cannot_break_the_picture():
    name = '<script>alert("1")</script> & 한글 🙂\n\x00'
    model = nn.Sequential({name: nn.Linear(2, 1)})

    def evil(prediction, target):
        return ((prediction - target) ** 2).mean()

    evil.__name__ = '"><script>'
    root = ET.fromstring(nn.draw_network(model, X, [1.0], loss=evil).svg())
    assert not list(root.iter(SVG + "script"))
    assert any("한글 🙂" in (e.text or "") for e in root.iter())


def test_screen_readers_are_told_what_it_shows(model):
    root = ET.fromstring(nn.draw_network(model, X, IDEAL)._repr_svg_())
    assert root.get("role") == "img"
    assert root.find(SVG + "title").text.startswith("A 2-3-2 network, loss ")
    assert "Linear → Tanh: neuron" in root.find(SVG + "desc").text


def test_it_saves_itself_whole(model, tmp_path):
    drawing = nn.draw_network(model, X, IDEAL)
    path = drawing.save(tmp_path / "net.svg")
    assert path.read_text(encoding="utf-8") == drawing.svg()
    with pytest.raises(ValueError, match=r"net\.svg"):
        drawing.save(tmp_path / "net.png")


@pytest.mark.filterwarnings("error")
def test_numbers_that_are_not_finite_are_drawn(model):
    model[0].weight.data = np.full((3, 2), np.inf)
    ET.fromstring(nn.draw_network(model, X, IDEAL).svg())


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([nn.Linear(2, 4), nn.LayerNorm(4)], "cannot draw LayerNorm '1'"),
        ([nn.Tanh()], "no Linear"),
    ],
)
def test_what_it_cannot_draw_it_names(layers, message):
    with pytest.raises(nn.UndrawableError, match=message):
        nn.draw_network(nn.Sequential(*layers), X, IDEAL)


def test_a_model_with_a_forward_of_its_own_is_refused():
    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    with pytest.raises(nn.UndrawableError, match="forward of its own"):
        nn.draw_network(Residual(nn.Linear(2, 2)), X, IDEAL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.ones((5, 2))}, r"pass x\[0\]"),
        ({"edges": "color"}, "edges must be one of weight, share"),
        ({"most": 0}, "most must be a positive integer"),
    ],
)
def test_bad_arguments_are_named(model, change, message):
    with pytest.raises(ValueError, match=message):
        nn.draw_network(model, **{"x": X, "target": IDEAL, **change})


def words(drawing):
    return [text.text for text in ET.fromstring(drawing.svg()).iter(SVG + "text")]


def test_korean_says_the_same_numbers(model):
    english, korean = (nn.draw_network(model, X, IDEAL, lang=lang) for lang in ("en", "ko"))
    assert f"손실 {number(english.loss)}" in words(korean)
    for sentence in ("loss", "bias", "ideal", "neuron", "gradient"):
        assert not any(sentence in text for text in words(korean))
    numbers = [[text for text in words(d) if " · grad " in text] for d in (english, korean)]
    assert numbers[0] == numbers[1] != []
    tips = [title.text for title in ET.fromstring(korean.svg()).iter(SVG + "title")]
    assert all(re.search("[가-힣]", tip) for tip in tips)


def test_the_dark_picture_shares_no_light_colour(model):
    colours = [
        set(
            re.findall('(?:fill|stroke)="([^"]+)"', nn.draw_network(model, X, IDEAL, theme=t).svg())
        )
        for t in ("light", "dark")
    ]
    assert colours[0] & colours[1] == set()


@pytest.mark.parametrize("setting", ["theme", "lang"])
def test_unknown_themes_and_languages_are_refused(model, setting):
    with pytest.raises(ValueError, match=f"{setting} is one of"):
        nn.draw_network(model, X, IDEAL, **{setting: "latin"})
