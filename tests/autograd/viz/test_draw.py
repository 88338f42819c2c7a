"""draw: everything that was recorded is in the picture, with the message on every edge."""

import html
import random
import re
import xml.etree.ElementTree as ElementTree

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import autograd
import nn
from autograd import GradientError, Value, draw
from autograd.graph import Graph
from autograd.viz.compiled import opened
from autograd.viz.themes import THEMES

SVG = "{http://www.w3.org/2000/svg}"
TITLE = "{http://www.w3.org/1999/xlink}title"


def words(drawing):
    """All text of the picture, as a reader sees it."""
    texts = ElementTree.fromstring(drawing.svg()).iter(f"{SVG}text")
    return [text.text.replace("\xa0", " ") for text in texts]


def labels_of(drawing):
    """The lines in each node's label, by the node's identifier in the source."""
    nodes = re.findall(
        r"^\s*(\w+) \[label=<(.*?)> (?:color|fillcolor|margin|shape)", drawing.source, re.M
    )
    return {
        name: [html.unescape(line) for line in re.findall(r">([^<>]+)<", label)]
        for name, label in nodes
    }


def number(text):
    return float(text.replace("−", "-"))


@pytest.fixture
def neuron():
    x, w, b = (Value(v, name=n) for v, n in ((0.5, "x"), (-2.0, "w"), (0.25, "b")))
    return (w * x + b).tanh()


def test_parameters_show_name_value_and_gradient(neuron):
    shown = labels_of(draw(neuron)).values()
    slope = 1 - np.tanh(-0.75) ** 2
    for name, value, gradient in (
        ("x", "0.5", -2 * slope),
        ("w", "−2", 0.5 * slope),
        ("b", "0.25", slope),
    ):
        (lines,) = [lines for lines in shown if lines[0] == name]
        assert lines[1] == value
        assert number(lines[2].removeprefix("grad ")) == pytest.approx(gradient, rel=5e-3)


def test_every_operation_and_every_edge_is_there(neuron):
    drawing = draw(neuron)
    shown = words(drawing)
    assert {"×", "+", "tanh"} <= set(shown)
    assert drawing.source.count("->") == 5


def test_the_message_stands_on_its_edge(neuron):
    messages = re.findall(r"-> .*? \[label=<.*?>([^<>]+)</FONT>", draw(neuron).source)
    slope = 1 - np.tanh(-0.75) ** 2
    assert sorted(map(number, messages)) == pytest.approx(
        sorted([slope, slope, slope, -2 * slope, 0.5 * slope]), rel=5e-3
    )


def test_a_node_with_several_messages_shows_their_sum_and_shares():
    x = Value(3.0, name="x")
    shown = words(draw(x * 2.0 + x * 6.0))
    assert "grad 8" in shown
    assert "= 6 + 2" in shown or "= 2 + 6" in shown
    assert {"2 · 25%", "6 · 75%"} <= set(shown)


def test_tensors_are_tables_of_value_and_gradient():
    w = Value([[1.0, 2.0], [3.0, 4.0]], name="w")
    shown = words(draw((w * w).sum()))
    assert "w  [2 × 2]" in shown
    assert {"1", "2", "3", "4", "6", "8"} <= set(shown)


def test_large_tensors_are_summed_up():
    w = Value(np.arange(600.0).reshape(20, 30) / 600, name="w")
    shown = words(draw((w * w).sum()))
    assert "w  [20 × 30]" in shown
    assert "0 … 0.998, mean 0.499" in shown
    assert any(text.startswith("grad norm") for text in shown)


def test_constants_say_what_they_are():
    loss = nn.CrossEntropyLoss()(Value(np.zeros((1, 2))), [1])
    assert "target [1]" in words(draw(loss))


def test_an_array_used_several_times_is_drawn_once():
    x, c = Value(np.ones((2, 2)), name="x"), np.array([[1.25, 2.0], [3.0, 4.0]])
    drawing = draw(((x * c + c) @ c.T).sum())
    assert words(drawing).count("1.25") == 2  # as it is, and transposed
    assert drawing.source.count("->") == 7


def test_a_short_graph_runs_to_the_right_and_a_long_one_down(neuron):
    assert "rankdir=LR" in draw(neuron).source
    for _ in range(9):
        neuron = autograd.sin(neuron)
    assert "rankdir=TB" in draw(neuron).source
    assert "rankdir=LR" in draw(neuron, direction="LR").source


def test_no_letter_is_wider_than_the_box_was_made_for(neuron):
    families = set(re.findall(r'font-family="([^"]*)"', draw(neuron).svg()))
    assert families == {"Verdana"}  # wide: what a browser has instead fits as well


