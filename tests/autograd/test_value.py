"""What a Value is: its numbers, its dtype, its text, and who may write into it."""

import numpy as np
import pytest

import autograd
from autograd import GradientError, NotDifferentiableError, ShapeError, Value


class TestText:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Value(2.0), "Value(2.0)"),
            (Value(2.0, name="a"), "Value(2.0, name='a')"),
            (Value(3), "Value(3)"),
            (Value(True), "Value(True)"),
            (Value([1.0, 2.5]), "Value([1. , 2.5])"),
            (Value(np.float32(0.5)), "Value(0.5, dtype=float32)"),
            (Value(np.ones(2, np.float32), name="w"), "Value([1., 1.], dtype=float32, name='w')"),
        ],
    )
    def test_a_value_shows_its_numbers_and_name(self, value, text):
        assert repr(value) == text

    def test_the_gradient_shows_once_there_is_one(self):
        a = Value(2.0, name="a")
        (a * -3.0).backward()
        assert repr(a) == "Value(2.0, name='a', grad=-3.0)"

    def test_a_matrix_is_aligned_on_the_word_value(self):
        assert repr(Value([[1.0, 2.0], [3.0, 4.0]])) == "Value([[1., 2.],\n       [3., 4.]])"

    def test_a_number_takes_a_format(self):
        assert f"{Value(2.0):.2f}" == "2.00"
        assert f"{Value(2.0)}" == "Value(2.0)"


class TestDtypes:
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
    def test_floats_keep_their_dtype_through_python_numbers(self, dtype):
        x = Value(np.array([1.0, 2.0], dtype))
        y = 1 + 2.0 * x**2 / 3 - x
        assert y.dtype == dtype
        y.sum().backward()
        assert x.grad.dtype == dtype

    def test_two_dtypes_meet_as_in_numpy(self):
        single, double = Value(np.float32(1.5)), Value(2.0)
        product = single * double
        assert product.dtype == np.float64
        product.backward()
        assert (single.grad.dtype, double.grad.dtype) == (np.float32, np.float64)

    def test_a_float32_number_stays_a_float32_number(self):
        x = Value(np.float32(3))
        assert (x * 2.0).dtype == (2 * x).dtype == (x**2).dtype == x.exp().dtype == np.float32

    def test_integers_and_floats_mix_and_only_the_float_gets_a_gradient(self):
        n, x = Value([1, 2, 3]), Value(0.5)
        (n * x).sum().backward()
        assert x.grad == 6.0
        assert n.grad is None

    def test_integers_compute_as_in_numpy_without_a_gradient(self):
        half = Value(3) / 2
        assert half.data == 1.5
        assert not half.requires_grad

    @pytest.mark.parametrize("data", [3, True, [1, 2], np.arange(3, dtype=np.uint8)])
    def test_integers_never_want_a_gradient(self, data):
        assert not Value(data).requires_grad
        with pytest.raises(NotDifferentiableError, match="integers have no gradient"):
            Value(data, name="n", requires_grad=True)
        with pytest.raises(NotDifferentiableError, match=r"Value\("):
            Value(data).requires_grad_()

    def test_a_float_can_be_a_constant(self):
        c = Value(2.0, requires_grad=False)
        x = Value(3.0)
        (c * x).backward()
        assert (c.grad, x.grad) == (None, 2.0)

    def test_other_byte_orders_are_numbers_too(self):
        x = Value(np.array([1.0, 2.0], ">f8"))
        (x * x).sum().backward()
        np.testing.assert_array_equal(x.grad, [2, 4])


