"""What bends a neuron's sum, and what turns scores into probabilities."""

from autograd.viz.words.entry import Words

ACTIVATIONS = {
    "sigmoid": Words(
        "squashes x to between 0 and 1", "0과 1 사이로 눌러 줍니다", ("grad · s · (1 − s)",)
    ),
    "relu": Words(
        "keeps what is positive, makes the rest 0",
        "양수만 남기고 나머지는 0으로 만듭니다",
        ("grad where x > 0, else 0",),
    ),
    "relu6": Words(
        "keeps what is between 0 and 6", "0과 6 사이로 자릅니다", ("grad where 0 < x < 6, else 0",)
    ),
    "leaky_relu": Words(
        "shrinks what is negative",
        "음수는 줄여서 통과시킵니다",
        ("grad where x > 0, else slope · grad",),
    ),
    "elu": Words(
        "bends what is negative towards −α",
        "음수를 −α 쪽으로 구부립니다",
        ("grad where x > 0, else grad · α · eˣ",),
    ),
    "selu": Words(
        "bends and scales, keeping the spread",
        "음수를 구부리고 크기를 맞춥니다",
        ("grad · λ, below 0 also · α · eˣ",),
    ),
    "celu": Words(
        "bends what is negative, smoothly",
        "음수를 매끄럽게 구부립니다",
        ("grad where x > 0, else grad · e^(x/α)",),
    ),
    "silu": Words(
        "weighs x by its own sigmoid",
        "x에 자기 시그모이드를 곱합니다",
        ("grad · (s + x · s · (1 − s))",),
    ),
    "gelu": Words(
        "weighs x by the chance of a smaller one",
        "x에 정규분포 확률을 곱합니다",
        ("grad · (Φ(x) + x · φ(x))",),
    ),
    "gelu_tanh": Words(
        "weighs x as gelu does, by way of tanh", "tanh로 근사한 gelu입니다", ("grad · its slope",)
    ),
    "mish": Words(
        "weighs x by tanh(softplus(x))", "x에 tanh(softplus(x))를 곱합니다", ("grad · its slope",)
    ),
    "softplus": Words(
        "is a smooth relu, log(1 + eˣ)", "매끄러운 relu, log(1 + eˣ)입니다", ("grad · sigmoid(x)",)
    ),
    "softsign": Words(
        "squashes x to x / (1 + |x|)", "x / (1 + |x|)로 누릅니다", ("grad / (1 + |x|)²",)
    ),
    "logsigmoid": Words(
        "takes log sigmoid(x)", "시그모이드의 로그를 구합니다", ("grad · (1 − sigmoid(x))",)
    ),
    "hardsigmoid": Words(
        "is a sigmoid of straight lines",
        "직선으로 된 시그모이드입니다",
        ("grad / 6 inside, else 0",),
    ),
    "hardswish": Words(
        "weighs x by a sigmoid of straight lines",
        "x에 직선 시그모이드를 곱합니다",
        ("grad · its slope",),
    ),
    "hardtanh": Words(
        "keeps x between two bounds", "두 경계 사이로 자릅니다", ("grad inside the bounds, else 0",)
    ),
    "softmax": Words(
        "turns scores into probabilities that sum to 1",
        "점수를 합이 1인 확률로 바꿉니다",
        ("p · (grad − Σ grad · p)",),
    ),
    "log_softmax": Words(
        "turns scores into log probabilities", "점수를 로그 확률로 바꿉니다", ("grad − p · Σ grad",)
    ),
    "logsumexp": Words(
        "takes log Σ eˣ, a smooth maximum",
        "log Σ eˣ, 매끄러운 최댓값을 구합니다",
        ("grad · softmax(x)",),
    ),
    "logcumsumexp": Words(
        "takes log Σ eˣ up to each place",
        "각 위치까지의 log Σ eˣ를 구합니다",
        ("grad · softmax of what came before",),
    ),
}
