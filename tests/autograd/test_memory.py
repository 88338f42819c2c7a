"""Graphs are long, and gone the moment their loss is; what they freed serves the next one."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from autograd import Value, grad, value_and_grad
from autograd.memory import keep_freed_memory, make_collector_patient


@pytest.fixture
def no_garbage_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_million_additions_record_backpropagate_and_are_freed(no_garbage_collector):
    x = Value(1.0)
    total = x
    for _ in range(1_000_000):
        total = total + x
    first = weakref.ref(total)
    total.backward(keep="leaves")
    assert total.data == x.grad == 1_000_001
    del total
    assert first() is None


def test_a_long_chain_of_arrays_needs_no_recursion():
    x = Value([1.0, 1.0])
    y = x
    for _ in range(20_000):
        y = y * 1.0
    y.sum().backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.data, [1, 1])


@pytest.mark.parametrize("keep", ["all", "leaves"])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_graph_is_freed_with_its_loss(no_garbage_collector, keep, create_graph):
    w = Value(np.ones((2, 2)), name="w")
    hidden = np.tanh(w @ w)
    loss = (hidden * w).sum()
    loss.backward(keep=keep, create_graph=create_graph)
    nodes = [weakref.ref(hidden), weakref.ref(loss)]
    w.grad = None
    del hidden, loss
    assert [node() for node in nodes] == [None, None]


@pytest.mark.parametrize("transform", [grad, value_and_grad, lambda f: grad(grad(f))])
def test_a_transform_frees_what_it_recorded(no_garbage_collector, transform):
    recorded = []

    def cube(x):
        y = x * x * x
        recorded.append(weakref.ref(y))
        return y

    transform(cube)(2.0)
    assert recorded
    assert [node() for node in recorded] == [None] * len(recorded)


def test_a_failed_operation_keeps_nothing_alive(no_garbage_collector):
    x = Value(np.ones(3))
    y = x * 2
    node = weakref.ref(y)
    with pytest.raises(ValueError, match="broadcast"):
        y + np.ones(4)
    del y
    assert node() is None


def scalar_step(w, b):
    loss = (w * 0.5 + b - 1.0) ** 2
    loss.backward(keep="leaves")


def tensor_step(w, b):
    loss = (np.tanh(w * [0.5, 1.0]) + b - 1.0).square().mean()
    loss.backward(keep="leaves")


@pytest.mark.parametrize(
    ("step", "w", "b"),
    [(scalar_step, Value(0.1), Value(0.0)), (tensor_step, Value([0.1, 0.2]), Value([0.0, 0.0]))],
    ids=["scalars", "tensors"],
)
def test_ten_thousand_steps_of_training_do_not_grow(no_garbage_collector, step, w, b):
    def train(steps):
        for _ in range(steps):
            step(w, b)
            for p in (w, b):
                p.data -= 0.01 * p.grad
                p.grad = None

    train(8_000)
    tracemalloc.start()
    train(200)
    before, _ = tracemalloc.get_traced_memory()
    train(1_800)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 5_000  # bytes; a single leaked node a step would be 300,000


def page_faults():
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


@pytest.mark.skipif(not keep_freed_memory(), reason="the C library has no such setting")
def test_a_large_array_takes_the_place_of_one_that_was_freed():
    def work():
        for _ in range(4):
            np.ones(4_000_000 // 8)

    work()
    before = page_faults()
    work()
    assert page_faults() - before < 500  # of 4,000 pages


def test_settings_of_the_allocator_that_a_user_made_stay(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    assert not keep_freed_memory()


def test_the_collector_of_cycles_is_patient_unless_the_program_has_said_how_often():
    asked = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        assert make_collector_patient()
        gc.set_threshold(5, 5, 5)
        assert not make_collector_patient()
        assert gc.get_threshold() == (5, 5, 5)
    finally:
        gc.set_threshold(*asked)
