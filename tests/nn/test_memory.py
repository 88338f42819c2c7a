"""Training for long holds what training for short does; a large step, no more than in PyTorch."""

import importlib.util
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("measure_memory.py")
ROOT = SCRIPT.parents[2]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="the system does not tell what is held"
)


def measured(*command):
    out = subprocess.run(
        [sys.executable, SCRIPT, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert out.returncode == 0, out.stderr
    return [int(number) for number in out.stdout.split()]


@pytest.mark.parametrize("how", ["fit", "eager"])
def test_ten_thousand_steps_hold_as_much_as_a_hundred(how):
    early, late = measured("growth", how)
    assert late <= 1.05 * early


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="needs PyTorch")
def test_a_large_network_and_its_steps_need_no_more_than_in_pytorch():
    """By the median of three, since how an allocator asks for memory depends on the moment."""
    loop, fit, theirs = (
        statistics.median(measured("peak", which)[0] for _ in range(3))
        for which in ("chainrule", "fit", "torch")
    )
    assert loop <= theirs
    assert fit <= theirs


def test_fit_needs_no_more_than_a_loop():
    """The first call's graph is gone before the comparison, whose memory the moments then take."""
    (fit,), (loop,) = measured("peak", "fit"), measured("peak", "chainrule")
    assert fit <= 1.1 * loop
