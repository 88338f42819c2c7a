"""A compiled function never answers with what was true at an earlier call.

A case is a little story told twice, with `wrap` as `jit` and as nothing; it yields what it sees,
and must see the same both times.
"""

import array
import collections
import contextvars
import copy
import dataclasses
import functools
import itertools
import math
import pathlib
import random
import sys
import tempfile
import threading
import types
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import JitWarning, Value, jit

ROW = np.array([0.5, -1.0, 2.0])
CASES = []
scale = 1.0
settings = {"scale": 1.0}
weight = Value(2.0)


def case(story):
    CASES.append(story)
    return story


def seen(x):
    """What a story shows, as plain numbers."""
    if isinstance(x, dict):
        return {k: seen(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [seen(v) for v in x]
    return np.array(x.data if isinstance(x, Value) else x, dtype=float).tolist()


# --------------------------------------------------------------------------------- what is outside


@case
def a_list_in_a_closure_changes_inside(wrap):
    weights = [1.0, 2.0]
    f = wrap(lambda x: x * weights[0] + weights[1])
    for i in range(14):
        weights[1] = float(i // 2)
        yield f(Value(3.0))


@case
def a_nested_dict_changes_inside(wrap):
    options = {"a": {"b": [1.0, {"c": 2}]}}
    f = wrap(lambda x: x * options["a"]["b"][1]["c"])
    for i in range(9):
        options["a"]["b"][1]["c"] = i // 3
        yield f(Value(3.0))


@case
def a_global_changes(wrap):
    global scale
    f = wrap(lambda x: x * scale)
    for i in range(9):
        scale = float(i // 3)
        yield f(Value(3.0))


@case
def a_global_dict_changes(wrap):
    f = wrap(lambda x: x * settings["scale"])
    for i in range(9):
        settings["scale"] = float(i // 3)
        yield f(Value(3.0))


@case
def a_default_changes(wrap):
    def f(x, factor=2.0, *, shift=(1.0,)):
        return x * factor + shift[0]

    g = wrap(f)
    for i in range(9):
        f.__defaults__ = (float(i // 3),)
        f.__kwdefaults__ = {"shift": (float(i // 4),)}
        yield g(Value(3.0))


@case
def a_mutable_default_is_a_memory(wrap):
    def f(x, memory=[]):  # noqa: B006
        memory.append(len(memory))
        return x * len(memory)

    g = wrap(f)
    for _ in range(5):
        yield g(Value(3.0))


@case
def an_attribute_of_an_object_changes(wrap):
    class Config:
        scale = 1.0

    config = Config()
    f = wrap(lambda x: x * config.scale)
    for i in range(12):
        if i == 3:
            config.scale = 5.0
        if i == 6:
            Config.scale = 7.0
        if i == 9:
            del config.scale
        yield f(Value(3.0))


@case
def an_attribute_two_objects_away_changes(wrap):
    class Node:
        def __init__(self, child, factor):
            self.child, self.factor = child, factor

        def times(self, x):
            return self.child.times(x * self.factor) if self.child else x * self.factor

    tree = Node(Node(Node(None, 2.0), 3.0), 4.0)
    f = wrap(lambda x: tree.times(x))
    for i in range(9):
        tree.child.child.factor = float(i // 3)
        yield f(Value(3.0))


@case
def a_property_computes_from_what_changes(wrap):
    class Config:
        hidden = [1.0]  # noqa: RUF012

        @property
        def scale(self):
            return self.hidden[0] * 2

    config = Config()
    f = wrap(lambda x: x * config.scale)
    for i in range(9):
        config.hidden[0] = float(i // 3)
        yield f(Value(3.0))


@case
def an_object_with_slots_changes(wrap):
    class Config:
        __slots__ = ("scale",)

    config = Config()
    config.scale = 1.0
    f = wrap(lambda x: x * config.scale)
    for i in range(9):
        config.scale = float(i // 3)
        yield f(Value(3.0))


@case
def a_dataclass_changes(wrap):
    @dataclasses.dataclass
    class Config:
        scale: float
        shifts: list

    config = Config(1.0, [2.0])
    f = wrap(lambda x: x * config.scale + config.shifts[-1])
    for i in range(9):
        config.shifts.append(float(i // 3))
        yield f(Value(3.0))


@case
def an_attribute_is_asked_for_by_name(wrap):
    class Config:
        pass

    config = Config()
    f = wrap(lambda x, name: x * getattr(config, name + "_rate", 1.0))
    for i in range(9):
        if i == 4:
            config.decay_rate = 9.0
        yield f(Value(3.0), "decay")


@case
def a_function_called_by_name_is_replaced(wrap):
    def bend(x):
        return x * 2

    f = wrap(lambda x: bend(x) + 1)
    for i in range(9):
        if i == 4:

            def bend(x):
                return x * x

        yield f(Value(3.0))


@case
def functions_are_looked_up_in_a_dict(wrap):
    bends = {"relu": lambda x: x.relu(), "tanh": lambda x: x.tanh()}
    f = wrap(lambda x, name: bends[name](x))
    for i in range(12):
        if i == 6:
            bends["relu"] = lambda x: x * 100
        yield f(Value(3.0), "relu" if i % 2 else "tanh")


@case
def a_helper_closes_over_what_changes(wrap):
    shifts = collections.deque([1.0, 2.0])

    def helper(x):
        return x + shifts[0]

    f = wrap(lambda x: [helper(y) for y in (x, 2 * x)])
    for i in range(9):
        if i % 3 == 0:
            shifts.rotate(1)
        yield f(Value(3.0))


@case
def a_method_reads_its_object(wrap):
    class Layer:
        def __init__(self):
            self.w, self.power, self.calls = Value(2.0), 1, 0

        @wrap
        def __call__(self, x):
            return (self.w * x) ** self.power

    layer, other = Layer(), Layer()
    for i in range(12):
        layer.power = 1 + i // 4
        layer.w.data = layer.w.data + 0.5
        layer.calls += 1
        yield layer(Value(3.0))
        yield other(Value(3.0))


@case
def a_bound_method_is_compiled(wrap):
    class Model:
        def __init__(self):
            self.rate = 0.5

        def loss(self, x):
            return x * self.rate

    model = Model()
    f = wrap(model.loss)
    for i in range(9):
        model.rate = float(i // 3)
        yield f(Value(3.0))


@case
def a_partial_is_compiled(wrap):
    shift = [1.0]
    f = wrap(functools.partial(lambda s, x: x + s[0], shift))
    for i in range(9):
        shift[0] = float(i // 3)
        yield f(Value(3.0))


@case
def a_value_of_a_closure_is_replaced(wrap):
    box = {"w": Value(1.0)}
    f = wrap(lambda x: x * box["w"])
    for i in range(12):
        box["w"] = Value(float(i))
        out = f(Value(3.0))
        out.backward()
        yield out, box["w"].grad


@case
def values_change_places(wrap):
    box, mean = {"w": Value(1.0), "v": Value(2.0), "u": None}, Value(0.0, requires_grad=False)
    box["mean"] = mean

    def f(x):
        autograd.assign(box["mean"], box["mean"] + x)
        u = box["w"] if box["u"] is None else box["u"]
        return x * box["w"] + (x * x) * box["v"] + u * 100 + box["mean"]

    g, h = wrap(f), wrap(lambda x: x * box["w"] - box["v"] * (box["v"] is box["w"]))
    for i in range(26):
        if i == 3:
            box["w"], box["v"] = box["v"], box["w"]
        if i == 6:
            box["w"] = Value(7.0)
        if i == 9:
            box["v"] = box["w"]
        if i == 12:
            box["v"] = Value(9.0)
        if i == 15:
            box["u"] = box["w"]
        if i == 18:
            box["w"] = Value(3.0)
        if i == 21:
            box["mean"] = Value(5.0, requires_grad=False)
        for v in (box["w"], box["v"]):
            v.grad = None
        out = g(Value(3.0, requires_grad=False)) + h(Value(2.0))
        out.backward()
        yield out, box["w"].grad, box["v"].grad, mean, box["mean"]


@case
def a_global_value_is_replaced_by_another_dtype(wrap):
    global weight
    f = wrap(lambda x: x * weight)
    for i in range(8):
        weight = Value(np.float32(i) if i % 3 else np.float64(i) / 3)
        yield f(Value(np.float32(0.1))), f(Value(np.float32(0.1))).dtype.itemsize


@case
def a_list_of_values_grows(wrap):
    parts = [Value(1.0)]
    f = wrap(lambda x: sum((x * p for p in parts), 0.0))
    for i in range(8):
        if i % 2:
            parts.append(Value(float(i)))
        yield f(Value(3.0))


@case
def an_array_of_a_closure_is_looked_at(wrap):
    mask = np.ones(3)
    big = np.zeros(5000)
    f = wrap(lambda x: x.sum() * 2 if mask.all() else x.sum() * float(big[17]))
    for i in range(9):
        mask[0] = i < 4
        big[17] = i
        yield f(Value(ROW))


@case
def a_python_number_becomes_another_type(wrap):
    kind = [1]
    f = wrap(lambda x: x * (3 // kind[0] if isinstance(kind[0], int) else 0.25))
    for i in range(8):
        kind[0] = 1.0 if i % 4 == 3 else 1
        yield f(Value(3.0))


@case
def minus_zero_is_told_from_zero(wrap):
    zero = [0.0]
    f = wrap(lambda x: x * math.copysign(1.0, zero[0]))
    for i in range(8):
        zero[0] = -0.0 if i > 3 else 0.0
        yield f(Value(3.0))


@case
def a_set_changes(wrap):
    active = {"a", "b"}
    f = wrap(lambda x: x * len(active) if "a" in active else -x)
    for i in range(9):
        active ^= {"a"} if i % 3 == 0 else set()
        yield f(Value(3.0))


@case
def a_module_changes_its_mode_and_its_layers(wrap):
    model = nn.Sequential(nn.Linear(3, 3, dtype=np.float64), nn.Tanh(), nn.Dropout(0.5))
    for p in model.parameters():
        p.data = np.arange(p.size).reshape(p.shape) / 7
    f = wrap(lambda x: model(x).sum())
    for i in range(16):
        autograd.manual_seed(i)
        if i % 3 == 0:
            model.train(i % 2 == 0)
        if i == 7:
            model[1] = nn.ReLU()
        yield f(ROW)


@case
def a_user_module_reads_its_attributes(wrap):
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.factors = [1.0]
            self.parts = nn.ModuleList([nn.Linear(3, 3, dtype=np.float64)])

        def forward(self, x):
            for part in self.parts:
                for p in part.parameters():
                    p.data = np.ones(p.shape)
                x = part(x)
            return x * self.factors[-1]

    model = nn.Sequential(Scale())
    f = wrap(lambda x: model(x).sum())
    for i in range(9):
        model[0].factors.append(float(i // 3))
        yield f(ROW)


@case
def a_module_list_grows(wrap):
    class Stack(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Tanh()])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    model = Stack()
    f = wrap(model)
    for i in range(9):
        if i % 3 == 2:
            model.layers.append(nn.Tanh())
        yield f(Value(ROW))


# ------------------------------------------------------------------------------- what has effects


@case
def a_counter_counts(wrap):
    count = 0

    def f(x):
        nonlocal count
        count += 1
        return x * 2

    g = wrap(f)
    for _ in range(6):
        yield g(Value(3.0)), count


@case
def a_log_is_kept(wrap):
    log = []

    def f(x):
        log.append(x.shape)
        return x.sum()

    g = wrap(f)
    for _ in range(5):
        yield g(Value(ROW)), len(log)


@case
def a_result_is_left_in_an_attribute(wrap):
    class Model:
        def loss(self, x):
            self.hidden = x * 2
            return (self.hidden * self.hidden).sum()

    model = Model()
    f = wrap(model.loss)
    for i in range(5):
        out = f(Value(ROW * i))
        out.backward()
        yield out, model.hidden.data + 1, model.hidden * 2.0


@case
def an_iterator_goes_on(wrap):
    numbers = itertools.count()
    f = wrap(lambda x: x * next(numbers))
    for _ in range(6):
        yield f(Value(3.0))


@case
def a_generator_is_used_up(wrap):
    rates = (0.5**k for k in range(10))
    f = wrap(lambda x: x * next(rates))
    for _ in range(6):
        yield f(Value(3.0))


@case
def pythons_random_numbers_are_drawn(wrap):
    random.seed(0)
    f = wrap(lambda x: x if random.random() < 0.9 else -x)
    for _ in range(30):
        yield f(Value(3.0) * 1)


@case
def numpys_random_numbers_are_drawn(wrap):
    np.random.seed(0)  # noqa: NPY002
    rng = np.random.default_rng(0)
    f = wrap(lambda x: (x if np.random.rand() < 0.9 else -x) * 2)  # noqa: NPY002
    g = wrap(lambda x: (x if rng.random() < 0.9 else -x) * 2)
    for _ in range(30):
        yield f(Value(3.0)), g(Value(3.0))


@case
def autograds_random_numbers_are_drawn(wrap):
    autograd.manual_seed(0)
    f = wrap(lambda x: autograd.dropout(x, 0.5).sum())
    for _ in range(8):
        yield f(Value(np.ones(20)))


@case
def gradients_are_read_inside(wrap):
    w = Value(ROW)
    f = wrap(lambda x: (x * w.grad).sum())
    for i in range(6):
        w.grad = ROW * (i // 2)
        yield f(Value(ROW))


# -------------------------------------------------------------------------------------- arguments


@case
def a_rate_is_another_number_every_time(wrap):
    f = wrap(lambda x, rate: x * rate)
    for i in range(30):
        yield f(Value(3.0), 0.1 * i)


@case
def a_list_argument_changes(wrap):
    rates = [1.0, 2.0]
    f = wrap(lambda x, rates: x * rates[0])
    for i in range(12):
        rates[0] = float(i // 3)
        yield f(Value(3.0), rates)


@case
def an_object_is_an_argument(wrap):
    class Config:
        def __init__(self, scale):
            self.scale = scale

    one, two = Config(1.0), Config(2.0)
    f = wrap(lambda x, config: x * config.scale)
    for i in range(16):
        one.scale = float(i // 4)
        yield f(Value(3.0), one), f(Value(3.0), config=two) if i % 2 else f(Value(3.0), two)


@case
def new_objects_are_arguments(wrap):
    class Config:
        def __init__(self, scale):
            self.scale = scale

    f = wrap(lambda x, config: x * config.scale)
    for i in range(20):
        yield f(Value(3.0), Config(float(i)))


@case
def a_function_is_an_argument(wrap):
    f = wrap(lambda bend, x: bend(x).sum())
    for i in range(12):
        yield f([np.tanh, np.exp, autograd.relu, lambda y, i=i: y * i][i % 4], Value(ROW))


@case
def one_value_is_given_twice(wrap):
    f = wrap(lambda x, y: x * y if x is not y else x * 100)
    for i in range(12):
        x, y = Value(3.0), Value(4.0)
        out = f(x, x) if i % 3 == 2 else f(x, y)
        out.backward()
        yield out, x.grad


@case
def a_closed_over_value_is_given(wrap):
    w = Value(ROW)
    f = wrap(lambda x: (x * w).sum())
    for i in range(9):
        w.grad = None
        other = Value(ROW * i)
        out = f(w if i % 3 == 2 else other)
        out.backward()
        yield out, w.grad


@case
def an_updated_leaf_is_given(wrap):
    mean = Value(np.zeros(3), requires_grad=False)

    def f(x):
        autograd.assign(mean, mean + x)
        return (x * mean).sum()

    g = wrap(f)
    for i in range(9):
        yield g(mean) if i % 4 == 3 else g(Value(ROW, requires_grad=False)), mean


@case
def what_goes_in_comes_out(wrap):
    f = wrap(lambda x, y: (x, x * y, [y]))
    for i in range(8):
        x, y = Value(ROW * i), Value(2.0)
        same, product, (other,) = f(x, y)
        yield same is x, other is y, product
        array = ROW * i
        yield f(array, 2.0)[0] is array


@case
def a_result_is_returned_twice(wrap):
    def f(x):
        y = x * 2
        return y, y, (y + 1,)

    g = wrap(f)
    for i in range(6):
        a, b, (c,) = g(Value(ROW * i))
        yield a is b, a, c


@case
def a_result_is_written_into(wrap):
    f = wrap(lambda x: np.tanh(x) * 2)
    kept = []
    for i in range(6):
        x = Value(ROW * i)
        y = f(x)
        y[0] = 5.0
        (y * y).sum().backward()
        kept.append((y, x.grad))
        yield list(kept)


@case
def an_argument_is_written_into(wrap):
    def f(x, i):
        y = x * 1.0
        y[0] = y[1] * 3
        z = y * y
        y[1:] = 0.0
        return z.sum() + y.sum()

    g = wrap(f)
    for i in range(6):
        x = Value(ROW * i)
        out = g(x, 0)
        out.backward()
        yield out, x.grad


@case
def types_of_arguments_are_asked_for(wrap):
    f = wrap(lambda x: x * 2 if isinstance(x, np.ndarray) else x * 3)
    for i in range(6):
        yield f(ROW * (i + 1)), f(Value(ROW * (i + 1)))


@case
def the_shape_decides(wrap):
    f = wrap(lambda x: x.sum() if len(x) > 2 else x.mean() * x.shape[0] ** 2)
    for i in range(12):
        yield f(Value(np.arange(1.0 + i % 4)))


@case
def dtypes_change(wrap):
    f = wrap(lambda x: (x * 0.1).sum())
    for i in range(12):
        out = f(Value(ROW.astype([np.float32, np.float64, np.float16][i % 3])))
        yield out, out.dtype.itemsize


@case
def recording_is_switched_off_and_on(wrap):
    f = wrap(lambda x: (x * x).sum())
    for i in range(9):
        with autograd.no_grad() if i % 3 else autograd.enable_grad():
            yield f(Value(ROW)).requires_grad


@case
def a_dict_argument_is_written_into(wrap):
    def f(x, cache):
        cache["calls"] = cache.get("calls", 0) + 1
        return x * 2

    g = wrap(f)
    for _ in range(5):
        cache = {}
        yield g(Value(3.0), cache), cache
    for _ in range(5):
        yield g(Value(3.0), cache), cache


@case
def a_layer_makes_its_weights_at_the_first_call(wrap):
    class Lazy:
        w = None

        def __call__(self, x):
            if self.w is None:
                self.w = Value(np.ones(x.shape))
            return (x * self.w).sum()

    layer = Lazy()
    f = wrap(layer)
    for i in range(7):
        if i == 5:
            layer.w = None
        out = f(Value(ROW * i))
        out.backward()
        yield out, layer.w.grad


@case
def a_bound_method_of_a_list_is_called(wrap):
    log = []
    append, random_number = log.append, np.random.default_rng(0).random

    def f(x):
        append(1)
        return x * 2

    g, h = wrap(f), wrap(lambda x: x * random_number())
    for _ in range(5):
        yield g(Value(3.0)), len(log), h(Value(2.0))


@case
def arrays_that_are_no_numbers_are_arguments(wrap):
    f = wrap(lambda x, names: x * len(names[0]))
    g = wrap(lambda x: (x * 2).sum())
    for i in range(6):
        yield f(Value(3.0), np.array(["a" * (1 + i // 3), "b"]))
        masked = g(np.ma.masked_array(ROW, mask=[0, i % 2, 0]))
        yield float(masked)


@case
def slices_ranges_and_dtypes_are_arguments(wrap):
    f = wrap(lambda x, part, steps, dtype: sum(x[part].astype(dtype).sum() * k for k in steps))
    for i in range(12):
        yield f(Value(ROW), slice(i % 2, None), range(1 + i % 3), np.dtype([float, "f4"][i % 2]))


@case
def memory_lies_otherwise(wrap):
    f = wrap(lambda x, y: (x @ y + x.T * 2 - np.exp(y)).reshape(-1)[::2])
    square = np.arange(9.0).reshape(3, 3) / 9
    forms = [square, square.T, square[::-1], square[:, ::-1], np.asfortranarray(square)]
    for i, x in enumerate(forms * 2):
        yield f(x, square * i), f(Value(x), square * i)


@case
def single_numbers_come_in_every_form(wrap):
    f = wrap(lambda x, y: x * y + np.exp(x))
    for i in range(5):
        for x in (0.5 * i, np.float64(0.5 * i), np.array(0.5 * i), Value(0.5 * i), np.float32(i)):
            out = f(x, Value(2.0))
            yield out, f(x, np.float32(3.0)), out.dtype.itemsize


@case
def a_named_tuple_is_an_argument(wrap):
    Pair = collections.namedtuple("Pair", "left right")
    f = wrap(lambda pair, scale=None: Pair(pair.left * pair.right, pair.left.sum()))
    for i in range(6):
        pair = Pair(Value(ROW * i), Value(2.0))
        out = f(pair)
        out.right.backward()
        yield type(out).__name__ == "Pair", out.left, out.right, pair.left.grad


@case
def a_copy_has_a_life_of_its_own(wrap):
    class Model:
        def __init__(self):
            self.w = Value(2.0)
            self.loss = wrap(self.measure)

        def measure(self, x):
            return x * self.w

    model = Model()
    for _ in range(4):
        model.loss(Value(3.0))
    other = copy.deepcopy(model)
    other.w.data = 5.0
    for i in range(4):
        yield model.loss(Value(3.0 + i)), other.loss(Value(3.0 + i))


@case
def an_argument_has_a_past(wrap):
    f = wrap(lambda x: x * 2 if x.is_leaf else x * 3)
    for i in range(8):
        x = Value(1.0 + i)
        out = f(x if i % 3 else x * 1.0)
        out.backward()
        yield out, x.grad


# ------------------------------------------------------------------------------------ control flow


@case
def a_loop_runs_until_it_converges(wrap):
    def root(x):
        y = x * 0.5
        while abs(y * y - x) > 1e-9:
            y = 0.5 * (y + x / y)
        return y

    f = wrap(root)
    for i in range(8):
        x = Value(1.0 + 10 * i)
        out = f(x)
        out.backward()
        yield out, x.grad


@case
def an_error_depends_on_a_number(wrap):
    def f(x):
        if x.sum() < 0:
            raise ValueError("negative")
        return np.sqrt(x.sum())

    g = wrap(f)
    for i in range(8):
        try:
            yield g(Value(ROW * (-1) ** i))
        except ValueError:
            yield -1.0


@case
def an_error_leaves_the_middle(wrap):
    bad = [False]

    def f(x):
        y = x * 2
        if bad[0]:
            raise KeyError
        return y

    g = wrap(f)
    for i in range(9):
        bad[0] = i % 4 == 2
        try:
            yield g(Value(3.0 + i))
        except KeyError:
            yield -1.0


@case
def it_calls_itself(wrap):
    @wrap
    def power(x, n):
        return x if n == 1 else x * power(x, n - 1)

    for i in range(9):
        x = Value(1.5)
        out = power(x, 1 + i % 3)
        out.backward()
        yield out, x.grad


@case
def derivatives_of_every_kind(wrap):
    f = wrap(lambda x: (x**3).sum() + autograd.exp(x).sum())
    for i in range(6):
        x = ROW * (i + 1) / 3
        yield autograd.grad(f)(x)
        yield autograd.hessian(f)(x)
        yield autograd.jvp(f, (x,), (ROW,))
        yield autograd.vjp(f, x)[1](2.0)
        yield autograd.grad(lambda y: autograd.grad(f)(y).sum())(x)
        yield autograd.hvp(f)(x, ROW)


@case
def a_gradient_is_compiled(wrap):
    f = wrap(autograd.grad(lambda x: (x**3).sum()))
    g = wrap(autograd.value_and_grad(lambda x: (x**2).sum()))
    for i in range(5):
        yield f(ROW * i), g(ROW * i)


@case
def hooks_see_the_gradient(wrap):
    f = wrap(lambda x: (x * x).sum())
    for i in range(6):
        x, arrived = Value(ROW * i), []
        x.register_hook(lambda g, a=arrived: a.append(g.tolist()))
        f(x).backward()
        yield arrived, x.grad


@case
def a_value_is_shown(wrap):
    f = wrap(lambda x: x * len(f"{x!r} {x}"))
    for i in range(8):
        yield f(Value(10.0**i))


@case
def numbers_are_counted(wrap):
    f = wrap(lambda x: x.sum() * np.count_nonzero(x) + len(np.flatnonzero(x > 0)))
    for i in range(8):
        yield f(Value(ROW * (i % 3)))


@case
def a_closed_over_value_is_looked_at(wrap):
    w = Value(ROW, requires_grad=False)
    looks = [
        lambda: float(np.asarray(w).sum()),
        lambda: int(w.argmax()),
        lambda: len(repr(w)),
        lambda: float(w.detach().sum().data),
        lambda: float(np.max(w.tolist())),
        lambda: float(np.count_nonzero(w)),
        lambda: float(Value(w).data[0]),
        lambda: float(w.any()),
    ]
    fs = [wrap(lambda x, look=look: x * look()) for look in looks]
    for i in range(6):
        w.data = np.roll(ROW, i) * (i % 4)
        yield [f(Value(3.0)) for f in fs]


@case
def detached_numbers_of_a_parameter_are_new_ones(wrap):
    w = Value(ROW)
    f = (
        wrap(lambda x: (x * w.detach() + autograd.stop_gradient(w)).sum())
        if hasattr(autograd, "stop_gradient")
        else wrap(lambda x: (x * w.detach()).sum())
    )
    for i in range(6):
        w.data = ROW * i
        yield f(Value(ROW))


@case
def plain_arrays_are_cast_by_layers(wrap):
    autograd.manual_seed(0)
    layers = [nn.Linear(3, 2), nn.LayerNorm(3), nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 2))]
    for layer in layers:
        f = wrap(lambda x, layer=layer: (layer(2 * x - 1) ** 2).sum())
        for i in range(4):
            loss = f(np.outer([1.0, i], ROW))
            loss.backward()
            yield loss, loss.dtype.itemsize, [p.grad for p in layer.parameters()]


@case
def a_value_is_made_of_an_argument(wrap):
    w = Value(ROW)
    f = wrap(lambda x: (Value(x) * w).sum())
    for i in range(5):
        x = ROW * i
        loss = f(x)
        x[0] = 7.0
        loss.backward()
        yield loss, w.grad, x


@case
def a_value_is_made_of_an_argument_and_given_back(wrap):
    def f(x):
        inner = Value(x)
        return (inner * inner).sum(), inner

    g = wrap(f)
    for i in range(5):
        loss, inner = g(ROW * i)
        loss.backward()
        yield loss, inner.grad


@case
def indices_and_slices_are_mixed(wrap):
    x = Value(np.arange(60.0).reshape(3, 4, 5) ** 2)
    mask = np.array([True, False, True])
    picks = [
        lambda i: x[1:3, i],
        lambda i: x[i, :, None],
        lambda i: x[..., i, 1:],
        lambda i: x[i, ::2, i],
        lambda i: x[None, -1, 1:, i],
        lambda i: x[mask, i[:1]],
        lambda i: x[1:, i[0]],
    ]
    fs = [wrap(lambda i, pick=pick: (pick(i) ** 2).sum()) for pick in picks]
    for k in range(5):
        i = np.array([k % 3, k % 2 - 1, k % 3])
        for f in fs:
            x.grad = None
            f(i).backward()
            yield x.grad


@case
def numbers_are_written_at_indices(wrap):
    def f(x, i):
        z = x * 1
        z[i] = x[i] ** 2
        z[z < 0] = 0.0
        return (z * np.arange(3.0)).sum()

    g = wrap(f)
    for k in range(6):
        x = Value(np.roll(ROW, k))
        g(x, np.array([k % 3, 0])).backward()
        yield x.grad


# ----------------------------------------------------------------------- what else there is outside


@case
def bytes_change(wrap):
    numbers, more = bytearray(b"12"), array.array("d", [1.0])
    f = wrap(lambda x, options: x * numbers[0] * more[0] + options[0])
    options = bytearray(1)
    for i in range(8):
        numbers[0], more[0], options[0] = 1 + i // 2, i // 3, i // 4
        yield f(Value(3.0), options)


@case
def a_context_variable_changes(wrap):
    rate = contextvars.ContextVar("rate", default=1.0)
    f = wrap(lambda x: x * rate.get())
    for i in range(6):
        if i > 1:
            rate.set(float(i // 2))
        yield f(Value(3.0))


@case
def a_module_is_imported_inside(wrap):
    module = types.ModuleType("settings_of_a_story")
    sys.modules[module.__name__] = module

    def f(x):
        import settings_of_a_story

        return x * settings_of_a_story.rate

    g = wrap(f)
    for i in range(6):
        module.rate = float(i // 2)
        yield g(Value(3.0))
    del sys.modules[module.__name__]


@case
def numpy_is_asked_for_its_settings(wrap):
    f = wrap(lambda x: x * (2 if np.geterr()["divide"] == "raise" else 3))
    for i in range(6):
        with np.errstate(divide="raise" if i // 2 % 2 else "ignore"):
            yield f(Value(3.0))


@case
def a_file_is_read_by_its_path(wrap):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rate"
        f = wrap(lambda x: x * float(path.read_text()))
        for i in range(6):
            path.write_text(str(i // 2))
            yield f(Value(3.0))


@case
def a_hook_of_a_module_counts(wrap):
    layer, calls = nn.Linear(3, 2), []
    layer.weight.data[...], layer.bias.data[...] = 0.5, 0.25
    f = wrap(lambda x: layer(x).sum())
    for i in range(8):
        if i == 3:
            hook = layer.register_forward_hook(lambda *given: calls.append(1))
        if i == 6:
            hook.remove()
        yield f(ROW * i), len(calls)


@case
def it_warns(wrap):
    def f(x):
        warnings.warn("of nothing", stacklevel=1)
        return x * 2

    g = wrap(f)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for i in range(5):
            g(Value(3.0 + i))
    yield sum(str(w.message) == "of nothing" for w in told)


@case
def it_answers_an_error_itself(wrap):
    def f(x, i):
        try:
            return x[i] * 2
        except IndexError:
            return x[0] * 3

    g = wrap(f)
    for i in range(6):
        yield g(Value(ROW), np.array(i)), g(Value(ROW), np.array([i, 0]))


@case
def names_are_given(wrap):
    def f(x):
        x.name = "given"
        return x * 2

    def g(x):
        y = x * 2
        y.name = "double"
        return y

    f, g = wrap(f), wrap(g)
    for _ in range(5):
        x = Value(3.0)
        f(x)
        yield x.name == "given", g(x).name == "double"


@case
def arrays_are_told_from_values(wrap):
    fs = [
        wrap(lambda x: x * 2 if isinstance(x, np.ndarray) else abs(x) * 2),
        wrap(lambda x: x * 2 if isinstance(x, Value) else abs(x) * 2),
        wrap(lambda x: x * 2 if isinstance(x, float) else abs(x) * 2),
        wrap(lambda x: x * 2 if type(x) is Value else abs(x) * 2),
    ]
    for i in range(6):
        x = np.abs(ROW) * (-1 if i > 3 else 1)
        for f in fs:
            yield f(x), f(Value(x)), f(x[0]), f(np.array(x[0])), f(x[0].item())


@case
def a_class_of_ones_own_is_an_argument(wrap):
    class Special(Value):
        def double(self):
            return self * 2

    f = wrap(lambda x: x.double() if hasattr(x, "double") else x * 3)
    for i in range(6):
        yield f(Special(ROW) if i // 2 % 2 else Value(ROW))


@case
def a_result_is_copied(wrap):
    f = wrap(lambda x: (x * x).sum())
    for i in range(5):
        yield copy.deepcopy(f(Value(ROW * i))), copy.copy(f(Value(ROW * i)))


@case
def what_has_two_names_is_changed_in_place(wrap):
    def f(x, c):
        y = x * 2
        z = y
        y += c  # by 0 in the calls that are recorded and compared
        return (z * x).sum()

    g = wrap(f)
    for i in range(8):
        x, c = ROW * (i + 1), ROW * (i > 3)
        v = Value(x)
        g(v, Value(c)).backward()
        yield v.grad, g(x, c)
        with autograd.no_grad():
            yield g(v, Value(c))


@case
def an_argument_is_changed_by_nothing_at_first(wrap):
    def f(x, c):
        y = x
        y += c
        return y * 3

    g = wrap(f)
    for i in range(8):
        for x in (ROW * i, np.float64(i), np.array(1.0 * i), Value(1.0 * i)):
            yield g(x, np.float64(i > 3)), x


@case
def it_adds_up_in_a_value_of_its_own(wrap):
    def f(x):
        total = Value(np.zeros(3))
        for k in range(3):
            read, total = total, total
            total += x * k
        return (total * read).sum()

    g = wrap(f)
    for i in range(5):
        x = Value(ROW * i)
        g(x).backward()
        yield x.grad


@case
def chance_decides(wrap):
    autograd.manual_seed(3)
    f = wrap(lambda x: x * 2 if autograd.generator().random() < 0.8 else x * 3)
    for _ in range(40):
        yield f(Value(ROW))


@case
def a_seed_is_set_inside(wrap):
    def f(x):
        autograd.manual_seed(0)
        return autograd.dropout(x, 0.5)

    g = wrap(f)
    for _ in range(6):
        yield g(Value(np.ones(10)))


@case
def a_result_is_computed_through_another(wrap):
    w, arrived = Value(ROW), []

    def f(x):
        a = x * w
        b = a * a + a * w
        c = (b * a).sum()
        return {"c": c, "a": a, "more": [b, c * 2.0, a]}

    g = wrap(f)
    for i in range(6):
        x = Value(ROW * i)
        found = g(x)
        c, a, (b, d, same) = found["c"], found["a"], found["more"]
        yield a is same
        if i > 3:
            a.register_hook(lambda arriving: arrived.append(arriving.tolist()) or arriving * 2)
        c.backward()
        yield [v.grad for v in (x, w, a, b, c)]
        (d + (a * b).sum()).backward()
        yield [v.grad for v in (x, w, a, b, c, d)]
        a.sum().backward()
        yield x.grad, a.grad, b.grad
        x.grad = w.grad = None
        g(x)["c"].backward(create_graph=True)
        slope = (x.grad**2).sum()
        x.grad = w.grad = None
        slope.backward()
        yield x.grad, w.grad
        w.grad = None
    yield arrived


@case
def an_array_is_filled_inside(wrap):
    def f(x):
        filled, total = np.zeros(3), 0.0
        for k in range(3):
            filled[k] = k + 1.0
            total = total + x * filled
        return total

    g = wrap(f)
    for i in range(6):
        yield g(Value(ROW * (i > 3)))


@case
def single_numbers_are_computed_through_others(wrap):
    weights = [Value(0.5 * k) for k in range(8)]

    def f(numbers):
        hidden = [
            sum((w * x for w, x in zip(weights, numbers, strict=True)), 1.0 * k) for k in range(8)
        ]
        return sum((h * h for h in hidden), 0.0), hidden

    g = wrap(f)
    for i in range(5):
        loss, hidden = g([Value(0.5 * k + i) for k in range(8)])
        loss.backward()
        yield [h.grad for h in hidden], [w.grad for w in weights]


@case
def an_array_without_axes_stays_one(wrap):
    f, g = wrap(lambda x: np.cov(x)), wrap(lambda x: x.sum())
    for i in range(5):
        yield isinstance(f(ROW * i), np.ndarray), isinstance(g(ROW * i), np.ndarray)


@case
def labels_are_outside(wrap):
    labels, w = np.array([0, 1, 0]), Value(np.eye(3))
    f = wrap(lambda x: autograd.cross_entropy(x @ w, labels).mean())
    for i in range(8):
        labels[0] = i // 3
        w.grad = None
        f(np.outer(ROW, ROW) * i).backward()
        yield w.grad


# ------------------------------------------------------------------------------------------- told


@pytest.mark.filterwarnings("ignore::autograd.JitWarning")
@pytest.mark.parametrize("story", CASES, ids=lambda story: story.__name__)
def test_a_story_is_the_same_compiled(story):
    assert seen(list(story(jit))) == seen(list(story(lambda fn: fn)))


def test_the_reason_names_what_changes_and_where():
    log = []

    def f(x):
        log.append(1)
        return x * 2

    compiled = jit(f)
    compiled(Value(1.0))  # it may be setting something up
    with pytest.warns(JitWarning, match="changes log"):
        compiled(Value(1.0))


def test_a_changing_number_does_not_record_for_ever():
    f = jit(lambda x, rate: x * rate)
    for i in range(8):
        assert f(Value(2.0), 0.1 * i).data == 2.0 * (0.1 * i)
    with pytest.warns(JitWarning, match=r"np\.asarray"):
        f(Value(2.0), 100.0)
    for i in range(50):
        assert f(Value(2.0), 0.1 * i).data == 2.0 * (0.1 * i)
    assert "else: stays eager, because it takes another argument" in f.report()
    assert sum(map(len, f.recordings.values())) < 20
    g = jit(lambda x, rate: x * rate)
    for i in range(50):
        assert g(Value(2.0), np.asarray(0.1 * i)).data == 2.0 * (0.1 * i)
    assert sum(map(len, g.recordings.values())) == 1


def test_most_stories_warn_of_nothing_they_could_replay():
    with warnings.catch_warnings():
        warnings.simplefilter("error", JitWarning)
        for story in (
            a_nested_dict_changes_inside,
            an_attribute_two_objects_away_changes,
            a_helper_closes_over_what_changes,
            a_method_reads_its_object,
            detached_numbers_of_a_parameter_are_new_ones,
            the_shape_decides,
            plain_arrays_are_cast_by_layers,
            a_value_is_made_of_an_argument,
            indices_and_slices_are_mixed,
            numbers_are_written_at_indices,
            it_answers_an_error_itself,
            labels_are_outside,
            it_adds_up_in_a_value_of_its_own,
            what_has_two_names_is_changed_in_place,
        ):
            list(story(jit))


def test_threads_that_record_at_the_same_time_all_get_what_is_right():
    wrong, screen = [], sys.stdout
    start = threading.Barrier(4)

    def work(k):
        shared, own = compiled, jit(lambda x: (np.tanh(x) * k).sum())
        start.wait()
        for i in range(20):
            x = Value(np.full(3 + i % 2, 0.1 * k))
            for f, factor in ((shared, 1.0), (own, k)):
                x.grad = None
                f(x).backward()
                if not np.allclose(x.grad, factor * (1 - np.tanh(x.data) ** 2)):
                    wrong.append((k, i))

    compiled = jit(lambda x: np.tanh(x).sum())
    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert sys.stdout is screen


def test_who_prints_stays_eager(capsys):
    def f(x):
        print("step")
        return x * 2

    compiled = jit(f)
    with pytest.warns(JitWarning, match=r"prints at .*test_soundness\.py:\d+"):
        compiled(Value(1.0))
    for _ in range(3):
        compiled(Value(1.0))
    assert capsys.readouterr().out == "step\n" * 4


def test_a_large_array_outside_is_a_reason_that_says_what_to_do():
    big = np.zeros(4_000_000)
    with pytest.warns(JitWarning, match="such as big; .*writeable = False"):
        jit(lambda x: x + big[0])(Value(1.0))
    big.flags.writeable = False
    compiled = jit(lambda x: x + big[0])
    for i in range(4):
        assert compiled(Value(1.0 + i)).data == 1.0 + i


def test_parameters_that_are_new_values_at_every_step_are_followed():
    w, b = Value(np.zeros(2)), Value(0.0)
    rows = np.arange(6.0).reshape(3, 2)
    compiled = jit(lambda: ((rows @ w + b - 1.0) ** 2).mean())
    for _ in range(12):
        loss, expected = compiled(), ((rows @ w + b - 1.0) ** 2).mean()
        assert loss.data == expected.data
        loss.backward()
        w, b = Value(w.data - 0.1 * w.grad), Value(b.data - 0.1 * b.grad)
    assert sum(map(len, compiled.recordings.values())) == 1
