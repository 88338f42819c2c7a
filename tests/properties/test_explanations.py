"""The chain rule: the paths from any number to the loss add up to its gradient."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value
from tests.properties.graphs import losses

ALL = 5_000


def reached(leaves):
    return [leaf for leaf in leaves if leaf.grad is not None]


@given(losses(most=8), st.data())
@settings(max_examples=60)
def test_all_paths_add_up_to_the_gradient(program, data):
    loss, leaves = program
    loss.backward()
    for leaf in reached(leaves):
        index = data.draw(st.sampled_from(list(np.ndindex(leaf.shape))))
        explanation = autograd.explain(loss, leaf, index, paths=ALL)
        assert explanation.total == leaf.grad[index]
        assert explanation.complete
        if explanation.others == 0:
            products = [path.product for path in explanation.paths]
            size = math.fsum(map(abs, products))
            assert abs(math.fsum(products) - leaf.grad[index]) <= 1e-12 * (1 + size)
            assert sum(path.share for path in explanation.paths) == pytest.approx(float(size > 0))


@given(losses(), st.integers(1, 4), st.data())
@settings(max_examples=60)
def test_the_largest_come_first_and_the_rest_makes_it_whole(program, count, data):
    loss, leaves = program
    loss.backward()
    for leaf in reached(leaves):
        index = data.draw(st.sampled_from(list(np.ndindex(leaf.shape))))
        few = autograd.explain(loss, leaf, index, paths=count)
        many = autograd.explain(loss, leaf, index, paths=count + 50)
        sizes = [abs(path.product) for path in few.paths]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes == pytest.approx([abs(p.product) for p in many.paths[: len(sizes)]])
        assert len(few.paths) + few.others == len(many.paths) + many.others
        whole = math.fsum(path.product for path in few.paths) + few.rest
        assert whole == pytest.approx(float(leaf.grad[index]), rel=1e-9, abs=1e-9)
        for path in few.paths:
            assert path.product == pytest.approx(math.prod(x for _, x in path.derivatives))
            assert path.nodes[0][0] is leaf
            assert path.nodes[-1][0] is loss


@given(losses(most=6))
def test_a_path_is_a_product_of_true_slopes(program):
    """Each factor is what a tiny change of the operand does to the result, other operands fixed."""
    loss, leaves = program
    loss.backward()
    for leaf in reached(leaves):
        explanation = autograd.explain(loss, leaf, (0,) * leaf.ndim, paths=20)
        for path in explanation.paths:
            ends = zip(path.nodes, path.nodes[1:], reversed(path.derivatives))
            for (start, i), (end, j), (_, slope) in ends:
                places = [n for n, p in enumerate(end.parents) if p is start]
                sides = [_slopes(end, n, i, j) for n in places]
                kink = any(
                    left != pytest.approx(right, rel=1e-3, abs=1e-3) for left, right in sides
                )
                assert kink or any(
                    slope == pytest.approx((left + right) / 2, rel=1e-4, abs=1e-6)
                    for left, right in sides
                )


def _slopes(node, position, i, j):
    """To the left and to the right; where they differ, as where numbers tie, there is no slope."""
    results = []
    for step in (-1e-6, 0.0, 1e-6):
        inputs = list(node.inputs)
        x = np.array(inputs[position])
        x.flat[i] += step
        inputs[position] = x if x.ndim else x[()]
        results.append(np.ravel(node.op.forward(*inputs, **(node.params or {})))[j])
    return (results[1] - results[0]) / 1e-6, (results[2] - results[1]) / 1e-6


@given(st.text(max_size=30), st.sampled_from(['"', "<script>", "\n", "손실", "😀", "{", "\\end"]))
def test_any_name_is_written_and_breaks_nothing(name, hostile):
    x = Value(2.0, name=name + hostile)
    explanation = autograd.explain(x * x, x)
    assert "<script" not in explanation.html()
    groups = explanation.latex().replace("\\{", "").replace("\\}", "")
    assert groups.count("{") == groups.count("}")
    assert "\n" not in explanation.weight
