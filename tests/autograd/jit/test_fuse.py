"""Block by block, on several threads: the same numbers to the last bit, and the same warnings."""

import os
import threading

import numpy as np
import pytest

import autograd
from autograd import Value, jit, threads
from autograd.jit import codegen, fuse

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Blocks of a few rows, and three workers, whatever the machine has."""
    monkeypatch.setattr(fuse, "BLOCK", 64)
    monkeypatch.setattr(fuse, "LARGE", 64)
    monkeypatch.setattr(fuse, "WORTH", 128)
    monkeypatch.setattr(threads, "WORKERS", 3)
    monkeypatch.setattr(codegen, "WORKERS", 3)


def attention(x, w):
    q = (x * w).reshape(8, 6, 4, 5).transpose(0, 2, 1, 3)
    weights = autograd.softmax(q @ q.mT * 0.3)
    return ((weights @ q).transpose(0, 2, 1, 3).reshape(8, 6, 20) * x).sum()


CASES = {
    "a chain": lambda x, w: (autograd.sqrt(autograd.exp(autograd.tanh(x) * 0.7) + x * x) - w).sum(),
    "rows scaled by their sums": lambda x, w: (x / (1 + (x * x).sum(axis=-1, keepdims=True))).sum(),
    "broadcasting": lambda x, w: ((x * w[0]) + x[:, :1] * w[0, 0] - x[0]).sigmoid().sum(),
    "layer norm": lambda x, w: (autograd.layer_norm(x, 20) * w).square().mean(),
    "attention": attention,
    "relu and masks": lambda x, w: autograd.where(x > 0.1, autograd.relu(x * w), -x).sum(),
    "several results": lambda x, w: (
        (x * w).exp().mean(axis=(1, 2)).sum() + (x - w).max(axis=1).sum()
    ),
    "transposed": lambda x, w: ((x * w).transpose(0, 2, 1) * x.mT).tanh().sum(),
    "half precision out": lambda x, w: (x * w).astype(np.float32).tanh().sum(),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_group_computes_what_its_operations_do(name, dtype):
    fn = CASES[name]
    compiled = jit(fn)
    w = Value(RNG.normal(size=(8, 6, 20)).astype(dtype))
    for _ in range(5):
        x = RNG.normal(size=(8, 6, 20)).astype(dtype)
        ours, theirs = Value(x), Value(x)
        mine, eager = compiled(ours, w), fn(theirs, w)
        np.testing.assert_array_equal(mine.data, eager.data)
        w.grad = None
        mine.backward()
        other, w.grad = w.grad, None
        eager.backward()
        np.testing.assert_array_equal(ours.grad, theirs.grad)
        np.testing.assert_array_equal(other, w.grad)
    assert "run_rows(block_1" in compiled.source()


def layers(x, project, mix, widen, bias, shift, scale):
    """Heads cut out of one projection, put together again, and a small network."""
    joined = autograd.linear(x, project)
    q, k, v = (
        joined[..., i : i + 20].reshape(8, 6, 2, 10).transpose(0, 2, 1, 3) for i in (0, 20, 40)
    )
    scores = q @ k.mT + np.where(np.tri(6) > 0, 0, -np.inf).astype(x.dtype)
    mixed = (autograd.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(8, 6, 20)
    x = autograd.layer_norm(x + autograd.linear(mixed, mix, shift), 20, scale, shift)
    wide = autograd.relu(autograd.linear(x, widen, bias))
    return (autograd.linear(wide, widen.T) - x).square().mean()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_over_several_axes_are_one_group_with_the_gradients_of_their_weights(dtype):
    near = {"rtol": 0, "atol": 1e-13 if dtype == np.float64 else 1e-4}
    shapes = [(60, 20), (20, 20), (100, 20), 100, 20, 20]
    weights = [Value(RNG.normal(0, 0.2, shape).astype(dtype)) for shape in shapes]
    compiled = jit(layers)
    for _ in range(4):
        leaves = [Value(RNG.normal(size=(8, 6, 20)).astype(dtype)), *weights]
        results = []
        for fn in (compiled, layers):
            out = fn(*leaves)
            out.backward()
            results.append([out.data, *(leaf.grad for leaf in leaves)])
            for leaf in leaves:
                leaf.grad = None
        for mine, eager in zip(*results):
            np.testing.assert_allclose(mine, eager, **near)
    source = compiled.source()
    assert source.count("run_rows(block_") == 2
    assert "matmul(" not in source.split("def forward")[1]


def test_fusion_can_be_left_out():
    compiled = jit(CASES["a chain"], disable=("fuse",))
    for _ in range(3):
        compiled(Value(np.ones((8, 6, 20))), Value(np.ones((8, 6, 20))))
    assert "run_rows" not in compiled.source()


def test_what_only_a_group_looks_at_needs_a_block_only():
    chain = jit(lambda x: (autograd.exp(autograd.tanh(x) + 1.0)).sum(axis=-1).sum())
    for _ in range(3):
        with autograd.no_grad():
            chain(np.ones((1000, 8)))
    (recording,) = next(iter(chain.recordings.values()))
    sizes = [np.prod(shape) for shape, *_ in recording.code.buffers]
    assert max(sizes) < 1000 * 8 / 4


def test_the_error_state_of_numpy_holds_in_every_thread():
    compiled = jit(lambda x: autograd.exp(x * 10.0).sum(axis=-1).sum())
    x = np.full((64, 16), 1000.0)
    with np.errstate(over="ignore"):
        for _ in range(6):
            assert compiled(x) == np.inf
    with pytest.raises(RuntimeWarning, match="overflow"):  # warnings are errors in the tests
        compiled(x)
    with np.errstate(over="ignore"):
        assert compiled(x) == np.inf


def test_an_error_in_a_helper_is_the_callers():
    def block(worker, start, stop):
        if start == 7:
            raise ZeroDivisionError("row 7")

    for _ in range(20):
        with pytest.raises(ZeroDivisionError, match="row 7"):
            threads.run_rows(block, 8, 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no such call")
def test_helpers_leave_the_callers_core_to_it():
    before = os.sched_getaffinity(0)
    threads.run_rows(lambda worker, start, stop: None, 8, 1)
    assert os.sched_getaffinity(0) == before
    for helper in threads._helpers:
        allowed = os.sched_getaffinity(helper.native_id)
        assert allowed <= before
        assert len(before) == 1 or threads._left[0] not in allowed


def test_every_row_is_worked_on_once_by_many_callers_at_once():
    def count():
        done = np.zeros(1000, int)

        def block(worker, start, stop):
            done[start:stop] += 1

        for _ in range(20):
            threads.run_rows(block, 1000, 7)
        results.append(done)

    results = []
    callers = [threading.Thread(target=count) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert all((done == 20).all() for done in results)
