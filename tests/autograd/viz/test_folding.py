"""A large graph is folded until it is readable, and nothing is lost by it."""

import random
import re

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, draw
from autograd.graph import Graph
from autograd.viz.items import Box, constants_of
from autograd.viz.scene import Scene
from nn.scalar import MLP


def deep(layers=6):
    return nn.Sequential(
        *(nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2)) for _ in range(layers))
    )


def drawn(scene):
    return sum(1 + len(constants_of(item)) for item in scene.items)


@pytest.mark.parametrize("max_nodes", [1, 2, 5, 10, 20, 40, 1000])
def test_no_more_is_drawn_than_asked_for(max_nodes):
    loss = (deep()(np.ones((1, 2))) ** 2).sum()
    scene = Scene(Graph(loss), max_nodes)
    assert drawn(scene) <= max(max_nodes, 3)  # the loss is always there, and what came before it
    assert any(item is loss for item in scene.items)


def test_modules_fold_from_the_inside_out():
    graph = Graph(deep()(np.ones((1, 2))).sum())
    whole = Scene(graph, 1000)
    assert not any(isinstance(item, Box) for item in whole.items)
    inner = {box.module.depth for box in Scene(graph, 20).items if isinstance(box, Box)}
    outer = {box.module.depth for box in Scene(graph, 8).items if isinstance(box, Box)}
    assert (inner, outer) == ({3}, {2})


def test_every_node_is_alone_or_in_one_box():
    graph = Graph(deep()(np.ones((1, 2))).sum())
    for max_nodes in (3, 8, 20, 1000):
        scene = Scene(graph, max_nodes)
        held = [n for i in scene.items for n in (i.nodes if isinstance(i, Box) else [i])]
        assert sorted(map(id, held)) == sorted(map(id, graph.nodes))


def test_a_box_says_what_it_holds():
    source = draw(deep()(np.ones((1, 2))).sum(), max_nodes=8).source
    assert re.search(
        r"0 · Sequential.*3 operations: 2 linear, 1 tanh.*4 leaves, 12 numbers", source
    )
    assert "Boxes stand for many" in source


def test_a_box_says_what_goes_in_and_what_comes_out():
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Linear(4, 2))
    assert "[5 × 3] → [5 × 4]" in draw(model(np.ones((5, 3))).sum(), max_nodes=7).source
    assert "[5 × 3] → [5 × 2]" in draw(model(np.ones((5, 3))).sum(), depth=0).source


def test_without_modules_the_newest_are_shown():
    x = total = Value(1.0, name="x")
    for _ in range(500):
        total = total + 1.0
    drawing = draw(total + x, max_nodes=30)
    assert "what came before" in drawing.source
    assert 10 < drawing.source.count("->") <= 40
    assert "<svg" in drawing.svg()


def test_a_chain_of_a_hundred_thousand_needs_no_recursion():
    x = total = Value(1.0)
    for _ in range(100_000):
        total = total + x
    assert "100,000 operations" in draw(total).source or "what came before" in draw(total).source


def test_a_scalar_network_on_many_points_is_drawn():
    random.seed(0)
    model = MLP(2, [8, 8, 1])
    loss = sum((model([0.1 * i, 1.0]) - 1.0).relu() for i in range(20))
    assert len(Graph(loss).nodes) > 3000
    drawing = draw(loss)
    assert drawing.source.count("->") < 1000
    assert "<svg" in drawing.svg()


def test_one_leaf_used_all_along_a_chain_is_laid_out_in_seconds():
    w = Value(0.5, name="w")
    y = w * 1.0
    for _ in range(140):
        y = autograd.tanh(y * w)
    drawing = draw(y)  # 282 nodes, but arrows that cross them all
    assert "what came before" in drawing.source
    assert "<svg" in drawing.svg()


def test_an_arrow_from_a_box_carries_all_that_its_inside_sent():
    x = Value(3.0) * 1.0
    with autograd.scope("square", "Module"):
        inside = x * x + 2.0 * x
    scene = Scene(Graph(inside * 1.0 + x * 10.0), 9)
    (box,) = (item for item in scene.items if isinstance(item, Box))
    (arrow,) = (arrow for arrow in scene.arriving[x] if arrow.head is box)
    assert arrow.message == 3 + 3 + 2
    assert arrow.share == 8 / 18


@pytest.mark.parametrize("max_nodes", [3, 10, 31])
def test_a_chain_uses_all_the_room_there_is_and_no_more(max_nodes):
    y = Value(1.0)
    for _ in range(60):
        y = autograd.sin(y)
    assert drawn(Scene(Graph(y), max_nodes)) == max_nodes


