"""Every operation has its sentence, in English and in Korean."""

import re

import pytest

import autograd
from autograd.ops import FAMILIES
from autograd.primitive import registry
from autograd.viz.words import KOREAN, WORDS, words_of

OURS = sorted(WORDS)
HANGUL = re.compile("[가-힣]")


def test_every_operation_that_can_be_called_has_words():
    public = {name for family in FAMILIES for name in family.__all__} & set(registry)
    assert public <= set(WORDS) <= set(registry)


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
