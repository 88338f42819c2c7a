"""Every operation has its sentence, in English and in Korean."""

import re

import pytest

import autograd
from autograd.primitive import numpy_functions, registry
from autograd.viz.words import KOREAN, WORDS, words_of

OURS = sorted(WORDS)
HANGUL = re.compile("[가-힣]")


MET = {
    *("linear", "sigmoid", "relu", "tanh", "softmax", "log_softmax", "cross_entropy", "conv"),
    *("max_pool", "avg_pool", "standardize", "embedding", "getitem", "sum", "mean", "max", "min"),
    *("matmul", "einsum", "gelu", "silu", "elu", "softplus", "leaky_relu", "where", "concatenate"),
}


def test_every_operation_one_meets_has_words():
    from_numpy = {getattr(ours, "__name__", "") for ours in numpy_functions.values()}
    met = (MET | from_numpy) & set(registry)
    assert len(met) > 100
    assert met <= set(WORDS)


@pytest.mark.parametrize("name", OURS)
def test_korean_is_korean_and_english_is_english(name):
    words = words_of({name})[name]
    assert HANGUL.search(words["ko"]["does"])
    assert not HANGUL.search(words["en"]["does"] + "".join(words["en"]["sends"]))
    for sent in words["ko"]["sends"]:
        assert HANGUL.search(sent) or not re.search(r"\b(where|else|the|to|of|its)\b", sent)


@pytest.mark.parametrize("name", OURS)
def test_every_operand_is_told_what_it_is_sent_or_all_are_told_the_same(name):
    op = registry[name]
    assert len(WORDS[name].sends) in {0, 1, len(op.operands)}


def test_no_translation_is_left_over():
    assert set(KOREAN) <= {text for words in WORDS.values() for text in words.sends}


def test_an_operation_of_ones_own_has_none():
    assert words_of({"my_own_operation"}) == {}
    assert autograd.tanh.__name__ in words_of({"tanh"})