def test_many_calls_of_the_same_neurons_are_grouped_by_neuron_and_layer():
    random.seed(0)
    model = MLP(2, [8, 8, 1])
    loss = sum((model([0.1 * i, 1.0]) - 1.0).relu() for i in range(60))
    graph = Graph(loss)
    scene = Scene(graph, 100)
    boxes = [item for item in scene.items if isinstance(item, Box)]
    neurons = [f"neuron {i} · Neuron, 60 calls" for i in range(8)]
    assert sorted(box.title for box in boxes) == sorted(
        [*neurons, *neurons, neurons[0], "outside all modules"]
    )
    layers = {scene.module(box).title for box in boxes if box.module}
    assert layers == {f"layer {i} · Layer, 60 calls" for i in range(3)}
    assert any(item is loss for item in scene.items)
    titles = [item.title for item in Scene(graph, 8).items if isinstance(item, Box)]
    assert sorted(titles) == sorted([*layers, "outside all modules"])


def test_calls_that_feed_each_other_are_not_merged():
    x = Value(1.0)
    for _ in range(60):
        for name in ("a", "b"):
            with autograd.scope(name, "Cell"):
                x = autograd.sin(x)
    boxes = [item for item in Scene(Graph(x), 20).items if isinstance(item, Box)]
    assert not any("calls" in box.title for box in boxes)


def recurrent(steps=20):
    rng = np.random.default_rng(0)
    w, u = Value(rng.normal(size=(3, 4)), name="W"), Value(rng.normal(size=(4, 4)), name="U")
    h = np.zeros((2, 4))
    for _ in range(steps):
        h = autograd.tanh(rng.normal(size=(2, 3)) @ w + h @ u)
    return (h**2).mean(), w


def cells(steps=20):
    cell = nn.RNNCell(3, 4)
    h = None
    for _ in range(steps):
        h = cell(np.ones((2, 3)), h)
    return (h**2).mean(), cell.weight_hh


@pytest.mark.parametrize("unrolled", [recurrent, cells])
def test_an_unrolled_recurrent_network_shows_its_last_steps_and_fits_a_page(unrolled):
    loss, weight = unrolled()
    drawing = draw(loss)
    assert "what came before" in drawing.source
    width = float(re.search(r'<svg width="([\d.]+)pt"', drawing.svg()).group(1))
    assert width < 1500
    scene = Scene(Graph(loss))
    arrows = scene.arriving[weight]  # from a few steps, and from all that came before in one
    assert 2 < len(arrows) < 6
    np.testing.assert_allclose(
        sum(arrow.message for arrow in arrows), scene.graph.gradients[weight], rtol=1e-5, atol=1e-7
    )


def test_a_call_of_a_loop_is_shown_whole_or_not_at_all():
    scene = Scene(Graph(cells()[0]))
    shown = [scene.module(item) for item in scene.items if isinstance(item, Value) and item.op]
    assert {call.title: shown.count(call) for call in shown if call} == {
        "RNNCell, call 19": 4,
        "RNNCell, call 20": 4,
    }


def test_weights_of_several_calls_stand_outside_of_them():
    layer = nn.Linear(2, 2)
    scene = Scene(Graph(layer(layer(np.ones((1, 2)))).sum()))
    assert scene.module(layer.weight) is None


def test_what_reads_well_is_drawn_whole_unless_asked_otherwise():
    y = Value(1.0)
    for _ in range(30):
        y = autograd.sin(y)
    assert any(isinstance(item, Box) for item in Scene(Graph(y)).items)
    assert not any(isinstance(item, Box) for item in Scene(Graph(y), 31).items)


def test_the_caption_names_the_setting_that_folded():
    loss = deep()(np.ones((1, 2))).sum()
    assert "draw(..., depth=) shows more" in draw(loss, depth=0).source
    assert "draw(..., max_nodes=) shows more" in draw(loss, max_nodes=8).source
    assert "draw(..., max_nodes=) shows more" in draw(loss, depth=2, max_nodes=5).source


def test_a_loop_inside_one_module_shows_its_end_rather_than_one_box():
    loss = (nn.RNN(3, 4)(np.ones((20, 2, 3)))[0] ** 2).mean()
    shown = [item for item in Scene(Graph(loss)).items if isinstance(item, Value)]
    assert "tanh" in [item.op.name for item in shown if item.op]
    at_a_glance = Scene(Graph(loss), depth=0).items
    assert [item.title for item in at_a_glance if isinstance(item, Box)] == ["RNN"]
