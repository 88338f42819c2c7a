"""What a page is told of any program: a gradient is the sum of its messages, and of its paths."""

import json
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.graph import Graph
from autograd.viz.still import pair, still
from autograd.viz.story import Moment, Story
from autograd.viz.views import Views
from tests.properties.graphs import losses


@given(losses(), st.sampled_from([None, 3, 8]))
@settings(max_examples=30)
def test_the_numbers_of_a_page_add_up(program, max_nodes):
    loss, _ = program
    graph = Graph(loss)
    story = Story(Views(graph, max_nodes), [Moment(0, graph)])
    data = json.loads(json.dumps(story.data(), allow_nan=False))
    (frame,) = data["frames"]
    for view in story.views.views:
        arrived = defaultdict(list)
        for arrow in view.scene.arrows:
            edge = data["edges"][story.arrow(arrow)]
            arrived[edge["tail"]].append(frame["m"][story.arrow(arrow)])
        for number, messages in arrived.items():
            if data["nodes"][number]["kind"] == "box" or "x" not in frame["g"][number]:
                continue
            total = np.sum([message["x"] for message in messages], axis=0)
            np.testing.assert_allclose(total, frame["g"][number]["x"], rtol=1e-9, atol=1e-12)


@given(losses())
@settings(max_examples=30)
def test_the_paths_of_a_page_add_up(program):
    loss, _ = program
    graph = Graph(loss)
    story = Story(Views(graph), [Moment(0, graph)])
    for leaf, elements in story.data()["explained"].items():
        gradient = np.ravel(graph.gradients[story.items[leaf]])
        for element, moments in elements.items():
            told = moments[0]
            assert told["total"] == gradient[element]
            found = sum(path["product"] for path in told["paths"]) + told["rest"]
            assert found == pytest.approx(told["total"], rel=1e-9, abs=1e-12)


@given(losses())
@settings(max_examples=30)
def test_a_still_is_the_same_computation(program):
    loss, _ = program
    copies = still(loss)
    assert pair(loss, copies[loss]) == copies
    ours, theirs = Graph(loss).gradients, Graph(copies[loss]).gradients
    for node, copy in copies.items():
        np.testing.assert_array_equal(theirs[copy], ours[node])
