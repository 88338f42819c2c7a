"""Graph: the recorded graph as its readers see it."""

import numpy as np
import pytest

import autograd
from autograd import GradientError, Value
from autograd.graph import Graph, shares


def test_nodes_are_what_the_root_depends_on_oldest_first():
    x, unused = Value(2.0), Value(3.0)
    a = x * 2.0
    b = a + x
    assert unused * x is not None
    assert [id(node) for node in Graph(b).nodes] == [id(x), id(a), id(b)]


def test_reading_leaves_every_grad_as_it_was():
    x = Value(2.0)
    y = x * x
    x.grad = 5.0
    graph = Graph(y)
    assert graph.gradients[x] == 4
    assert (x.grad, y.grad) == (5, None)


def test_a_root_that_is_no_single_number_has_edges_but_no_gradients():
    x = Value([1.0, 2.0])
    graph = Graph(x * x)
    assert graph.gradients == {}
    assert [message.gradient for message in graph.edges] == [None, None]


def test_modules_nest_as_they_were_called():
    x = Value(1.0)
    with autograd.scope("outer", "Net"):
        with autograd.scope("0", "Layer"):
            y = x.tanh()
        z = y + x
    (net,) = Graph(z).modules
    (layer,) = net.children
    assert (net.title, layer.title) == ("outer · Net", "0 · Layer")
    assert layer.depth == 2
    assert [id(n) for n in layer.nodes] == [id(x), id(y)]  # a leaf belongs to its first user
    assert layer.at_depth(1) is net


def test_calls_of_the_same_module_are_counted():
    x = Value(1.0)
    for _ in range(3):
        with autograd.scope("cell", "RNN"):
            x = x.tanh()
    assert [call.title for call in Graph(x).modules] == [
        "cell · RNN, call 1", "cell · RNN, call 2", "cell · RNN, call 3"
    ]  # fmt: skip


def test_a_leaf_changed_after_its_use_is_named():
    w = Value(1.0, name="w")
    loss = w * w
    w.data = 2.0
    with pytest.raises(GradientError, match=r"w .* was changed after it was used"):
        Graph(loss)


def test_of_several_roots_only_what_was_recorded_is_shown():
    x = Value(2.0)
    graph = Graph(x * 3.0, x.tanh())
    assert set(graph.gradients) == {m.receiver for m in graph.edges} | set(graph.roots)
    assert set(graph.gradients) == set(graph.nodes)


@pytest.mark.parametrize("roots", [(), (1.0,), (np.ones(2),)])
def test_roots_are_values(roots):
    with pytest.raises(TypeError, match="a graph starts from one Value or several"):
        Graph(*roots)
    with pytest.raises(TypeError, match=r"draw\(loss\)\.save\(NAME\) or play\(loss, path=NAME\)"):
        autograd.play(Value(1.0) * 2, "graph.html")


def test_shares_of_nothing_are_nothing_and_of_infinity_unknown():
    assert shares([np.zeros(2), np.zeros(2)]) == [0, 0]
    assert np.isnan(shares([np.inf, 1.0])).all()
    assert shares([]) == []


def test_repr_counts_what_was_recorded():
    x = Value(np.ones((2, 3)))
    assert repr(Graph((x * x).sum())) == "Graph(2 operations: 1 multiply, 1 sum; 1 leaf, 6 numbers)"
