"""What the layers of networks and their losses are made of."""

from autograd.viz.words.entry import Words

LAYERS = {
    "soft_cross_entropy": Words(
        "measures −log of the probability of the right class",
        "정답 클래스 확률의 −log를 잽니다",
        ("grad · (softmax(logits) − target)", "grad · (−log p)"),
    ),
    "cross_entropy": Words(
        "measures −log of the probability of the right class",
        "정답 클래스 확률의 −log를 잽니다",
        ("grad · (softmax(logits) − target)",),
    ),
    "binary_cross_entropy_with_logits": Words(
        "measures −log of the probability of the right answer",
        "정답 확률의 −log를 잽니다",
        ("grad · (sigmoid(logits) − target)", "−grad · logits"),
    ),
    "linear": Words(
        "multiplies the inputs by the weights and adds the bias",
        "입력에 가중치를 곱하고 바이어스를 더합니다",
        ("grad @ weight", "gradᵀ @ x", "grad, summed over the examples"),
    ),
    "conv": Words(
        "slides the filters over the input",
        "필터를 입력 위로 미끄러뜨립니다",
        (
            "grad spread back through the filters",
            "grad correlated with the input",
            "grad, summed over all places",
        ),
    ),
    "conv_transpose": Words(
        "spreads every input through the filters",
        "입력을 필터를 통해 펼칩니다",
        ("grad slid over by the filters", "grad correlated with the input"),
    ),
    "conv_weight": Words(
        "correlates input and gradient: the filters' gradient",
        "입력과 기울기의 상관, 곧 필터의 기울기입니다",
        ("grad spread through y", "grad slid over x"),
    ),
    "avg_pool": Words(
        "averages each window",
        "창마다 평균을 냅니다",
        ("grad / window size, to all in the window",),
    ),
    "avg_unpool": Words(
        "spreads each number over its window",
        "수를 창 전체에 나눕니다",
        ("grad, averaged over each window",),
    ),
    "max_pool": Words(
        "keeps the largest of each window",
        "창마다 가장 큰 값을 남깁니다",
        ("grad to the largest of each window, else 0",),
    ),
    "pool_to_winners": Words(
        "sends each number to the largest of its window",
        "수를 창의 최댓값 자리로 보냅니다",
        ("grad at the largest of each window",),
    ),
    "pool_from_winners": Words(
        "picks the number at the largest of each window",
        "창의 최댓값 자리의 수를 고릅니다",
        ("grad to the largest of each window",),
    ),
    "standardize": Words(
        "shifts and scales to mean 0 and spread 1",
        "평균 0, 표준편차 1로 맞춥니다",
        ("(grad − its mean − z · mean(grad · z)) / std",),
    ),
    "rms_standardize": Words(
        "scales to a mean square of 1",
        "제곱평균을 1로 맞춥니다",
        ("(grad − z · mean(grad · z)) / rms",),
    ),
    "channel_sum": Words("sums up every channel", "채널마다 더합니다", ("grad, repeated",)),
    "lstm_sums": Words(
        "multiplies the inputs and the state by the weights and adds the biases",
        "입력과 상태에 가중치를 곱하고 바이어스를 더합니다",
        (
            *("grad @ weight_ih", "grad @ weight_hh", "gradᵀ @ x", "gradᵀ @ h"),
            *("grad, summed over the examples",) * 2,
        ),
    ),
    "lstm_gates": Words(
        "squashes the gates of an LSTM",
        "LSTM의 게이트 값을 누릅니다",
        ("grad · slopes of the gates",),
    ),
    "row_products": Words(
        "adds up the outer products of rows",
        "행끼리의 외적을 모두 더합니다",
        ("y times grad", "x times grad"),
    ),
    "row_sum": Words("sums up every row", "행마다 더합니다", ("grad, repeated",)),
    "embedding": Words(
        "looks up a row of the table for every index",
        "번호마다 표의 행을 찾습니다",
        ("0", "grad, added to the rows that were used"),
    ),
    "recurrence": Words(
        "carries a state along: h ← a · h + b",
        "상태를 이어 갑니다: h ← a · h + b",
        ("grad, carried backwards", "grad carried backwards · state before"),
    ),
    "lstm_memory": Words(
        "keeps part of the memory and writes anew",
        "기억을 일부 지우고 새로 씁니다",
        ("grad · slopes of the gates", "grad · forget gate"),
    ),
    "lstm_output": Words(
        "shows part of the memory",
        "기억의 일부를 내보냅니다",
        ("grad · slopes of the gates", "grad · output gate · (1 − tanh²)"),
    ),
}
