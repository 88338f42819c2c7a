"""Programs as people write them for a scalar engine: only operators, relu, backward, data, grad.

The expected gradients were worked out by hand, or come from a difference quotient in exact
rational arithmetic.
"""

from fractions import Fraction

import pytest

from autograd import Value


def test_every_operator_of_a_scalar_engine():
    a, b = Value(-2.0), Value(3.0)
    c = a + b  # 1
    d = a * b + c**3  # -5
    d = d - 4 * c + (-a)  # -7
    e = (d * 2).relu() + (b - a).relu() + c / b  # 0 + 5 + 1/3
    f = 1.5 + e - 2 * a  # 10.8333...
    g = f / 2.0 + 10.0 / f
    g.backward()
    # de/da = 0 - 1 + 1/3, de/db = 0 + 1 + (1/3 - 1/9); df = de - 2 da; dg = (1/2 - 10/f²) df
    f_exact = Fraction(3, 2) + 5 + Fraction(1, 3) + 4
    outer = Fraction(1, 2) - 10 / f_exact**2
    assert f.data == pytest.approx(float(f_exact))
    assert a.grad == pytest.approx(float(outer * (Fraction(-2, 3) - 2)))
    assert b.grad == pytest.approx(float(outer * Fraction(11, 9)))


def rational_program(x, y):
    """The same program runs on Values and on exact fractions."""
    z = x * y + y**3
    w = z / (x * x + 1) - 2 * x
    for k in range(1, 4):
        w = w + (w - x) / k - y * (3 - k)
    return w * w - 1 / (y + 5)


@pytest.mark.parametrize("x", [-2, 1, 3])
@pytest.mark.parametrize("y", [-1, 2])
def test_a_rational_program_agrees_with_exact_difference_quotients(x, y):
    a, b = Value(float(x)), Value(float(y))
    rational_program(a, b).backward()
    h = Fraction(1, 10**9)

    def quotient(dx, dy):
        ahead = rational_program(Fraction(x) + dx * h, Fraction(y) + dy * h)
        behind = rational_program(Fraction(x) - dx * h, Fraction(y) - dy * h)
        return float((ahead - behind) / (2 * h))

    assert a.grad == pytest.approx(quotient(1, 0), rel=1e-12)
    assert b.grad == pytest.approx(quotient(0, 1), rel=1e-12)


def test_plain_numbers_stand_on_either_side():
    x = Value(4.0)
    for result, slope in [
        (2 + x, 1), (x + 2, 1), (2 - x, -1), (x - 2, 1), (3 * x, 3), (x * 3, 3),
        (8 / x, -0.5), (x / 8, 0.125), (-x, -1), (x**2, 8), (x**0.5, 0.25), (x**-1, -1 / 16),
    ]:  # fmt: skip
        x.grad = 0
        result.backward()
        assert x.grad == slope


def test_sum_of_a_list_starts_from_zero_as_python_does():
    xs = [Value(float(i)) for i in range(4)]
    sum(x * x for x in xs).backward()
    assert [x.grad for x in xs] == [0, 2, 4, 6]
    sum((x for x in xs), Value(1.0)).backward()
    assert [x.grad for x in xs] == [1, 3, 5, 7]


def test_a_neuron_by_hand():
    x = [Value(2.0), Value(-1.0)]
    w = [Value(0.5), Value(1.5)]
    b = Value(1.0)
    out = sum((wi * xi for wi, xi in zip(w, x, strict=True)), b).relu()
    assert out.data == 0.5
    out.backward()
    assert ([v.grad for v in w], [v.grad for v in x], b.grad) == ([2, -1], [0.5, 1.5], 1)


def test_gradient_descent_finds_the_line_through_three_points():
    slope, offset = Value(0.0), Value(0.0)
    points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]
    for _ in range(400):
        loss = sum((slope * x + offset - y) ** 2 for x, y in points) * (1.0 / len(points))
        for p in (slope, offset):
            p.grad = 0
        loss.backward()
        for p in (slope, offset):
            p.data -= 0.2 * p.grad
    assert (slope.data, offset.data) == (pytest.approx(2.0), pytest.approx(1.0))


def test_grad_set_to_zero_accumulates_from_there():
    x = Value(3.0)
    x.grad = 0
    (x * x).backward()
    x.grad += 1
    (x * 2).backward()
    assert x.grad == 9
