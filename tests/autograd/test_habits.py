"""Who types another library's name is told ours."""

import copy

import numpy as np
import pytest

from autograd import Value
from autograd.habits import ELSEWHERE


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_from_elsewhere_is_answered_with_ours(name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'") as caught:
        getattr(Value(1.0), name)
    assert ELSEWHERE[name] in str(caught.value)
    assert not hasattr(Value(1.0), name)


def test_a_typo_is_an_attribute_error_that_python_can_match_with_a_near_name():
    with pytest.raises(AttributeError, match="no attribute 'exq'") as caught:
        Value(1.0).exq  # noqa: B018
    assert caught.value.name == "exq"
    assert isinstance(caught.value.obj, Value)


def test_copies_are_values_of_their_own_and_gradients_pass_through_the_method():
    x = Value([1.0, 2.0])
    (3 * x.copy()).sum().backward()
    assert np.array_equal(x.grad, [3.0, 3.0])
    assert x.tolist() == [1.0, 2.0]
    for other in (copy.copy(x), copy.deepcopy(x)):
        assert other is not x
        assert np.array_equal(other.data, x.data)
