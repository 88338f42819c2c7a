"""Random little Python programs, compiled, in a world that changes between calls.

Every program runs in two worlds that are alike, compiled in one and as it is in the other. Between
calls the same thing happens to both: a number in a closure changes, a list grows, a parameter is
replaced, the arguments take another shape. Results, gradients, errors and what is left behind must
be the same at every call.
"""

import os
import random
import warnings

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

import autograd
from autograd import JitWarning, Value, jit

PRELUDE = """
import random
import numpy as np
import autograd
from autograd import Value

class Box:
    shared = 1.5
    def __init__(self):
        self.scale, self.flag, self.count, self.calls = 2.0, False, 1, 0
        self.items, self.options = [1.0, 2.0], {"rate": 0.5, "deep": [3.0, {"er": 1.0}]}
        self.array, self.w = np.array([0.7]), Value(1.3)
        self.mean = Value(0.0, requires_grad=False)
        self.rng, self.last, self.log = np.random.default_rng(0), None, []
        self.bend = np.tanh
    @property
    def doubled(self):
        return self.scale * 2
    def step(self, v):
        return v * self.scale + self.items[-1]

box = Box()
factor = 0.5
limit = [0.25]

def helper(v, power=2):
    return v ** power * factor
"""

#: Statements; `{a}` and `{b}` are earlier values, `{new}` a new one.
PURE = [
    "{new} = {a} + {b}",
    "{new} = {a} * {b} - 1.0",
    "{new} = np.tanh({a}) * 2",
    "{new} = {a} * box.scale",
    "{new} = {a} + box.items[0] * len(box.items)",
    "{new} = {a} * box.options['rate'] + box.options['deep'][1]['er']",
    "{new} = {a} * box.w",
    "{new} = {a} + box.array",
    "{new} = {a} * box.doubled / box.shared",
    "{new} = box.step({a})",
    "{new} = helper({a})",
    "{new} = box.bend({a})",
    "{new} = {a} * getattr(box, 'sca' + 'le')",
    "{new} = sum(box.items) * {a}",
    "{new} = {a}[::-1] * limit[0]",
    "{new} = {a}.detach() * {b}",
    "{new} = {a} * box.w.detach()",
    "{new} = autograd.where({a} > {b}, {a}, {b} * 2)",
    "{new} = {a} * static",
    "{new} = {a} if {a} is not {b} else {a} * 3",
    "{new} = {a} * 2 if isinstance({a}, np.ndarray) else {a} * 3",
    "{new} = {a} * ({a}.shape[0] > 2)",
    "{new} = autograd.stack([{a}[0], {b}[-1]])[:1] + {a}",
    "{new} = Value(np.ones(1)) * {a}",
    "{new} = Value(box.array * 2.0) * {a}",
    "{new} = autograd.dropout({a}, 0.5)",
    "if box.flag: {a} = {a} * 2.0",
    "for _ in range(box.count): {a} = np.tanh({a})",
    "if static > 2: {a} = {a} + 1",
    "{a} += {b}",
    "with autograd.no_grad(): {a} = {a} * 2",
    "for rate in box.items: {a} = {a} * rate",
    "if len({a}) > 2: {a} = {a} * 0.5",
    "if box.flag: raise KeyError('flag')",
    "autograd.assign(box.mean, 0.5 * box.mean + 0.5 * {a}.sum()) if isinstance({a}, Value) else 0",
    "{new} = {a} * box.mean",
]
#: Looks at numbers, writes, draws and leaves things behind.
IMPURE = [
    "if {a}.sum() > 0: {a} = -{a}",
    "{new} = {a} * float({b}.sum())",
    "{new} = {a} * len(f'{{{b}}}')",
    "{new} = {a} * np.median(box.w.data)",
    "{new} = {a} * int(box.w > 1)",
    "{new} = {a} * box.w.item()",
    "{a}[0] = {b}[1] * 3.0",
    "{new} = {a} * 1.0; {new}[1:] = {b}[1:]",
    "{new} = {a} * 1.0; view = {new}[:2]; view[0] = 5.0",
    "{new} = Value(np.zeros(len({a}))); {new}[0] = {a}[0] * box.scale",
    "box.calls += 1",
    "box.items.append(float(len(box.items)))",
    "box.log.append({a}.shape)",
    "box.last = {a} * 2",
    "{new} = {a} * random.random()",
    "{new} = {a} * box.rng.random()",
    "{new} = {a} * np.random.rand()",
    "box.options['rate'] *= 0.5",
    "box.w.data = box.w.data + 0.5",
    "global factor; factor = factor + 1.0",
    "{new} = {a} * (box.w.grad if box.w.grad is not None else 1.0)",
    "limit[0] = static",
]
RETURNS = [
    "({a} * {b}).sum()",
    "{a}",
    "({a}.sum(), {b})",
    "{{'loss': {a}.sum(), 'rest': [{b}, {a}]}}",
    "({a}, x)",
    "({a}.sum(), 3, None)",
]
CHANGES = [
    "",
    "",
    "",
    "box.scale = {x}",
    "box.flag = not box.flag",
    "box.count = {n}",
    "box.items[0] = {x}",
    "box.items.append({x})",
    "box.items = [{x}]",
    "box.options['rate'] = {x}",
    "box.options['deep'][1]['er'] = {x}",
    "box.array[0] = {x}",
    "box.array = np.array([{x}])",
    "box.w.data = {x}",
    "box.w = Value({x})",
    "box.w = Value(np.float32({x}))",
    "box.w.requires_grad = not box.w.requires_grad",
    "Box.shared = {x}",
    "box.shared = {x}",
    "helper.__defaults__ = ({n},)",
    "factor = {x}",
    "limit[0] = {x}",
    "limit = [{x}]",
    "box.bend = [np.tanh, np.sin, lambda v: v * {x}][{n} % 3]",
    "box = Box()",
    "def helper(v, power=2): return v * {x}",
    "box.calls = {n}",
]


