"""What each number becomes by itself: arithmetic, powers, angles, rounding, special functions."""

from autograd.viz.words.entry import Words

ELEMENTWISE = {
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
    "normal_cdf": Words(
        "takes the chance of a smaller normal number",
        "정규분포에서 더 작을 확률을 구합니다",
        ("grad · φ(x)",),
    ),
}
