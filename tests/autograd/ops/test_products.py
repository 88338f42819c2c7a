"""einsum and the products by other names, against NumPy and central differences."""

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Value
from autograd.testing import check_grad

EXPRESSIONS = [
    ("i,i", (3,), (3,)),
    ("i,i->i", (3,), (3,)),
    ("i,j", (2,), (3,)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    ("ba,cb", (2, 3), (4, 2)),
    ("ij", (2, 3)),
    ("ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij->j", (2, 2, 3)),
    ("iji->ij", (2, 3, 2)),
    ("iijj->ij", (2, 2, 3, 3)),
    ("iii", (3, 3, 3)),
    ("ii,jj->", (2, 2), (3, 3)),
    ("ij,kl->", (2, 3), (3, 2)),
    ("...ij,...jk->...ik", (4, 2, 3), (3, 2)),
    ("...ij,...jk", (5, 1, 2, 3), (4, 3, 2)),
    ("i...,i...", (2, 3), (2, 3)),
    ("i...->...", (2, 3, 2)),
    ("...", (2, 3)),
    ("...->...", (2, 3)),
    ("...,...", (2, 1), (3,)),
    ("...ii->...i", (2, 3, 3)),
    ("a...b,b...c->a...c", (2, 3, 2), (2, 1, 3)),
    ("ij,jk,kl", (2, 3), (3, 2), (2, 4)),
    ("ij,ij,ij->i", (2, 3), (2, 1), (1, 3)),
    ("ij,jk->ik", (2, 1), (3, 2)),
    ("ij,j->", (1, 3), (1,)),
    (" i j , j -> i ", (2, 3), (3,)),
    ("bhqd,bhkd->bhqk", (1, 2, 3, 2), (1, 2, 2, 2)),
    (",i", (), (3,)),
    ("ij,jk->", (0, 3), (3, 2)),
    ("zY,YA", (2, 3), (3, 2)),
]


def arrays(shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, s) for s in shapes]


@pytest.mark.parametrize("optimize", [False, True])
@pytest.mark.parametrize(("subscripts", "shapes"), [(e, s) for e, *s in EXPRESSIONS])
def test_einsum_equals_numpys_and_so_does_its_gradient(subscripts, shapes, optimize):
    xs = arrays(shapes)
    found = np.einsum(subscripts, *map(Value, xs), optimize=optimize)
    np.testing.assert_allclose(found.data, np.einsum(subscripts, *xs), rtol=1e-13, atol=1e-14)
    check_grad(
        lambda *v: autograd.einsum(subscripts, *v, optimize=optimize), *xs, order=1 + optimize
    )


@pytest.mark.parametrize(
    ("shapes", "axes"),
    [
        ([(2, 3), (3, 2)], ([0, 1], [1, 2], [0, 2])),
        ([(2, 3), (3, 2)], ([0, 1], [1, 2])),
        ([(3, 3)], ([7, 7], [7])),
        ([(4, 2, 3), (3,)], ([..., 1, 0], [0], [..., 1])),
        ([(2, 3)], ([30, 2],)),
    ],
)
def test_einsum_takes_lists_of_axis_numbers(shapes, axes):
    xs = arrays(shapes)

    def call(*values):
        pairs = [part for pair in zip(values, axes, strict=False) for part in pair]
        return np.einsum(*pairs, *axes[len(values) :])

    np.testing.assert_allclose(call(*map(Value, xs)).data, call(*xs), rtol=1e-13)
    check_grad(call, *xs)


def test_einsum_takes_a_path():
    xs = arrays([(2, 3), (3, 4), (4, 2)])
    path = np.einsum_path("ij,jk,kl->il", *xs, optimize="optimal")[0]
    check_grad(lambda *v: autograd.einsum("ij,jk,kl->il", *v, optimize=path), *xs)


@pytest.mark.parametrize(
    ("subscripts", "shapes", "message"),
    [
        ("ij,jk", [(2, 3), (4, 5)], r"'j' has size 3 in operand 0 \(2, 3\) and 4 in operand 1"),
        ("ij", [(3,)], r"'ij' does not fit operand 0 of shape \(3,\)"),
        ("i", [(3, 2)], r"'i' does not fit operand 0"),
        ("i,j", [(3,)], "describes 2 arrays, and 1 were given"),
        ("i->k", [(3,)], "'k' stands in the result of 'i->k' and no operand has it"),
        ("i->ii", [(3,)], "'i' stands in the result of 'i->ii' twice"),
        ("...i->i", [(2, 3)], r"must have '\.\.\.' too"),
        ("i$", [(3, 2)], r"cannot read 'i\$'"),
        ("i..", [(3, 2)], "cannot read"),
        ("......", [(3, 2)], "cannot read"),
        ("i->i->i", [(3,)], "cannot read"),
        ("...,...", [(3,), (2,)], "an axis of '...' has size 3 in operand 0"),
        ("ii", [(1, 3)], "einsum: .*collapsing index"),
    ],
)
def test_einsum_says_what_does_not_fit(subscripts, shapes, message):
    for make in (Value, np.asarray):
        with pytest.raises(ValueError, match=message):
            autograd.einsum(subscripts, *(make(x) for x in arrays(shapes)))


