"""What every operation does, in a few words of English and Korean, and what it sends back.

For the sentences and tooltips of the page. `grad` is what arrived at the operation's result, x, y
and so on are its operands; Korean keeps the formulas as they are.

entry        what is said of one operation
elementwise  what each number becomes by itself
activations  what bends a neuron's sum
layers       what networks and their losses are made of
arrays       what picks, adds up, orders and reshapes
matrices     linear algebra
korean       formulas that hold words, in Korean
"""

from __future__ import annotations

from typing import Any

from autograd.viz.words.activations import ACTIVATIONS
from autograd.viz.words.arrays import ARRAYS
from autograd.viz.words.elementwise import ELEMENTWISE
from autograd.viz.words.korean import KOREAN
from autograd.viz.words.layers import LAYERS
from autograd.viz.words.matrices import MATRICES

__all__ = ["KOREAN", "WORDS", "words_of"]

WORDS = ELEMENTWISE | ACTIVATIONS | LAYERS | ARRAYS | MATRICES


def words_of(names: set[str]) -> dict[str, dict[str, Any]]:
    """The words of the operations called `names`, for a page's JSON."""
    return {
        name: {
            "en": {"does": found.en, "sends": found.sends},
            "ko": {"does": found.ko, "sends": [KOREAN.get(text, text) for text in found.sends]},
        }
        for name in sorted(names)
        if (found := WORDS.get(name))
    }
