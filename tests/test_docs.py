"""Every public name of the engine explains itself, with an example that runs.

The functions of `autograd.ops` are made by tables and decorators, so pytest's own search for
doctests, which looks for functions written in a module, does not see them.
"""

import doctest
import inspect

import numpy as np
import pytest

import autograd

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
NAMES = {"np": np, "Value": autograd.Value, "autograd": autograd}
public = sorted(autograd.__all__)
functions = [name for name in public if inspect.isfunction(getattr(autograd, name))]
made_by_a_factory = [name for name in functions if hasattr(getattr(autograd, name), "primitive")]


def examples_of(name):
    return doctest.DocTestParser().get_examples(inspect.getdoc(getattr(autograd, name)) or "")


@pytest.mark.parametrize("name", public)
def test_every_public_name_is_documented(name):
    first = (inspect.getdoc(getattr(autograd, name)) or "").partition("\n")[0]
    assert first, f"autograd.{name} does not say what it is"


@pytest.mark.parametrize("name", functions)
def test_every_public_function_has_an_example(name):
    assert examples_of(name), f"autograd.{name} shows no example"


@pytest.mark.parametrize("name", made_by_a_factory)
def test_the_examples_of_operations_run(name):
    names = NAMES | {n: getattr(autograd, n) for n in functions}
    examples = doctest.DocTest(examples_of(name), names, name, None, None, None)
    told = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS, verbose=False)
    runner.run(examples, out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def test_every_argument_of_a_public_function_is_annotated():
    unannotated = [
        f"{name}({argument})"
        for name in functions
        for argument, p in inspect.signature(getattr(autograd, name)).parameters.items()
        if p.annotation is p.empty
    ]
    assert not unannotated
