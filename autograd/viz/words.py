"""What every operation does, in a few words of English and Korean, and what it sends back.

For the sentences and tooltips of the page. `grad` is what arrived at the operation's result, x, y
and so on are its operands; Korean keeps the formulas as they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Words(NamedTuple):
    """`en` and `ko` say what it does, `sends` what goes back to each operand, as a formula."""

    en: str
    ko: str
    sends: tuple[str, ...] = ()


WORDS = {
    "add": Words("adds x and y", "x와 y를 더합니다", ("grad", "grad")),
    "subtract": Words("takes y away from x", "x에서 y를 뺍니다", ("grad", "−grad")),
    "multiply": Words("multiplies x by y", "x와 y를 곱합니다", ("grad · y", "grad · x")),
    "divide": Words("divides x by y", "x를 y로 나눕니다", ("grad / y", "−grad · x / y²")),
    "power": Words(
        "raises x to the power y", "x의 y제곱을 구합니다", ("grad · y · xʸ⁻¹", "grad · xʸ · log x")
    ),
    "negative": Words("turns the sign around", "부호를 바꿉니다", ("−grad",)),
    "positive": Words("copies x", "그대로 옮깁니다", ("grad",)),
    "reciprocal": Words("takes 1 / x", "역수를 구합니다", ("−grad / x²",)),
    "square": Words("squares x", "제곱합니다", ("grad · 2x",)),
    "sqrt": Words("takes the square root", "제곱근을 구합니다", ("grad / (2√x)",)),
    "cbrt": Words("takes the cube root", "세제곱근을 구합니다", ("grad / (3 · ∛x²)",)),
    "absolute": Words("drops the sign", "절댓값을 구합니다", ("grad · sign x",)),
    "sign": Words(
        "keeps only the sign, so nothing flows back",
        "부호만 남기므로 기울기가 흐르지 않습니다",
        ("0",),
    ),
    "floor": Words(
        "rounds down, so nothing flows back", "내림하므로 기울기가 흐르지 않습니다", ("0",)
    ),
    "ceil": Words(
        "rounds up, so nothing flows back", "올림하므로 기울기가 흐르지 않습니다", ("0",)
    ),
    "rint": Words("rounds, so nothing flows back", "반올림하므로 기울기가 흐르지 않습니다", ("0",)),
    "trunc": Words(
        "cuts the decimals, so nothing flows back",
        "소수를 버리므로 기울기가 흐르지 않습니다",
        ("0",),
    ),
    "floor_divide": Words(
        "divides and rounds down, so nothing flows back",
        "나눈 뒤 내림하므로 기울기가 흐르지 않습니다",
        ("0", "0"),
    ),
    "mod": Words(
        "leaves the remainder of x / y", "x를 y로 나눈 나머지입니다", ("grad", "−grad · ⌊x / y⌋")
    ),
    "fmod": Words(
        "leaves the remainder of x / y, with the sign of x",
        "x를 y로 나눈 나머지입니다 (부호는 x)",
        ("grad", "−grad · trunc(x / y)"),
    ),
    "exp": Words("raises e to the power x", "e의 x제곱을 구합니다", ("grad · eˣ",)),
    "exp2": Words("raises 2 to the power x", "2의 x제곱을 구합니다", ("grad · 2ˣ · log 2",)),
    "expm1": Words("takes eˣ − 1", "eˣ − 1을 구합니다", ("grad · eˣ",)),
    "log": Words("takes the natural logarithm", "자연로그를 구합니다", ("grad / x",)),
    "log2": Words(
        "takes the logarithm to base 2", "밑이 2인 로그를 구합니다", ("grad / (x · log 2)",)
    ),
    "log10": Words(
        "takes the logarithm to base 10", "밑이 10인 로그를 구합니다", ("grad / (x · log 10)",)
    ),
    "log1p": Words("takes log(1 + x)", "log(1 + x)를 구합니다", ("grad / (1 + x)",)),
    "logaddexp": Words(
        "takes log(eˣ + eʸ)",
        "log(eˣ + eʸ)를 구합니다",
        ("grad · eˣ / (eˣ + eʸ)", "grad · eʸ / (eˣ + eʸ)"),
    ),
    "logaddexp2": Words(
        "takes log₂(2ˣ + 2ʸ)",
        "log₂(2ˣ + 2ʸ)를 구합니다",
        ("grad · 2ˣ / (2ˣ + 2ʸ)", "grad · 2ʸ / (2ˣ + 2ʸ)"),
    ),
    "sin": Words("takes the sine", "사인을 구합니다", ("grad · cos x",)),
    "cos": Words("takes the cosine", "코사인을 구합니다", ("−grad · sin x",)),
    "tan": Words("takes the tangent", "탄젠트를 구합니다", ("grad · (1 + tan²)",)),
    "arcsin": Words(
        "takes the angle whose sine is x", "아크사인을 구합니다", ("grad / √(1 − x²)",)
    ),
    "arccos": Words(
        "takes the angle whose cosine is x", "아크코사인을 구합니다", ("−grad / √(1 − x²)",)
    ),
    "arctan": Words(
        "takes the angle whose tangent is x", "아크탄젠트를 구합니다", ("grad / (1 + x²)",)
    ),
    "arctan2": Words(
        "takes the angle of the point (y, x)",
        "점 (y, x)의 각을 구합니다",
        ("grad · y / (x² + y²)", "−grad · x / (x² + y²)"),
    ),
    "sinh": Words("takes the hyperbolic sine", "쌍곡사인을 구합니다", ("grad · cosh x",)),
    "cosh": Words("takes the hyperbolic cosine", "쌍곡코사인을 구합니다", ("grad · sinh x",)),
    "tanh": Words(
        "squashes x to between −1 and 1", "−1과 1 사이로 눌러 줍니다", ("grad · (1 − tanh²)",)
    ),
    "arcsinh": Words("undoes sinh", "sinh의 역함수입니다", ("grad / √(x² + 1)",)),
    "arccosh": Words("undoes cosh", "cosh의 역함수입니다", ("grad / √(x² − 1)",)),
    "arctanh": Words("undoes tanh", "tanh의 역함수입니다", ("grad / (1 − x²)",)),
    "hypot": Words(
        "takes √(x² + y²)", "√(x² + y²)를 구합니다", ("grad · x / hypot", "grad · y / hypot")
    ),
    "deg2rad": Words("turns degrees into radians", "도를 라디안으로 바꿉니다", ("grad · π / 180",)),
    "rad2deg": Words("turns radians into degrees", "라디안을 도로 바꿉니다", ("grad · 180 / π",)),
    "sinc": Words(
        "takes sin(πx) / (πx)", "sin(πx) / (πx)를 구합니다", ("grad · (cos πx − sinc) / x",)
    ),
    "erf": Words("takes the error function", "오차 함수를 구합니다", ("grad · 2/√π · e^(−x²)",)),
    "erfc": Words("takes 1 − erf", "1 − erf를 구합니다", ("−grad · 2/√π · e^(−x²)",)),
    "lgamma": Words("takes log |Γ(x)|", "log |Γ(x)|를 구합니다", ("grad · ψ(x)",)),
    "digamma": Words(
        "takes ψ(x), the slope of log Γ", "log Γ의 기울기 ψ(x)를 구합니다", ("grad · ψ′(x)",)
    ),
    "polygamma": Words(
        "takes a higher derivative of log Γ",
        "log Γ의 고계 도함수를 구합니다",
        ("grad · ψ⁽ⁿ⁺¹⁾(x)",),
    ),
    "i0": Words("takes the Bessel function I₀", "베셀 함수 I₀를 구합니다", ("grad · I₁(x)",)),
    "i1": Words(
        "takes the Bessel function I₁", "베셀 함수 I₁을 구합니다", ("grad · (I₀ − I₁ / x)",)
    ),
    "maximum": Words(
        "keeps the larger of x and y",
        "x와 y 중 큰 값을 남깁니다",
        ("grad where x is larger", "grad where y is larger"),
    ),
    "minimum": Words(
        "keeps the smaller of x and y",
        "x와 y 중 작은 값을 남깁니다",
        ("grad where x is smaller", "grad where y is smaller"),
    ),
    "fmax": Words(
        "keeps the larger, ignoring NaN",
        "NaN을 빼고 큰 값을 남깁니다",
        ("grad where x is larger", "grad where y is larger"),
    ),
    "fmin": Words(
        "keeps the smaller, ignoring NaN",
        "NaN을 빼고 작은 값을 남깁니다",
        ("grad where x is smaller", "grad where y is smaller"),
    ),
    "clip": Words(
        "keeps x between two bounds",
        "두 경계 사이로 자릅니다",
        ("grad inside the bounds, else 0", "grad where x is below", "grad where x is above"),
    ),
    "copysign": Words(
        "gives x the sign of y",
        "x에 y의 부호를 붙입니다",
        ("grad, or −grad where the sign turned", "0"),
    ),
    "nextafter": Words(
        "takes the next number after x towards y", "x 다음의 수를 구합니다", ("grad", "0")
    ),
    "where": Words(
        "chooses x where the condition holds, else y",
        "조건이 맞으면 x, 아니면 y를 고릅니다",
        ("0", "grad where chosen", "grad where chosen"),
    ),
    "nan_to_num": Words(
        "replaces NaN and infinity", "NaN과 무한대를 바꿔 넣습니다", ("grad where x was finite",)
    ),
    "astype": Words("changes the kind of number", "자료형을 바꿉니다", ("grad",)),
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
    "matmul": Words(
        "multiplies the matrices x and y", "행렬 x와 y를 곱합니다", ("grad @ yᵀ", "xᵀ @ grad")
    ),
    "einsum": Words(
        "multiplies and sums along named axes",
        "이름 붙인 축을 따라 곱하고 더합니다",
        ("grad times the other operands",),
    ),
    "normal_cdf": Words(
        "takes the chance of a smaller normal number",
        "정규분포에서 더 작을 확률을 구합니다",
        ("grad · φ(x)",),
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
    "products_along": Words(
        "multiplies x by y and adds up along axes",
        "x와 y를 곱해 축을 따라 더합니다",
        ("grad · y", "grad · x"),
    ),
    "embedding": Words(
        "looks up a row of the table for every index",
        "번호마다 표의 행을 찾습니다",
        ("0", "grad, added to the rows that were used"),
    ),
    "take": Words(
        "picks entries by their numbers",
        "번호로 항목을 고릅니다",
        ("grad, added where it was picked",),
    ),
    "take_along_axis": Words(
        "picks entries along an axis",
        "축을 따라 항목을 고릅니다",
        ("grad, added where it was picked",),
    ),
    "put_taken": Words(
        "puts numbers back where they were picked",
        "고른 자리에 되돌려 놓습니다",
        ("grad, where it was put",),
    ),
    "put_along": Words(
        "puts numbers back along an axis", "축을 따라 되돌려 놓습니다", ("grad, where it was put",)
    ),
    "put_back": Words(
        "puts a part back into zeros", "0 속에 일부를 되돌려 놓습니다", ("grad, of that part",)
    ),
    "put_along_axis": Words(
        "replaces entries along an axis",
        "축을 따라 항목을 바꿉니다",
        ("grad, 0 where replaced", "0", "grad, where it was put"),
    ),
    "add_rows": Words(
        "adds rows where their indices say",
        "번호가 말하는 행에 더합니다",
        ("0", "grad, of those rows"),
    ),
    "getitem": Words("picks a part of x", "x의 일부를 고릅니다", ("grad in that part, else 0",)),
    "set_at": Words(
        "writes new numbers into a part of x",
        "x의 일부에 새 수를 씁니다",
        ("grad, 0 where written over", "grad, where it was written"),
    ),
    "sum": Words("adds up", "모두 더합니다", ("grad, repeated to all",)),
    "mean": Words("takes the average", "평균을 냅니다", ("grad / n, repeated to all",)),
    "prod": Words("multiplies all", "모두 곱합니다", ("grad · product / x",)),
    "max": Words("keeps the largest", "가장 큰 값을 남깁니다", ("grad to the largest, else 0",)),
    "min": Words(
        "keeps the smallest", "가장 작은 값을 남깁니다", ("grad to the smallest, else 0",)
    ),
    "var": Words("takes the variance", "분산을 구합니다", ("grad · 2 (x − mean) / n",)),
    "std": Words(
        "takes the standard deviation", "표준편차를 구합니다", ("grad · (x − mean) / (n · std)",)
    ),
    "norm": Words("takes the length", "길이(노름)를 구합니다", ("grad · x / norm",)),
    "cumsum": Words(
        "adds up to each place", "각 위치까지 더합니다", ("grad, summed from each place on",)
    ),
    "cumprod": Words(
        "multiplies up to each place",
        "각 위치까지 곱합니다",
        ("grad · product / x, from each place on",),
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
    "sort": Words("puts in order", "순서대로 놓습니다", ("grad, back in the old order",)),
    "reshape": Words(
        "lays the same numbers out in another shape",
        "같은 수를 다른 모양으로 놓습니다",
        ("grad, in the old shape",),
    ),
    "transpose": Words("exchanges axes", "축을 바꿉니다", ("grad, with the axes back",)),
    "matrix_transpose": Words("exchanges rows and columns", "행과 열을 바꿉니다", ("gradᵀ",)),
    "squeeze": Words(
        "drops axes of length 1", "길이 1인 축을 없앱니다", ("grad, in the old shape",)
    ),
    "expand_dims": Words(
        "adds an axis of length 1", "길이 1인 축을 더합니다", ("grad, in the old shape",)
    ),
    "broadcast_to": Words(
        "repeats x to a larger shape",
        "더 큰 모양으로 되풀이합니다",
        ("grad, summed over the copies",),
    ),
    "concatenate": Words(
        "joins arrays end to end", "배열을 이어 붙입니다", ("grad, of its own part",)
    ),
    "stack": Words(
        "lays arrays one upon the other", "배열을 쌓습니다", ("grad, of its own layer",)
    ),
    "inv": Words("inverts the matrix", "역행렬을 구합니다", ("−invᵀ @ grad @ invᵀ",)),
    "pinv": Words(
        "takes the pseudo-inverse", "유사 역행렬을 구합니다", ("grad through the pseudo-inverse",)
    ),
    "det": Words("takes the determinant", "행렬식을 구합니다", ("grad · cofactors",)),
    "det_curvature": Words("takes the change of the cofactors", "여인수의 변화를 구합니다"),
    "slogdet": Words(
        "takes the logarithm of the determinant", "행렬식의 로그를 구합니다", ("grad · invᵀ",)
    ),
    "cofactors": Words(
        "takes the cofactors, the determinant's slopes", "행렬식의 기울기인 여인수를 구합니다"
    ),
    "solve": Words("solves a @ x = b", "a @ x = b를 풉니다", ("−(a⁻ᵀ @ grad) @ xᵀ", "a⁻ᵀ @ grad")),
    "cholesky": Words("takes the matrix apart into L @ Lᵀ", "행렬을 L @ Lᵀ로 나눕니다"),
    "qr": Words("takes the matrix apart into Q @ R", "행렬을 Q @ R로 나눕니다"),
    "svd": Words("takes the matrix apart into U S Vᵀ", "행렬을 U S Vᵀ로 나눕니다"),
    "svdvals": Words("takes the singular values", "특잇값을 구합니다", ("U @ diag(grad) @ Vᵀ",)),
    "eig": Words("takes the eigenvalues and eigenvectors", "고윳값과 고유벡터를 구합니다"),
    "eigh": Words(
        "takes the eigenvalues and eigenvectors of a symmetric matrix",
        "대칭 행렬의 고윳값과 고유벡터를 구합니다",
    ),
    "eigvalsh": Words(
        "takes the eigenvalues of a symmetric matrix",
        "대칭 행렬의 고윳값을 구합니다",
        ("V @ diag(grad) @ Vᵀ",),
    ),
    "expm": Words("takes the matrix exponential", "행렬 지수를 구합니다"),
}

#: Formulas that hold words, in Korean.
KOREAN = {
    "grad inside the bounds, else 0": "경계 안에서는 grad, 밖에서는 0",
    "grad where x is below": "x가 아래 경계보다 작은 곳의 grad",
    "grad where x is above": "x가 위 경계보다 큰 곳의 grad",
    "grad where x is larger": "x가 더 큰 곳의 grad",
    "grad where y is larger": "y가 더 큰 곳의 grad",
    "grad where x is smaller": "x가 더 작은 곳의 grad",
    "grad where y is smaller": "y가 더 작은 곳의 grad",
    "grad, or −grad where the sign turned": "grad, 부호가 바뀐 곳은 −grad",
    "grad where chosen": "고른 곳의 grad",
    "grad where x was finite": "x가 유한한 곳의 grad",
    "grad where x > 0, else 0": "x > 0이면 grad, 아니면 0",
    "grad where 0 < x < 6, else 0": "0 < x < 6이면 grad, 아니면 0",
    "grad where x > 0, else slope · grad": "x > 0이면 grad, 아니면 기울기 · grad",
    "grad where x > 0, else grad · α · eˣ": "x > 0이면 grad, 아니면 grad · α · eˣ",
    "grad · λ, below 0 also · α · eˣ": "grad · λ, 0보다 작으면 추가로 · α · eˣ",
    "grad where x > 0, else grad · e^(x/α)": "x > 0이면 grad, 아니면 grad · e^(x/α)",
    "grad · its slope": "grad · 그 점의 기울기",
    "grad / 6 inside, else 0": "안에서는 grad / 6, 밖에서는 0",
    "grad · softmax of what came before": "grad · 앞부분의 softmax",
    "grad, summed over the examples": "예제에 대해 더한 grad",
    "grad times the other operands": "grad와 다른 피연산자의 곱",
    "grad spread back through the filters": "필터를 통해 되돌려 펼친 grad",
    "grad correlated with the input": "grad와 입력의 상관",
    "grad, summed over all places": "모든 위치에 대해 더한 grad",
    "grad slid over by the filters": "필터로 훑은 grad",
    "grad spread through y": "y를 통해 펼친 grad",
    "grad slid over x": "x 위로 훑은 grad",
    "grad / window size, to all in the window": "grad / 창 크기, 창 안 모두에게",
    "grad, averaged over each window": "창마다 평균한 grad",
    "grad to the largest of each window, else 0": "창의 최댓값에게 grad, 나머지는 0",
    "grad at the largest of each window": "창의 최댓값 자리의 grad",
    "grad to the largest of each window": "창의 최댓값에게 grad",
    "(grad − its mean − z · mean(grad · z)) / std": "(grad − 평균 − z · mean(grad · z)) / std",
    "grad, repeated": "되풀이한 grad",
    "grad, added to the rows that were used": "사용한 행에 더한 grad",
    "grad, added where it was picked": "고른 자리에 더한 grad",
    "grad, where it was put": "놓은 자리의 grad",
    "grad, of that part": "그 부분의 grad",
    "grad, 0 where replaced": "grad, 바뀐 곳은 0",
    "grad, of those rows": "그 행들의 grad",
    "grad in that part, else 0": "그 부분에는 grad, 나머지는 0",
    "grad, 0 where written over": "grad, 덮어쓴 곳은 0",
    "grad, where it was written": "쓴 자리의 grad",
    "grad, repeated to all": "모두에게 grad",
    "grad / n, repeated to all": "모두에게 grad / n",
    "grad · product / x": "grad · 곱 / x",
    "grad to the largest, else 0": "최댓값에게 grad, 나머지는 0",
    "grad to the smallest, else 0": "최솟값에게 grad, 나머지는 0",
    "grad, summed from each place on": "각 위치부터 끝까지 더한 grad",
    "grad · product / x, from each place on": "각 위치부터의 grad · 곱 / x",
    "grad, carried backwards": "거꾸로 이어 간 grad",
    "grad carried backwards · state before": "거꾸로 이어 간 grad · 이전 상태",
    "grad · slopes of the gates": "grad · 게이트의 기울기",
    "grad · forget gate": "grad · 망각 게이트",
    "grad · output gate · (1 − tanh²)": "grad · 출력 게이트 · (1 − tanh²)",
    "grad, back in the old order": "원래 순서로 되돌린 grad",
    "grad, in the old shape": "원래 모양의 grad",
    "grad, with the axes back": "축을 되돌린 grad",
    "grad, summed over the copies": "복사본에 대해 더한 grad",
    "grad, of its own part": "자기 부분의 grad",
    "grad, of its own layer": "자기 층의 grad",
    "grad through the pseudo-inverse": "유사 역행렬을 통과한 grad",
    "grad · cofactors": "grad · 여인수",
}


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
