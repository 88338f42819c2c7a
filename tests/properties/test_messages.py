"""Conservation: at every node the gradient is the sum of the messages that arrive."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.graph import Graph
from autograd.viz.scene import Scene
from tests.properties.graphs import losses

CLOSE = {"rtol": 1e-12, "atol": 1e-12}


@given(losses())
@settings(max_examples=60)
def test_at_every_node_the_messages_sum_to_what_backward_leaves(program):
    loss, leaves = program
    graph = Graph(loss)
    loss.backward()
    assert {n for n in leaves if n.grad is not None} == {n for n in graph.nodes if n.op is None}
    for node in graph.nodes:
        arrived = sum(message.gradient for message in graph.arriving[node])
        if node is loss:
            arrived = arrived + graph.seeds[node]
        np.testing.assert_allclose(arrived, node.grad, **CLOSE)
        np.testing.assert_array_equal(graph.gradients[node], node.grad)


@given(losses(), st.sampled_from([1, 3, 6, 12, 300]), st.sampled_from([None, 0, 1]))
@settings(max_examples=60)
def test_in_the_picture_too_however_much_is_folded(program, max_nodes, depth):
    loss, _ = program
    graph = Graph(loss)
    scene = Scene(graph, max_nodes, depth)
    loss.backward()
    alone = [item for item in scene.items if isinstance(item, Value)]
    assert any(map(scene.is_root, alone))
    for node in alone:
        terms = scene.terms(node)
        np.testing.assert_allclose(sum(terms), node.grad, **CLOSE)
        whole = sum(np.abs(term).sum() for term in terms)
        for arrow in scene.arriving[node]:
            assert arrow.share == pytest.approx(np.abs(arrow.message).sum() / (whole or 1))


@given(losses(), losses())
def test_several_roots_have_the_gradient_of_their_sum(first, second):
    (a, leaves), (b, others) = first, second
    graph = Graph(a, b)
    (a + b).backward()
    for leaf in leaves + others:
        if leaf.grad is not None:
            np.testing.assert_allclose(graph.gradients[leaf], leaf.grad, **CLOSE)
