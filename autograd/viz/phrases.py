"""The words of a drawn graph, its caption and tooltips, in English and Korean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, NamedTuple

Language = Literal["en", "ko"]


class Phrase(NamedTuple):
    """The same in both languages, braces to be filled in; `one` is English for n = 1."""

    en: str
    ko: str
    one: str = ""


PHRASES = {
    # nodes and boxes
    "operation": Phrase("{n:,} operations", "연산 {n:,}개", "{n:,} operation"),
    "leaf": Phrase("{n:,} leaves", "잎 노드 {n:,}개", "{n:,} leaf"),
    "number": Phrase("{n:,} numbers", "수 {n:,}개", "{n:,} number"),
    "call": Phrase("{label}, call {number}", "{label}, {number}번째 호출"),
    "calls": Phrase("{label}, {n:,} calls", "{label}, 호출 {n:,}번"),
    "before": Phrase("what came before", "그 이전의 계산"),
    "outside": Phrase("outside all modules", "모듈 밖의 계산"),
    "compiled": Phrase("compiled", "컴파일됨"),
    "empty": Phrase("no elements", "원소 없음"),
    "scalar": Phrase("a number", "수 하나"),
    "range": Phrase("{low} … {high}, mean {mean}", "{low} … {high}, 평균 {mean}"),
    "norm": Phrase("norm {norm}", "노름 {norm}"),
    "leaves' norm": Phrase(
        "grad norm of its leaves {norm}",
        "잎 노드 기울기의 노름 {norm}",
        "grad norm of its leaf {norm}",
    ),
    "sum": Phrase("= sum of {n:,} messages", "= 메시지 {n:,}개의 합"),
    "messages": Phrase("{n:,} messages, norm {norm}", "메시지 {n:,}개, 노름 {norm}"),
    # tooltips
    "picture": Phrase("a recorded computation", "기록된 계산"),
    "a leaf": Phrase("leaf", "잎 노드"),
    "gradient": Phrase("gradient", "기울기"),
    "spread": Phrase(
        "min {low}, median {middle}, mean {mean}, max {high}",
        "최소 {low}, 중앙값 {middle}, 평균 {mean}, 최대 {high}",
    ),
    "a constant": Phrase("a constant", "상수"),
    "constant": Phrase("constant, {used}", "상수, {used}"),
    "operand": Phrase("operand {role} of {op}", "{op}의 피연산자 {role}"),
    "bundle": Phrase("{n:,} edges drawn as one", "간선 {n:,}개를 하나로 그림"),
    "sends": Phrase(
        "{op} sends back to its operand {role}: the gradient at its result, times d {op} / d {of}",
        "오차 역전파: {op} → 피연산자 {role}\n뒤로 보내는 값: 결과의 기울기 × d {op} / d {of}",
    ),
    "slope": Phrase("local derivative d {op} / d {of} = ", "국소 미분 d {op} / d {of} = "),
    "share": Phrase("{part} of all that arrives", "모이는 메시지 가운데 비중 {part}"),
    # the caption
    "how to read": Phrase(
        "Arrows point the way the values went. The number on an arrow is the message\n"
        "sent back along it; its width is the message's share of all that arrive.\n"
        "The grad of a node is the sum of its messages. In a table it is below the value.",
        "화살표는 값이 지나간 방향입니다. 화살표 위의 수는 오차 역전파로 거꾸로 보낸 메시지,\n"
        "굵기는 그 노드에 모이는 메시지 가운데 차지하는 비중입니다.\n"
        "노드의 기울기(grad)는 메시지의 합이며, 표에서는 값 아래에 있습니다.",
    ),
    "the result": Phrase("the result", "결과"),
    "lowers": Phrase("Raising the number lowers {result}", "수를 키우면 {result} 값이 줄어듦"),
    "raises": Phrase("raises it", "늘어남"),
    "values only": Phrase("Values only: {why}.", "값만 그렸습니다: {why}."),
    "no single number": Phrase(
        "a result of shape {shape} has no gradient; draw its .sum() or .mean()",
        "모양이 {shape}인 결과에는 기울기가 없습니다. .sum()이나 .mean()을 그리세요",
    ),
    "none wants": Phrase("nothing here wants a gradient", "기울기를 구할 값이 없습니다"),
    "size": Phrase(
        "Recorded: {results} ({held}) from {numbers} that can change ({memory}).",
        "기록: {results} ({held}), 바꿀 수 있는 {numbers} ({memory}).",
    ),
    "result": Phrase("{n:,} results", "결과 {n:,}개", "{n:,} result"),
    "boxes": Phrase(
        "Boxes stand for many nodes. draw(..., {setting}=) shows more.",
        "상자 하나는 여러 노드입니다. draw(..., {setting}=) 값을 키우면 더 보입니다.",
    ),
}

_current: ContextVar[Language] = ContextVar("language", default="en")


def say(phrase: str, **parts: Any) -> str:
    """A phrase in the language spoken here and now.

    >>> from autograd.viz.phrases import say, speaking
    >>> say("leaf", n=1), say("leaf", n=2)
    ('1 leaf', '2 leaves')
    >>> with speaking("ko"):
    ...     say("leaf", n=2)
    '잎 노드 2개'
    """
    found = PHRASES[phrase]
    if _current.get() == "ko":
        return found.ko.format(**parts)
    return (found.one if found.one and parts.get("n") == 1 else found.en).format(**parts)


def counted(n: int, what: str) -> str:
    """How many there are: operations, leaves, numbers, results."""
    return say(what, n=n)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language inside a `with` block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)