class TestData:
    def test_the_array_given_is_copied(self):
        array = np.ones(3)
        x = Value(array)
        array[0] = 5
        assert x.data[0] == 1

    def test_a_number_without_axes_is_a_numpy_scalar(self):
        assert isinstance(Value(np.array(2.0)).data, np.float64)
        assert isinstance((Value([1.0, 2.0]).sum()).data, np.float64)

    def test_results_are_read_only(self):
        y = Value([1.0, 2.0]) * 2
        with pytest.raises(ValueError, match="read-only"):
            y.data[0] = 1
        with pytest.raises(GradientError, match="result of multiply"):
            y.data = np.zeros(2)

    def test_a_leaf_is_writable_through_data(self):
        x = Value([1.0, 2.0])
        x.data[0] = 5
        x.data += 1
        np.testing.assert_array_equal(x.data, [6, 3])
        assert x.is_leaf

    def test_a_leaf_stays_writable_after_use(self):
        x = Value([1.0, 2.0])
        (x * x).sum().backward()
        x.data -= 0.5 * x.grad
        np.testing.assert_array_equal(x.data, [0, 0])

    def test_new_data_keeps_shape_and_dtype(self):
        x = Value(np.zeros(2, np.float32), name="x")
        x.data = [1, 2]
        assert x.dtype == np.float32
        with pytest.raises(ShapeError, match=r"'x'.*\(2,\).*\(3,\)"):
            x.data = [1, 2, 3]

    def test_new_data_must_be_numbers(self):
        with pytest.raises(TypeError, match="expected real numbers, got str"):
            Value(1.0).data = "two"

    @pytest.mark.parametrize("use", [
        lambda x: x * x,
        lambda x: x @ x,
        lambda x: autograd.cross_entropy(x, x),
        lambda x: np.tanh(x),
        lambda x: x.sum(),
        lambda x: autograd.concatenate([x, x]),
        lambda x: x[1:],
    ])  # fmt: skip
    def test_writing_into_a_used_leaf_never_changes_the_recorded_gradient(self, use):
        x, same = Value([1.0, 2.0]), Value([1.0, 2.0])
        y = use(x)
        x.data[0] = 100.0
        y.sum().backward()
        use(same).sum().backward()
        np.testing.assert_array_equal(x.grad, same.grad)

    @pytest.mark.parametrize("use", [
        lambda c, w: c * w,
        lambda c, w: w @ c,
        lambda c, w: autograd.where(c > 0, w, c),
        lambda c, w: autograd.clip(w, c, None),
        lambda c, w: c.detach() * w,
    ])  # fmt: skip
    def test_writing_into_a_used_constant_changes_no_gradient_either(self, use):
        c, w = Value([1.0, 2.0], requires_grad=False), Value([3.0, 4.0])
        y = use(c, w)
        c.data[:] = 100.0
        y.sum().backward()
        same = Value([3.0, 4.0])
        use(Value([1.0, 2.0], requires_grad=False), same).sum().backward()
        np.testing.assert_array_equal(w.grad, same.grad)

    def test_a_result_keeps_its_numbers_with_recording_paused_too(self):
        w = Value([1.0, 2.0])
        with autograd.no_grad():
            kept = [w.reshape(2, 1), w[:1], w.detach(), +w, w.T]
        before = [k.data.copy() for k in kept]
        w.data[:] = 9.0
        for k, numbers in zip(kept, before, strict=True):
            np.testing.assert_array_equal(k.data, numbers)

    def test_an_index_changed_after_use_changes_no_gradient(self):
        x, index = Value([1.0, 2.0, 3.0]), np.array([0, 1])
        y = x[index].sum()
        index[:] = 2
        y.backward()
        np.testing.assert_array_equal(x.grad, [1, 1, 0])

    @pytest.mark.parametrize("start", [2.0, [1.0, 2.0]])
    def test_backward_through_the_use_of_a_replaced_leaf_names_it(self, start):
        w = Value(start, name="w")
        loss = (w * w).sum()
        w.data -= 0.1
        with pytest.raises(GradientError, match=r"w .*was changed after it was used"):
            loss.backward()
        assert w.grad is None

    def test_a_replaced_leaf_is_fine_from_then_on(self):
        w = Value([1.0, 2.0])
        (w * w).sum().backward()
        w.data -= w.grad
        w.grad = None
        (w * w).sum().backward()
        np.testing.assert_array_equal(w.grad, [-2, -4])

    def test_a_view_of_an_array_outside_never_reaches_the_graph(self):
        base = np.ones(4)
        x = Value(1.0)
        constant = base.copy()
        y = x * constant
        assert y.shape == (4,)
        assert Value(base[::2]).data.base is not base


class TestGradAttribute:
    def test_it_can_be_scaled_replaced_and_cleared(self):
        x = Value([1.0, 2.0])
        x.sum().backward()
        x.grad *= 3
        np.testing.assert_array_equal(x.grad, [3, 3])
        x.grad = 0.5
        np.testing.assert_array_equal(x.grad, [0.5, 0.5])
        x.grad = None
        assert x.grad is None

    def test_it_needs_the_shape_of_the_data(self):
        with pytest.raises(ShapeError, match=r"grad of 'x': needs shape \(2,\).*\(3,\)"):
            Value([1.0, 2.0], name="x").grad = np.ones(3)

    def test_it_needs_numbers(self):
        with pytest.raises(TypeError, match="expected real numbers"):
            Value(1.0).grad = "much"


class TestPython:
    def test_numbers_convert(self):
        assert (float(Value(2.5)), int(Value(2.5)), bool(Value(0.0))) == (2.5, 2, False)
        assert Value([3.5]).item() == 3.5
        assert [10, 20, 30][Value(1)] == 20

    def test_a_float_is_no_index(self):
        with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
            range(Value(3.0))

    def test_an_array_has_length_and_items(self):
        rows = list(Value([[1.0, 2.0], [3.0, 4.0]]))
        assert len(rows) == 2
        rows[1].sum().backward()
        with pytest.raises(TypeError, match="single number"):
            len(Value(1.0, name="x"))

    def test_comparisons_give_plain_booleans(self):
        a, b = Value(1.0), Value([0.0, 1.0, 2.0])
        assert isinstance(a < 2, np.bool)
        assert (a == 1.0) is not False
        np.testing.assert_array_equal(a >= b, [True, True, False])
        np.testing.assert_array_equal(b != 1, [True, False, True])
        assert (a == None) is False  # noqa: E711

    def test_values_are_keys_by_identity(self):
        a, b = Value(1.0), Value(1.0)
        assert len({a, b, a}) == 2

    def test_in_place_operators_on_the_name_make_a_new_node(self):
        x = Value(2.0)
        y = x
        y += 1
        y *= x
        y.backward()
        assert (x.data, y.data, x.grad) == (2.0, 6.0, 5.0)

    def test_detach_is_a_constant_with_the_same_numbers(self):
        x = Value(3.0)
        (x.detach() * x).backward()
        assert x.grad == 3.0

    def test_a_result_of_constants_is_a_leaf(self):
        assert (Value(1, name="n") + 1).is_leaf
