"""What picks, adds up, orders and reshapes the numbers of an array."""

from autograd.viz.words.entry import Words

ARRAYS = {
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
}
