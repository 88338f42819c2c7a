"""The words in a network's picture, in English and Korean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Sentences of one language; braces are filled in."""

    counts: dict[str, tuple[str, str]]  # of one, of several
    input: str
    loss: str
    bias: str
    ideal: str
    right_class: str
    gradient: str
    score_gradient: str
    title: str
    said: str
    received_most: str
    strongest: str
    held: str
    more: str
    neuron: str
    bias_tip: str
    weight_tip: str
    output: str
    lines: dict[str, str]
    neurons: str
    shares: str
    scores: str

    def count(self, n: int, what: str) -> str:
        """How many neurons or inputs there are."""
        return self.counts[what][n != 1].format(n=n)

    def legend(self, edges: str, scores: bool) -> tuple[str, str, str]:
        """How to read the picture."""
        return self.lines[edges], self.neurons, self.shares + (self.scores if scores else "")


WORDS = {
    "en": Wording(
        counts={
            "neuron": ("{n:,} neuron", "{n:,} neurons"),
            "input": ("{n:,} input", "{n:,} inputs"),
        },
        input="input",
        loss="loss",
        bias="bias",
        ideal="ideal",
        right_class="the right class",
        gradient="gradient",
        score_gradient="gradient of its score",
        title="A {sizes} network, loss {loss}",
        said="A network of {sizes} neurons. Its loss ({name}) for one example is {loss}.",
        received_most="{title}: neuron {k} received most, {part} of the layer's gradient.",
        strongest=", the {n} strongest shown",
        held="they hold {part} of the gradient",
        more="⋮ {n:,} more",
        neuron="{title}, neuron {k}: activation {value}, {gradient} {slope}, {part} of the layer's",
        bias_tip="{title}, bias[{k}] {numbers}, {part} of the biases' gradient",
        weight_tip="{title}, weight[{j}, {k}] {value}, grad {slope}, {part} of the layer's weights",
        output="output {k} received {part} of the loss's gradient",
        lines={
            "weight": "Lines are weights; width: size of the weight; blue: positive, "
            "orange: negative.",
            "share": "Lines are weights; width: share of its layer's gradient; blue: a smaller "
            "weight lowers the loss, orange: a larger one does.",
        },
        neurons="Squares are biases, blue above 0 and orange below; circles are neurons, shaded "
        "likewise by what they send on.",
        shares="grad: how the loss changes with it. %: its share of the size of its layer's "
        "gradient.",
        scores=" The loss reads the outputs' scores; theirs is the grad.",
    ),
    "ko": Wording(
        counts={"neuron": ("뉴런 {n:,}개",) * 2, "input": ("입력 {n:,}개",) * 2},
        input="입력",
        loss="손실",
        bias="바이어스",
        ideal="정답",
        right_class="정답",
        gradient="기울기",
        score_gradient="점수의 기울기",
        title="{sizes} 신경망, 손실 {loss}",
        said="뉴런이 {sizes}개인 신경망. 예제 하나의 손실({name})은 {loss}입니다.",
        received_most="{title}: {k}번 뉴런이 가장 많이 받았습니다. 층 기울기의 {part}.",
        strongest=", 가장 강한 {n}개만 표시",
        held="기울기의 {part}를 차지",
        more="⋮ 그 밖에 {n:,}개",
        neuron="{title}, {k}번 뉴런: 출력 {value}, {gradient} {slope}, 층의 {part}",
        bias_tip="{title}, 바이어스[{k}] {numbers}, 바이어스 기울기의 {part}",
        weight_tip="{title}, 가중치[{j}, {k}] {value}, grad {slope}, 층 가중치의 {part}",
        output="{k}번 출력이 손실 기울기의 {part}를 받았습니다",
        lines={
            "weight": "선은 가중치입니다. 굵기: 가중치의 크기, 파랑: 양수, 주황: 음수.",
            "share": "선은 가중치입니다. 굵기: 층 기울기에서 차지하는 비중, "
            "파랑: 줄이면 손실이 줄고, 주황: 키우면 손실이 줄어듭니다.",
        },
        neurons="사각형은 바이어스(파랑: 0보다 큼, 주황: 0보다 작음), 원은 뉴런이며 "
        "내보내는 값에 따라 같은 색으로 칠했습니다.",
        shares="grad: 이것이 바뀔 때 손실이 얼마나 바뀌는지. "
        "%: 층 기울기의 크기에서 차지하는 비중.",
        scores=" 손실은 출력의 점수를 읽으므로 grad는 점수의 기울기입니다.",
    ),
}
