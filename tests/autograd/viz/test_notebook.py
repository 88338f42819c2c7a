"""A Value shows itself in a notebook, however large its graph is."""

import autograd
from autograd import Value


def test_a_small_graph_is_drawn_below_the_value():
    x = Value(2.0, name="<x>")
    shown = (x * x)._repr_html_()
    assert "Value(4.0)" in shown
    assert "<svg" in shown
    assert "<x>" not in x._repr_html_()


def test_a_large_graph_is_not_drawn_unasked():
    x = Value(2.0)
    for _ in range(10_000):
        x = autograd.sin(x)
    assert "<svg" not in x._repr_html_()


def test_a_graph_that_cannot_be_drawn_is_still_written():
    w = Value(1.0)
    loss = w * w
    w.data = 2.0
    assert "Value(1.0)" in loss._repr_html_()
