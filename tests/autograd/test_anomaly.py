"""detect_anomaly names the operation, its operands and the line."""

import numpy as np
import pytest

import autograd
from autograd import AnomalyError, Value, detect_anomaly

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def test_the_first_operation_that_is_not_finite_stops_the_program():
    x = Value([[1.0, 2.0], [0.0, 4.0]], name="x")
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        autograd.log(x)
    text = str(caught.value)
    assert "log gave -inf at [1, 0]" in text
    assert "x (2, 2) from 0 to 4" in text
    assert "test_anomaly.py:" in text


def test_a_message_that_is_not_finite_names_the_line_that_recorded_its_sender():
    x = Value([1.0, 0.0], name="x")
    with detect_anomaly():
        y = autograd.sqrt(x)  # the line
        loss = (y * 2.0).sum()
        with pytest.raises(
            AnomalyError, match=r"sqrt sent inf at \[1\] to its operand x"
        ) as caught:
            loss.backward()
    assert "test_anomaly.py:" in str(caught.value)


def test_a_scalar_graph_is_watched_on_the_way_back_too():
    x = Value(0.0)
    with detect_anomaly():
        y = x * 1.0
        root = autograd.sqrt(y) * 3.0
        with pytest.raises(AnomalyError, match="sqrt sent"):
            root.backward()


def test_finite_programs_are_undisturbed_and_outside_nothing_is_watched():
    x = Value([1.0, 2.0])
    with detect_anomaly():
        (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 4])
    assert np.isinf(autograd.log(Value(0.0)).data)
