"""The views of a page: every module can be opened and folded, and nothing is lost on the way."""

import itertools
import random

import numpy as np
import pytest

import nn
from autograd import Value, tanh
from autograd.graph import Graph
from autograd.viz.items import Box
from autograd.viz.views import MOST_VIEWS, Views


def deep(blocks):
    layers = (nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(blocks))
    return (nn.Sequential(*layers)(np.ones((1, 2))) ** 2).sum()


def recurrent():
    cell, h = nn.RNNCell(2, 2), None
    for _ in range(10):
        h = cell(np.ones((1, 2)), h)
    return (h**2).sum()


def scalars():
    random.seed(0)
    model = nn.scalar.MLP(2, [4, 4, 1])
    return sum((model([0.1 * i, 1.0]) - 1.0).relu() for i in range(40))


def boxes(view):
    return [item for item in view.scene.items if isinstance(item, Box)]


def titles(view):
    return {box.title for box in boxes(view)}


@pytest.mark.parametrize("make", [lambda: deep(2), lambda: deep(12), recurrent, scalars])
def test_in_every_view_every_node_is_shown_once_and_every_gradient_is_a_sum(make):
    graph = Graph(make())
    views = Views(graph)
    assert 1 < len(views.views) <= MOST_VIEWS
    for view in views.views:
        shown = view.scene.items
        held = [n for i in shown for n in (i.nodes if isinstance(i, Box) else [i])]
        assert sorted(map(id, held)) == sorted(map(id, graph.nodes))
        for item in shown:
            if isinstance(item, Value):
                total = sum(view.scene.terms(item))
                np.testing.assert_allclose(total, graph.gradients[item], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("make", [lambda: deep(2), lambda: deep(12), recurrent, scalars])
def test_a_box_opens_into_its_inside_and_a_frame_folds_into_its_box(make):
    views = Views(Graph(make()))
    for view in views.views:
        for box, number in view.opens.items():
            opened = views.views[number]
            assert box in boxes(view)
            assert box not in boxes(opened)
            assert box.module in opened.opened
            assert box in opened.closes
        for box, number in view.closes.items():
            assert box.module in view.opened
            assert box.module not in views.views[number].opened


def test_few_modules_are_open_in_any_combination():
    loss = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))(np.ones(2)).sum()
    views = Views(Graph(loss))
    model, *layers = views.tree.boxes
    for count in range(4):
        for some in itertools.combinations(layers, count):
            assert frozenset({model, *some}) in views.number
    assert len(views.views) == 1 + 2**3


def test_of_many_modules_one_is_open_at_a_time_or_all_are():
    views = Views(Graph(deep(12)))
    assert views.folded == 0
    assert views.views[views.whole].opened == frozenset(views.tree.boxes)
    (model,) = (unit for unit in views.tree.boxes if unit.parent is None)
    block = views.tree.inside[model][5]
    assert frozenset({model, block}) in views.number


def test_a_page_begins_with_what_reads_well():
    small, large = Views(Graph(deep(2))), Views(Graph(deep(12)))
    assert small.start == small.whole
    assert large.start not in (large.whole, large.folded)
    assert Views(Graph(deep(12)), 1000).start == Views(Graph(deep(12)), 1000).whole


def test_calls_by_the_hundred_are_boxes_of_neurons_and_layers():
    views = Views(Graph(scalars()))
    assert titles(views.views[views.folded]) == {
        *(f"layer {i} · Layer, 40 calls" for i in range(3)), "outside all modules"
    }  # fmt: skip
    (layer,) = (box for box in views.views[0].opens if box.title.startswith("layer 1"))
    opened = views.views[views.views[0].opens[layer]]
    assert {f"neuron {i} · Neuron, 40 calls" for i in range(4)} <= titles(opened)
    assert not any("neuron" in box.title for view in views.views for box in view.opens)


def test_without_modules_there_is_one_view():
    x = Value(1.0)
    (view,) = Views(Graph(tanh(tanh(x)))).views
    assert not view.opens
    assert not view.closes
