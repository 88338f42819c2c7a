"""Programs of unusual kinds are the same compiled: results to the bit, errors, random numbers.

As in `test_soundness` a case is a story told twice, and it is told more closely here: types,
dtypes, names and errors count, and so does what the generator would draw next.
"""

import collections
import functools
import operator
import types
import warnings
import weakref

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, jit

ROW = np.array([0.5, -1.0, 2.0])
CASES = []


def case(story):
    CASES.append(story)
    return story


def seen(x):
    """All there is to see of x, as plain data."""
    if isinstance(x, Value):
        return "Value", x.requires_grad, x.name, seen(x.data), seen(x.grad)
    if isinstance(x, (np.ndarray, np.generic)):
        return type(x).__name__, x.dtype.str, x.shape, x.tobytes()
    if isinstance(x, dict):
        return type(x).__name__, [(k, seen(v)) for k, v in x.items()]
    if isinstance(x, (list, tuple)):
        return type(x).__name__, [seen(v) for v in x]
    return type(x).__name__, str(x)


def attempt(function, *args, **kwargs):
    """The result, or the error."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return error


def told(story, wrap):
    autograd.manual_seed(0)
    found = [seen(x) for x in story(wrap)]
    return [*found, autograd.generator().random()]


# ---------------------------------------------------------------------------- errors in the middle


@case
def an_error_after_random_numbers_is_answered(wrap):
    def f(x, i):
        x = autograd.dropout(x, 0.5)
        try:
            return x[i].sum()
        except IndexError:
            return autograd.dropout(x, 0.2).sum() * 3

    g = wrap(f)
    for i in range(8):
        yield g(Value(np.ones(20)), np.array([4 * i]))


@case
def an_error_is_all_that_an_index_is_for(wrap):
    def f(x, i):
        x[i], x[0, i], x[i, i]
        return x.sum()

    g = wrap(f)
    for i in range(8):
        yield attempt(g, Value(np.eye(4) * i), np.array(i))


@case
def an_error_is_all_that_a_factor_is_for(wrap):
    def f(x):
        np.linalg.cholesky(x)
        return x.sum()

    g = wrap(f)
    for i in range(6):
        yield attempt(g, Value(np.eye(3) * (3 - i)))


@case
def floating_point_errors_are_answered(wrap):
    def f(x):
        try:
            with np.errstate(divide="raise"):
                return (1.0 / x).sum()
        except FloatingPointError:
            return x.sum() * 0.0

    def check(x):
        with np.errstate(all="raise"):
            np.log(x)
        return x.sum()

    g, h = wrap(f), wrap(check)
    for i in range(8):
        x = np.array([1.0, 2.0, float(i not in (4, 6))])
        yield g(Value(x)), g(x), attempt(h, Value(x))


@case
def floating_point_errors_are_hushed(wrap):
    quiet = np.errstate(divide="ignore")

    @np.errstate(invalid="ignore")
    def f(x):
        with quiet:
            return np.log(x).sum()

    g = wrap(f)
    for i in range(5):
        x = Value(ROW * i)
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            yield attempt(g, x)


# -------------------------------------------------------------------------------- what is reached


@case
def a_weak_reference_loses_its_object(wrap):
    class Box:
        scale = 1.0

    box = Box()
    known, proxy, table = weakref.ref(box), weakref.proxy(box), weakref.WeakValueDictionary(b=box)
    fs = [
        wrap(lambda x: x * (known().scale if known() else -1.0)),
        wrap(lambda x: x * proxy.scale),
        wrap(lambda x: x * (table["b"].scale if "b" in table else -1.0)),
    ]
    for i in range(8):
        if i < 6:
            box.scale = float(i // 3)
        else:
            box = None
        yield [attempt(f, Value(ROW)) for f in fs]


@case
def an_operation_of_ones_own_reads_what_changes(wrap):
    rate, slope, runs = [1.0], [1.0], []

    @autograd.primitive(lambda g, out, x: g * slope[0], name="scaled_in_a_story")
    def scaled(x):
        return x * rate[0]

    @autograd.primitive(lambda g, out, x: g, name="counted_in_a_story")
    def counted(x):
        runs.append(len(runs))
        return x * 1.0

    f, g = wrap(lambda x: scaled(x).sum()), wrap(lambda x: counted(x).sum())
    for i in range(9):
        rate[0], slope[0] = float(i // 3), float(i // 2)
        x = Value(ROW)
        f(x).backward()
        yield x, g(x), runs


@case
def a_list_holds_itself(wrap):
    ring = [1.0]
    ring.append(ring)
    f = wrap(lambda x: x * ring[1][1][0])
    for i in range(8):
        ring[0] = float(i // 3)
        yield f(Value(ROW))


@case
def records_change(wrap):
    table = np.zeros(2, dtype=[("rate", "f8"), ("count", "i4")])
    f = wrap(lambda x: x * table["rate"][0])
    for i in range(8):
        table["rate"][0] = i // 3
        yield f(Value(ROW))


@case
def a_view_of_a_dict_changes(wrap):
    rates = {"a": 1.0}
    values = rates.values()
    f = wrap(lambda x: x * sum(values))
    for i in range(8):
        rates["a"] = float(i // 3)
        yield f(Value(ROW))


@case
def a_bit_generator_is_drawn_from(wrap):
    bits = np.random.PCG64(0)
    f = wrap(lambda x: x * np.random.Generator(bits).random())
    for _ in range(6):
        yield f(Value(ROW))


@case
def a_name_of_the_library_stands_for_another(wrap):
    global bend, layer, library
    f = wrap(lambda x: bend(x) + layer()(x) + library.exp(x))
    other = types.ModuleType("a_library_of_a_story")
    other.exp = lambda x: x * 100.0
    for i in range(9):
        bend, layer = [autograd.relu, autograd.tanh, np.exp][i // 3], [nn.ReLU, nn.Tanh][i // 5]
        library = np if i < 7 else other
        yield f(Value(ROW))


@case
def attributes_are_fetched_by_getters(wrap):
    class Box:
        scale = 1.0

    box, box.inner = Box(), Box()
    box.times = lambda x: x * 2.0
    scale, deep = operator.attrgetter("scale"), operator.attrgetter("inner.scale")
    times = operator.methodcaller("times", 3.0)
    f = wrap(lambda x: x * scale(box) * deep(box) + times(box))
    for i in range(12):
        box.scale, box.inner.scale = float(i // 3), float(i // 4)
        if i == 9:
            box.times = lambda x: x * 7.0
        yield f(Value(ROW))


@case
def attributes_are_set_by_name(wrap):
    class Box:
        calls = 0

    box = Box()

    def f(x):
        setattr(box, "cal" + "ls", 1)
        return x * 2.0

    def g(x):
        object.__setattr__(box, "more", 5)
        return x * 2.0

    f, g = wrap(f), wrap(g)
    for _ in range(6):
        box.calls = box.more = 0
        f(Value(ROW)), g(Value(ROW))
        yield box.calls, box.more


@case
def a_class_changes(wrap):
    class Base:
        rate = 1.0

        def times(self, x):
            return x * 2.0

    class Box(Base):
        pass

    class Other(Base):
        def times(self, x):
            return x * 3.0

    box = Box()
    f = wrap(lambda x: box.times(x) * getattr(Base, "ra" + "te"))
    for i in range(12):
        Base.rate = float(i // 3)
        if i == 4:
            Box.times = lambda self, x: x * 9.0
        if i == 8:
            box.__class__ = Other
        yield f(Value(ROW))


@case
def a_module_gets_another_attribute(wrap):
    module = types.ModuleType("options_of_a_story")
    f = wrap(lambda x: x * getattr(module, "rate", 1.0))
    for i in range(8):
        if i == 4:
            module.rate = 3.0
        yield f(Value(ROW))


@case
def a_class_of_the_library_is_a_base(wrap):
    class Rates(collections.UserList):
        pass

    class Options(collections.UserDict):
        pass

    rates, options = Rates([1.0]), Options(rate=1.0)
    f = wrap(lambda x: x * rates[0] + options["rate"])
    for i in range(9):
        rates[0], options["rate"] = float(i // 3), float(i // 4)
        yield f(Value(ROW))


@case
def objects_in_a_set_change(wrap):
    class Box:
        scale = 1.0

    box = Box()
    boxes, frozen = {box}, frozenset({box})
    f = wrap(lambda x: x * sum(b.scale for b in boxes) + sum(b.scale for b in frozen))
    for i in range(8):
        box.scale = float(i // 3)
        yield f(Value(ROW))


@case
def a_function_is_chosen_by_type(wrap):
    rate = [1.0]

    @functools.singledispatch
    def times(k, x):
        return x * rate[0]

    @times.register
    def _(k: int, x):
        return x * rate[0] * 2.0

    f = wrap(lambda x, k: times(k, x))
    for i in range(9):
        rate[0] = float(i // 3)
        if i == 5:
            times.register(str, lambda k, x: x * 30.0)
        yield f(Value(ROW), 1), f(Value(ROW), "a"), f(Value(ROW), 1.0)


@case
def a_value_is_asked_for_its_name_and_its_kind(wrap):
    w = Value(ROW, name="w")
    f = wrap(lambda x: x * w * len(w.name))
    g = wrap(lambda x: x * len(x.name or ""))
    h = wrap(lambda x: x * 2.0 if w.requires_grad else x * 3.0)
    for i in range(8):
        w.name, w.requires_grad = "w" * (1 + i // 3), i // 2 % 2 == 0
        yield f(Value(ROW)), g(Value(ROW, name="x" * (i // 3))), h(Value(ROW))


@case
def a_gradient_is_switched_off_inside(wrap):
    w = Value(ROW)

    def f(x):
        w.requires_grad = False
        x.requires_grad = False
        return (x * w).sum()

    g = wrap(f)
    for _ in range(6):
        w.requires_grad = True
        x = Value(ROW)
        yield g(x), w, x


@case
def a_layer_is_evaluated_inside(wrap):
    layer = nn.Dropout(0.5)

    def f(x):
        layer.eval()
        y = layer(x)
        layer.train()
        return y + layer(x)

    g = wrap(f)
    for _ in range(6):
        yield g(Value(np.ones(5))), layer.training


# ---------------------------------------------------------------------------- writes into results


@case
def views_are_written_into(wrap):
    def row(x, c):
        y = x * 1.0
        v = y[1:]
        read = v * 2.0
        v[0] = c[2]
        y[1:3] = v[:2] * c[:2]
        return (read * v).sum() + (y * x).sum()

    def transposed(x, c):
        y = (x * 1.0).reshape(2, 2)
        t = y.T
        t[0] = c[:2]
        y[1, 1] = t[0, 0] * 2.0
        y[0][1] = 3.0
        return (y * t).sum()

    def siblings(x, c):
        y = x * 1.0
        a, b = y[:3], y[1:][1:]
        a += c[:3]
        b[0] = a[0] * 2.0
        a *= 2.0
        return (a * b.sum()).sum() + y.prod()

    def loop(x, c):
        y = x * 0.0
        for k in range(4):
            part = y[k : k + 1]
            part += x[k] * c[k] + k
        return (y * y).sum()

    fs = [wrap(f) for f in (row, transposed, siblings, loop)]
    for i in range(7):
        for f in fs:
            x, c = Value(np.arange(4.0) + i), Value(np.arange(4.0) * (i > 3))
            loss = f(x, c)
            loss.backward()
            yield loss, x, c


@case
def what_is_changed_in_place_keeps_its_dtype(wrap):
    def f(x, y):
        z = x * 2
        other = z
        z += y
        z *= 2
        return z.sum(), other

    g = wrap(f)
    for i in range(6):
        for of_x, of_y in (("f4", "f8"), ("f2", "f4"), ("i4", "i8"), ("i4", "f8"), ("f8", "f4")):
            x, y = np.abs(ROW * i).astype(of_x), (ROW * (i > 3)).astype(of_y)
            yield attempt(g, Value(x), Value(y)), attempt(g, x, y), attempt(g, Value(x), y)


@case
def many_single_numbers_are_computed_through_others(wrap):
    weights = [Value(0.01 * (7 * k % 13 - 6)) for k in range(30 * 20)]

    def f(numbers):
        rows = [sum((w * x for w, x in zip(weights[k::30], numbers)), 0.5 * k) for k in range(30)]
        hidden = [y * y - y for y in rows]
        out = sum((0.1 * h for h in hidden), 0.0)
        return {"loss": (out - 1.0) ** 2, "hidden": hidden, "out": out, "again": hidden[3]}

    g = wrap(f)
    for i in range(5):
        numbers, arrived = [Value(0.05 * k * i) for k in range(20)], []
        found = g(numbers)
        found["hidden"][4].register_hook(lambda g, arrived=arrived: arrived.append(g) or 2.0 * g)
        found["loss"].backward()
        (found["out"] * found["hidden"][0]).backward()
        yield found, weights, numbers, arrived, found["again"] is found["hidden"][3]
        for w in weights:
            w.grad = None


# ---------------------------------------------------------------------------- arguments and results


@case
def a_text_and_a_number_have_attributes(wrap):
    class Text(str):
        rate = 1.0

    class Number(int):
        rate = 1.0

    class Real(float):
        rate = 1.0

    f = wrap(lambda x, text, number, real: x * text.rate * number.rate + real.rate)
    text, number, real = Text("a"), Number(1), Real(1.0)
    for i in range(9):
        text.rate, number.rate, real.rate = float(i // 3), float(i // 4), float(i // 5)
        yield f(Value(ROW), text, number, real)


@case
def dicts_have_a_will_of_their_own(wrap):
    class Doubling(dict):
        def __getitem__(self, key):
            return 2.0 * dict.__getitem__(self, key)

        def __missing__(self, key):
            return 7.0

    f = wrap(lambda d: d["x"] * 3.0)
    g = wrap(lambda d: d["y"])
    for i in range(5):
        x = Value(ROW * i)
        for kind in (dict, Doubling, collections.OrderedDict):
            yield f(kind(x=x)), attempt(g, kind(x=x))
        yield attempt(g, collections.defaultdict(float, x=x))


@case
def dicts_of_every_kind_come_out(wrap):
    fs = [
        wrap(lambda x: collections.OrderedDict(b=x * 2.0, a=x * 3.0)),
        wrap(lambda x: collections.defaultdict(list, a=x * 2.0)),
        wrap(lambda x: collections.Counter(a=x * 2.0)),
    ]
    for i in range(5):
        yield [f(Value(ROW * i)) for f in fs]


@case
def the_real_part_is_asked_for(wrap):
    f = wrap(lambda x: (x.real * x).sum())
    g = wrap(lambda x: x * 2.0 if hasattr(x, "flags") else x * 3.0)
    for i in range(6):
        x = Value(ROW * i)
        f(x).backward()
        yield x, f(ROW * i), g(x), g(ROW * i)


@pytest.mark.filterwarnings("ignore::autograd.JitWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("story", CASES, ids=lambda story: story.__name__)
def test_an_odd_program_is_the_same_compiled(story):
    assert told(story, jit) == told(story, lambda fn: fn)


def test_a_coroutine_is_made_once():
    async def f(x):
        return x * 2.0

    with pytest.warns(autograd.JitWarning, match="returns a coroutine"):
        later = jit(f)(Value(ROW))
    later.close()  # of a second one, Python would warn that nobody awaits it


@pytest.mark.filterwarnings("ignore::autograd.JitWarning")
def test_other_shapes_at_every_call_are_not_recorded_for_ever():
    f = jit(lambda x: (x * x).sum())
    for i in range(200):
        assert f(Value(np.ones(i))).data == i
    assert len(f.recordings) == 64
    assert "another shape nearly every time" in f.report()
    for _ in range(4):  # what was met again is still known
        f(Value(np.ones(130))), f(Value(np.ones(20)))
    g = jit(lambda x: (x * x).sum())
    for i in range(300):
        g(Value(np.ones(5 if i % 2 else i)))
    assert "150 replays" in g.report() or "148 replays" in g.report()


def test_writes_through_views_and_of_another_dtype_are_replayed():
    def f(x):
        y = x * 1.0
        y[1:] += x[1:].astype("f8")
        y[1:][0] = 3.0
        return (y * x).sum()

    compiled = jit(f)
    for _ in range(4):
        compiled(Value(ROW.astype("f4")))
    assert "2 replays" in compiled.report()


def test_an_array_that_is_indexed_is_a_reason_that_says_what_to_do():
    table = np.arange(12.0).reshape(4, 3)
    with pytest.warns(autograd.JitWarning, match=r"at .*test_odd_programs.*autograd\.take"):
        jit(lambda i: table[i] * 2.0)(np.array([1, 2]))
    compiled = jit(lambda i: autograd.take(table, i, axis=0) * 2.0)
    for k in range(4):
        table[k] += 1.0 if k == 3 else 0.0
        np.testing.assert_array_equal(compiled(np.array([1, k])), table[[1, k]] * 2.0)


def test_an_operand_may_go_once_its_gradient_is_compared():
    f = jit(lambda x: (x * x).sum())
    for _ in range(4):
        x = Value(ROW)
        known = weakref.ref(x)
        f(x).backward()
        del x
        assert known() is None