@pytest.mark.parametrize("operands", [(), (np.ones(2),), (np.ones(2), 0), (np.ones(2), [99])])
def test_einsum_refuses_what_is_no_expression(operands):
    with pytest.raises((TypeError, ValueError), match="einsum: "):
        autograd.einsum(*operands)


PRODUCTS = [
    (np.dot, [(3,), (3,)]),
    (np.dot, [(), (2, 3)]),
    (np.dot, [(2, 3), (3,)]),
    (np.dot, [(2, 3), (3, 2)]),
    (np.dot, [(2, 2, 3), (4, 3, 2)]),
    (np.dot, [(3,), (4, 3, 2)]),
    (np.vdot, [(2, 3), (3, 2)]),
    (np.inner, [(2, 3), (4, 3)]),
    (np.inner, [(), (3,)]),
    (np.inner, [(3,), (3,)]),
    (np.outer, [(2,), (3,)]),
    (np.outer, [(2, 2), ()]),
    (np.kron, [(2, 3), (3, 2)]),
    (np.kron, [(2,), (2, 1, 3)]),
    (np.kron, [(), (2,)]),
    (np.cross, [(3,), (3,)]),
    (np.cross, [(2, 1, 3), (4, 3)]),
    (lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), [(3, 2), (2, 3)]),
    (lambda x, y: np.cross(x, y, axis=0), [(3, 2), (3, 2)]),
    (lambda x, y: np.tensordot(x, y), [(2, 3, 4), (3, 4, 2)]),
    (lambda x, y: np.tensordot(x, y, 0), [(2, 3), (2,)]),
    (lambda x, y: np.tensordot(x, y, 1), [(2, 0), (0, 2)]),
    (lambda x, y: np.tensordot(x, y, (1, 0)), [(2, 3), (3,)]),
    (lambda x, y: np.tensordot(x, y, ([-1, 0], [0, 1])), [(2, 3, 4), (4, 2, 3)]),
    (lambda *xs: np.linalg.multi_dot(xs), [(2, 3), (3, 4)]),
    (lambda *xs: np.linalg.multi_dot(xs), [(2, 9), (9, 9), (9, 1), (1, 3)]),
    (lambda *xs: np.linalg.multi_dot(xs), [(2,), (2, 3), (3, 2), (2,)]),
]


@pytest.mark.parametrize(("call", "shapes"), PRODUCTS)
def test_products_equal_numpys(call, shapes):
    xs = arrays(shapes)
    np.testing.assert_allclose(call(*map(Value, xs)).data, call(*xs), rtol=1e-13, atol=1e-14)
    check_grad(call, *xs, order=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: autograd.dot(v, np.ones((4, 2))), "matmul: inner sizes differ"),
        (lambda v: autograd.tensordot(v, np.ones(3), 1), r"tensordot: axes \(1,\) of x \(2, 2\)"),
        (lambda v: autograd.tensordot(v, v, 3), "tensordot: axes must be"),
        (lambda v: autograd.tensordot(v, v, ([5], [0])), "tensordot: axes must be"),
        (lambda v: autograd.cross(v, v), r"cross: needs vectors of 3 numbers.*x \(2, 2\)"),
        (lambda v: autograd.multi_dot([v]), "multi_dot: needs at least two"),
        (lambda v: autograd.multi_dot([v, v[0], v]), r"multi_dot: .*\(2, 2\), \(2,\), \(2, 2\)"),
        (lambda v: autograd.inner(v, np.ones(3)), "inner: the last axes"),
        (lambda v: autograd.vdot(v, np.ones(3)), r"vdot: .*x \(2, 2\) as in y \(3,\)"),
        (lambda v: autograd.dot(v, np.ones((2, 3, 2))), r"dot: x's last axis"),
    ],
)
def test_products_say_what_does_not_fit(call, message):
    with pytest.raises(ShapeError, match=message):
        call(Value(np.ones((2, 2))))
