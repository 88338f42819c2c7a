"""Linear algebra."""

from autograd.viz.words.entry import Words

MATRICES = {
    "matmul": Words(
        "multiplies the matrices x and y", "행렬 x와 y를 곱합니다", ("grad @ yᵀ", "xᵀ @ grad")
    ),
    "einsum": Words(
        "multiplies and sums along named axes",
        "이름 붙인 축을 따라 곱하고 더합니다",
        ("grad times the other operands",),
    ),
    "products_along": Words(
        "multiplies x by y and adds up along axes",
        "x와 y를 곱해 축을 따라 더합니다",
        ("grad · y", "grad · x"),
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
