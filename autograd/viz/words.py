"""What every operation does, in a few words of English and Korean, and what it sends back."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """`en` and `ko` complete "tanh ... gives 0.5"; `sends` are the messages to its operands."""

    en: str
    ko: str
    sends: tuple[str, ...] = ()


WORDS = {
    "add": Words("adds x and y", "x와 y를 더함", ("grad", "grad")),
    "subtract": Words("takes y from x", "x에서 y를 뺌", ("grad", "−grad")),
    "multiply": Words("multiplies x by y", "x와 y를 곱함", ("grad · y", "grad · x")),
    "divide": Words("divides x by y", "x를 y로 나눔", ("grad / y", "−grad · x / y²")),
    "matmul": Words("multiplies the matrices", "행렬을 곱함", ("grad @ yᵀ", "xᵀ @ grad")),
    "negative": Words("turns the sign", "부호를 바꿈", ("−grad",)),
    "exp": Words("raises e to x", "e의 x제곱", ("grad · eˣ",)),
    "log": Words("takes the logarithm", "로그를 취함", ("grad / x",)),
    "tanh": Words("squashes into −1 … 1", "−1 … 1로 줄임", ("grad · (1 − tanh²)",)),
    "sum": Words("adds up all", "모두 더함", ("grad, repeated",)),
    "mean": Words("averages", "평균을 냄", ("grad / n, repeated",)),
}


def words_of(names: set[str]) -> dict[str, dict[str, object]]:
    """The words of the operations called `names`, for a page's JSON."""
    return {name: WORDS[name]._asdict() for name in sorted(names) if name in WORDS}