def luminance(color):
    """As in the Web Content Accessibility Guidelines 2.2."""
    rgb = color if isinstance(color, tuple) else bytes.fromhex(color[1:])
    parts = [c / 255 for c in rgb]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_is_readable_on_every_colour_it_stands_on(theme):
    behind = {
        theme.ink: (theme.fill, theme.box, theme.result, theme.below, theme.above, theme.broken),
        theme.gradient: (theme.fill, theme.result, theme.below, theme.zero, theme.above),
        theme.quiet: (theme.paper, theme.fill, theme.box, *theme.frame),
    }
    for text, grounds in behind.items():
        for ground in grounds:
            dark, bright = sorted((luminance(text), luminance(ground)))
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_the_dark_theme_says_the_same_and_shares_no_colour_of_the_light_paper(neuron):
    light, dark = draw(neuron), draw(neuron, theme="dark")
    assert words(light) == words(dark)
    assert "#ffffff" not in dark.source
    assert draw(neuron).source == light.source


def test_the_caption_says_how_much_was_recorded_and_can_change(neuron):
    said = "Recorded: 3 results (24 B) from 3 numbers that can change (24 B)."
    assert said in words(draw(neuron))


def test_the_tooltip_of_a_large_array_says_where_its_numbers_lie():
    x = Value(np.arange(101.0) ** 2, name="x")
    tips = ElementTree.fromstring(draw(x.sum()).svg()).iter(f"{SVG}a")
    tip = next(t for a in tips if "x · leaf" in (t := a.get(TITLE) or ""))
    assert "float64 [101] · 808 B" in tip
    assert "min 0, median 2500, mean 3350, max 10000" in tip


def test_a_legend_explains_the_colours(neuron):
    neuron.name = "loss"
    assert {"Raising the number lowers loss", "raises it"} <= set(words(draw(neuron)))
    assert "raises it" not in words(draw(neuron, gradients=False))


def test_values_in_full_or_not_at_all():
    w = Value(np.arange(100.0).reshape(10, 10), name="w")
    loss = (w * np.eye(10)).sum()
    assert "87" not in words(draw(loss))
    assert "87" in words(draw(loss, values="full"))
    small = (Value([1.5, 2.5], name="v") * 3.0).sum()
    assert "1.5" in words(draw(small))
    shown = words(draw(small, values="none"))
    assert "1.5" not in shown
    assert {"v  [2]", "12"} <= set(shown)  # the loss keeps its number


def test_modules_are_nested_frames_with_their_path():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.Tanh())
    drawing = draw(model(np.ones((1, 2))).sum())
    root = ElementTree.fromstring(drawing.svg())
    frames = [
        "".join(text.text for text in group.iter(f"{SVG}text"))
        for group in root.iter(f"{SVG}g")
        if group.get("class") == "cluster"
    ]
    assert frames == ["Sequential", "0 · Sequential", "0 · Linear", "1 · Tanh"]
    assert re.search(r"cluster_.*\n.*\n?.*\tsubgraph cluster_", drawing.source)


def test_calls_of_one_module_are_told_apart():
    layer = nn.Linear(2, 2)
    shown = words(draw(layer(layer(np.ones((1, 2)))).sum()))
    assert {"Linear, call 1", "Linear, call 2"} <= set(shown)


def test_drawing_changes_nobodys_grad_and_is_the_same_again(neuron):
    first = draw(neuron).source
    assert neuron.grad is None
    neuron.backward()
    gradients = [p.grad for p in neuron.parents if p is not None]
    assert draw(neuron).source == first
    assert [p.grad for p in neuron.parents if p is not None] == gradients


def test_a_result_without_a_gradient_is_drawn_with_the_reason():
    x = Value([1.0, 2.0], name="x")
    assert any("shape (2,) has no gradient; draw its .sum()" in t for t in words(draw(x * x)))
    with autograd.no_grad():
        assert any("nothing here wants a gradient" in t for t in words(draw((x * x).sum())))
    assert any("nothing here wants" in t for t in words(draw(Value(3))))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numbers_that_are_not_finite_are_shown():
    x = Value([0.0, 1.0], name="x")
    shown = words(draw(autograd.log(x).sum()))
    assert "−∞" in shown
    assert "∞" in shown
    y = Value(float("nan"), name="y")
    assert "NaN" in words(draw(y * y))


@pytest.mark.parametrize(
    "loss",
    [
        lambda: (Value(np.zeros((0, 3)), name="empty") * 2.0).sum(),
        lambda: Value(np.float32(2.0), name="x") ** 2,
        lambda: Value(2.0, name="alone"),
        lambda: autograd.concatenate([Value([1.0]), np.ones(2)]).sum(),
    ],
    ids=["empty", "float32", "leaf", "variadic"],
)
def test_any_graph_can_be_drawn(loss):
    assert len(words(draw(loss()))) > 1


def test_a_gradient_is_a_graph_and_can_be_drawn():
    x = Value(2.0, name="x")
    (x**3).backward(create_graph=True)
    shown = words(draw(x.grad))
    assert "grad 12" in shown  # the second derivative of x³ is 6x


