"""Products and linear algebra here and in PyTorch: the same results and gradients, to rounding.

Skipped where PyTorch is missing:

    pip install torch
    python -m pytest tests/autograd/ops/test_linalg_against_pytorch.py
"""

import numpy as np
import pytest

import autograd
from autograd import Value, linalg

torch = pytest.importorskip("torch")
L = torch.linalg
RNG = np.random.default_rng(0)
INF = float("inf")


def normal(*shape):
    return RNG.normal(size=shape)


A = normal(2, 3, 3) + 2 * np.eye(3)
TALL, WIDE, B = normal(2, 4, 3), normal(2, 3, 4), normal(2, 3, 2)
SYMMETRIC, SPD = A + A.mT, A @ A.mT
SINGULAR = normal(3, 1) @ normal(1, 3)
U, V, W = (normal(3) for _ in range(3))

CASES = {
    "inv": (linalg.inv, L.inv, A),
    "pinv, tall": (linalg.pinv, L.pinv, TALL),
    "pinv, wide": (linalg.pinv, L.pinv, WIDE),
    "det": (linalg.det, L.det, A),
    "det, singular": (linalg.det, L.det, SINGULAR),
    "slogdet": (lambda x: linalg.slogdet(x).logabsdet, lambda x: L.slogdet(x).logabsdet, A),
    "solve": (linalg.solve, L.solve, A, B),
    "solve, vector": (linalg.solve, L.solve, A[0], U),
    "solve, broadcast": (linalg.solve, L.solve, A[0], B),
    "lstsq": (lambda a, b: linalg.lstsq(a, b).x, lambda a, b: L.lstsq(a, b).solution,
              TALL, normal(2, 4, 2)),
    "cholesky": (linalg.cholesky, L.cholesky, SPD),
    "cholesky, upper": (lambda x: linalg.cholesky(x, upper=True),
                        lambda x: L.cholesky(x, upper=True), SPD),
    "matrix_power": (lambda x: linalg.matrix_power(x, 5), lambda x: L.matrix_power(x, 5), A),
    "matrix_power, negative": (lambda x: linalg.matrix_power(x, -3),
                               lambda x: L.matrix_power(x, -3), A),
    "expm": (linalg.expm, L.matrix_exp, A),
    "qr, Q": (lambda x: linalg.qr(x).Q, lambda x: L.qr(x).Q, TALL),
    "qr, R": (lambda x: linalg.qr(x).R, lambda x: L.qr(x).R, TALL),
    "qr, wide": (lambda x: linalg.qr(x).R, lambda x: L.qr(x).R, WIDE),
    "eigh, values": (lambda x: linalg.eigh(x).eigenvalues, lambda x: L.eigh(x).eigenvalues,
                     SYMMETRIC),
    "eigh, vectors": (lambda x: linalg.eigh(x).eigenvectors ** 2,
                      lambda x: L.eigh(x).eigenvectors ** 2, SYMMETRIC),
    "eigvalsh": (linalg.eigvalsh, L.eigvalsh, SYMMETRIC),
    "svd, U": (lambda x: linalg.svd(x, full_matrices=False).U ** 2,
               lambda x: L.svd(x, full_matrices=False).U ** 2, TALL),
    "svd, S": (lambda x: linalg.svd(x, full_matrices=False).S,
               lambda x: L.svd(x, full_matrices=False).S, WIDE),
    "svd, Vh": (lambda x: linalg.svd(x, full_matrices=False).Vh ** 2,
                lambda x: L.svd(x, full_matrices=False).Vh ** 2, WIDE),
    "svdvals": (linalg.svdvals, L.svdvals, TALL),
    **{f"matrix norm {o}": (lambda x, o=o: linalg.norm(x, o, axis=(-2, -1)),
                            lambda x, o=o: L.matrix_norm(x, o), TALL)
       for o in ("fro", "nuc", 1, -1, 2, -2, INF, -INF)},
    **{f"vector norm {o}": (lambda x, o=o: linalg.norm(x, o, axis=-1),
                            lambda x, o=o: L.vector_norm(x, o, dim=-1), TALL)
       for o in (1, 2, 3, 0.5, INF, -INF)},
    "norm of zeros": (linalg.norm, L.norm, np.zeros(3)),
    "cross": (autograd.cross, L.cross, TALL, TALL[::-1].copy()),
    "kron": (autograd.kron, torch.kron, A[0], TALL[0]),
    "outer": (autograd.outer, torch.outer, U, V),
    "inner": (autograd.inner, torch.inner, A, TALL),
    "multi_dot": (lambda *x: linalg.multi_dot(x), lambda *x: L.multi_dot(x), U, A[0], WIDE[0]),
    "tensordot": (lambda x, y: autograd.tensordot(x, y, ([0, 2], [0, 2])),
                  lambda x, y: torch.tensordot(x, y, ([0, 2], [0, 2])), A, TALL),
    **{e: (lambda *x, e=e: autograd.einsum(e, *x), lambda *x, e=e: torch.einsum(e, *x), *xs)
       for e, *xs in [
           ("bij,bjk->bik", A, B), ("bii->b", A), ("bii->bi", A), ("...ij,kj->...ki", A, TALL[0]),
           ("i,j,k->kij", U, V, W), ("bij->j", A), ("i,i", U, V), ("bij,bij,j->b", A, A[:1], U),
       ]},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_results_and_gradients_are_pytorchs(name):
    ours, theirs, *arrays = CASES[name]
    values = [Value(a) for a in arrays]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    found, expected = ours(*values), theirs(*tensors)
    assert found.shape == tuple(expected.shape)
    np.testing.assert_allclose(found.data, expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    seed = np.asarray(RNG.normal(size=found.shape))
    found.backward(seed)
    expected.backward(torch.tensor(seed))
    for v, t in zip(values, tensors, strict=True):
        np.testing.assert_allclose(v.grad, t.grad.numpy(), rtol=1e-9, atol=1e-9)