@st.composite
def stories(draw):
    """The source of a function, and what happens at each call."""
    pure = draw(st.booleans())
    kinds = PURE if pure else PURE + IMPURE
    names, lines = ["x", "y"], []
    for number in range(draw(st.integers(1, 6))):
        statement = draw(st.sampled_from(kinds))
        a, b = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        if "{new}" in statement:
            names.append(f"v{number}")
        lines.append(statement.format(a=a, b=b, new=f"v{number}"))
    a, b = names[-1], draw(st.sampled_from(names))
    result = draw(st.sampled_from(RETURNS)).format(a=a, b=b)
    source = "\n".join(
        [
            PRELUDE,
            "def function(x, y, static=2.0):",
            *(["    global factor"] if any("global" in line for line in lines) else []),
            *(f"    {line.replace('global factor; ', '')}" for line in lines),
            f"    return {result}",
        ]
    )
    calls = draw(
        st.lists(
            st.tuples(
                st.sampled_from(CHANGES),
                st.sampled_from([0.5, 1.0, -2.0, 0.0]),
                st.integers(0, 3),
                st.sampled_from(["", "", "", "", "", "twice", "arrays", "short", "off", "static"]),
            ),
            min_size=3,
            max_size=10,
        )
    )
    return source, calls


class World:
    """A namespace in which the function lives, compiled or not."""

    def __init__(self, source, wrap):
        self.names = {"__name__": "a_world"}
        exec(source, self.names)
        self.function = wrap(self.names["function"])

    def call(self, number, change, x, n, how):
        """Change something, call, and tell all that can be seen afterwards."""
        exec(change.format(x=x, n=n), self.names)
        random.seed(number)
        np.random.seed(number)  # noqa: NPY002
        autograd.manual_seed(number)
        rng = np.random.default_rng(number)
        size = 2 if how == "short" else 3
        left, right = rng.normal(size=size), rng.normal(size=size)
        if how != "arrays":
            left, right = Value(left), Value(right)
        arguments = (left, left if how == "twice" else right)
        settings = {"static": float(number)} if how == "static" else {}
        try:
            with autograd.no_grad() if how == "off" else autograd.enable_grad():
                out = self.function(*arguments, **settings)
        except Exception as error:
            return type(error).__name__, *self.seen(arguments)
        told = [shown(out)]
        for root in leaves(out):
            if isinstance(root, Value) and root.requires_grad:
                try:
                    root.backward(np.ones(root.shape))
                except autograd.GradientError as error:  # a leaf that was changed after its use
                    told.append(type(error).__name__)
                told.append([shown(getattr(v, "grad", None)) for v in arguments])
        same = [i for i, v in enumerate(leaves(out)) if any(v is a for a in arguments)]
        return told, same, self.seen(arguments)

    def seen(self, arguments):
        box = self.names["box"]
        parts = [box.calls, box.items, box.log, box.options["rate"], box.last, box.mean, box.w]
        parts += [box.w.grad, box.rng.bit_generator.state["state"]["state"] % 1000]
        parts += [self.names["factor"], self.names["limit"], *arguments]
        return [shown(part) for part in parts]


def leaves(out):
    if isinstance(out, (tuple, list)):
        return [leaf for part in out for leaf in leaves(part)]
    return leaves(list(out.values())) if isinstance(out, dict) else [out]


def shown(x):
    if isinstance(x, (tuple, list, dict)):
        return type(x).__name__, [shown(leaf) for leaf in leaves(x)]
    if isinstance(x, Value):
        return "Value", x.requires_grad, str(x.dtype), np.round(x.data, 10).tolist()
    if isinstance(x, (np.ndarray, np.generic)):
        return "array", str(x.dtype), np.round(x, 10).tolist()
    return type(x).__name__, x


@settings(max_examples=int(os.environ.get("JIT_STORIES", "120")))
@given(stories())
def test_a_random_program_in_a_changing_world_is_the_same_compiled(story):
    source, calls = story
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JitWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        compiled, eager = World(source, jit), World(source, lambda function: function)
        for number, call in enumerate(calls):
            np.testing.assert_equal(
                compiled.call(number, *call),
                eager.call(number, *call),
                err_msg=f"call {number}: {source.removeprefix(PRELUDE)}\n{calls}",
            )
