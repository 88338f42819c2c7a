"""Where the numbers of a matrix lie: alike, so that NumPy walks through them in one go."""

import numpy as np

import autograd
import nn
from autograd.jit.layouts import BY_COLUMNS, layouts
from autograd.jit.passes import unbroadcast
from tests.autograd.jit.tracing import traced

ROWS = np.arange(12.0).reshape(3, 4)
COLUMNS = np.asfortranarray(ROWS)


def test_what_meets_columns_is_laid_by_columns():
    after = layouts(traced(lambda x, y: autograd.tanh(x * y * x).sum(), ROWS, COLUMNS))
    matrices = [instr.out for instr in after.phase(0) if instr.out.shape]
    assert [v.layout for v in matrices] == [BY_COLUMNS] * 3


def test_what_is_handed_out_lies_as_it_did():
    after = layouts(traced(lambda x, y: x * y, ROWS, COLUMNS))
    assert after.outputs[0].layout is None


def test_a_column_that_many_want_is_broadcast_once():
    def total(x, column):
        wide = autograd.broadcast_to(column, x.shape)
        return sum(((x + k) * wide).sum() for k in range(5))

    program = unbroadcast(traced(total, ROWS, ROWS[:, :1]))
    (wide,) = [i.out for i in program.phase(0) if i.op.name == "broadcast_to"]
    assert sum(wide in i.inputs for i in program.phase(0)) == 5


def test_all_of_an_lstms_reverse_pass_lies_by_columns():
    cell, target = nn.LSTMCell(3, 8), np.ones((5, 8), np.float32)
    loss = autograd.jit(lambda x, state: autograd.mse_loss(cell(x, cell(x, state))[0], target))
    for _ in range(3):
        loss(np.ones((5, 3), np.float32), None)
    program = loss.program()
    by_rows = [
        i.op.name for i in program.phase(1) if i.out.shape in ((5, 8), (5, 32)) and not i.out.layout
    ]
    assert set(by_rows) <= {"broadcast_to", "multiply"}  # as the loss sends it
    assert len(by_rows) <= 3