def test_a_leaf_changed_after_its_use_is_not_drawn_wrongly():
    w = Value(1.0, name="w")
    loss = w * w
    w.data = 2.0
    with pytest.raises(GradientError, match=r"w .* was changed after it was used"):
        draw(loss)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"direction": "RL"}, "direction is 'LR' or 'TB', got 'RL'"),
        ({"max_nodes": 0}, "at least 1"),
        ({"depth": -1}, "depth is at least 0"),
        ({"theme": "blue"}, "theme is 'light' or 'dark', got 'blue'"),
        ({"values": "all"}, "values is 'auto', 'full' or 'none', got 'all'"),
        ({"lang": "fr"}, "lang is 'en' or 'ko', got 'fr'"),
    ],
)
def test_settings_out_of_range(settings, said):
    with pytest.raises(ValueError, match=said):
        draw(Value(1.0), **settings)


def test_only_values_are_drawn():
    with pytest.raises(TypeError, match="got float"):
        draw(1.0)


NASTY = ['"', "'", "<b>", "</TABLE>", "&amp;", "&", "\\", "\\N", "\\\\", "}", "->", "손실", "😀"]


@given(st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=60)), min_size=4, max_size=4))
@settings(max_examples=4)
def test_any_name_is_shown_and_breaks_nothing(names):
    total = Value(1.0)
    for name in [*names, *NASTY]:
        with autograd.scope(name, name):
            total = total + Value(1.0, name=name)
    total.name = names[0]
    drawing = draw(total)
    assert set(NASTY) <= set(words(drawing))
    titles = {link.get(TITLE) for link in ElementTree.fromstring(drawing.svg()).iter(f"{SVG}a")}
    for name in NASTY:
        assert any(title.startswith(f"{name} · leaf") for title in titles)


def test_a_line_break_in_a_name_is_written_as_in_python():
    assert "a\\nb" in words(draw(Value(1.0, name="a\nb")))


def test_depth_0_is_the_model_at_a_glance():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    loss = model(np.ones((1, 2))).sum()
    assert "0 · Linear" in words(draw(loss, depth=1))
    shown = words(draw(loss, depth=0))
    assert "Sequential" in shown
    assert not any("Linear" in text for text in shown)


def test_without_gradients_only_values_are_drawn(neuron):
    shown = words(draw(neuron, gradients=False))
    assert not any(text.startswith("grad") for text in shown)
    assert "Values only: gradients=False." in shown


def test_the_local_derivative_is_in_the_tooltip_of_its_edge():
    x = Value(3.0, name="x")
    root = ElementTree.fromstring(draw(autograd.square(x)).svg())
    titles = [link.get(TITLE) for link in root.iter(f"{SVG}a")]
    assert any("local derivative d square / d x = 6" in title for title in titles)


def compiled():
    w = Value(np.array([[0.5, -1.0]]), name="w")

    @autograd.jit
    def layer(x, w):
        return autograd.tanh(x * w) * 2.0

    for _ in range(3):
        loss = (layer(np.array([[1.0, 2.0]]), w) ** 2).sum()
    return loss, w


def test_a_compiled_function_is_one_node_or_opens_into_a_frame():
    loss, _ = compiled()
    closed, inside = draw(loss), draw(loss, open_jit=True)
    assert "compiled" in words(closed)
    assert "tanh" not in words(closed)
    assert "tanh" in words(inside)
    assert any(text.endswith("layer · jit") for text in words(inside))


def test_what_is_inside_a_compiled_function_has_the_same_gradients():
    loss, w = compiled()
    inside = opened(loss)
    gradients = Graph(inside).gradients
    np.testing.assert_allclose(gradients[w], Graph(loss).gradients[w], rtol=1e-14)
    assert autograd.explain(inside, w, (0, 1)).total == gradients[w][0, 1]
    assert w.grad is None


def test_a_graph_shows_itself(neuron):
    from autograd.graph import Graph

    assert "<svg" in Graph(neuron)._repr_svg_()


def test_neurons_and_layers_of_a_scalar_network_are_frames():
    from nn.scalar import MLP

    loss = MLP(2, [2, 1])([1.0, 2.0]).tanh()
    assert {"layer 0 · Layer", "neuron 1 · Neuron"} <= set(words(draw(loss)))
    assert {"layer 0 · Layer", "layer 1 · Layer"} <= set(words(draw(loss, depth=0)))


def test_arrows_between_layers_of_neurons_are_straight_and_bare_and_run_across():
    random.seed(0)
    model = nn.scalar.MLP(2, [12, 12, 1])
    loss = sum((model([0.1 * i, 1.0]) - 1.0) ** 2 for i in range(8))
    source = draw(loss).source
    assert "splines=line" in source
    assert "rankdir=LR" in source
    assert " label=" not in "".join(line for line in source.splitlines() if "->" in line)


@pytest.mark.parametrize("of", [lambda x: 2.0 - x, lambda x: x - 2.0, lambda x: (1.0 / x) ** x])
def test_names_of_operands_do_not_lie_on_each_other(of):
    svg = draw(of(Value(3.0, name="a"))).svg()
    named = re.findall(r'<text[^>]* x="([-\d.]+)" y="([-\d.]+)"[^>]*>[xy]</text>', svg)
    places = [complex(float(x), float(y)) for x, y in named]
    assert len(places) >= 2
    assert all(abs(p - q) > 6 for i, p in enumerate(places) for q in places[:i])
